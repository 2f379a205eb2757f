"""Orders, for machines: what is ordered of whom, and how it is answered on both sides."""

from __future__ import annotations

from typing import Any

from ninja import Query, Router

from doorstep.bases.queries.places import bases_under
from doorstep.catalogue.queries.offers import course_to_order, package_to_order
from doorstep.classes.api.order_shapes import (
    AcceptIn,
    CallOffIn,
    CounterIn,
    DeclineIn,
    OrderFilters,
    OrderIn,
    OrderOut,
    ReplyIn,
    WithdrawIn,
    orders_out,
)
from doorstep.classes.models import Order
from doorstep.classes.queries.orders import order_by_id, orders_visible_to
from doorstep.classes.rules.orders import Wish, usual_part
from doorstep.classes.rules.reception import Needs
from doorstep.classes.services.order_placing import OrderFacts, place_order
from doorstep.classes.services.order_waiting import pass_offer, take_offer, wait_for_day
from doorstep.classes.services.orders import (
    accept_order,
    agree_order,
    call_off_order,
    counter_order,
    decline_order,
    refuse_order,
    withdraw_order,
)
from doorstep.core.actors import Actor
from doorstep.core.api import KEY_PARAMETER, Id, Page, page_of, written_once
from doorstep.core.api import words as _
from doorstep.core.errors import NotFound
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule
from doorstep.directory.queries import network_offices, unit_by_id
from doorstep.faculty.queries import teachers_for

router = Router(tags=["orders"])
_REPLIES = {
    "agree": agree_order,
    "refuse": refuse_order,
    "wait": wait_for_day,
    "take": take_offer,
    "pass": pass_offer,
}


def _facts(given: OrderIn, actor: Actor) -> OrderFacts:
    """What the body orders; raises NotFound for a package, course or township that is not there for the actor."""
    package = package_to_order(given.package, actor) if given.package else None
    course = course_to_order(given.course, actor) if given.course else None
    if given.pin and given.pin.township not in {office.pk for office in network_offices()}:
        raise NotFound
    half_days = package.half_days if package else 1
    return OrderFacts(
        wishes=[Wish(wish.day, wish.part or usual_part(half_days)) for wish in given.wishes],
        people=given.people,
        contact=given.contact,
        phone=given.phone,
        package=package,
        course=course,
        audience=given.audience,
        language=given.language,
        location=given.location if course else "",
        pin=(given.pin.lat, given.pin.lng) if given.pin and course else None,
        township_id=given.pin.township if given.pin and course else None,
        note=given.note,
        is_assigned=given.is_assigned,
        waits=given.waits,
        needs=Needs(0, given.meals, given.beds, given.parking, given.guides),
    )


def _answer(order: Order, actor: Actor) -> OrderOut:
    """An order as it stands now."""
    return orders_out([order_by_id(order.pk, actor)])[0]


@router.get("/orders", response=Page[OrderOut], summary=_("点单列表"))
@view_rule("classes.view_order", kind="list")
def orders(request: DoorstepRequest, filters: Query[OrderFilters]) -> Page[OrderOut]:
    """The orders of one's units and those sent to them."""
    wanted: dict[str, Any] = {"status": filters.status, "kind": filters.kind, "first_on__gte": filters.since}
    wanted |= {"unit": filters.unit, "provider": filters.provider}
    rows = orders_visible_to(request.actor).filter(**{k: v for k, v in wanted.items() if v is not None})
    return page_of(rows, filters, orders_out)


@router.post("/orders", response={201: OrderOut}, summary=_("点单"), openapi_extra=KEY_PARAMETER)
@view_rule("classes.place_order", kind="unit")
@written_once(201)
def order_new(request: DoorstepRequest, given: OrderIn) -> OrderOut:
    """Order a package, or a course to be brought to one's door, for days by preference; or wait for a day."""
    unit = unit_by_id(given.unit, request.actor)
    made = place_order(unit=unit, facts=_facts(given, request.actor), actor=request.actor)
    return _answer(made, request.actor)


@router.get("/orders/{int:order_id}", response=OrderOut, summary=_("一张点单"))
@view_rule("classes.view_order", kind="order")
def order_one(request: DoorstepRequest, order_id: Id) -> OrderOut:
    """One order."""
    return orders_out([order_by_id(order_id, request.actor)])[0]


@router.post(
    "/orders/{int:order_id}/accept", response=OrderOut, summary=_("接单，班就开好"), openapi_extra=KEY_PARAMETER
)
@view_rule("classes.answer_order", kind="order")
@written_once(200)
def order_accept(request: DoorstepRequest, order_id: Id, given: AcceptIn) -> OrderOut:
    """Take an order on, on one of the days it wished for: its class is open then."""
    found = order_by_id(order_id, request.actor)
    if given.teacher and not teachers_for(found.provider).filter(pk=given.teacher).exists():
        raise NotFound
    taken = accept_order(order=found, wish_number=given.wish, teacher_id=given.teacher, actor=request.actor)
    return _answer(taken, request.actor)


@router.post("/orders/{int:order_id}/counter", response=OrderOut, summary=_("提改期"), openapi_extra=KEY_PARAMETER)
@view_rule("classes.answer_order", kind="order")
@written_once(200)
def order_counter(request: DoorstepRequest, order_id: Id, given: CounterIn) -> OrderOut:
    """Offer another day, or another base of one's own; it is kept until the last day for a reply."""
    found = order_by_id(order_id, request.actor)
    if given.base and not bases_under(found.provider_place).filter(pk=given.base).exists():
        raise NotFound
    wish = Wish(given.day, given.part or usual_part(found.half_days))
    changed = counter_order(order=found, wish=wish, base_id=given.base, note=given.note, actor=request.actor)
    return _answer(changed, request.actor)


@router.post("/orders/{int:order_id}/decline", response=OrderOut, summary=_("不接单"), openapi_extra=KEY_PARAMETER)
@view_rule("classes.answer_order", kind="order")
@written_once(200)
def order_decline(request: DoorstepRequest, order_id: Id, given: DeclineIn) -> OrderOut:
    """Say no, with the reason."""
    found = order_by_id(order_id, request.actor)
    ended = decline_order(order=found, reason=given.reason, note=given.note, actor=request.actor)
    return _answer(ended, request.actor)


@router.post(
    "/orders/{int:order_id}/reply", response=OrderOut, summary=_("回复改期、候补留的日子"), openapi_extra=KEY_PARAMETER
)
@view_rule("classes.place_order", kind="order")
@written_once(200)
def order_reply(request: DoorstepRequest, order_id: Id, given: ReplyIn) -> OrderOut:
    """Agree to another day or not, wait for a day, take one that is kept or leave it."""
    found = order_by_id(order_id, request.actor)
    return _answer(_REPLIES[given.answer](order=found, actor=request.actor), request.actor)


@router.post("/orders/{int:order_id}/withdraw", response=OrderOut, summary=_("撤回点单"), openapi_extra=KEY_PARAMETER)
@view_rule("classes.place_order", kind="order")
@written_once(200)
def order_withdraw(request: DoorstepRequest, order_id: Id, given: WithdrawIn) -> OrderOut:
    """Take an order back before it is taken on."""
    found = order_by_id(order_id, request.actor)
    ended = withdraw_order(order=found, reason=given.reason, note=given.note, actor=request.actor)
    return _answer(ended, request.actor)


@router.post(
    "/orders/{int:order_id}/call-off",
    response=OrderOut,
    summary=_("接了单以后来不了，班就取消"),
    openapi_extra=KEY_PARAMETER,
)
@view_rule("classes.place_order", kind="order")
@written_once(200)
def order_call_off(request: DoorstepRequest, order_id: Id, given: CallOffIn) -> OrderOut:
    """Say that one cannot come to the class of an order that was taken on: it is cancelled."""
    found = order_by_id(order_id, request.actor)
    ended = call_off_order(order=found, reason=given.reason, note=given.note, actor=request.actor)
    return _answer(ended, request.actor)
