"""When one arrives where on a route, how many it takes, and what keeps it from being offered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from itertools import pairwise

from doorstep.bases.rules.opening import WEEK, OpenSpan, weekdays_open


@dataclass(frozen=True, slots=True)
class RouteLimits:
    """What a route must keep to: minutes, moments in minutes after midnight, numbers of stops.

    Source: policies `route.*`.
    """

    longest_minutes: int
    latest_end: int
    fewest_stops: int
    most_stops: int
    dwell_least: int
    dwell_most: int
    lunch_from: int
    lunch_until: int
    lunch_minutes: int


@dataclass(frozen=True, slots=True)
class StopPlan:
    """A stop as somebody plans it, by ids; `way_minutes` is None where the way is to be estimated."""

    base_id: int
    dwell_minutes: int
    venue_id: int | None = None
    course_id: int | None = None
    guide_id: int | None = None
    needs_no_guide: bool = False
    is_meal: bool = False
    way_minutes: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class RoutePlan:
    """A route as somebody plans it."""

    name: str
    theme: str
    starts: time
    stops: tuple[StopPlan, ...] = ()
    meeting_point: str = ""
    most_people: int | None = None


@dataclass(frozen=True, slots=True)
class RouteStopState:
    """What the rules look at of a stop.

    `way` is None where nobody knows how far it is, `capacity` 0 where nobody knows how many fit;
    `gone` names what of it is out of use: base, venue, course, guide; without `hours` it is always open;
    `is_way_known` where the way is neither entered nor estimated but loaded.
    """

    name: str
    base_id: int
    dwell: int
    way: int | None
    capacity: int = 0
    has_course: bool = True
    has_guide: bool = True
    is_meal: bool = False
    gone: tuple[str, ...] = ()
    hours: tuple[OpenSpan, ...] = ()
    is_way_known: bool = False


@dataclass(frozen=True, slots=True)
class Visit:
    """A stop with when one arrives there and leaves, in minutes after midnight."""

    stop: RouteStopState
    number: int
    arrives: int
    leaves: int


@dataclass(frozen=True, slots=True)
class RouteFault:
    """Something to know about a route: what, at which stop (0 = the whole), whether it `bars` it from being offered."""

    code: str
    number: int = 0
    bars: bool = True
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RouteDay:
    """A whole route with its times."""

    starts: int
    visits: tuple[Visit, ...]
    most_people: int | None

    @property
    def ends(self) -> int:
        """When one leaves the last stop, in minutes after midnight."""
        return self.visits[-1].leaves if self.visits else self.starts

    @property
    def way(self) -> int:
        """Minutes on the road; what is not known counts nothing."""
        return sum(visit.stop.way or 0 for visit in self.visits)

    @property
    def dwell(self) -> int:
        """Minutes at the stops."""
        return sum(visit.stop.dwell for visit in self.visits)

    @property
    def capacity(self) -> int | None:
        """How many people it takes: the least of its stops, or fewer where its owner says so; None when unknown."""
        found = [visit.stop.capacity for visit in self.visits if visit.stop.capacity]
        return min([*found, *([self.most_people] if self.most_people else [])], default=None)


def route_day(starts: int, stops: Sequence[RouteStopState], most_people: int | None = None) -> RouteDay:
    """The stops one after the other from `starts` on; nobody travels to the first one."""
    at, visits = starts, []
    for number, stop in enumerate(stops, start=1):
        arrives = at + (stop.way or 0)
        at = arrives + stop.dwell
        visits.append(Visit(stop, number, arrives, at))
    return RouteDay(starts, tuple(visits), most_people)


def same_place_twice(base_ids: Sequence[int]) -> int:
    """The number of the first stop at the base of the stop before it; 0 when there is none."""
    return next((number for number, (a, b) in enumerate(pairwise(base_ids), start=2) if a == b), 0)


def _day_faults(day: RouteDay, limits: RouteLimits) -> Iterator[RouteFault]:
    if len(day.visits) < limits.fewest_stops:
        yield RouteFault("too_few", values={"found": len(day.visits), "wanted": limits.fewest_stops})
    if len(day.visits) > limits.most_stops:
        yield RouteFault("too_many", values={"found": len(day.visits), "most": limits.most_stops})
    if (length := day.ends - day.starts) > limits.longest_minutes:
        yield RouteFault("too_long", values={"found": length, "most": limits.longest_minutes})
    if day.ends > limits.latest_end:
        yield RouteFault("too_late", values={"found": day.ends, "latest": limits.latest_end})
    if day.visits and not any(visit.stop.has_course for visit in day.visits):
        yield RouteFault("no_course")


def _dwell_faults(day: RouteDay, limits: RouteLimits) -> Iterator[RouteFault]:
    for visit in day.visits:
        values = {"found": visit.stop.dwell, "least": limits.dwell_least, "most": limits.dwell_most}
        if visit.stop.dwell < limits.dwell_least:
            yield RouteFault("too_short_there", visit.number, values=values)
        if visit.stop.dwell > limits.dwell_most:
            yield RouteFault("too_long_there", visit.number, values=values)


def _stop_faults(day: RouteDay, limits: RouteLimits) -> Iterator[RouteFault]:
    """What is missing at a stop; where one eats, neither a course nor a guide is."""
    for visit in day.visits:
        stop = visit.stop
        for what in stop.gone:
            yield RouteFault(f"{what}_gone", visit.number)
        if stop.way is None:
            yield RouteFault("way_unknown", visit.number)
        if day.most_people and 0 < stop.capacity < day.most_people:
            values = {"found": stop.capacity, "wanted": day.most_people}
            yield RouteFault("too_small", visit.number, values=values)
        if not stop.has_guide and not stop.is_meal:
            yield RouteFault("no_guide", visit.number)
        if not stop.has_course and not stop.is_meal:
            yield RouteFault("no_course_there", visit.number, bars=False)


def _lunch_faults(day: RouteDay, limits: RouteLimits) -> Iterator[RouteFault]:
    """Within the window for lunch either the day has not begun or is over for long enough, or one eats at a stop."""
    before = min(day.starts, limits.lunch_until) - limits.lunch_from
    after = limits.lunch_until - max(day.ends, limits.lunch_from)
    eats = any(v.stop.is_meal and v.arrives < limits.lunch_until and v.leaves > limits.lunch_from for v in day.visits)
    if day.visits and not eats and max(before, after) < limits.lunch_minutes:
        values = {"from": limits.lunch_from, "until": limits.lunch_until, "minutes": limits.lunch_minutes}
        yield RouteFault("no_lunch", bars=False, values=values)


def weekdays_of(day: RouteDay) -> frozenset[int]:
    """The weekdays (1 is Monday) on which every stop is open while one is there."""
    found = frozenset(WEEK)
    for visit in day.visits:
        found &= weekdays_open(visit.stop.hours, visit.arrives, visit.leaves)
    return found


def _open_faults(day: RouteDay, limits: RouteLimits) -> Iterator[RouteFault]:
    shut = [v.number for v in day.visits if not weekdays_open(v.stop.hours, v.arrives, v.leaves)]
    for number in shut:
        yield RouteFault("never_open", number)
    found = weekdays_of(day)
    if not found and not shut:
        yield RouteFault("no_common_day")
    if found and len(found) < len(WEEK):
        yield RouteFault("some_days", bars=False)


CHECKS: tuple[Callable[[RouteDay, RouteLimits], Iterator[RouteFault]], ...] = (
    _day_faults,
    _dwell_faults,
    _stop_faults,
    _lunch_faults,
    _open_faults,
)


def route_faults(day: RouteDay, limits: RouteLimits) -> list[RouteFault]:
    """Everything to know about a route, what keeps it from being offered first; a new check joins `CHECKS`."""
    found = [fault for check in CHECKS for fault in check(day, limits)]
    return sorted(found, key=lambda fault: (not fault.bars, fault.number))
