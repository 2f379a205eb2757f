"""A visitor on a phone finds a route and prints it; a department writes, the city publishes, everybody reads."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from doorstep.bases.models import Base, Photo
from doorstep.catalogue.models import Package, Route
from doorstep.catalogue.rules.packages import PriceRule
from doorstep.core import clock
from doorstep.notices.models import Article
from tests.cast import PASSWORD, Cast
from tests.factories.articles import picture_bytes, published_article
from tests.factories.classes import make_base, make_class
from tests.factories.materials import make_photo
from tests.factories.packages import make_package
from tests.factories.panoramas import given_mark, given_panorama
from tests.factories.routes import make_course, make_route
from tests.journeys.conftest import DESKTOP, PHONE, SMALL, axe, overflows

Open = Callable[..., Page]
SEEN = "e => { e.scrollIntoView(); return e.decode().then(() => e.naturalWidth) }"


@pytest.fixture
def route(cast: Cast) -> Route:
    """A published route over two schools, and what else a portal shows."""
    for unit, lng in (("huotong", 119.40), ("hubei", 119.55)):
        make_base(cast.unit(unit), name=f"{cast.unit(unit).short_name[:2]}党校")
        Base.objects.filter(unit=cast.unit(unit)).update(lat=26.85, lng=lng)
    make_course(cast.unit("ningde"))
    made = make_route(cast.unit("huotong"), list(Base.objects.order_by("pk")))
    Route.objects.filter(pk=made.pk).update(status="published", published_at=clock.now())
    make_class(cast.unit("huotong"))
    published_article(cast.unit("ningde"), "contact", text="办公电话 [0593-0000000](tel:0593-0000000)")
    return made


def test_a_visitor_finds_a_route_and_prints_it(cast: Cast, route: Route, at: Open) -> None:
    page = at(None, PHONE)
    page.goto("/portal/")
    assert axe(page) == []
    page.get_by_text("菜单").locator("..").tap()
    page.locator("nav.pop").get_by_role("link", name="路线").tap()
    page.get_by_label("名称或拼音首字母").fill("htx")
    page.get_by_role("button", name="查找").tap()
    page.get_by_role("link", name="霍童溪一日行").tap()
    expect(page.get_by_role("heading", name="霍童溪一日行")).to_be_visible()
    expect(page.get_by_text("路上 10 分钟")).to_be_visible()
    assert page.locator(".map img").evaluate(SEEN) > 0
    assert axe(page) == []
    assert not overflows(page)
    page.get_by_role("link", name="大字").tap()
    expect(page.locator("html")).to_have_class("large")
    assert page.url.endswith(f"/portal/routes/{route.pk}/")
    assert not overflows(page)
    page.get_by_role("link", name="打印行程单").tap()
    expect(page.get_by_role("heading", name="霍童溪一日行")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="打印")).to_be_hidden()
    assert not overflows(page)
    page.emulate_media(media="screen")
    page.get_by_role("link", name="返回").tap()
    page.get_by_role("link", name="点这条路线").tap()
    expect(page.get_by_role("link", name="0593-0000000")).to_be_visible()


def test_a_newcomer_looks_around_and_finds_a_package(cast: Cast, route: Route, at: Open) -> None:
    first = route.stops.order_by("number")[0].base
    given_mark(given_panorama(first), title="大樟树", text="三百年了。")
    photo = make_photo(first)
    Photo.objects.filter(pk=photo.pk).update(status="published", reviewed_at=clock.now())
    price = PriceRule("person", 3000, own_is_free=True)
    package = make_package(cast.unit("huotong"), name="霍童党课套餐", route_id=route.pk, course_ids=(), price=price)
    Package.objects.filter(pk=package.pk).update(status="published", published_at=clock.now())
    page = at(None, PHONE)
    page.goto("/portal/")
    page.get_by_role("link", name="先看实景").tap()
    page.get_by_role("link", name="霍童溪一日行").tap()
    assert page.locator(".look img").evaluate(SEEN) > 0
    assert axe(page) == []
    assert not overflows(page)
    page.get_by_role("link", name="走进实景").tap()
    expect(page.locator("#twin")).to_contain_text("三百年了。")
    assert axe(page) == []
    page.get_by_role("link", name="看行程").tap()
    page.get_by_role("link", name="霍童党课套餐").tap()
    expect(page.locator("#price")).to_have_text("20 人，每人 30 元，一共 600 元。")
    page.get_by_label("来多少人").fill("40")
    page.get_by_label("其中本单位党员").fill("10")
    page.get_by_role("button", name="算一算").tap()
    expect(page.locator("#price")).to_contain_text("一共 900 元。")
    page.get_by_role("link", name="大字").tap()
    expect(page.locator("html")).to_have_class("large")
    assert axe(page) == []
    assert not overflows(page)
    page.get_by_role("link", name="怎么点这个套餐").tap()
    expect(page.get_by_role("link", name="0593-0000000")).to_be_visible()


def test_a_department_writes_the_city_publishes_everybody_reads(cast: Cast, at: Open) -> None:
    county = at("county", DESKTOP)
    county.goto("/articles/new/")
    county.get_by_label("标题", exact=True).fill("冬训开课")
    county.get_by_label("正文", exact=True).fill("# 课开在村口\n\n**半天一堂**，打 13912345678")
    expect(county.locator("#preview h2")).to_have_text("课开在村口")
    expect(county.locator("#preview")).to_contain_text("像身份证号或手机号")
    assert axe(county) == []
    county.get_by_role("button", name="保存，去加图片").click()
    picture = {"name": "渔排.jpg", "mimeType": "image/jpeg", "buffer": picture_bytes(800, 600)}
    county.locator("#picture").set_input_files([picture])  # type: ignore[list-item]
    county.get_by_role("button", name="添加图片").click()
    county.get_by_label("正文", exact=True).fill("# 课开在村口\n\n**半天一堂**\n\n![渔排上的课](1)")
    expect(county.locator("#preview").get_by_alt_text("渔排上的课")).to_be_visible()
    county.get_by_role("button", name="保存草稿").dblclick()
    expect(county.get_by_text("已保存。")).to_be_visible()
    assert Article.objects.get().versions.get().revision == 2
    county.get_by_role("button", name="报送发布").click()
    expect(county.get_by_text("已报送，等市里发布。")).to_be_visible()

    city = at("city", PHONE)
    city.get_by_text("发布文章：冬训开课").locator("visible=true").tap()
    expect(city.get_by_role("heading", name="冬训开课")).to_be_visible()
    assert axe(city) == []
    assert not overflows(city)
    city.get_by_role("button", name="发布", exact=True).tap()
    expect(city.get_by_text("已发布。")).to_be_visible()

    visitor = at(None, SMALL)
    visitor.goto("/portal/")
    visitor.get_by_role("link", name="冬训开课").tap()
    shown = visitor.get_by_alt_text("渔排上的课")
    assert shown.evaluate(SEEN) == 800
    assert axe(visitor) == []
    assert not overflows(visitor)


def test_the_map_moves_where_scripts_run(cast: Cast, route: Route, at: Open) -> None:
    page = at(None, DESKTOP)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/portal/map/")
    assert not [url for url in asked if "/assets/map-" in url]
    page.get_by_role("button", name="打开能移动、放大的地图").click()
    # Its script is the largest there is: on a busy machine it takes its time to come. Then the map says itself when
    # the dots of what one looks at are there.
    live, lost = page.locator(".livemap"), page.get_by_text("地图没有传全。")
    expect(live).to_have_attribute("aria-busy", "false", timeout=60_000)
    expect(live).to_have_attribute("data-shown", "2")
    assert axe(page) == []
    with page.expect_response(lambda answer: "/cells" in answer.url):
        page.get_by_role("button", name="放大").click()
    expect(live).to_have_attribute("aria-busy", "false")
    expect(lost).to_be_hidden()
    page.context.set_offline(True)
    page.get_by_role("button", name="放大").click()
    expect(lost).to_be_visible()
    page.context.set_offline(False)
    page.get_by_role("button", name="缩小").click()
    expect(lost).to_be_hidden()
    assert {url.split("/")[2] for url in asked if url.startswith("http")} == {page.url.split("/")[2]}
    expect(page.get_by_role("link", name="蕉城区")).to_be_visible()


def test_everything_is_there_without_scripts(cast: Cast, route: Route, browser: Browser, live_server) -> None:  # noqa: ANN001
    context = browser.new_context(
        base_url=live_server.url,
        java_script_enabled=False,
        viewport={"width": 320, "height": 640},
        has_touch=True,
        locale="zh-CN",
    )
    page = context.new_page()
    page.goto("/portal/map/")
    expect(page.get_by_role("button", name="打开能移动、放大的地图")).to_be_hidden()
    assert page.locator(".map img").evaluate("e => e.decode().then(() => e.naturalWidth > 0)")
    page.get_by_label("类别").select_option("township_school")
    page.get_by_role("button", name="看这一类").tap()
    page.get_by_role("link", name="蕉城区").tap()
    page.get_by_role("link", name="霍童党校").tap()
    expect(page.get_by_text("镇党校教室")).to_be_visible()
    page.get_by_role("link", name="大字").tap()
    expect(page.locator("html")).to_have_class("large")
    context.close()


def test_an_office_writes_without_scripts(cast: Cast, browser: Browser, live_server) -> None:  # noqa: ANN001
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto("/login/")
    page.fill("#id_username", "county")
    page.fill("#id_password", PASSWORD)
    page.click("form.form button")
    page.goto("/articles/new/")
    page.get_by_label("标题", exact=True).fill("旧电脑")
    page.get_by_label("正文", exact=True).fill("- 一\n- 二")
    page.get_by_role("button", name="保存草稿").click()
    expect(page.locator(".prose li")).to_have_count(2)
    context.close()


def test_nothing_hangs_over_on_the_smallest_phone_in_large_type(cast: Cast, route: Route, at: Open) -> None:
    page = at(None, SMALL)
    lists = ["", "routes/", "bases/", "courses/", "classes/", "news/", "how-to/", "map/", "search/?q=htx"]
    paths = [*lists, f"routes/{route.pk}/"]
    for path in paths:
        page.goto(f"/portal/{path}")
        assert not overflows(page), path
        page.evaluate("() => document.documentElement.classList.add('large')")
        assert not overflows(page), f"{path} in large type"
