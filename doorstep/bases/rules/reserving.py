"""What a reservation must keep to, whoever asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from doorstep.bases.rules.claims import Claim

PAST, LONG, MANY, FAR, SEATS = "past", "long", "many", "far", "seats"


@dataclass(frozen=True, slots=True)
class ReservationLimits:
    """How long a hold lasts and a use may be, hours; how far ahead, days; how often; misses until it is released."""

    hold_hours: int
    longest_hours: int
    days_ahead: int
    most_repeats: int
    misses: int


def reservation_fault(claims: Sequence[Claim], limits: ReservationLimits, seats: int, moment: datetime) -> str:
    """Why the times of one booking, at least one and in order, cannot be: past, long, many, far, seats, or ""."""
    first, last = claims[0], claims[-1]
    if first.starts_at <= moment:
        return PAST
    if first.length > timedelta(hours=limits.longest_hours):
        return LONG
    if len(claims) > limits.most_repeats:
        return MANY
    if last.starts_at > moment + timedelta(days=limits.days_ahead):
        return FAR
    return SEATS if first.heads > seats else ""


def misses_in_a_row(states: Sequence[str], missed: str) -> int:
    """How many of the last of a row were missed without a break; `states` in order of time."""
    count = 0
    for state in reversed(states):
        if state != missed:
            break
        count += 1
    return count
