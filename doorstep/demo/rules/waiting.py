"""Who waits for a seat in the full classes of the demo city."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from doorstep.demo.rules.classes import PlannedClass, PlannedSeat
from doorstep.demo.rules.people import PlannedPerson

CLASSES, IN_LINE = 12, 3  # so many classes with a list, so many people on each at most


@dataclass(frozen=True, slots=True)
class PlannedWaiting:
    """A place on the list of a class."""

    planned: PlannedClass
    number: int
    person: PlannedPerson


def plan_waiting(classes: Sequence[PlannedClass], people: Iterable[PlannedPerson]) -> list[PlannedWaiting]:
    """People of units that have used all their seats in an open class, who sit in no class that is open or runs."""
    living = [c for c in classes if c.status in ("open", "running")]
    busy = {seat.person.id for c in living for seat in c.seats if seat.holds}
    free: dict[int, list[PlannedPerson]] = defaultdict(list)
    for person in people:
        if person.id not in busy and person.formal and not person.lost_since and person.came_from is None:
            free[person.unit.id].append(person)
    found: list[PlannedWaiting] = []
    lists = 0
    for planned in living:
        wanted = _without_seats(planned, free)[:IN_LINE] if planned.status == "open" else []
        if wanted and lists < CLASSES:
            lists += 1
            found += [PlannedWaiting(planned, n, person) for n, person in enumerate(wanted, start=1)]
    return found


def _without_seats(planned: PlannedClass, free: dict[int, list[PlannedPerson]]) -> list[PlannedPerson]:
    """People of the branches of this class whose unit has no seat left for them; taken out of those who are free."""
    used: dict[int, int] = defaultdict(int)
    for seat in planned.seats:
        share = planned.share_of(seat)
        if share is not None:
            used[share.id] += seat.holds
    for branch in dict.fromkeys(seat.person.unit.id for seat in planned.seats):
        if not free[branch]:
            continue
        share = planned.share_of(PlannedSeat(free[branch][0]))
        if share is not None and planned.quotas.get(share.id, (share, 0))[1] == used[share.id] > 0:
            taken, free[branch] = free[branch][:IN_LINE], free[branch][IN_LINE:]
            return taken
    return []
