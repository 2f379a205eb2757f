"""Classes, their sessions and the seats in them, for machines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Schema
from pydantic import Field

from doorstep.bases.queries import base_by_id, venues_by_ids
from doorstep.catalogue.queries import courses_visible_to
from doorstep.classes.models import Enrolment, Session, TrainingClass
from doorstep.classes.queries.classes import class_by_id, classes_visible_to, sessions_of
from doorstep.classes.queries.people import enrolment_of, enrolments_of, enrolments_visible_to, nominees_in_reach
from doorstep.classes.queries.plans import ClassPlan
from doorstep.classes.rules.timetable import SessionPlan
from doorstep.classes.services.opening import open_class
from doorstep.classes.services.people import confirm_seats, nominate, replace_person, withdraw_seat
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.api import KEY_PARAMETER, Id, Line, Moment, Page, Paging, Text, Year, page_of, written_once
from doorstep.core.errors import NotFound
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule
from doorstep.directory.queries import unit_by_id
from doorstep.faculty.queries import teacher_by_id

router = Router(tags=["classes"])
seats = Router(tags=["enrolments"])

Title = Annotated[Text, Field(min_length=1, max_length=120)]
Form = Literal["small", "lecture"]
Count = Annotated[int, Field(ge=1, le=10_000)]
People = Annotated[list[Id], Field(min_length=1, max_length=1_000)]


class SessionIn(Schema):
    """One sitting; `hours` counts only with the credit unit `hour`."""

    title: Title
    starts_at: Moment
    ends_at: Moment
    credit_unit: Literal["half_day", "hour"] = "half_day"
    hours: Annotated[Decimal, Field(ge=0, max_digits=4, decimal_places=1)] = Decimal(0)
    venue: Id | None = None
    location: Annotated[Text, Field(max_length=120)] = ""
    course: Id | None = None
    teacher: Id | None = None


class SeatsIn(Schema):
    """Seats for a unit and all below it."""

    unit: Id
    seats: Annotated[int, Field(ge=0, le=10_000)]


class ClassIn(Schema):
    """A class to be opened; a draft takes no nominations yet."""

    unit: Id
    title: Title
    form: Form
    capacity: Count
    sessions: Annotated[list[SessionIn], Field(min_length=1, max_length=100)]
    seats: Annotated[list[SeatsIn], Field(max_length=1_000)] = []
    base: Id | None = None
    is_concentrated: bool = True
    nominate_by: Moment | None = None
    note: Annotated[Text, Field(max_length=400)] = ""
    is_draft: bool = False


class ClassOut(Schema):
    """A class with the figures of its seats."""

    id: int
    code: str
    title: str
    form: str
    status: str
    unit: int
    base: int | None
    year: int
    capacity: int
    seats_taken: int
    starts_on: date
    ends_on: date
    nominate_by: datetime | None
    is_concentrated: bool


class SessionOut(Schema):
    """One sitting of a class."""

    id: int
    number: int
    title: str
    held_on: date
    part: str
    starts_at: datetime
    ends_at: datetime
    credit_unit: str
    hours: Decimal
    base: int | None
    venue: int | None
    location: str
    course: int | None
    teacher: int | None
    is_cancelled: bool


class EnrolmentOut(Schema):
    """A person's seat in a class."""

    training_class: int
    person: int
    name: str
    unit: int
    year: int
    status: str
    replaces: int | None
    nominated_at: datetime
    confirmed_at: datetime | None
    ended_at: datetime | None


class ClassFilters(Paging):
    """Which classes; `unit` is the organiser."""

    status: Literal["draft", "open", "running", "closed", "cancelled"] | None = None
    year: Year | None = None
    unit: Id | None = None


class SeatFilters(Paging):
    """Which seats."""

    training_class: Annotated[Id | None, Field(alias="class")] = None
    person: Id | None = None
    status: Literal["nominated", "confirmed", "replaced", "withdrawn", "cancelled"] | None = None


class NominationIn(Schema):
    """People to be put forward: all of them or none."""

    people: People
    accept_overlap: bool = False


class PeopleIn(Schema):
    """People of a class."""

    people: People


class ReplacementIn(Schema):
    """Who takes over a seat."""

    by: Id
    accept_overlap: bool = False


class ReasonIn(Schema):
    """Why a seat is given up."""

    reason: Annotated[Line, Field(min_length=1)]


class ConfirmedOut(Schema):
    """How many seats were newly confirmed."""

    confirmed: int


def _class_out(found: TrainingClass) -> ClassOut:
    return ClassOut(
        id=found.pk,
        code=found.code,
        title=found.title,
        form=found.form,
        status=found.status,
        unit=found.unit_id,
        base=found.base_id,
        year=found.year,
        capacity=found.capacity,
        seats_taken=found.seats_taken,
        starts_on=found.starts_on,
        ends_on=found.ends_on,
        nominate_by=found.nominate_by,
        is_concentrated=found.is_concentrated,
    )


def _session_out(session: Session) -> SessionOut:
    return SessionOut(
        id=session.pk,
        number=session.number,
        title=session.title,
        held_on=session.held_on,
        part=session.part,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        credit_unit=session.credit_unit,
        hours=session.hours,
        base=session.base_id,
        venue=session.venue_id,
        location=session.location,
        course=session.course_id,
        teacher=session.teacher_id,
        is_cancelled=session.is_cancelled,
    )


def _seat_out(seat: Enrolment) -> EnrolmentOut:
    return EnrolmentOut(
        training_class=seat.training_class_id,
        person=seat.person_id,
        name=seat.person.name,
        unit=seat.unit_id,
        year=seat.year,
        status=seat.status,
        replaces=seat.replaces_person_id,
        nominated_at=seat.nominated_at,
        confirmed_at=seat.confirmed_at,
        ended_at=seat.ended_at,
    )


def _session_plan(given: SessionIn, venues: Mapping[int, Any]) -> SessionPlan:
    return SessionPlan(
        title=given.title,
        starts_at=clock.local(given.starts_at),
        ends_at=clock.local(given.ends_at),
        credit_unit=given.credit_unit,
        hours=given.hours,
        base_id=venues[given.venue].base_id if given.venue else None,
        venue_id=given.venue,
        location=given.location,
        course_id=given.course,
        teacher_id=given.teacher,
    )


def _class_plan(given: ClassIn, actor: Actor) -> ClassPlan:
    """What the body plans; raises NotFound for a base, venue, teacher or course that is not there for the actor."""
    venues = venues_by_ids(s.venue for s in given.sessions if s.venue)
    for teacher_id in {s.teacher for s in given.sessions if s.teacher}:
        teacher_by_id(teacher_id, actor)
    courses = {s.course for s in given.sessions if s.course}
    if courses_visible_to(actor).filter(pk__in=courses).count() < len(courses):
        raise NotFound
    return ClassPlan(
        title=given.title,
        form=given.form,
        capacity=given.capacity,
        sessions=[_session_plan(s, venues) for s in given.sessions],
        base_id=base_by_id(given.base, actor).pk if given.base else None,
        head_id=actor.account_id,
        is_concentrated=given.is_concentrated,
        nominate_by=given.nominate_by,
        note=given.note,
        seats={row.unit: row.seats for row in given.seats},
    )


@router.get("/classes", response=Page[ClassOut], summary=_("班次列表"))
@view_rule("classes.view_class", kind="list")
def classes(request: DoorstepRequest, filters: Query[ClassFilters]) -> Page[ClassOut]:
    """The classes one may see."""
    wanted: dict[str, Any] = {"status": filters.status, "year": filters.year, "unit": filters.unit}
    rows = classes_visible_to(request.actor).filter(**{k: v for k, v in wanted.items() if v is not None})
    return page_of(rows, filters, lambda found: [_class_out(row) for row in found])


@router.post("/classes", response={201: ClassOut}, summary=_("开班"), openapi_extra=KEY_PARAMETER)
@view_rule("classes.open_class", kind="unit")
@written_once(201)
def class_new(request: DoorstepRequest, given: ClassIn) -> ClassOut:
    """Open a class of a unit with its sessions, and hand seats down with it."""
    unit = unit_by_id(given.unit, request.actor)
    plan = _class_plan(given, request.actor)
    opened = open_class(unit=unit, plan=plan, is_draft=given.is_draft, actor=request.actor)
    return _class_out(opened)


@router.get("/classes/{int:class_id}", response=ClassOut, summary=_("一个班次"))
@view_rule("classes.view_class", kind="class")
def one(request: DoorstepRequest, class_id: Id) -> ClassOut:
    """One class."""
    return _class_out(class_by_id(class_id, request.actor))


@router.get("/classes/{int:class_id}/sessions", response=list[SessionOut], summary=_("课次"))
@view_rule("classes.view_class", kind="class")
def sessions(request: DoorstepRequest, class_id: Id) -> list[SessionOut]:
    """The sessions of a class in order of time; cancelled ones included."""
    return [_session_out(session) for session in sessions_of(class_by_id(class_id, request.actor))]


@seats.get("/enrolments", response=Page[EnrolmentOut], summary=_("报名列表"))
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
    return [_seat_out(seat) for seat in found]


@seats.get("/classes/{int:class_id}/enrolments", response=list[EnrolmentOut], summary=_("一个班的名单"))
@view_rule("classes.view_class", kind="class")
def class_enrolments(request: DoorstepRequest, class_id: Id) -> list[EnrolmentOut]:
    """The seats of one class, as far as one may see them, by name."""
    return _seats_out(list(enrolments_of(class_by_id(class_id, request.actor), request.actor)))


@seats.post(
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
    nominate(training_class=found, people=people, accept_overlap=given.accept_overlap, actor=request.actor)
    return _seats_out(list(enrolments_of(found, request.actor).filter(person__in=given.people)))


@seats.post(
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
    return ConfirmedOut(
        confirmed=confirm_seats(training_class=found, person_ids=given.people, actor=request.actor)
    )


@seats.post(
    "/classes/{int:class_id}/enrolments/{int:person_id}/replace",
    response=EnrolmentOut,
    summary=_("顶替"),
    openapi_extra=KEY_PARAMETER,
)
@view_rule("classes.replace_person", kind="enrolment")
@written_once(200)
def replace(request: DoorstepRequest, class_id: Id, person_id: Id, given: ReplacementIn) -> EnrolmentOut:
    """Let another person of the same quota take over a seat."""
    seat = enrolment_of(class_by_id(class_id, request.actor), person_id, request.actor)
    (by,) = nominees_in_reach([given.by], request.actor)
    taken = replace_person(enrolment=seat, by=by, accept_overlap=given.accept_overlap, actor=request.actor)
    return _seat_out(taken)


@seats.post(
    "/classes/{int:class_id}/enrolments/{int:person_id}/withdraw",
    response=EnrolmentOut,
    summary=_("退出名额"),
    openapi_extra=KEY_PARAMETER,
)
@view_rule("classes.withdraw_seat", kind="enrolment")
@written_once(200)
def withdraw(request: DoorstepRequest, class_id: Id, person_id: Id, given: ReasonIn) -> EnrolmentOut:
    """Give up a person's seat, with the reason."""
    seat = enrolment_of(class_by_id(class_id, request.actor), person_id, request.actor)
    return _seat_out(withdraw_seat(enrolment=seat, reason=given.reason, actor=request.actor))
