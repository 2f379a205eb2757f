"""What a plan says in figures: when a line is behind, when a plan is due, which sittings a line becomes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta

PLANNED, OPENED, HELD, BEHIND = "line_planned", "line_opened", "line_held", "line_behind"
_OPENED = ("open", "running")
# A half day each; two of them make a day.
HALF_DAYS = ((time(8, 30), time(11, 30)), (time(14), time(17)))


def standing_of(class_status: str | None, *, year: int, month_to: int, today: date) -> str:
    """How a line stands: its class is over, or open; else whether its last month is over.

    A draft that nobody was told of is no class yet, and one that was cancelled none any more.
    """
    if class_status == "closed":
        return HELD
    if class_status in _OPENED:
        return OPENED
    return BEHIND if (today.year, today.month) > (year, month_to) else PLANNED


def due_on(year: int, month_and_day: str) -> date:
    """The day until which the plan of a year is handed in, from `03-31`. Source: policy:plan.hand_in_by."""
    month, day = month_and_day.split("-")
    return date(year, int(month), int(day))


def is_told(due: date, days_before: int, today: date) -> bool:
    """Whether a school is reminded of its plan by now. Source: policy:plan.remind_days."""
    return today >= due - timedelta(days=days_before)


def sittings_of(starts_on: date, half_days: int) -> list[tuple[date, time, time]]:
    """The first sittings of a line: two half days a day, one day after the other."""
    return [
        (starts_on + timedelta(days=number // len(HALF_DAYS)), *HALF_DAYS[number % len(HALF_DAYS)])
        for number in range(half_days)
    ]


def first_day(year: int, month_from: int, today: date) -> date:
    """The day a class of a line is first set to: the first of its month, a week from today once that is past.

    Never after the year of the plan, in which alone it would count.
    """
    return min(max(date(year, month_from, 1), today + timedelta(days=7)), date(year, 12, 31))


def differences(
    before: Mapping[str, object], after: Mapping[str, object]
) -> tuple[dict[str, object], dict[str, object]]:
    """What of a line is not as it was: the old values and the new ones, by field."""
    names = [name for name in after if before.get(name) != after[name]]
    return {name: before.get(name) for name in names}, {name: after[name] for name in names}


@dataclass(frozen=True, slots=True)
class Shape:
    """What a line and a class are compared by: months, title, form, half days, and the courses taught."""

    month_from: int
    month_to: int
    title: str
    form: str
    half_days: int
    course_ids: frozenset[int] = frozenset()


def fits(line: Shape, held: Shape) -> bool:
    """Whether a class that was opened elsewhere could be the one a line means, so that somebody is asked.

    It begins in the months of the line and teaches its course, is called alike, or, where the line names no course,
    is of the same form and length.
    """
    if not line.month_from <= held.month_from <= line.month_to:
        return False
    is_alike = line.title in held.title or held.title in line.title
    same = not line.course_ids and (line.form, line.half_days) == (held.form, held.half_days)
    return bool(line.course_ids & held.course_ids) or is_alike or same
