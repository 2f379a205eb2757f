"""Waiting lists of classes, for machines: who waits, joining, leaving, being given a seat."""

from __future__ import annotations

from ninja import Router

from doorstep.classes.api.enrolments import overlap_told
from doorstep.classes.api.shapes import (
    EnrolmentOut,
    PlacedOut,
    ReasonIn,
    TakeIn,
    WaitingIn,
    WaitingOut,
    seat_out,
    waiting_out,
)
from doorstep.classes.queries.classes import class_by_id
from doorstep.classes.queries.people import enrolment_of, enrolments_of, nominees_in_reach
from doorstep.classes.queries.waiting import waiting_by_id, waiting_list
from doorstep.classes.services.waiting import leave_waiting, nominate_or_wait, take_from_waiting
from doorstep.core.api import KEY_PARAMETER, Id, written_once
from doorstep.core.api import words as _
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule

router = Router(tags=["enrolments"])


@router.get("/classes/{int:class_id}/waiting", response=list[WaitingOut], summary=_("一个班的候补名单"))
@view_rule("classes.view_class", kind="class")
def class_waiting(request: DoorstepRequest, class_id: Id) -> list[WaitingOut]:
    """Those who wait for a seat in the class, in their order, as far as one may see them."""
    return [waiting_out(row) for row in waiting_list(class_by_id(class_id, request.actor), request.actor).rows]


@router.post(
    "/classes/{int:class_id}/waiting",
    response={201: PlacedOut},
    summary=_("提名，没有名额的排候补"),
    openapi_extra=KEY_PARAMETER,
)
@view_rule("classes.nominate", kind="nomination")
@written_once(201)
def class_wait(request: DoorstepRequest, class_id: Id, given: WaitingIn) -> PlacedOut:
    """Put people forward: who finds a seat has it, all others go on the waiting list."""
    found = class_by_id(class_id, request.actor)
    people = nominees_in_reach(given.people, request.actor)
    with overlap_told():
        placed = nominate_or_wait(
            training_class=found, people=people, accept_overlap=given.accept_overlap, actor=request.actor
        )
    seated, listed = {row.person_id for row in placed.seats}, {row.pk for row in placed.waiting}
    return PlacedOut(
        seats=[seat_out(row) for row in enrolments_of(found, request.actor).filter(person__in=seated)],
        waiting=[waiting_out(row) for row in waiting_list(found, request.actor).rows if row.pk in listed],
    )


@router.post("/waiting/{int:waiting_id}/leave", response=WaitingOut, summary=_("退出候补"), openapi_extra=KEY_PARAMETER)
@view_rule("classes.leave_waiting", kind="waiting")
@written_once(200)
def waiting_leave(request: DoorstepRequest, waiting_id: Id, given: ReasonIn) -> WaitingOut:
    """Let a person wait no longer."""
    leave_waiting(waiting=waiting_by_id(waiting_id, request.actor), reason=given.reason, actor=request.actor)
    return waiting_out(waiting_by_id(waiting_id, request.actor))


@router.post(
    "/waiting/{int:waiting_id}/take", response=EnrolmentOut, summary=_("从候补里安排"), openapi_extra=KEY_PARAMETER
)
@view_rule("classes.confirm_seats", kind="waiting")
@written_once(200)
def waiting_take(request: DoorstepRequest, waiting_id: Id, given: TakeIn) -> EnrolmentOut:
    """Give a free seat to somebody of the list; past others only with a reason."""
    row = waiting_by_id(waiting_id, request.actor)
    with overlap_told():
        take_from_waiting(waiting=row, reason=given.reason, accept_overlap=given.accept_overlap, actor=request.actor)
    return seat_out(enrolment_of(row.training_class, row.person_id, request.actor))
