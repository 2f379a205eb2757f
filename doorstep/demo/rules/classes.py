"""What a class of the demo city consists of: sessions, seats, quotas."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from doorstep.demo.rules.lots import Urn
from doorstep.demo.rules.network import PlannedBase, PlannedVenue
from doorstep.demo.rules.people import PlannedPerson
from doorstep.demo.rules.tree import PlannedUnit

SMALL, LARGE = 30, 100  # seats of the two forms; the shipped policies say the same
HALF_DAYS = {"morning": (time(8, 30), time(11, 30)), "afternoon": (time(14, 30), time(17, 30))}
EVENING = (time(19, 0), time(21, 0))

# Sessions as (day, part) from the first day on.
_MORNING, _AFTERNOON = "morning", "afternoon"
HALF = ((0, _AFTERNOON),)
HALF_AND_EVENING = ((0, _AFTERNOON), (0, "evening"))
ONE_DAY = ((0, _MORNING), (0, _AFTERNOON))
DAY_AND_HALF = (*ONE_DAY, (1, _MORNING))


def days(count: int) -> tuple[tuple[int, str], ...]:
    """The sessions of so many whole days."""
    return tuple((day, part) for day in range(count) for part in (_MORNING, _AFTERNOON))


Pattern = tuple[tuple[int, str], ...]
ORDINARY: Urn[Pattern] = Urn.of(
    (HALF, 16), (HALF_AND_EVENING, 8), (ONE_DAY, 44), (DAY_AND_HALF, 18), (days(2), 9), (days(4), 5)
)
FOR_LEADERS: Urn[Pattern] = Urn.of((days(2), 25), (days(4), 50), (days(5), 25))


@dataclass(slots=True)
class PlannedSeat:
    """A person's seat in a class.

    `lapse` is how the attendance differs from having been there: `absent` or `left` for the whole class, or
    the number of a session with the mark it got. `attends` says whether hours come of it.
    """

    person: PlannedPerson
    status: str = "confirmed"
    lapse: tuple[int, str] | None = None
    replaces: PlannedPerson | None = None

    @property
    def attends(self) -> bool:
        """True when the person earns hours."""
        return self.status == "confirmed" and (self.lapse is None or self.lapse[0] > 0)

    @property
    def holds(self) -> bool:
        """True when the seat counts as taken."""
        return self.status in ("nominated", "confirmed")


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """One sitting."""

    number: int
    held_on: date
    part: str
    starts: time
    ends: time
    credit_unit: str
    hours: int
    venue: PlannedVenue | None
    location: str


@dataclass(slots=True, eq=False)
class PlannedClass:
    """A class with everything that hangs on it; `caller` is whose units are given the seats."""

    id: int
    code: str
    unit: PlannedUnit
    level: str
    title: str
    status: str
    starts_on: date
    base: PlannedBase | None
    caller: PlannedUnit
    capacity: int = 0
    sessions: list[PlannedSession] = field(default_factory=list)
    seats: list[PlannedSeat] = field(default_factory=list)
    quotas: dict[int, tuple[PlannedUnit, int]] = field(default_factory=dict)

    @property
    def ends_on(self) -> date:
        """The day of the last session."""
        return max((s.held_on for s in self.sessions), default=self.starts_on)

    @property
    def form(self) -> str:
        """Small class or lecture."""
        return "small" if self.capacity <= SMALL else "lecture"

    def share_of(self, seat: PlannedSeat) -> PlannedUnit | None:
        """The unit that was given the seat; None when the person's branch stands elsewhere."""
        return _below(unit_on(seat.person, self.starts_on), self.caller, self.starts_on)

    @property
    def taken(self) -> int:
        """Seats that are taken."""
        return sum(seat.holds for seat in self.seats)


@dataclass(frozen=True, slots=True)
class Room:
    """Where a class sits: a venue of a base, or a place without one."""

    base: PlannedBase | None
    venue: PlannedVenue | None
    location: str = ""


def room_for(base: PlannedBase, size: int, track: int = 0) -> Room:
    """The smallest room of a base that is large enough; other tracks sit in the rooms left over, then elsewhere."""
    fitting = sorted((v for v in base.venues if v.seats >= size), key=lambda v: v.seats)
    venue = fitting[track] if track < len(fitting) else None
    return Room(base, venue, "" if venue else f"{base.name}附近会场")


def sessions_of(start: date, pattern: Pattern, room: Room) -> list[PlannedSession]:
    """The sittings of a class that begins on `start`."""
    found = []
    for number, (day, part) in enumerate(pattern, start=1):
        evening = part == "evening"
        starts, ends = EVENING if evening else HALF_DAYS[part]
        found.append(
            PlannedSession(
                number,
                start + timedelta(days=day),
                part,
                starts,
                ends,
                "hour" if evening else "half_day",
                2 if evening else 0,
                room.venue,
                room.location,
            )
        )
    return found


def unit_on(person: PlannedPerson, day: date) -> PlannedUnit:
    """The branch a person belonged to on a day."""
    if person.came_from is not None and person.came_on is not None and day < person.came_on:
        return person.came_from
    return person.unit


def _below(unit: PlannedUnit, caller: PlannedUnit, day: date) -> PlannedUnit | None:
    """The unit directly below `caller` above or at `unit`; None when it stands elsewhere."""
    here: PlannedUnit | None = unit
    while here is not None:
        above = here.parent
        if above is not None and above.valid_from > day and here.moved:
            above = here.moved[0]
        if above is caller:
            return here
        here = above
    return None


def hand_down(planned: PlannedClass, spare: int = 0, rng: random.Random | None = None) -> None:
    """Quotas that fit the seats; `spare` seats more, given to units by lot."""
    used: dict[int, int] = {}
    units: dict[int, PlannedUnit] = {}
    for seat in planned.seats:
        unit = planned.share_of(seat)
        if unit is not None:
            units[unit.id] = unit
            used[unit.id] = used.get(unit.id, 0) + seat.holds
    order = list(units.values())
    while spare > 0 and rng is not None and order:
        used[rng.choice(order).id] += 1
        spare -= 1
    planned.quotas = {unit.id: (unit, used[unit.id]) for unit in order if used[unit.id]}


def round_up(size: int) -> int:
    """The capacity announced for so many people: the next five, within the sizes of the two forms."""
    wanted = -(-size // 5) * 5
    return max(size, min(wanted, SMALL if size <= SMALL else LARGE))


def is_chosen(person_id: int, class_id: int, year: int) -> bool:
    """Whether somebody chose a seat themselves: a third of all this year (0), fewer in each year before (-1, -2)."""
    return (person_id * 31 + class_id * 17) % 100 < max(34 + 11 * year, 5)
