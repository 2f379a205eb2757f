"""How what happens to teachers is told: at their place, with who did it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from doorstep.core.actors import Actor
from doorstep.core.events import record
from doorstep.faculty.models import Teacher
from doorstep.faculty.services.refusals import TeacherNotActive

if TYPE_CHECKING:
    from _typeshed import DataclassInstance as Event


def tell(happened: Event, teacher: Teacher, actor: Actor, **detail: object) -> None:
    """Leave a trace of what happened to a teacher."""
    subject = ("teacher", teacher.pk)
    record(happened, actor=actor, place=teacher.place, county=teacher.county, subject=subject, detail=detail)


def lock_teacher(teacher: Teacher) -> Teacher:
    """The teacher as they are now, locked: places, vettings and engagements come one after another."""
    return Teacher.objects.select_for_update(of=("self",)).select_related("unit").get(pk=teacher.pk)


def lock_active(teacher: Teacher) -> Teacher:
    """The same, of somebody who teaches. Raises TeacherNotActive."""
    locked = lock_teacher(teacher)
    if not locked.is_active:
        raise TeacherNotActive(name=locked.name)
    return locked
