"""Waiting for a seat in a class that is full: joining the list, leaving it, being taken from it, how it moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max

from doorstep.classes.events import MovedUp, SuccessionSet, WaitingJoined, WaitingLeft
from doorstep.classes.models import Enrolment, TrainingClass, WaitingPlace
from doorstep.classes.queries.naming import refusal_of_names
from doorstep.classes.queries.people import nominees
from doorstep.classes.queries.seats import seating_by
from doorstep.classes.queries.words import day_text, names_text
from doorstep.classes.rules.people import Nominee
from doorstep.classes.services.locking import lock_enrolments, lock_living_class, lock_quotas, note_counts, note_event
from doorstep.classes.services.people import nominate
from doorstep.classes.services.refusals import NobodyChosen, NoQuota, NotOnTheRoster
from doorstep.classes.services.seating import must_be_new, must_not_overlap, save_seats, seat_row, seating_of
from doorstep.classes.services.succession import (
    MOVED,
    end_place,
    lock_waiting,
    move_up,
    passed_by,
)
from doorstep.classes.services.waiting_refusals import (
    AlreadyWaiting,
    JumpReasonMissing,
    NobodyWaits,
    SuccessionStandsSo,
    WaitsNoLonger,
)
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.permissions import may, require


@dataclass(frozen=True, slots=True)
class Placed:
    """What came of putting people forward or on the list: who has a seat, and who waits."""

    seats: list[Enrolment]
    waiting: list[WaitingPlace]


@transaction.atomic
def nominate_or_wait(
    *, training_class: TrainingClass, people: Sequence[Nominee], accept_overlap: bool = False, actor: Actor
) -> Placed:
    """Put people forward, in order: who finds a seat that nobody waits for has it, all others go on the waiting list.

    Raises NobodyChosen, ClassNotOpen, NobodyWaits, BegunForBranches, NominationsOver, AlreadyEnrolled, AlreadyWaiting,
    OverlappingClass, NoQuota.
    """
    require(actor, "classes.nominate", at=[person.place for person in people] or training_class.place)
    for person in people:
        require(actor, "classes.nominate", at=person.place)
    if not people:
        raise NobodyChosen
    locked = lock_living_class(training_class.pk)
    quotas = lock_quotas(locked)
    _must_take_waiting(locked, actor)
    must_be_new(locked, lock_enrolments(locked, [person.person_id for person in people]))
    waiting = lock_waiting(locked)
    _must_not_wait(locked, waiting, people)
    if not accept_overlap:
        must_not_overlap(locked, people)
    seating = seating_by(locked, quotas, [(person.person_id, person.place) for person in people], actor)
    if seating.without:
        names = names_text([p.name for p in people if p.person_id in seating.without])
        raise NoQuota(title=locked.title, names=names, organiser=locked.unit.short_name)
    seated = [
        p
        for p in people
        if p.person_id in seating.seats and not passed_by(p, seating.seats[p.person_id], locked, quotas, waiting)
    ]
    seats = []
    if seated:
        seats = nominate(training_class=locked, people=seated, accept_overlap=True, actor=actor)
    listed = _list(locked, [p for p in people if p not in seated], accept_overlap, actor)
    return Placed(seats, listed)


def _must_take_waiting(training_class: TrainingClass, actor: Actor) -> None:
    runs_class = may(actor, "classes.confirm_seats", at=training_class.place)
    refusal = refusal_of_names(training_class, training_class.status, runs_class=runs_class)
    if refusal is not None:
        raise refusal
    if training_class.status == TrainingClass.Status.RUNNING:
        raise NobodyWaits(title=training_class.title, day=day_text(training_class.starts_on))


def _must_not_wait(training_class: TrainingClass, waiting: Sequence[WaitingPlace], people: Sequence[Nominee]) -> None:
    wanted = {person.person_id for person in people}
    twice = [row.person.name for row in waiting if row.person_id in wanted]
    if twice:
        raise AlreadyWaiting(names=names_text(twice), title=training_class.title)


def _list(
    training_class: TrainingClass, people: Sequence[Nominee], accept_overlap: bool, actor: Actor
) -> list[WaitingPlace]:
    """Write people at the end of the list of a locked class."""
    given = WaitingPlace.objects.filter(training_class=training_class).aggregate(last=Max("number"))["last"] or 0
    rows = WaitingPlace.objects.bulk_create(
        WaitingPlace(
            training_class=training_class,
            number=number,
            person_id=person.person_id,
            unit_id=person.unit_id,
            place=person.place,
            accepts_overlap=accept_overlap,
            listed_at=clock.now(),
            listed_by_id=actor.account_id,
        )
        for number, person in enumerate(people, start=given + 1)
    )
    for row in rows:
        note_event(WaitingJoined(training_class.pk, row.person_id), training_class, actor, number=row.number)
    return rows


def _lock_place(training_class: TrainingClass, waiting: WaitingPlace) -> tuple[WaitingPlace, list[WaitingPlace]]:
    """A place on the list of a locked class, and all of the list; raises WaitsNoLonger."""
    rows = lock_waiting(training_class)
    for row in rows:
        if row.pk == waiting.pk:
            return row, rows
    now = WaitingPlace.objects.select_related("person").get(pk=waiting.pk)
    raise WaitsNoLonger(name=now.person.name, title=training_class.title, status=now.get_status_display())


@transaction.atomic
def leave_waiting(*, waiting: WaitingPlace, reason: str = "", actor: Actor) -> WaitingPlace:
    """Wait no longer, said by the person or by who looks after them. Raises ClassIsOver, WaitsNoLonger."""
    require(
        actor,
        "classes.leave_waiting",
        at=[waiting.place, waiting.training_class.place],
        owner=waiting.person_id,
    )
    locked = lock_living_class(waiting.training_class_id)
    row, _rows = _lock_place(locked, waiting)
    end_place(row, WaitingPlace.Status.LEFT, actor, reason=reason.strip())
    note_event(WaitingLeft(locked.pk, row.person_id), locked, actor, number=row.number, reason=row.reason)
    return row


@transaction.atomic
def take_from_waiting(
    *, waiting: WaitingPlace, reason: str = "", accept_overlap: bool = False, actor: Actor
) -> Enrolment:
    """Give a free seat to somebody of the list, confirmed; before others only with a reason, which is kept.

    Raises ClassIsOver, WaitsNoLonger, NotOnTheRoster, OverlappingClass, ClassFull, NoQuota, QuotaUsedUp,
    JumpReasonMissing.
    """
    require(actor, "classes.confirm_seats", at=waiting.training_class.place)
    locked = lock_living_class(waiting.training_class_id)
    quotas = lock_quotas(locked)
    row, rows = _lock_place(locked, waiting)
    found = nominees([row.person_id])
    if not found:
        raise NotOnTheRoster(count=1)
    person = found[0]
    if not (accept_overlap or row.accepts_overlap):
        must_not_overlap(locked, found)
    seat = seating_of(locked, quotas, found, actor).seats[person.person_id]
    jumped = len(passed_by(person, seat, locked, quotas, rows))
    if jumped and not reason.strip():
        raise JumpReasonMissing(name=person.name, count=jumped)
    taken = seat_row(locked, person, seat, lock_enrolments(locked, [person.person_id]), actor)
    taken.status, taken.confirmed_at = Enrolment.Status.CONFIRMED, taken.nominated_at
    save_seats([taken])
    note_counts(locked)
    end_place(row, MOVED, actor, reason=reason.strip(), jumped=jumped)
    detail = {"number": row.number, "jumped": jumped, "reason": row.reason, "given_for": row.given_for}
    note_event(MovedUp(locked.pk, row.person_id), locked, actor, **detail)
    return taken


@transaction.atomic
def set_succession(*, training_class: TrainingClass, succession: str, actor: Actor) -> int:
    """Say who decides about the waiting list; returns how many move up at once.

    Raises ClassIsOver, SuccessionStandsSo.
    """
    require(actor, "classes.edit_class", at=training_class.place)
    locked = lock_living_class(training_class.pk)
    if locked.succession == succession:
        raise SuccessionStandsSo(title=locked.title, way=locked.get_succession_display())
    locked.succession = succession
    locked.save(update_fields=["succession"])
    note_event(SuccessionSet(locked.pk), locked, actor, succession=succession)
    return move_up(locked)
