"""How a half day on the roll becomes credit hours, and which ledger lines bring the ledger there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

State = Literal["present", "late", "early", "personal_leave", "sick_leave", "official_leave", "absent"]

_STEP = Decimal("0.1")
_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class CreditPolicy:
    """The figures of one date and place; shares are between 0 and 1.

    Source: policy:credit.half_day, policy:credit.per_hour, policy:credit.day_max, policy:credit.late_counts,
    policy:credit.early_counts, policy:credit.official_leave_counts.
    """

    half_day: Decimal
    per_hour: Decimal
    day_max: Decimal
    late_share: Decimal
    early_share: Decimal
    official_leave_share: Decimal


@dataclass(frozen=True, slots=True)
class Sitting:
    """One person's mark at one session; `hours` counts only where credit goes by the hour."""

    session_id: int
    credit_unit: Literal["half_day", "hour"]
    hours: Decimal
    state: State
    is_withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Credit:
    """What a sitting earns: its value, the day's sum before it, and the hours after the day's ceiling."""

    session_id: int
    value: Decimal
    before: Decimal
    hours: Decimal


def share_of(state: State, policy: CreditPolicy) -> Decimal:
    """Which part of a sitting counts under a mark: all when present, none when on leave or absent.

    Late, early and official leave go by policy.
    """
    shares = {
        "present": Decimal(1),
        "late": policy.late_share,
        "early": policy.early_share,
        "official_leave": policy.official_leave_share,
    }
    return shares.get(state, _NOTHING)


def session_value(sitting: Sitting, policy: CreditPolicy) -> Decimal:
    """The hours of one sitting before the day's ceiling, to one decimal; a withdrawn trainee earns nothing."""
    if sitting.is_withdrawn:
        return _NOTHING
    whole = policy.half_day if sitting.credit_unit == "half_day" else policy.per_hour * sitting.hours
    return (whole * share_of(sitting.state, policy)).quantize(_STEP, ROUND_HALF_UP)


def hours_earned(day: Sequence[tuple[Sitting, CreditPolicy]]) -> list[Credit]:
    """The credit of one person's sittings of one day, in the order they were held.

    The sum of a day never exceeds its ceiling: the sitting that would pass it is cut, later ones earn nothing.
    Sittings of several classes share the ceiling. Source: policy:credit.day_max.
    """
    credits, before = [], _NOTHING
    for sitting, policy in day:
        value = session_value(sitting, policy)
        hours = max(_NOTHING, min(value, policy.day_max - before))
        credits.append(Credit(sitting.session_id, value, before, hours))
        before += hours
    return credits


@dataclass(frozen=True, slots=True)
class Booked:
    """What the ledger says of a person's session now: the hours that stand and the last revision used (0 = none)."""

    hours: Decimal
    revision: int


@dataclass(frozen=True, slots=True)
class Step:
    """One line to append."""

    kind: Literal["credit", "reversal"]
    hours: Decimal
    revision: int


def lines_towards(target: Decimal, booked: Booked) -> list[Step]:
    """The lines that bring a session's hours to `target`: none when they stand, else a reversal and a new credit."""
    if target == booked.hours:
        return []
    steps = []
    if booked.hours:
        steps.append(Step("reversal", -booked.hours, booked.revision))
    if target:
        steps.append(Step("credit", target, booked.revision + 1))
    return steps
