"""What the product does for groups from outside by itself: short messages, and erasing what it need not know."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import transaction

from doorstep.classes.events import OutsideContactErased
from doorstep.classes.models import Order, OutsideCode, OutsideNumber, OutsideText
from doorstep.classes.queries.outside import PHONE, numbers_to_erase
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.crypto import unseal
from doorstep.core.events import record
from doorstep.core.permissions import require
from doorstep.notices.queries.channels import channels_there
from doorstep.notices.services.channels import send

_CODES_KEPT = timedelta(days=2)


@transaction.atomic
def text_outside(*, order: Order, occurrence: uuid.UUID, title: str, text: str, actor: Actor) -> bool:
    """Send a short message to the number of an order; whether it left now. The same happening is told once.

    Raises NotSent, and then it is tried again.
    """
    require(actor, "classes.watch_outside")
    if order.outside is None or order.outside.number.erased_at or "sms" not in channels_there():
        return False
    row, is_new = OutsideText.objects.get_or_create(
        occurrence=occurrence, defaults={"order": order, "sent_at": clock.now()}
    )
    if is_new:
        row.receipt = send("sms", unseal(order.outside.number.phone_sealed, field=PHONE), title, text)[:120]
        row.save(update_fields=["receipt"])
    return is_new


def erase_due(*, actor: Actor) -> int:
    """Erase the contacts whose time is over, and codes of past days; returns how many numbers were erased."""
    require(actor, "classes.watch_outside")
    due = numbers_to_erase()
    for number in due:
        _erase(number, actor)
    _drop_codes()
    return len(due)


@transaction.atomic
def _erase(number: OutsideNumber, actor: Actor) -> None:
    """The number and whom to ask for are gone, and what was written by hand; the orders stay counted."""
    locked = OutsideNumber.objects.select_for_update().get(pk=number.pk)
    locked.phone_sealed, locked.phone_index, locked.erased_at = b"", None, clock.now()
    locked.save(update_fields=["phone_sealed", "phone_index", "erased_at"])
    locked.groups.update(contact_sealed=b"")
    Order.objects.filter(outside__number=locked).update(note="", contact="", phone_sealed=b"")
    locked.visits.all().delete()
    subject = ("outside_number", locked.pk)
    record(OutsideContactErased(locked.pk), actor=actor, place=locked.place, county="", subject=subject)


@transaction.atomic
def _drop_codes() -> None:
    """Forget codes nobody can use any more."""
    before = clock.now() - _CODES_KEPT
    OutsideCode.objects.filter(made_at__lt=before).exclude(seen_at__gte=before).delete()
