"""The packages of the demo city: its routes and some courses, for so many people, at a price."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from doorstep.demo.rules.courses import STACK, PlannedCourse
from doorstep.demo.rules.lots import stream
from doorstep.demo.rules.network import Network, PlannedBase
from doorstep.demo.rules.routes import PlannedRoute, length_of
from doorstep.demo.rules.tree import PlannedUnit, Tree

HALF_DAY = 300  # minutes; policy:package.half_day_minutes
LARGEST, LEAST = 50, 10
BY_ROUTE, BY_COURSES = 14, 7
# Where the ones that are not simply published stand, by their place in the plan.
STANDING = {0: "draft", 1: "waiting", 2: "draft", BY_ROUTE + BY_COURSES - 1: "lapsed"}
SEGMENTS = (("members", "cadres"), ("farmers",), ("young", "staff"), ("members", "elderly"), ("cadres",))
TEACHERS = (("local",), ("school", "local"), ("school",))
TERMS = ("请提前三个工作日约，改期提前一天说。", "下雨改走室内的站。", "外县来的请自备车辆。", "")
Steps = tuple[tuple[int, int, int, str], ...]


@dataclass(slots=True)
class PlannedPackage:
    """A package to be; money in fen; one that has lapsed is published and has a course that is not taught any more."""

    id: int
    name: str
    theme: str
    unit: PlannedUnit
    standing: str
    half_days: int
    most_people: int
    route: PlannedRoute | None
    base: PlannedBase | None
    courses: list[PlannedCourse]
    meals: int
    segments: tuple[str, ...]
    teachers: tuple[str, ...]
    price_kind: str
    fen: int
    steps: Steps
    own_is_free: bool
    terms: str

    @property
    def source(self) -> str:
        """Who decided the price."""
        return "" if self.price_kind == "free" else f"{self.unit.short_name}〔2026〕{self.id + 10} 号"


def plan_packages(
    tree: Tree, network: Network, courses: Sequence[PlannedCourse], routes: Sequence[PlannedRoute], *, seed: int
) -> list[PlannedPackage]:
    """Packages over the routes one can book, and in each of some counties one of two courses at its largest base."""
    rng = stream(seed, "packages")
    found: list[PlannedPackage] = []
    open_routes = [route for route in routes if route.standing == "published"]
    for route in open_routes[:BY_ROUTE]:
        found.append(_of_route(rng, len(found), route))
    retired = [course for course in courses if course.standing == "retired"]
    counties = [unit for unit in tree.units if unit.kind == "county"]
    for unit, picked in _courses(rng, counties[:BY_COURSES], courses):
        if STANDING.get(len(found)) == "lapsed":
            picked = [*picked[:1], retired[0]]
        found.append(_of_courses(rng, len(found), unit, picked, network))
    return found


def _price(number: int, most: int) -> tuple[str, int, Steps, bool]:
    """The kinds of price in turn."""
    middle = (LEAST + most) // 2
    steps = ((LEAST, middle, 80_000, "group"), (middle + 1, most, 3_500, "person"))
    kinds: tuple[tuple[str, int, Steps, bool], ...] = (
        ("free", 0, (), False),
        ("person", 3_000, (), True),
        ("group", 120_000, (), False),
        ("steps", 0, steps, True),
        ("person", 6_800, (), False),
    )
    return kinds[number % len(kinds)]


def _of_route(rng: random.Random, number: int, route: PlannedRoute) -> PlannedPackage:
    most = min([LARGEST, *(stop.base.capacity for stop in route.stops if stop.base.capacity)])
    eating = [stop.base for stop in route.stops if stop.is_meal]
    meals = int(bool(eating) and all(base.venues and base.kind != "teaching_point" for base in eating))
    name, half_days = route.name.replace("一日行", "套餐"), -(-length_of(route) // HALF_DAY)
    return _package(rng, number, name, route.theme, route.unit, most, half_days, meals=meals, route=route)


def _courses(
    rng: random.Random, counties: Sequence[PlannedUnit], courses: Sequence[PlannedCourse]
) -> Iterator[tuple[PlannedUnit, list[PlannedCourse]]]:
    taught = [course for course in courses if course.is_taught and course.kind != STACK]
    for unit in counties:
        fitting = [course for course in taught if course.unit is unit or course.kind in ("general", "sub")]
        yield unit, rng.sample(fitting, 2)


def _of_courses(
    rng: random.Random, number: int, unit: PlannedUnit, courses: list[PlannedCourse], network: Network
) -> PlannedPackage:
    here = [base for base in network.of_kind("demonstration_base") if base.unit.county == unit.county]
    base = max(here, key=lambda one: (one.capacity, -one.id), default=None)
    most = min(LARGEST, base.capacity) if base and base.capacity else LARGEST
    half_days = -(-sum(course.theory + course.skill for course in courses) // HALF_DAY)
    name = f"{unit.short_name.removesuffix('委组织部')}党课套餐"
    return _package(rng, number, name, "理论武装", unit, most, half_days, base=base, courses=courses)


def _package(
    rng: random.Random, number: int, name: str, theme: str, unit: PlannedUnit, most: int, half_days: int, *,
    meals: int = 0, route: PlannedRoute | None = None, base: PlannedBase | None = None,
    courses: Sequence[PlannedCourse] = (),
) -> PlannedPackage:  # fmt: skip
    kind, fen, steps, own_is_free = _price(number, most)
    return PlannedPackage(
        number + 1, name, theme, unit, STANDING.get(number, "published"), half_days, most, route, base, list(courses),
        meals, rng.choice(SEGMENTS), rng.choice(TEACHERS), kind, fen, steps, own_is_free, rng.choice(TERMS),
    )  # fmt: skip
