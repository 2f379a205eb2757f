"""One's own messages: all of them, one, and how many are unread."""

from __future__ import annotations

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.notices.models import Delivery, Message


def messages_of(actor: Actor) -> QuerySet[Message]:
    """What this actor was told, each with `is_read`; nobody reads what others were told."""
    is_read = ExpressionWrapper(Q(read_at__isnull=False), output_field=BooleanField())
    return Message.objects.filter(account=actor.account_id).annotate(is_read=is_read).select_related("wording")


def message_by_id(message_id: int, actor: Actor) -> Message:
    """One of one's own messages; raises NotFound."""
    found = messages_of(actor).filter(pk=message_id).first()
    if found is None:
        raise NotFound
    return found


def unread_count(actor: Actor) -> int:
    """How many of one's own messages are unread."""
    return Message.objects.filter(account=actor.account_id, read_at=None).count() if actor.account_id else 0


def deliveries_of(message: Message) -> list[Delivery]:
    """The ways by which a message left the product, or is to leave."""
    return list(message.deliveries.order_by("channel"))


def messages_sent(actor: Actor) -> QuerySet[Message]:
    """What others were told because of what this actor did, each with `is_read` and its deliveries: the proof.

    What it says and who was told; not what anybody else sent.
    """
    is_read = ExpressionWrapper(Q(read_at__isnull=False), output_field=BooleanField())
    rows = Message.objects.filter(sender=actor.account_id, sender__isnull=False)
    return rows.annotate(is_read=is_read).select_related("account", "wording").prefetch_related("deliveries")
