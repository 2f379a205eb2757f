"""Which levels a circular can be sent to, and the number the next one of a unit gets."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

LEVELS = ("county", "township", "committee", "general_branch", "branch")
BASES = "bases"  # not a level of units: the demonstration bases below, each for itself
RECEIVERS = (*LEVELS, BASES)


def number_after(known: Iterable[str], year: int) -> str:
    """The next number of a year, such as 〔2026〕3号; numbers written in another way are not counted."""
    taken = (re.fullmatch(rf"〔{year}〕(\d{{1,6}})号", number) for number in known)
    return f"〔{year}〕{max((int(found[1]) for found in taken if found), default=0) + 1}号"


def is_reminder_due(due: date, reminded_on: date | None, today: date, days_before: int) -> bool:
    """Whether units that have not signed hear of it again: once as the last day comes near, once when it is over.

    Source: policy:circular.remind_days.
    """
    near = due - timedelta(days=days_before)
    begins = due + timedelta(days=1) if today > due else near
    return today >= begins and (reminded_on is None or reminded_on < begins)
