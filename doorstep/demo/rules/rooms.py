"""When the places of the demo city can be used, whose rooms they are, and how many people they receive."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from doorstep.demo.rules.lots import stream
from doorstep.demo.rules.network import Network, PlannedBase, PlannedVenue

EVENINGS, DAYS = (time(8), time(21, 30)), (time(8), time(18))
MONDAY, SUNDAY = 1, 7
CLOSED_ON_MONDAYS, BORROWED, WELL_EQUIPPED = 0.12, 0.4, 0.6
ENDING_LOANS, CLOSURES = 3, 6
REPAIRS = ("屋顶维修", "线路检修", "更换桌椅", "消防改造", "展厅布展", "道路施工")
KITS = (["projector", "sound", "whiteboard"], ["screen", "sound", "air_conditioning", "wifi", "step_free"])


@dataclass(frozen=True, slots=True)
class PlannedLoan:
    """A room another body lends."""

    venue: PlannedVenue
    owner: str
    first: date
    last: date
    notice_days: int


@dataclass(frozen=True, slots=True)
class PlannedClosure:
    """A time in which a base cannot be used; local wall-clock times."""

    base: PlannedBase
    starts: datetime
    ends: datetime
    reason: str


@dataclass(slots=True)
class Rooms:
    """Hours as (base, weekday, opens, closes), loans, closures, people a day by base, equipment by venue id."""

    hours: list[tuple[PlannedBase, int, time, time]] = field(default_factory=list)
    loans: list[PlannedLoan] = field(default_factory=list)
    closures: list[PlannedClosure] = field(default_factory=list)
    people: list[tuple[PlannedBase, int]] = field(default_factory=list)
    equipment: dict[int, list[str]] = field(default_factory=dict)


def plan_rooms(network: Network, *, seed: int, as_of: date) -> Rooms:
    """Schools are open in the evening, some points closed on Mondays; many school halls belong to a culture centre."""
    rng, rooms = stream(seed, "rooms"), Rooms()
    for base in network.bases:
        if base.kind == "micro_site":  # somebody's own room: open every evening, nobody is received by the busload
            rooms.hours += [(base, weekday, *EVENINGS) for weekday in range(MONDAY, SUNDAY + 1)]
        elif base.venues and base.kind != "mobile_school":
            _of_base(base, rooms, rng)
    schools = network.of_kind("township_school")
    for number, school in enumerate(rng.sample(schools, round(BORROWED * len(schools)))):
        last = as_of + timedelta(days=20) if number < ENDING_LOANS else date(as_of.year + 1, 12, 31)
        owner = f"{school.name.removesuffix('党校')}文化服务中心"
        rooms.loans.append(PlannedLoan(school.venues[0], owner, date(as_of.year - 2, 1, 1), last, 3))
    points = network.of_kind("teaching_point")
    for number, point in enumerate(rng.sample(points, min(CLOSURES, len(points)))):
        first = datetime.combine(as_of + timedelta(days=5 + 9 * number), time(8))
        last_day = first + timedelta(days=rng.randint(2, 12))
        rooms.closures.append(PlannedClosure(point, first, last_day, REPAIRS[number]))
    return rooms


def _of_base(base: PlannedBase, rooms: Rooms, rng: random.Random) -> None:
    is_point = base.kind == "teaching_point"
    opens, closes = DAYS if is_point else EVENINGS
    first = MONDAY + 1 if is_point and rng.random() < CLOSED_ON_MONDAYS else MONDAY
    rooms.hours += [(base, weekday, opens, closes) for weekday in range(first, SUNDAY + 1)]
    if not is_point:
        for venue in base.venues:
            rooms.equipment[venue.id] = KITS[rng.random() < WELL_EQUIPPED]
    if not is_point or base.is_flagged:
        rooms.people.append((base, sum(venue.seats for venue in base.venues)))
