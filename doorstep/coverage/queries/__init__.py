"""Every read of coverage that leaves the app."""

from __future__ import annotations

from doorstep.coverage.queries.checks import invariants
from doorstep.coverage.queries.figures import Coverage, Figures, coverage_of, figures_as_of, unit_in_reach
from doorstep.coverage.queries.kept import as_of, kept_years
from doorstep.coverage.queries.people import PersonStanding, left_of, standing_of

__all__ = [
    "Coverage",
    "Figures",
    "PersonStanding",
    "as_of",
    "coverage_of",
    "figures_as_of",
    "invariants",
    "kept_years",
    "left_of",
    "standing_of",
    "unit_in_reach",
]
