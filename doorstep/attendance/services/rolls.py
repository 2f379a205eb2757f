"""Keeping a roll by hand, closing it, correcting it afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db import transaction

from doorstep.attendance.events import MarkCorrected, RollClosed, RollMarked
from doorstep.attendance.models import Mark, Roll
from doorstep.attendance.queries.rolls import Sheet, not_open_yet, sheet_of, withdrawals
from doorstep.attendance.rules.closing import unmarked
from doorstep.attendance.rules.marks import ABSENT, CAME, MARKS, PRESENT
from doorstep.attendance.services.refusals import (
    NobodyOnTheRoll,
    NotEnrolled,
    NothingToMark,
    ReasonMissing,
    RollIsClosed,
    RollNotOpen,
    RollStillOpen,
    SessionOff,
    SessionsAhead,
    SessionsNotOver,
    UnmarkedLeft,
)
from doorstep.classes.queries.hosts import host_places
from doorstep.classes.queries.people import nobody_sat
from doorstep.classes.services.locking import lock_class
from doorstep.classes.services.opening import finish_class, judge_seat_again
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.events import record
from doorstep.core.permissions import require

if TYPE_CHECKING:
    from _typeshed import DataclassInstance as Event

    from doorstep.classes.models import Session, TrainingClass


def _tell(
    happened: Event, training_class: TrainingClass, subject: tuple[str, int], actor: Actor, **detail: object
) -> None:
    record(
        happened, actor=actor, place=training_class.place, county=training_class.county, subject=subject, detail=detail
    )


def _write_marks(sheet: Sheet, states: Mapping[tuple[int, int], str], source: str, actor: Actor) -> None:
    """Set (person, session) -> mark; rows in order of their key, so that two writers never wait for each other."""
    counties = {e.person_id: e.county for e in sheet.enrolments}
    years = {s.pk: s.held_on.year for s in sheet.sessions}
    rows = [
        Mark(
            county=counties[person],
            year=years[session],
            session_id=session,
            person_id=person,
            state=state,
            source=source,
            marked_at=clock.now(),
            account_id=actor.account_id,
        )
        for (person, session), state in sorted(states.items())
    ]
    Mark.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["county", "session", "person", "year"],
        update_fields=["state", "source", "marked_at", "account_id"],
    )


def _open_sheet(training_class_id: int) -> Sheet:
    """The roll of a locked class that is still open."""
    sheet = sheet_of(lock_class(training_class_id))
    if sheet.closed or sheet.training_class.status == "closed":
        raise RollIsClosed
    if sheet.training_class.status not in ("open", "running"):
        raise SessionOff
    return sheet


@transaction.atomic
def mark_roll(*, session: Session, marks: Mapping[int, str], is_rest_present: bool = False, actor: Actor) -> int:
    """Set marks (person id -> mark) at one session while the roll is open; returns how many changed.

    `is_rest_present` also marks everybody without one: present, or their approved leave.
    Raises RollIsClosed, SessionOff, RollNotOpen, NotEnrolled, NothingToMark.
    """
    require(actor, "attendance.mark_roll", at=session.training_class.place, shared=host_places(session.training_class))
    sheet = _open_sheet(session.training_class_id)
    people = {e.person_id for e in sheet.enrolments}
    held = next((s for s in sheet.sessions if s.pk == session.pk), None)
    if held is None:
        raise SessionOff
    if opens := not_open_yet([held]).get(held.pk):
        raise RollNotOpen(starts=clock.day_and_time(held.starts_at), opens=clock.day_and_time(opens))
    if set(marks) - people:
        raise NotEnrolled
    wanted = dict(marks)
    if is_rest_present:
        for person in people - set(wanted):
            if (person, session.pk) not in sheet.marks:
                wanted[person] = sheet.leave.get((person, session.pk), PRESENT)
    if set(wanted.values()) - set(MARKS) or not (wanted or is_rest_present):
        raise NothingToMark
    changed = {(p, session.pk): state for p, state in wanted.items() if sheet.marks.get((p, session.pk)) != state}
    if changed:
        _write_marks(sheet, changed, "roll_call", actor)
        before = {str(p): [sheet.marks.get((p, s), ""), state] for (p, s), state in sorted(changed.items())}
        happened = RollMarked(sheet.training_class.pk, session.pk)
        _tell(happened, sheet.training_class, ("session", session.pk), actor, marks=before)
    return len(changed)


@transaction.atomic
def close_roll(
    *, training_class: TrainingClass, accept_absent: bool = False, accept_early: bool = False, actor: Actor
) -> Roll:
    """Make the roll final: who has no mark is on approved leave or absent; too much of either counts as withdrawn.

    Staff accept absences (`accept_absent`) and closing before the last session ends (`accept_early`) by word; while
    the door of a session is still to open, nobody can.
    Raises RollIsClosed, SessionOff, NobodyOnTheRoll, SessionsAhead, SessionsNotOver, UnmarkedLeft.
    """
    require(actor, "attendance.close_roll", at=training_class.place)
    sheet = _open_sheet(training_class.pk)
    if nobody_sat(training_class.pk):
        raise NobodyOnTheRoll(title=sheet.training_class.title)
    shut = not_open_yet(sheet.sessions)
    if shut:
        raise SessionsAhead(
            count=len(shut), starts=clock.day_and_time(min(s.starts_at for s in sheet.sessions if s.pk in shut))
        )
    going = [s for s in sheet.sessions if s.ends_at > clock.now()]
    if going and not accept_early:
        raise SessionsNotOver(count=len(going), ends=clock.day_and_time(max(s.ends_at for s in going)))
    left = unmarked([e.person_id for e in sheet.enrolments], [s.pk for s in sheet.sessions], sheet.marks)
    closing = {pair: sheet.leave.get(pair, ABSENT) for pair in left}
    absent = [pair for pair, state in closing.items() if state == ABSENT]
    if absent and not accept_absent:
        raise UnmarkedLeft(count=len(absent), people=len({person for person, _ in absent}))
    if closing:
        _write_marks(sheet, closing, "closing", actor)
        sheet.marks |= closing
    reasons = withdrawals(sheet)
    present = {p for (p, _), state in sheet.marks.items() if state in CAME}
    roll, _ = Roll.objects.update_or_create(
        training_class=sheet.training_class,
        defaults={"closed_at": clock.now(), "closed_by_id": actor.account_id, "present_count": len(present)},
    )
    finish_class(training_class=sheet.training_class, withdrawn=reasons, actor=actor)
    _tell(
        RollClosed(sheet.training_class.pk),
        sheet.training_class,
        ("class", sheet.training_class.pk),
        actor,
        made_absent=len(absent),
        withdrawn={str(person): reason for person, reason in reasons.items()},
    )
    return roll


def _settle(sheet: Sheet, person_id: int, actor: Actor) -> None:
    """Bring what closing made of the marks to what they say now: who counts as having left, how many came."""
    left = withdrawals(sheet).get(person_id, "")
    judge_seat_again(training_class=sheet.training_class, person_id=person_id, reason=left, actor=actor)
    came = {person for (person, _), state in sheet.marks.items() if state in CAME}
    Roll.objects.filter(training_class=sheet.training_class).update(present_count=len(came))


@transaction.atomic
def correct_mark(*, session: Session, person_id: int, state: str, reason: str, actor: Actor) -> Mark:
    """Change one mark after the roll was closed; the reason and both marks stay in the log, credit follows.

    Whether the person counts as having left is judged anew by the same ceilings as when the roll was closed.
    Raises RollStillOpen, NotEnrolled, NothingToMark, ReasonMissing.
    """
    require(actor, "attendance.correct_mark", at=session.training_class.place)
    sheet = sheet_of(lock_class(session.training_class_id))
    if not sheet.closed:
        raise RollStillOpen
    mark = Mark.objects.select_for_update().filter(session=session, person=person_id).first()
    if mark is None:
        raise NotEnrolled
    if state not in MARKS:
        raise NothingToMark
    if not reason.strip():
        raise ReasonMissing
    if mark.state == state:
        return mark
    before, mark.state, mark.source = mark.state, state, "correction"
    mark.revision += 1
    mark.marked_at, mark.account_id = clock.now(), actor.account_id
    mark.save(update_fields=["state", "source", "revision", "marked_at", "account_id"])
    sheet.marks[person_id, session.pk] = state
    _settle(sheet, person_id, actor)
    happened = MarkCorrected(session.training_class_id, session.pk, person_id)
    trace = {"before": before, "after": state, "reason": reason.strip()[:200]}
    _tell(happened, sheet.training_class, ("person", person_id), actor, **trace)
    return mark
