"""What happens to an order: accepted, another day offered, declined, agreed, taken back, let lapse."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from doorstep.classes.events import (
    OrderAccepted,
    OrderAgreed,
    OrderCalledOff,
    OrderCountered,
    OrderDeclined,
    OrderLapsed,
    OrderOverdue,
    OrderRefused,
    OrderWithdrawn,
)
from doorstep.classes.models import Order, OrderOffer, TrainingClass
from doorstep.classes.queries.order_rooms import order_figures
from doorstep.classes.queries.orders import offer_of_order, others_in, wishes_of
from doorstep.classes.queries.words import day_text
from doorstep.classes.rules.orders import (
    ACCEPT,
    AGREE,
    ANY_HALF,
    COUNTER,
    DECLINE,
    LAPSE,
    REFUSE,
    WITHDRAW,
    Wish,
    is_past,
    next_status,
    wrong_wish,
)
from doorstep.classes.services.opening import cancel_class
from doorstep.classes.services.order_keeping import end_counter, keep_for
from doorstep.classes.services.order_opening import open_for_order, planned_for
from doorstep.classes.services.order_refusals import (
    CounterIsTheWish,
    OrderDaysWrong,
    OrderReasonMissing,
    OrderSharedSince,
    OrderStandsSo,
    OrderTooEarly,
    OrderTooLate,
)
from doorstep.classes.services.order_steps import days_of, end, locked_for, tell
from doorstep.classes.services.order_teachers import drop_teachers, keep_teachers, teachers_kept
from doorstep.classes.services.order_waiting import end_offer
from doorstep.classes.services.quotes import must_have_quote
from doorstep.core import clock
from doorstep.core.actors import Actor, system_actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import require


def _answered(order: Order, actor: Actor, note: str = "") -> None:
    order.answered_at, order.answered_by_id, order.answer_note = clock.now(), actor.account_id, note.strip()


@transaction.atomic
def accept_order(
    *, order: Order, wish_number: int, base_id: int | None = None, teacher_id: int | None = None, actor: Actor
) -> Order:
    """Take an order on, on one of the days it wished for: its class is open then, with rooms, teachers and seats.

    Raises OrderStandsSo, OrderWantsQuote; OrderNoRoom, NoLecturerFree, or what opening a class raises, and then
    nothing has changed.
    """
    require(actor, "classes.answer_order", at=order.provider_place)
    locked = locked_for(order, ACCEPT)
    wish = next((one for one in wishes_of(locked) if one.number == wish_number), None)
    if wish is None:
        raise NotFound
    must_have_quote(locked)
    locked.training_class = open_for_order(
        locked, Wish(wish.day, wish.part), actor, base_id=base_id, teacher_id=teacher_id
    )
    _answered(locked, actor)
    end(locked)
    locked.save()
    tell(OrderAccepted(locked.pk, locked.training_class.pk), locked, actor, day=wish.day.isoformat())
    return locked


@transaction.atomic
def counter_order(*, order: Order, wish: Wish, base_id: int | None = None, note: str = "", actor: Actor) -> Order:
    """Offer another day, or another base; rooms, places and teachers are kept until the last day for a reply.

    Raises OrderStandsSo, CounterIsTheWish, OrderTooEarly, OrderTooLate, OrderDaysWrong, OrderNoRoom, NoLecturerFree.
    """
    require(actor, "classes.answer_order", at=order.provider_place)
    locked = locked_for(order, COUNTER)
    today = clock.today()
    if base_id is None and any(one.day == wish.day for one in wishes_of(locked)):
        raise CounterIsTheWish(day=day_text(wish.day))
    limits = replace(order_figures(locked.provider_place).limits, notice_days=1)
    wrong = wrong_wish([wish], locked.half_days, today, limits)
    if wrong == "early":
        raise OrderTooEarly(days=1, first=day_text(today + timedelta(days=1)))
    if wrong == "late":
        raise OrderTooLate(last=day_text(today + timedelta(days=limits.days_ahead)))
    if wrong == "part":
        raise OrderDaysWrong(most=1)
    locked.counter_on, locked.counter_part, locked.counter_base_id = wish.day, wish.part, base_id
    locked.reply_by = min(today + timedelta(days=days_of("reply_days", locked.provider_place)), wish.day)
    _keep_counter(locked, wish, actor)
    _answered(locked, actor, note)
    locked.save()
    tell(OrderCountered(locked.pk), locked, actor, day=wish.day.isoformat(), base=base_id)
    return locked


def _keep_counter(order: Order, wish: Wish, actor: Actor) -> None:
    """Keep what is offered until the end of the last day for a reply; nothing is offered that is not free."""
    offer = offer_of_order(order).moved_to(order.counter_base_id)
    sessions = planned_for(order, offer, wish)
    reply_by = order.reply_by or wish.day
    until = min(clock.at_local(reply_by + timedelta(days=1), 0), sessions[0].starts_at)
    if wish.part == ANY_HALF:  # what is kept is one of the two
        order.counter_part = sessions[0].part
    purpose = _("留给改期的点单 %(code)s") % {"code": order.code}
    order.kept.set(keep_for(order, sessions, until, purpose))
    keep_teachers(order, sessions, purpose, actor)


@transaction.atomic
def decline_order(*, order: Order, reason: str, note: str = "", actor: Actor) -> Order:
    """Say no, with the reason; what was asked for stays among what was not had. Raises OrderStandsSo."""
    require(actor, "classes.answer_order", at=order.provider_place)
    locked = locked_for(order, DECLINE)
    _must_say_why(reason, note)
    _answered(locked, actor, note)
    end(locked, reason)
    locked.save()
    tell(OrderDeclined(locked.pk), locked, actor, reason=reason)
    return locked


def _must_say_why(reason: str, note: str) -> None:
    said = set(Order.Reason.values) - {Order.Reason.SILENT}
    if reason not in said or (reason == Order.Reason.OTHER and not note.strip()):
        raise OrderReasonMissing


@transaction.atomic
def agree_order(*, order: Order, actor: Actor) -> Order:
    """Say yes to another day: the class is open from then on, in the provider's word. Raises as `accept_order`."""
    require(actor, "classes.place_order", at=order.place)
    locked = locked_for(order, AGREE)
    must_have_quote(locked)
    teachers = teachers_kept(locked)
    end_counter(locked)
    day: date = locked.counter_on or locked.first_on
    locked.training_class = open_for_order(
        locked,
        Wish(day, locked.counter_part),
        system_actor("classes.agree_order"),
        base_id=locked.counter_base_id,
        kept=teachers,
    )
    end(locked)
    locked.save()
    tell(OrderAgreed(locked.pk, locked.training_class.pk), locked, actor, day=day.isoformat())
    return locked


@transaction.atomic
def refuse_order(*, order: Order, actor: Actor) -> Order:
    """Say no to another day; one may order anew. Raises OrderStandsSo."""
    require(actor, "classes.place_order", at=order.place)
    locked = locked_for(order, REFUSE)
    end_counter(locked)
    drop_teachers(locked)
    end(locked, Order.Reason.NO_ROOM)
    locked.save()
    tell(OrderRefused(locked.pk), locked, actor)
    return locked


@transaction.atomic
def withdraw_order(*, order: Order, reason: str, note: str = "", actor: Actor) -> Order:
    """Take an order back before it is taken on; a day that was kept for it is free again.

    Raises OrderStandsSo, OrderReasonMissing.
    """
    require(actor, "classes.place_order", at=order.place)
    locked = locked_for(order, WITHDRAW)
    _must_say_why(reason, note)
    end_offer(locked, OrderOffer.Outcome.GONE)
    end_counter(locked)
    drop_teachers(locked)
    locked.answer_note = note.strip() or locked.answer_note
    end(locked, reason)
    locked.save()
    tell(OrderWithdrawn(locked.pk), locked, actor, reason=reason)
    return locked


@transaction.atomic
def call_off_order(*, order: Order, reason: str, note: str = "", actor: Actor) -> Order:
    """Say that one cannot come to the class of an order that was taken on: it is cancelled, and what it held is free.

    Raises OrderStandsSo, OrderReasonMissing, OrderSharedSince, and what cancelling a class raises.
    """
    require(actor, "classes.place_order", at=order.place)
    rows = Order.objects.select_for_update(of=("self",)).select_related("unit", "outside", "provider")
    locked = rows.select_related("training_class").get(pk=order.pk)
    held = locked.training_class
    if held is None or held.status != TrainingClass.Status.OPEN:
        raise OrderStandsSo(status=held.get_status_display() if held else locked.get_status_display())
    _must_say_why(reason, note)
    if others_in(held, locked.place):
        raise OrderSharedSince(title=held.title, unit=locked.provider.short_name)
    said = f"{Order.Reason(reason).label} {note.strip()}".strip()
    words = _("%(unit)s来不了：%(why)s") % {"unit": locked.who, "why": said}
    cancel_class(training_class=held, reason=words, actor=system_actor("classes.call_off_order"))
    tell(OrderCalledOff(locked.pk), locked, actor, reason=said)
    return locked


@transaction.atomic
def tell_overdue(*, order: Order, actor: Actor) -> bool:
    """Tell the level above that an order was not answered in time; whether it was told now. Told once."""
    require(actor, "classes.watch_orders")
    locked = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    if locked.status != Order.Status.PLACED or locked.overdue_at or locked.answer_by >= clock.today():
        return False
    locked.overdue_at = clock.now()
    locked.save(update_fields=["overdue_at"])
    tell(OrderOverdue(locked.pk), locked, actor)
    return True


@transaction.atomic
def lapse_order(*, order: Order, actor: Actor) -> bool:
    """Let an order lapse whose time is past; whether it did now. Again it changes nothing."""
    require(actor, "classes.watch_orders")
    locked = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    status = next_status(locked.status, LAPSE)
    if status is None or not is_past(locked.status, clock.today(), locked.last_on, locked.reply_by):
        return False
    end_counter(locked)
    drop_teachers(locked)
    waited = locked.status == Order.Status.WAITING
    locked.status = status
    end(locked, Order.Reason.NO_ROOM if waited else Order.Reason.SILENT)
    locked.save()
    tell(OrderLapsed(locked.pk), locked, actor)
    return True
