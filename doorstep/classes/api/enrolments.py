"""Seats in classes, for machines: who sits where, putting forward, confirming, replacing, giving up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ninja import Query, Router

from doorstep.classes.api.shapes import (
    ConfirmedOut,
    EnrolmentOut,
    NominationIn,
    PeopleIn,
    ReasonIn,
    ReplacementIn,
    SeatFilters,
    seat_out,
)
from doorstep.classes.models import Enrolment
from doorstep.classes.queries.classes import class_by_id
from doorstep.classes.queries.people import enrolment_of, enrolments_of, enrolments_visible_to, nominees_in_reach
from doorstep.classes.services.people import confirm_seats, nominate, replace_person, withdraw_seat
from doorstep.classes.services.refusals import OverlappingClass, OverlapUnaccepted
from doorstep.core.api import KEY_PARAMETER, Id, Page, page_of, written_once
from doorstep.core.api import words as _
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule

router = Router(tags=["enrolments"])


@router.get("/enrolments", response=Page[EnrolmentOut], summary=_("报名列表"))
@view_rule("classes.view_enrolment", kind="list")
def enrolments(request: DoorstepRequest, filters: Query[SeatFilters]) -> Page[EnrolmentOut]:
    """The seats one may see: of classes one runs, of people one looks after, one's own."""
    wanted: dict[str, Any] = {
        "training_class": filters.training_class,
        "person": filters.person,
        "status": filters.status,
    }
    rows = enrolments_visible_to(request.actor).filter(**{k: v for k, v in wanted.items() if v is not None})
    return page_of(rows.select_related("person"), filters, _seats_out)


def _seats_out(found: Sequence[Enrolment]) -> list[EnrolmentOut]:
    return [seat_out(seat) for seat in found]


@router.get("/classes/{int:class_id}/enrolments", response=list[EnrolmentOut], summary=_("一个班的名单"))
@view_rule("classes.view_class", kind="class")
def class_enrolments(request: DoorstepRequest, class_id: Id) -> list[EnrolmentOut]:
    """The seats of one class, as far as one may see them, by name."""
    return _seats_out(list(enrolments_of(class_by_id(class_id, request.actor), request.actor)))


@contextmanager
def overlap_told() -> Iterator[None]:
    """What a person is told to press, a machine is told to send."""
    try:
        yield
    except OverlappingClass as found:
        raise OverlapUnaccepted(**found.params) from None


@router.post(
    "/classes/{int:class_id}/enrolments",
    response={201: list[EnrolmentOut]},
    summary=_("提名"),
    openapi_extra=KEY_PARAMETER,
)
@view_rule("classes.nominate", kind="nomination")
@written_once(201)
def class_nominate(request: DoorstepRequest, class_id: Id, given: NominationIn) -> list[EnrolmentOut]:
    """Put people forward: all of them get a seat, or none and a refusal that names who and why."""
    found = class_by_id(class_id, request.actor)
    people = nominees_in_reach(given.people, request.actor)
    with overlap_told():
        nominate(
            training_class=found,
            people=people,
            accept_overlap=given.accept_overlap,
            reason=given.reason,
            actor=request.actor,
        )
    return _seats_out(list(enrolments_of(found, request.actor).filter(person__in=given.people)))


@router.post(
    "/classes/{int:class_id}/enrolments/confirm",
    response=ConfirmedOut,
    summary=_("确认名额"),
    openapi_extra=KEY_PARAMETER,
)
@view_rule("classes.confirm_seats", kind="class")
@written_once(200)
def class_confirm(request: DoorstepRequest, class_id: Id, given: PeopleIn) -> ConfirmedOut:
    """Confirm the seats of people put forward."""
    found = class_by_id(class_id, request.actor)
    return ConfirmedOut(confirmed=confirm_seats(training_class=found, person_ids=given.people, actor=request.actor))


@router.post(
    "/classes/{int:class_id}/enrolments/{int:person_id}/replace",
    response=EnrolmentOut,
    summary=_("顶替"),
    openapi_extra=KEY_PARAMETER,
)
@view_rule("classes.replace_person", kind="enrolment")
@written_once(200)
def seat_replace(request: DoorstepRequest, class_id: Id, person_id: Id, given: ReplacementIn) -> EnrolmentOut:
    """Let another person of the same quota take over a seat."""
    seat = enrolment_of(class_by_id(class_id, request.actor), person_id, request.actor)
    (by,) = nominees_in_reach([given.by], request.actor)
    with overlap_told():
        taken = replace_person(enrolment=seat, by=by, accept_overlap=given.accept_overlap, actor=request.actor)
    return seat_out(taken)


@router.post(
    "/classes/{int:class_id}/enrolments/{int:person_id}/withdraw",
    response=EnrolmentOut,
    summary=_("退出名额"),
    openapi_extra=KEY_PARAMETER,
)
@view_rule("classes.withdraw_seat", kind="enrolment")
@written_once(200)
def seat_withdraw(request: DoorstepRequest, class_id: Id, person_id: Id, given: ReasonIn) -> EnrolmentOut:
    """Give up a person's seat, with the reason."""
    seat = enrolment_of(class_by_id(class_id, request.actor), person_id, request.actor)
    return seat_out(withdraw_seat(enrolment=seat, reason=given.reason, actor=request.actor))
