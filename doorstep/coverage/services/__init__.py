"""Writes of coverage: standings brought up to date, tallies folded and rebuilt."""

from __future__ import annotations

from doorstep.coverage.services.days import coverage_or_work, start_coverage_export
from doorstep.coverage.services.folding import fold_deltas, rebuild_tallies
from doorstep.coverage.services.refreshing import rebuild_year, refresh_standings

__all__ = [
    "coverage_or_work",
    "fold_deltas",
    "rebuild_tallies",
    "rebuild_year",
    "refresh_standings",
    "start_coverage_export",
]
