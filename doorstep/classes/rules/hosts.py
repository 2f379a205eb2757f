"""Who of several hosts does a person of a class count for, and who pays what is left?"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass


def host_of(home: str, lead: str, co_hosts: Collection[str]) -> str:
    """The place of the host for whom somebody from `home` counts: the nearest host at or above it, else the lead.

    Each person counts for exactly one host, so the shares of all hosts add up to the class.
    """
    over = [place for place in (lead, *co_hosts) if home.startswith(place)]
    return max(over, key=len) if over else lead


@dataclass(frozen=True, slots=True)
class Cost:
    """What a host bears: a percentage of all costs, or a sum in fen."""

    percent: int = 0
    fen: int = 0


def cost_left(costs: Iterable[Cost]) -> int:
    """The percentage that remains for the lead, before the sums others bear; negative when more than all is shared."""
    return 100 - sum(cost.percent for cost in costs)
