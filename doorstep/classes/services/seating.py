"""The steps of seating people in a locked class: who may be new, where each sits, what is written."""

from __future__ import annotations

from collections.abc import Sequence

from doorstep.classes.models import Enrolment, Quota, TrainingClass
from doorstep.classes.queries.people import overlaps_of
from doorstep.classes.queries.seats import quota_states, seating_by
from doorstep.classes.queries.words import day_text, moment_text, names_text
from doorstep.classes.rules.people import Nominee
from doorstep.classes.rules.seats import Seating, pool_of
from doorstep.classes.services.locking import HOLDING
from doorstep.classes.services.refusals import AlreadyEnrolled, ClassFull, NoQuota, OverlappingClass, QuotaUsedUp
from doorstep.core import clock
from doorstep.core.actors import Actor


def must_be_new(training_class: TrainingClass, held: Sequence[Enrolment]) -> None:
    """Raise AlreadyEnrolled when one of these rows holds a seat."""
    seated = [row for row in held if row.status in HOLDING]
    if seated:
        when = day_text(clock.local(min(row.nominated_at for row in seated)).date())
        names = names_text([row.person.name for row in seated])
        raise AlreadyEnrolled(names=names, title=training_class.title, when=when)


def must_not_overlap(training_class: TrainingClass, people: Sequence[Nominee]) -> None:
    """Raise OverlappingClass when one of the people sits in another class at the same time."""
    found = overlaps_of(training_class, [person.person_id for person in people])
    if found:
        first = found[0]
        name = next(person.name for person in people if person.person_id == first.person_id)
        raise OverlappingClass(name=name, when=moment_text(first.starts_at), title=first.title, count=len(found))


def seating_of(
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


def seat_row(
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


def save_seats(rows: Sequence[Enrolment]) -> None:
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
