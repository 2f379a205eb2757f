"""May somebody teach this: the spans of their rights, and when a trainer course is passed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from fractions import Fraction

Span = tuple[date, date]  # from a day on, until one that is not included


def is_right_held(spans: Iterable[Span], day: date) -> bool:
    """Whether one of the rights holds on a day."""
    return any(first <= day < until for first, until in spans)


def has_enough_hours(present: Decimal, planned: Decimal, share: Fraction) -> bool:
    """Whether somebody was there for so large a share of the hours of a trainer course.

    Source: policy:training.least_share.
    """
    return Fraction(present) >= Fraction(planned) * share
