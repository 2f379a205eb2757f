"""How long the way is between places of any kind: loaded where somebody loaded it, else estimated."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from doorstep.bases.models import Base
from doorstep.bases.queries.belts import road
from doorstep.bases.queries.travel import codes_at
from doorstep.bases.rules.belts import Spot
from doorstep.core.registry import Journey
from doorstep.directory.queries import units_by_ids
from doorstep.directory.queries.divisions import placed_divisions

if TYPE_CHECKING:
    from doorstep.directory.models import Unit

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something is: at a pin on the map (WGS84 degrees), else at a base, else where a unit lies."""

    unit: Unit
    base: Base | None = None
    pin: Point | None = None


def at_base(base: Base) -> Place:
    """The place of a base, which lies with its unit where nobody knows better."""
    return Place(base.unit, base)


def spots_of(places: Sequence[Place]) -> list[Spot]:
    """Places as the rules of ways see them, with the codes by which ways are known; one query however many.

    A pin has no codes: it is no place that a list of travel times could name.
    """
    lying = placed_divisions(_asked_of(places))
    found = []
    for place in places:
        division, base = lying.get(place.unit.pk), place.base
        point: tuple[float | None, float | None] = (division.lat, division.lng) if division else (None, None)
        codes = codes_at("", division.code) if division else ()
        if place.pin:
            point, codes = place.pin, ()
        elif base:
            point = (base.lat, base.lng) if _has_point(base) else point
            codes = codes_at(base.code, base.division_id or (division.code if division else None))
        found.append(Spot(base.name if base else "", "", *point, base.pk if base else 0, codes))
    return found


def _asked_of(places: Iterable[Place]) -> list[Unit]:
    """The units whose own place matters: those of bases that say too little of where they are too."""
    return [one.unit for one in places if not one.pin and not (one.base and _says_where(one.base))]


def _says_where(base: Base) -> bool:
    return base.division_id is not None and _has_point(base)


def _has_point(base: Base) -> bool:
    return base.lat is not None and base.lng is not None


def minutes_between(ways: Sequence[tuple[Place, Place]]) -> list[int | None]:
    """Minutes of each way, loaded or estimated; None where nobody knows where an end lies. As many queries for all.

    Who stays at a place is not on the way, also where nobody knows where it lies.
    """
    if not ways:
        return []
    spots = spots_of([place for way in ways for place in way])
    known = road(spots)
    ends = zip(spots[::2], spots[1::2], strict=True)
    return [0 if way[0] == way[1] else known.minutes(*spots) for way, spots in zip(ways, ends, strict=True)]


def minutes_of(journeys: Sequence[Journey]) -> list[int | None]:
    """Minutes of journeys between units or their bases, as `minutes_between` says."""
    units = units_by_ids({unit for one in journeys for unit in (one.home_id, one.unit_id)})
    named = {row for one in journeys for row in (one.row_id, one.from_row_id) if row}
    bases = Base.objects.select_related("unit").in_bulk(named)

    def place(unit_id: int, base_id: int | None) -> Place:
        return at_base(bases[base_id]) if base_id in bases else Place(units[unit_id])

    return minutes_between([(place(one.home_id, one.from_row_id), place(one.unit_id, one.row_id)) for one in journeys])
