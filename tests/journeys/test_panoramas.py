"""Looking around on a route by mouse, finger and keyboard, with a sphere and without; and keeping scenes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect
from pytest_django.live_server_helper import LiveServer

from doorstep.bases.models import Base
from doorstep.catalogue.jobs.cutting import cut_panorama
from doorstep.catalogue.jobs.panoramas import folder_path
from doorstep.catalogue.models import Panorama, PanoramaEdition, PanoramaMark, Route
from doorstep.core import clock
from tests.cast import Cast
from tests.conftest import CHROMIUM_FLAGS, chromium_path
from tests.factories.classes import make_base
from tests.factories.courses import given_course
from tests.factories.panoramas import given_mark, given_panorama, jpeg
from tests.factories.routes import make_course, make_route
from tests.journeys.conftest import DESKTOP, PHONE, SMALL, axe, overflows

SOFTWARE_GL = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
NO_GL = """const real = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
  return /webgl/.test(kind) ? null : real.call(this, kind, ...rest);
};"""
Open = Callable[..., Page]
UPRIGHT = {"alpha": 0.0, "beta": 90.0, "gamma": 0.0}  # how a phone is held in front of one, in degrees
TILT = "DeviceOrientation.setDeviceOrientationOverride"
DRAWN = ".vr[data-loaded]"
# What a finger would touch in the middle of it is itself.
IS_ON_TOP = """e => { const box = e.getBoundingClientRect();
  return e.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2)); }"""


@pytest.fixture
def places(cast: Cast) -> list[Base]:
    for unit, lng in (("huotong", 119.40), ("hubei", 119.55)):
        make_base(cast.unit(unit), name=f"{cast.unit(unit).short_name[:2]}党校")
        Base.objects.filter(unit=cast.unit(unit)).update(lat=26.85, lng=lng)
    make_course(cast.unit("ningde"))
    return list(Base.objects.order_by("pk"))


@pytest.fixture
def route(cast: Cast, places: list[Base], tmp_path: Path) -> Route:
    """Two stops, the first with two scenes of real pictures and a sign that names a course."""
    one, inside, two = given_panorama(places[0]), given_panorama(places[0]), given_panorama(places[1])
    source = tmp_path / "x.jpg"
    source.write_bytes(jpeg(4096, 2048))
    for scene in (one, inside, two):
        target = folder_path(scene.folder)
        (target / "base.webp").unlink()
        target.rmdir()
        cut_panorama(source, target, lambda done, total: None)
    Panorama.objects.update(width=4096)
    PanoramaEdition.objects.update(width=4096)
    course = given_course(cast.unit("huotong"), title="绿水青山的账本")
    given_mark(one, title="大樟树", text="三百年了。", course=course, yaw=-30.0, pitch=5.0)
    given_mark(one, target=inside, yaw=35.0, pitch=-4.0)
    given_mark(inside, target=one, yaw=170.0, pitch=-4.0)
    made = make_route(cast.unit("huotong"), places)
    Route.objects.filter(pk=made.pk).update(status="published", published_at=clock.now())
    return made


@pytest.fixture
def sphere(browser: Browser, live_server: LiveServer) -> Iterator[Open]:
    """Opens a page in a browser that can turn a sphere; what its console says fails the test."""
    with_gl = browser.browser_type.launch(executable_path=chromium_path(), args=[*CHROMIUM_FLAGS[:1], *SOFTWARE_GL])
    trouble: list[str] = []

    def open_page(path: str, size: tuple[int, int] = DESKTOP, hands: list[CDPSession] | None = None) -> Page:
        context = with_gl.new_context(
            locale="zh-CN",
            base_url=live_server.url,
            viewport={"width": size[0], "height": size[1]},
            has_touch=size[0] < 500,
            is_mobile=hands is not None,
            reduced_motion="reduce",
        )
        page = context.new_page()
        if hands is not None:  # a phone somebody holds; whoever asked for it turns it by the session
            hands.append(context.new_cdp_session(page))
            hands[0].send(TILT, UPRIGHT)
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("console", lambda said: trouble.append(said.text) if said.type == "error" else None)
        page.on("request", lambda asked: _at_home(asked.url, live_server.url, trouble))
        page.goto(path)
        page.wait_for_selector(DRAWN)
        return page

    yield open_page
    with_gl.close()
    assert trouble == []


def _at_home(url: str, home: str, trouble: list[str]) -> None:
    if not url.startswith((home, "data:", "blob:")):
        trouble.append(url)


def sign(page: Page, name: str):  # noqa: ANN201
    return page.locator(".vr-signs").get_by_role("button", name=name)


def test_by_mouse_through_the_scenes_of_a_published_route(route: Route, sphere: Open) -> None:
    page = sphere(f"/portal/routes/{route.pk}/view/")
    assert page.locator(".vr canvas").count() == 1
    assert axe(page) == []
    sign(page, "大樟树").click()
    panel = page.get_by_role("dialog", name="大樟树")
    expect(panel).to_contain_text("三百年了。")
    expect(panel).to_contain_text("这里讲的课：绿水青山的账本")
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(sign(page, "大樟树")).to_be_focused()
    wind = page.locator("[data-vr-wind]")
    expect(wind).to_have_text("朝北")
    box = page.locator(".vr-stage").bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + 40
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 500, y, steps=5)
    page.mouse.up()
    expect(wind).not_to_have_text("朝北")
    sign(page, "场景2").focus()  # out of sight: the picture turns to it
    sign(page, "场景2").click()
    expect(page.locator("[data-vr-name]")).to_have_text("场景2")
    sign(page, "场景1").focus()
    sign(page, "场景1").click()
    sign(page, "去第 2 站").focus()
    sign(page, "去第 2 站").click()
    expect(page.locator("[data-vr-where]")).to_have_text("第 2 站，虎𬇙党校")
    expect(page.locator(".vr-dot.is-on")).to_have_count(1)
    expect(wind).to_have_text("朝东")  # one looks on in the direction one came
    assert not overflows(page)


def test_by_finger_on_a_phone(route: Route, sphere: Open) -> None:
    page = sphere(f"/portal/routes/{route.pk}/view/", PHONE)
    assert axe(page) == []
    assert not overflows(page)
    sign(page, "大樟树").tap()
    page.get_by_role("button", name="关上").tap()
    page.get_by_role("button", name="放大").tap()
    page.get_by_role("button", name="向右转").tap()
    page.get_by_role("button", name="缩小").tap()
    page.get_by_role("link", name="文字版").tap()
    page.get_by_role("button", name="在画面里看 场景2").tap()
    expect(page.locator("[data-vr-name]")).to_have_text("场景2")
    page.locator("html").evaluate("e => e.classList.add('large')")
    assert not overflows(page)
    small = sphere(f"/portal/routes/{route.pk}/view/", SMALL)
    small.locator("html").evaluate("e => e.classList.add('large')")
    assert not overflows(small)


def test_a_finger_turns_the_picture(route: Route, sphere: Open) -> None:
    page = sphere(f"/portal/routes/{route.pk}/view/", PHONE)
    wind, box = page.locator("[data-vr-wind]"), page.locator(".vr-stage").bounding_box()
    expect(wind).to_have_text("朝北")
    assert box
    finger = page.context.new_cdp_session(page)
    x, y = box["x"] + box["width"] - 20, box["y"] + box["height"] / 2

    def touch(kind: str, *at: float) -> None:
        points = [{"x": at[0], "y": at[1]}] if at else []
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", x, y)
    for step in range(1, 8):
        touch("touchMove", x - step * box["width"] / 9, y)
    touch("touchEnd")
    expect(wind).not_to_have_text("朝北")


def test_the_phone_is_turned_to_look_around(route: Route, sphere: Open) -> None:
    hands: list[CDPSession] = []
    page = sphere(f"/portal/routes/{route.pk}/view/", PHONE, hands)
    switch = page.get_by_role("button", name="转动手机来看")
    expect(switch).to_have_attribute("aria-pressed", "false")
    switch.tap()
    expect(switch).to_have_attribute("aria-pressed", "true")
    wind = page.locator("[data-vr-wind]")
    before = wind.inner_text()
    for alpha in range(0, -100, -10):  # a quarter turn to the right
        hands[0].send(TILT, {**UPRIGHT, "alpha": float(alpha % 360)})
        page.wait_for_timeout(60)
    expect(wind).not_to_have_text(before)
    switch.tap()
    expect(switch).to_have_attribute("aria-pressed", "false")


def test_where_no_phone_is_turned_there_is_no_button_for_it(route: Route, sphere: Open) -> None:
    page = sphere(f"/portal/routes/{route.pk}/view/")
    expect(page.locator("[data-vr-act=gyro]")).to_be_hidden()


def test_by_keyboard_alone(route: Route, sphere: Open) -> None:
    page = sphere(f"/portal/routes/{route.pk}/view/")
    stage = page.get_by_role("application")
    while not stage.evaluate("e => e === document.activeElement"):
        page.keyboard.press("Tab")
    expect(stage).to_have_attribute("aria-label", "场景1，环视画面。方向键转动，加号和减号放大缩小，Tab 键到标注。")
    for _n in range(12):
        page.keyboard.press("ArrowRight")
    expect(page.locator("[data-vr-wind]")).to_have_text("朝东")
    for key in ("ArrowUp", "ArrowDown", "ArrowLeft", "+", "-"):
        page.keyboard.press(key)
    # While the picture has the focus, which is seen, what one needs beside it lies above it.
    assert stage.evaluate("e => getComputedStyle(e, '::after').borderTopWidth") == "3px"
    for seen in (page.get_by_role("button", name="放大"), sign(page, "去第 2 站")):
        assert seen.evaluate(IS_ON_TOP)
    page.keyboard.press("Tab")
    expect(sign(page, "大樟树")).to_be_focused()
    expect(page.locator("[data-vr-wind]")).to_have_text("朝西北")  # it was out of sight
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="大樟树")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[data-vr-name]")).to_have_text("场景2")
    expect(stage).to_be_focused()


def test_the_way_on_is_in_sight_and_every_scene_has_its_address(route: Route, sphere: Open) -> None:
    page = sphere(f"/portal/routes/{route.pk}/view/", PHONE)
    where, name = page.locator("[data-vr-where]"), page.locator("[data-vr-name]")
    for _n in range(8):  # wherever one looks
        expect(sign(page, "去第 2 站")).to_be_in_viewport()
        page.get_by_role("button", name="向右转").tap()
        page.get_by_role("button", name="向右转").tap()
    sign(page, "场景2").focus()
    sign(page, "场景2").tap()
    expect(name).to_have_text("场景2")
    page.go_back()
    expect(name).to_have_text("场景1")
    sign(page, "去第 2 站").tap()
    expect(where).to_have_text("第 2 站，虎𬇙党校")
    sent = page.url
    page.reload()
    expect(where).to_have_text("第 2 站，虎𬇙党校")
    page.go_back()
    expect(name).to_have_text("场景1")
    assert page.url.endswith("/view/")
    expect(sphere(sent, PHONE).locator("[data-vr-where]")).to_have_text("第 2 站，虎𬇙党校")
    expect(sphere(f"/portal/routes/{route.pk}/view/?scene=x", PHONE).locator("[data-vr-name]")).to_have_text("场景1")


def test_finer_tiles_come_after_the_first_view(route: Route, sphere: Open) -> None:
    page = sphere(f"/portal/routes/{route.pk}/view/")
    with page.expect_response(lambda answer: "/0-" in answer.url) as tile:
        page.get_by_role("button", name="放大").click()
    assert tile.value.status == 200


def test_where_no_sphere_can_be_turned_the_unrolled_picture_does_the_same(
    route: Route, at: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = at("trainee", PHONE)
    page.add_init_script(NO_GL)
    page.goto(f"/routes/{route.pk}/view/")
    page.wait_for_selector(DRAWN)
    expect(page.get_by_text("这台设备不能环视")).to_be_visible()
    assert page.locator(".vr canvas").count() == 0
    assert axe(page) == []
    sign(page, "大樟树").focus()
    sign(page, "大樟树").tap()
    expect(page.get_by_role("dialog", name="大樟树")).to_contain_text("绿水青山的账本")
    page.keyboard.press("Escape")
    for name in ("向右转", "放大", "缩小", "向左转"):
        page.get_by_role("button", name=name).tap()
    page.get_by_role("application").press("ArrowRight")
    sign(page, "场景2").focus()
    sign(page, "场景2").tap()
    expect(page.locator("[data-vr-name]")).to_have_text("场景2")
    assert not overflows(page)


def test_without_scripts_the_first_picture_and_every_word_are_there(
    route: Route, browser: Browser, live_server: LiveServer
) -> None:
    context = browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(f"/portal/routes/{route.pk}/view/")
    assert page.locator(".vr-flat").evaluate("e => e.decode().then(() => e.naturalWidth > 0)")
    expect(page.locator("#twin")).to_contain_text("三百年了。")
    expect(page.locator("#twin")).to_contain_text("绿水青山的账本")
    page.get_by_role("link", name="去第 2 站").click()
    assert "#scene-2-" in page.url
    context.close()


def test_a_keeper_sends_a_picture_puts_a_sign_in_it_and_the_county_publishes_it(
    cast: Cast, places: list[Base], at: Open, run_jobs: Callable[[], None], tmp_path: Path
) -> None:
    source = tmp_path / "村口.jpg"
    source.write_bytes(jpeg())
    page = at("township", DESKTOP)
    page.goto(f"/bases/{places[0].pk}/")
    page.get_by_role("link", name="实景").click()
    page.get_by_role("link", name="加一个场景").first.click()
    assert axe(page) == []
    page.get_by_label("场景名称").fill("村口")
    page.get_by_label("全景照片").set_input_files(source)
    page.get_by_role("button", name="上传").dblclick()
    page.wait_for_url("**/tasks/**")
    run_jobs()
    scene = Panorama.objects.get()
    page.goto(f"/panoramas/{scene.pk}/")
    page.wait_for_selector(DRAWN)
    assert axe(page) == []
    for _n in range(3):
        page.get_by_role("application").press("ArrowLeft")
    page.get_by_role("button", name="现在朝的是北").click()
    expect(page.get_by_label("北在哪里")).to_have_value("-24.0")
    page.get_by_label("看得见什么").fill("村口一棵大樟树。")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已保存。")).to_be_visible()
    page.get_by_role("link", name="加一个标注").click()
    page.wait_for_selector(DRAWN)
    stage = page.get_by_role("application").bounding_box()
    assert stage
    page.mouse.click(stage["x"] + stage["width"] * 0.75, stage["y"] + stage["height"] * 0.4)
    assert float(page.get_by_label("左右（度）").input_value()) > 30
    expect(page.get_by_text("标在这里")).to_be_visible()
    assert axe(page) == []
    page.get_by_label("左右（度）").fill("12.5")
    page.get_by_label("名称").fill("大樟树")
    page.get_by_label("这里讲哪门课").select_option(index=1)
    page.get_by_role("button", name="保存").dblclick()
    expect(page.get_by_text("已标在画面里。")).to_be_visible()
    assert PanoramaMark.objects.get().yaw == 12.5
    page.get_by_role("button", name="去掉 大樟树").click()
    page.get_by_role("button", name="撤销").click()
    expect(page.get_by_text("已恢复。")).to_be_visible()
    page.get_by_role("button", name="报送审核").dblclick()
    expect(page.get_by_text("已报送，等上级看过后公开。")).to_be_visible()
    page.set_viewport_size({"width": 320, "height": 640})
    assert not overflows(page)

    # The county looks around in it on a phone, gives it back, and publishes it once it is mended.
    county = at("county", PHONE)
    county.get_by_text("审核 1 处实景").locator("visible=true").tap()
    county.wait_for_selector(DRAWN)
    sign(county, "大樟树").focus()
    sign(county, "大樟树").tap()
    expect(county.get_by_role("dialog", name="大樟树")).to_be_visible()
    county.keyboard.press("Escape")
    assert axe(county) == []
    assert not overflows(county)
    county.get_by_role("button", name="退回").tap()
    expect(county.get_by_text("退回要写明要改什么。")).to_be_visible()
    county.get_by_label("退回的原因").fill("写清楚樟树在哪一边")
    county.get_by_role("button", name="退回").tap()
    expect(county.get_by_text("已退回，原因已写给报送的单位。")).to_be_visible()
    run_jobs()
    page.goto("/messages/")
    expect(page.get_by_text("写清楚樟树在哪一边").locator("visible=true")).to_have_count(1)
    page.goto("/")
    page.get_by_text("实景要改：霍童党校　村口").locator("visible=true").click()
    page.get_by_label("看得见什么").fill("村口右边一棵大樟树。")
    page.get_by_role("button", name="保存").click()
    page.get_by_role("button", name="报送审核").click()
    county.goto(f"/panoramas/{scene.pk}/")
    county.get_by_role("button", name="发布", exact=True).tap()
    expect(county.get_by_text("已发布。")).to_be_visible()
    assert PanoramaEdition.objects.get().seen == "村口右边一棵大樟树。"
