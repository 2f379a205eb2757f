"""What every step of an order does: lock it, see whether the step may follow, tell of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from doorstep.classes.models import Order
from doorstep.classes.rules.orders import next_status
from doorstep.classes.services.order_refusals import OrderStandsSo
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.events import record
from doorstep.core.policies import policy_at

if TYPE_CHECKING:
    from _typeshed import DataclassInstance as Event

_WITH = ("unit", "outside", "provider", "package", "version", "course")


def tell(happened: Event, order: Order, actor: Actor, **detail: object) -> None:
    """Record an event about an order, at the place of who offers what was ordered."""
    record(
        happened,
        actor=actor,
        place=order.provider_place,
        county=order.county,
        subject=("order", order.pk),
        detail={"by": order.unit_id, **detail},
    )


def locked_for(order: Order, step: str) -> Order:
    """The order, locked, with the status it has after `step`; raises OrderStandsSo where that cannot follow."""
    locked = Order.objects.select_for_update(of=("self",)).select_related(*_WITH).get(pk=order.pk)
    status = next_status(locked.status, step)
    if status is None:
        raise OrderStandsSo(status=locked.get_status_display())
    locked.status = status
    return locked


def days_of(name: str, place: str) -> int:
    """Days that the figures say for orders to a provider at `place`. Source: policies `order.*`."""
    return policy_at(f"order.{name}", on=clock.today(), place=place).integer


def end(order: Order, reason: str = "") -> None:
    """Nothing follows any more; `reason` says why it came to nothing."""
    order.ended_at, order.reason = clock.now(), reason
