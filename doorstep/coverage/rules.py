"""How a person stands in a year: where they are counted, what is required, what they have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

_STEP = Decimal("0.1")
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `start` to the day before `end`; None is open."""

    start: date
    end: date | None

    def holds(self, day: date) -> bool:
        """True when `day` lies in the period."""
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class Belonging:
    """A primary membership."""

    unit_id: int
    period: Period


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the ledger; a reversal has negative hours."""

    class_id: int
    session_id: int
    unit_id: int
    earned_on: date
    hours: Decimal
    is_concentrated: bool = True


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a year asks at a place.

    Source: policy:hours.member.min_per_year, policy:hours.leader.min_per_year,
    policy:concentrated.leader.min_per_year, policy:hours.change_of_post.
    """

    member_hours: Decimal
    leader_hours: Decimal
    leader_concentrated: int
    change_of_post: Literal["full", "pro_rata"]


@dataclass(frozen=True, slots=True)
class Stand:
    """How a person stands at one unit in one year."""

    unit_id: int
    is_home: bool
    is_leader: bool
    required: Decimal
    earned: Decimal
    is_trained: bool
    is_met: bool
    person_times: int
    hours: Decimal


def last_day(year: int, today: date) -> date:
    """The day that decides where people belong: today, or 31 December of a past year."""
    return min(today, date(year, 12, 31))


def leading_days(posts: Iterable[Period], year: int, on: date) -> int:
    """Days of `year` with a leading post taken up by `on`; posts that overlap count once, open ones to year's end."""
    first, end = date(year, 1, 1), date(year + 1, 1, 1)
    days: set[date] = set()
    for post in posts:
        if post.start <= on:
            start, stop = max(post.start, first), min(post.end or end, end)
            days |= {start + timedelta(n) for n in range((stop - start).days)}
    return len(days)


def hours_required(leading: int, days_in_year: int, requirement: Requirement) -> Decimal:
    """Hours a year asks of a member with `leading` days in a leading post, to one decimal."""
    if not leading:
        return requirement.member_hours
    if requirement.change_of_post == "full":
        return requirement.leader_hours
    more = (requirement.leader_hours - requirement.member_hours) * leading / days_in_year
    return (requirement.member_hours + more).quantize(_STEP, ROUND_HALF_UP)


def _standing_lines(lines: Sequence[Line], on: date) -> list[Line]:
    """One line per session and unit with what is left after reversals, in the order of the days."""
    sums: dict[tuple[date, int, int, int, bool], Decimal] = {}
    for line in lines:
        if line.earned_on <= on:
            key = (line.earned_on, line.session_id, line.class_id, line.unit_id, line.is_concentrated)
            sums[key] = sums.get(key, _ZERO) + line.hours
    return [
        Line(c, s, u, day, hours, together) for (day, s, c, u, together), hours in sorted(sums.items()) if hours > 0
    ]


def _comings(lines: Sequence[Line], year: int) -> dict[int, int]:
    """Comings per unit: each class once, in the year and at the unit of its first session that gives hours."""
    first: dict[int, Line] = {}
    for line in lines:
        first.setdefault(line.class_id, line)
    comings: dict[int, int] = {}
    for line in first.values():
        if line.earned_on.year == year:
            comings[line.unit_id] = comings.get(line.unit_id, 0) + 1
    return comings


def standings_of(
    year: int,
    on: date,
    *,
    is_counted: bool,
    belongings: Sequence[Belonging],
    posts: Sequence[Period],
    lines: Sequence[Line],
    requirement_at: Callable[[int], Requirement],
) -> list[Stand]:
    """How one person stands on `on` in `year`: at the home unit, and wherever hours were earned; by unit.

    `is_counted` says whether the rosters count the person as a member. Hours and comings stay with the unit of the
    day; whether the person is trained and meets the requirement is decided over all units and shown at home.
    """
    standing = _standing_lines(lines, on)
    comings = _comings(standing, year)
    of_year = [line for line in standing if line.earned_on.year == year]
    earned = sum((line.hours for line in of_year), _ZERO)
    concentrated = len({line.class_id for line in of_year if line.is_concentrated})
    home = next((b.unit_id for b in belongings if is_counted and b.period.holds(on)), None)
    leading = leading_days(posts, year, on)
    days_in_year = (date(year + 1, 1, 1) - date(year, 1, 1)).days
    stands = []
    for unit_id in sorted({line.unit_id for line in of_year} | ({home} if home is not None else set())):
        hours = sum((line.hours for line in of_year if line.unit_id == unit_id), _ZERO)
        if unit_id != home:
            stands.append(Stand(unit_id, False, False, _ZERO, _ZERO, False, False, comings.get(unit_id, 0), hours))
            continue
        asked = requirement_at(unit_id)
        required = hours_required(leading, days_in_year, asked)
        together = concentrated >= asked.leader_concentrated or not leading
        is_met = earned >= required and together
        stands.append(
            Stand(unit_id, True, leading > 0, required, earned, earned > 0, is_met, comings.get(unit_id, 0), hours)
        )
    return stands
