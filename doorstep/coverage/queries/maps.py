"""What the sketch map shows: the share of those who came, county by county or township by township."""

from __future__ import annotations

from doorstep.coverage.queries.figures import Coverage, Figures
from doorstep.directory.rules.shaded import Shaded, Told, counties_shaded, townships_shaded

BANDS = (70, 75, 80, 85, 90)


def _told(figures: Figures) -> Told:
    """Which of the six sea colours a share has: 1 below the first band, 6 from the last on; 0 without members."""
    share = figures.percent
    return Told(0, "–") if share is None else Told(1 + sum(share >= band for band in BANDS), f"{share}%")


def sketch_of(coverage: Coverage) -> Shaded | None:
    """The map of a city's counties, or of a county's townships as points; None where there is nothing to draw."""
    if coverage.unit.kind == "city":
        counties = [(unit.county, _told(figures)) for unit, figures in coverage.children if unit.kind == "county"]
        return counties_shaded(counties)
    if coverage.unit.kind == "county":
        return _townships(coverage)
    return None


def _townships(coverage: Coverage) -> Shaded | None:
    placed = []
    for unit, figures in coverage.children:
        place = unit.division
        if unit.kind == "township" and place and place.lng is not None and place.lat is not None:
            placed.append((place.short_name, place.lng, place.lat, _told(figures)))
    return townships_shaded(coverage.unit.county, placed)
