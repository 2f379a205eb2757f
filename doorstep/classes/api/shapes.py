"""What the API says of classes, sessions and seats, and what it takes."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

from doorstep.classes.models import Enrolment, Session, TrainingClass, WaitingPlace
from doorstep.classes.queries.classes import standing_of
from doorstep.classes.queries.hosts import co_hosts_of
from doorstep.core.api import Id, Line, Moment, Paging, Text, Year

Title = Annotated[Text, Field(min_length=1, max_length=120)]
Form = Literal["small", "lecture"]
Count = Annotated[int, Field(ge=1, le=10_000)]
People = Annotated[list[Id], Field(min_length=1, max_length=1_000)]


class PinIn(Schema):
    """A place that is no base: a field, a workshop, a courtyard; degrees in WGS84, and the township it lies in."""

    lat: Annotated[float, Field(ge=-90, le=90)]
    lng: Annotated[float, Field(ge=-180, le=180)]
    township: Id


class SessionIn(Schema):
    """One sitting; `hours` counts only with the credit unit `hour`; a `pin` asks for a location and no venue.

    `brings` are coaches, boats and mobile schools that go out with it.
    """

    title: Title
    starts_at: Moment
    ends_at: Moment
    credit_unit: Literal["half_day", "hour"] = "half_day"
    hours: Annotated[Decimal, Field(ge=0, max_digits=4, decimal_places=1)] = Decimal(0)
    venue: Id | None = None
    location: Annotated[Text, Field(max_length=120)] = ""
    pin: PinIn | None = None
    course: Id | None = None
    teacher: Id | None = None
    brings: Annotated[list[Id], Field(max_length=10)] = []


class SeatsIn(Schema):
    """Seats for a unit and all below it."""

    unit: Id
    seats: Annotated[int, Field(ge=0, le=10_000)]


class ClassIn(Schema):
    """A class to be opened; a draft takes no nominations yet.

    People who eat and sleep at its bases, coaches to park and guides of the base count by day.
    """

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
    meals: Annotated[int, Field(ge=0, le=10_000)] = 0
    beds: Annotated[int, Field(ge=0, le=10_000)] = 0
    parking: Annotated[int, Field(ge=0, le=1_000)] = 0
    guides: Annotated[int, Field(ge=0, le=1_000)] = 0


class HostOut(Schema):
    """A unit that holds a class with its organiser: its seats, and what it bears of the costs, in percent or fen."""

    unit: int
    seats: int
    cost_percent: int
    cost_fen: int


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
    hosts: list[HostOut]


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
    hours: float
    base: int | None
    venue: int | None
    location: str
    lat: float | None
    lng: float | None
    township: int | None
    course: int | None
    teacher: int | None
    brings: list[int]
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
    """People to be put forward: all of them or none; a class that has begun asks for a reason."""

    people: People
    accept_overlap: bool = False
    reason: Annotated[Line, Field(max_length=200)] = ""


class WaitingIn(Schema):
    """People for whom a seat is wanted, now or as soon as it is their turn."""

    people: People
    accept_overlap: bool = False


class WaitingOut(Schema):
    """A person's place on the waiting list of a class; `nth` counts from 1 among those who still wait, else it is 0.

    `why` says in words why it is that place, or what a seat was given for.
    """

    id: int
    training_class: int
    person: int
    name: str
    unit: int
    number: int
    nth: int
    why: str
    status: str
    listed_at: datetime
    ended_at: datetime | None
    reason: str


class PlacedOut(Schema):
    """Who has a seat now, and who waits for one."""

    seats: list[EnrolmentOut]
    waiting: list[WaitingOut]


class TakeIn(Schema):
    """Why somebody is taken from the list; needed when others wait before them."""

    reason: Annotated[Line, Field(max_length=200)] = ""
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


def class_out(found: TrainingClass) -> ClassOut:
    """A class as it is answered."""
    return ClassOut(
        id=found.pk,
        code=found.code,
        title=found.title,
        form=found.form,
        status=standing_of(found),
        unit=found.unit_id,
        base=found.base_id,
        year=found.year,
        capacity=found.capacity,
        seats_taken=found.seats_taken,
        starts_on=found.starts_on,
        ends_on=found.ends_on,
        nominate_by=found.nominate_by,
        is_concentrated=found.is_concentrated,
        hosts=[
            HostOut(unit=one.unit_id, seats=one.seats, cost_percent=one.cost_percent, cost_fen=one.cost_fen)
            for one in co_hosts_of(found)
        ],
    )


def session_out(session: Session) -> SessionOut:
    """A session as it is answered."""
    return SessionOut(
        id=session.pk,
        number=session.number,
        title=session.title,
        held_on=session.held_on,
        part=session.part,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        credit_unit=session.credit_unit,
        hours=float(session.hours),
        base=session.base_id,
        venue=session.venue_id,
        location=session.location,
        lat=session.lat,
        lng=session.lng,
        township=session.township_id,
        course=session.course_id,
        teacher=session.teacher_id,
        brings=session.brings,
        is_cancelled=session.is_cancelled,
    )


def waiting_out(row: WaitingPlace) -> WaitingOut:
    """A place on a waiting list as it is answered; the person, `nth` and `why` are read with it."""
    return WaitingOut(
        id=row.pk,
        training_class=row.training_class_id,
        person=row.person_id,
        name=row.person.name,
        unit=row.unit_id,
        number=row.number,
        nth=row.nth,  # type: ignore[attr-defined]
        why=row.why,  # type: ignore[attr-defined]
        status=row.status,
        listed_at=row.listed_at,
        ended_at=row.ended_at,
        reason=row.reason,
    )


def seat_out(seat: Enrolment) -> EnrolmentOut:
    """A seat as it is answered; the person is read with it."""
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
