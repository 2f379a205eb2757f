"""Which orders one may see, which wait for whom, and what was asked for and not had."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q, QuerySet

from doorstep.catalogue.queries.offers import Offer, offer_of_course, offer_of_version
from doorstep.classes.models import Order, OrderWish, TrainingClass
from doorstep.classes.queries.order_rooms import FREE, days_offered, order_figures
from doorstep.classes.queries.receiving import needs_of
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import visible_to
from doorstep.core.policies import policy_at

PLACED, COUNTERED = Order.Status.PLACED, Order.Status.COUNTERED
WAITING, OFFERED = Order.Status.WAITING, Order.Status.OFFERED
_LOOKED_AHEAD = timedelta(days=60)
_NAMED = 3
# What was asked for and not had: not taken on, not agreed on, let lie, or taken back because nothing was free.
_UNMET = Q(status__in=(Order.Status.DECLINED, Order.Status.REFUSED, Order.Status.LAPSED)) | Q(
    status=Order.Status.WITHDRAWN, reason=Order.Reason.NO_ROOM
)


def orders_visible_to(actor: Actor) -> QuerySet[Order]:
    """The orders `actor` may see: those of units in reach, and those sent to them."""
    return visible_to(actor, "classes.view_order", Order.objects.all(), place=("place", "provider_place"))


def order_by_id(order_id: int, actor: Actor) -> Order:
    """One order that `actor` may see, with both units and its class; raises NotFound."""
    rows = orders_visible_to(actor).select_related(
        "unit",
        "outside__number",
        "provider",
        "package",
        "version",
        "course",
        "training_class",
        "counter_base",
        "township",
    )
    found = rows.filter(pk=order_id).first()
    if found is None:
        raise NotFound
    return found


def chosen_by(training_class: TrainingClass) -> str | None:
    """The path of the unit that ordered a class of its own will; None where nobody did, or was told to."""
    rows = Order.objects.filter(training_class=training_class, is_assigned=False, outside=None)
    return rows.values_list("place", flat=True).first()


def wishes_of(order: Order) -> list[OrderWish]:
    """The days an order wished for, the dearest first."""
    return list(order.wishes.order_by("number"))


def offer_of_order(order: Order) -> Offer:
    """What was ordered, as it was kept."""
    if order.version is not None:
        return offer_of_version(order.version)
    if order.course is None:
        raise NotFound
    return offer_of_course(order.course, most_lesson_people(order.provider_place))


def most_lesson_people(place: str) -> int:
    """How many a lesson is given to at once at most. Source: policy:class.size.large."""
    return policy_at("class.size.large", on=clock.today(), place=place).integer


def days_instead(order: Order, offer: Offer, most: int = _NAMED) -> list[date]:
    """The next days on which an order could be had, from the first day it wished for on."""
    first = max(order.first_on, clock.today() + timedelta(days=1))
    offered = days_offered(
        offer,
        unit=order.ground,
        provider=order.provider,
        people=order.people,
        needs=needs_of(order),
        first=first,
        last=first + _LOOKED_AHEAD,
        figures=order_figures(order.provider_place),
    )
    return [day.day for day in offered if day.word == FREE][:most]


def orders_to_answer(actor: Actor) -> QuerySet[Order]:
    """The orders for this actor's own units to answer, and those their units let lie; the nearest deadline first."""
    rows = visible_to(actor, "classes.answer_order", Order.objects.filter(status=PLACED), place="provider_place")
    places = [grant.place for grant in actor.grants]
    mine = Q(provider_place__in=places) | Q(overdue_at__isnull=False, provider__parent__path__in=places)
    return rows.filter(mine).select_related("unit", "outside", "provider").order_by("answer_by", "pk")


def counters_to_reply(actor: Actor) -> QuerySet[Order]:
    """The other days offered to this actor's own units, and those kept for them; the nearest deadline first."""
    rows = visible_to(actor, "classes.place_order", Order.objects.filter(status__in=(COUNTERED, OFFERED)))
    rows = rows.filter(place__in=[grant.place for grant in actor.grants])
    return rows.select_related("provider").order_by("reply_by", "pk")


def others_in(training_class: TrainingClass, place: str) -> bool:
    """Whether anybody but a place and what lies below it has seats in a class, or sits in it."""
    seats = training_class.quotas.exclude(unit__path__startswith=place)
    return seats.exists() or training_class.enrolments.filter(ended_at=None).exclude(place__startswith=place).exists()


def orders_overdue() -> list[Order]:
    """The orders whose last day for an answer is past, of which nobody was told yet."""
    return list(Order.objects.filter(status=PLACED, answer_by__lt=clock.today(), overdue_at=None).order_by("pk"))


def orders_past() -> list[Order]:
    """The orders that come to nothing: their days have come without an answer, or nobody replied to another day."""
    today = clock.today()
    silent = Q(status__in=(PLACED, WAITING), last_on__lte=today) | Q(status=COUNTERED, reply_by__lt=today)
    return list(Order.objects.filter(silent).order_by("pk"))


def unmet_orders(actor: Actor) -> QuerySet[Order]:
    """What was asked for and not had, of the orders `actor` may see."""
    return orders_visible_to(actor).filter(_UNMET)


def order_counts() -> dict[str, int]:
    """How many orders there are, and how many of them asked in vain."""
    return {"order": Order.objects.count(), "unmet_demand": Order.objects.filter(_UNMET).count()}
