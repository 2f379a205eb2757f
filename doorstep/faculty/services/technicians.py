"""Technicians that departments owe: how many to which place, who was sent, who is not any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.events import record
from doorstep.core.permissions import require
from doorstep.faculty.events import DutySet, TechnicianChanged
from doorstep.faculty.models import Teacher, TechnicianDuty, TechnicianSent
from doorstep.faculty.services import guiding_refusals as refusals
from doorstep.faculty.services.telling import lock_active

if TYPE_CHECKING:
    from _typeshed import DataclassInstance as Event

    from doorstep.directory.models import Unit


def _tell(happened: Event, duty: TechnicianDuty, actor: Actor, **detail: object) -> None:
    subject = ("duty", duty.pk)
    record(happened, actor=actor, place=duty.place, county=duty.county, subject=subject, detail=detail)


def _lock(duty: TechnicianDuty) -> TechnicianDuty:
    return TechnicianDuty.objects.select_for_update().get(pk=duty.pk)


@transaction.atomic
def set_duty(*, department: Unit, served: Unit, year: int, quota: int, lessons: int, actor: Actor) -> TechnicianDuty:
    """Say how many technicians a department owes to a place in a year, and how many lessons; said again it changes.

    Raises DutyWrong, DutyTooSmall.
    """
    require(actor, "faculty.keep_duty", at=department.path)
    if quota < 1 or lessons < 1 or department.pk == served.pk:
        raise refusals.DutyWrong
    known = {"place": department.path, "county": department.county, "served_place": served.path}
    said = {**known, "quota": quota, "lessons": lessons}
    duty, is_new = TechnicianDuty.objects.select_for_update().get_or_create(
        department=department, served=served, year=year, defaults=said
    )
    before = {} if is_new else {"quota": duty.quota, "lessons": duty.lessons}
    if (sent := duty.sent.filter(recalled_for="").count()) > quota:
        raise refusals.DutyTooSmall(n=sent)
    duty.quota, duty.lessons = quota, lessons
    duty.save(update_fields=["quota", "lessons"])
    _tell(DutySet(duty.pk), duty, actor, before=before, quota=quota, lessons=lessons)
    return duty


@transaction.atomic
def send_technician(*, duty: TechnicianDuty, teacher: Teacher, actor: Actor) -> TechnicianSent:
    """Send a technician on a duty. Raises TeacherNotActive, DutyFull, TechnicianSentAlready."""
    require(actor, "faculty.keep_duty", at=duty.place)
    locked, technician = _lock(duty), lock_active(teacher)
    if locked.sent.filter(recalled_for="", teacher=technician).exists():
        raise refusals.TechnicianSentAlready(name=technician.name)
    if locked.sent.filter(recalled_for="").count() >= locked.quota:
        raise refusals.DutyFull(quota=locked.quota)
    sent = TechnicianSent.objects.create(duty=locked, teacher=technician, sent_on=clock.today())
    _tell(TechnicianChanged(locked.pk, technician.pk), locked, actor, sent=True)
    return sent


@transaction.atomic
def recall_technician(*, sent: TechnicianSent, reason: str, actor: Actor) -> None:
    """Send a technician no longer; what they taught still counts. Raises WordsMissing, TechnicianRecalled."""
    require(actor, "faculty.keep_duty", at=sent.duty.place)
    duty = _lock(sent.duty)
    if not reason.strip():
        raise refusals.WordsMissing
    found = TechnicianSent.objects.select_related("teacher").get(pk=sent.pk)
    if found.recalled_for:
        raise refusals.TechnicianRecalled(name=found.teacher.name)
    found.recalled_for = reason.strip()[:200]
    found.save(update_fields=["recalled_for"])
    _tell(TechnicianChanged(duty.pk, found.teacher_id), duty, actor, sent=False, reason=found.recalled_for)
