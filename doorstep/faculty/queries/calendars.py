"""What fills the days of teachers: what they are asked for, and when they cannot come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.permissions import may
from doorstep.faculty.models import Absence, Engagement, Teacher
from doorstep.faculty.queries.engagements import DECLINED, LIVING


def engagements_between(teachers: Iterable[Teacher], starts_at: datetime, ends_at: datetime) -> list[Engagement]:
    """What teachers are asked for that reaches into a time, the soonest first; what they declined, too."""
    rows = Engagement.objects.filter(status__in=(*LIVING, DECLINED), teacher__in=list(teachers))
    return list(rows.filter(starts_at__lt=ends_at, ends_at__gt=starts_at).order_by("starts_at", "pk"))


def absences_between(teachers: Iterable[Teacher], starts_at: datetime, ends_at: datetime) -> list[Absence]:
    """The absences of teachers that reach into a time, the soonest first."""
    first = clock.local(starts_at).date()
    last = clock.local(ends_at - timedelta(microseconds=1)).date()
    rows = Absence.objects.filter(teacher__in=list(teachers), starts_on__lte=last, ends_on__gte=first)
    return list(rows.order_by("starts_on", "pk"))


def knows_lessons(teacher: Teacher, actor: Actor) -> bool:
    """Whether `actor` may know what a teacher is asked for: the teacher, and who answers for them."""
    return may(actor, "faculty.answer_engagement", at=teacher.place, owner=teacher.person_id)
