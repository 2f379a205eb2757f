"""When a message may leave the product: at once, when the night is over, or with the daily summary."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

_ADDRESSES = {"mail": r"[^@\s]{1,64}@[^@\s]{1,100}\.[^@\s]{2,20}", "sms": r"1\d{10}"}


@dataclass(frozen=True, slots=True)
class SendingHours:
    """Wall-clock times: nothing leaves from `quiet_from` until `quiet_until`; summaries leave at `digest_at`."""

    quiet_from: time
    quiet_until: time
    digest_at: time


def is_quiet(moment: time, hours: SendingHours) -> bool:
    """Whether people are left alone then; the span may go over midnight, and one of no length is none.

    Source: policy:message.quiet_from, policy:message.quiet_until.
    """
    begins, ends = hours.quiet_from, hours.quiet_until
    if begins <= ends:
        return begins <= moment < ends
    return moment >= begins or moment < ends


def leaves_at(moment: datetime, hours: SendingHours, *, is_daily: bool) -> datetime:
    """The earliest moment, on the same wall clock as `moment`, at which a message may leave.

    Source: policy:message.digest_at besides those of `is_quiet`.
    """
    wanted = moment
    if is_daily:
        wanted = _at(moment, hours.digest_at)
        if wanted < moment:
            wanted += timedelta(days=1)
    if not is_quiet(wanted.time(), hours):
        return wanted
    over = _at(wanted, hours.quiet_until)
    return over if over > wanted else over + timedelta(days=1)


def is_address(channel: str, address: str) -> bool:
    """Whether something can be an address of this channel: a mailbox, a mobile number, or a name in a contact book."""
    return bool(re.fullmatch(_ADDRESSES.get(channel, r"[A-Za-z0-9_.@-]{1,64}"), address))


def next_try(moment: datetime, tries: int, minutes: int) -> datetime:
    """When to try again after `tries` failures: after `minutes`, then twice as long each time."""
    return moment + timedelta(minutes=minutes * 2 ** max(0, tries - 1))


def _at(moment: datetime, wall: time) -> datetime:
    return moment.replace(hour=wall.hour, minute=wall.minute, second=0, microsecond=0)
