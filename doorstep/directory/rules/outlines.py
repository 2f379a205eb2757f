"""The outlines of the counties, and how the ground is drawn in a sketch map."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from math import cos, radians
from typing import Any

WIDTH, HEIGHT, MARGIN = 440.0, 380.0, 12.0  # of the picture, in its own units

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
