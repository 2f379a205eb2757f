"""Who on the waiting list of a class may take which free seat, and how many were passed over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from doorstep.classes.rules.seats import QuotaState, quotas_over


@dataclass(frozen=True, slots=True)
class Waits:
    """A person on the list: `number` is the order in which people came, `place` the branch that put them on it.

    `may_use_pool` says whether the organiser's own seats are open to them as they are to a nomination.
    """

    number: int
    person_id: int
    place: str
    may_use_pool: bool


def moving_up(
    waiting: Sequence[Waits], quotas: Sequence[QuotaState], *, pool: int, spare: int = 0
) -> dict[int, int | None]:
    """Who takes a free seat now: number on the list -> id of the quota, or None for the organiser's own seats.

    In the order in which they are served, which is that of `waiting`: from the nearest quota at or above the branch;
    else from the organiser's own `pool`, for people to whom it is open. `spare` of these have just become free and are
    for everybody who waits: seats given up, handed back or added come to the list before they lie with the organiser
    again.
    """
    free = {quota.id: quota.free for quota in quotas}
    left, freed = pool, min(spare, pool)
    seats: dict[int, int | None] = {}
    for one in waiting:
        over = quotas_over(one.place, quotas)
        if over and free[over[0].id] > 0:
            free[over[0].id] -= 1
            seats[one.number] = over[0].id
        elif left > 0 and (one.may_use_pool or freed > 0):
            left -= 1
            freed = min(freed if one.may_use_pool else freed - 1, left)
            seats[one.number] = None
    return seats


def _nearest(place: str, quotas: Sequence[QuotaState]) -> int | None:
    over = quotas_over(place, quotas)
    return over[0].id if over else None


def goes_first(one: Waits, *, place: str, seat: int | None, quotas: Sequence[QuotaState]) -> bool:
    """Whether somebody who waits has a claim on `seat` (None: the organiser's own) before a person of `place`.

    They do when the seat is one they may take, and when both draw on the seats of the same unit, wherever this one
    comes from: who is given another seat past them has jumped the list.
    """
    nearest = _nearest(one.place, quotas)
    may_take = one.may_use_pool if seat is None else nearest == seat
    return may_take or nearest == _nearest(place, quotas)
