"""Numbers as people type them and addresses carry them, and filters of lists by them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

LONGEST = 9  # digits: what a column of whole numbers holds
EARLIEST = 2000  # no year of a list lies before it


def whole(text: str) -> int | None:
    """A whole number as it was typed; None for anything else, and for more digits than a number of ours has."""
    return int(text) if text.isdecimal() and len(text) <= LONGEST else None


def year_asked(text: str, this: int, *, last: int | None = None) -> int:
    """The year of a list as an address carries it; `this` for anything that is none up to `last` (`this`)."""
    asked = whole(text) or 0
    return asked if EARLIEST <= asked <= (last or this) else this


def by_number(field: str) -> Callable[[QuerySet[Any], str], QuerySet[Any]]:
    """The filter of a list by a whole number in a column; anything else finds nothing."""

    def filtered(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        number = whole(text)
        return rows.none() if number is None else rows.filter(**{field: number})

    return filtered
