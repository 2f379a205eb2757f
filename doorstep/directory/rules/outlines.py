"""The outlines of the counties, and how the ground is drawn in a sketch map."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from math import cos, radians
from typing import Any

WIDTH, HEIGHT, MARGIN = 440.0, 380.0, 12.0  # of the picture, in its own units
APART = 17.0  # the width of a numbered dot
DOT, LINE = 7.0, 11.0  # the radius of a dot with words, the height of these
STEP = 5.0  # how finely a free place for words is looked for


def _around(far: int) -> list[tuple[int, int]]:
    """The steps to each spot of a square, the nearest first."""
    sides = range(-far, far + 1)
    return sorted(((a, b) for a in sides for b in sides), key=lambda spot: spot[0] ** 2 + spot[1] ** 2)


_SPOTS, _STEPS = _around(4), _around(10)

Point = tuple[float, float]


@lru_cache(maxsize=1)
def outlines() -> dict[str, dict[str, Any]]:
    """The features by county code; read once."""
    source = files("doorstep.directory").joinpath("reference", "counties.geojson")
    features = json.loads(source.read_text("utf-8"))["features"]
    return {feature["properties"]["code"]: feature for feature in features}


class Frame:
    """Places longitude and latitude in the picture, keeping the proportions of the ground."""

    def __init__(self, points: Iterable[Point]) -> None:
        found = list(points)
        lngs, lats = [p[0] for p in found], [p[1] for p in found]
        self.left, self.top = min(lngs), max(lats)
        self.squeeze = cos(radians((min(lats) + max(lats)) / 2))
        wide, high = (max(lngs) - self.left) * self.squeeze, self.top - min(lats)
        self.scale = min((WIDTH - 2 * MARGIN) / (wide or 1), (HEIGHT - 2 * MARGIN) / (high or 1))
        self.height = round(high * self.scale + 2 * MARGIN, 1)

    def at(self, lng: float, lat: float) -> Point:
        """Where a point of the ground lies in the picture."""
        x = MARGIN + (lng - self.left) * self.squeeze * self.scale
        return round(x, 1), round(MARGIN + (self.top - lat) * self.scale, 1)

    def path(self, feature: dict[str, Any]) -> str:
        """The outline of a feature as an SVG path."""
        lines = ["M" + "L".join("{} {}".format(*self.at(*point)) for point in ring) + "Z" for ring in rings(feature)]
        return "".join(lines)


def rings(feature: dict[str, Any]) -> list[list[Point]]:
    """The outer and inner lines of a feature, each a list of (longitude, latitude)."""
    geometry = feature["geometry"]
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [[(p[0], p[1]) for p in ring] for polygon in polygons for ring in polygon]


@dataclass(frozen=True, slots=True)
class Sketch:
    """A picture of places: its size, the outline they lie on, the places as (number, x, y)."""

    width: float
    height: float
    ground: str
    points: list[tuple[int, float, float]]


def sketched(counties: Iterable[str], places: Sequence[tuple[int, float | None, float | None]]) -> Sketch | None:
    """Places (number, longitude, latitude) on the outlines of counties; None where a county has no outline.

    Those that would lie on one another stand side by side: it is a sketch.
    """
    features = [outlines().get(code) for code in dict.fromkeys(counties)]
    known = [feature for feature in features if feature is not None]
    if not known or len(known) != len(features):
        return None
    frame = Frame(point for feature in known for ring in rings(feature) for point in ring)
    points: list[tuple[int, float, float]] = []
    for number, lng, lat in places:
        if lng is not None and lat is not None:
            taken = [(x, y) for _number, x, y in points]
            points.append((number, *beside(taken, *frame.at(lng, lat), frame.height)))
    return Sketch(WIDTH, frame.height, "".join(frame.path(feature) for feature in known), points)


def labels_beside(dots: Sequence[Point], widths: Sequence[float]) -> list[Point]:
    """Where the middle of the words of each dot stands: below it, else where they cover no dot and no other words.

    Where everything around is taken they stand below all the same.
    """
    found: list[tuple[float, float, float]] = []
    for (x, y), width in zip(dots, widths, strict=True):
        aside = DOT + 3 + width / 2
        spots = [(x, y + 18), (x, y - 11), (x + aside, y + 4), (x - aside, y + 4)]
        spots += [(x + turn * aside, y + step) for step in (15, -8) for turn in (1, -1)]
        spot = next((one for one in spots if _is_free(one, width, dots, found)), spots[0])
        found.append((*spot, width))
    return [(round(x, 1), round(y, 1)) for x, y, _width in found]


def words_among(spots: Sequence[Point], widths: Sequence[float], dots: Sequence[Point]) -> list[Point]:
    """Where words stand that belong to no dot: at their spot, else as near to it as they cover no dot and no words.

    Where there is no such place they stand at their spot all the same.
    """
    found: list[tuple[float, float, float]] = []
    for (x, y), width in zip(spots, widths, strict=True):
        near = ((x + a * STEP, y + b * STEP) for a, b in _STEPS)
        spot = next((one for one in near if _is_free(one, width, dots, found)), (x, y))
        found.append((*spot, width))
    return [(round(x, 1), round(y, 1)) for x, y, _width in found]


def _is_free(spot: Point, width: float, dots: Sequence[Point], others: Sequence[tuple[float, float, float]]) -> bool:
    """Whether words whose foot stands at a spot lie in the picture, beside all dots and all other words."""
    x, y = spot
    if not (width / 2 <= x <= WIDTH - width / 2 and y >= LINE):
        return False
    clear = all(abs(x - a) >= width / 2 + DOT or not y - LINE - DOT < b < y + DOT for a, b in dots)
    return clear and all(abs(x - a) >= (width + w) / 2 or abs(y - b) >= LINE for a, b, w in others)


def beside(points: Sequence[Point], x: float, y: float, height: float) -> Point:
    """The place itself, or the nearest spot around it, still in the picture, where nothing stands yet."""
    for step, turn in _SPOTS:
        across, down = round(x + step * APART, 1), round(y + turn * APART, 1)
        taken = any(abs(across - a) < APART - 0.2 and abs(down - b) < APART - 0.2 for a, b in points)
        if not taken and MARGIN <= across <= WIDTH - MARGIN and MARGIN <= down <= height - MARGIN:
            return across, down
    return x, y
