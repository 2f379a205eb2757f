"""How what happened becomes messages: one to each whom it concerns, and on its way by the channels they chose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.events import Occurrence
from doorstep.core.permissions import require
from doorstep.notices.models import ChannelChoice, Delivery, Message, Wording
from doorstep.notices.queries.channels import channels_there, sending_hours
from doorstep.notices.queries.wordings import wordings_for
from doorstep.notices.rules.sending import leaves_at
from doorstep.notices.rules.texts import Letter

Way = Wording.Way


@transaction.atomic
def write_messages(*, letters: Sequence[Letter], occurrence: Occurrence, actor: Actor) -> int:
    """Tell accounts of one happening; returns how many were told now. Told again, nobody is told twice.

    What two apps say of one happening are two messages: each knows its own side of it.
    """
    require(actor, "notices.tell")
    moment = clock.now()
    first: dict[int, Letter] = {}
    for letter in letters:
        for account_id in letter.to:
            if account_id != occurrence.account_id:
                first.setdefault(account_id, letter)
    rows = [
        Message(
            account_id=account_id,
            occurrence=occurrence.key,
            text=letter.text,
            fields={key: str(value) for key, value in letter.fields.items()},
            link=letter.link,
            created_at=moment,
            sender_id=occurrence.account_id,
        )
        for account_id, letter in sorted(first.items())
    ]
    if not rows:
        return 0
    wordings = wordings_for({row.account_id: row.text for row in rows})
    for row in rows:
        row.wording = wordings.get((row.account_id, Way.INBOX))
    told = Message.objects.filter(occurrence=occurrence.key)
    before = set(told.values_list("pk", flat=True))
    Message.objects.bulk_create(rows, ignore_conflicts=True)
    new = list(told.exclude(pk__in=before).order_by("account"))
    _send_on(new, wordings)
    return len(new)


def _send_on(messages: Sequence[Message], wordings: Mapping[tuple[int, str], Wording]) -> None:
    """Put messages on their way out of the product, by the channels their readers chose and are there."""
    there = channels_there()
    if not there or not messages:
        return
    by_account = {message.account_id: message for message in messages}
    choices = ChannelChoice.objects.filter(account__in=by_account, channel__in=there)
    hours = sending_hours(clock.today())
    local = clock.local(clock.now())
    Delivery.objects.bulk_create(
        [
            Delivery(
                message=by_account[choice.account_id],
                channel=choice.channel,
                wording=wordings.get((choice.account_id, choice.channel)),
                due_at=leaves_at(local, hours, is_daily=choice.rhythm == ChannelChoice.Rhythm.DAILY),
            )
            for choice in choices
        ],
        ignore_conflicts=True,
    )
