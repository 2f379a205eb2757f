"""Days on which a teacher cannot teach."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.permissions import require
from doorstep.faculty.events import AbsenceNoted
from doorstep.faculty.models import Absence, Teacher
from doorstep.faculty.queries.engagements import engagements_of
from doorstep.faculty.services.refusals import AbsenceDaysWrong, AbsenceReasonMissing, AbsenceTaken
from doorstep.faculty.services.telling import lock_active, tell


@transaction.atomic
def note_absence(*, teacher: Teacher, starts_on: date, ends_on: date, reason: str, actor: Actor) -> Absence:
    """Say that a teacher cannot teach from one day to another, both included; said twice it is said once.

    Raises TeacherNotActive, AbsenceDaysWrong, AbsenceReasonMissing, AbsenceTaken.
    """
    require(actor, "faculty.note_absence", at=teacher.place, owner=teacher.person_id)
    locked = lock_active(teacher)
    if ends_on < starts_on or ends_on < clock.today():
        raise AbsenceDaysWrong
    if not reason.strip():
        raise AbsenceReasonMissing
    first, last = clock.at_local(starts_on, 0), clock.at_local(ends_on + timedelta(days=1), 0)
    if taken := engagements_of(locked).filter(starts_at__lt=last, ends_at__gt=first).first():
        raise AbsenceTaken(day=clock.local(taken.starts_at).date().isoformat(), title=taken.title)
    said = {"teacher": locked, "starts_on": starts_on, "ends_on": ends_on, "reason": reason.strip()[:100]}
    absence, is_new = Absence.objects.get_or_create(**said, defaults={"entered_at": clock.now()})
    if is_new:
        days = {"starts_on": starts_on.isoformat(), "ends_on": ends_on.isoformat()}
        tell(AbsenceNoted(locked.pk), locked, actor, **days)
    return absence


@transaction.atomic
def drop_absence(*, absence: Absence, actor: Actor) -> None:
    """Take it back: the teacher can come after all. Gone already is gone."""
    require(actor, "faculty.note_absence", at=absence.teacher.place, owner=absence.teacher.person_id)
    days = {"starts_on": absence.starts_on.isoformat(), "ends_on": absence.ends_on.isoformat()}
    gone, _rows = Absence.objects.filter(pk=absence.pk).delete()
    if gone:
        tell(AbsenceNoted(absence.teacher_id), absence.teacher, actor, dropped=True, **days)
