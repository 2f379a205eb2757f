"""Which of the seven marks a half day gets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

PRESENT, LATE, EARLY = "present", "late", "early"
PERSONAL_LEAVE, SICK_LEAVE, OFFICIAL_LEAVE, ABSENT = "personal_leave", "sick_leave", "official_leave", "absent"
MARKS = (PRESENT, LATE, EARLY, PERSONAL_LEAVE, SICK_LEAVE, OFFICIAL_LEAVE, ABSENT)
LEAVES = (PERSONAL_LEAVE, SICK_LEAVE, OFFICIAL_LEAVE)
CAME = (PRESENT, LATE, EARLY)


@dataclass(frozen=True, slots=True)
class DoorPolicy:
    """Minutes around a session: when the door opens, when one is late, when it closes, when leaving is early.

    Source: policy:attendance.opens_minutes_before, policy:attendance.late_after_minutes,
    policy:attendance.closes_minutes_after, policy:attendance.early_before_minutes.
    """

    opens_before: int
    late_after: int
    closes_after: int
    early_before: int


def door_refusal(arrived: datetime, starts: datetime, ends: datetime, policy: DoorPolicy) -> str:
    """`too_early`, `too_late`, or nothing when the door is open at `arrived` (both ends included)."""
    if arrived < starts - timedelta(minutes=policy.opens_before):
        return "too_early"
    return "too_late" if arrived > ends + timedelta(minutes=policy.closes_after) else ""


def mark_of_times(
    arrived: datetime, left: datetime | None, starts: datetime, ends: datetime, policy: DoorPolicy
) -> str:
    """The mark of somebody who came at `arrived` and went at `left` (None = stayed); late outweighs early."""
    if arrived > starts + timedelta(minutes=policy.late_after):
        return LATE
    if left is not None and left < ends - timedelta(minutes=policy.early_before):
        return EARLY
    return PRESENT


def leave_mark(kind: str) -> str:
    """The mark for an approved leave of this kind: personal, sick or official."""
    return {"personal": PERSONAL_LEAVE, "sick": SICK_LEAVE, "official": OFFICIAL_LEAVE}[kind]
