"""What the sketch map shows: outlines and points in picture coordinates, each with its share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from doorstep.coverage.queries.figures import Coverage, Figures
from doorstep.directory.rules.outlines import WIDTH, Frame, Point, beside, labels_beside, outlines, rings

if TYPE_CHECKING:
    from doorstep.directory.models import Unit

BANDS = (70, 75, 80, 85, 90)
LETTER = 10.5  # the width of a Chinese letter on the map


@dataclass(frozen=True, slots=True)
class Shape:
    """One county or township of the sketch: an outline (empty for a point), where its words stand, its figures."""

    name: str
    path: str
    x: float
    y: float
    label: Point
    band: int
    share: str


@dataclass(frozen=True, slots=True)
class Sketch:
    """A map picture: its size and what is drawn; `ground` is an outline without figures."""

    width: float
    height: float
    ground: str
    shapes: list[Shape]


def _band(figures: Figures) -> int:
    """Which of the six sea colours a share has: 1 below the first band, 6 from the last on; 0 without members."""
    share = figures.percent
    return 0 if share is None else 1 + sum(share >= band for band in BANDS)


def _share(figures: Figures) -> str:
    return "–" if figures.percent is None else f"{figures.percent}%"


def sketch_of(coverage: Coverage) -> Sketch | None:
    """The map of a city's counties, or of a county's townships as points; None where there is nothing to draw."""
    if coverage.unit.kind == "city":
        return _counties(coverage)
    if coverage.unit.kind == "county":
        return _townships(coverage)
    return None


def _counties(coverage: Coverage) -> Sketch | None:
    drawn = [(unit, figures, outlines()[unit.county]) for unit, figures in _of_kind(coverage, "county")]
    if not drawn:
        return None
    frame = Frame(point for _, _, feature in drawn for ring in rings(feature) for point in ring)
    shapes = []
    for _, figures, feature in drawn:
        x, y = frame.at(feature["properties"]["label_lng"], feature["properties"]["label_lat"])
        name = feature["properties"]["name"]
        shapes.append(Shape(name, frame.path(feature), x, y, (x, y), _band(figures), _share(figures)))
    return Sketch(WIDTH, frame.height, "", shapes)


def _townships(coverage: Coverage) -> Sketch | None:
    feature = outlines().get(coverage.unit.county)
    if feature is None:
        return None
    frame = Frame(point for ring in rings(feature) for point in ring)
    dots: list[tuple[Point, str, Figures]] = []
    for unit, figures in coverage.children:
        place = unit.division
        if unit.kind == "township" and place and place.lng is not None and place.lat is not None:
            dot = beside([known[0] for known in dots], *frame.at(place.lng, place.lat), frame.height)
            dots.append((dot, place.short_name, figures))
    labels = labels_beside([dot[0] for dot in dots], [LETTER * len(dot[1]) for dot in dots])
    shapes = [
        Shape(name, "", x, y, label, _band(figures), _share(figures))
        for ((x, y), name, figures), label in zip(dots, labels, strict=True)
    ]
    return Sketch(WIDTH, frame.height, frame.path(feature), shapes) if shapes else None


def _of_kind(coverage: Coverage, kind: str) -> list[tuple[Unit, Figures]]:
    return [(unit, figures) for unit, figures in coverage.children if unit.kind == kind and unit.county in outlines()]
