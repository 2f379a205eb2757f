"""The whole network on a map: however many places there are, at most as many dots as a picture can hold."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count

from doorstep.bases.models import Base
from doorstep.bases.queries.public import PLACES, county_name, public_bases
from doorstep.bases.rules.datum import GCJ02, to_gcj02
from doorstep.core import clock
from doorstep.directory.rules.outlines import WIDTH, Frame, outlines, rings

ACROSS = 56  # cells from one side of a picture to the other
LEADING = (Base.Kind.ACADEMY, Base.Kind.DEMONSTRATION)

# One row a cell: where its places lie on average, and which one it is where there is a single one.
_CELLS = """
SELECT avg(lat), avg(lng), count(*), min(id), bool_or(kind = ANY(%(leading)s))
FROM bases_base
WHERE lat BETWEEN %(south)s AND %(north)s AND lng BETWEEN %(west)s AND %(east)s AND kind = ANY(%(kinds)s)
  AND valid_from <= %(today)s AND (valid_to IS NULL OR valid_to > %(today)s)
GROUP BY floor((lat - %(south)s) / %(high)s), floor((lng - %(west)s) / %(wide)s)
ORDER BY 3, 4
"""


def tiles() -> dict[str, str]:
    """The tile service that the operator has chosen, if any."""
    return {
        "address": settings.DOORSTEP_TILES,
        "datum": settings.DOORSTEP_TILES_DATUM,
        "source": settings.DOORSTEP_TILES_SOURCE,
    }


def is_gcj02() -> bool:
    """Whether maps are drawn on the datum of Chinese tiles."""
    return bool(settings.DOORSTEP_TILES) and settings.DOORSTEP_TILES_DATUM == GCJ02


def shown_at(lat: float, lng: float) -> tuple[float, float]:
    """Where a WGS84 point lies on the map, to a metre."""
    found = to_gcj02(lat, lng) if is_gcj02() else (lat, lng)
    return round(found[0], 5), round(found[1], 5)


@dataclass(frozen=True, slots=True)
class Window:
    """A part of the ground, in WGS84 degrees."""

    west: float
    south: float
    east: float
    north: float

    @property
    def is_sound(self) -> bool:
        """True when it has a width and a height and lies on the globe."""
        return -180 <= self.west < self.east <= 180 and -90 <= self.south < self.north <= 90

    def covers(self, other: Window) -> bool:
        """True when all of `other` lies within."""
        across = self.west <= other.west and other.east <= self.east
        return across and self.south <= other.south and other.north <= self.north


@dataclass(frozen=True, slots=True)
class Cell:
    """The places in one cell of a map: their middle and number; `id`, `name` and `kind` of one that is alone.

    `is_leading` where an academy or a demonstration base is among them.
    """

    lat: float
    lng: float
    count: int
    id: int | None
    name: str
    kind: str
    is_leading: bool


@dataclass(frozen=True, slots=True)
class CountyCount:
    """How many places of each kind a county has, in the order of `PLACES`."""

    county: str
    name: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """All places of the county."""
        return sum(self.counts)


@dataclass(frozen=True, slots=True)
class MapPicture:
    """The counties as paths with where their names stand, and the cells as dots (x, y, how many, whether one leads)."""

    width: float
    height: float
    counties: list[tuple[str, str, float, float]]
    dots: list[tuple[float, float, int, bool]]


@lru_cache(maxsize=1)
def whole_ground() -> Window:
    """The ground that the outlines cover."""
    points = [point for feature in outlines().values() for ring in rings(feature) for point in ring]
    lngs, lats = [point[0] for point in points], [point[1] for point in points]
    return Window(min(lngs), min(lats), max(lngs), max(lats))


def cells_in(window: Window, kind: str = "") -> list[Cell]:
    """The places everybody may know within a window, at most ACROSS times ACROSS cells; of one kind when asked so."""
    wide, high = (window.east - window.west) / ACROSS, (window.north - window.south) / ACROSS
    kinds = [kind] if kind in PLACES else [one.value for one in PLACES]
    params: dict[str, Any] = {
        "south": window.south, "north": window.north, "west": window.west, "east": window.east, "wide": wide,
        "high": high, "kinds": kinds, "leading": [one.value for one in LEADING], "today": clock.today(),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_CELLS, params)
        rows = cursor.fetchall()
    alone = Base.objects.only("name", "kind").in_bulk([base_id for _lat, _lng, count, base_id, _ in rows if count == 1])
    return [_cell(lat, lng, count, pk, leads, alone.get(pk)) for lat, lng, count, pk, leads in rows]


def _cell(lat: float, lng: float, count: int, base_id: int, is_leading: bool, alone: Base | None) -> Cell:
    if alone is None or count > 1:
        return Cell(lat, lng, count, None, "", "", is_leading)
    return Cell(lat, lng, count, base_id, alone.name, alone.kind, is_leading)


@lru_cache(maxsize=1)
def _ground() -> tuple[Frame, list[tuple[str, str, float, float]]]:
    """The frame of the picture and the counties in it: they change with the product alone."""
    frame = Frame(point for feature in outlines().values() for ring in rings(feature) for point in ring)
    counties = []
    for feature in outlines().values():
        says = feature["properties"]
        counties.append((says["name"], frame.path(feature), *frame.at(says["label_lng"], says["label_lat"])))
    return frame, counties


def map_picture(kind: str = "") -> MapPicture:
    """All places on the outlines of the counties, as a picture; many in one spot are one larger dot."""
    frame, counties = _ground()
    dots = [
        (*frame.at(cell.lng, cell.lat), cell.count, cell.is_leading)
        for cell in reversed(cells_in(whole_ground(), kind))
    ]
    return MapPicture(WIDTH, frame.height, counties, dots)


def counts_by_county() -> list[CountyCount]:
    """The table that says what the map shows: places by county and kind; what belongs to the whole city comes first."""
    rows = public_bases().values_list("county", "kind").annotate(count=Count("pk")).order_by()
    found: dict[str, dict[str, int]] = {}
    for county, kind, count in rows:
        found.setdefault(county, {})[kind] = count
    return [
        CountyCount(code, county_name(code), tuple(found[code].get(kind.value, 0) for kind in PLACES))
        for code in sorted(found)
    ]
