"""What classes do when rooms come free: the days go to the orders that wait."""

from __future__ import annotations

from doorstep.bases.events import HoldsExpired, ReservationCancelled, ReservationUnused
from doorstep.classes.events import (
    ClassCancelled,
    ClassChanged,
    OrderLapsed,
    OrderOfferPassed,
    OrderRefused,
    OrderWaits,
    OrderWithdrawn,
)
from doorstep.classes.queries.order_turns import somebody_waits
from doorstep.classes.services.order_waiting import offer_days
from doorstep.core.actors import system_actor
from doorstep.core.events import handles

_ACTOR = system_actor("classes.offer_days")


def _give_out() -> None:
    if somebody_waits():
        offer_days(actor=_ACTOR)


@handles(ReservationCancelled)
def follow_cancelled(happened: ReservationCancelled) -> None:
    """Somebody gave a room back."""
    _give_out()


@handles(ReservationUnused)
def follow_unused(happened: ReservationUnused) -> None:
    """A room was not used and is free."""
    _give_out()


@handles(HoldsExpired)
def follow_expired(happened: HoldsExpired) -> None:
    """Rooms that were only held are free, those held for orders among them."""
    _give_out()


@handles(ClassCancelled)
def follow_class(happened: ClassCancelled) -> None:
    """The rooms of a class that is not held are free."""
    _give_out()


@handles(ClassChanged)
def follow_change(happened: ClassChanged) -> None:
    """A session was moved or cancelled, or takes fewer people."""
    _give_out()


@handles(OrderWaits)
def follow_waiting(happened: OrderWaits) -> None:
    """Somebody waits: what is free may be theirs."""
    _give_out()


@handles(OrderOfferPassed)
def follow_passed(happened: OrderOfferPassed) -> None:
    """A day was not wanted: it is the next one's."""
    _give_out()


@handles(OrderWithdrawn)
def follow_withdrawn(happened: OrderWithdrawn) -> None:
    """An order was taken back; what was kept for it is free."""
    _give_out()


@handles(OrderRefused)
def follow_refused(happened: OrderRefused) -> None:
    """Another day was not agreed on; what was kept for it is free."""
    _give_out()


@handles(OrderLapsed)
def follow_lapsed(happened: OrderLapsed) -> None:
    """Nobody replied to another day; what was kept for it is free."""
    _give_out()
