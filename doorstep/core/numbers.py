"""Numbers as people type them and addresses carry them, and filters of lists by them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

LONGEST = 9  # digits: what a column of whole numbers holds


def whole(text: str) -> int | None:
    """A whole number as it was typed; None for anything else, and for more digits than a number of ours has."""
    return int(text) if text.isdecimal() and len(text) <= LONGEST else None


def by_number(field: str) -> Callable[[QuerySet[Any], str], QuerySet[Any]]:
    """The filter of a list by a whole number in a column; anything else finds nothing."""

    def filtered(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        number = whole(text)
        return rows.none() if number is None else rows.filter(**{field: number})

    return filtered
