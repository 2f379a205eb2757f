"""Do the places of a belt hang together, and how long is the way between two of them?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, ceil, cos, radians, sin, sqrt

EARTH_KM = 6371.0


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of a belt: its name, its township, where it lies in degrees (WGS 84) when that is known."""

    name: str
    township: str
    lat: float | None
    lng: float | None


@dataclass(frozen=True, slots=True)
class Road:
    """How the way is estimated: straight line x `detour_percent` / 100 at `kmh`.

    It knows no ferry, tunnel or jam, and a place is only known as well as its coordinates: those shipped for
    townships are 1 to 8 km off, which is some 3 to 20 minutes. Enough to tell neighbours, not to drive by.
    """

    detour_percent: int
    kmh: int

    def minutes(self, a: Spot, b: Spot) -> int | None:
        """Whole minutes from one place to another, rounded up; None when it is not known where one lies."""
        if a.lat is None or a.lng is None or b.lat is None or b.lng is None:
            return None
        return ceil(straight_km(a.lat, a.lng, b.lat, b.lng) * self.detour_percent * 60 / (100 * self.kmh))


def straight_km(lat: float, lng: float, other_lat: float, other_lng: float) -> float:
    """The great-circle distance of two points in kilometres."""
    up, over = radians(other_lat - lat) / 2, radians(other_lng - lng) / 2
    half = sin(up) ** 2 + cos(radians(lat)) * cos(radians(other_lat)) * sin(over) ** 2
    return 2 * EARTH_KM * asin(sqrt(min(1.0, half)))


@dataclass(frozen=True, slots=True)
class Hop:
    """The shortest way from a place to those before it; None when it is not known."""

    spot: Spot
    minutes: int | None


def hops(spots: Sequence[Spot], road: Road) -> list[Hop]:
    """The places as a chain grown from the first: always the nearest one next, with its way to those there already.

    Places of one township are neighbours whatever the map says of them. What lies nowhere known comes last.
    """
    if not spots:
        return []
    there, left, found = [spots[0]], list(spots[1:]), []
    while left:
        ways = [(_nearest(spot, there, road), n) for n, spot in enumerate(left)]
        minutes, number = min(ways, key=lambda way: (way[0] is None, way[0] or 0, way[1]))
        spot = left.pop(number)
        there.append(spot)
        found.append(Hop(spot, minutes))
    return found


def _nearest(spot: Spot, there: Sequence[Spot], road: Road) -> int | None:
    if any(other.township == spot.township for other in there):
        return 0
    known = [minutes for other in there if (minutes := road.minutes(spot, other)) is not None]
    return min(known, default=None)


def too_far(spots: Sequence[Spot], road: Road, most_minutes: int) -> list[Hop]:
    """The places that are not neighbours of the others: further than `most_minutes`, or nobody knows how far."""
    return [hop for hop in hops(spots, road) if hop.minutes is None or hop.minutes > most_minutes]
