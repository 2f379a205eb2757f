"""What the sketch map shows: outlines and points in picture coordinates, each with its share."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import cos, radians
from pathlib import Path
from typing import TYPE_CHECKING, Any

from doorstep.coverage.queries.figures import Coverage, Figures

if TYPE_CHECKING:
    from doorstep.directory.models import Unit

_OUTLINES = Path(__file__).resolve().parent.parent / "reference" / "counties.geojson"
_WIDTH, _HEIGHT, _MARGIN = 440.0, 380.0, 12.0
BANDS = (70, 75, 80, 85, 90)

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Shape:
    """One county or township of the sketch: an outline (empty for a point), where its words stand, its figures."""

    name: str
    path: str
    x: float
    y: float
    band: int
    share: str


@dataclass(frozen=True, slots=True)
class Sketch:
    """A map picture: its size and what is drawn; `ground` is an outline without figures."""

    width: float
    height: float
    ground: str
    shapes: list[Shape]


@lru_cache(maxsize=1)
def _outlines() -> dict[str, dict[str, Any]]:
    """The features by county code; read once."""
    features = json.loads(_OUTLINES.read_text("utf-8"))["features"]
    return {feature["properties"]["code"]: feature for feature in features}


class _Frame:
    """Places longitude and latitude in the picture, keeping the proportions of the ground."""

    def __init__(self, points: Iterable[Point]) -> None:
        found = list(points)
        lngs, lats = [p[0] for p in found], [p[1] for p in found]
        self.left, self.top = min(lngs), max(lats)
        self.squeeze = cos(radians((min(lats) + max(lats)) / 2))
        wide, high = (max(lngs) - self.left) * self.squeeze, self.top - min(lats)
        self.scale = min((_WIDTH - 2 * _MARGIN) / (wide or 1), (_HEIGHT - 2 * _MARGIN) / (high or 1))
        self.height = round(high * self.scale + 2 * _MARGIN, 1)

    def at(self, lng: float, lat: float) -> Point:
        """Where a point of the ground lies in the picture."""
        x = _MARGIN + (lng - self.left) * self.squeeze * self.scale
        return round(x, 1), round(_MARGIN + (self.top - lat) * self.scale, 1)

    def path(self, feature: dict[str, Any]) -> str:
        """The outline of a feature as an SVG path."""
        rings = ["M" + "L".join("{} {}".format(*self.at(*point)) for point in ring) + "Z" for ring in _rings(feature)]
        return "".join(rings)


def _rings(feature: dict[str, Any]) -> list[list[Point]]:
    geometry = feature["geometry"]
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [[(p[0], p[1]) for p in ring] for polygon in polygons for ring in polygon]


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
    drawn = [(unit, figures, _outlines()[unit.county]) for unit, figures in _of_kind(coverage, "county")]
    if not drawn:
        return None
    frame = _Frame(point for _, _, feature in drawn for ring in _rings(feature) for point in ring)
    shapes = []
    for _, figures, feature in drawn:
        x, y = frame.at(feature["properties"]["label_lng"], feature["properties"]["label_lat"])
        name = feature["properties"]["name"]
        shapes.append(Shape(name, frame.path(feature), x, y, _band(figures), _share(figures)))
    return Sketch(_WIDTH, frame.height, "", shapes)


def _townships(coverage: Coverage) -> Sketch | None:
    feature = _outlines().get(coverage.unit.county)
    if feature is None:
        return None
    frame = _Frame(point for ring in _rings(feature) for point in ring)
    shapes = []
    for unit, figures in coverage.children:
        place = unit.division
        if unit.kind == "township" and place and place.lng is not None and place.lat is not None:
            x, y = frame.at(place.lng, place.lat)
            shapes.append(Shape(place.short_name, "", x, y, _band(figures), _share(figures)))
    return Sketch(_WIDTH, frame.height, frame.path(feature), shapes) if shapes else None


def _of_kind(coverage: Coverage, kind: str) -> list[tuple[Unit, Figures]]:
    return [(unit, figures) for unit, figures in coverage.children if unit.kind == kind and unit.county in _outlines()]
