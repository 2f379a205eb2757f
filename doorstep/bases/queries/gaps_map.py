"""The resource map as a picture: which townships have a function, and how far the others are from the nearest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Max, Q, QuerySet

from doorstep.bases.queries.gaps import ALL
from doorstep.core import clock
from doorstep.core.policies import policies_at
from doorstep.directory.rules.outlines import (
    Frame,
    Point,
    Sketch,
    labels_beside,
    outlines,
    rings,
    sketched,
    words_among,
)

if TYPE_CHECKING:
    from doorstep.directory.models import Unit

LETTER, COUNTY_LETTER = 10.5, 12.0  # the width of a Chinese letter in the name of a township, of a county
UNKNOWN = 3  # the step of a township of which nobody knows how far it is


@dataclass(frozen=True, slots=True)
class Mark:
    """A township: how many places there offer the function; where none does, the minutes to the nearest.

    `step` says how far that is: 0 near, 1 in between, 2 far, 3 unknown. `label` is where its name stands, if it does.
    """

    name: str
    x: float
    y: float
    count: int
    minutes: int | None
    step: int
    label: Point | None


@dataclass(frozen=True, slots=True)
class GapsPicture:
    """A picture: the ground, the townships on it, the names of counties where there are several; the two limits."""

    ground: Sketch
    marks: list[Mark]
    counties: list[tuple[str, float, float]]
    near: int
    far: int


@dataclass(frozen=True, slots=True)
class GapsSum:
    """Of how many townships how many have a function, and the most minutes from one that has not."""

    total: int
    had: int
    farthest: int | None

    @property
    def lacking(self) -> int:
        """How many have it not."""
        return self.total - self.had


def gaps_sums(rows: QuerySet[Unit]) -> dict[str, GapsSum]:
    """Function -> the townships of `townships_with_functions` in numbers; one query."""
    wanted: dict[str, Any] = {"total": Count("pk")}
    for name in ALL:
        has = Q(**{f"has_{name}__gt": 0})
        wanted |= {f"had_{name}": Count("pk", filter=has), f"farthest_{name}": Max(f"near_{name}", filter=~has)}
    found = rows.order_by().aggregate(**wanted)
    return {name: GapsSum(found["total"], found[f"had_{name}"], found[f"farthest_{name}"]) for name in ALL}


def gaps_picture(rows: Iterable[Unit], function: str) -> GapsPicture:
    """The townships of `townships_with_functions` on the outline of their county, or of all where there are several.

    Those of which nobody knows where they lie stand in the table alone. Source: policies `map.near_minutes`,
    `map.far_minutes`.
    """
    figures = policies_at(("map.near_minutes", "map.far_minutes"), on=clock.today())
    near, far = figures["map.near_minutes"].integer, figures["map.far_minutes"].integer
    units = [unit for unit in rows if unit.division and unit.division.lat is not None]
    counties = {unit.county for unit in units} & outlines().keys()
    drawn = counties if len(counties) == 1 else outlines().keys()
    spots: list[Any] = [(n, unit.division.lng, unit.division.lat) for n, unit in enumerate(units) if unit.division]
    ground = sketched(drawn, spots)
    assert ground is not None  # every county drawn has an outline
    dots = [(x, y) for _number, x, y in ground.points]
    names = [unit.division.short_name for unit in units if unit.division]
    labels: list[Point | None] = [None] * len(dots)
    if len(drawn) == 1:
        labels = list(labels_beside(dots, [LETTER * len(name) for name in names]))
    marks = [
        _mark(unit, function, name, dot, label, (near, far))
        for unit, name, dot, label in zip(units, names, dots, labels, strict=True)
    ]
    return GapsPicture(ground, marks, [] if len(drawn) == 1 else _names(dots), near, far)


def _mark(unit: Unit, function: str, name: str, dot: Point, label: Point | None, limits: tuple[int, int]) -> Mark:
    count, minutes = getattr(unit, f"has_{function}"), getattr(unit, f"near_{function}")
    step = UNKNOWN if minutes is None else sum(minutes > limit for limit in limits)
    return Mark(name, *dot, count, minutes, step, label)


def _names(dots: list[Point]) -> list[tuple[str, float, float]]:
    """The names of the counties, where they cover no dot on the picture of all."""
    frame = Frame(point for feature in outlines().values() for ring in rings(feature) for point in ring)
    found = [feature["properties"] for feature in outlines().values()]
    spots = [frame.at(one["label_lng"], one["label_lat"]) for one in found]
    placed = words_among(spots, [COUNTY_LETTER * len(one["name"]) for one in found], dots)
    return [(one["name"], *spot) for one, spot in zip(found, placed, strict=True)]
