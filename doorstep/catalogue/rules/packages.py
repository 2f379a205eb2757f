"""What a package costs for how many people, and what keeps it from being offered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

FREE, PERSON, GROUP, STEPS = "free", "person", "group", "steps"


@dataclass(frozen=True, slots=True)
class PriceStep:
    """From `first` to `last` people one pays `fen`, for each person or for the whole group (`per`)."""

    first: int
    last: int
    fen: int
    per: str


@dataclass(frozen=True, slots=True)
class PriceRule:
    """How a package is paid: not at all, by the person, by the group, or by steps of head count; money in fen."""

    kind: str = FREE
    fen: int = 0
    steps: tuple[PriceStep, ...] = ()
    own_is_free: bool = False

    def step_at(self, people: int) -> PriceStep | None:
        """What holds for so many people; None where nothing is said of them."""
        if self.kind == STEPS:
            return next((step for step in self.steps if step.first <= people <= step.last), None)
        return PriceStep(people, people, 0 if self.kind == FREE else self.fen, PERSON if self.kind == PERSON else GROUP)


@dataclass(frozen=True, slots=True)
class Price:
    """What a group pays: `fen` in all, for `payers` of its `people`, by the step that holds for them."""

    fen: int
    people: int
    payers: int
    step: PriceStep


def price_of(rule: PriceRule, people: int, own: int = 0) -> Price | None:
    """What `people` pay of whom `own` belong to the unit itself; None where the rule says nothing of so many.

    The step is found by all who come; a price by the group is asked in full as long as somebody pays.
    """
    step = rule.step_at(people)
    if step is None:
        return None
    payers = max(0, people - own) if rule.own_is_free else people
    return Price(step.fen * (payers if step.per == PERSON else min(payers, 1)), people, payers, step)


def unpriced(rule: PriceRule, least: int, most: int) -> list[tuple[int, int]]:
    """The head counts from `least` to `most` of which the rule says nothing, as (first, last)."""
    if rule.kind != STEPS:
        return []
    found, at = [], least
    for step in sorted(rule.steps, key=lambda step: step.first):
        if at < step.first:
            found.append((at, min(step.first - 1, most)))
        at = max(at, step.last + 1)
        if at > most:
            break
    if at <= most:
        found.append((at, most))
    return [(first, last) for first, last in found if first <= last and first <= most]


def wrong_step(steps: Sequence[PriceStep]) -> PriceStep | None:
    """A step that ends before it begins, or speaks of people another speaks of too; None when there is none."""
    ordered = sorted(steps, key=lambda step: (step.first, step.last))
    turned = (step for step in ordered if step.first < 1 or step.last < step.first)
    return next(turned, None) or next((b for a, b in pairwise(ordered) if b.first <= a.last), None)


@dataclass(frozen=True, slots=True)
class PackageLimits:
    """How long a half day is in minutes, how many half days and people a package has at most.

    Source: policies `package.*`.
    """

    half_day_minutes: int
    most_half_days: int
    most_people: int


@dataclass(frozen=True, slots=True)
class PackagePlan:
    """A package as somebody plans it, by ids: a route, or courses in their order and the base where they are held."""

    name: str
    theme: str
    half_days: int
    least_people: int
    most_people: int
    route_id: int | None = None
    base_id: int | None = None
    course_ids: tuple[int, ...] = ()
    meals: int = 0
    segments: tuple[str, ...] = ()
    teacher_categories: tuple[str, ...] = ()
    teacher_count: int = 0
    price: PriceRule = PriceRule()
    price_source: str = ""
    terms: str = ""


@dataclass(frozen=True, slots=True)
class CourseLine:
    """A course of a package: whether it may be taught today, and its minutes."""

    title: str
    minutes: int
    is_in_use: bool = True


@dataclass(frozen=True, slots=True)
class RouteLine:
    """The route of a package: whether it can be booked today, its minutes, where it is narrowest."""

    name: str
    minutes: int
    is_open: bool = True
    capacity: int | None = None
    narrowest: str = ""


@dataclass(frozen=True, slots=True)
class HostLine:
    """A base one comes to: its people a day and meals at a time where it states them; True where one `eats` there."""

    name: str
    capacity: int = 0
    people: int | None = None
    meals: int = 0
    eats: bool = False
    is_in_use: bool = True


@dataclass(frozen=True, slots=True)
class PackageState:
    """What the checks look at: the plan, and what it names as it stands today."""

    plan: PackagePlan
    courses: tuple[CourseLine, ...] = ()
    route: RouteLine | None = None
    hosts: tuple[HostLine, ...] = ()


@dataclass(frozen=True, slots=True)
class PackageFault:
    """Something to know about a package; one that `bars` keeps it from being offered."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)
    bars: bool = True


def _content_faults(state: PackageState, limits: PackageLimits) -> Iterator[PackageFault]:
    if state.route is None and not state.courses:
        yield PackageFault("empty")
    if state.route is not None and not state.route.is_open:
        yield PackageFault("route_lapsed", {"name": state.route.name})
    for course in state.courses:
        if not course.is_in_use:
            yield PackageFault("course_retired", {"name": course.title})
    for host in state.hosts:
        if not host.is_in_use:
            yield PackageFault("host_gone", {"name": host.name})


def _time_faults(state: PackageState, limits: PackageLimits) -> Iterator[PackageFault]:
    plan = state.plan
    offered = plan.half_days * limits.half_day_minutes
    needed = state.route.minutes if state.route else sum(course.minutes for course in state.courses)
    if needed > offered:
        wanted = -(-needed // limits.half_day_minutes)
        values = {"found": plan.half_days, "wanted": wanted, "minutes": needed, "half": limits.half_day_minutes}
        yield PackageFault("too_short", values)
    if plan.half_days > limits.most_half_days:
        yield PackageFault("too_long", {"found": plan.half_days, "most": limits.most_half_days})


def _people_faults(state: PackageState, limits: PackageLimits) -> Iterator[PackageFault]:
    """A route knows its narrowest stop itself; where there is none, the base has to take everybody."""
    most, route = state.plan.most_people, state.route
    if most > limits.most_people:
        yield PackageFault("too_many", {"found": most, "most": limits.most_people})
    if route is not None and route.capacity and most > route.capacity:
        yield PackageFault("too_small", {"name": route.narrowest, "found": route.capacity, "wanted": most})
    for host in state.hosts:
        if route is None and 0 < host.capacity < most:
            yield PackageFault("too_small", {"name": host.name, "found": host.capacity, "wanted": most})
        if host.people is not None and host.people < most:
            yield PackageFault("too_many_a_day", {"name": host.name, "found": host.people, "wanted": most})


def _meal_faults(state: PackageState, limits: PackageLimits) -> Iterator[PackageFault]:
    if not state.plan.meals:
        return
    eating = [host for host in state.hosts if host.eats]
    if not eating:
        yield PackageFault("nowhere_to_eat")
    for host in eating:
        values = {"name": host.name, "found": host.meals, "wanted": state.plan.most_people}
        if not host.meals:
            yield PackageFault("no_meals", values)
        elif host.meals < state.plan.most_people:
            yield PackageFault("eat_in_turns", values, bars=False)


def _price_faults(state: PackageState, limits: PackageLimits) -> Iterator[PackageFault]:
    plan = state.plan
    for first, last in unpriced(plan.price, plan.least_people, plan.most_people):
        yield PackageFault("no_price", {"first": first, "last": last})
    if plan.price.kind != FREE and not plan.price_source.strip():
        yield PackageFault("no_source")


CHECKS: tuple[Callable[[PackageState, PackageLimits], Iterator[PackageFault]], ...] = (
    _content_faults,
    _time_faults,
    _people_faults,
    _meal_faults,
    _price_faults,
)


def package_faults(state: PackageState, limits: PackageLimits) -> list[PackageFault]:
    """Everything to know about a package, what keeps it from being offered first; a new check joins `CHECKS`."""
    found = [fault for check in CHECKS for fault in check(state, limits)]
    return sorted(found, key=lambda fault: not fault.bars)
