"""Ordering from the menu: a package as it stands, or a lesson to one's door."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from doorstep.bases.queries.venues import receptions_of
from doorstep.catalogue.queries.offers import Offer, offer_of_course, offer_of_version
from doorstep.catalogue.services.packages_life import freeze_package
from doorstep.classes.events import OrderPlaced, OrderWaits
from doorstep.classes.models import Order, OrderWish
from doorstep.classes.queries.order_rooms import order_figures
from doorstep.classes.queries.orders import most_lesson_people
from doorstep.classes.queries.receiving import beyond_words, stated_by
from doorstep.classes.queries.words import day_text
from doorstep.classes.rules.orders import Wish, answer_due, wrong_wish
from doorstep.classes.rules.reception import Needs, short_of
from doorstep.classes.services.order_refusals import (
    OrderDaysWrong,
    OrderNeedsTooMuch,
    OrderPeopleWrong,
    OrderPlaceMissing,
    OrderTooEarly,
    OrderTooLate,
    OrderWindowMissing,
)
from doorstep.classes.services.order_steps import days_of, tell
from doorstep.classes.services.order_waiting import must_be_worth_waiting
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.crypto import seal
from doorstep.core.errors import NotFound
from doorstep.core.permissions import require

if TYPE_CHECKING:
    from doorstep.catalogue.models import Course, Package
    from doorstep.directory.models import Unit

PHONE = "order_phone"


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What somebody orders: a package, or a course and where to bring it; the days by preference, and for whom."""

    wishes: Sequence[Wish]
    people: int
    contact: str
    phone: str = ""
    package: Package | None = None
    course: Course | None = None
    audience: str = ""
    language: str = ""
    location: str = ""
    pin: tuple[float, float] | None = None
    township_id: int | None = None
    note: str = ""
    is_assigned: bool = False
    key: uuid.UUID | None = None
    waits: bool = False
    needs: Needs = Needs()

    @property
    def needed(self) -> Needs:
        """What they need at each base, themselves among it."""
        return replace(self.needs, people=self.people)


@transaction.atomic
def place_order(*, unit: Unit, facts: OrderFacts, actor: Actor) -> Order:
    """Send an order of `unit` to who offers it; what was ordered is kept as it stands now.

    The same form sent twice is one order. One that `waits` is not answered: it waits for a day that comes free,
    from the first to the last it wishes for. Raises PackageNotOpen, PackageNotReady, OrderDaysWrong, OrderTooEarly,
    OrderTooLate, OrderWindowMissing, OrderPeopleWrong, OrderPlaceMissing, OrderNeedsTooMuch, OrderCannotWait,
    OrderDaysFree.
    """
    require(actor, "classes.place_order", at=unit.path)
    order = Order(key=facts.key or uuid.uuid4(), unit=unit, place=unit.path, county=unit.county)
    offer = new_order(order, facts, actor)
    return written_order(order, facts, actor, offer)


def new_order(order: Order, facts: OrderFacts, actor: Actor) -> Offer:
    """Say in an order that is not written yet what is ordered and from whom, once it can be had; raises as ordering."""
    offer = _ordered(order, facts, actor)
    order.provider_place = order.provider.path
    check_order(facts, offer, order.provider_place)
    return offer


def check_order(facts: OrderFacts, offer: Offer, place: str) -> None:
    """Raise OrderPlaceMissing, OrderPeopleWrong, OrderNeedsTooMuch, or what is wrong with the days."""
    if not offer.base_ids and not facts.location.strip():
        raise OrderPlaceMissing
    if not offer.least_people <= facts.people <= offer.most_people:
        raise OrderPeopleWrong(title=offer.title, least=offer.least_people, most=offer.most_people, people=facts.people)
    for _base_id, reception in sorted(receptions_of(offer.base_ids).items()):
        short = short_of(stated_by(reception), Needs(), facts.needed)
        if short is not None:
            raise OrderNeedsTooMuch(base=reception.base.name, why=beyond_words(short))
    _check_days(facts, offer.half_days, place)


def _ordered(order: Order, facts: OrderFacts, actor: Actor) -> Offer:
    """What is ordered, kept with the order, and from whom."""
    if facts.package is not None:
        order.kind, order.package, order.provider = Order.Kind.PACKAGE, facts.package, facts.package.unit
        order.version = freeze_package(package=facts.package, actor=actor)
        return offer_of_version(order.version)
    if facts.course is None:
        raise NotFound
    order.kind, order.course, order.provider = Order.Kind.LESSON, facts.course, facts.course.unit
    return offer_of_course(facts.course, most_lesson_people(order.provider.path))


def fill_order(order: Order, offer: Offer, facts: OrderFacts) -> None:
    """Put what was asked for into an order."""
    order.title, order.theme, order.half_days = offer.title, offer.theme, offer.half_days
    days = [wish.day for wish in facts.wishes]
    order.first_on, order.last_on = min(days), max(days)
    order.answer_by = answer_due(clock.today(), days_of("answer_days", order.provider_place), order.first_on)
    order.people, order.audience, order.language = facts.people, facts.audience, facts.language
    order.location, order.note, order.contact = facts.location.strip(), facts.note.strip(), facts.contact.strip()
    order.phone_sealed = seal(facts.phone.strip(), field=PHONE)
    order.is_assigned = facts.is_assigned
    needs = facts.needs
    order.meals, order.beds, order.parking, order.guides = needs.meals, needs.beds, needs.parking, needs.guides
    if facts.pin:
        order.lat, order.lng = facts.pin
        order.township_id = facts.township_id


def _check_days(facts: OrderFacts, half_days: int, place: str) -> None:
    limits, today = order_figures(place).limits, clock.today()
    wrong = wrong_wish(facts.wishes, half_days, today, limits)
    if wrong == "early":
        first = day_text(today + timedelta(days=limits.notice_days))
        raise OrderTooEarly(days=limits.notice_days, first=first)
    if wrong == "late":
        raise OrderTooLate(last=day_text(today + timedelta(days=limits.days_ahead)))
    if wrong == "none" and facts.waits:
        raise OrderWindowMissing
    if wrong:
        raise OrderDaysWrong(most=limits.most_wishes)


def written_order(order: Order, facts: OrderFacts, actor: Actor, offer: Offer) -> Order:
    """The order with its wishes, or the one that the same form became before."""
    fill_order(order, offer, facts)
    order.placed_at, order.placed_by_id = clock.now(), actor.account_id
    order.status = Order.Status.WAITING if facts.waits else Order.Status.PLACED
    try:
        with transaction.atomic():
            order.save(force_insert=True)
    except IntegrityError:
        before = Order.objects.filter(key=order.key, place=order.place).first()
        if before is None:
            raise
        return before
    OrderWish.objects.bulk_create(
        OrderWish(order=order, number=number, day=wish.day, part=wish.part)
        for number, wish in enumerate(facts.wishes, start=1)
    )
    tell(OrderPlaced(order.pk), order, actor, people=order.people, assigned=order.is_assigned)
    if facts.waits:
        must_be_worth_waiting(order)
        tell(OrderWaits(order.pk), order, actor)
    return order
