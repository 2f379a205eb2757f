"""Putting people forward, confirming, replacing and releasing their seats."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from doorstep.classes.events import MemberNominated, SeatConfirmed, SeatReleased, SeatReplaced
from doorstep.classes.models import Enrolment, Quota, TrainingClass
from doorstep.classes.queries.naming import refusal_of_names
from doorstep.classes.queries.orders import chosen_by
from doorstep.classes.queries.people import overlaps_of
from doorstep.classes.queries.seats import quota_states, seating_by
from doorstep.classes.queries.words import day_text, moment_text, names_text
from doorstep.classes.rules.people import Nominee
from doorstep.classes.rules.seats import Seating, pool_of
from doorstep.classes.services.locking import (
    HOLDING,
    lock_enrolments,
    lock_living_class,
    lock_quotas,
    note_counts,
    note_event,
)
from doorstep.classes.services.refusals import (
    AlreadyEnrolled,
    ClassFull,
    LateReasonMissing,
    NobodyChosen,
    NoQuota,
    NotInThisClass,
    OutsideTheQuota,
    OverlappingClass,
    QuotaUsedUp,
)
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
    OverlappingClass, ClassFull, NoQuota, QuotaUsedUp.
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
    _must_be_new(locked, held)
    if not accept_overlap:
        _must_not_overlap(locked, people)
    if len(people) > locked.capacity - locked.seats_taken:
        left = locked.capacity - locked.seats_taken
        raise ClassFull(title=locked.title, capacity=locked.capacity, left=left, wanted=len(people))
    seating = _seating(locked, quotas, people, actor)
    rows = [_seat(locked, person, seating.seats[person.person_id], held, actor) for person in people]
    chooser = chosen_by(locked)
    for row in rows:
        row.is_self_chosen = chooser is not None and row.place.startswith(chooser)
        if runs_class:
            row.status, row.confirmed_at = Enrolment.Status.CONFIRMED, row.nominated_at
    _save(rows)
    note_counts(locked)
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


def _must_be_new(training_class: TrainingClass, held: Sequence[Enrolment]) -> None:
    seated = [row for row in held if row.status in HOLDING]
    if seated:
        when = day_text(clock.local(min(row.nominated_at for row in seated)).date())
        names = names_text([row.person.name for row in seated])
        raise AlreadyEnrolled(names=names, title=training_class.title, when=when)


def _must_not_overlap(training_class: TrainingClass, people: Sequence[Nominee]) -> None:
    found = overlaps_of(training_class, [person.person_id for person in people])
    if found:
        first = found[0]
        name = next(person.name for person in people if person.person_id == first.person_id)
        raise OverlappingClass(name=name, when=moment_text(first.starts_at), title=first.title, count=len(found))


def _seating(
    training_class: TrainingClass, quotas: Sequence[Quota], people: Sequence[Nominee], actor: Actor
) -> Seating:
    """Where everybody sits; raises ClassFull, NoQuota, QuotaUsedUp."""
    seating = seating_by(training_class, quotas, [(person.person_id, person.place) for person in people], actor)
    if seating.is_whole:
        return seating
    organiser = training_class.unit.short_name
    names = {person.person_id: person.name for person in people}
    if seating.short:
        quota = next(q for q in quotas if q.pk in seating.short.values())
        who = names_text([names[p] for p, q in seating.short.items() if q == quota.pk])
        raise QuotaUsedUp(
            unit=quota.unit.short_name, seats=quota.seats, used=quota.used, names=who, organiser=organiser
        )
    if seating.without:
        who = names_text([names[p] for p in seating.without])
        raise NoQuota(title=training_class.title, names=who, organiser=organiser)
    pool = pool_of(training_class.capacity, quota_states(quotas), training_class.seats_taken)
    raise ClassFull(title=training_class.title, capacity=training_class.capacity, left=pool, wanted=len(people))


def _seat(
    training_class: TrainingClass, person: Nominee, quota_id: int | None, before: Sequence[Enrolment], actor: Actor
) -> Enrolment:
    """A seat to be written; who gave one up `before` keeps its row and county, whatever county they moved to since."""
    county = next((row.county for row in before if row.person_id == person.person_id), person.county)
    return Enrolment(
        county=county,
        year=training_class.year,
        training_class=training_class,
        person_id=person.person_id,
        unit_id=person.unit_id,
        place=person.place,
        quota_id=quota_id,
        status=Enrolment.Status.NOMINATED,
        nominated_by_id=actor.account_id,
        nominated_at=clock.now(),
    )


def _save(rows: Sequence[Enrolment]) -> None:
    """Write seats; somebody who gave a seat up before takes the same row again."""
    Enrolment.objects.bulk_create(
        sorted(rows, key=lambda row: row.person_id),
        update_conflicts=True,
        unique_fields=["county", "training_class", "person"],
        update_fields=[
            "unit",
            "place",
            "quota",
            "status",
            "is_self_chosen",
            "replaces_person",
            "nominated_by",
            "nominated_at",
            "confirmed_at",
            "ended_at",
        ],
    )


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
    """Let another person of the same quota take over a seat; no seat is freed in between.

    Raises ClassIsOver, NotInThisClass, OutsideTheQuota, AlreadyEnrolled, OverlappingClass.
    """
    require(actor, "classes.replace_person", at=[enrolment.place, enrolment.training_class.place])
    require(actor, "classes.nominate", at=by.place)
    locked = lock_living_class(enrolment.training_class_id)
    quotas = {q.pk: q for q in lock_quotas(locked)}
    rows = lock_enrolments(locked, [enrolment.person_id, by.person_id])
    leaving = next((r for r in rows if r.person_id == enrolment.person_id and r.status in HOLDING), None)
    if leaving is None:
        raise NotInThisClass(names=enrolment.person.name, title=locked.title)
    _must_be_new(locked, [row for row in rows if row.person_id == by.person_id])
    owner = quotas[leaving.quota_id].unit if leaving.quota_id else locked.unit
    runs_class = may(actor, "classes.confirm_seats", at=locked.place)
    if not by.place.startswith(owner.path) and not (runs_class and leaving.quota_id is None):
        raise OutsideTheQuota(unit=owner.short_name, name=by.name)
    if not accept_overlap:
        _must_not_overlap(locked, [by])
    _end(leaving, Enrolment.Status.REPLACED)
    taking = _seat(locked, by, leaving.quota_id, rows, actor)
    taking.replaces_person_id = leaving.person_id
    if runs_class:
        taking.status, taking.confirmed_at = Enrolment.Status.CONFIRMED, taking.nominated_at
    _save([taking])
    note_counts(locked)
    note_event(SeatReplaced(locked.pk, leaving.person_id, by.person_id), locked, actor)
    return taking


@transaction.atomic
def withdraw_seat(*, enrolment: Enrolment, reason: str, actor: Actor) -> Enrolment:
    """Give up a person's seat: before the class begins it is cancelled, after that the person counts as withdrawn.

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
    return row


@transaction.atomic
def withdraw_seats(*, enrolments: Sequence[Enrolment], reason: str, actor: Actor) -> int:
    """Give up several seats at once, all or none; returns how many. Raises what `withdraw_seat` raises."""
    require(actor, "classes.withdraw_seat", at=[p for e in enrolments for p in (e.place, e.training_class.place)])
    for enrolment in enrolments:
        withdraw_seat(enrolment=enrolment, reason=reason, actor=actor)
    return len(enrolments)
