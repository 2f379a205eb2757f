"""The best round of a lecture group, against every round there is."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from doorstep.faculty.rules.touring import Outing, best_round

WAYS = {(0, 1): 10, (0, 2): 60, (1, 2): 80, ("home", 0): 20, ("home", 1): 25, ("home", 2): 70}


def way(a: int | str, b: int | str) -> int:
    return WAYS.get((a, b)) or WAYS[b, a]  # type: ignore[index]


def there_and_back(_day: int, _who: int, places: tuple[int, ...]) -> int:
    stops = ("home", *places, "home")
    return sum(way(a, b) for a, b in zip(stops, stops[1:], strict=False))


def test_what_lies_together_is_gone_to_together() -> None:
    assert best_round(2, [7], 3, 2, there_and_back) == [Outing(0, 7, (0, 1), 55), Outing(1, 7, (2,), 140)]
    # With no time for more than one a day the way is longer, and with one day only the most places go first.
    assert [one.places for one in best_round(3, [7], 3, 1, there_and_back)] == [(0,), (1,), (2,)]
    assert best_round(1, [7], 3, 2, there_and_back) == [Outing(0, 7, (0, 1), 55)]


def test_who_is_nearer_goes_and_who_cannot_does_not() -> None:
    def cost(day: int, who: int, places: tuple[int, ...]) -> int | None:
        return None if (day, who) == (0, 1) else who * 10 + len(places)

    assert best_round(2, [1, 2], 2, 1, cost) == [Outing(0, 2, (0,), 21), Outing(1, 1, (1,), 11)]
    assert best_round(2, [1, 2], 2, 2, cost) == [Outing(1, 1, (0, 1), 12)]
    assert best_round(2, [], 2, 2, cost) == []
    assert best_round(2, [1], 2, 2, lambda *_: None) == []
    assert best_round(0, [1], 2, 2, cost) == []


Costs = dict[tuple[int, int, tuple[int, ...]], int | None]


def every_round(days: int, people: list[int], places: int, most: int, costs: Costs) -> Iterator[tuple[int, int]]:
    """Of every round: how many places it does not reach, and its minutes."""

    def from_day(day: int, left: frozenset[int], minutes: int) -> Iterator[tuple[int, int]]:
        if day == days:
            yield len(left), minutes
            return
        yield from from_day(day + 1, left, minutes)
        for count in range(1, most + 1):
            for chosen in permutations(sorted(left), count):
                for who in people:
                    cost = costs[day, who, chosen]
                    if cost is not None:
                        yield from from_day(day + 1, left - set(chosen), minutes + cost)

    return from_day(0, frozenset(range(places)), 0)


@given(st.data(), st.integers(1, 3), st.integers(1, 2), st.integers(1, 3), st.integers(1, 2))
def test_no_round_is_better(data: st.DataObject, days: int, people: int, places: int, most: int) -> None:
    keys = [
        (day, who, chosen)
        for day in range(days)
        for who in range(people)
        for count in range(1, most + 1)
        for chosen in permutations(range(places), count)
    ]
    costs: Costs = {key: data.draw(st.none() | st.integers(0, 9)) for key in keys}
    found = best_round(days, list(range(people)), places, most, lambda *key: costs[key])
    reached = [place for one in found for place in one.places]
    assert len(set(reached)) == len(reached)
    assert all(costs[one.day, one.who, one.places] == one.minutes for one in found)
    assert [one.day for one in found] == sorted({one.day for one in found})
    here = (places - len(reached), sum(one.minutes for one in found))
    assert here == min(every_round(days, list(range(people)), places, most, costs))
