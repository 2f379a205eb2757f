"""Asking for leave, deciding on it, taking it back."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from doorstep.classes.events import LeaveAsked, LeaveDecided, LeaveEnded
from doorstep.classes.models import Enrolment, Leave, Session
from doorstep.classes.queries.leave import APPROVER_NAMES, leave_limits, still_away
from doorstep.classes.queries.presence import seen_at
from doorstep.classes.queries.words import day_text, moment_text
from doorstep.classes.rules.leave import Approver, approver_for
from doorstep.classes.services.locking import HOLDING, lock_enrolments, lock_living_class, note_event
from doorstep.classes.services.refusals import (
    LeaveAfterArrival,
    LeaveDecidedAlready,
    LeaveGoesHigher,
    LeaveIsOwn,
    LeaveNotRunning,
    LeaveSessionsWrong,
    LeaveTwice,
    NotInThisClass,
)
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.permissions import may, require

_STEP_ACTION = {
    Approver.HEAD: "classes.decide_leave",
    Approver.OFFICE: "classes.decide_day_leave",
    Approver.PRINCIPAL: "classes.decide_day_leave",
    Approver.DEPARTMENT: "classes.decide_long_leave",
}


@transaction.atomic
def ask_leave(*, enrolment: Enrolment, sessions: Sequence[Session], kind: str, reason: str, actor: Actor) -> Leave:
    """Ask for a person to be away from sessions that have not ended and to which they have not come.

    Raises ClassIsOver, NotInThisClass, LeaveSessionsWrong, LeaveAfterArrival, LeaveTwice.
    """
    require(actor, "classes.ask_leave", at=enrolment.place, owner=enrolment.person_id)
    locked = lock_living_class(enrolment.training_class_id)
    rows = lock_enrolments(locked, [enrolment.person_id])
    if not any(row.status in HOLDING for row in rows):
        raise NotInThisClass(names=enrolment.person.name, title=locked.title)
    wanted = {session.pk for session in sessions}
    living = locked.sessions.filter(pk__in=wanted, is_cancelled=False, ends_at__gt=clock.now())
    if not wanted or living.count() != len(wanted):
        raise LeaveSessionsWrong
    for pk, moment in seen_at(enrolment.person_id, wanted).items():
        title = next(session.title for session in sessions if session.pk == pk)
        raise LeaveAfterArrival(name=enrolment.person.name, session=title, when=moment_text(moment))
    standing = Leave.objects.filter(training_class=locked, person=enrolment.person_id).filter(
        still_away(), status__in=[Leave.Status.ASKED, Leave.Status.APPROVED], sessions__in=wanted
    )
    earlier = standing.values_list("sessions__title", "asked_at").first()
    if earlier is not None:
        raise LeaveTwice(session=earlier[0], when=moment_text(earlier[1]))
    leave = Leave.objects.create(
        training_class=locked,
        person_id=enrolment.person_id,
        place=enrolment.place,
        kind=kind,
        reason=reason,
        asked_at=clock.now(),
    )
    leave.sessions.set(wanted)
    note_event(LeaveAsked(leave.pk), locked, actor, person=enrolment.person_id, half_days=len(wanted))
    return leave


@transaction.atomic
def decide_leave(*, leave: Leave, approve: bool, note: str, actor: Actor) -> Leave:
    """Approve or decline a request; who may approve depends on its length. Nobody decides on their own.

    Raises LeaveDecidedAlready, LeaveIsOwn, LeaveGoesHigher.
    """
    require(actor, "classes.decide_leave", at=leave.training_class.place, owner=_head_person(leave))
    locked = lock_living_class(leave.training_class_id)
    asked = Leave.objects.select_related("person").get(pk=leave.pk)
    if asked.status != Leave.Status.ASKED:
        when = moment_text(asked.decided_at or asked.asked_at)
        raise LeaveDecidedAlready(name=asked.person.name, when=when)
    if actor.person_id == asked.person_id:
        raise LeaveIsOwn
    half_days = asked.sessions.count()
    step = approver_for(half_days, leave_limits(on=locked.starts_on, place=locked.place))
    if approve and not may(actor, _STEP_ACTION[step], at=locked.place, owner=_head_person(leave)):
        raise LeaveGoesHigher(name=asked.person.name, half_days=half_days, approver=APPROVER_NAMES[step])
    asked.status = Leave.Status.APPROVED if approve else Leave.Status.DECLINED
    asked.decided_at, asked.decided_by_id, asked.decision_note = clock.now(), actor.account_id, note
    asked.save(update_fields=["status", "decided_at", "decided_by", "decision_note"])
    note_event(LeaveDecided(asked.pk), locked, actor, status=asked.status, step=step.value, half_days=half_days)
    return asked


def _head_person(leave: Leave) -> int | None:
    head = leave.training_class.head
    return head.person_id if head else None


@transaction.atomic
def take_back_leave(*, leave: Leave, actor: Actor) -> Leave:
    """Take back a request that is not decided yet. Raises LeaveDecidedAlready."""
    require(actor, "classes.ask_leave", at=leave.place, owner=leave.person_id)
    locked = lock_living_class(leave.training_class_id)
    asked = Leave.objects.select_related("person").get(pk=leave.pk)
    if asked.status != Leave.Status.ASKED:
        raise LeaveDecidedAlready(name=asked.person.name, when=day_text((asked.decided_at or asked.asked_at).date()))
    asked.status, asked.decided_at, asked.decided_by_id = Leave.Status.TAKEN_BACK, clock.now(), actor.account_id
    asked.save(update_fields=["status", "decided_at", "decided_by"])
    note_event(LeaveDecided(asked.pk), locked, actor, status=asked.status)
    return asked


@transaction.atomic
def report_back(*, leave: Leave, first: Session | None, actor: Actor) -> Leave:
    """Note that a person is back from leave; from the session `first` of it on, nothing more counts as leave.

    None when the leave was taken to its end. What was asked and approved stays as it was.
    Raises ClassIsOver, LeaveNotRunning, LeaveSessionsWrong.
    """
    require(
        actor,
        "classes.report_back",
        at=[leave.place, leave.training_class.place],
        owner=[leave.person_id, _head_person(leave)],
    )
    locked = lock_living_class(leave.training_class_id)
    found = Leave.objects.select_related("person").prefetch_related("sessions").get(pk=leave.pk)
    if found.status != Leave.Status.APPROVED or found.returned_at is not None:
        raise LeaveNotRunning(name=found.person.name)
    if first is not None and first not in found.sessions.all():
        raise LeaveSessionsWrong
    found.returned_at, found.returned_by_id = clock.now(), actor.account_id
    found.back_from = first.starts_at if first else None
    found.save(update_fields=["returned_at", "returned_by", "back_from"])
    halves = {"half_days": len(found.sessions.all()), "counted": len(found.sessions_away)}
    note_event(LeaveEnded(found.pk), locked, actor, person=found.person_id, **halves)
    return found
