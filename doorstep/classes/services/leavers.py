"""Seats and places on waiting lists of people who belong to the network no more."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from doorstep.classes.models import Enrolment, TrainingClass, WaitingPlace
from doorstep.classes.queries.people import nominees
from doorstep.classes.services.locking import HOLDING
from doorstep.classes.services.people import withdraw_seat
from doorstep.classes.services.waiting import leave_waiting
from doorstep.core.actors import Actor
from doorstep.core.permissions import require


@transaction.atomic
def give_up_places(*, person_id: int, actor: Actor) -> int:
    """Who belongs to no unit today gives up every seat of a class to come, and waits for none; returns how many.

    In classes that run the organiser sees at roll call who is not there. Nothing happens to somebody who came back.
    """
    require(actor, "classes.give_up_places")
    if nominees([person_id]):
        return 0
    reason = _("已离开本市培训网络")
    coming = {"person": person_id, "training_class__status": TrainingClass.Status.OPEN}
    waits = WaitingPlace.objects.filter(**coming, status=WaitingPlace.Status.WAITING)
    seats = Enrolment.objects.filter(**coming, status__in=HOLDING)
    places, held = list(waits.order_by("pk")), list(seats.order_by("pk"))
    for waiting in places:
        leave_waiting(waiting=waiting, reason=reason, actor=actor)
    for enrolment in held:
        withdraw_seat(enrolment=enrolment, reason=reason, actor=actor)
    return len(places) + len(held)
