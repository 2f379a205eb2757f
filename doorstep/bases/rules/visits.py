"""Which count of visitors can be right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """People who came together to a place outside any class: the day, what kind of group, how many from where."""

    visited_on: date
    kind: str
    local_count: int
    outside_count: int


@dataclass(frozen=True, slots=True)
class VisitLimits:
    """How many a group has at most, and how many days later it may still be entered.

    Source: policies `visit.*`.
    """

    most_people: int
    most_days_late: int


def count_fault(local_count: int, outside_count: int, most_people: int) -> str:
    """Why a group cannot be so large: none, many; "" where nothing speaks against."""
    if local_count < 0 or outside_count < 0 or not (local_count or outside_count):
        return "none"
    return "many" if local_count + outside_count > most_people else ""


def visit_fault(facts: VisitFacts, limits: VisitLimits, today: date, opened: date, ended: date | None) -> str:
    """Why these visitors cannot be entered today: none, many, future, late, closed; "" where nothing speaks against."""
    day = facts.visited_on
    if fault := count_fault(facts.local_count, facts.outside_count, limits.most_people):
        return fault
    if day > today:
        return "future"
    if day < today - timedelta(days=limits.most_days_late):
        return "late"
    if day < opened or (ended is not None and day >= ended):
        return "closed"
    return ""
