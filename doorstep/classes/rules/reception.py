"""What people need at a base besides a room, and what is too little there on a day."""

from __future__ import annotations

from dataclasses import dataclass

# The figures of a reception in the order in which they are told when they are short.
PEOPLE, MEALS, BEDS, PARKING, GUIDES = "people", "meals", "beds", "parking", "guides"
KINDS = (PEOPLE, MEALS, BEDS, PARKING, GUIDES)


@dataclass(frozen=True, slots=True)
class Needs:
    """People at a base on a day, those of them who eat and sleep there, places for coaches, guides of the base."""

    people: int = 0
    meals: int = 0
    beds: int = 0
    parking: int = 0
    guides: int = 0

    def __add__(self, other: Needs) -> Needs:
        return Needs(*(getattr(self, kind) + getattr(other, kind) for kind in KINDS))


@dataclass(frozen=True, slots=True)
class Short:
    """A figure of which there is too little: what, how much there is, how much is given away, how much is wanted."""

    kind: str
    most: int
    taken: int
    wanted: int


def short_of(stated: Needs, taken: Needs, wanted: Needs) -> Short | None:
    """The first figure of a reception that does not reach for what is wanted besides what is given away; else None.

    What is not wanted cannot be short.
    """
    for kind in KINDS:
        most, there, more = (getattr(one, kind) for one in (stated, taken, wanted))
        if more and there + more > most:
            return Short(kind, most, there, more)
    return None


def exceeds(wanted: Needs, before: Needs) -> bool:
    """Whether something more is wanted than before."""
    return any(getattr(wanted, kind) > getattr(before, kind) for kind in KINDS)


def needs_besides(needs: Needs) -> dict[str, int]:
    """The figures besides people, by name."""
    return {kind: getattr(needs, kind) for kind in KINDS[1:]}
