"""Looking at whether somebody may teach."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.permissions import require
from doorstep.faculty.events import TeacherVetted
from doorstep.faculty.models import Teacher, Vetting
from doorstep.faculty.queries.teachers import category_figures
from doorstep.faculty.rules.vetting import months_later
from doorstep.faculty.services.refusals import DayInFuture, OwnVetting, VettingReasonMissing
from doorstep.faculty.services.telling import lock_active, tell


@transaction.atomic
def vet_teacher(*, teacher: Teacher, on: date, passed: bool, note: str = "", actor: Actor) -> Vetting:
    """Say that a teacher may teach, for as many months as their category says, or why not.

    Raises TeacherNotActive, OwnVetting, DayInFuture, VettingReasonMissing.
    Source: policy:teacher.vetting_months.<category>.
    """
    require(actor, "faculty.vet_teacher", at=teacher.place)
    locked = lock_active(teacher)
    if locked.person_id is not None and locked.person_id == actor.person_id:
        raise OwnVetting
    if on > clock.today():
        raise DayInFuture(day=on.isoformat())
    if not passed and not note.strip():
        raise VettingReasonMissing
    lasts = category_figures(locked.category, locked.place)["vetting_months"]
    vetting = Vetting.objects.create(
        teacher=locked,
        vetted_on=on,
        is_passed=passed,
        valid_until=months_later(on, lasts.integer) if passed else None,
        note=note.strip(),
        rule=lasts.reference if passed else "",
        vetted_by_id=actor.account_id,
        entered_at=clock.now(),
    )
    tell(TeacherVetted(locked.pk, vetting.pk), locked, actor, passed=passed, note=vetting.note)
    return vetting
