"""A person put forward for a class, and when two classes call for the same person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Nominee:
    """A person with the unit they belong to on the day they are put forward."""

    person_id: int
    name: str
    unit_id: int
    unit_name: str
    place: str
    county: str


@dataclass(frozen=True, slots=True)
class Sitting:
    """A person's session in another class."""

    person_id: int
    title: str
    starts_at: datetime
    ends_at: datetime


def overlapping(own: Sequence[tuple[datetime, datetime]], others: Iterable[Sitting]) -> list[Sitting]:
    """The sittings that overlap (half-open) any of the class's own (start, end), the first of each person."""
    found: dict[int, Sitting] = {}
    for sitting in sorted(others, key=lambda s: (s.starts_at, s.person_id)):
        clashes = any(sitting.starts_at < end and start < sitting.ends_at for start, end in own)
        if clashes and sitting.person_id not in found:
            found[sitting.person_id] = sitting
    return list(found.values())
