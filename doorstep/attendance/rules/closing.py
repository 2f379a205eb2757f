"""What closing a roll makes of its marks: who is absent after all, and who counts as having withdrawn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from doorstep.attendance.rules.marks import ABSENT, PERSONAL_LEAVE, SICK_LEAVE

LEFT_BY_LEAVE = "leave_too_long"
LEFT_BY_ABSENCE = "absent_too_long"


@dataclass(frozen=True, slots=True)
class Sitting:
    """A session that was held: its planned credit hours, and what part of a day it is (a half day is 1/2)."""

    id: int
    hours: Decimal
    days: Fraction


@dataclass(frozen=True, slots=True)
class ClosingPolicy:
    """More leave than `leave_ratio` of the class hours, or `absence_days` days absent, counts as withdrawn.

    Source: policy:attendance.leave_max_ratio, policy:attendance.absence_days_dismiss.
    """

    leave_ratio: Fraction
    absence_days: Fraction


def unmarked(
    people: Iterable[int], sessions: Sequence[int], marks: Mapping[tuple[int, int], str]
) -> list[tuple[int, int]]:
    """The (person, session) pairs that have no mark yet, in order."""
    return [(person, session) for person in sorted(people) for session in sessions if (person, session) not in marks]


def withdrawal(marks: Mapping[int, str], sittings: Sequence[Sitting], policy: ClosingPolicy) -> str:
    """Why somebody with these marks (session -> mark) counts as withdrawn, or nothing.

    Personal and sick leave count towards the ceiling, official leave does not: the person was sent elsewhere.
    """
    away = (PERSONAL_LEAVE, SICK_LEAVE)
    total = sum((s.hours for s in sittings), Decimal(0))
    leave = sum((s.hours for s in sittings if marks.get(s.id) in away), Decimal(0))
    absent = sum((s.days for s in sittings if marks.get(s.id) == ABSENT), Fraction(0))
    if absent >= policy.absence_days > 0:
        return LEFT_BY_ABSENCE
    return LEFT_BY_LEAVE if total and Fraction(leave) > policy.leave_ratio * Fraction(total) else ""
