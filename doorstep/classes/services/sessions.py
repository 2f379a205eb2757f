"""Adding, moving and cancelling the sessions of a class."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Max, Min

from doorstep.classes.events import ClassChanged, SessionCancelled, SessionMoved
from doorstep.classes.models import Enrolment, Session, TrainingClass
from doorstep.classes.queries.bringing import with_school
from doorstep.classes.queries.plans import living_sessions, plan_of, session_fields
from doorstep.classes.queries.receiving import needs_of
from doorstep.classes.queries.words import moment_text
from doorstep.classes.rules.timetable import SessionPlan
from doorstep.classes.services.engaging import ask_teachers, check_teachers
from doorstep.classes.services.locking import lock_living_class, note_event, note_revised
from doorstep.classes.services.planning import check_courses, check_places, check_times
from doorstep.classes.services.refusals import LastSession, SessionChangedMeanwhile, SessionHasBegun
from doorstep.classes.services.rooms import keep_rooms
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import require


def _keep_days(training_class: TrainingClass) -> None:
    """Let the class run from its first to its last living session; its year is that of its first day."""
    living = training_class.sessions.filter(is_cancelled=False)
    days = living.aggregate(first=Min("held_on"), last=Max("held_on"))
    training_class.starts_on, training_class.ends_on = days["first"], days["last"]
    if training_class.year != training_class.starts_on.year:
        training_class.year = training_class.starts_on.year
        Enrolment.objects.filter(training_class=training_class).update(year=training_class.year)
    training_class.save(update_fields=["starts_on", "ends_on", "year"])


def _locked_session(training_class: TrainingClass, session: Session) -> Session:
    """The session as it is now, of this class and not begun; raises NotFound, SessionHasBegun."""
    found = training_class.sessions.filter(pk=session.pk, is_cancelled=False).first()
    if found is None:
        raise NotFound
    if found.starts_at <= clock.now():
        raise SessionHasBegun(session=found.title, begun=moment_text(found.starts_at))
    return found


def _check_place(plan: SessionPlan, training_class: TrainingClass) -> None:
    """The venue is large enough, free and open then, and its base can receive the class that day."""
    check_places([plan], needs_of(training_class), unit=training_class.unit, besides=training_class.pk)


def _place_and_time(plan: SessionPlan) -> tuple[object, ...]:
    return plan.venue_id, plan.starts_at, plan.ends_at, plan.pin, plan.township_id, plan.location, plan.brings


@transaction.atomic
def add_session(*, training_class: TrainingClass, plan: SessionPlan, actor: Actor) -> Session:
    """Put one more session on the timetable.

    Raises ClassIsOver, SessionTimesWrong, HoursMissing, SessionsClash, VenueTooSmall, VenueTaken,
    VenueShut, ReceptionFull, CourseNotTaught, PinUnsaid, FieldClassTooLarge, PinTooFar, and what `ask_teachers` does.
    """
    require(actor, "classes.edit_class", at=training_class.place)
    locked = lock_living_class(training_class.pk)
    (plan,) = with_school([plan], locked.base_id)
    check_times([*(plan_of(s) for s in living_sessions(locked)), plan])
    check_courses([plan])
    _check_place(plan, locked)
    last = locked.sessions.aggregate(last=Max("number"))["last"] or 0
    session = Session.objects.create(training_class=locked, number=last + 1, **session_fields(plan))
    _keep_days(locked)
    keep_rooms(locked, actor)
    ask_teachers(locked, actor)
    note_event(ClassChanged(locked.pk), locked, actor, added=session.pk, starts_at=plan.starts_at.isoformat())
    return session


@transaction.atomic
def move_session(*, session: Session, plan: SessionPlan, revision: int | None = None, actor: Actor) -> Session:
    """Change time, place or contents of a session that has not begun.

    With `revision` only if it still is as it was then. Raises SessionChangedMeanwhile, ClassIsOver,
    SessionHasBegun, SessionTimesWrong, HoursMissing, SessionsClash, VenueTooSmall, VenueTaken,
    VenueShut, ReceptionFull, CourseNotTaught, PinUnsaid, FieldClassTooLarge, PinTooFar, and what `ask_teachers` does.
    """
    require(actor, "classes.edit_class", at=session.training_class.place)
    locked = lock_living_class(session.training_class_id)
    (plan,) = with_school([plan], locked.base_id)
    found, before = _moved(locked, session, plan, revision)
    moves = _place_and_time(plan) != _place_and_time(before)
    if plan != before:
        found.revision, found.changed_at = found.revision + 1, clock.now()
    found.save()
    _keep_days(locked)
    keep_rooms(locked, actor)
    ask_teachers(locked, actor)
    note_event(
        SessionMoved(locked.pk, found.pk) if moves else ClassChanged(locked.pk),
        locked,
        actor,
        moved=found.pk,
        before=before.starts_at.isoformat(),
        after=plan.starts_at.isoformat(),
        venues=[before.venue_id, plan.venue_id],
    )
    return found


def _moved(
    locked: TrainingClass, session: Session, plan: SessionPlan, revision: int | None
) -> tuple[Session, SessionPlan]:
    """The session of a locked class as it would be, not written, and its plan before; raises what forbids the move."""
    found = _locked_session(locked, session)
    if revision is not None and found.revision != revision:
        raise SessionChangedMeanwhile(session=found.title, moment=moment_text(found.starts_at), where=found.where)
    check_times([*(plan_of(s) for s in living_sessions(locked, besides=found.pk)), plan])
    before = plan_of(found)
    if plan.course_id != before.course_id:
        check_courses([plan])
    if _place_and_time(plan) != _place_and_time(before):
        _check_place(plan, locked)
    for name, value in session_fields(plan).items():
        setattr(found, name, value)
    return found, before


def check_move(*, session: Session, plan: SessionPlan, revision: int | None = None, actor: Actor) -> None:
    """Raise what `move_session` would, by the very same rules; nothing is written, and locks end with the check."""
    require(actor, "classes.edit_class", at=session.training_class.place)
    with transaction.atomic():
        locked = lock_living_class(session.training_class_id)
        (plan,) = with_school([plan], locked.base_id)
        _moved(locked, session, plan, revision)
        check_teachers(locked, session.pk, session_fields(plan), actor)
        transaction.set_rollback(True)  # holds that ran out are let go by whoever writes


@transaction.atomic
def cancel_session(*, session: Session, reason: str, actor: Actor) -> Session:
    """Take a session that has not begun off the timetable. Raises ClassIsOver, SessionHasBegun, LastSession."""
    require(actor, "classes.edit_class", at=session.training_class.place)
    locked = lock_living_class(session.training_class_id)
    found = _locked_session(locked, session)
    if not living_sessions(locked, besides=found.pk):
        raise LastSession(title=locked.title)
    found.is_cancelled = True
    found.save(update_fields=["is_cancelled"])
    note_revised(locked, found.pk)
    _keep_days(locked)
    keep_rooms(locked, actor)
    ask_teachers(locked, actor)
    note_event(SessionCancelled(locked.pk, found.pk), locked, actor, reason=reason)
    return found
