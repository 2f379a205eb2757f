"""Which materials classes need, what they have been given, and which unit has too few for what is planned."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from doorstep.catalogue.queries.materials import editions_by_ids, editions_for
from doorstep.catalogue.queries.stock import given_by_class, holdings_of
from doorstep.catalogue.rules.materials import Need, copies_lacking
from doorstep.classes.models import Enrolment, Session, TrainingClass
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.permissions import visible_to
from doorstep.core.policies import PolicyValue, policies_by_place

if TYPE_CHECKING:
    from doorstep.catalogue.models import Edition
    from doorstep.directory.models import Unit

PLANNED = (TrainingClass.Status.DRAFT, TrainingClass.Status.OPEN)
DAYS, RESERVE = "material.days_ahead", "material.reserve_copies"


@dataclass(frozen=True, slots=True)
class ForClass:
    """An edition on the page of a class: whether its courses need it, what the organiser has, what it was given."""

    edition: Edition
    is_needed: bool
    held: int
    given: int
    offered: int


@dataclass(frozen=True, slots=True)
class Short:
    """Too few copies of an edition at a unit for the classes it has planned."""

    unit: Unit
    edition: Edition
    held: int
    coming: int
    lacking: int


def materials_of_class(training_class: TrainingClass) -> list[ForClass]:
    """What a class needs and what its organiser has besides, what it needs first; confirmed seats are offered."""
    held = {edition: n for (_unit, edition), (n, _coming) in holdings_of([training_class.unit_id]).items() if n}
    given = {edition: n for (_class, edition), n in given_by_class([training_class.pk]).items() if n}
    courses = _courses_of([training_class.pk]).get(training_class.pk, set())
    needed = {edition.pk for found in editions_for(courses).values() for edition in found}
    seats = training_class.enrolments.filter(status=Enrolment.Status.CONFIRMED).count()
    shown = []
    for edition in editions_by_ids(needed | held.keys() | given.keys()):
        there, has = held.get(edition.pk, 0), given.get(edition.pk, 0)
        shown.append(ForClass(edition, edition.pk in needed, there, has, min(max(0, seats - has), there)))
    return sorted(shown, key=lambda one: not one.is_needed)


def _courses_of(class_ids: Iterable[int]) -> dict[int, set[int]]:
    """class id -> the courses on its timetable."""
    rows = Session.objects.filter(training_class__in=list(class_ids), is_cancelled=False, course__isnull=False)
    found: dict[int, set[int]] = {}
    for class_id, course_id in rows.values_list("training_class", "course").distinct():
        found.setdefault(class_id, set()).add(course_id)
    return found


def materials_short(actor: Actor) -> list[Short]:
    """Where copies are too few for the classes planned, at the units one works at and those right below them.

    Source: policies material.days_ahead, material.reserve_copies.
    """
    own = [grant.place for grant in actor.grants]
    near = Q(unit__path__in=own) | Q(unit__parent__path__in=own)
    return _short(visible_to(actor, "catalogue.move_stock", TrainingClass.objects.filter(near)))


def copies_lacking_at(unit_ids: Sequence[int], on: date) -> dict[int, int]:
    """unit id -> how many copies it lacks in all for the classes it has planned from `on` on."""
    found: dict[int, int] = {}
    for short in _short(TrainingClass.objects.filter(unit__in=unit_ids, starts_on__gte=on)):
        found[short.unit.pk] = found.get(short.unit.pk, 0) + short.lacking
    return found


def _short(rows: QuerySet[TrainingClass]) -> list[Short]:
    by_place, today = policies_by_place([DAYS, RESERVE], on=clock.today()), clock.today()
    furthest = today + timedelta(days=max(found[DAYS].integer for found in by_place.values()))
    planned = rows.filter(status__in=PLANNED, starts_on__range=(today, furthest)).select_related("unit")
    classes = list(planned.order_by("unit__path", "starts_on", "pk"))
    courses = _courses_of([one.pk for one in classes])
    editions = editions_for({course for found in courses.values() for course in found})
    given = given_by_class([one.pk for one in classes])
    needs: dict[tuple[int, int], list[Need]] = {}
    units = {one.unit_id: one.unit for one in classes}
    known: dict[int, Edition] = {}
    for one in classes:
        if one.starts_on > today + timedelta(days=_figure(by_place, one.unit, DAYS)):
            continue
        used = {edition.pk: edition for course in courses.get(one.pk, ()) for edition in editions[course]}
        known |= used
        for edition_id in used:
            need = Need(one.capacity, given.get((one.pk, edition_id), 0))
            needs.setdefault((one.unit_id, edition_id), []).append(need)
    holdings = holdings_of(units)
    found = []
    for (unit_id, edition_id), wanted in needs.items():
        held, coming = holdings.get((unit_id, edition_id), (0, 0))
        reserve = _figure(by_place, units[unit_id], RESERVE)
        if lacking := copies_lacking(wanted, held=held, coming=coming, reserve=reserve):
            found.append(Short(units[unit_id], known[edition_id], held, coming, lacking))
    return found


def _figure(by_place: Mapping[str, Mapping[str, PolicyValue]], unit: Unit, key: str) -> int:
    """A figure as it holds at a unit: the row of the nearest place counts."""
    return by_place[max((place for place in by_place if unit.path.startswith(place)), key=len)][key].integer
