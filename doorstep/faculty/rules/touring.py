"""In which order a lecture group best goes round: who goes on which day, to which places, with the least way."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import permutations

# Minutes of a day's round, by the number of the day, who goes, and the numbers of the places in order; None if it
# cannot be.
Cost = Callable[[int, int, tuple[int, ...]], int | None]


@dataclass(frozen=True, slots=True)
class Outing:
    """One day of a round: the number of the day, who goes, the numbers of the places in order, minutes on the way."""

    day: int
    who: int
    places: tuple[int, ...]
    minutes: int


@dataclass(frozen=True, slots=True)
class _Round:
    """Outings of some days, and how good they are together: the less the better."""

    minutes: int = 0
    outings: tuple[Outing, ...] = ()

    def order(self) -> tuple[object, ...]:
        return self.minutes, len(self.outings), [(one.day, one.who, one.places) for one in self.outings]

    def then(self, outing: Outing) -> _Round:
        return _Round(self.minutes + outing.minutes, (*self.outings, outing))


def best_round(days: int, people: Sequence[int], places: int, most_a_day: int, cost: Cost) -> list[Outing]:
    """The outings that reach most of the places, then with the fewest minutes on the way, then on the fewest days.

    Exact: every set of places is kept with its best round day by day, so it is meant for a dozen places at most. One of
    `people` goes a day, to at most `most_a_day` places; `cost` decides what can be.
    """
    best = {0: _Round()}
    for day in range(days):
        outings = _outings(day, people, places, most_a_day, cost)
        for mask, known in list(best.items()):
            for more, outing in outings.items():
                if not mask & more:
                    found = known.then(outing)
                    other = best.get(mask | more)
                    if other is None or found.order() < other.order():
                        best[mask | more] = found
    return list(best[min(best, key=lambda mask: (-mask.bit_count(), best[mask].order()))].outings)


def _outings(day: int, people: Sequence[int], places: int, most_a_day: int, cost: Cost) -> dict[int, Outing]:
    """Set of places -> the best outing of a day to all of them, of those that can be."""
    found: dict[int, Outing] = {}
    for wanted in _orders(places, most_a_day):
        mask = sum(1 << number for number in wanted)
        for who in people:
            minutes = cost(day, who, wanted)
            if minutes is not None and (mask not in found or minutes < found[mask].minutes):
                found[mask] = Outing(day, who, wanted, minutes)
    return found


def _orders(places: int, most_a_day: int) -> Iterable[tuple[int, ...]]:
    for count in range(1, min(places, most_a_day) + 1):
        yield from permutations(range(places), count)
