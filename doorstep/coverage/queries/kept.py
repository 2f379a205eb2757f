"""Which years are kept current, and as of when."""

from __future__ import annotations

from datetime import datetime

from doorstep.core import clock
from doorstep.coverage.models import Delta, KeptYear, Standing


def kept_years() -> list[int]:
    """The years whose figures are kept current, oldest first."""
    return sorted(KeptYear.objects.values_list("year", flat=True))


def people_kept_below(place: str, year: int) -> list[int]:
    """The people for whom a unit at `place` or below it answers in a kept year."""
    rows = Standing.objects.filter(year=year, is_home=True, unit__path__startswith=place)
    return list(rows.values_list("person", flat=True))


def as_of(year: int) -> datetime | None:
    """The moment up to which a kept year's figures are complete: now, or the last fold while deltas wait.

    None for a year that is not kept.
    """
    kept = KeptYear.objects.filter(pk=year).values_list("folded_at", flat=True).first()
    if kept is None:
        return None
    return kept if Delta.objects.filter(year=year).exists() else clock.now()
