"""A trainee takes their classes onto a phone; an office moves a session and hears first what is in the way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from playwright.sync_api import Locator, Page, expect

from doorstep.classes.models import CalendarFeed, Session
from doorstep.classes.queries.people import nominees
from doorstep.classes.services.people import nominate
from doorstep.core import clock
from tests.cast import Cast
from tests.factories.classes import SYSTEM, half_day, make_base, make_class
from tests.journeys.conftest import DESKTOP, PHONE, SMALL, axe, overflows

Open = Callable[..., Page]


def test_ones_classes_come_onto_the_phone(cast: Cast, at: Open) -> None:
    day = clock.today() + timedelta(days=1)
    opened = make_class(cast.unit("huotong"), sessions=[half_day(day, location="文化礼堂")])
    nominate(training_class=opened, people=nominees([cast.person("林秀珍").pk]), actor=SYSTEM)
    page = at("trainee", PHONE)
    page.get_by_role("link", name="我的日程").tap()
    page.goto(f"/me/calendar/?day={day}")
    expect(page.get_by_text("文化礼堂")).to_be_visible()
    boxes = [page.locator(".cal-day").nth(n).bounding_box() for n in (0, 1)]
    assert boxes[0]
    assert boxes[1]
    assert boxes[0]["y"] < boxes[1]["y"]
    assert axe(page) == []
    assert not overflows(page)
    page.get_by_role("link", name="月", exact=True).tap()
    page.wait_for_url("**view=month**")
    assert not overflows(page)
    page.get_by_role("link", name="订阅到手机").tap()
    page.get_by_role("button", name="生成地址").tap()
    address = page.locator(".break-all").inner_text()
    assert axe(page) == []
    assert not overflows(page)
    answer = page.request.get(address)
    assert "BEGIN:VEVENT" in answer.text()
    page.goto("/me/feeds/")
    page.get_by_text("停用", exact=True).tap()
    page.get_by_role("button", name="停用这个地址").tap()
    expect(page.get_by_text("还没有。打开阵地")).to_be_visible()
    assert page.request.get(address).status == 404
    assert CalendarFeed.objects.filter(revoked_at=None).count() == 0


def _two_in_a_week(cast: Cast) -> tuple[Any, Session, Any]:
    """A base with a class on the first two days of next week; the first is the one to move."""
    today = clock.today()
    monday = today + timedelta(days=7 - today.weekday())
    base = make_base(cast.unit("huotong"))
    where = {"base_id": base.pk, "venue_id": base.venues.get().pk}
    first = make_class(cast.unit("huotong"), title="甲班", sessions=[half_day(monday, **where)]).sessions.get()
    make_class(cast.unit("huotong"), title="乙班", sessions=[half_day(monday + timedelta(days=1), **where)])
    return base, first, monday


def _cell(page: Page, day: Any) -> Locator:
    return page.locator(f'td[data-day="{day}"]')


def test_dragging_says_what_is_in_the_way_and_asks_once(cast: Cast, at: Open) -> None:
    base, session, monday = _two_in_a_week(cast)
    page = at("township", DESKTOP)
    page.goto(f"/classes/calendar/bases/{base.pk}/?day={monday}")
    expect(page.locator("html[data-moving]")).to_be_attached()
    assert axe(page) == []
    entry = page.locator("td [data-move]").first
    taken, free = _cell(page, monday + timedelta(days=1)), _cell(page, monday + timedelta(days=2))
    entry.drag_to(taken)
    expect(page.locator(".cal-say")).to_contain_text("“乙班”08:30–11:30 在用")
    assert Session.objects.get(pk=session.pk).revision == 0
    entry.drag_to(free)
    dialog = page.get_by_role("dialog", name="搬到这里？")
    expect(dialog).to_contain_text("甲班")
    assert axe(page) == []
    dialog.get_by_role("button", name="搬过去").click()
    expect(page.get_by_text("已搬到")).to_be_visible()
    moved = Session.objects.get(pk=session.pk)
    assert (moved.held_on, moved.revision) == (monday + timedelta(days=2), 1)


def test_keys_move_a_session_as_well(cast: Cast, at: Open) -> None:
    base, session, monday = _two_in_a_week(cast)
    page = at("township", DESKTOP)
    page.goto(f"/classes/calendar/bases/{base.pk}/?day={monday}")
    expect(page.locator("html[data-moving]")).to_be_attached()
    page.locator("td [data-move]").first.focus()
    page.keyboard.press("m")
    expect(page.locator(".cal-say")).to_contain_text("已拿起")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".cal-say")).to_contain_text("在用")
    page.keyboard.press("Escape")
    expect(page.locator(".cal-say")).to_have_text("已放回。")
    page.keyboard.press("m")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(page.locator(".cal-say")).to_contain_text("放得下")
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="搬过去").click()
    expect(page.get_by_text("已搬到")).to_be_visible()
    assert Session.objects.get(pk=session.pk).held_on == monday + timedelta(days=3)


def test_calendars_fit_the_smallest_phone_in_large_type(cast: Cast, at: Open) -> None:
    base, session, monday = _two_in_a_week(cast)
    page = at("township", SMALL)
    for address in (
        f"/classes/calendar/bases/{base.pk}/?day={monday}",
        f"/classes/calendar/?day={monday}&view=month",
        f"/classes/{session.training_class_id}/sessions/{session.pk}/move/",
        "/me/feeds/?kind=base&thing=" + str(base.pk),
    ):
        page.goto(address)
        page.evaluate("() => document.documentElement.classList.add('large')")
        assert not overflows(page)
