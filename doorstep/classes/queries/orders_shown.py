"""One order as people read it: what, when, for whom, what comes next, what this person may do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from doorstep.catalogue.queries.offers import audience_choices, price_sentence
from doorstep.classes.models import Order, OrderWish, Session, TrainingClass
from doorstep.classes.queries.order_rooms import FREE, DayOffer, days_offered, order_figures
from doorstep.classes.queries.order_turns import offer_kept, offers_missed, turn_shown
from doorstep.classes.queries.orders import offer_of_order, wishes_of
from doorstep.classes.queries.outside import outside_shown
from doorstep.classes.queries.receiving import needs_of, needs_words
from doorstep.classes.queries.words import names_text
from doorstep.classes.rules.orders import COUNTERED, OFFERED, PLACED, WAITING, starts_of
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.crypto import unseal
from doorstep.core.masking import mask_phone
from doorstep.core.permissions import may
from doorstep.faculty.queries import language_words

_WORDS = {
    "placed": "order_placed",
    "waiting": "in_line",
    "offered": "day_kept",
    "accepted": "taken_on",
    "countered": "countered",
    "agreed": "agreed",
    "refused": "not_agreed",
    "declined": "not_taken",
    "withdrawn": "taken_back",
    "lapsed": "expired",
}
_AHEAD = timedelta(days=60)
_NAMED = 3


def order_word(order: Order) -> str:
    """The status word of an order; what was taken on and whose class was cancelled afterwards is cancelled."""
    held = order.training_class
    return "cancelled" if held and held.status == TrainingClass.Status.CANCELLED else _WORDS[order.status]


@dataclass(frozen=True, slots=True)
class WishLine:
    """A day wished for, and for who is to answer whether it can be had, and why not; the best of those that can."""

    wish: OrderWish
    is_free: bool
    why: str
    is_best: bool = False


def is_to_come(order: Order) -> bool:
    """Whether the class of an order that was taken on begins on a later day."""
    held = order.training_class
    return held is not None and held.status == TrainingClass.Status.OPEN and held.starts_on > clock.today()


def order_shown(order: Order, actor: Actor) -> dict[str, Any]:
    """All that the page of an order says."""
    is_provider = may(actor, "classes.answer_order", at=order.provider_place)
    is_guest = may(actor, "classes.place_order", at=order.place)
    wishes = wishes_of(order)
    shown = {
        "order": order,
        "word": order_word(order),
        "wishes": [WishLine(wish, is_free=False, why="") for wish in wishes],
        "phone": _phone(order, is_told=is_provider or is_guest),
        "audience": dict(audience_choices()).get(order.audience, ""),
        "language": language_words([order.language]) if order.language else "",
        "price": price_sentence(order.version, order.people) if order.version else "",
        "may_answer": is_provider and order.status == PLACED,
        "may_reply": is_guest and order.status == COUNTERED,
        "may_withdraw": is_guest and order.status in (PLACED, COUNTERED, WAITING, OFFERED),
        "may_decline": is_provider and order.status == WAITING,
        "may_wait": is_guest and order.status == PLACED,
        "needs": needs_words(needs_of(order)),
        "may_take": is_guest and order.status == OFFERED,
        "kept": offer_kept(order) if order.status == OFFERED else None,
        "missed": offers_missed(order) if order.status in (WAITING, OFFERED) else [],
        "may_call_off": is_guest and not is_provider and is_to_come(order),
        "may_fill": is_guest and order.training_class is not None and order.training_class.status == "open",
    }
    if order.outside:
        shown |= outside_shown(order, actor)
    if order.status == WAITING:
        shown |= turn_shown(order)
    if shown["may_answer"]:
        shown |= _chances(order, wishes)
    return shown


def lecturer_words(order: Order) -> str:
    """Who gives the class of an order that was taken on, and which of its courses nobody gives yet; one query."""
    rows = Session.objects.filter(training_class=order.training_class, course__isnull=False)
    taught = list(rows.order_by("number").values_list("title", "teacher__name"))
    names = list(dict.fromkeys(name for _title, name in taught if name))
    open_yet = [title for title, name in taught if not name]
    said = _("讲课的是%(names)s。") % {"names": names_text(names)} if names else ""
    return said + (_("还没有教师：%(titles)s。") % {"titles": _("、").join(open_yet)} if open_yet else "")


def _phone(order: Order, *, is_told: bool) -> str:
    """In full for the two sides, who have to talk; masked for anybody else."""
    number = unseal(order.phone_sealed, field="order_phone")
    return number if is_told else mask_phone(number)


def _chances(order: Order, wishes: list[OrderWish]) -> dict[str, Any]:
    """Which of the days can be had, and which others could."""
    first = max(min(order.first_on, clock.today() + timedelta(days=1)), clock.today())
    days = days_offered(
        offer_of_order(order),
        unit=order.ground,
        provider=order.provider,
        people=order.people,
        needs=needs_of(order),
        first=first,
        last=max(order.last_on, first + _AHEAD),
        figures=order_figures(order.provider_place),
    )
    known = {day.day: day for day in days}
    lines = [_line(wish, known.get(wish.day)) for wish in wishes]
    best = next((line for line in lines if line.is_free), None)
    lines = [replace(line, is_best=line is best) for line in lines]
    tomorrow = clock.today() + timedelta(days=1)
    wished = {wish.day for wish in wishes}
    others: list[date] = [d.day for d in days if d.word == FREE and d.day >= tomorrow and d.day not in wished]
    others.sort(key=lambda day: abs((day - order.first_on).days))
    return {"wishes": lines, "others": sorted(others[:_NAMED]), "free_count": sum(line.is_free for line in lines)}


def _line(wish: OrderWish, offered: DayOffer | None) -> WishLine:
    if offered is None:
        return WishLine(wish, is_free=False, why="")
    starts = starts_of(wish.part)
    told = next((offered.against[start].words for start in starts if start in offered.against), "")
    return WishLine(wish, is_free=bool(set(starts) & set(offered.starts)), why=told)
