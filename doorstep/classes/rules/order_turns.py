"""In which order those who wait for the same rooms are served."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class InTurn:
    """An order that waits: when it came, and how many classes its unit has had from the menu this year."""

    order_id: int
    placed_at: datetime
    had: int
    fewest_first: bool


def in_turn(orders: Iterable[InTurn]) -> list[InTurn]:
    """The orders in the order they are served: who had fewer classes first where that is the rule, then who came first.

    Source: policy:order.fair_share.
    """
    return sorted(orders, key=lambda one: (one.had if one.fewest_first else 0, one.placed_at, one.order_id))
