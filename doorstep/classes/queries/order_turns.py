"""Which orders wait for a day that comes free, in which turn, and what is kept for them."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from doorstep.classes.models import Order, OrderOffer, TrainingClass
from doorstep.classes.queries.orders import orders_visible_to
from doorstep.classes.rules.order_turns import InTurn, in_turn
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.policies import policy_at

FAIR_SHARE = "order.fair_share"
FEWEST = "fewest"


def _with_had(rows: QuerySet[Order]) -> QuerySet[Order]:
    """Orders with `had`: how many classes their unit has had from the menu this year, cancelled ones left out."""
    held = Order.objects.filter(unit=OuterRef("unit"), training_class__year=clock.today().year)
    held = held.exclude(training_class__status=TrainingClass.Status.CANCELLED)
    counted = held.order_by().values("unit").annotate(n=Count("pk")).values("n")
    return rows.annotate(had=Coalesce(Subquery(counted), 0))


def orders_in_turn(package_id: int | None = None, course_id: int | None = None) -> list[Any]:
    """The orders that wait, of one package, one course or of all, in the turn in which they are served, with `had`."""
    rows = _with_had(Order.objects.filter(status=Order.Status.WAITING))
    if package_id is not None:
        rows = rows.filter(package=package_id)
    if course_id is not None:
        rows = rows.filter(course=course_id)
    found: dict[int, Any] = {
        order.pk: order for order in rows.select_related("unit", "outside", "provider", "version", "course")
    }
    fewest = {place: fewest_first(place) for place in {order.provider_place for order in found.values()}}
    turns = (InTurn(o.pk, o.placed_at, o.had, fewest[o.provider_place]) for o in found.values())
    return [found[turn.order_id] for turn in in_turn(turns)]


def fewest_first(place: str) -> bool:
    """Whether units that had fewer classes are served first by a provider. Source: policy:order.fair_share."""
    return policy_at(FAIR_SHARE, on=clock.today(), place=place).text == FEWEST


def turn_words(had: int, place: str) -> str:
    """Why an order is served in its turn, in a sentence."""
    if fewest_first(place):
        return _("今年已点到 %(had)s 个班；点到得少的单位先轮到，一样多的先来先得。") % {"had": had}
    return _("先来先得。")


def turn_shown(order: Order) -> dict[str, Any]:
    """The place of an order that waits among those for the same package or lesson, from 1, and why, for its page."""
    turn = orders_in_turn(order.package_id, order.course_id)
    nth = next((n for n, one in enumerate(turn, start=1) if one.pk == order.pk), 0)
    had = next((one.had for one in turn if one.pk == order.pk), 0)
    return {"nth": nth, "turn_words": turn_words(had, order.provider_place)}


def offer_kept(order: Order) -> OrderOffer | None:
    """The day that is kept for an order now."""
    return order.offers.filter(outcome=OrderOffer.Outcome.OPEN).first()


def somebody_waits() -> bool:
    """Whether any order waits for a day, or has one kept."""
    return Order.objects.filter(status__in=(Order.Status.WAITING, Order.Status.OFFERED)).exists()


def offers_missed(order: Order) -> list[OrderOffer]:
    """The days that were kept for an order and not taken, the last first."""
    rows = order.offers.filter(outcome__in=(OrderOffer.Outcome.PASSED, OrderOffer.Outcome.EXPIRED))
    return list(rows.order_by("-pk"))


def offers_run_out() -> list[OrderOffer]:
    """The days that were kept and not taken in time, in order."""
    rows = OrderOffer.objects.filter(outcome=OrderOffer.Outcome.OPEN, until__lte=clock.now())
    return list(rows.select_related("order").order_by("pk"))


def waiting_orders(actor: Actor) -> QuerySet[Order]:
    """The orders one sees that wait for a day or have one kept, each with `nth` and `had` as they are served.

    `nth` counts all that wait for the same package, seen or not; it is empty where a day is kept already.
    """
    turns: dict[int | None, int] = {}
    nth, had = {}, {}
    for order in orders_in_turn():
        turns[order.package_id] = turns.get(order.package_id, 0) + 1
        nth[order.pk], had[order.pk] = turns[order.package_id], order.had
    rows = orders_visible_to(actor).filter(status__in=(Order.Status.WAITING, Order.Status.OFFERED))
    return rows.annotate(nth=_said(nth), had=_said(had)).select_related("unit", "outside", "provider")


def _said(figures: dict[int, int]) -> RawSQL:
    """A figure of each order that was worked out before, as a column of the question."""
    return RawSQL("(%s::jsonb ->> (classes_order.id)::text)::int", [json.dumps(figures)], output_field=IntegerField())
