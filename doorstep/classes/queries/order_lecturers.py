"""Who can give what is ordered: on which half days somebody can, and who of those free is nearest."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from doorstep.bases.queries.places import bases_by_ids
from doorstep.bases.queries.ways import Place, at_base, minutes_between
from doorstep.catalogue.queries.courses import teachers_named
from doorstep.catalogue.queries.rights import course_key
from doorstep.core import clock
from doorstep.core.policies import policy_at
from doorstep.faculty.queries.engagements import booked
from doorstep.faculty.queries.teachers import homes_of, teachers_by_ids
from doorstep.faculty.rules.engaging import AWAY, OVERLOADED, TAKEN, Ask, Booked, Span, obstacle, with_ask

if TYPE_CHECKING:
    from doorstep.bases.models import Base
    from doorstep.catalogue.queries.offers import Offer
    from doorstep.classes.models import Order
    from doorstep.classes.rules.timetable import SessionPlan
    from doorstep.directory.models import Unit

Where = TypeVar("Where", int, int | None)
# Those who give a course are all busy; or none of them is vetted, or has the right to give it, that far ahead.
NO_TIME, NO_MORE = "no_time", "no_more"


@dataclass(frozen=True, slots=True)
class Lecturers:
    """The teachers that courses name, what is known of their time day by day, and how far each has to go.

    `times` say nothing of what else they have; that is in `held`, under the teacher and every day it touches.
    """

    named: Mapping[int, Collection[int]]
    times: Mapping[int, Booked]
    held: Mapping[tuple[int, date], Sequence[Span]]
    ways: Mapping[int | None, Mapping[int, int]]
    least_minutes: int

    def hindrance(self, course_id: int, base_id: int | None, starts_at: datetime, ends_at: datetime) -> str:
        """Why none of those a course names can be at a base, or at the door, by whoever comes nearest to it.

        NO_TIME or NO_MORE; "" where one can, or where the course names nobody.
        """
        taught, found = course_key(course_id), set()
        for pk in self.named.get(course_id, ()):
            way = self.ways[base_id].get(pk, 0)
            ask = Ask(pk, "", "", "", starts_at, ends_at, way_minutes=way, taught=taught)
            why = obstacle(ask, self._around(ask), self.least_minutes)
            if not why:
                return ""
            found.add(why)
        if not found:
            return ""
        return NO_TIME if found & {AWAY, TAKEN, OVERLOADED} else NO_MORE

    def _around(self, ask: Ask) -> Booked:
        """What is known of a teacher with what they have on the days of an ask: a year of it is not gone through."""
        span = ask.held(self.least_minutes)
        days = dict.fromkeys((span.starts_at.date(), span.ends_at.date()))
        held = [one for day in days for one in self.held.get((ask.teacher_id, day), ())]
        times = self.times[ask.teacher_id]
        return replace(times, held=held) if held else times


def lecturers_of(offer: Offer, unit: Unit, provider: Unit, first: date, last: date) -> Lecturers | None:
    """Who can give what `provider` offers, at its bases or at the door of `unit`, from one day to another.

    None where its courses name nobody: anybody may give them.
    """
    named = teachers_named(item.course_id for item in offer.items if item.course_id)
    if not named:
        return None
    teachers = list(teachers_by_ids({pk for ids in named.values() for pk in ids}).values())
    bases = bases_by_ids(offer.base_ids) if offer.base_ids else {}
    places: dict[int | None, list[Place]] = {pk: [at_base(base)] for pk, base in bases.items()}
    times = booked(teachers, first, last, map(course_key, named))
    return Lecturers(
        named=named,
        times={pk: replace(one, held=()) for pk, one in times.items()},
        held=_by_day(times),
        ways=_ways(homes_of(one.pk for one in teachers), places or {None: [Place(unit)]}),
        least_minutes=policy_at("teacher.buffer_minutes", on=clock.today(), place=provider.path).integer,
    )


def _by_day(times: Mapping[int, Booked]) -> dict[tuple[int, date], list[Span]]:
    found: dict[tuple[int, date], list[Span]] = {}
    for pk, one in times.items():
        for span in one.held:
            first, last = clock.local(span.starts_at).date(), clock.local(span.ends_at).date()
            for n in range((last - first).days + 1):
                found.setdefault((pk, first + timedelta(days=n)), []).append(span)
    return found


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


def _ways(homes: Mapping[int, Unit], places: Mapping[Where, Sequence[Place]]) -> dict[Where, dict[int, int]]:
    """For each key of `places`, teacher id -> minutes from home to the farthest of its places, loaded or estimated.

    Those of whom it is not known where they live are left out.
    """
    asked = [(number, pk, place) for number, some in places.items() for place in some for pk in homes]
    minutes = minutes_between([(Place(homes[pk]), place) for _number, pk, place in asked])
    found: dict[Where, dict[int, int]] = {number: {} for number in places}
    for (number, pk, _place), way in zip(asked, minutes, strict=True):
        if way is not None:
            found[number][pk] = max(way, found[number].get(pk, 0))
    return found
