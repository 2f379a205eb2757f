"""Courses as their owners write them: written, changed beside what is in force, handed in, given their teachers."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from doorstep.catalogue.events import (
    CourseChanged,
    CourseHandedIn,
    CourseTakenBack,
    CourseTeachersChosen,
    CourseWritten,
)
from doorstep.catalogue.models import Course, CourseContent, CourseVersion
from doorstep.catalogue.queries.courses import courses_along, facts_of, faults_said, may_belong
from doorstep.catalogue.rules.courses import CourseFacts
from doorstep.catalogue.services.courses_refusals import (
    CourseChangedMeanwhile,
    CourseIncomplete,
    CourseIsRetired,
    CourseKindNotHere,
    CourseNotReady,
    CourseStandsSo,
    CourseTaken,
    CourseWaits,
)
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.events import record
from doorstep.core.permissions import require
from doorstep.directory.services.units import write_search_keys
from doorstep.faculty.queries import teachers_for

if TYPE_CHECKING:
    from _typeshed import DataclassInstance as Event

    from doorstep.directory.models import Unit

STACK = Course.Kind.STACK
DRAFT, HANDED_IN, RETURNED, ACCEPTED = CourseVersion.Status


@transaction.atomic
def write_course(*, unit: Unit, facts: CourseFacts, actor: Actor) -> Course:
    """Write a course of `unit`; it is a draft until the level above accepts it.

    Raises NotFound, CourseKindNotHere, CourseIncomplete, CourseTaken.
    """
    require(actor, "catalogue.write_course", at=unit.path)
    if not may_belong(facts.kind, unit):
        raise CourseKindNotHere(unit=unit.short_name)
    said = _checked(facts, unit)
    moment, account = clock.now(), actor.account_id
    course = Course(code=uuid.uuid4().hex, unit=unit, place=unit.path, stage_at=moment, stage_by_id=account)
    put(course, said)
    Course.objects.filter(pk=course.pk).update(code=f"KC-{course.pk:04d}")
    first = CourseVersion(course=course, number=1, written_at=moment, written_by_id=account, **asdict(said))
    first.save()
    tell(CourseWritten(course.pk), course, actor, title=course.title)
    return course


def _checked(facts: CourseFacts, unit: Unit) -> CourseFacts:
    """What may be written: a stack has its parts alone, any other course a way of teaching and minutes."""
    facts = replace(facts, title=facts.title.strip(), outline=facts.outline.strip())
    if facts.kind != STACK:
        if not facts.mode or facts.theory_minutes + facts.skill_minutes <= 0:
            raise CourseIncomplete
        return replace(facts, parts=())
    if courses_along(unit).filter(pk__in=facts.parts).count() < len(set(facts.parts)):
        raise NotFound
    return replace(facts, mode="", theory_minutes=0, skill_minutes=0)


def put(course: Course, content: CourseContent | CourseFacts) -> None:
    """Let a course say what `content` does; the database lets no two courses in use of a unit be called the same."""
    facts = content if isinstance(content, CourseFacts) else facts_of(content)
    for name, value in asdict(facts).items():
        setattr(course, name, value)
    save(course)
    write_search_keys(kind="course", object_id=course.pk, place=course.place, names=[course.title])


def save(course: Course) -> None:
    """Write a course; raises CourseTaken."""
    try:
        with transaction.atomic():
            course.save()
    except IntegrityError:
        raise CourseTaken(unit=course.unit.short_name, title=course.title) from None


def locked_course(course: Course) -> Course:
    """The course, locked: its stage and versions change one after the other."""
    return Course.objects.select_for_update(of=("self",)).select_related("unit").get(pk=course.pk)


def open_version(course: Course, *statuses: str) -> CourseVersion:
    """The version in the making, if it stands as one of these; raises CourseStandsSo."""
    found = course.versions.filter(status__in=statuses).first()
    if found is None:
        raise CourseStandsSo(title=course.title)
    return found


def tell(happened: Event, course: Course, actor: Actor, **detail: object) -> None:
    """Leave a trace of what happened to a course."""
    subject = ("course", course.pk)
    record(happened, actor=actor, place=course.place, county=course.unit.county, subject=subject, detail=detail)


@transaction.atomic
def change_course(*, course: Course, facts: CourseFacts, seen: int, actor: Actor) -> CourseVersion:
    """Change the version in the making, or begin one beside what is in force, which stays so until the next review.

    `seen` is the revision one looked at, 0 where there was none in the making; the kind stays what it is.
    Raises CourseIsRetired, CourseWaits, CourseChangedMeanwhile, NotFound, CourseIncomplete, CourseTaken.
    """
    require(actor, "catalogue.write_course", at=course.place)
    locked = locked_course(course)
    if locked.stage == Course.Stage.RETIRED:
        raise CourseIsRetired(title=locked.title)
    version = locked.versions.exclude(status=ACCEPTED).first() or _next_version(locked)
    if version.status == HANDED_IN:
        raise CourseWaits(title=locked.title)
    if version.revision != seen:
        raise CourseChangedMeanwhile(title=locked.title)
    said = _checked(replace(facts, kind=locked.kind), locked.unit)
    for name, value in asdict(said).items():
        setattr(version, name, value)
    version.revision += 1
    version.written_at, version.written_by_id = clock.now(), actor.account_id
    version.save()
    if locked.stage == Course.Stage.DRAFT:
        put(locked, said)
    tell(CourseChanged(locked.pk), locked, actor, version=version.number)
    return version


def _next_version(course: Course) -> CourseVersion:
    last = course.versions.aggregate(last=Max("number"))["last"]
    return CourseVersion(course=course, number=last + 1, revision=0)


@transaction.atomic
def hand_in_course(*, course: Course, actor: Actor) -> CourseVersion:
    """Ask the level above to accept the version in the making. Raises CourseNotReady, CourseStandsSo."""
    require(actor, "catalogue.write_course", at=course.place)
    locked = locked_course(course)
    version = open_version(locked, DRAFT, RETURNED)
    if locked.stage == Course.Stage.RETIRED:
        raise CourseIsRetired(title=locked.title)
    must_be_ready(version, locked)
    version.status, version.review_note = HANDED_IN, ""
    version.handed_in_at, version.handed_in_by_id = clock.now(), actor.account_id
    version.save(update_fields=["status", "review_note", "handed_in_at", "handed_in_by"])
    tell(CourseHandedIn(locked.pk), locked, actor, version=version.number)
    return version


def must_be_ready(version: CourseVersion, course: Course) -> None:
    """Raise CourseNotReady with all that speaks against a version."""
    if said := faults_said(version, course.place):
        raise CourseNotReady(title=version.title, lacking=str(_("；")).join(said))


@transaction.atomic
def take_back_course(*, course: Course, actor: Actor) -> CourseVersion:
    """Take back what nobody has reviewed yet, to change it. Raises CourseStandsSo."""
    require(actor, "catalogue.write_course", at=course.place)
    locked = locked_course(course)
    version = open_version(locked, HANDED_IN)
    version.status = DRAFT
    version.save(update_fields=["status"])
    tell(CourseTakenBack(locked.pk), locked, actor, version=version.number)
    return version


@transaction.atomic
def choose_teachers(*, course: Course, teacher_ids: Sequence[int], actor: Actor) -> None:
    """Say who may give a course: teachers of the unit and of those above it, and who was chosen before.

    Raises NotFound.
    """
    require(actor, "catalogue.write_course", at=course.place)
    locked = locked_course(course)
    before = set(locked.teachers.values_list("pk", flat=True))
    wanted = set(teacher_ids)
    offered = set(teachers_for(locked.unit).filter(pk__in=wanted).values_list("pk", flat=True))
    if not wanted <= offered | before:
        raise NotFound
    locked.teachers.set(wanted)
    tell(CourseTeachersChosen(locked.pk), locked, actor, before=sorted(before), after=sorted(wanted))
