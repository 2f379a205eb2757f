"""What the product does for groups from outside by itself: short messages, and erasing what it need not know."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import transaction

from doorstep.classes.events import OutsideContactErased
from doorstep.classes.jobs import send_outside_text
from doorstep.classes.models import Order, OutsideCode, OutsideNumber, OutsideText
from doorstep.classes.queries.outside import PHONE, numbers_to_erase
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.crypto import unseal
from doorstep.core.events import record
from doorstep.core.permissions import require
from doorstep.core.policies import policy_at
from doorstep.notices.queries.channels import channels_there
from doorstep.notices.services.channels import NotSent, send

SENT = OutsideText.State.SENT
_CODES_KEPT = timedelta(days=2)


@transaction.atomic
def text_outside(*, order: Order, occurrence: uuid.UUID, title: str, text: str, actor: Actor) -> bool:
    """Put a short message to the number of an order on its way; whether it was new. The same happening is told once.

    It leaves when this transaction has committed, by a job that is enqueued with it.
    """
    require(actor, "classes.watch_outside")
    if order.outside is None or order.outside.number.erased_at or "sms" not in channels_there():
        return False
    said = {"order": order, "title": title[:60], "text": text[:200], "written_at": clock.now()}
    row, is_new = OutsideText.objects.get_or_create(occurrence=occurrence, defaults=said)
    if is_new:
        send_outside_text.defer(text_id=row.pk)
    return is_new


def send_text(*, text_id: int, actor: Actor) -> bool:
    """Send a short message that waits; whether it left now. What is being sent, or was, is never sent again.

    Raises NotSent where the gateway said no and it is tried once more. Source: policy:message.most_tries.
    """
    require(actor, "classes.watch_outside")
    row = _claimed(text_id)
    if row is None or row.order.outside is None:
        return False
    try:
        receipt = send("sms", unseal(row.order.outside.number.phone_sealed, field=PHONE), row.title, row.text)
    except NotSent as problem:
        if _given_back(row, str(problem)):
            raise
        return False
    OutsideText.objects.filter(pk=row.pk).update(state=SENT, sent_at=clock.now(), receipt=receipt[:120], reason="")
    return True


@transaction.atomic
def _claimed(text_id: int) -> OutsideText | None:
    """A message that waits, marked as being sent; committed before anything leaves, so that no other one sends it."""
    rows = OutsideText.objects.select_for_update(of=("self",)).select_related("order__outside__number")
    row = rows.filter(pk=text_id, state=OutsideText.State.WAITING).first()
    if row is None:
        return None
    is_gone = row.order.outside is None or bool(row.order.outside.number.erased_at)
    row.state = OutsideText.State.FAILED if is_gone else OutsideText.State.SENDING
    row.tries += 1
    row.save(update_fields=["state", "tries"])
    return None if is_gone else row


@transaction.atomic
def _given_back(row: OutsideText, reason: str) -> bool:
    """Let a message that did not leave wait again, with the reason; False once it was tried often enough."""
    most = policy_at("message.most_tries", on=clock.today()).integer
    again = row.tries < most
    row.state, row.reason = OutsideText.State.WAITING if again else OutsideText.State.FAILED, reason[:200]
    row.save(update_fields=["state", "reason"])
    return again


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
