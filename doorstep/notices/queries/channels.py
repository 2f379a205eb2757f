"""By which channels somebody hears of their messages, and when messages may leave."""

from __future__ import annotations

from datetime import date, time

from django.conf import settings

from doorstep.core.actors import Actor
from doorstep.core.policies import policies_at
from doorstep.notices.models import ChannelChoice
from doorstep.notices.models.messages import Channel
from doorstep.notices.rules.sending import SendingHours

_KEYS = ("message.quiet_from", "message.quiet_until", "message.digest_at")


def sending_hours(on: date) -> SendingHours:
    """The quiet hours and the hour of summaries on a day. Source: policies message.quiet_*, message.digest_at."""
    figures = policies_at(_KEYS, on=on)
    return SendingHours(*(time.fromisoformat(figures[key].text) for key in _KEYS))


def channels_there() -> list[str]:
    """The channels the operator has set up, in the order of their names. Source: DOORSTEP_CHANNELS."""
    return [channel for channel in Channel.values if channel in settings.DOORSTEP_CHANNELS]


def channels_of(actor: Actor) -> dict[str, ChannelChoice]:
    """channel -> what this actor chose for it; those not chosen are left out."""
    return {row.channel: row for row in ChannelChoice.objects.filter(account=actor.account_id)}
