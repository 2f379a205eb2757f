"""Teachers: entered, changed, found on the roster, out of use and back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.permissions import require
from doorstep.faculty.events import TeacherChanged, TeacherEntered, TeacherTurned
from doorstep.faculty.models import Teacher
from doorstep.faculty.queries.engagements import engagements_of
from doorstep.faculty.queries.pools import places_on
from doorstep.faculty.queries.teachers import category_figures
from doorstep.faculty.services.groups import leave_every_group
from doorstep.faculty.services.links import end_every_link
from doorstep.faculty.services.pools import end_place
from doorstep.faculty.services.refusals import (
    LeavingReasonMissing,
    SchoolMissing,
    StillEngaged,
    TeacherPersonTaken,
    TeacherStandsSo,
)
from doorstep.faculty.services.telling import lock_active, lock_teacher, tell

if TYPE_CHECKING:
    from doorstep.directory.models import Person, Unit


@dataclass(frozen=True, slots=True)
class TeacherFacts:
    """What is said of a teacher; `home_id` is the unit they set out from, their own where None."""

    name: str
    category: str
    title: str = ""
    specialty: str = ""
    topics: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    art_forms: tuple[str, ...] = ()
    most_a_month: int | None = None
    school_id: int | None = None
    home_id: int | None = None


def _put(teacher: Teacher, facts: TeacherFacts) -> None:
    """Write what is said. Raises SchoolMissing. Source: policy:teacher.linked.<category>."""
    if category_figures(facts.category, teacher.place)["linked"].integer and facts.school_id is None:
        raise SchoolMissing(category=Teacher.Category(facts.category).label)
    teacher.name, teacher.category = facts.name.strip(), facts.category
    teacher.title, teacher.specialty = facts.title.strip(), facts.specialty.strip()
    teacher.topics, teacher.languages = list(facts.topics), list(facts.languages)
    teacher.art_forms, teacher.most_a_month = list(facts.art_forms), facts.most_a_month
    teacher.school_id, teacher.home_id = facts.school_id, facts.home_id
    teacher.save()


@transaction.atomic
def enter_teacher(*, unit: Unit, facts: TeacherFacts, actor: Actor) -> Teacher:
    """Enter somebody who teaches for `unit`; they teach once they are vetted. Raises SchoolMissing."""
    require(actor, "faculty.keep_teacher", at=unit.path)
    teacher = Teacher(unit=unit, place=unit.path, county=unit.county)
    _put(teacher, facts)
    tell(TeacherEntered(teacher.pk), teacher, actor, name=teacher.name, category=teacher.category)
    return teacher


@transaction.atomic
def change_teacher(*, teacher: Teacher, facts: TeacherFacts, actor: Actor) -> Teacher:
    """Change what is said of a teacher. Raises TeacherNotActive, SchoolMissing."""
    require(actor, "faculty.keep_teacher", at=teacher.place)
    locked = lock_active(teacher)
    before = {"name": locked.name, "category": locked.category, "most_a_month": locked.most_a_month}
    _put(locked, facts)
    tell(TeacherChanged(locked.pk), locked, actor, before=before, category=locked.category)
    return locked


@transaction.atomic
def find_on_roster(*, teacher: Teacher, person: Person | None, actor: Actor) -> Teacher:
    """Say which member of the roster a teacher is, so that they have a page of their own; None for nobody.

    Raises TeacherNotActive, TeacherPersonTaken.
    """
    require(actor, "faculty.keep_teacher", at=teacher.place)
    locked = lock_active(teacher)
    before, locked.person = locked.person_id, person
    try:
        with transaction.atomic():
            locked.save(update_fields=["person"])
    except IntegrityError:
        raise TeacherPersonTaken from None
    tell(TeacherChanged(locked.pk), locked, actor, before={"person": before}, person=locked.person_id)
    return locked


@transaction.atomic
def turn_teacher(*, teacher: Teacher, end: bool, reason: str = "", actor: Actor) -> Teacher:
    """Let somebody teach no longer, out of every pool and group and linked to nothing, or let them teach again.

    Raises TeacherStandsSo, LeavingReasonMissing, StillEngaged, TeacherPersonTaken.
    """
    require(actor, "faculty.keep_teacher", at=teacher.place)
    locked = lock_teacher(teacher)
    if locked.is_active != end:
        raise TeacherStandsSo(name=locked.name)
    if end and not reason.strip():
        raise LeavingReasonMissing
    if end and (asked := engagements_of(locked).count()):
        raise StillEngaged(name=locked.name, n=asked)
    for held in places_on(clock.today()).filter(teacher=locked) if end else ():
        end_place(held, clock.today(), reason)
    if end:
        leave_every_group(locked, reason)
        end_every_link(locked, reason)
    locked.is_active = not end
    try:
        with transaction.atomic():
            locked.save(update_fields=["is_active"])
    except IntegrityError:
        raise TeacherPersonTaken from None
    tell(TeacherTurned(locked.pk), locked, actor, ended=end, reason=reason.strip())
    return locked
