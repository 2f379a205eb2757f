"""How the seats of a class stand, unit by unit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef

from doorstep.classes.models import Quota, TrainingClass
from doorstep.classes.rules.seats import QuotaState, Seating, pool_of, quotas_over, seat_people
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.permissions import may

TAKES_SEATS = (TrainingClass.Status.OPEN, TrainingClass.Status.RUNNING)


def classes_with_due_seats() -> list[TrainingClass]:
    """The classes whose nominations are over while units still hold seats they did not use, in order."""
    unused = Quota.objects.filter(training_class=OuterRef("pk"), seats__gt=F("used"))
    over = TrainingClass.objects.filter(Exists(unused), status__in=TAKES_SEATS, nominate_by__lte=clock.now())
    return list(over.order_by("pk"))


def quota_states(quotas: Iterable[Quota]) -> list[QuotaState]:
    """Quotas as the rules see them."""
    return [QuotaState(q.pk, q.unit_id, q.place, q.seats, q.used) for q in quotas]


@dataclass(frozen=True, slots=True)
class SeatRow:
    """One line of the table of seats: a unit with all it passed on, and what it holds itself."""

    quota: Quota
    name: str
    depth: int
    total: int
    used: int
    own_free: int

    @property
    def free(self) -> int:
        """Seats not used yet, below the unit included."""
        return self.total - self.used


@dataclass(frozen=True, slots=True)
class SeatSheet:
    """The table of seats of a class; `pool` is what the organiser has not handed down."""

    rows: list[SeatRow]
    capacity: int
    taken: int
    pool: int

    @property
    def free(self) -> int:
        """Seats of the whole class not taken yet."""
        return self.capacity - self.taken


def quotas_of(training_class: TrainingClass) -> list[Quota]:
    """The seats handed down of a class with their units, each unit right after the one above it."""
    rows = Quota.objects.filter(training_class=training_class).select_related("unit")
    return sorted(rows, key=lambda q: q.place)


def seat_sheet(training_class: TrainingClass, quotas: list[Quota] | None = None) -> SeatSheet:
    """The table of seats of a class; pass `quotas` when they are at hand already."""
    found = quotas_of(training_class) if quotas is None else quotas
    rows = []
    for quota in found:
        inside = [q for q in found if q.place.startswith(quota.place)]
        total, used = sum(q.seats for q in inside), sum(q.used for q in inside)
        if not total and not used:
            continue
        depth = sum(1 for q in found if quota.place.startswith(q.place)) - 1
        rows.append(SeatRow(quota, quota.unit.short_name, depth, total, used, quota.seats - quota.used))
    pool = pool_of(training_class.capacity, quota_states(found), training_class.seats_taken)
    return SeatSheet(rows, training_class.capacity, training_class.seats_taken, pool)


def takes_one_of(training_class: TrainingClass, quotas: list[Quota], place: str, actor: Actor) -> bool:
    """True while somebody of the unit at `place`, or of one below it, could still get a seat from `actor`."""
    states = quota_states(quotas)
    free = training_class.capacity - training_class.seats_taken
    if free <= 0 or any(q.free > 0 and q.place.startswith(place) for q in states):
        return free > 0
    return seating_by(training_class, quotas, [(0, place)], actor).is_whole


def seating_by(
    training_class: TrainingClass, quotas: Sequence[Quota], people: Sequence[tuple[int, str]], actor: Actor
) -> Seating:
    """Where `actor` would seat these people (id, place), by the quotas of the class."""
    runs_class = may(actor, "classes.confirm_seats", at=training_class.place)
    states = quota_states(quotas)
    is_open = not any(q.seats or q.used for q in quotas)
    return seat_people(
        people,
        states,
        pool=pool_of(training_class.capacity, states, training_class.seats_taken),
        run_by_actor={q.pk for q in quotas if may(actor, "classes.pass_on_seats", at=q.place)},
        may_use_pool={
            person for person, place in people if runs_class or (is_open and place.startswith(training_class.place))
        },
    )


def seats_for(training_class: TrainingClass, quotas: list[Quota], place: str) -> int:
    """How many more people of `place` the class takes: of the nearest quota above, of the class without quotas."""
    free = training_class.capacity - training_class.seats_taken
    held = [q for q in quotas if q.seats or q.used]
    over = quotas_over(place, quota_states(held))
    if over:
        return min(free, over[0].free)
    return 0 if held or not place.startswith(training_class.place) else free
