"""On which days does what is booked again and again fall?"""

from __future__ import annotations

from datetime import date, timedelta

WEEKLY, FORTNIGHTLY, MONTHLY = "weekly", "fortnightly", "monthly"
_WEEK = 7
_STEPS = {WEEKLY: _WEEK, FORTNIGHTLY: 2 * _WEEK}
# A weekday that is the fifth of its month stands for the last one: not every month has five.
_FIFTH = 4


def days_of(first: date, repeat: str, until: date) -> list[date]:
    """The days from `first` to `until`, both included; `repeat` is weekly, fortnightly, monthly, or "" for once.

    Monthly means the same weekday of each month, such as the second Thursday; a fifth one means the last.
    """
    if repeat == MONTHLY:
        return _monthly(first, until)
    if repeat not in _STEPS:
        return [first]
    step = _STEPS[repeat]
    return [first + timedelta(days=n) for n in range(0, (until - first).days + 1, step)]


def _monthly(first: date, until: date) -> list[date]:
    found, year, month = [], first.year, first.month
    rank = (first.day - 1) // _WEEK
    while (day := _weekday_of(year, month, first.weekday(), rank)) <= until:
        found.append(day)
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return found


def _weekday_of(year: int, month: int, weekday: int, rank: int) -> date:
    """The weekday of a month by its rank from 0; from the fifth on, the last of the month."""
    if rank < _FIFTH:
        start = date(year, month, 1)
        return start + timedelta(days=(weekday - start.weekday()) % _WEEK + _WEEK * rank)
    end = (date(year + 1, 1, 1) if month == 12 else date(year, month + 1, 1)) - timedelta(days=1)
    return end - timedelta(days=(end.weekday() - weekday) % _WEEK)
