"""The shell in a real browser: sound at every size, by mouse, by keyboard and when the line is down."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Page, Route, expect

from tests.journeys.conftest import axe, overflows
from tests.web.conftest import Desk, code_of, room_state
from tests.web.preview.pages import PAGES

pytestmark = pytest.mark.browser
SHARED_JS, SHARED_CSS = 60_000, 20_000  # gzip, quality.md U3
SMALL_TARGETS = """([what, least]) => [...document.querySelectorAll(what)]
  .filter(e => e.checkVisibility() && !e.closest("dialog, thead, .sr-only"))
  .filter(e => !e.matches(".sr-only, .skip, [disabled]"))
  .map(e => {
    const over = getComputedStyle(e, "::after"), heights = [e, e.closest("label, .find") ?? e];
    if (over.position === "absolute") heights.push(e.closest("tr") ?? e);
    return [Math.max(...heights.map(h => h.getBoundingClientRect().height)), e.outerHTML.slice(0, 90)]; })
  .filter(([height]) => height > 0 && height < least)"""


@pytest.mark.parametrize(("files", "budget"), [("main-*.js", SHARED_JS), ("main-*.css", SHARED_CSS)])
def test_shared_scripts_and_styles_keep_their_budgets(bundle: Path, files: str, budget: int) -> None:
    assert 0 < sum(len(gzip.compress(file.read_bytes(), 9)) for file in bundle.glob(f"assets/{files}")) <= budget


@pytest.mark.parametrize("name", list(PAGES))
@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
def test_pages_are_sound(desk: Desk, name: str, large: bool) -> None:
    page = desk.open(name, 320, 640, large=large)
    for width, height in ((320, 640), (390, 844), (1280, 800), (1920, 1080)):
        page.set_viewport_size({"width": width, "height": height})
        assert axe(page) == [], f"at {width}"
        assert not overflows(page), f"at {width}"


@pytest.mark.parametrize("name", ["gallery", "parts", "list", "list-view", "sign-in"])
@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
def test_targets_on_a_phone_can_be_hit(desk: Desk, name: str, large: bool) -> None:
    page = desk.open(name, 390, 844, large=large)
    assert page.evaluate(SMALL_TARGETS, ["a, summary, input:not([type=hidden])", 24]) == []
    assert page.evaluate(SMALL_TARGETS, [".btn, .chip, .ico, select, .tabs-b a", 48 if large else 44]) == []


@pytest.mark.parametrize("name", ["gallery", "parts", "list"])
def test_hovered_and_focused_parts_keep_their_contrast(desk: Desk, name: str) -> None:
    page = desk.open(name)
    for selector in (".btn-primary", ".btn-out", ".btn-quiet", ".rail a >> nth=3", ".led tbody tr", ".lnk", ".chip"):
        part = page.locator(selector).first
        if not part.count() or not part.is_visible():
            continue
        part.hover()
        page.wait_for_timeout(150)
        assert axe(page) == [], f"hover {selector}"
    for _ in range(12):
        page.keyboard.press("Tab")
    assert axe(page) == []


def test_nothing_on_a_large_sign_in_page_is_under_24_pixels(desk: Desk) -> None:
    page = desk.open("sign-in", 390, 844, large=True)
    sizes = page.evaluate("""() => [...document.querySelectorAll("body *")]
      .filter(e => e.checkVisibility() && [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()))
      .filter(e => parseFloat(getComputedStyle(e).fontSize) < 24).map(e => e.outerHTML.slice(0, 90))""")
    assert sizes == []


def test_the_skip_link_comes_first(desk: Desk) -> None:
    page = desk.open("list")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("跳到正文")
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
def test_many_views_scroll_in_their_own_row(desk: Desk, large: bool) -> None:
    page = desk.open("list-view", 390, 844, large=large)
    row = page.get_by_role("navigation", name="视图")
    assert row.evaluate("e => e.scrollWidth > e.clientWidth")
    assert not overflows(page)
    expect(row.locator("[aria-current=page]")).to_have_text("霍童镇外出的预备党员之9")
    expect(row.locator("[aria-current=page]")).to_be_in_viewport()
    row.get_by_role("link").last.focus()
    assert row.evaluate("e => e.scrollLeft > 0")
    page.get_by_role("button", name="删除视图").click()
    expect(page.get_by_role("dialog", name="删除视图“霍童镇外出的预备党员之9”？")).to_be_visible()
    assert axe(page) == []


def test_a_view_is_named_in_a_dialog(desk: Desk) -> None:
    desk.answers["/lists/preview.people/views/"] = lambda route: route.fulfill(status=204)
    page = desk.open("list", 390, 844)
    page.get_by_role("button", name="存为视图").click()
    dialog = page.get_by_role("dialog", name="把现在的筛选和排序存为视图")
    expect(dialog.get_by_label("视图的名字")).to_be_focused()
    assert axe(page) == []
    page.keyboard.type("正式党员")
    page.keyboard.press("Enter")
    page.wait_for_timeout(100)
    sent = next(request for request in desk.asked if "/views/?" in request.url)
    assert sent.url.endswith("/lists/preview.people/views/?category=formal&sort=name")
    assert "title=%E6%AD%A3%E5%BC%8F%E5%85%9A%E5%91%98" in (sent.post_data or "")


def test_filters_of_a_phone_fold_and_say_so(desk: Desk) -> None:
    page = desk.open("list", 390, 844)
    button, choice = page.get_by_role("button", name="筛选，用着 1 项"), page.get_by_role("combobox", name="党员类别")
    expect(button).to_have_attribute("aria-expanded", "false")
    expect(choice).to_be_hidden()
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_have_attribute("aria-expanded", "true")
    expect(choice).to_be_visible()
    assert axe(page) == []
    button.click()
    expect(choice).to_be_hidden()
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(button).to_be_hidden()
    expect(choice).to_be_visible()


def test_keys_find_rows_search_and_help(desk: Desk) -> None:
    page = desk.open("list")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator(":focus")).to_have_text("林建华 1974")
    page.keyboard.press("k")
    expect(page.locator(":focus")).to_have_text("林昌盛")
    page.keyboard.press("/")
    expect(page.locator("[data-search]")).to_be_focused()
    page.keyboard.type("j?")
    expect(page.locator("[data-search]")).to_have_value("j?")
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_g_and_a_letter_go_along_the_rail(desk: Desk) -> None:
    desk.answers["/units/"] = lambda route: route.fulfill(body="单位", content_type="text/html")
    page = desk.open("list")
    page.keyboard.press("g")
    page.keyboard.press("u")
    page.wait_for_url(re.compile("/units/"))


def test_x_chooses_the_row_in_hand(desk: Desk) -> None:
    page = desk.open("gallery")
    page.locator("#main").focus()
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.get_by_label("选中 林昌盛")).to_be_checked()
    assert page.get_by_label("全选").evaluate("e => e.indeterminate")


def test_large_type_comes_without_loading_the_page_again(desk: Desk) -> None:
    desk.answers["/preferences/"] = lambda route: route.fulfill(status=302, headers={"Location": "/page/"})
    page = desk.open("list", 390, 844)
    loads = len(desk.sent_to("/page/"))
    page.get_by_role("button", name="大字版").click()
    expect(page.locator("html.large")).to_have_count(1)
    expect(page.get_by_role("button", name="普通字")).to_be_visible()
    assert len(desk.sent_to("/page/")) == loads
    assert 'name="type_size"\r\n\r\nlarge' in (desk.sent_to("/preferences/")[0].post_data or "")
    page.get_by_role("button", name="普通字").click()
    expect(page.locator("html.large")).to_have_count(0)


def test_a_menu_closes_by_escape_and_by_leaving_it(desk: Desk) -> None:
    page = desk.open("list")
    page.get_by_text("我的账号").locator("xpath=ancestor::summary").click()
    expect(page.get_by_role("button", name="退出登录")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="退出登录")).to_be_hidden()
    page.get_by_text("换单位或身份").locator("xpath=ancestor::summary").click()
    expect(page.get_by_role("button", name="蕉城区委组织部")).to_be_visible()
    page.mouse.click(900, 700)
    expect(page.get_by_role("button", name="蕉城区委组织部")).to_be_hidden()


def test_a_dialog_opens_names_its_act_and_closes(desk: Desk) -> None:
    page = desk.open("gallery", 390, 844)
    page.locator("[data-open=ask]").click()
    dialog = page.get_by_role("dialog", name="发布第四期？")
    expect(dialog).to_be_visible()
    assert axe(page) == []
    dialog.get_by_role("button", name="先不").click()
    expect(dialog).to_be_hidden()


def test_focus_goes_to_the_first_fault(desk: Desk) -> None:
    page = desk.open("gallery")
    expect(page.locator("#id_starts_on")).to_be_focused()


def test_a_form_is_sent_once_and_its_button_says_so(desk: Desk) -> None:
    desk.answers["/nominated/"] = lambda route: route.fulfill(status=204)
    page = desk.open("parts")
    button = page.locator("[data-count]")
    expect(button).to_be_disabled()
    page.get_by_label("林昌盛").last.check()
    page.get_by_label("欧阳建国").last.check()
    expect(button).to_have_text("提名 2 人")
    button.dblclick()
    expect(button).to_have_text("提名中")
    assert len(desk.sent_to("/nominated/")) == 1


def test_roll_call_by_keys_sends_each_mark_with_the_token(desk: Desk) -> None:
    desk.answers["/kept/"] = lambda route: route.fulfill(body="<p>已保存</p>", content_type="text/html")
    page = desk.open("parts")
    page.locator("[data-roll-row] input").first.focus()
    page.keyboard.press("2")
    expect(page.locator("input[name=mark-1][value=late]")).to_be_checked()
    expect(page.locator("#kept")).to_have_text("已保存")
    page.keyboard.press("7")
    expect(page.locator("input[name=mark-2][value=absent]")).to_be_checked()
    expect(page.locator("input[name=mark-3]:focus")).to_have_count(1)
    sent = desk.sent_to("/kept/")[0]
    assert "mark-1=late" in (sent.post_data or "")
    assert sent.headers.get("x-csrftoken")


@pytest.mark.parametrize(("status", "said"), [(500, "没有做成"), (403, "现在不能做"), (404, "现在不能做")])
def test_an_error_never_stands_in_for_a_part(desk: Desk, status: int, said: str) -> None:
    page_of_error = "<!doctype html><h1>系统出了差错</h1>"
    desk.answers["/broken/"] = lambda route: route.fulfill(status=status, body=page_of_error, content_type="text/html")
    page = desk.open("parts")
    page.get_by_role("button", name="再看").click()
    expect(page.locator("#again .note-bad")).to_contain_text(said)
    expect(page.locator("#rows")).to_have_text("旧的名单")
    assert axe(page) == []
    desk.answers["/broken/"] = lambda route: route.fulfill(body="新的名单", content_type="text/html")
    page.get_by_role("button", name="再试一次").click()
    expect(page.locator("#rows")).to_have_text("新的名单")
    expect(page.locator("#again .note-bad")).to_have_count(0)


def test_a_named_refusal_is_said_as_it_is(desk: Desk) -> None:
    def refuse(route: Route) -> None:
        route.fulfill(status=409, body="", headers={"X-Refusal": "%E5%90%8D%E9%A2%9D%E5%B7%B2%E6%BB%A1"})

    desk.answers["/alone/"] = refuse
    page = desk.open("parts")
    page.get_by_role("button", name="单独的按钮").click()
    expect(page.locator(".note-bad:visible")).to_contain_text("名额已满")
    assert desk.sent_to("/alone/")[0].headers.get("x-csrftoken")


def test_the_band_shows_when_a_request_did_not_get_through_and_goes_after(desk: Desk) -> None:
    desk.answers["/broken/"] = lambda route: route.abort("internetdisconnected")
    page = desk.open("parts", 390, 844)
    page.get_by_role("button", name="再看").click()
    expect(page.locator("#offline-band")).to_be_visible()
    assert axe(page) == []
    desk.answers["/broken/"] = lambda route: route.fulfill(body="新的名单", content_type="text/html")
    page.get_by_role("button", name="再看").click()
    expect(page.locator("#rows")).to_have_text("新的名单")
    expect(page.locator("#offline-band")).to_be_hidden()


def test_a_photo_of_a_code_is_read_and_sent(desk: Desk) -> None:
    desk.answers["/scanned/"] = lambda route: route.fulfill(body="<p>已签到</p>", content_type="text/html")
    page = desk.open("parts", 390, 844)
    page.wait_for_selector("[data-scan][data-ready]")
    picture = FilePayload(name="code.png", mimeType="image/png", buffer=code_of("P:7K2M-58231904", "png"))
    page.set_input_files("[data-scan-photo]", picture)
    page.wait_for_url(re.compile("/scanned/"))
    assert "code=P%3A7K2M-58231904" in (desk.sent_to("/scanned/")[0].post_data or "")


def test_a_photo_without_a_code_says_what_to_do(desk: Desk) -> None:
    page = desk.open("parts", 390, 844)
    page.wait_for_selector("[data-scan][data-ready]")
    blank = page.screenshot(clip={"x": 0, "y": 0, "width": 60, "height": 60})
    page.set_input_files("[data-scan-photo]", {"name": "x.png", "mimeType": "image/png", "buffer": blank})
    expect(page.locator("[data-scan-said]")).to_contain_text("没有认出二维码")


def test_without_a_camera_the_scanner_says_what_else_works(desk: Desk) -> None:
    page = desk.open("parts", 390, 844)
    page.wait_for_selector("[data-scan][data-ready]")
    start = page.locator("[data-scan-start]")
    if start.is_visible():
        start.click()
        expect(page.locator("[data-scan-said]")).to_contain_text("拍照识别")
    expect(page.locator("#id_code")).to_be_visible()


def _seen_from_twelve_metres(page: Page) -> tuple[float, float, float]:
    sizes = page.evaluate("""() => [".count b", "ol b", ".code"].map(s => {
      const e = document.querySelector(s); return s === ".code" ? e.getBoundingClientRect().width
        : parseFloat(getComputedStyle(e).fontSize); })""")
    return tuple(sizes)


def test_the_room_screen_is_read_from_twelve_metres(desk: Desk) -> None:
    page = desk.open("room", 1920, 1080)
    page.wait_for_selector("[data-drawn]")
    count, name, code = _seen_from_twelve_metres(page)
    assert count >= 200
    assert name >= 36
    assert code >= 500
    expect(page.locator("[data-latest] li")).to_have_count(3)
    expect(page.locator("[data-say=present]")).to_have_text("61")
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")


def test_the_room_screen_ends_when_the_roll_is_closed(desk: Desk) -> None:
    page = desk.open("room", 1366, 768)
    page.wait_for_selector("[data-drawn]")
    desk.answers["/state/"] = lambda route: route.fulfill(body='{"is_closed": true}', content_type="application/json")
    with page.expect_navigation(timeout=10_000):
        pass  # the page is asked for anew; the server leads on to the roll


def test_the_room_screen_shows_everybody_who_came_at_the_same_moment(desk: Desk) -> None:
    page = desk.open("room", 1366, 768)
    page.wait_for_selector("[data-drawn]")
    page.evaluate("""() => { window.seen = new Set(); const list = document.querySelector("[data-latest]");
      new MutationObserver(() => list.querySelectorAll("b").forEach(b => window.seen.add(b.textContent)))
        .observe(list, {childList: true}); }""")
    together = [{"key": 100 - n, "name": f"学员{100 - n}", "unit": "坑头村党支部", "at": "14:26"} for n in range(7)]
    body = json.dumps({**room_state(), "latest": together, "since": "2026-11-24T06:26:00+00:00"})
    desk.answers["/state/"] = lambda route: route.fulfill(body=body, content_type="application/json")
    expect(page.locator("[data-latest] li").first).to_contain_text("学员100", timeout=10_000)
    assert {one["name"] for one in together} <= set(page.evaluate("[...window.seen]"))
    expect(page.locator("[data-latest] li")).to_have_count(3)
    page.wait_for_timeout(2_000)  # nobody is shown twice
    expect(page.locator("[data-latest] b").first).to_have_text("学员100")
    assert any("since=2026-11-24" in request.url for request in desk.asked)


def test_the_room_screen_follows_and_says_when_the_line_is_down(desk: Desk) -> None:
    page = desk.open("room", 1366, 768)
    page.wait_for_selector("[data-drawn]")
    page.clock.install()
    desk.answers["/state/"] = lambda route: route.abort("internetdisconnected")
    page.wait_for_timeout(1_600)
    expect(page.locator("[data-when=lost]")).to_be_visible(timeout=12_000)
    expect(page.locator("[data-say=present]")).to_have_text("61")


def test_the_undo_bar_goes_after_ten_seconds_unless_one_is_on_it(desk: Desk) -> None:
    page = desk.open("gallery", 390, 844)
    bar = page.locator("[data-undo]")
    expect(bar).to_be_visible()
    bar.get_by_role("button", name="撤销").focus()
    page.wait_for_timeout(10_500)
    expect(bar).to_be_visible()
    page.locator("h1").click()
    page.locator("#main").focus()
    expect(bar).to_have_count(0, timeout=4_000)
