"""Putting people forward, confirming, replacing and releasing their seats."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from doorstep.classes.events import MemberNominated, SeatConfirmed, SeatReleased, SeatReplaced
from doorstep.classes.models import Enrolment, TrainingClass
from doorstep.classes.queries.naming import refusal_of_names
from doorstep.classes.queries.orders import chosen_by
from doorstep.classes.queries.words import names_text
from doorstep.classes.rules.people import Nominee
from doorstep.classes.services.locking import (
    HOLDING,
    lock_enrolments,
    lock_living_class,
    lock_quotas,
    note_counts,
    note_event,
)
from doorstep.classes.services.refusals import (
    ClassFull,
    LateReasonMissing,
    NobodyChosen,
    NotInThisClass,
    OutsideTheQuota,
)
from doorstep.classes.services.seating import must_be_new, must_not_overlap, save_seats, seat_row, seating_of
from doorstep.classes.services.succession import leave_the_list, lock_waiting, move_up, must_let_waiting_first
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.permissions import may, require


@transaction.atomic
def nominate(
    *,
    training_class: TrainingClass,
    people: Sequence[Nominee],
    accept_overlap: bool = False,
    reason: str = "",
    actor: Actor,
) -> list[Enrolment]:
    """Put people forward for a class: all of them get a seat, or none and a refusal that names who and why.

    A seat comes from the quota nearest above the person's branch, without quotas from the class itself. Who may
    confirm seats puts people in confirmed, also once the class runs, with a `reason` that is kept in the log.
    With `accept_overlap` a class at the same time is no obstacle. People of a unit that ordered the class of its own
    will are written down as having chosen it.
    Raises NobodyChosen, ClassNotOpen, BegunForBranches, LateReasonMissing, NominationsOver, AlreadyEnrolled,
    OverlappingClass, ClassFull, NoQuota, QuotaUsedUp, WaitingFirst.
    """
    require(actor, "classes.nominate", at=[person.place for person in people] or training_class.place)
    for person in people:
        require(actor, "classes.nominate", at=person.place)
    if not people:
        raise NobodyChosen
    locked = lock_living_class(training_class.pk)
    quotas = lock_quotas(locked)
    runs_class = may(actor, "classes.confirm_seats", at=locked.place)
    _must_take_names(locked, reason, runs_class)
    held = lock_enrolments(locked, [person.person_id for person in people])
    must_be_new(locked, held)
    if not accept_overlap:
        must_not_overlap(locked, people)
    if len(people) > locked.capacity - locked.seats_taken:
        left = locked.capacity - locked.seats_taken
        raise ClassFull(title=locked.title, capacity=locked.capacity, left=left, wanted=len(people))
    seating, waiting = seating_of(locked, quotas, people, actor), lock_waiting(locked)
    must_let_waiting_first(locked, quotas, seating.seats, people, waiting)
    rows = [seat_row(locked, person, seating.seats[person.person_id], held, actor) for person in people]
    chooser = chosen_by(locked)
    for row in rows:
        row.is_self_chosen = chooser is not None and row.place.startswith(chooser)
        if runs_class:
            row.status, row.confirmed_at = Enrolment.Status.CONFIRMED, row.nominated_at
    save_seats(rows)
    note_counts(locked)
    leave_the_list(locked, waiting, [row.person_id for row in rows], actor)
    trace = {"overlap": accept_overlap, **({"reason": reason.strip()[:200]} if reason.strip() else {})}
    for row in rows:
        note_event(MemberNominated(locked.pk, row.person_id), locked, actor, quota=row.quota_id, **trace)
        if runs_class:
            note_event(SeatConfirmed(locked.pk, row.person_id), locked, actor)
    return rows


def _must_take_names(training_class: TrainingClass, reason: str, runs_class: bool) -> None:
    refusal = refusal_of_names(training_class, training_class.status, runs_class=runs_class)
    if refusal is not None:
        raise refusal
    if training_class.status == TrainingClass.Status.RUNNING and not reason.strip():
        raise LateReasonMissing(title=training_class.title)


def _end(row: Enrolment, status: Enrolment.Status) -> None:
    row.status, row.ended_at = status, clock.now()
    row.save(update_fields=["status", "ended_at"])


@transaction.atomic
def confirm_seats(*, training_class: TrainingClass, person_ids: Sequence[int], actor: Actor) -> int:
    """Confirm the seats of people put forward; returns how many are new. Raises ClassIsOver, NotInThisClass."""
    require(actor, "classes.confirm_seats", at=training_class.place)
    if not person_ids:
        raise NobodyChosen
    locked = lock_living_class(training_class.pk)
    rows = lock_enrolments(locked, person_ids)
    seated = {row.person_id: row for row in rows if row.status in HOLDING}
    gone = [row.person.name for row in rows if row.person_id not in seated]
    if len(seated) < len(set(person_ids)):
        raise NotInThisClass(names=names_text(gone or ["—"]), title=locked.title)
    fresh = [row for row in seated.values() if row.status == Enrolment.Status.NOMINATED]
    for row in fresh:
        row.status, row.confirmed_at = Enrolment.Status.CONFIRMED, clock.now()
        row.save(update_fields=["status", "confirmed_at"])
        note_event(SeatConfirmed(locked.pk, row.person_id), locked, actor)
    return len(fresh)


@transaction.atomic
def replace_person(*, enrolment: Enrolment, by: Nominee, accept_overlap: bool = False, actor: Actor) -> Enrolment:
    """Let another person of the same quota take over a seat; no seat is freed in between, nobody who waits is passed.

    Raises ClassIsOver, NotInThisClass, OutsideTheQuota, AlreadyEnrolled, OverlappingClass, WaitingFirst.
    """
    require(actor, "classes.replace_person", at=[enrolment.place, enrolment.training_class.place])
    require(actor, "classes.nominate", at=by.place)
    locked = lock_living_class(enrolment.training_class_id)
    quotas = {q.pk: q for q in lock_quotas(locked)}
    rows = lock_enrolments(locked, [enrolment.person_id, by.person_id])
    leaving = next((r for r in rows if r.person_id == enrolment.person_id and r.status in HOLDING), None)
    if leaving is None:
        raise NotInThisClass(names=enrolment.person.name, title=locked.title)
    must_be_new(locked, [row for row in rows if row.person_id == by.person_id])
    owner = quotas[leaving.quota_id].unit if leaving.quota_id else locked.unit
    runs_class = may(actor, "classes.confirm_seats", at=locked.place)
    if not by.place.startswith(owner.path) and not (runs_class and leaving.quota_id is None):
        raise OutsideTheQuota(unit=owner.short_name, name=by.name)
    if not accept_overlap:
        must_not_overlap(locked, [by])
    waiting = lock_waiting(locked)
    must_let_waiting_first(locked, list(quotas.values()), {by.person_id: leaving.quota_id}, [by], waiting)
    _end(leaving, Enrolment.Status.REPLACED)
    taking = seat_row(locked, by, leaving.quota_id, rows, actor)
    taking.replaces_person_id = leaving.person_id
    if runs_class:
        taking.status, taking.confirmed_at = Enrolment.Status.CONFIRMED, taking.nominated_at
    save_seats([taking])
    note_counts(locked)
    leave_the_list(locked, waiting, [by.person_id], actor)
    note_event(SeatReplaced(locked.pk, leaving.person_id, by.person_id), locked, actor)
    return taking


@transaction.atomic
def withdraw_seat(*, enrolment: Enrolment, reason: str, actor: Actor) -> Enrolment:
    """Give up a person's seat: before the class begins it is cancelled, after that the person counts as withdrawn.

    Before it begins the first who waits for the seat takes it at once.

    Raises ClassIsOver, NotInThisClass.
    """
    require(actor, "classes.withdraw_seat", at=[enrolment.place, enrolment.training_class.place])
    locked = lock_living_class(enrolment.training_class_id)
    lock_quotas(locked)
    rows = lock_enrolments(locked, [enrolment.person_id])
    row = next((r for r in rows if r.status in HOLDING), None)
    if row is None:
        raise NotInThisClass(names=enrolment.person.name, title=locked.title)
    has_begun = locked.status == TrainingClass.Status.RUNNING
    _end(row, Enrolment.Status.WITHDRAWN if has_begun else Enrolment.Status.CANCELLED)
    note_counts(locked)
    note_event(SeatReleased(locked.pk, row.person_id), locked, actor, reason=reason, status=row.status)
    move_up(locked, spare=1 if row.quota_id is None else 0)
    return row


@transaction.atomic
def withdraw_seats(*, enrolments: Sequence[Enrolment], reason: str, actor: Actor) -> int:
    """Give up several seats at once, all or none; returns how many. Raises what `withdraw_seat` raises."""
    require(actor, "classes.withdraw_seat", at=[p for e in enrolments for p in (e.place, e.training_class.place)])
    for enrolment in enrolments:
        withdraw_seat(enrolment=enrolment, reason=reason, actor=actor)
    return len(enrolments)
