"""Who can give what is ordered: on which half days a lesson can be brought, and who of those free is nearest."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from doorstep.bases.queries.places import bases_by_ids
from doorstep.bases.queries.ways import Place, at_base, minutes_between
from doorstep.catalogue.queries.courses import teachers_named
from doorstep.catalogue.queries.rights import course_key
from doorstep.core import clock
from doorstep.core.policies import policy_at
from doorstep.faculty.queries.engagements import booked
from doorstep.faculty.queries.teachers import homes_of, teachers_by_ids
from doorstep.faculty.rules.engaging import AWAY, OVERLOADED, TAKEN, Ask, Booked, obstacle, with_ask

if TYPE_CHECKING:
    from doorstep.bases.models import Base
    from doorstep.catalogue.queries.offers import Offer
    from doorstep.classes.models import Order
    from doorstep.classes.rules.timetable import SessionPlan
    from doorstep.directory.models import Unit

Point = tuple[float, float]
# Those who give a course are all busy; or none of them is vetted, or has the right to give it, that far ahead.
NO_TIME, NO_MORE = "no_time", "no_more"


@dataclass(frozen=True, slots=True)
class Lecturers:
    """The teachers a course names, what is known of their time, and how far each has to go."""

    times: Mapping[int, Booked]
    ways: Mapping[int, int]
    least_minutes: int
    taught: str

    def hindrance(self, starts_at: datetime, ends_at: datetime) -> str:
        """Why none of them can be there, by whoever comes nearest to it: NO_TIME or NO_MORE; "" where one can."""
        found = set()
        for pk, times in self.times.items():
            ask = Ask(pk, "", "", "", starts_at, ends_at, way_minutes=self.ways.get(pk, 0), taught=self.taught)
            found.add(obstacle(ask, times, self.least_minutes))
        if "" in found:
            return ""
        return NO_TIME if found & {AWAY, TAKEN, OVERLOADED} else NO_MORE


def lecturers_of(offer: Offer, unit: Unit, first: date, last: date, pin: Point | None = None) -> Lecturers | None:
    """Who can bring a lesson to `unit`, or to a pin, from one day to another.

    None for what is held at bases, and for a course that names nobody: anybody may give it.
    """
    course_id = next((item.course_id for item in offer.items if item.course_id), None)
    if offer.base_ids or course_id is None:
        return None
    named = teachers_named([course_id]).get(course_id)
    if not named:
        return None
    teachers = list(teachers_by_ids(named).values())
    taught = course_key(course_id)
    least = policy_at("teacher.buffer_minutes", on=clock.today(), place=unit.path).integer
    homes = homes_of(named)
    ways = _ways(homes, {0: [Place(unit, pin=pin)]})[0]
    return Lecturers(booked(teachers, first, last, [taught]), ways, least, taught)


def teachers_chosen(
    order: Order, sessions: Sequence[SessionPlan], without: Collection[int] = ()
) -> dict[int, Ask | None]:
    """number of a planned session -> the nearest who is free of those its course names; None where none of them is.

    Sessions whose course names nobody are left out, and nobody of `without` is asked.
    """
    named = teachers_named(plan.course_id for plan in sessions if plan.course_id)
    able = {pk for ids in named.values() for pk in ids}.difference(without)
    days = [plan.held_on for plan in sessions]
    if not named:
        return {}
    times = booked(list(teachers_by_ids(able).values()), min(days), max(days), map(course_key, named))
    least = policy_at("teacher.buffer_minutes", on=clock.today(), place=order.provider_place).integer
    bases = bases_by_ids({plan.base_id for plan in sessions if plan.base_id})
    places = {number: _places(order, plan, bases) for number, plan in enumerate(sessions) if plan.course_id in named}
    ways = _ways(homes_of(able), places)
    found: dict[int, Ask | None] = {}
    for number, plan in enumerate(sessions):
        if plan.course_id not in named:
            continue
        asks = [_ask(pk, plan, ways[number]) for pk in named[plan.course_id] & times.keys()]
        free = [ask for ask in asks if not obstacle(ask, times[ask.teacher_id], least)]
        best = min(free, key=lambda ask: (ask.way_minutes, ask.teacher_id), default=None)
        found[number] = best
        if best:
            times[best.teacher_id] = with_ask(times[best.teacher_id], best, least)
    return found


def _ask(teacher_id: int, plan: SessionPlan, ways: Mapping[int, int]) -> Ask:
    starts_at, ends_at, taught = clock.local(plan.starts_at), clock.local(plan.ends_at), course_key(plan.course_id)
    return Ask(teacher_id, "", "", "", starts_at, ends_at, way_minutes=ways.get(teacher_id, 0), taught=taught)


def _places(order: Order, plan: SessionPlan, bases: Mapping[int, Base]) -> list[Place]:
    """Where a session may be held: a door without a pin lies with its unit, or with the provider's."""
    base = bases.get(plan.base_id or 0)
    if base is not None:
        return [at_base(base)]
    return [Place(order.ground, pin=plan.pin)] if plan.pin else [Place(order.ground), Place(order.provider)]


def _ways(homes: Mapping[int, Unit], places: Mapping[int, Sequence[Place]]) -> dict[int, dict[int, int]]:
    """For each number, teacher id -> minutes from home to the farthest of its places, loaded or estimated.

    Those of whom it is not known where they live are left out.
    """
    asked = [(number, pk, place) for number, some in places.items() for place in some for pk in homes]
    minutes = minutes_between([(Place(homes[pk]), place) for _number, pk, place in asked])
    found: dict[int, dict[int, int]] = {number: {} for number in places}
    for (number, pk, _place), way in zip(asked, minutes, strict=True):
        if way is not None:
            found[number][pk] = max(way, found[number].get(pk, 0))
    return found
