"""Who can bring a lesson to somebody's door, and on which half days one of them is free."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from doorstep.bases.queries.belts import road
from doorstep.bases.queries.near import points_of
from doorstep.bases.rules.belts import Spot
from doorstep.catalogue.queries.courses import teachers_named
from doorstep.catalogue.queries.rights import course_key
from doorstep.core import clock
from doorstep.core.policies import policy_at
from doorstep.faculty.queries.engagements import booked
from doorstep.faculty.queries.teachers import homes_of, teachers_by_ids
from doorstep.faculty.rules.engaging import Ask, Booked, obstacle

if TYPE_CHECKING:
    from doorstep.catalogue.queries.offers import Offer
    from doorstep.directory.models import Unit

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Lecturers:
    """The teachers a course names, what is known of their time, and how far each has to go."""

    times: Mapping[int, Booked]
    ways: Mapping[int, int]
    least_minutes: int
    taught: str

    def ask(
        self, teacher_id: int, starts_at: datetime, ends_at: datetime, key: str = "", title: str = "", where: str = ""
    ) -> Ask:
        """One of them wanted for a time."""
        way = self.ways.get(teacher_id, 0)
        return Ask(teacher_id, key, title, where, starts_at, ends_at, way_minutes=way, taught=self.taught)

    def free(self, starts_at: datetime, ends_at: datetime) -> list[int]:
        """Those who can be there, the one with the shorter way first."""
        able = [
            pk
            for pk, times in self.times.items()
            if not obstacle(self.ask(pk, starts_at, ends_at), times, self.least_minutes)
        ]
        return sorted(able, key=lambda pk: (self.ways.get(pk, 0), pk))


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
    return Lecturers(booked(teachers, first, last, [taught]), _ways(named, unit, pin), least, taught)


def _ways(teacher_ids: Sequence[int] | set[int], unit: Unit, pin: Point | None) -> dict[int, int]:
    """teacher id -> estimated minutes from home; those of whom it is not known where they live are left out."""
    homes = homes_of(teacher_ids)
    places, way, found = points_of([unit, *homes.values()]), road(), {}
    there = pin or places.get(unit.pk)
    for pk, home in homes.items():
        here = places.get(home.pk)
        minutes = way.estimate(Spot("", "", *here), Spot("", "", *there)) if here and there else None
        if minutes is not None:
            found[pk] = minutes
    return found
