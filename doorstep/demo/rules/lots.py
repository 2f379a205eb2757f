"""How a total is shared out, and how lots are drawn so that the same seed gives the same city."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Generic, TypeVar

T = TypeVar("T")


def stream(seed: int, part: str) -> random.Random:
    """The random numbers of one part of the city; parts do not disturb each other."""
    return random.Random(f"{seed}:{part}")


def shared_out(total: int, weights: Sequence[float]) -> list[int]:
    """Whole numbers that add up to `total`, as near to the weights as can be (largest remainder)."""
    whole = sum(weights)
    if total <= 0 or whole <= 0:
        return [0] * len(weights)
    exact = [total * weight / whole for weight in weights]
    parts = [int(value) for value in exact]
    by_remainder = sorted(range(len(weights)), key=lambda i: (parts[i] - exact[i], i))
    for i in by_remainder[: total - sum(parts)]:
        parts[i] += 1
    return parts


@dataclass(frozen=True, slots=True)
class Urn(Generic[T]):
    """Things to draw, each with its weight, kept ready for many draws."""

    things: tuple[T, ...]
    cumulative: tuple[float, ...]

    @classmethod
    def of(cls, *pairs: tuple[T, float]) -> Urn[T]:
        """An urn of (thing, weight) pairs."""
        return cls(tuple(thing for thing, _ in pairs), tuple(accumulate(weight for _, weight in pairs)))

    def draw(self, rng: random.Random, count: int) -> list[T]:
        """`count` independent draws."""
        return rng.choices(self.things, cum_weights=self.cumulative, k=count)

    def one(self, rng: random.Random) -> T:
        """One draw."""
        return rng.choices(self.things, cum_weights=self.cumulative)[0]
