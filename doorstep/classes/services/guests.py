"""The keeper of a base objects to a class of others that is planned there; its organiser says what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from doorstep.classes.events import GuestObjected, ObjectionWasSettled
from doorstep.classes.models import Objection, TrainingClass
from doorstep.classes.queries.guests import coming_at
from doorstep.classes.services.joint_refusals import (
    ObjectionOpen,
    ObjectionOutcomeMissing,
    ObjectionReasonMissing,
    ObjectionSettled,
    ObjectionTooLate,
    ObjectionToOwn,
)
from doorstep.classes.services.locking import lock_class, note_event
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.permissions import require

if TYPE_CHECKING:
    from doorstep.bases.models import Base


@transaction.atomic
def object_to_guest(*, training_class: TrainingClass, base: Base, reason: str, actor: Actor) -> Objection:
    """Say for a base why a class of others cannot be there as planned; it stays planned until its organiser acts.

    Raises ObjectionReasonMissing, ObjectionToOwn, ObjectionTooLate, ObjectionOpen.
    """
    require(actor, "classes.object_to_guest", at=base.place)
    locked = lock_class(training_class.pk)
    names = {"title": locked.title, "base": base.name}
    if not reason.strip():
        raise ObjectionReasonMissing
    if locked.place.startswith(base.place):
        raise ObjectionToOwn(**names)
    if not coming_at(locked, base).exists():
        raise ObjectionTooLate(**names)
    if locked.objections.filter(base=base, settled_at=None).exists():
        raise ObjectionOpen(**names)
    objection = Objection.objects.create(
        training_class=locked,
        base=base,
        place=base.place,
        reason=reason.strip()[:200],
        made_at=clock.now(),
        made_by_id=actor.account_id,
    )
    note_event(GuestObjected(locked.pk, objection.pk), locked, actor, base=base.pk, reason=objection.reason)
    return objection


@transaction.atomic
def settle_objection(*, objection: Objection, outcome: str, actor: Actor) -> Objection:
    """Say as the organiser what was done about an objection. Raises ObjectionOutcomeMissing, ObjectionSettled."""
    require(actor, "classes.edit_class", at=objection.training_class.place)
    locked = lock_class(objection.training_class_id)
    found = Objection.objects.select_for_update(of=("self",)).select_related("base").get(pk=objection.pk)
    if found.settled_at is not None:
        raise ObjectionSettled(base=found.base.name)
    if not outcome.strip():
        raise ObjectionOutcomeMissing
    found.settled_at, found.settled_by_id, found.outcome = clock.now(), actor.account_id, outcome.strip()[:200]
    found.save(update_fields=["settled_at", "settled_by", "outcome"])
    note_event(ObjectionWasSettled(locked.pk, found.pk), locked, actor, outcome=found.outcome)
    return found
