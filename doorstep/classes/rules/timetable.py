"""How sessions make a class: parts of the day, clashes, size, planned hours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal

MORNING, AFTERNOON, EVENING = "morning", "afternoon", "evening"
# The names of the parts of a day on a roll sheet; they decide no credit.
_NOON = time(12)
_DUSK = time(18)


@dataclass(frozen=True, slots=True)
class SessionPlan:
    """One sitting as it is planned; the moments are wall-clock times with their zone.

    `credit_unit` is `half_day` or `hour`; `hours` counts only for the latter. `pin` is (latitude, longitude) in WGS84
    degrees of a place that is no base, which lies in the township `township_id` and is told in `location`. `brings`
    are the ids of the coaches, boats and mobile schools that go out with it.
    """

    title: str
    starts_at: datetime
    ends_at: datetime
    credit_unit: str = "half_day"
    hours: Decimal = Decimal(0)
    base_id: int | None = None
    venue_id: int | None = None
    location: str = ""
    course_id: int | None = None
    teacher_id: int | None = None
    mode: str = ""
    pin: tuple[float, float] | None = None
    township_id: int | None = None
    brings: tuple[int, ...] = ()

    @property
    def held_on(self) -> date:
        """The local day of the sitting."""
        return self.starts_at.date()

    @property
    def part(self) -> str:
        """The part of the day in which it begins."""
        return part_of(self.starts_at.time())


@dataclass(frozen=True, slots=True)
class CreditPolicy:
    """What a half day, an hour and a whole day are worth, in credit hours.

    Source: policy:credit.half_day, policy:credit.per_hour, policy:credit.day_max.
    """

    half_day: Decimal
    per_hour: Decimal
    day_max: Decimal


def part_of(moment: time) -> str:
    """The part of the day a wall-clock time lies in: morning, afternoon or evening."""
    if moment < _NOON:
        return MORNING
    return AFTERNOON if moment < _DUSK else EVENING


def clashes(plans: Sequence[SessionPlan]) -> list[tuple[int, int]]:
    """Index pairs of sittings that overlap in time (half-open), each pair once."""
    order = sorted(range(len(plans)), key=lambda n: plans[n].starts_at)
    found = []
    for at, first in enumerate(order):
        for second in order[at + 1 :]:
            if plans[second].starts_at >= plans[first].ends_at:
                break
            found.append((min(first, second), max(first, second)))
    return sorted(found)


def session_hours(credit_unit: str, hours: Decimal, policy: CreditPolicy) -> Decimal:
    """The credit hours one sitting is planned to give, before the cap of a day."""
    return policy.half_day if credit_unit == "half_day" else policy.per_hour * hours


def planned_hours(sessions: Sequence[tuple[date, str, Decimal]], policy: CreditPolicy) -> Decimal:
    """The credit hours of a class whose sittings are (day, credit unit, hours), each day capped."""
    days: dict[date, Decimal] = {}
    for day, credit_unit, hours in sessions:
        days[day] = days.get(day, Decimal(0)) + session_hours(credit_unit, hours, policy)
    return sum((min(total, policy.day_max) for total in days.values()), Decimal(0))


def moved(plans: Sequence[SessionPlan], starts_on: date) -> list[SessionPlan]:
    """The same sittings with the first day on `starts_on`, gaps between the days kept."""
    if not plans:
        return []
    shift = timedelta(days=(starts_on - min(plan.held_on for plan in plans)).days)
    return [replace(plan, starts_at=plan.starts_at + shift, ends_at=plan.ends_at + shift) for plan in plans]


def moved_to(plan: SessionPlan, starts_at: datetime, venue: tuple[int, int] | None = None) -> SessionPlan:
    """The same sitting from another moment on, as long as before.

    `venue` is (base id, venue id); None keeps the place as it is.
    """
    moved_plan = replace(plan, starts_at=starts_at, ends_at=starts_at + (plan.ends_at - plan.starts_at))
    if venue is None or venue[1] == plan.venue_id:
        return moved_plan
    return replace(moved_plan, base_id=venue[0], venue_id=venue[1], location="", pin=None, township_id=None)
