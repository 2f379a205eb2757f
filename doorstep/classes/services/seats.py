"""Handing seats down to units, passing them on, and giving unused ones back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db import transaction

from doorstep.classes.events import SeatsHandedDown
from doorstep.classes.models import Quota, TrainingClass
from doorstep.classes.queries.seats import TAKES_SEATS, quota_states
from doorstep.classes.rules.seats import SeatTable, pool_of, quotas_over, seat_table
from doorstep.classes.services.locking import lock_class, lock_living_class, lock_quotas, note_event
from doorstep.classes.services.refusals import (
    ClassIsOutsiders,
    NothingToReturn,
    SeatsExceedSource,
    SeatsInUse,
    UnitOutside,
)
from doorstep.classes.services.succession import move_up
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import require
from doorstep.core.policies import policy_at
from doorstep.directory.queries import units_by_ids

if TYPE_CHECKING:
    from doorstep.directory.models import Unit

AFTER_DEADLINE = "class.seats.after_deadline"


@transaction.atomic
def hand_down_seats(*, training_class: TrainingClass, table: Mapping[int, int], actor: Actor) -> list[Quota]:
    """Set the table of seats by unit: unit id -> seats for the unit and all below it.

    Units not named keep what they have. Raises ClassIsOver, ClassIsOutsiders, SeatsExceedSource, SeatsInUse.
    """
    require(actor, "classes.hand_down_seats", at=training_class.place)
    locked = lock_living_class(training_class.pk)
    if locked.is_outside:
        raise ClassIsOutsiders(title=locked.title)
    quotas = lock_quotas(locked)
    units = units_by_ids(table)
    weighed = _weigh(table, units, quotas)
    left = pool_of(locked.capacity, quota_states(quotas), locked.seats_taken)
    if weighed.drawn > left:
        raise SeatsExceedSource(source=locked.title, left=left, wanted=weighed.drawn, over=weighed.drawn - left)
    _write(locked, weighed, units, quotas)
    note_event(SeatsHandedDown(locked.pk), locked, actor, table={str(k): v for k, v in table.items()})
    move_up(locked, spare=max(0, -weighed.drawn))
    return list(Quota.objects.filter(training_class=locked).order_by("pk"))


@transaction.atomic
def pass_on_seats(*, quota: Quota, table: Mapping[int, int], actor: Actor) -> list[Quota]:
    """Hand part of a unit's seats to units below it: unit id -> seats for that unit and all below it.

    What is taken back from them flows to `quota`. Raises ClassIsOver, UnitOutside, SeatsExceedSource, SeatsInUse.
    """
    require(actor, "classes.pass_on_seats", at=quota.place)
    locked = lock_living_class(quota.training_class_id)
    quotas = lock_quotas(locked)
    source = next(q for q in quotas if q.pk == quota.pk)
    units = units_by_ids(table)
    for unit in units.values():
        if unit.pk == source.unit_id or not unit.path.startswith(source.place):
            raise UnitOutside(unit=unit.short_name, source=source.unit.short_name)
    weighed = _weigh(table, units, quotas)
    left = source.seats - source.used
    if weighed.drawn > left:
        over = weighed.drawn - left
        raise SeatsExceedSource(source=source.unit.short_name, left=left, wanted=weighed.drawn, over=over)
    _write(locked, weighed, units, quotas)
    source.seats -= weighed.drawn
    source.save(update_fields=["seats"])
    passed = {str(k): v for k, v in table.items()}
    note_event(SeatsHandedDown(locked.pk), locked, actor, by_unit=source.unit_id, table=passed)
    move_up(locked)
    return list(Quota.objects.filter(training_class=locked).order_by("pk"))


@transaction.atomic
def return_seats(*, quota: Quota, seats: int, actor: Actor) -> Quota:
    """Give unused seats back to the unit they came from (the next above with seats, else the organiser).

    Raises ClassIsOver, NothingToReturn.
    """
    require(actor, "classes.pass_on_seats", at=quota.place)
    locked = lock_living_class(quota.training_class_id)
    quotas = lock_quotas(locked)
    giver = next(q for q in quotas if q.pk == quota.pk)
    if not 0 < seats <= giver.seats - giver.used:
        raise NothingToReturn(unit=giver.unit.short_name, left=giver.seats - giver.used, seats=seats)
    above = [q for q in quotas_over(giver.place, quota_states(quotas)) if q.id != giver.pk]
    giver.seats -= seats
    giver.save(update_fields=["seats"])
    if above:
        taker = next(q for q in quotas if q.pk == above[0].id)
        taker.seats += seats
        taker.save(update_fields=["seats"])
    note_event(SeatsHandedDown(locked.pk), locked, actor, returned=seats, by_unit=giver.unit_id)
    move_up(locked, spare=0 if above else seats)
    return giver


@transaction.atomic
def call_in_seats(*, training_class: TrainingClass, actor: Actor) -> int:
    """Take every unused seat back to the organiser, who then fills it; returns how many. Raises ClassIsOver."""
    require(actor, "classes.hand_down_seats", at=training_class.place)
    locked = lock_living_class(training_class.pk)
    called_in = _call_in(locked)
    note_event(SeatsHandedDown(locked.pk), locked, actor, called_in=called_in)
    move_up(locked, spare=called_in)
    return called_in


@transaction.atomic
def return_due_seats(*, training_class: TrainingClass, actor: Actor) -> int:
    """Take unused seats back once the day of nominations has passed, where the policy says so; returns how many.

    Run again it changes nothing. Source: policy:class.seats.after_deadline.
    """
    require(actor, "classes.hand_down_seats", at=training_class.place)
    locked = lock_class(training_class.pk)
    is_due = locked.status in TAKES_SEATS and locked.nominate_by and locked.nominate_by <= clock.now()
    if not is_due or policy_at(AFTER_DEADLINE, on=locked.starts_on, place=locked.place).text != "return":
        return 0
    called_in = _call_in(locked)
    if called_in:
        note_event(SeatsHandedDown(locked.pk), locked, actor, called_in=called_in, deadline=True)
        move_up(locked, spare=called_in)
    return called_in


def _call_in(training_class: TrainingClass) -> int:
    """Cut every quota of a locked class to what is used; returns how many seats that frees."""
    called_in = 0
    for quota in lock_quotas(training_class):
        called_in += quota.seats - quota.used
        if quota.seats != quota.used:
            quota.seats = quota.used
            quota.save(update_fields=["seats"])
    return called_in


def _weigh(table: Mapping[int, int], units: Mapping[int, Unit], quotas: list[Quota]) -> SeatTable:
    """The table weighed by the rule; raises NotFound for unknown units, SeatsInUse for totals too small."""
    if set(table) - set(units):
        raise NotFound
    weighed = seat_table({k: (units[k].path, total) for k, total in table.items()}, quota_states(quotas))
    for unit_id, least in weighed.too_few.items():
        raise SeatsInUse(unit=units[unit_id].short_name, least=least, total=table[unit_id])
    return weighed


def _write(training_class: TrainingClass, weighed: SeatTable, units: Mapping[int, Unit], quotas: list[Quota]) -> None:
    known = {q.unit_id: q for q in quotas}
    for unit_id, seats in sorted(weighed.own.items(), key=lambda item: known[item[0]].pk if item[0] in known else 0):
        if unit_id in known:
            known[unit_id].seats = seats
            known[unit_id].save(update_fields=["seats"])
        elif seats:
            place = units[unit_id].path
            Quota.objects.create(training_class=training_class, unit_id=unit_id, place=place, seats=seats)
