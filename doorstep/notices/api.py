"""One's own messages and the proof of what one sent, for machines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ninja import Query, Router, Schema

from doorstep.core.actors import Actor
from doorstep.core.api import KEY_PARAMETER, Id, Page, Paging, page_of, written_once
from doorstep.core.api import words as _
from doorstep.core.permissions import require
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule
from doorstep.notices.models import Delivery, Message
from doorstep.notices.queries.messages import message_by_id, messages_of, messages_sent
from doorstep.notices.services.messages import read_all_messages, read_message

router = Router(tags=["messages"])


class DeliveryOut(Schema):
    """How a message left the product by one channel; `state` is waiting, sent, failed or dropped."""

    channel: str
    state: str
    due_at: datetime
    tries: int
    sent_at: datetime | None
    receipt: str
    reason: str


class MessageOut(Schema):
    """One thing one was told; `text` names what it is, `link` is an address on this site."""

    id: int
    text: str
    title: str
    body: str
    link: str
    created_at: datetime
    read_at: datetime | None
    deliveries: list[DeliveryOut]


class SentOut(Schema):
    """One thing that somebody was told because of what one did; `to` is the name of the account."""

    id: int
    text: str
    title: str
    to: str
    created_at: datetime
    read_at: datetime | None
    deliveries: list[DeliveryOut]


class MessageFilters(Paging):
    """Which messages: those not read yet, those that were, or all."""

    is_read: bool | None = None


class MarkedOut(Schema):
    """How many became read."""

    read: int


def _deliveries(row: Message) -> list[DeliveryOut]:
    return [_delivery(one) for one in sorted(row.deliveries.all(), key=lambda one: one.channel)]


def _delivery(one: Delivery) -> DeliveryOut:
    return DeliveryOut(
        channel=one.channel,
        state=one.state,
        due_at=one.due_at,
        tries=one.tries,
        sent_at=one.sent_at,
        receipt=one.receipt,
        reason=one.reason,
    )


def _message(row: Message) -> MessageOut:
    return MessageOut(
        id=row.pk,
        text=row.text,
        title=row.title,
        body=row.body,
        link=row.link,
        created_at=row.created_at,
        read_at=row.read_at,
        deliveries=_deliveries(row),
    )


def _sent(row: Message) -> SentOut:
    return SentOut(
        id=row.pk,
        text=row.text,
        title=row.title,
        to=row.account.display_name,
        created_at=row.created_at,
        read_at=row.read_at,
        deliveries=_deliveries(row),
    )


def _must_reach(actor: Actor) -> None:
    """A token reads messages within its scopes alone; raises NotPermitted."""
    if actor.kind == "token":
        require(actor, "notices.own_messages")


def _messages(found: Sequence[Message]) -> list[MessageOut]:
    return [_message(row) for row in found]


@router.get("/messages", response=Page[MessageOut], summary=_("自己的消息"))
@view_rule("notices.own_messages", kind="own_list")
def messages(request: DoorstepRequest, filters: Query[MessageFilters]) -> Page[MessageOut]:
    """What one was told, in the order in which it came, with how it left the product."""
    _must_reach(request.actor)
    rows = messages_of(request.actor).prefetch_related("deliveries")
    if filters.is_read is not None:
        rows = rows.filter(read_at__isnull=not filters.is_read)
    return page_of(rows, filters, _messages)


@router.get("/messages/sent", response=Page[SentOut], summary=_("自己做的事告诉了谁，到了没有"))
@view_rule("notices.own_messages", kind="own_list")
def messages_sent_by_oneself(request: DoorstepRequest, filters: Query[MessageFilters]) -> Page[SentOut]:
    """Who was told because of what one did, whether they read it, and the proof of each channel."""
    _must_reach(request.actor)
    rows = messages_sent(request.actor)
    if filters.is_read is not None:
        rows = rows.filter(read_at__isnull=not filters.is_read)
    return page_of(rows, filters, lambda found: [_sent(row) for row in found])


@router.post("/messages/read", response=MarkedOut, summary=_("全部标为已读"), openapi_extra=KEY_PARAMETER)
@view_rule("notices.own_messages", kind="own_list")
@written_once(200)
def messages_all_read(request: DoorstepRequest) -> MarkedOut:
    """Note that one has seen all one's messages."""
    return MarkedOut(read=read_all_messages(actor=request.actor))


@router.get("/messages/{int:message_id}", response=MessageOut, summary=_("一条消息"))
@view_rule("notices.own_messages", kind="own_message")
def message_one(request: DoorstepRequest, message_id: Id) -> MessageOut:
    """One of one's messages."""
    _must_reach(request.actor)
    return _message(message_by_id(message_id, request.actor))


@router.post("/messages/{int:message_id}/read", response=MessageOut, summary=_("标为已读"), openapi_extra=KEY_PARAMETER)
@view_rule("notices.own_messages", kind="own_message")
@written_once(200)
def message_is_read(request: DoorstepRequest, message_id: Id) -> MessageOut:
    """Note that one has seen a message; the first time counts."""
    found = message_by_id(message_id, request.actor)
    read_message(message=found, actor=request.actor)
    return _message(message_by_id(message_id, request.actor))
