"""Three years of classes: who was trained when and by whom, so that the person-times come out as they should."""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from doorstep.demo.rules.classes import (
    FOR_LEADERS,
    ORDINARY,
    SMALL,
    Pattern,
    PlannedClass,
    PlannedSeat,
    Room,
    days,
    hand_down,
    room_for,
    round_up,
    sessions_of,
)
from doorstep.demo.rules.lots import shared_out, stream
from doorstep.demo.rules.network import Network, PlannedBase
from doorstep.demo.rules.organisations import ordinal
from doorstep.demo.rules.people import PlannedPerson
from doorstep.demo.rules.tree import PlannedUnit, Tree

# 228,000 person-times in three years at full size; a little more, so that no rounding falls below.
PERSON_TIMES, FULL_SIZE = 230_000, 170_000
EARLIER_YEARS = (0.46, 0.54)
# Share of members trained by the time the winter training has begun, by county.
TRAINED = {
    "350900": 0.80, "350902": 0.745, "350921": 0.725, "350922": 0.73, "350923": 0.77, "350924": 0.86,
    "350925": 0.88, "350926": 0.80, "350981": 0.722, "350982": 0.74,
}  # fmt: skip
# Share of the year's training that is over at the end of each month.
PROGRESS = (0.03, 0.09, 0.2, 0.3, 0.39, 0.49, 0.57, 0.65, 0.76, 0.88, 1.0, 1.0)
LEADERS_TWICE = 0.045  # of a year's person-times: secretaries called up a second time
CLASS_SIZE, LEADER_CLASS = 88, 45
SCHOOL_CLASSES = 4  # a year at least; policy:township.classes_per_year
EXTRA_SEATS = 0.035
LAST_CLASSES_END = 4  # days before today: from then on only classes of `live`


@dataclass(slots=True)
class History:
    """The classes, and on which days each leader was away for one."""

    classes: list[PlannedClass] = field(default_factory=list)
    away: dict[int, list[tuple[date, date]]] = field(default_factory=lambda: defaultdict(list))
    trained: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    held: dict[tuple[int, int, str], int] = field(default_factory=lambda: defaultdict(int))

    def _next(self, unit: PlannedUnit, year: int, title: str) -> int:
        """The next number of an organiser's classes of a year, of all or of one title."""
        self.held[unit.id, year, title] += 1
        return self.held[unit.id, year, title]

    def open(
        self,
        unit: PlannedUnit,
        title: str,
        start: date,
        room: Room,
        pattern: Pattern,
        status: str = "closed",
        caller: PlannedUnit | None = None,
    ) -> PlannedClass:
        """A new class without people; its number within the organiser's year goes into the title.

        `caller` is who calls people up when a base holds the class for others.
        """
        caller = caller or unit
        number = self._next(unit, start.year, "")
        issue = f"{title}（第{ordinal(self._next(unit, start.year, title))}期）"
        code = f"{unit.code}-{start.year}-{number:03d}"
        planned = PlannedClass(len(self.classes) + 1, code, unit, caller.kind, issue, status, start, room.base, caller)
        planned.sessions = sessions_of(start, pattern, room)
        self.classes.append(planned)
        return planned

    def seat(self, planned: PlannedClass, seats: list[PlannedSeat]) -> None:
        """Give the seats of a class to people, as far as they have nothing else on these days."""
        start, end = planned.starts_on, planned.ends_on
        for seat in seats:
            away = self.away[seat.person.id]
            if any(begin <= end and start <= finish for begin, finish in away):
                continue
            away.append((start, end))
            planned.seats.append(seat)
            if seat.attends and planned.status == "closed":
                self.trained[start.year].add(seat.person.id)


@dataclass(frozen=True, slots=True)
class _World:
    """What every step of the planning needs."""

    rng: random.Random
    network: Network
    as_of: date
    history: History
    bases_of: dict[str, list[PlannedBase]]


def plan_history(tree: Tree, people: list[PlannedPerson], network: Network, *, seed: int, as_of: date) -> History:
    """The classes that are over, year by year, up to a few days before `as_of`."""
    bases: dict[str, list[PlannedBase]] = defaultdict(list)
    for base in network.of_kind("demonstration_base"):
        bases[base.unit.county].append(base)
    world = _World(stream(seed, "training"), network, as_of, History(), bases)
    groups = _groups(tree, people)
    this_year = [_count_now(world, unit, len(members)) for unit, members in groups]
    total = round(PERSON_TIMES * len(people) / FULL_SIZE)
    earlier = total - round(sum(this_year) * (1 + LEADERS_TWICE))
    for back, share in zip((2, 1), EARLIER_YEARS, strict=True):
        first_call = round(earlier * share / (1 + LEADERS_TWICE))
        _year(
            world, groups, as_of.year - back, shared_out(first_call, [_eagerness(unit, len(m)) for unit, m in groups])
        )
    _year(world, groups, as_of.year, this_year)
    return world.history


def progress_on(day: date) -> float:
    """How much of a year's training is over on a day."""
    before = PROGRESS[day.month - 2] if day.month > 1 else 0.0
    return before + (PROGRESS[day.month - 1] - before) * day.day / 31


Group = tuple[PlannedUnit, list[PlannedPerson]]


def _groups(tree: Tree, people: list[PlannedPerson]) -> list[Group]:
    """The organisers with the members they train, in the order of the tree."""
    members: dict[int, list[PlannedPerson]] = defaultdict(list)
    for person in people:
        group = person.unit.group
        assert group is not None, "every branch stands below the city"
        members[group.id].append(person)
    return [(unit, members[unit.id]) for unit in tree.units if members[unit.id]]


def _eagerness(unit: PlannedUnit, size: int) -> float:
    """In earlier years the township schools did more of the work than the counties."""
    return size * (1.2 if unit.kind == "township" else 0.6)


def _count_now(world: _World, unit: PlannedUnit, size: int) -> int:
    """How many of a group are trained this year: by county, a little different from group to group."""
    rate = min(0.95, TRAINED[unit.county] + world.rng.uniform(-0.03, 0.035))
    return round(size * rate * min(1.0, progress_on(world.as_of) / PROGRESS[9]))


def _year(world: _World, groups: list[Group], year: int, counts: list[int]) -> None:
    """One year: ordinary classes of every organiser, then the second call for leaders."""
    last = min(date(year, 12, 26), world.as_of - timedelta(days=LAST_CLASSES_END))
    if last < date(year, 2, 1):
        return
    for (unit, members), count in zip(groups, counts, strict=True):
        _ordinary(world, unit, members, year, min(count, len(members)), last)
    everybody = sum(len(members) for _, members in groups)
    for unit, members in _by_county(groups):
        leaders = [p for p in members if p.is_leader and p.joined.year < year]
        called = round(sum(counts) * LEADERS_TWICE * len(members) / everybody)
        _second_call(world, unit, leaders, year, called, last)
        _over_new_year(world, unit, leaders, year)


def _by_county(groups: list[Group]) -> list[Group]:
    """The counties with all their members, those of the townships too."""
    members: dict[str, list[PlannedPerson]] = defaultdict(list)
    for unit, own in groups:
        members[unit.county] += own
    return [(unit, members[unit.county]) for unit, _ in groups if unit.kind == "county"]


def _ordinary(
    world: _World, unit: PlannedUnit, members: list[PlannedPerson], year: int, count: int, last: date
) -> None:
    """The classes of one organiser in one year, each for the members of neighbouring branches."""
    able = [p for p in members if p.joined.year < year and _is_home(p, unit, year)]
    able.sort(key=lambda p: _reluctance(world.rng, p, world.as_of))
    picked, rest = sorted(able[:count], key=lambda p: p.id), able[count:]
    least = min(SCHOOL_CLASSES, len(picked)) if unit.kind == "township" else 1
    number = max(least, -(-len(picked) // CLASS_SIZE))
    parts = iter(picked)
    starts = _weeks(world.rng, year, last, number, tracks=1 if unit.kind == "township" else 3)
    for (start, track), size in zip(starts, shared_out(len(picked), [1.0] * len(starts)), strict=True):
        people = [next(parts) for _ in range(size)]
        if people:
            _hold(world, unit, people, rest, start, track)


def _is_home(person: PlannedPerson, unit: PlannedUnit, year: int) -> bool:
    """Who came from another organiser's branch is trained here from the year after on."""
    if person.came_from is None or person.came_on is None or person.came_from.group is unit:
        return True
    return person.came_on.year < year


def _reluctance(rng: random.Random, person: PlannedPerson, as_of: date) -> float:
    """Leaders come first; who is away, very old or out of contact comes last."""
    value = rng.random()
    value -= 0.35 if person.is_leader else 0.0
    value += 0.25 if person.floating else 0.0
    value += 0.3 if (as_of - person.birth).days > 78 * 365 else 0.0
    return value + (2.0 if person.lost_since else 0.0)


def _weeks(rng: random.Random, year: int, last: date, number: int, tracks: int) -> list[tuple[date, int]]:
    """First days of `number` classes, no two of a track in one week."""
    first = date(year, 1, 5)
    first += timedelta(days=-first.weekday())
    weeks = (last - first).days // 7
    slots = min(-(-number // tracks), weeks)
    found = []
    for index in range(min(number, slots * tracks)):
        slot, track = divmod(index, tracks)
        week = int((slot + 0.5) * weeks / slots)
        found.append((first + timedelta(days=7 * week + rng.randrange(0, 2)), track))
    return found


def _hold(
    world: _World, unit: PlannedUnit, people: list[PlannedPerson], rest: list[PlannedPerson], start: date, track: int
) -> None:
    """One finished class of an organiser with its seats, lapses and quotas."""
    pattern = ORDINARY.one(world.rng)
    planned = world.history.open(unit, class_title(unit, start), start, _room(world, unit, len(people), track), pattern)
    seats = [_seat(world.rng, person, len(pattern)) for person in people]
    extras = [rest.pop() for _ in range(round(len(people) * EXTRA_SEATS + world.rng.random() * 0.8)) if rest]
    seats += [_extra(world.rng, person, seats, len(pattern)) for person in extras]
    world.history.seat(planned, seats)
    planned.capacity = round_up(planned.taken)
    hand_down(planned)


def class_title(unit: PlannedUnit, day: date) -> str:
    """What a class of this organiser is called at this time of the year."""
    season = "冬训" if day.month in (1, 2, 11, 12) else "春训" if day.month in (3, 4) else "轮训"
    return f"{'农村' if unit.kind == 'township' else ''}党员{season}班"


def _room(world: _World, unit: PlannedUnit, size: int, track: int) -> Room:
    """Township schools have rooms, the city has its academy; counties sit in their own school or at a base."""
    school = world.network.school_of.get(unit.id)
    if school is not None:
        return room_for(school, size)
    if unit.kind == "city":
        return room_for(world.network.of_kind("academy")[0], size, track)
    bases = world.bases_of[unit.county]
    name = unit.short_name.removesuffix("委组织部")
    return Room(bases[0] if bases and track == 0 else None, None, f"{name}委党校报告厅")


def _seat(rng: random.Random, person: PlannedPerson, sessions: int) -> PlannedSeat:
    """A seat that earns hours: one half day of leave from a long class stays below a seventh of its hours."""
    lot = rng.random()
    if sessions >= 8 and lot < 0.2:
        mark = rng.choice(("personal_leave", "sick_leave", "official_leave", "absent"))
        return PlannedSeat(person, lapse=(rng.randrange(1, sessions + 1), mark))
    if 2 <= sessions <= 4 and lot < 0.03:
        return PlannedSeat(person, lapse=(rng.randrange(1, sessions + 1), "absent"))
    return PlannedSeat(person)


def _extra(rng: random.Random, person: PlannedPerson, seats: list[PlannedSeat], sessions: int) -> PlannedSeat:
    """A seat of which nothing came: replaced by somebody, withdrawn for too much leave, or not used."""
    lot = rng.random()
    if lot < 0.4 and seats:
        stand_in = seats[rng.randrange(len(seats))]
        if stand_in.replaces is None and stand_in.status == "confirmed":
            stand_in.replaces = person
            return PlannedSeat(person, "replaced")
    if sessions >= 4:
        return PlannedSeat(person, "withdrawn", (0, "left"))
    return PlannedSeat(person, lapse=(0, "absent"))


def _second_call(
    world: _World, unit: PlannedUnit, leaders: list[PlannedPerson], year: int, count: int, last: date
) -> None:
    """Secretaries and committees called up by the county, at a demonstration base where there is one."""
    bases = world.bases_of[unit.county]
    picked = world.rng.sample(leaders, min(count, len(leaders)))
    number = -(-len(picked) // LEADER_CLASS) if picked else 0
    parts = iter(picked)
    starts = _weeks(world.rng, year, last, number, tracks=max(1, len(bases)))
    for (start, track), size in zip(starts, shared_out(len(picked), [1.0] * len(starts)), strict=True):
        room = room_for(bases[track], size) if bases else Room(None, None, "县委党校报告厅")
        pattern = FOR_LEADERS.one(world.rng)
        holder = bases[track].unit if bases else unit
        planned = world.history.open(holder, "党组织书记和班子成员培训班", start, room, pattern, caller=unit)
        people = [next(parts) for _ in range(size)]
        world.history.seat(planned, [_seat(world.rng, p, len(pattern)) for p in people])
        planned.capacity = round_up(planned.taken)
        hand_down(planned)


def _over_new_year(world: _World, unit: PlannedUnit, leaders: list[PlannedPerson], year: int) -> None:
    """A class from 30 December to 2 January: its hours belong to two years."""
    start = date(year, 12, 30)
    bases = world.bases_of[unit.county]
    if start + timedelta(days=3) >= world.as_of or not bases or not leaders:
        return
    people = world.rng.sample(leaders, min(SMALL, -(-len(leaders) // 8)))
    planned = world.history.open(unit, "岁末年初党组织书记示范班", start, room_for(bases[0], len(people)), days(4))
    world.history.seat(planned, [PlannedSeat(p) for p in people])
    planned.capacity = round_up(planned.taken)
    hand_down(planned)
