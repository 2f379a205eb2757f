"""May somebody teach: how their latest vetting stands on a day, and until when one lasts."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

UNVETTED, NOT_PASSED, EXPIRED, SOON, VALID = "unvetted", "not_passed", "expired", "expiring", "valid"
TEACHES = (SOON, VALID)


@dataclass(frozen=True, slots=True)
class Vetted:
    """The latest look at a teacher: passed until a day (that day not included), or not passed."""

    is_passed: bool
    valid_until: date | None


def vetting_standing(latest: Vetted | None, today: date, notice_days: int) -> str:
    """How a vetting stands: unvetted, not_passed, expired, expiring (within `notice_days` days) or valid.

    Source: policy:teacher.vetting_notice_days.
    """
    if latest is None:
        return UNVETTED
    if not latest.is_passed or latest.valid_until is None:
        return NOT_PASSED
    if latest.valid_until <= today:
        return EXPIRED
    return SOON if latest.valid_until - today <= timedelta(days=notice_days) else VALID


def months_later(day: date, months: int) -> date:
    """The same day of the month so many months on, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
