"""Circulars that units have not signed yet: asked again, by the office or as the last day comes near."""

from __future__ import annotations

from django.db import transaction

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.events import record
from doorstep.core.permissions import require
from doorstep.core.policies import policy_at
from doorstep.notices.events import CircularReminded
from doorstep.notices.models import Circular, CircularReceipt
from doorstep.notices.rules.circulars import is_reminder_due
from doorstep.notices.services import refusals


@transaction.atomic
def remind_circular(*, circular: Circular, actor: Actor) -> int:
    """Ask the units that have not signed a circular once more, at most once a day; returns how many they are.

    Raises CircularNotInForce, CircularRemindedToday, CircularSignedByAll.
    """
    require(actor, "notices.issue_circular", at=circular.place)
    locked = Circular.objects.select_for_update(of=("self",)).get(pk=circular.pk)
    if locked.status != Circular.Status.ISSUED:
        raise refusals.CircularNotInForce(title=locked.title)
    if locked.reminded_on == clock.today():
        raise refusals.CircularRemindedToday(title=locked.title)
    count = _remind(locked, actor)
    if not count:
        raise refusals.CircularSignedByAll(title=locked.title)
    return count


def remind_circulars_due(*, actor: Actor) -> int:
    """Ask again for every circular whose last day is near or just over; returns for how many. Told again, it is done.

    Source: policy:circular.remind_days.
    """
    require(actor, "notices.remind_circulars")
    return sum(_remind_if_due(pk, actor) for pk in _open_circulars())


def _open_circulars() -> list[int]:
    rows = Circular.objects.filter(status=Circular.Status.ISSUED, receipts__acknowledged_at=None)
    return list(rows.order_by("pk").distinct().values_list("pk", flat=True))


@transaction.atomic
def _remind_if_due(circular_id: int, actor: Actor) -> bool:
    circular = Circular.objects.select_for_update(of=("self",)).get(pk=circular_id)
    today = clock.today()
    days = policy_at("circular.remind_days", on=today, place=circular.place).integer
    if circular.status != Circular.Status.ISSUED:
        return False
    if not is_reminder_due(circular.acknowledge_by, circular.reminded_on, today, days):
        return False
    return bool(_remind(circular, actor))


def _remind(circular: Circular, actor: Actor) -> int:
    """Note that it was asked again, where anybody is left; returns how many units are."""
    count = CircularReceipt.objects.filter(circular=circular, acknowledged_at=None).count()
    if count:
        circular.reminded_on = clock.today()
        circular.save(update_fields=["reminded_on"])
        record(
            CircularReminded(circular.pk), actor=actor, place=circular.place, county=circular.county,
            subject=("circular", circular.pk), detail={"units": count},
        )  # fmt: skip
    return count
