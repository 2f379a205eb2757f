"""The routes of the demo city: neighbouring places under a theme, one day each."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from doorstep.bases.rules.belts import Road, Spot
from doorstep.demo.rules.courses import STACK, PlannedCourse
from doorstep.demo.rules.lots import stream
from doorstep.demo.rules.network import Network, PlannedBase
from doorstep.demo.rules.teaching import PlannedTeacher
from doorstep.demo.rules.tree import PlannedUnit, Tree

EACH_COUNTY, ACROSS = 3, 2
STARTS, NOON, AFTERNOON = 8 * 60 + 30, 12 * 60, 13 * 60 + 30
FURTHEST = 30  # minutes from one stop to the next: the longest stays and ways still make a day
ROAD = Road(detour_percent=150, kmh=35)
KINDS = {"academy", "demonstration_base", "teaching_point", "township_school", "lecture_hall"}
DWELLS = (60, 60, 75, 90)
# Where the three that are not simply published stand, by their place in the plan.
STANDING = {0: "lapsed", 1: "waiting", 2: "draft"}
NOTES = ("请提前十分钟到。", "山路弯多，请备晕车药。", "有一段步道，请穿平底鞋。", "", "")


@dataclass(frozen=True, slots=True)
class PlannedStop:
    """A stop to be."""

    base: PlannedBase
    course: PlannedCourse
    guide: PlannedTeacher
    dwell: int
    is_meal: bool
    note: str


@dataclass(slots=True)
class PlannedRoute:
    """A route to be; one that has lapsed is published, and a room of its first stop is not used any more."""

    id: int
    name: str
    theme: str
    unit: PlannedUnit
    standing: str
    stops: list[PlannedStop] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Ground:
    rng: random.Random
    bases: Sequence[PlannedBase]
    courses: Sequence[PlannedCourse]
    guides: Mapping[int, Sequence[PlannedTeacher]]
    county_of: Mapping[str, PlannedUnit]


def plan_routes(
    tree: Tree, network: Network, courses: Sequence[PlannedCourse], teachers: Sequence[PlannedTeacher], *, seed: int
) -> list[PlannedRoute]:
    """Some routes of every county, the second of each county its township's, and a few of the city across a border."""
    guides: dict[int, list[PlannedTeacher]] = defaultdict(list)
    for teacher in teachers:
        guides[teacher.pool.unit.id].append(teacher)
    known = [base for base in network.bases if base.kind in KINDS and base.lat is not None]
    counties = {unit.county: unit for unit in tree.units if unit.kind == "county"}
    taught = [course for course in courses if course.is_taught and course.kind != STACK]
    ground = _Ground(stream(seed, "routes"), known, taught, guides, counties)
    routes: list[PlannedRoute] = []
    for county, unit in counties.items():
        here = [base for base in known if base.unit.county == county]
        for number, (theme, chain) in enumerate(_chains(ground, here)):
            owner = chain[0].unit if number and chain[0].unit.kind == "township" else unit
            name = f"{unit.short_name.removesuffix('委组织部')}{theme}一日行"
            routes.append(_route(ground, len(routes), name, theme, owner, chain))
    for chain in _across(ground):
        theme, names = _theme(chain[0]), dict.fromkeys(_county_name(ground, base) for base in chain)
        name = f"{'到'.join(names)}{theme}一日行"
        routes.append(_route(ground, len(routes), name, theme, tree.by_code["350900"], chain))
    return routes


def _theme(base: PlannedBase) -> str:
    return base.theme.split("/")[0]


def _county_name(ground: _Ground, base: PlannedBase) -> str:
    return ground.county_of[base.unit.county].short_name.removesuffix("委组织部")


def _minutes(one: PlannedBase, other: PlannedBase) -> int:
    way = ROAD.minutes(Spot(one.name, "", one.lat, one.lng), Spot(other.name, "", other.lat, other.lng))
    return FURTHEST + 1 if way is None else way


def length_of(route: PlannedRoute) -> int:
    """How many minutes the day of a route takes."""
    ways = sum(_minutes(one.base, other.base) for one, other in pairwise(route.stops))
    return ways + sum(stop.dwell for stop in route.stops)


def _grown(start: Sequence[PlannedBase], around: Sequence[PlannedBase], length: int) -> list[PlannedBase]:
    """The start, and one after the other the nearest place not yet visited, as far as one is near."""
    chain = list(start)
    while len(chain) < length:
        free = [base for base in around if base not in chain]
        nearest = min(free, key=lambda base: (_minutes(chain[-1], base), base.id), default=None)
        if nearest is None or _minutes(chain[-1], nearest) > FURTHEST:
            break
        chain.append(nearest)
    return chain


def _chains(ground: _Ground, here: Sequence[PlannedBase]) -> Iterator[tuple[str, list[PlannedBase]]]:
    """The routes of a county, each of another theme: from its demonstration bases first, then from teaching points."""
    seeds = [base for base in here if base.kind == "demonstration_base"]
    seeds += ground.rng.sample([base for base in here if base.kind == "teaching_point"], 12)
    taken: set[str] = set()
    for seed in seeds:
        theme = _theme(seed)
        around = [base for base in here if _theme(base) == theme or base.kind != "teaching_point"]
        chain = _grown([seed], around, ground.rng.choice((3, 4, 4, 5)))
        if len(chain) > 1 and theme not in taken and len(taken) < EACH_COUNTY:
            taken.add(theme)
            yield theme, chain


def _across(ground: _Ground) -> Iterator[list[PlannedBase]]:
    """Routes that begin on one side of a border and go on at the nearest place of the other."""
    pairs = []
    for seed in (base for base in ground.bases if base.kind == "demonstration_base" or base.is_flagged):
        if seed.unit.county in ground.county_of:
            others = [b for b in ground.bases if b.unit.county in ground.county_of.keys() - {seed.unit.county}]
            other = min(others, key=lambda base: (_minutes(seed, base), base.id))
            pairs.append((_minutes(seed, other), seed.id, [seed, other]))
    borders: dict[frozenset[str], list[PlannedBase]] = {}
    near = sorted((one for one in pairs if one[0] <= FURTHEST), key=lambda one: one[:2])
    for _way, _id, pair in near:
        borders.setdefault(frozenset(base.unit.county for base in pair), pair)
    for pair in list(borders.values())[:ACROSS]:
        yield _grown(pair, [base for base in ground.bases if base.unit.county == pair[1].unit.county], 4)


def _route(
    ground: _Ground, number: int, name: str, theme: str, unit: PlannedUnit, chain: Sequence[PlannedBase]
) -> PlannedRoute:
    route = PlannedRoute(number + 1, name, theme, unit, STANDING.get(number, "published"))
    at, has_eaten, county = STARTS, False, ground.county_of.get(chain[0].unit.county, unit)
    fitting = [course for course in ground.courses if course.unit in (unit, county) or course.kind != "local"]
    courses, notes = ground.rng.sample(fitting, len(chain)), ground.rng.sample(NOTES, len(chain))
    for n, base in enumerate(chain):
        at += _minutes(chain[n - 1], base) if n else 0
        dwell = ground.rng.choice(DWELLS)
        is_meal = not has_eaten and at < AFTERNOON and at + dwell > NOON
        has_eaten, at = has_eaten or is_meal, at + dwell
        guides = ground.guides[base.unit.id] or ground.guides[ground.county_of.get(base.unit.county, unit).id]
        guide = ground.rng.choice(guides)
        route.stops.append(PlannedStop(base, courses[n], guide, dwell, is_meal, notes[n]))
    return route
