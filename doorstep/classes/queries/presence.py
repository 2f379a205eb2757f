"""Where has a person been seen already? Asked here; the floor that keeps the roll answers."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

Witness = Callable[[int, Collection[int]], dict[int, datetime]]

_witnesses: list[Witness] = []


def hear(witness: Witness) -> None:
    """Let a higher floor say where people were seen: (person id, session ids) -> session id -> since when."""
    if witness not in _witnesses:
        _witnesses.append(witness)


def seen_at(person_id: int, session_ids: Collection[int]) -> dict[int, datetime]:
    """At which of these sessions the person was seen, and since when."""
    seen: dict[int, datetime] = {}
    for witness in _witnesses:
        seen |= witness(person_id, session_ids)
    return seen
