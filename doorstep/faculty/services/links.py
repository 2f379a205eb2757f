"""Liaison points, and teachers linked to places: made, ended, their visits logged and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.events import record
from doorstep.core.permissions import require
from doorstep.directory.queries import units_by_ids
from doorstep.faculty.events import (
    FollowUpSettled,
    LinkEnded,
    LinkMade,
    LinkVisited,
    LinkVisitTakenBack,
    PointFounded,
    PointTurned,
)
from doorstep.faculty.models import LiaisonPoint, LinkVisit, StandingLink, Teacher
from doorstep.faculty.queries.spots import Spot
from doorstep.faculty.services import link_refusals as refusals
from doorstep.faculty.services.group_refusals import EndingReasonMissing
from doorstep.faculty.services.refusals import DayInFuture
from doorstep.faculty.services.telling import lock_active

if TYPE_CHECKING:
    from _typeshed import DataclassInstance as Event

    from doorstep.directory.models import Unit


def _tell_of_point(happened: Event, point: LiaisonPoint, actor: Actor, **detail: object) -> None:
    subject = ("liaison_point", point.pk)
    record(happened, actor=actor, place=point.place, county=point.county, subject=subject, detail=detail)


def _tell_of_link(happened: Event, link: StandingLink, actor: Actor, **detail: object) -> None:
    subject = ("standing_link", link.pk)
    record(happened, actor=actor, place=link.place, county=link.county, subject=subject, detail=detail)


def _must_be_past(on: date) -> None:
    if on > clock.today():
        raise DayInFuture(day=on.isoformat())


@transaction.atomic
def found_point(*, unit: Unit, name: str, spot: Spot, founded_on: date, actor: Actor) -> LiaisonPoint:
    """Begin a liaison point that `unit` keeps at a place. Raises DayInFuture, PointTaken."""
    require(actor, "faculty.keep_point", at=unit.path)
    _must_be_past(founded_on)
    host = units_by_ids([spot.unit_id])[spot.unit_id]
    point = LiaisonPoint(unit=unit, place=unit.path, host=host, county=host.county, base_id=spot.base_id)
    point.name, point.valid_from = name.strip(), founded_on
    try:
        with transaction.atomic():
            point.save()
    except IntegrityError:
        raise refusals.PointTaken(name=point.name) from None
    _tell_of_point(PointFounded(point.pk), point, actor, name=point.name, host=host.pk)
    return point


@transaction.atomic
def turn_point(*, point: LiaisonPoint, end: bool, reason: str = "", actor: Actor) -> LiaisonPoint:
    """Let a point be no more, its links ended with it, or be again without any.

    Raises PointStandsSo, EndingReasonMissing.
    """
    require(actor, "faculty.keep_point", at=point.place)
    locked = LiaisonPoint.objects.select_for_update().get(pk=point.pk)
    if (locked.valid_to is not None) == end:
        raise refusals.PointStandsSo(name=locked.name)
    if end and not reason.strip():
        raise EndingReasonMissing
    for link in StandingLink.objects.filter(point=locked, valid_to=None) if end else ():
        end_now(link, reason)
    locked.valid_to = clock.today() if end else None
    locked.save(update_fields=["valid_to"])
    _tell_of_point(PointTurned(locked.pk), locked, actor, ended=end, reason=reason.strip())
    return locked


def _save_link(link: StandingLink) -> StandingLink:
    try:
        with transaction.atomic():
            link.save()
    except IntegrityError:
        raise refusals.LinkHeld(name=link.teacher.name, target=link.target) from None
    return link


@transaction.atomic
def link_to_base(*, teacher: Teacher, unit: Unit, base_id: int, since: date, actor: Actor) -> StandingLink:
    """Link a teacher from a day on to a base of `unit`, a school or a teaching point.

    Raises DayInFuture, TeacherNotActive, LinkHeld.
    """
    require(actor, "faculty.keep_link", at=unit.path)
    _must_be_past(since)
    link = StandingLink(teacher=lock_active(teacher), unit=unit, place=unit.path, county=unit.county)
    link.base_id, link.valid_from = base_id, since
    _save_link(link)
    _tell_of_link(LinkMade(link.pk, teacher.pk), link, actor, since=since.isoformat())
    return link


@transaction.atomic
def link_to_point(*, teacher: Teacher, point: LiaisonPoint, since: date, actor: Actor) -> StandingLink:
    """Link an expert or official from a day on to a liaison point.

    Raises PointEnded, DayInFuture, TeacherNotActive, LinkHeld.
    """
    require(actor, "faculty.keep_point", at=point.place)
    locked = LiaisonPoint.objects.select_for_update().get(pk=point.pk)
    if locked.valid_to is not None:
        raise refusals.PointEnded(name=locked.name)
    _must_be_past(since)
    link = StandingLink(teacher=lock_active(teacher), point=locked, place=locked.place, county=locked.county)
    link.unit_id, link.base_id, link.valid_from = locked.host_id, locked.base_id, since
    _save_link(link)
    _tell_of_link(LinkMade(link.pk, teacher.pk), link, actor, since=since.isoformat())
    return link


def _locked(link_id: int) -> StandingLink:
    """The link as it is now, locked: visits and its end come one after another."""
    rows = StandingLink.objects.select_for_update(of=("self",))
    return rows.select_related("teacher", "unit", "base", "point").get(pk=link_id)


@transaction.atomic
def end_link(*, link: StandingLink, on: date, reason: str, actor: Actor) -> StandingLink:
    """Link a teacher no longer from a day on. Raises LinkEnded, DayInFuture, EndingReasonMissing, LinkEndedTooEarly."""
    require(actor, "faculty.keep_point" if link.point_id else "faculty.keep_link", at=link.place)
    locked = _locked(link.pk)
    if locked.valid_to is not None:
        raise _ended(locked, locked.valid_to)
    _must_be_past(on)
    if not reason.strip():
        raise EndingReasonMissing
    if on <= locked.valid_from or locked.visits.filter(voided_at=None, visited_on__gte=on).exists():
        raise refusals.LinkEndedTooEarly(since=locked.valid_from.isoformat())
    locked.valid_to, locked.ended_for = on, reason.strip()[:200]
    locked.save(update_fields=["valid_to", "ended_for"])
    _tell_of_link(LinkEnded(locked.pk, locked.teacher_id), locked, actor, on=on.isoformat(), reason=locked.ended_for)
    return locked


def _ended(link: StandingLink, on: date) -> refusals.LinkEnded:
    return refusals.LinkEnded(name=link.teacher.name, target=link.target, day=on.isoformat())


def end_now(link: StandingLink, reason: str) -> None:
    """End a link with what it hangs on; of one that began today, or was visited today, today is its last day."""
    today = clock.today()
    is_new = link.valid_from >= today or link.visits.filter(voided_at=None, visited_on__gte=today).exists()
    link.valid_to = today + timedelta(days=is_new)
    link.ended_for = reason.strip()[:200]
    link.save(update_fields=["valid_to", "ended_for"])


def end_every_link(teacher: Teacher, reason: str) -> None:
    """Link a locked teacher who does not teach any more to nothing."""
    for link in StandingLink.objects.filter(teacher=teacher, valid_to=None).order_by("pk"):
        end_now(link, reason)


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """A day at a linked place: `kind` is visit or lesson; what is to follow comes with the day it is due."""

    kind: str
    visited_on: date
    findings: str
    follow_up: str = ""
    due_on: date | None = None


@transaction.atomic
def log_visit(*, link: StandingLink, facts: VisitFacts, actor: Actor) -> LinkVisit:
    """Say that the linked teacher was there. Raises VisitOutside, FindingsMissing, FollowUpHalf, VisitCounted."""
    require(actor, "faculty.log_visit", at=link.place, owner=link.teacher.person_id)
    locked, day = _locked(link.pk), facts.visited_on
    if not locked.valid_from <= day <= clock.today() or (locked.valid_to is not None and day >= locked.valid_to):
        raise refusals.VisitOutside(day=day.isoformat(), since=locked.valid_from.isoformat())
    follow_up, due_on = facts.follow_up.strip(), facts.due_on
    if not facts.findings.strip():
        raise refusals.FindingsMissing
    if bool(follow_up) != (due_on is not None) or (due_on is not None and due_on < day):
        raise refusals.FollowUpHalf
    visit = LinkVisit(
        link=locked, kind=facts.kind, visited_on=day, findings=facts.findings.strip(), follow_up=follow_up,
        due_on=due_on, entered_at=clock.now(), entered_by_id=actor.account_id,
    )  # fmt: skip
    try:
        with transaction.atomic():
            visit.save()
    except IntegrityError:
        raise refusals.VisitCounted(day=day.isoformat(), kind=visit.get_kind_display()) from None
    _tell_of_link(LinkVisited(locked.pk, visit.pk), locked, actor, kind=visit.kind, day=day.isoformat())
    return visit


def _visit(visit: LinkVisit) -> LinkVisit:
    """A visit of a locked link as it is now. Raises VisitVoid."""
    _locked(visit.link_id)
    found = LinkVisit.objects.select_related("link").get(pk=visit.pk)
    if found.voided_at is not None:
        raise refusals.VisitVoid
    return found


@transaction.atomic
def settle_follow_up(*, visit: LinkVisit, outcome: str, actor: Actor) -> LinkVisit:
    """Say how what was to follow from a visit was done. Raises VisitVoid, FollowUpNone, OutcomeMissing."""
    require(actor, "faculty.log_visit", at=visit.link.place, owner=visit.link.teacher.person_id)
    found = _visit(visit)
    if not found.follow_up or found.done_on is not None:
        raise refusals.FollowUpNone
    if not outcome.strip():
        raise refusals.OutcomeMissing
    found.done_on, found.outcome = clock.today(), outcome.strip()[:200]
    found.save(update_fields=["done_on", "outcome"])
    _tell_of_link(FollowUpSettled(found.link_id, found.pk), found.link, actor, outcome=found.outcome)
    return found


@transaction.atomic
def take_back_visit(*, visit: LinkVisit, reason: str, actor: Actor) -> LinkVisit:
    """Count a visit no more; it stays on record. Raises VisitVoid, EndingReasonMissing."""
    require(actor, "faculty.log_visit", at=visit.link.place, owner=visit.link.teacher.person_id)
    found = _visit(visit)
    if not reason.strip():
        raise EndingReasonMissing
    found.voided_at = clock.now()
    found.save(update_fields=["voided_at"])
    _tell_of_link(LinkVisitTakenBack(found.link_id, found.pk), found.link, actor, reason=reason.strip())
    return found
