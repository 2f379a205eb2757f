"""From which quota a seat is taken, and how seats are handed down."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class QuotaState:
    """The seats a unit holds itself (without those it has passed on) and how many are used."""

    id: int
    unit_id: int
    place: str
    seats: int
    used: int

    @property
    def free(self) -> int:
        """Seats not used yet."""
        return self.seats - self.used


@dataclass(frozen=True, slots=True)
class Seating:
    """Where each person sits: a quota's id, or None for the organiser's own seats.

    `without` are people no quota reaches, `short` people whose quota (by id) has no seat left,
    `pool_short` people for whom the organiser's own seats do not suffice.
    """

    seats: Mapping[int, int | None]
    without: tuple[int, ...]
    short: Mapping[int, int]
    pool_short: tuple[int, ...]

    @property
    def is_whole(self) -> bool:
        """True when everybody has a seat."""
        return not (self.without or self.short or self.pool_short)


def quotas_over(place: str, quotas: Sequence[QuotaState]) -> list[QuotaState]:
    """The quotas of the units at or above `place`, the nearest first; empty ones do not count."""
    over = [q for q in quotas if place.startswith(q.place) and (q.seats or q.used)]
    return sorted(over, key=lambda q: len(q.place), reverse=True)


def seat_people(
    people: Sequence[tuple[int, str]],
    quotas: Sequence[QuotaState],
    *,
    pool: int,
    run_by_actor: Collection[int],
    may_use_pool: Collection[int],
) -> Seating:
    """Give each (person, place) a seat, in order.

    A seat comes from the nearest quota at or above the person's branch; from a higher one only when the
    actor runs it (`run_by_actor`, ids); else from the organiser's own `pool` for people in `may_use_pool`.
    """
    free = {q.id: q.free for q in quotas}
    left = pool
    seats: dict[int, int | None] = {}
    without: list[int] = []
    short: dict[int, int] = {}
    pool_short: list[int] = []
    for person, place in people:
        over = quotas_over(place, quotas)
        open_to = [q for n, q in enumerate(over) if n == 0 or q.id in run_by_actor]
        chosen = next((q for q in open_to if free[q.id] > 0), None)
        if chosen is not None:
            free[chosen.id] -= 1
            seats[person] = chosen.id
        elif person in may_use_pool and left > 0:
            left -= 1
            seats[person] = None
        elif over:
            short[person] = over[0].id
        elif person in may_use_pool:
            pool_short.append(person)
        else:
            without.append(person)
    return Seating(seats, tuple(without), short, tuple(pool_short))


@dataclass(frozen=True, slots=True)
class SeatTable:
    """What a table of seats would make of the quotas.

    `own` is what each unit would hold itself, `drawn` how many more seats leave the source (negative: flow
    back), `too_few` the least total for units whose total is below what is in use or passed on already.
    """

    own: Mapping[int, int]
    drawn: int
    too_few: Mapping[int, int]


def seat_table(totals: Mapping[int, tuple[str, int]], quotas: Sequence[QuotaState]) -> SeatTable:
    """Weigh a table of totals: unit id -> (place, seats for the unit and all below it)."""
    by_unit = {q.unit_id: q for q in quotas}
    seats = {q.unit_id: (q.place, q.seats) for q in quotas}
    own: dict[int, int] = {}
    too_few: dict[int, int] = {}
    drawn = 0
    # The units below first, so that the total of one above holds what the table itself gives to those below it.
    for unit_id, (place, total) in sorted(totals.items(), key=lambda item: len(item[1][0]), reverse=True):
        held = by_unit.get(unit_id)
        passed_on = sum(n for unit, (below, n) in seats.items() if below.startswith(place) and unit != unit_id)
        used = held.used if held else 0
        if total - passed_on < used:
            too_few[unit_id] = passed_on + used
            continue
        own[unit_id] = total - passed_on
        seats[unit_id] = (place, own[unit_id])
        drawn += own[unit_id] - (held.seats if held else 0)
    return SeatTable(own, drawn, too_few)


def pool_of(capacity: int, quotas: Sequence[QuotaState], seats_taken: int) -> int:
    """Seats neither handed to a unit nor taken from the organiser's own."""
    return capacity - sum(q.seats for q in quotas) - (seats_taken - sum(q.used for q in quotas))
