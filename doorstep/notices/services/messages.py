"""One's own messages: marked as read, and removed when they are old."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Greatest

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.permissions import require
from doorstep.core.policies import policy_at
from doorstep.notices.models import Message


@transaction.atomic
def read_message(*, message: Message, actor: Actor) -> Message:
    """Note that its reader has seen a message; the first time counts."""
    require(actor, "notices.own_messages")
    _mark_read(Message.objects.filter(pk=message.pk, account=actor.account_id))
    return message


@transaction.atomic
def read_all_messages(*, actor: Actor) -> int:
    """Note that one has seen all one's messages; returns how many were unread."""
    require(actor, "notices.own_messages")
    return _mark_read(Message.objects.filter(account=actor.account_id))


def _mark_read(rows: QuerySet[Message]) -> int:
    """Mark the unread among them; machines whose clocks differ never make it earlier than the message."""
    return rows.filter(read_at=None).update(read_at=Greatest(F("created_at"), Value(clock.now())))


@transaction.atomic
def prune_messages(*, actor: Actor) -> int:
    """Remove messages older than they are kept, with their deliveries; returns how many.

    Source: policy:message.kept_days.
    """
    require(actor, "notices.prune_messages")
    kept = policy_at("message.kept_days", on=clock.today()).integer
    old = Message.objects.filter(created_at__lt=clock.now() - timedelta(days=kept))
    count = old.count()
    old.delete()
    return count
