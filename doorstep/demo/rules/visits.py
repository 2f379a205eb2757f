"""Who came to see the places of the demo city: in three years some 205,000 person-times at full size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from doorstep.demo.rules.lots import Urn, stream
from doorstep.demo.rules.network import Network, PlannedBase
from doorstep.demo.rules.training import FULL_SIZE

# A little more than the 205,000 of the case study, so that no rounding falls below.
PERSON_TIMES = 206_000
YEARS = 3
SMALLEST, LARGEST = 6, 60
FLAGGED, POINT, DEMONSTRATION, ACADEMY = 24, 1, 20, 10  # how often each is chosen
KINDS = (("own", 2), ("outside", 5), ("public", 3))


@dataclass(frozen=True, slots=True)
class PlannedVisit:
    """A group to be."""

    id: UUID
    key: UUID
    base: PlannedBase
    day: date
    kind: str
    local: int
    outside: int


def _weight(base: PlannedBase) -> int:
    known = {"teaching_point": POINT, "demonstration_base": DEMONSTRATION, "academy": ACADEMY}
    return FLAGGED if base.is_flagged else known.get(base.kind, 0)


def plan_visits(network: Network, *, members: int, seed: int, as_of: date) -> Iterator[PlannedVisit]:
    """Groups over the three years up to the day before `as_of`, as many as go with so many members."""
    rng, left = stream(seed, "visits"), round(PERSON_TIMES * members / FULL_SIZE)
    bases = Urn.of(*((base, _weight(base)) for base in network.bases if _weight(base)))
    kinds: Urn[str] = Urn.of(*KINDS)
    first = date(as_of.year - YEARS + 1, 1, 1)
    days = (as_of - first).days
    while left > 0:
        size = min(left, rng.randint(SMALLEST, LARGEST))
        left -= size
        base = bases.one(rng)
        day = max(base.opened, first + timedelta(days=rng.randrange(days)))
        local = round(size * rng.random())
        ids = [UUID(int=rng.getrandbits(128), version=4) for _ in range(2)]
        yield PlannedVisit(ids[0], ids[1], base, day, kinds.one(rng), local, size - local)
