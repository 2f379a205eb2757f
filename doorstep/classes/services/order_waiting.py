"""Waiting for a day: an order waits, a day that comes free is kept for the first it fits, who takes it in time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from doorstep.bases.queries.places import venues_at
from doorstep.bases.queries.vehicles import held_whole_by
from doorstep.bases.queries.venues import receptions_of
from doorstep.catalogue.queries.offers import Offer
from doorstep.classes.events import OrderAccepted, OrderOffered, OrderOfferPassed, OrderWaits
from doorstep.classes.models import Order, OrderOffer
from doorstep.classes.queries.order_lecturers import lecturers_of
from doorstep.classes.queries.order_rooms import FREE, days_offered, order_figures
from doorstep.classes.queries.order_turns import offer_kept, offers_run_out, orders_in_turn, turn_words
from doorstep.classes.queries.orders import offer_of_order
from doorstep.classes.queries.receiving import needs_of, stated_by
from doorstep.classes.queries.words import day_text, moment_text, names_text
from doorstep.classes.rules.orders import OFFER, PASS, TAKE, WAIT, WHOLE_DAY, Wish, next_status, starts_of
from doorstep.classes.rules.reception import Needs, short_of
from doorstep.classes.rules.timetable import SessionPlan
from doorstep.classes.services.order_keeping import drop_for, keep_for, lock_offer
from doorstep.classes.services.order_opening import open_for_order, sessions_for
from doorstep.classes.services.order_refusals import OfferIsOver, OrderCannotWait, OrderDaysFree
from doorstep.classes.services.order_steps import end, locked_for, tell
from doorstep.classes.services.order_teachers import drop_teachers, keep_teachers, teachers_kept
from doorstep.classes.services.quotes import must_have_quote
from doorstep.core import clock
from doorstep.core.actors import Actor, system_actor
from doorstep.core.errors import Refused
from doorstep.core.permissions import require
from doorstep.core.policies import policy_at

# The first key of the transaction lock under which days that come free are given out, one pass after another.
_TURNS = 2_004
_NAMED = 3
OPEN = OrderOffer.Outcome.OPEN


def must_be_worth_waiting(order: Order) -> None:
    """Raise OrderCannotWait where no place could ever be kept for an order, OrderDaysFree where nobody has to wait."""
    offer = offer_of_order(order)
    if not _can_come_free(order, offer):
        raise OrderCannotWait(title=offer.title, people=order.people)
    free = [day_text(day) for day, _start in _days_free(order, offer)]
    if free:
        raise OrderDaysFree(days=names_text(free[:_NAMED]))


def _can_come_free(order: Order, offer: Offer) -> bool:
    """Whether a day can come free at all: in a room that is large enough; on a route, at bases that count guests.

    A mobile school that goes out as a whole comes back.
    """
    if not offer.base_ids:
        day = order.first_on
        return lecturers_of(offer, order.ground, order.provider, day, day) is not None
    rooms = venues_at(offer.base_ids).values()
    in_use = [room for room in rooms if room.is_active]
    if in_use and not offer.is_route:
        return any(room.seats >= order.people for room in in_use)
    needs, stated = needs_of(order), receptions_of(offer.base_ids).values()
    if any(short_of(stated_by(one), Needs(), needs) for one in stated):
        return False
    return bool(stated or held_whole_by(rooms))


def _days_free(order: Order, offer: Offer) -> list[tuple[date, str]]:
    """The days of the window of an order on which it could be held now, with the part of the day, the soonest first."""
    first = max(order.first_on, clock.today() + timedelta(days=1))
    if first > order.last_on:
        return []
    figures = order_figures(order.provider_place)
    days = days_offered(
        offer, unit=order.ground, provider=order.provider, people=order.people, first=first, last=order.last_on,
        figures=figures, needs=needs_of(order),
    )  # fmt: skip
    part = order.wishes.order_by("number").values_list("part", flat=True).first() or ""
    found = []
    for one in days:
        start = next((half for half in starts_of(part) if half in one.starts), "")
        if one.word == FREE and start:
            found.append((one.day, part if part == WHOLE_DAY else start))
    return found


@transaction.atomic
def wait_for_day(*, order: Order, actor: Actor) -> Order:
    """Let an order wait for a day between the first and the last it wished for, instead of an answer.

    Raises OrderStandsSo, OrderCannotWait, OrderDaysFree.
    """
    require(actor, "classes.place_order", at=order.place)
    locked = locked_for(order, WAIT)
    must_be_worth_waiting(locked)
    locked.save(update_fields=["status"])
    tell(OrderWaits(locked.pk), locked, actor)
    return locked


def _lock_turns() -> None:
    """Be the only one who gives out days until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [_TURNS])


@transaction.atomic
def offer_days(*, actor: Actor) -> int:
    """Keep every day that is free for the first of the orders that wait for it; returns how many are newly kept.

    Days that were not taken in time are given on before. Again it changes nothing.
    """
    require(actor, "classes.watch_orders")
    _lock_turns()
    _expire(actor)
    turn, kept = orders_in_turn(), 0
    for number, order in enumerate(turn):
        slot = _slot(order)
        if slot is None:
            continue
        # What came free while others were looked at is theirs, who come before.
        before = [one for one in turn[:number] if one.status == Order.Status.WAITING]
        first = next(((one, found) for one in before if (found := _slot(one, only=slot[0].day))), (order, slot))
        kept += _keep(*first, actor)
    return kept


def _expire(actor: Actor) -> None:
    """Give on what was not taken in time; all orders are locked before any room, as those do who take one."""
    run_out = [offer.order_id for offer in offers_run_out()]
    rows = Order.objects.select_for_update(of=("self",)).filter(pk__in=run_out, status=Order.Status.OFFERED)
    for order in list(rows.order_by("pk")):
        _pass_on(order, OrderOffer.Outcome.EXPIRED, actor)


Slot = tuple[Wish, Sequence[SessionPlan]]


def _slot(order: Order, only: date | None = None) -> Slot | None:
    """The first day an order could have and was not offered before, with its rooms, locked against others."""
    offer = offer_of_order(order)
    lock_offer(offer)
    had = set(order.offers.values_list("day", flat=True))
    figures = order_figures(order.provider_place)
    for day, part in _days_free(order, offer):
        if day in had or (only is not None and day != only):
            continue
        wish = Wish(day, part)
        sessions, bar = sessions_for(order, offer, wish, figures)
        if bar is None:
            return wish, sessions
    return None


def _keep(order: Any, slot: Slot, actor: Actor) -> bool:
    """Keep a day for an order, unless it has been answered or taken back meanwhile."""
    locked = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    status = next_status(locked.status, OFFER)
    if status is None:
        return False
    wish, sessions = slot
    hours = policy_at("order.offer_hours", on=clock.today(), place=locked.provider_place).integer
    until = min(clock.now() + timedelta(hours=hours), sessions[0].starts_at)
    purpose = _("留给候补的点单 %(code)s") % {"code": locked.code}
    try:
        with transaction.atomic():
            keep_teachers(locked, sessions, _("留给候补的点单 %(title)s") % {"title": locked.title}, actor)
    except Refused:
        return False  # a class has asked the teacher since; the next time somebody else may be free
    rows = keep_for(locked, sessions, until, purpose)
    made = OrderOffer.objects.create(
        order=locked,
        day=wish.day,
        part=wish.part,
        reason=turn_words(order.had, locked.provider_place),
        made_at=clock.now(),
        until=until,
    )
    made.reservations.set(rows)
    order.status = locked.status = status
    locked.reply_by = clock.local(until).date()
    locked.save(update_fields=["status", "reply_by"])
    tell(OrderOffered(locked.pk), locked, actor, day=wish.day.isoformat(), until=until.isoformat())
    return True


@transaction.atomic
def take_offer(*, order: Order, actor: Actor) -> Order:
    """Take the day that is kept for an order: its class is open from then on, in the provider's word.

    Raises OrderStandsSo, OfferIsOver; OrderNoRoom, or what opening a class raises, and then nothing has changed.
    """
    require(actor, "classes.place_order", at=order.place)
    locked = locked_for(order, TAKE)
    kept = offer_kept(locked)
    if kept is None or kept.until <= clock.now():
        raise OfferIsOver(until=moment_text(kept.until) if kept else "—")
    must_have_quote(locked)
    by, teachers = system_actor("classes.take_offer"), teachers_kept(locked)
    end_offer(locked, OrderOffer.Outcome.TAKEN)
    locked.training_class = open_for_order(locked, Wish(kept.day, kept.part), by, kept=teachers)
    end(locked)
    locked.save()
    tell(OrderAccepted(locked.pk, locked.training_class.pk), locked, actor, day=kept.day.isoformat(), waited=True)
    return locked


@transaction.atomic
def pass_offer(*, order: Order, actor: Actor) -> Order:
    """Leave the day that is kept to the next; the order waits on for others. Raises OrderStandsSo."""
    require(actor, "classes.place_order", at=order.place)
    return _pass_on(order, OrderOffer.Outcome.PASSED, actor)


def _pass_on(order: Order, outcome: OrderOffer.Outcome, actor: Actor) -> Order:
    locked = locked_for(order, PASS)
    end_offer(locked, outcome)
    drop_teachers(locked)
    locked.reply_by = None
    locked.save(update_fields=["status", "reply_by"])
    tell(OrderOfferPassed(locked.pk), locked, actor, outcome=outcome.value)
    return locked


def end_offer(order: Order, outcome: OrderOffer.Outcome) -> None:
    """Give the rooms back that are kept for a locked order, if any are."""
    kept = offer_kept(order)
    if kept is not None:
        drop_for(order, list(kept.reservations.values_list("pk", flat=True)))
        kept.outcome, kept.ended_at = outcome, clock.now()
        kept.save(update_fields=["outcome", "ended_at"])
