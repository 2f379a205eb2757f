"""Who decides on leave, and when leave becomes too much."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction


class Approver(Enum):
    """The step that decides, from the nearest to the highest."""

    HEAD = "head"  # 班主任
    OFFICE = "office"  # 教务
    PRINCIPAL = "principal"  # 分管校长
    DEPARTMENT = "department"  # 组织部


@dataclass(frozen=True, slots=True)
class LeaveLimits:
    """Up to how many half days each step decides alone; beyond the last it is the organisation department.

    Source: policy:leave.approver.head_max, policy:leave.approver.office_max, policy:leave.approver.principal_max.
    """

    head: int
    office: int
    principal: int


def approver_for(half_days: int, limits: LeaveLimits) -> Approver:
    """The step that decides on a leave of so many half days."""
    if half_days <= limits.head:
        return Approver.HEAD
    if half_days <= limits.office:
        return Approver.OFFICE
    return Approver.PRINCIPAL if half_days <= limits.principal else Approver.DEPARTMENT


def is_too_much(leave_hours: Decimal, class_hours: Decimal, ceiling: Fraction) -> bool:
    """True when leave is more than `ceiling` of the class and the person counts as withdrawn.

    Source: policy:attendance.leave_max_ratio.
    """
    return class_hours > 0 and Fraction(leave_hours) > ceiling * Fraction(class_hours)
