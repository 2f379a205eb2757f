"""Messages on their way out: sent when they are due, tried again when they failed, and chosen by their readers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.crypto import seal, unseal
from doorstep.core.errors import NotFound, NotPermitted
from doorstep.core.masking import personal_number
from doorstep.core.permissions import require
from doorstep.core.policies import policies_at
from doorstep.notices.models import ChannelChoice, Delivery
from doorstep.notices.queries.channels import channels_there, sending_hours
from doorstep.notices.rules.sending import is_address, is_quiet, leaves_at, next_try
from doorstep.notices.services.channels import NotSent, send
from doorstep.notices.services.refusals import ChannelAddressWrong

if TYPE_CHECKING:
    from doorstep.directory.models import Account

FIELD = "channel_address"
MOST_AT_ONCE = 200


@transaction.atomic
def choose_channel(*, channel: str, address: str, rhythm: str, actor: Actor) -> ChannelChoice:
    """Hear of one's messages by a channel too, at once or once a day. Raises NotFound, ChannelAddressWrong."""
    require(actor, "notices.own_messages")
    if actor.account_id is None:
        raise NotPermitted
    if not is_address(channel, address.strip()):
        raise ChannelAddressWrong
    if channel not in channels_there() or rhythm not in ChannelChoice.Rhythm.values:
        raise NotFound
    said = {"rhythm": rhythm, "address_sealed": seal(address.strip(), field=FIELD), "chosen_at": clock.now()}
    choice, _new = ChannelChoice.objects.update_or_create(account_id=actor.account_id, channel=channel, defaults=said)
    return choice


@transaction.atomic
def leave_channel(*, channel: str, actor: Actor) -> None:
    """Hear of one's messages by a channel no more; what was waiting is not sent."""
    require(actor, "notices.own_messages")
    ChannelChoice.objects.filter(account=actor.account_id, channel=channel).delete()
    waiting = Delivery.objects.filter(message__account=actor.account_id, channel=channel, state=Delivery.State.WAITING)
    waiting.update(state=Delivery.State.DROPPED, reason=_("本人不再用这个渠道"))


def send_due(*, actor: Actor) -> int:
    """Send what is due, reader by reader; returns how many messages left.

    A row stays locked while it is sent, so two workers never send the same one. In quiet hours nothing leaves.
    Source: policies message.quiet_from, message.quiet_until.
    """
    require(actor, "notices.send_messages")
    hours = sending_hours(clock.today())
    if is_quiet(clock.local(clock.now()).time(), hours):
        _hold_until_morning()
        return 0
    sent = 0
    for _turn in range(MOST_AT_ONCE):
        batch = _send_next()
        if batch is None:
            break
        sent += batch
    return sent


@transaction.atomic
def _hold_until_morning() -> None:
    moment = clock.local(clock.now())
    due = leaves_at(moment, sending_hours(moment.date()), is_daily=False)
    Delivery.objects.filter(state=Delivery.State.WAITING, due_at__lte=moment).update(due_at=due)


def _due() -> list[Delivery]:
    """What is due for the reader and channel that waited longest, locked; what another worker holds is left out."""
    rows = Delivery.objects.select_for_update(of=("self",), skip_locked=True).select_related(
        "message__account", "message__wording", "wording"
    )
    waiting = rows.filter(state=Delivery.State.WAITING, due_at__lte=clock.now())
    first = waiting.order_by("due_at", "pk").first()
    if first is None:
        return []
    same = waiting.filter(channel=first.channel, message__account=first.message.account_id)
    return list(same.order_by("message__created_at", "pk")[:MOST_AT_ONCE])


@transaction.atomic
def _send_next() -> int | None:
    """Send what is due for one reader by one channel; how many messages left, or None when nothing was due."""
    batch = _due()
    if not batch:
        return None
    account, channel = batch[0].message.account, batch[0].channel
    choice = ChannelChoice.objects.filter(account=account, channel=channel).first()
    if choice is None or not account.is_active:
        _note(batch, state=Delivery.State.DROPPED, reason=_("本人不再用这个渠道"))
        return 0
    is_daily = choice.rhythm == ChannelChoice.Rhythm.DAILY
    left = 0
    for rows in [batch] if is_daily else [[row] for row in batch]:
        left += _send(rows, unseal(choice.address_sealed, field=FIELD), account)
    return left


def _send(rows: Sequence[Delivery], address: str, account: Account) -> int:
    with override(account.language):
        title, text = outgoing(rows)
        try:
            receipt = send(rows[0].channel, address, title, text)
        except NotSent as problem:
            _try_again(rows, str(problem))
            return 0
    _note(rows, state=Delivery.State.SENT, sent_at=clock.now(), receipt=receipt)
    return len(rows)


def outgoing(rows: Sequence[Delivery]) -> tuple[str, str]:
    """What leaves the product: titles alone, and where to read on; a title with a number of a person says less."""
    titles = [row.line for row in rows]
    titles = [_("您有一条新消息") if personal_number(title) else title for title in titles]
    where = settings.DOORSTEP_ADDRESS or _("“家门口”")
    last = _("请登录%(where)s查看。") % {"where": where}
    if len(titles) == 1:
        return titles[0], f"{titles[0]}\n{last}"
    count = _("您有 %(n)s 条新消息") % {"n": len(titles)}
    return count, "\n".join([count, *titles, last])


def _try_again(rows: Sequence[Delivery], reason: str) -> None:
    """Wait before the next try, up to the last one. Source: policies message.most_tries, message.retry_minutes."""
    figures = policies_at(("message.most_tries", "message.retry_minutes"), on=clock.today())
    for row in rows:
        row.tries += 1
        row.reason = reason[:200]
        if row.tries >= figures["message.most_tries"].integer:
            row.state = Delivery.State.FAILED
        row.due_at = next_try(clock.now(), row.tries, figures["message.retry_minutes"].integer)
        row.save(update_fields=["tries", "reason", "state", "due_at"])


def _note(rows: Sequence[Delivery], **said: object) -> None:
    for row in rows:
        for name, value in said.items():
            setattr(row, name, value)
        if row.state == Delivery.State.SENT:
            row.tries, row.reason = row.tries + 1, ""
        row.save()
