"""Taking a roll with the thumb: one mark a person, seven on touch; and what a dashboard costs to load."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import date

from playwright.sync_api import Page, Response, expect

from doorstep.attendance.models import Mark
from tests.cast import Cast
from tests.factories.rolls import make_class, seat
from tests.journeys.conftest import DESKTOP, PHONE, HeldClock

Open = Callable[..., Page]
DASHBOARD_SCRIPTS = 320_000  # bytes, compressed


def test_a_roll_on_a_phone_opens_one_person_at_a_time(cast: Cast, at: Open, held_clock: HeldClock) -> None:
    held = make_class(cast.unit("huotong"), [date(2026, 11, 24)])
    for name in ("林秀珍", "黄德旺"):
        seat(held, cast.person(name))
    page = at("township", PHONE)
    page.goto(f"/classes/{held.pk}/roll/")
    expect(page.get_by_role("radio")).to_have_count(0)
    hours = page.locator(f"#hours-{cast.person('林秀珍').pk}")
    expect(hours).to_be_visible()
    expect(hours).to_contain_text("预计")
    page.get_by_role("button", name="林秀珍").tap()
    expect(page.get_by_role("radio")).to_have_count(7)
    page.get_by_role("button", name="黄德旺").tap()
    expect(page.get_by_role("radio")).to_have_count(7)
    with page.expect_response(lambda answer: "/marks/" in answer.url):
        page.get_by_role("group", name="黄德旺").get_by_role("radio", name="迟到").check(force=True)
    expect(page.get_by_role("radio")).to_have_count(0)
    expect(page.get_by_role("button", name="黄德旺 迟到")).to_be_focused()
    assert [m.state for m in Mark.objects.filter(person=cast.person("黄德旺"))] == ["late"]


def test_a_roll_on_a_desk_shows_the_seven_marks(cast: Cast, at: Open, held_clock: HeldClock) -> None:
    held = make_class(cast.unit("huotong"), [date(2026, 11, 24)])
    seat(held, cast.person("林秀珍"))
    page = at("township", DESKTOP)
    page.goto(f"/classes/{held.pk}/roll/")
    expect(page.get_by_role("radio")).to_have_count(7)
    expect(page.locator("[data-roll-open]")).to_be_hidden()


def test_the_last_of_quick_marks_is_the_one_that_is_kept(cast: Cast, at: Open, held_clock: HeldClock) -> None:
    """Three marks of one person before the first is answered: none may be shown and another one written."""
    held = make_class(cast.unit("huotong"), [date(2026, 11, 24)])
    seat(held, cast.person("林秀珍"))
    page = at("township", DESKTOP)
    page.goto(f"/classes/{held.pk}/roll/")
    marks = page.get_by_role("group", name="林秀珍").get_by_role("radio")
    marks.evaluate_all("boxes => [0, 2, 1].forEach(n => boxes[n].click())")
    page.wait_for_load_state("networkidle")
    chosen = marks.nth(1).get_attribute("value")
    assert marks.nth(1).is_checked()
    assert [m.state for m in Mark.objects.filter(person=cast.person("林秀珍"))] == [chosen]


def test_a_dashboard_loads_little(cast: Cast, at: Open) -> None:
    page, scripts = at("city"), {}

    def weigh(answer: Response) -> None:
        if answer.request.resource_type == "script" or answer.url.endswith(".wasm"):
            scripts[answer.url] = len(gzip.compress(answer.body(), 9))

    page.on("response", weigh)
    for path in ("/", "/coverage/"):
        scripts.clear()
        page.goto(path, wait_until="networkidle")
        assert scripts
        assert sum(scripts.values()) <= DASHBOARD_SCRIPTS, f"{path}: {scripts}"
