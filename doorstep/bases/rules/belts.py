"""Do the places of a belt hang together, and how long is the way between two of them?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import asin, ceil, cos, radians, sin, sqrt

EARTH_KM = 6371.0


@dataclass(frozen=True, slots=True)
class Spot:
    """A place of a belt: its name, its township, where it lies in degrees (WGS 84) when known, the id of its base.

    `codes` are those by which the way to it may be known, its own first, then those of its village and township.
    """

    name: str
    township: str
    lat: float | None
    lng: float | None
    base_id: int = 0
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Road:
    """How long the way is: loaded where `pairs` knows it, else estimated, straight line x `detour_percent` % at `kmh`.

    `pairs` are minutes by (from, to) codes; the way back stands for the way there where only that is known.

    The estimate knows no ferry, tunnel or jam, and a place is only known as well as its coordinates: those shipped for
    townships are 1 to 8 km off, which is some 3 to 20 minutes. Enough to tell neighbours, not to drive by;
    `doorstep load-travel` says how far it is from the times it loads.
    """

    detour_percent: int
    kmh: int
    pairs: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def minutes(self, a: Spot, b: Spot) -> int | None:
        """Whole minutes from one place to another, known or estimated; None when it is not known where one lies."""
        known = self.known(a, b)
        return self.estimate(a, b) if known is None else known

    def known(self, a: Spot, b: Spot) -> int | None:
        """The loaded minutes, by the most exact codes there are; None where nothing was loaded."""
        if not self.pairs:
            return None
        there = [(one, other) for other in b.codes for one in a.codes if one not in b.codes and other not in a.codes]
        back = [(other, one) for one, other in there]
        return next((self.pairs[pair] for pair in (*there, *back) if pair in self.pairs), None)

    def estimate(self, a: Spot, b: Spot) -> int | None:
        """The estimated minutes, rounded up; None when it is not known where one lies."""
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
    """The shortest way from a place to those before it; None when it is not known; `is_known` when it was loaded."""

    spot: Spot
    minutes: int | None
    is_known: bool = False


def hops(spots: Sequence[Spot], road: Road) -> list[Hop]:
    """The places as a chain grown from the first known on the map: always the nearest next, with its way to the others.

    Places of one township are neighbours whatever the map says of them. What lies nowhere known comes last.
    """
    last = next((number for number, spot in enumerate(spots) if spot.lat is not None), 0)
    nearest: dict[int, int | None] = {number: None for number in range(len(spots)) if number != last}
    loaded: set[int] = set()
    found = []
    while nearest:
        for number, known in nearest.items():
            way = _way(spots[last], spots[number], road)
            if way is not None and (known is None or way < known):
                nearest[number] = way
                is_loaded = way > 0 and road.known(spots[last], spots[number]) is not None
                loaded = loaded | {number} if is_loaded else loaded - {number}
        last = min(nearest, key=lambda number: (nearest[number] is None, nearest[number] or 0, number))
        found.append(Hop(spots[last], nearest.pop(last), last in loaded))
    return found


def _way(a: Spot, b: Spot, road: Road) -> int | None:
    return 0 if a.township == b.township else road.minutes(a, b)


def too_far(spots: Sequence[Spot], road: Road, most_minutes: int) -> list[Hop]:
    """The places that are not neighbours of the others: further than `most_minutes`, or nobody knows how far."""
    return [hop for hop in hops(spots, road) if hop.minutes is None or hop.minutes > most_minutes]
