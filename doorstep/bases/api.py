"""Reservations, for machines."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated, Any, Literal

from ninja import Query, Router, Schema
from pydantic import AfterValidator, Field

from doorstep.bases.models import Reservation
from doorstep.bases.queries.claims import Slot
from doorstep.bases.queries.planned import Booking, Wanted, planned, reservation_limits
from doorstep.bases.queries.reservations import reservation_by_id, reservations_visible_to, status_of
from doorstep.bases.queries.venues import venue_by_id
from doorstep.bases.services.reservations import (
    ReservationWrong,
    approve_reservation,
    cancel_reservation,
    confirm_hold,
    reserve_venue,
)
from doorstep.core.api import KEY_PARAMETER, Day, Id, Line, Page, Paging, Text, page_of, written_once
from doorstep.core.api import words as _
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule
from doorstep.directory.queries import unit_by_id

router = Router(tags=["reservations"])


def _plain(moment: time) -> time:
    if moment.tzinfo is not None:
        raise ValueError("a time of day by the clock of Asia/Shanghai, without a zone")
    return moment


Clock = Annotated[time, AfterValidator(_plain)]


class ReservationIn(Schema):
    """A venue wanted by a unit, by the clock of Asia/Shanghai; an end that is not later lies on the next day.

    With `repeat`, `until` is the last day. `skip_conflicts` leaves out what cannot be had; `look_only` writes nothing
    and says what would come of it. What goes somewhere is `way_minutes` on the road before and after.
    """

    unit: Id
    venue: Id
    purpose: Annotated[Text, Field(min_length=1, max_length=120)]
    heads: Annotated[int, Field(ge=1, le=100_000)]
    first_on: Day
    begins: Clock
    ends: Clock
    kind: Literal["meeting", "other"] = "meeting"
    repeat: Literal["", "weekly", "fortnightly", "monthly"] = ""
    until: Day | None = None
    is_hold: bool = False
    skip_conflicts: bool = False
    look_only: bool = False
    way_minutes: Annotated[int, Field(ge=0, le=1_440)] = 0


class ReservationOut(Schema):
    """A reservation; `status` is booked, held, asked, released, cancelled or unused.

    What is asked waits for the word of the keeper until `expires_at`.
    """

    id: int
    venue: int
    unit: int
    kind: str
    status: str
    purpose: str
    heads: int
    held_from: datetime
    starts_at: datetime
    ends_at: datetime
    free_at: datetime
    series: int | None
    expires_at: datetime | None


class TimeOut(Schema):
    """A time that was asked for, and why the venue cannot be had then."""

    starts_at: datetime
    ends_at: datetime
    is_free: bool
    why: str


class BookedOut(Schema):
    """What was booked; when one only looked, each time with what stands in its way."""

    reservations: list[ReservationOut]
    times: list[TimeOut]


class ReservationFilters(Paging):
    """Which reservations."""

    base: Id | None = None
    venue: Id | None = None
    unit: Id | None = None
    since: date | None = None


class CancelIn(Schema):
    """Why, and whether the rest of the series goes too."""

    reason: Line = ""
    with_rest: bool = False


def reservation_out(row: Reservation) -> ReservationOut:
    """A reservation as machines are told of it."""
    names = ("id", "kind", "purpose", "heads", "held_from", "starts_at", "ends_at", "free_at", "expires_at")
    given: dict[str, Any] = {name: getattr(row, name) for name in names}
    return ReservationOut(venue=row.venue_id, unit=row.unit_id, series=row.series_id, status=status_of(row), **given)


def _time_out(slot: Slot) -> TimeOut:
    claim = slot.claim
    return TimeOut(starts_at=claim.starts_at, ends_at=claim.ends_at, is_free=slot.is_free, why=slot.why)


@router.get("/reservations", response=Page[ReservationOut], summary=_("预约列表"))
@view_rule("bases.view_reservation", kind="list")
def reservations(request: DoorstepRequest, filters: Query[ReservationFilters]) -> Page[ReservationOut]:
    """The reservations of one's units and of the venues one keeps."""
    wanted = {"venue__base": filters.base, "venue": filters.venue, "unit": filters.unit}
    rows = reservations_visible_to(request.actor).filter(**{k: v for k, v in wanted.items() if v is not None})
    if filters.since:
        rows = rows.filter(starts_at__date__gte=filters.since)
    return page_of(rows, filters, lambda found: [reservation_out(row) for row in found])


@router.post("/reservations", response={201: BookedOut}, summary=_("约场地"), openapi_extra=KEY_PARAMETER)
@view_rule("bases.reserve_venue", kind="unit")
@written_once(201)
def reservation_new(request: DoorstepRequest, given: ReservationIn) -> BookedOut:
    """Book a venue once or again and again, or look what would come of it."""
    unit = unit_by_id(given.unit, request.actor)
    venue = venue_by_id(given.venue, request.actor)
    wanted = Wanted(given.first_on, given.begins, given.ends, given.repeat, given.until, given.way_minutes)
    booking = Booking(wanted, given.purpose, given.heads, given.kind, is_hold=given.is_hold, skips=given.skip_conflicts)
    if given.look_only:
        found = planned(booking, venue, unit, reservation_limits())
        if found.fault:
            raise ReservationWrong(why=found.fault)
        return BookedOut(reservations=[], times=[_time_out(slot) for slot in found.slots])
    made = reserve_venue(unit=unit, venue=venue, booking=booking, actor=request.actor)
    return BookedOut(reservations=[reservation_out(row) for row in made], times=[])


@router.get("/reservations/{int:reservation_id}", response=ReservationOut, summary=_("一次预约"))
@view_rule("bases.view_reservation", kind="reservation")
def reservation_one(request: DoorstepRequest, reservation_id: Id) -> ReservationOut:
    """One reservation."""
    return reservation_out(reservation_by_id(reservation_id, request.actor))


@router.post(
    "/reservations/{int:reservation_id}/cancel",
    response=ReservationOut,
    summary=_("取消预约"),
    openapi_extra=KEY_PARAMETER,
)
@view_rule("bases.cancel_reservation", kind="reservation")
@written_once(200)
def reservation_cancelled(request: DoorstepRequest, reservation_id: Id, given: CancelIn) -> ReservationOut:
    """Give a venue back, once or for the rest of the series."""
    found = reservation_by_id(reservation_id, request.actor)
    gone = cancel_reservation(reservation=found, reason=given.reason, with_rest=given.with_rest, actor=request.actor)
    return reservation_out(gone)


@router.post(
    "/reservations/{int:reservation_id}/confirm",
    response=ReservationOut,
    summary=_("确认先留的场地"),
    openapi_extra=KEY_PARAMETER,
)
@view_rule("bases.reserve_venue", kind="own_reservation")
@written_once(200)
def reservation_confirmed(request: DoorstepRequest, reservation_id: Id) -> ReservationOut:
    """Turn what was only held into a booking."""
    found = reservation_by_id(reservation_id, request.actor)
    return reservation_out(confirm_hold(reservation=found, actor=request.actor))


@router.post(
    "/reservations/{int:reservation_id}/approve",
    response=ReservationOut,
    summary=_("同意外单位约场地"),
    openapi_extra=KEY_PARAMETER,
)
@view_rule("bases.keep_base", kind="kept_reservation")
@written_once(200)
def reservation_approved(request: DoorstepRequest, reservation_id: Id) -> ReservationOut:
    """Let a guest have the room that is asked for, with the rest of its series; who says no cancels it."""
    found = reservation_by_id(reservation_id, request.actor)
    return reservation_out(approve_reservation(reservation=found, actor=request.actor))
