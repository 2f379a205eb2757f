"""What the kept figures of own will and assignment do when seats, classes, orders, people or the tree change."""

from __future__ import annotations

from doorstep.classes.events import (
    ClassCancelled,
    ClassChanged,
    ClassFinished,
    ClassOpened,
    MemberNominated,
    MovedUp,
    OrderPlaced,
    OrderWaits,
    OrderWithdrawn,
    SeatGivenBack,
    SeatReleased,
    SeatReplaced,
    SessionCancelled,
    SessionMoved,
)
from doorstep.classes.queries.will_counting import kept_years, people_seated_in, unit_of_order
from doorstep.classes.services.will_keeping import recount_will, refresh_will
from doorstep.core.actors import system_actor
from doorstep.core.events import handles
from doorstep.directory.events import RosterCommitted, RosterUndone, UnitMoved
from doorstep.directory.queries import people_of_import

_ACTOR = system_actor("classes.count_will")


@handles(MemberNominated)
@handles(MovedUp)
@handles(SeatReleased)
@handles(SeatGivenBack)
def count_seat(happened: MemberNominated | MovedUp | SeatReleased | SeatGivenBack) -> None:
    """A person has a seat, or has it no longer."""
    refresh_will(person_ids=[happened.person_id], actor=_ACTOR)


@handles(SeatReplaced)
def count_replaced(happened: SeatReplaced) -> None:
    """A seat went from one person to another."""
    refresh_will(person_ids=[happened.person_id, happened.by_person_id], actor=_ACTOR)


@handles(ClassOpened)
@handles(ClassChanged)
@handles(SessionMoved)
@handles(SessionCancelled)
@handles(ClassCancelled)
@handles(ClassFinished)
def count_class(
    happened: ClassOpened | ClassChanged | SessionMoved | SessionCancelled | ClassCancelled | ClassFinished,
) -> None:
    """A class is open, at another time, not held or over: its seats count, in another month or year, or not."""
    refresh_will(person_ids=people_seated_in(happened.training_class_id), actor=_ACTOR)


@handles(OrderPlaced)
@handles(OrderWaits)
@handles(OrderWithdrawn)
def count_order(happened: OrderPlaced | OrderWaits | OrderWithdrawn) -> None:
    """A unit ordered, or took an order back; what groups from outside order is not counted."""
    unit_id = unit_of_order(happened.order_id)
    if unit_id is not None:
        refresh_will(unit_ids=[unit_id], actor=_ACTOR)


@handles(RosterCommitted)
@handles(RosterUndone)
def count_roster(happened: RosterCommitted | RosterUndone) -> None:
    """A roster was written or taken back: people may have another occupation."""
    refresh_will(person_ids=people_of_import(happened.roster_import_id), actor=_ACTOR)


@handles(UnitMoved)
def count_unit(happened: UnitMoved) -> None:
    """A unit hangs elsewhere, with everything that was counted below it: the units above add up anew."""
    for year in kept_years():
        recount_will(year=year, actor=_ACTOR)
