"""Guidance stations: founded, staffed, the schools they serve, and their coaching sessions."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.events import record
from doorstep.core.permissions import require
from doorstep.faculty.events import (
    CoachingHeld,
    CoachingTakenBack,
    StationFounded,
    StationSchoolChanged,
    StationStaffChanged,
)
from doorstep.faculty.models import Coaching, Station, StationSchool, StationStaff, Teacher
from doorstep.faculty.services import station_refusals as refusals
from doorstep.faculty.services.telling import lock_active

if TYPE_CHECKING:
    from _typeshed import DataclassInstance as Event

    from doorstep.directory.models import Unit


def _tell(happened: Event, station: Station, actor: Actor, **detail: object) -> None:
    subject = ("station", station.pk)
    record(happened, actor=actor, place=station.place, county=station.county, subject=subject, detail=detail)


def _lock(station: Station) -> Station:
    """The station as it is now, locked: spans and coaching sessions come one after another."""
    return Station.objects.select_for_update(of=("self",)).select_related("unit").get(pk=station.pk)


def _must_be_past(day: date, station: Station | None = None) -> None:
    """Raise StationDayAhead, BeforeStation."""
    if day > clock.today():
        raise refusals.StationDayAhead(day=day.isoformat())
    if station is not None and day < station.founded_on:
        raise refusals.BeforeStation(day=station.founded_on.isoformat())


@transaction.atomic
def found_station(*, unit: Unit, name: str, on: date, actor: Actor) -> Station:
    """Begin a guidance station of `unit` on a day. Raises StationDayAhead, StationTaken."""
    require(actor, "faculty.keep_station", at=unit.path)
    _must_be_past(on)
    said = {"unit": unit, "place": unit.path, "county": unit.county, "name": name.strip(), "founded_on": on}
    try:
        with transaction.atomic():
            station = Station.objects.create(**said)
    except IntegrityError:
        raise refusals.StationTaken(unit=unit.short_name, name=name.strip()) from None
    _tell(StationFounded(station.pk), station, actor, name=station.name)
    return station


@transaction.atomic
def staff_station(*, station: Station, teacher: Teacher, since: date, actor: Actor) -> StationStaff:
    """Let a teacher work at a station from a day on.

    Raises TeacherNotActive, StationDayAhead, BeforeStation, StaffTaken.
    """
    require(actor, "faculty.keep_station", at=station.place)
    locked, active = _lock(station), lock_active(teacher)
    _must_be_past(since, locked)
    try:
        with transaction.atomic():
            held = StationStaff.objects.create(station=locked, teacher=active, since=since)
    except IntegrityError:
        raise refusals.StaffTaken(name=active.name) from None
    _tell(StationStaffChanged(locked.pk, active.pk), locked, actor, since=since.isoformat())
    return held


@transaction.atomic
def serve_school(*, station: Station, unit: Unit, since: date, actor: Actor) -> StationSchool:
    """Let a station serve the school of a unit below it from a day on.

    Raises SchoolNotBelow, StationDayAhead, BeforeStation, SchoolTaken.
    """
    require(actor, "faculty.keep_station", at=station.place)
    locked = _lock(station)
    if not unit.path.startswith(locked.place):
        raise refusals.SchoolNotBelow(name=unit.short_name)
    _must_be_past(since, locked)
    try:
        with transaction.atomic():
            served = StationSchool.objects.create(station=locked, unit=unit, since=since)
    except IntegrityError:
        raise refusals.SchoolTaken(name=unit.short_name) from None
    _tell(StationSchoolChanged(locked.pk, unit.pk), locked, actor, since=since.isoformat())
    return served


@transaction.atomic
def end_staff(*, staff: StationStaff, on: date, actor: Actor) -> None:
    """Let a teacher work at a station no longer from a day on; who began today was never there.

    Raises StationDayAhead, SpanOver, SpanTooEarly.
    """
    require(actor, "faculty.keep_station", at=staff.station.place)
    station = _lock(staff.station)
    found = StationStaff.objects.select_related("teacher").get(pk=staff.pk)
    coached = Coaching.objects.filter(school__station=station, teacher=found.teacher, withdrawn_for="")
    last = coached.order_by("-held_on").values_list("held_on", flat=True).first()
    _end(found, found.teacher.name, on, last)
    _tell(StationStaffChanged(station.pk, found.teacher_id), station, actor, until=on.isoformat())


@transaction.atomic
def end_school(*, school: StationSchool, on: date, actor: Actor) -> None:
    """Let a station serve a school no longer from a day on. Raises StationDayAhead, SpanOver, SpanTooEarly."""
    require(actor, "faculty.keep_station", at=school.station.place)
    station = _lock(school.station)
    found = StationSchool.objects.select_related("unit").get(pk=school.pk)
    coached = found.coachings.filter(withdrawn_for="")
    last = coached.order_by("-held_on").values_list("held_on", flat=True).first()
    _end(found, found.unit.short_name, on, last)
    _tell(StationSchoolChanged(station.pk, found.unit_id), station, actor, until=on.isoformat())


def _end(span: StationStaff | StationSchool, name: str, on: date, last: date | None) -> None:
    """End a span after its first day and after the last coaching counted in it."""
    _must_be_past(on)
    if span.until is not None:
        raise refusals.SpanOver(name=name, day=span.until.isoformat())
    least = max(span.since, last) if last else span.since
    if on <= least:
        raise refusals.SpanTooEarly(name=name, day=least.isoformat())
    span.until = on
    span.save(update_fields=["until"])


@transaction.atomic
def note_coaching(
    *, school: StationSchool, teacher: Teacher, on: date, subject: str, findings: str, actor: Actor
) -> Coaching:
    """Count a coaching session of a station at a school it serves, by a teacher who works there that day.

    Raises CoachingUnsaid, StationDayAhead, NotServedThen, NotOfStationThen, CoachingTaken.
    """
    require(actor, "faculty.coach_school", at=school.station.place, owner=teacher.person_id)
    station = _lock(school.station)
    if not subject.strip() or not findings.strip():
        raise refusals.CoachingUnsaid
    _must_be_past(on)
    served = StationSchool.objects.select_related("unit").get(pk=school.pk)
    if not _covers(served, on):
        raise refusals.NotServedThen(day=on.isoformat(), name=served.unit.short_name)
    if not any(_covers(held, on) for held in station.staff.filter(teacher=teacher)):
        raise refusals.NotOfStationThen(day=on.isoformat(), name=teacher.name)
    told = subject.strip()[:100]
    try:
        with transaction.atomic():
            coaching = Coaching.objects.create(
                school=served, teacher=teacher, held_on=on, subject=told, findings=findings.strip()[:400],
                entered_at=clock.now(), entered_by_id=actor.account_id,
            )  # fmt: skip
    except IntegrityError:
        name = served.unit.short_name
        raise refusals.CoachingTaken(name=name, day=on.isoformat(), subject=told) from None
    _tell(CoachingHeld(station.pk, coaching.pk), station, actor, on=on.isoformat(), unit=served.unit_id)
    return coaching


def _covers(span: StationStaff | StationSchool, day: date) -> bool:
    return span.since <= day and (span.until is None or day < span.until)


@transaction.atomic
def withdraw_coaching(*, coaching: Coaching, reason: str, actor: Actor) -> None:
    """Take back a coaching session that was entered wrongly. Raises WithdrawalReasonMissing, CoachingWithdrawn."""
    require(actor, "faculty.coach_school", at=coaching.school.station.place, owner=coaching.teacher.person_id)
    locked = _lock(coaching.school.station)
    if not reason.strip():
        raise refusals.WithdrawalReasonMissing
    found = Coaching.objects.get(pk=coaching.pk)
    if found.withdrawn_for:
        raise refusals.CoachingWithdrawn
    found.withdrawn_for = reason.strip()[:200]
    found.save(update_fields=["withdrawn_for"])
    _tell(CoachingTakenBack(locked.pk, found.pk), locked, actor, reason=found.withdrawn_for)
