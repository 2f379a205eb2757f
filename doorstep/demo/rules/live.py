"""What goes on in the demo city today: classes that run or fill, leave to decide, plans, cancellations."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from doorstep.demo.rules.classes import (
    DAY_AND_HALF,
    ONE_DAY,
    PlannedClass,
    PlannedSeat,
    Room,
    days,
    hand_down,
    room_for,
    round_up,
)
from doorstep.demo.rules.lots import stream
from doorstep.demo.rules.network import Network, PlannedBase
from doorstep.demo.rules.people import PlannedPerson
from doorstep.demo.rules.training import History, class_title
from doorstep.demo.rules.tree import PlannedUnit, Tree

FIRST = ("350902105", "350924209", "350902110", "350925103", "350981108", "350982105")  # always among them
RUNNING, OPEN, DRAFTS, CANCELLED = 9, 48, 6, 5
RUNNING_SIZE = 45
# Two days that began yesterday and the morning of tomorrow.
RUNNING_PATTERN = (*days(2), (2, "morning"))
LEAVE_REASONS = {
    "personal": ("家里修房，走不开", "孩子家长会", "外出办证"),
    "sick": ("感冒发烧，已去卫生院", "腰伤复诊"),
    "official": ("镇里防汛值班", "参加县里会议"),
}


@dataclass(frozen=True, slots=True)
class PlannedLeave:
    """A request for leave from one session."""

    planned: PlannedClass
    person: PlannedPerson
    session: int
    kind: str
    reason: str
    status: str


@dataclass(slots=True)
class Today:
    """What is added to the history for a live day."""

    leaves: list[PlannedLeave] = field(default_factory=list)


def plan_today(
    tree: Tree, people: list[PlannedPerson], network: Network, history: History, *, seed: int, as_of: date
) -> Today:
    """Add the classes of these weeks to `history`: running, open, drafted, cancelled."""
    rng = stream(seed, "today")
    today = Today()
    left: dict[int, list[PlannedPerson]] = defaultdict(list)
    for person in people:
        home = person.unit.group is not None and person.came_from is None
        if home and person.id not in history.trained[as_of.year] and not person.lost_since and person.formal:
            left[person.unit.group.id if person.unit.group else 0].append(person)
    schools = [tree.by_code[c] for c in FIRST if c in tree.by_code]
    others = [u for u in tree.units if u.id in network.school_of and u not in schools]
    order = [u for u in (*schools, *rng.sample(others, len(others))) if len(left[u.id]) >= 3]
    for unit in order[:RUNNING]:
        _running(rng, unit, left[unit.id], network, history, today, as_of)
    for number, unit in enumerate(order[:OPEN]):
        _open(rng, unit, left[unit.id], network, history, as_of + timedelta(days=4 + 5 * (number % 8)))
    for number, base in enumerate(network.of_kind("demonstration_base")):
        county = tree.by_code[base.unit.county]
        _at_base(rng, base, county, left[county.id], history, as_of, 3 * number - 1)
    for unit in order[OPEN : OPEN + DRAFTS]:
        _draft(unit, network, history, as_of + timedelta(days=40))
    for unit in order[OPEN + DRAFTS : OPEN + DRAFTS + CANCELLED]:
        _cancelled(unit, left[unit.id], network, history, as_of - timedelta(days=3))
    return today


def _take(rng: random.Random, left: list[PlannedPerson], count: int) -> list[PlannedPerson]:
    """So many people out of those who are left, who are then no longer left."""
    chosen = rng.sample(left, min(count, len(left)))
    gone = {p.id for p in chosen}
    left[:] = [p for p in left if p.id not in gone]
    return sorted(chosen, key=lambda p: p.id)


def _running(
    rng: random.Random,
    unit: PlannedUnit,
    left: list[PlannedPerson],
    network: Network,
    history: History,
    today: Today,
    as_of: date,
) -> None:
    people = _take(rng, left, min(RUNNING_SIZE, max(3, len(left) // 2)))
    start = as_of - timedelta(days=1)
    room = room_for(network.school_of[unit.id], len(people))
    planned = history.open(unit, class_title(unit, start), start, room, RUNNING_PATTERN, "running")
    history.seat(planned, [PlannedSeat(p) for p in people])
    planned.capacity = round_up(planned.taken + 4)
    hand_down(planned)
    for number, person in enumerate(people[: max(2, len(people) // 8)]):
        kind = ("personal", "sick", "official")[number % 3]
        asked = number % 2 == 0
        session = 5 if asked else 4
        status = "asked" if asked else "approved"
        today.leaves.append(PlannedLeave(planned, person, session, kind, rng.choice(LEAVE_REASONS[kind]), status))


def _open(
    rng: random.Random, unit: PlannedUnit, left: list[PlannedPerson], network: Network, history: History, start: date
) -> None:
    """Announced, seats handed down, part of them filled."""
    people = _take(rng, left, min(30, max(2, len(left) // 2)))
    room = room_for(network.school_of[unit.id], 2 * len(people) + 5)
    planned = history.open(unit, class_title(unit, start), start, room, DAY_AND_HALF, "open")
    status = [rng.choice(("nominated", "confirmed", "confirmed")) for _ in people]
    history.seat(planned, [PlannedSeat(p, s) for p, s in zip(people, status, strict=True)])
    planned.capacity = round_up(2 * len(people) + 5)
    hand_down(planned, planned.capacity - planned.taken - 3, rng)


def _at_base(
    rng: random.Random,
    base: PlannedBase,
    county: PlannedUnit,
    left: list[PlannedPerson],
    history: History,
    as_of: date,
    ahead: int,
) -> None:
    """A practice class for a county's offices at a demonstration base: the first runs today, the others fill."""
    start, status = as_of + timedelta(days=ahead), "running" if ahead < 0 else "open"
    people = _take(rng, left, min(24, max(2, len(left) // 3)))
    planned = history.open(base.unit, "党员实训班", start, room_for(base, 30), days(2), status, county)
    history.seat(planned, [PlannedSeat(p) for p in people])
    planned.capacity = 30
    hand_down(planned, planned.capacity - planned.taken if ahead > 0 else 0, rng)


def _draft(unit: PlannedUnit, network: Network, history: History, start: date) -> None:
    room = room_for(network.school_of[unit.id], 40)
    history.open(unit, class_title(unit, start), start, room, ONE_DAY, "draft").capacity = 40


def _cancelled(unit: PlannedUnit, left: list[PlannedPerson], network: Network, history: History, start: date) -> None:
    room = Room(network.school_of[unit.id], None, "台风天停课")
    planned = history.open(unit, class_title(unit, start), start, room, ONE_DAY, "cancelled")
    history.seat(planned, [PlannedSeat(p, "cancelled") for p in left[:12]])
    planned.capacity = round_up(max(12, len(planned.seats)))
    hand_down(planned)
