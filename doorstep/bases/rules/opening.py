"""When can a place be used: its weekly hours, and how many guests fit into a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class OpenSpan:
    """A stretch of a weekday (1 is Monday) in which a place is open, in local time."""

    weekday: int
    opens_at: time
    closes_at: time


def spans_of_day(spans: Iterable[OpenSpan], day: date) -> list[OpenSpan]:
    """The stretches of the weekday of `day`, the earliest first."""
    return sorted((span for span in spans if span.weekday == day.isoweekday()), key=lambda span: span.opens_at)


def is_open(spans: Sequence[OpenSpan], starts_at: datetime, ends_at: datetime) -> bool:
    """True when the whole time lies within one stretch of its day; a place without hours is always open.

    The moments are local; a time that goes on after midnight is in no stretch.
    """
    if not spans:
        return True
    if starts_at.date() != ends_at.date():
        return False
    begins, ends = starts_at.time(), ends_at.time()
    day = spans_of_day(spans, starts_at.date())
    return any(span.opens_at <= begins and ends <= span.closes_at for span in day)


# A morning and an afternoon; the form has no room for more.
MOST_STRETCHES = 2


def wrong_spans(spans: Iterable[OpenSpan]) -> list[int]:
    """The weekdays on which a stretch ends before it begins, two of them overlap, or there are more than two."""
    by_day: dict[int, list[OpenSpan]] = {}
    for span in spans:
        by_day.setdefault(span.weekday, []).append(span)
    return sorted(day for day, rows in by_day.items() if _is_wrong(rows))


def _is_wrong(rows: list[OpenSpan]) -> bool:
    rows = sorted(rows, key=lambda span: span.opens_at)
    if len(rows) > MOST_STRETCHES or any(span.closes_at <= span.opens_at for span in rows):
        return True
    return any(later.opens_at < earlier.closes_at for earlier, later in pairwise(rows))


WEEK = range(1, 8)


def weekdays_open(spans: Sequence[OpenSpan], begins: int, ends: int) -> frozenset[int]:
    """The weekdays on which one stretch holds the time from `begins` to `ends`, in minutes after midnight.

    A place without hours is open on all of them.
    """
    if not spans:
        return frozenset(WEEK)
    held = [span for span in spans if _minutes(span.opens_at) <= begins and ends <= _minutes(span.closes_at)]
    return frozenset(span.weekday for span in held)


def _minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute
