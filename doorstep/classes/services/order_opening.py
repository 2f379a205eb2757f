"""An order becomes a class: rooms, courses and seats together, or nothing at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from doorstep.bases.queries.places import bases_by_ids
from doorstep.catalogue.queries.offers import Offer, OfferItem
from doorstep.classes.models import Order, TrainingClass
from doorstep.classes.queries.order_rooms import Bar, OrderFigures, Rooms, order_figures, rooms_known
from doorstep.classes.queries.orders import days_instead, offer_of_order
from doorstep.classes.queries.plans import ClassPlan
from doorstep.classes.queries.receiving import needs_of
from doorstep.classes.queries.words import day_text
from doorstep.classes.rules.orders import HalfDay, Wish, half_days_from, shares_of, starts_of
from doorstep.classes.rules.timetable import SessionPlan
from doorstep.classes.services.opening import open_class
from doorstep.classes.services.order_keeping import lock_offer
from doorstep.classes.services.order_refusals import OrderNoRoom
from doorstep.classes.services.order_teachers import can_be_given, kept_under, with_teachers
from doorstep.core import clock
from doorstep.core.policies import policy_at

if TYPE_CHECKING:
    from doorstep.core.actors import Actor

_LETTERS = 120  # of a title


def open_for_order(
    order: Order,
    wish: Wish,
    actor: Actor,
    *,
    base_id: int | None = None,
    teacher_id: int | None = None,
    kept: Mapping[int, int] | None = None,
) -> TrainingClass:
    """Open the class a locked order asks for, on a day, at another base where `base_id` says so.

    It is given by `teacher_id`, by those who were `kept` for it, else by the nearest of those its courses name who are
    free.

    All rooms the class could have are held first, so that of two orders for one room the second finds it taken and
    gets another room of the base, if there is one. Raises OrderNoRoom, NoLecturerFree, and what `open_class` raises.
    """
    offer = offer_of_order(order).moved_to(base_id)
    sessions = with_teachers(order, planned_for(order, offer, wish), teacher_id=teacher_id, kept=kept)
    small = policy_at("class.size.small", on=wish.day, place=order.provider_place).integer
    plan = ClassPlan(
        title=f"{order.title}　{order.who}"[:_LETTERS],
        form=TrainingClass.Form.SMALL if order.people <= small else TrainingClass.Form.LECTURE,
        capacity=order.people,
        sessions=sessions,
        base_id=next(iter(offer.base_ids), None),
        note=_("点单 %(code)s") % {"code": order.code},
        seats={order.unit_id: order.people} if order.unit_id else {},
        is_outside=order.unit_id is None,
        needs=needs_of(order),
        teachers_kept="" if kept is None else kept_under(order),
    )
    return open_class(unit=order.provider, plan=plan, actor=actor)


def planned_for(order: Order, offer: Offer, wish: Wish) -> list[SessionPlan]:
    """The sessions of an order on a day, what it is held in locked against others. Raises OrderNoRoom."""
    lock_offer(offer)
    sessions, bar = sessions_for(order, offer, wish, order_figures(order.provider_place))
    if bar:
        raise OrderNoRoom(day=day_text(wish.day), why=bar.words, instead=_instead(order, offer))
    return sessions


def sessions_for(order: Order, offer: Offer, wish: Wish, figures: OrderFigures) -> tuple[list[SessionPlan], Bar | None]:
    """The sessions of the first start that can be had; else what speaks against the last one tried.

    Of two starts the one for which there are teachers comes first.
    """
    bar: Bar | None = None
    untaught: list[SessionPlan] = []
    starts = starts_of(wish.part)
    for start in starts:
        sessions, bar = _sessions_from(order, offer, half_days_from(wish.day, start, offer.half_days), figures)
        if bar is None and (len(starts) == 1 or can_be_given(order, sessions)):
            return sessions, None
        untaught = untaught or sessions
    return untaught, None if untaught else bar


def _sessions_from(
    order: Order, offer: Offer, halves: Sequence[HalfDay], figures: OrderFigures
) -> tuple[list[SessionPlan], Bar | None]:
    names = {pk: base.name for pk, base in bases_by_ids(offer.base_ids).items()}
    rooms = rooms_known(
        offer.base_ids, halves, needs_of(order), unit=order.ground, provider=order.provider, figures=figures,
        booked_on=clock.local(order.placed_at).date(),
    )  # fmt: skip
    sessions = []
    for half, items in zip(halves, shares_of(offer.items, len(halves)), strict=True):
        session, bar = _session(order, offer, half, items, (rooms, figures, names))
        if bar:
            return [], bar
        sessions.append(session)
    return sessions, None


def _session(
    order: Order,
    offer: Offer,
    half: HalfDay,
    items: list[OfferItem],
    given: tuple[Rooms, OrderFigures, dict[int, str]],
) -> tuple[SessionPlan, Bar | None]:
    rooms, figures, names = given
    base_ids = list(dict.fromkeys(item.base_id for item in items if item.base_id))
    found = [rooms.at(base_id, half, needs_room=not offer.is_route) for base_id in base_ids]
    bar = next((bar for _venue, bar in found if bar), None)
    venue = found[0][0] if found and not offer.is_route else None
    taught = next((item for item in items if item.course_id), None)
    starts_at, ends_at = figures.span(half)
    where = _("、").join(names[base_id] for base_id in base_ids) or order.location
    pin = (order.lat, order.lng) if order.lat is not None and order.lng is not None and not base_ids else None
    return (
        SessionPlan(
            title=(_("；").join(dict.fromkeys(item.title for item in items)) or order.title)[:_LETTERS],
            starts_at=starts_at,
            ends_at=ends_at,
            base_id=base_ids[0] if base_ids else None,
            venue_id=venue.pk if venue else None,
            location="" if venue else where[:_LETTERS],
            course_id=taught.course_id if taught else None,
            mode=taught.mode if taught else "",
            pin=pin,
            township_id=order.township_id if pin else None,
        ),
        bar,
    )


def _instead(order: Order, offer: Offer) -> str:
    """The way out in a sentence: the next days that are free."""
    days = days_instead(order, offer)
    if not days:
        return _("近两个月都没有空，请提别处，或写明原因不接。")
    return _("%(days)s有空，可以提改期。") % {"days": _("、").join(day_text(day) for day in days)}
