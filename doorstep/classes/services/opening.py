"""Opening, changing, starting, cancelling and finishing a class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db import transaction

from doorstep.classes.events import (
    ClassCancelled,
    ClassChanged,
    ClassFinished,
    ClassOpened,
    SeatGivenBack,
    SeatReleased,
    SeatsHandedDown,
)
from doorstep.classes.models import Enrolment, Session, TrainingClass
from doorstep.classes.queries.bringing import with_school
from doorstep.classes.queries.people import nobody_sat
from doorstep.classes.queries.plans import ClassPlan, living_sessions, next_plan, plan_of, session_fields
from doorstep.classes.queries.receiving import needs_of
from doorstep.classes.queries.seats import quota_states
from doorstep.classes.queries.words import day_text
from doorstep.classes.rules.reception import Needs, exceeds, needs_besides
from doorstep.classes.rules.seats import pool_of
from doorstep.classes.services.bringing import check_brought
from doorstep.classes.services.engaging import ask_teachers
from doorstep.classes.services.locking import (
    HOLDING,
    begin,
    end_waiting,
    lock_class,
    lock_codes,
    lock_enrolments,
    lock_living_class,
    lock_quotas,
    note_counts,
    note_event,
    note_revised,
)
from doorstep.classes.services.planning import (
    check_campaign,
    check_courses,
    check_pins,
    check_places,
    check_reception,
    check_size,
    check_times,
    check_venues,
)
from doorstep.classes.services.refusals import ClassHasBegun, ClassNotDraft, SeatsExceedSource
from doorstep.classes.services.rooms import give_rooms_back, keep_rooms, take_school_along
from doorstep.classes.services.seats import hand_down_seats
from doorstep.classes.services.succession import move_up
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.permissions import require
from doorstep.directory.services.units import write_search_keys

if TYPE_CHECKING:
    from doorstep.directory.models import Unit

# The level of the organiser that decides whether a secretary's training counts as called up from above.
_LEVELS = {
    "city": "city",
    "county": "county",
    "work_unit": "county",
    "township": "township",
    "committee": "township",
    "general_branch": "branch",
    "branch": "branch",
}


@transaction.atomic
def open_class(*, unit: Unit, plan: ClassPlan, is_draft: bool = False, actor: Actor) -> TrainingClass:
    """Open a class of `unit` with its sessions; a draft takes no nominations yet.

    A mobile school at which a session is held without a room goes out with it. Raises NoSessions, SessionTimesWrong,
    HoursMissing, SessionsClash, ClassTooLarge, VenueTooSmall, VenueTaken, VenueShut, VehicleTaken, VehicleIsThePlace,
    ReceptionFull, ReceptionShort, SeatsExceedSource, CourseNotTaught, OutsideCampaign, PinUnsaid, FieldClassTooLarge,
    PinTooFar, and unless it is a draft what `ask_teachers` raises.
    """
    require(actor, "classes.open_class", at=unit.path)
    sessions = sorted(with_school(plan.sessions, plan.base_id), key=lambda s: s.starts_at)
    check_times(sessions)
    check_courses(sessions)
    days = [session.held_on for session in sessions]
    check_size(plan.form, plan.capacity, on=min(days), place=unit.path)
    check_places(sessions, plan.needed, unit=unit)
    if plan.campaign:
        check_campaign(plan.campaign, place=unit.path, starts_on=min(days))
    opened = TrainingClass.objects.create(
        code=_next_code(unit, min(days).year),
        title=plan.title,
        form=plan.form,
        status=TrainingClass.Status.DRAFT if is_draft else TrainingClass.Status.OPEN,
        unit=unit,
        place=unit.path,
        county=unit.county,
        year=min(days).year,
        base_id=plan.base_id,
        head_id=plan.head_id,
        level=_LEVELS[unit.kind],
        is_concentrated=plan.is_concentrated,
        capacity=plan.capacity,
        starts_on=min(days),
        ends_on=max(days),
        nominate_by=plan.nominate_by,
        note=plan.note,
        campaign=plan.campaign,
        is_outside=plan.is_outside,
        created_at=clock.now(),
        **needs_besides(plan.needs),
    )
    Session.objects.bulk_create(
        Session(training_class=opened, number=number, **session_fields(s)) for number, s in enumerate(sessions, start=1)
    )
    keep_rooms(opened, actor)
    write_search_keys(kind="class", object_id=opened.pk, place=opened.place, names=[opened.title])
    note_event(ClassOpened(opened.pk), opened, actor, draft=is_draft, capacity=opened.capacity, sessions=len(sessions))
    ask_teachers(opened, actor, asked_as=plan.teachers_kept)
    if plan.seats:
        hand_down_seats(training_class=opened, table=plan.seats, actor=actor)
    return opened


def _next_code(unit: Unit, year: int) -> str:
    """The next code of the unit's classes in a year, such as 350902102-2026-003."""
    lock_codes(unit.pk)
    start = f"{unit.code}-{year}-"
    known = TrainingClass.objects.filter(unit=unit, code__startswith=start).values_list("code", flat=True)
    return f"{start}{max((int(n) for n in (code[len(start) :] for code in known) if n.isdecimal()), default=0) + 1:03d}"


@transaction.atomic
def publish_class(*, training_class: TrainingClass, actor: Actor) -> TrainingClass:
    """Let nominations for a draft begin and ask its teachers; raises ClassNotDraft and what `ask_teachers` does."""
    require(actor, "classes.open_class", at=training_class.place)
    locked = lock_class(training_class.pk)
    if locked.status != TrainingClass.Status.DRAFT:
        raise ClassNotDraft(title=locked.title)
    locked.status = TrainingClass.Status.OPEN
    locked.save(update_fields=["status"])
    ask_teachers(locked, actor)
    note_event(ClassOpened(locked.pk), locked, actor, draft=False)
    if locked.quotas.exists():  # while it was a draft nobody was told of them
        note_event(SeatsHandedDown(locked.pk), locked, actor)
    return locked


@transaction.atomic
def edit_class(
    *,
    training_class: TrainingClass,
    title: str,
    form: str,
    capacity: int,
    base_id: int | None,
    head_id: int | None,
    nominate_by: datetime | None,
    note: str,
    needs: Needs | None = None,
    actor: Actor,
) -> TrainingClass:
    """Change the figures of a class; its capacity never falls below the seats handed down or taken.

    `needs` says what it needs at its bases besides rooms; without them that stays.

    Raises ClassIsOver, ClassTooLarge, VenueTooSmall, ReceptionFull, ReceptionShort, SeatsExceedSource,
    FieldClassTooLarge, and VehicleTaken where the base is a mobile school now that is elsewhere then.
    """
    require(actor, "classes.edit_class", at=training_class.place)
    locked = lock_living_class(training_class.pk)
    spare = pool_of(capacity, quota_states(lock_quotas(locked)), locked.seats_taken)
    if spare < 0:
        raise SeatsExceedSource(source=locked.title, left=capacity, wanted=capacity - spare, over=-spare)
    check_size(form, capacity, on=locked.starts_on, place=locked.place)
    coming = take_school_along(locked, base_id)
    plans = [plan_of(s) for s in living_sessions(locked)]
    check_venues(plans, capacity, unit=locked.unit, besides=locked.pk)
    check_brought(coming, capacity, unit=locked.unit, besides=locked.pk)
    check_pins(plans, capacity, place=locked.place)
    added = max(0, capacity - locked.capacity)
    wanted = replace(needs or needs_of(locked), people=capacity)
    if exceeds(wanted, needs_of(locked)):
        check_reception(plans, wanted, besides=locked.pk)
    before = {"title": locked.title, "capacity": locked.capacity, "form": locked.form}
    locked.title, locked.form, locked.capacity, locked.note = title, form, capacity, note
    locked.base_id, locked.head_id, locked.nominate_by = base_id, head_id, nominate_by
    figures = needs_besides(wanted)
    for name, count in figures.items():
        setattr(locked, name, count)
    locked.save(update_fields=["title", "form", "capacity", "note", "base", "head", "nominate_by", *figures])
    if title != before["title"]:
        note_revised(locked)
    keep_rooms(locked, actor)
    write_search_keys(kind="class", object_id=locked.pk, place=locked.place, names=[title])
    after = {"title": title, "capacity": capacity, "form": form}
    note_event(ClassChanged(locked.pk), locked, actor, before=before, after=after)
    move_up(locked, spare=added)
    return locked


@transaction.atomic
def clone_class(*, training_class: TrainingClass, starts_on: date, head_id: int | None, actor: Actor) -> TrainingClass:
    """The next class of a row as a draft: same sessions from `starts_on` on, the number in its title one higher.

    Raises VenueTaken, VenueShut or ReceptionFull when the venue is not to be had then, CourseNotTaught.
    """
    require(actor, "classes.open_class", at=training_class.place)
    plan = next_plan(training_class, starts_on, head_id)
    return open_class(unit=training_class.unit, plan=plan, is_draft=True, actor=actor)


@transaction.atomic
def start_class(*, training_class: TrainingClass, actor: Actor) -> TrainingClass:
    """Mark that the first session has begun; a class that runs already stays as it is. Raises ClassIsOver."""
    require(actor, "classes.run_class", at=training_class.place)
    locked = lock_living_class(training_class.pk)
    if locked.status != TrainingClass.Status.RUNNING:
        begin(locked, actor)
    return locked


@transaction.atomic
def cancel_class(*, training_class: TrainingClass, reason: str, actor: Actor) -> TrainingClass:
    """Cancel a class that has not begun, or in which nobody ever sat: its seats, venues and teachers become free.

    Raises ClassIsOver, ClassHasBegun.
    """
    require(actor, "classes.cancel_class", at=training_class.place)
    locked = lock_living_class(training_class.pk)
    if locked.status == TrainingClass.Status.RUNNING and not nobody_sat(locked.pk):
        raise ClassHasBegun(title=locked.title, day=day_text(locked.starts_on))
    lock_quotas(locked)
    held = Enrolment.objects.filter(training_class=locked, status__in=HOLDING)
    released = held.update(status=Enrolment.Status.CANCELLED, ended_at=clock.now())
    Session.objects.filter(training_class=locked).update(is_cancelled=True)
    note_revised(locked)
    give_rooms_back(locked)
    locked.status = TrainingClass.Status.CANCELLED
    locked.save(update_fields=["status"])
    ask_teachers(locked, actor)
    end_waiting(locked)
    note_counts(locked)
    note_event(ClassCancelled(locked.pk), locked, actor, reason=reason, released=released)
    return locked


@transaction.atomic
def finish_class(*, training_class: TrainingClass, withdrawn: Mapping[int, str], actor: Actor) -> TrainingClass:
    """Close a class whose roll is closed; `withdrawn` names people (id -> reason) who count as having left.

    Raises ClassIsOver.
    """
    require(actor, "classes.run_class", at=training_class.place)
    locked = lock_living_class(training_class.pk)
    lock_quotas(locked)
    leaving = [row for row in lock_enrolments(locked, list(withdrawn)) if row.status in HOLDING]
    for row in leaving:
        _end_for(row, withdrawn[row.person_id])
    locked.status = TrainingClass.Status.CLOSED
    locked.save(update_fields=["status"])
    note_counts(locked)
    reasons = {str(row.person_id): withdrawn[row.person_id] for row in leaving}
    note_event(ClassFinished(locked.pk), locked, actor, withdrawn=reasons)
    return locked


def _end_for(row: Enrolment, reason: str) -> None:
    row.status, row.ended_at, row.left_for = Enrolment.Status.WITHDRAWN, clock.now(), reason
    row.save(update_fields=["status", "ended_at", "left_for"])


@transaction.atomic
def judge_seat_again(*, training_class: TrainingClass, person_id: int, reason: str, actor: Actor) -> Enrolment | None:
    """After a correction: `reason` says why the person counts as having left a closed class now, or is empty.

    A seat that closing had ended stands again, one it had left alone is ended; one given up by word stays given up.
    Returns the seat when it changed.
    """
    require(actor, "classes.run_class", at=training_class.place)
    locked = lock_class(training_class.pk)
    lock_quotas(locked)
    rows = lock_enrolments(locked, [person_id])
    row = next((r for r in rows if r.status in HOLDING or r.left_for), None)
    if row is None or bool(row.left_for) == bool(reason):
        return None
    if reason:
        _end_for(row, reason)
        note_event(SeatReleased(locked.pk, person_id), locked, actor, reason=reason, status=row.status)
    else:
        row.status = Enrolment.Status.CONFIRMED if row.confirmed_at else Enrolment.Status.NOMINATED
        lifted, row.ended_at, row.left_for = row.left_for, None, ""
        row.save(update_fields=["status", "ended_at", "left_for"])
        note_event(SeatGivenBack(locked.pk, person_id), locked, actor, lifted=lifted, status=row.status)
    note_counts(locked)
    return row
