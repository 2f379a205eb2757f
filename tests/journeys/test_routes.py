"""A township plans a day that is too long, mends it and hands it in; its county publishes; a trainee reads."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from doorstep.bases.models import Base
from doorstep.catalogue.models import Route
from doorstep.core import clock
from tests.cast import PASSWORD, Cast
from tests.factories.classes import make_base
from tests.factories.routes import make_course, make_route
from tests.journeys.conftest import DESKTOP, PHONE, SMALL, axe, overflows

Open = Callable[..., Page]


@pytest.fixture
def places(cast: Cast) -> list[Base]:
    for unit, lng in (("huotong", 119.40), ("hubei", 119.55)):
        make_base(cast.unit(unit), name=f"{cast.unit(unit).short_name[:2]}党校")
        Base.objects.filter(unit=cast.unit(unit)).update(lat=26.85, lng=lng)
    make_course(cast.unit("ningde"))
    return list(Base.objects.order_by("pk"))


def test_planned_refused_mended_published_and_read(cast: Cast, places: list[Base], at: Open) -> None:
    township = at("township", PHONE)
    township.goto("/bases/")
    township.get_by_role("link", name="看路线").tap()
    expect(township.get_by_text("还没有路线")).to_be_visible()
    township.get_by_role("link", name="建一条路线").first.tap()
    township.get_by_label("路线名称").fill("霍童溪一日行")
    township.get_by_label("主题").fill("乡村振兴")
    first, second = (township.get_by_role("group", name=f"第 {n} 站") for n in (1, 2))
    first.get_by_label("阵地").select_option("霍童党校")
    first.get_by_label("停留").fill("400")
    first.get_by_label("课程").select_option("摆脱贫困（现场）")
    first.get_by_label("不用讲解员").check()
    second.get_by_label("阵地").select_option("虎𬇙党校")
    second.get_by_label("停留").fill("230")
    second.get_by_label("在这里用餐").check()
    expect(township.locator("#day")).to_contain_text("一天要 11 小时 9 分钟，最长 10 小时")
    assert axe(township) == []
    assert not overflows(township)
    township.get_by_role("button", name="上移 第 2 站").press("Enter")
    expect(second.get_by_label("停留")).to_have_value("400")
    township.get_by_role("button", name="上移 第 2 站").press("Enter")
    expect(first.get_by_label("停留")).to_have_value("400")
    expect(first.get_by_label("课程")).not_to_have_value("")
    township.get_by_role("button", name="保存草稿").dblclick()
    expect(township.get_by_role("heading", name="霍童溪一日行")).to_be_visible()
    assert Route.objects.count() == 1
    township.get_by_role("button", name="报送发布").tap()
    expect(township.get_by_role("alert")).to_contain_text("一天要 11 小时 9 分钟")

    route = Route.objects.get()
    township.goto(f"/routes/{route.pk}/")
    assert axe(township) == []
    township.get_by_role("link", name="修改路线").tap()
    for stop in (first, second):
        stop.get_by_label("停留").fill("180")
    second.get_by_label("路上").fill("45")
    township.get_by_label("集合地点").fill("霍童古镇停车场")
    township.get_by_role("button", name="保存草稿").tap()
    expect(township.get_by_text("8:30–15:15，6 小时 45 分钟")).to_be_visible()
    assert not overflows(township)
    township.get_by_role("button", name="报送发布").tap()
    expect(township.get_by_text("待审核")).to_be_visible()

    county = at("county", DESKTOP)
    county.get_by_role("link", name="去看").click()
    county.get_by_role("button", name="发布", exact=True).click()
    expect(county.get_by_text("已发布。")).to_be_visible()
    assert axe(county) == []

    trainee = at("trainee", DESKTOP)
    trainee.get_by_role("link", name="路线").click()
    trainee.get_by_role("link", name="霍童溪一日行").click()
    expect(trainee.get_by_text("路上 45 分钟")).to_be_visible()
    expect(trainee.get_by_role("button", name="撤下")).to_have_count(0)
    assert trainee.locator(".map img").evaluate("e => e.decode().then(() => e.naturalWidth > 0)")
    assert axe(trainee) == []
    trainee.get_by_role("link", name="打印行程单").click()
    expect(trainee.get_by_text("霍童古镇停车场")).to_be_visible()
    expect(trainee.get_by_text(f"{clock.local(clock.now()):%Y-%m-%d}")).to_be_visible()
    trainee.emulate_media(media="print")
    expect(trainee.get_by_role("button", name="打印")).to_be_hidden()
    assert not overflows(trainee)


def test_nothing_hangs_over_on_the_smallest_phone_in_large_type(cast: Cast, places: list[Base], at: Open) -> None:
    route = make_route(cast.unit("huotong"), places)
    page = at("township", SMALL)
    for path in ("/routes/", f"/routes/{route.pk}/", f"/routes/{route.pk}/edit/", f"/routes/{route.pk}/print/"):
        page.goto(path)
        assert not overflows(page), path
        page.evaluate("() => document.documentElement.classList.add('large')")
        assert not overflows(page), f"{path} in large type"


def test_it_works_without_scripts(cast: Cast, places: list[Base], browser: Browser, live_server) -> None:  # noqa: ANN001
    context = browser.new_context(
        base_url=live_server.url, java_script_enabled=False, viewport={"width": 320, "height": 640}, has_touch=True
    )
    page = context.new_page()
    page.goto("/login/")
    page.fill("#id_username", "township")
    page.fill("#id_password", PASSWORD)
    page.click("form.form button")
    page.goto("/routes/new/")
    page.get_by_label("路线名称").fill("旧手机")
    page.get_by_label("主题").fill("x")
    for n, base in enumerate(places, start=1):
        page.get_by_role("group", name=f"第 {n} 站").get_by_label("阵地").select_option(str(base.pk))
    page.get_by_role("button", name="加一站").tap()
    expect(page.get_by_role("group", name="第 3 站")).to_be_visible()
    expect(page.get_by_label("路线名称")).to_have_value("旧手机")
    page.get_by_role("button", name="去掉 第 3 站").tap()
    page.get_by_role("button", name="算一算").tap()
    expect(page.locator("#day")).to_contain_text("还没有一站安排课程")
    # Enter in a field saves: it presses no button for a stop.
    page.get_by_label("路线名称").press("Enter")
    expect(page.get_by_role("heading", name="旧手机")).to_be_visible()
    assert Route.objects.get().stops.count() == 2
    context.close()
