"""Which days a calendar shows: weeks from Monday, over New Year, around 29 February, what goes on for days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import icalendar
from hypothesis import given
from hypothesis import strategies as st

from doorstep.classes.rules.calendars import (
    AWAY,
    MONTH,
    SESSION,
    WEEK,
    Day,
    Entry,
    day_before_and_after,
    days_shown,
    last_day,
    placed,
    read_day,
)
from doorstep.classes.rules.ical import CANCELLED, Event, calendar_bytes
from doorstep.core.clock import at_local

NEW_YEAR = date(2026, 12, 31)


def entry(starts: datetime, ends: datetime, **more: object) -> Entry:
    return Entry(**{"kind": SESSION, "title": "课", "uid": "session-1", **more}, starts_at=starts, ends_at=ends)  # type: ignore[arg-type]


def test_a_week_begins_on_monday_also_over_new_year() -> None:
    week = days_shown(WEEK, NEW_YEAR)
    assert (week[0], week[-1], len(week)) == (date(2026, 12, 28), date(2027, 1, 3), 7)
    assert days_shown(WEEK, date(2027, 1, 1)) == week
    assert days_shown(WEEK, date(2027, 1, 3)) == week
    assert days_shown(WEEK, date(2027, 1, 4))[0] == date(2027, 1, 4)


def test_a_month_is_whole_weeks() -> None:
    december = days_shown(MONTH, NEW_YEAR)
    assert (december[0], december[-1]) == (date(2026, 11, 30), date(2027, 1, 3))
    february = days_shown(MONTH, date(2028, 2, 29))
    assert (february[0], february[-1]) == (date(2028, 1, 31), date(2028, 3, 5))


def test_one_leafs_over_the_ends_of_months_and_years() -> None:
    assert day_before_and_after(WEEK, NEW_YEAR) == (date(2026, 12, 24), date(2027, 1, 7))
    assert day_before_and_after(MONTH, NEW_YEAR) == (date(2026, 11, 1), date(2027, 1, 1))
    assert day_before_and_after(MONTH, date(2028, 3, 31)) == (date(2028, 2, 1), date(2028, 4, 1))
    assert day_before_and_after(MONTH, date(2028, 2, 29)) == (date(2028, 1, 1), date(2028, 3, 1))


def test_a_day_is_read_or_it_is_today() -> None:
    today = date(2026, 11, 24)
    assert read_day("2028-02-29", today) == date(2028, 2, 29)
    assert [read_day(text, today) for text in ("2027-02-29", "", "x", "0001-01-01", "9999-12-31")] == [today] * 5


@given(st.dates(date(2000, 2, 1), date(2099, 11, 30)), st.sampled_from((WEEK, MONTH)))
def test_every_day_stands_in_its_own_calendar(day: date, view: str) -> None:
    days = days_shown(view, day)
    assert day in days
    assert (days[0].isoweekday(), days[-1].isoweekday(), len(days) % 7) == (1, 7, 0)
    before, after = day_before_and_after(view, day)
    assert before < day < after
    assert day not in {d for d in days_shown(view, after) if view == WEEK}
    assert (after.year * 12 + after.month) - (before.year * 12 + before.month) == (2 if view == MONTH else 0) or (
        view == WEEK
    )


def words(days: list[Day]) -> dict[date, list[tuple[str, bool]]]:
    return {day.on: [(one.words, one.is_later) for one in day.entries] for day in days if day.entries}


def test_what_goes_on_for_days_stands_on_each_of_them() -> None:
    camp = entry(at_local(NEW_YEAR, 19), at_local(date(2027, 1, 2), 11, 30))
    assert words(placed([camp], days_shown(WEEK, NEW_YEAR))) == {
        NEW_YEAR: [("19:00–24:00", False)],
        date(2027, 1, 1): [("00:00–24:00", True)],
        date(2027, 1, 2): [("00:00–11:30", True)],
    }
    begun_before = placed([camp], days_shown(WEEK, NEW_YEAR)[4:])
    assert words(begun_before)[date(2027, 1, 1)] == [("00:00–24:00", True)]


def test_what_ends_at_midnight_is_of_one_day() -> None:
    late = entry(at_local(NEW_YEAR, 20), at_local(date(2027, 1, 1), 0))
    assert last_day(late) == NEW_YEAR
    assert words(placed([late], days_shown(WEEK, NEW_YEAR))) == {NEW_YEAR: [("20:00–24:00", False)]}


def test_whole_days_have_no_times_and_days_of_other_months_are_outside() -> None:
    away = entry(at_local(NEW_YEAR, 0), at_local(date(2027, 1, 2), 0), kind=AWAY, is_all_day=True)
    shown = placed([away], days_shown(MONTH, NEW_YEAR), 12)
    assert words(shown) == {NEW_YEAR: [("", False)], date(2027, 1, 1): [("", True)]}
    assert [day.on for day in shown if day.is_outside] == [date(2026, 11, 30), *(date(2027, 1, n) for n in (1, 2, 3))]


def test_a_cell_holds_what_is_at_its_venue() -> None:
    here = entry(at_local(NEW_YEAR, 8), at_local(NEW_YEAR, 9), venue_id=7)
    there = entry(at_local(NEW_YEAR, 8), at_local(NEW_YEAR, 9), uid="session-2")
    day = placed([there, here], [NEW_YEAR])[0]
    assert [one.entry.uid for one in day.of_venue(7)] == ["session-1"]
    assert [one.entry.uid for one in day.besides({7})] == ["session-2"]


def test_a_calendar_for_other_programs_is_in_utc_and_says_what_was_called_off() -> None:
    starts = at_local(date(2027, 1, 1), 0, 30)
    off = Event("session-1@x", "课；第一讲, 二", starts, starts + timedelta(hours=2), starts, "教室", "", 3, CANCELLED)
    whole = Event("absence-1@x", "不能来", date(2028, 2, 29), date(2028, 3, 1), starts)
    read = icalendar.Calendar.from_ical(calendar_bytes("名", [off, whole]))
    first, second = read.walk("VEVENT")
    assert first["dtstart"].dt == datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
    assert (first["sequence"], first["status"], str(first["summary"])) == (3, "CANCELLED", "课；第一讲, 二")
    assert first["last-modified"].dt == datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
    assert (second["dtstart"].dt, second["dtend"].dt) == (date(2028, 2, 29), date(2028, 3, 1))
    assert ("sequence" in second, "status" in second, "location" in second) == (False, False, False)
