"""A sketch map on which counties, or the townships of one, are shaded by a figure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from doorstep.directory.rules.outlines import WIDTH, Frame, Point, beside, labels_beside, outlines, rings

LETTER = 10.5  # the width of a Chinese letter on the map
SEA = ("#eaeae5", "#e3edf2", "#bfd7e2", "#8fb9cc", "#5a96b2", "#2d7294", "#124f6e")  # nothing to say, then six bands
_DEEP = 4  # up to this band dark words can be read


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of a county or township: its band from 1 to 6, 0 for nothing, and its figure in words."""

    band: int
    words: str


@dataclass(frozen=True, slots=True)
class Shape:
    """One county or township of the sketch: an outline (empty for a point), where its words stand, what they say."""

    name: str
    path: str
    x: float
    y: float
    label: Point
    told: Told

    @property
    def fill(self) -> str:
        """The colour of the ground."""
        return SEA[self.told.band]

    @property
    def ink(self) -> str:
        """The colour of words on it."""
        return "#ffffff" if self.told.band > _DEEP else "#1a1d21"


@dataclass(frozen=True, slots=True)
class Shaded:
    """A map picture: its size and what is drawn; `ground` is an outline without figures."""

    width: float
    height: float
    ground: str
    shapes: list[Shape]


def counties_shaded(counties: Iterable[tuple[str, Told]]) -> Shaded | None:
    """Counties by code with what is said of each; those without an outline are left out, None where none has one."""
    drawn = [(told, outlines()[code]) for code, told in counties if code in outlines()]
    if not drawn:
        return None
    frame = Frame(point for _, feature in drawn for ring in rings(feature) for point in ring)
    shapes = []
    for told, feature in drawn:
        x, y = frame.at(feature["properties"]["label_lng"], feature["properties"]["label_lat"])
        shapes.append(Shape(feature["properties"]["name"], frame.path(feature), x, y, (x, y), told))
    return Shaded(WIDTH, frame.height, "", shapes)


def townships_shaded(county: str, townships: Iterable[tuple[str, float, float, Told]]) -> Shaded | None:
    """Townships (name, longitude, latitude, what is said) as points on the outline of a county; None without either."""
    feature = outlines().get(county)
    if feature is None:
        return None
    frame = Frame(point for ring in rings(feature) for point in ring)
    dots: list[tuple[Point, str, Told]] = []
    for name, lng, lat, told in townships:
        dots.append((beside([known[0] for known in dots], *frame.at(lng, lat), frame.height), name, told))
    labels = labels_beside([dot[0] for dot in dots], [LETTER * len(dot[1]) for dot in dots])
    shapes = [Shape(name, "", x, y, label, told) for ((x, y), name, told), label in zip(dots, labels, strict=True)]
    return Shaded(WIDTH, frame.height, frame.path(feature), shapes) if shapes else None
