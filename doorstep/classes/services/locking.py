"""In which order rows are locked, and how the counters are kept equal to the counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from doorstep.classes.events import ClassStarted
from doorstep.classes.models import Enrolment, Quota, Session, TrainingClass, WaitingPlace
from doorstep.classes.services.refusals import ClassIsOver
from doorstep.core import clock
from doorstep.core.actors import Actor, system_actor
from doorstep.core.errors import NotFound
from doorstep.core.events import record

HOLDING = (Enrolment.Status.NOMINATED, Enrolment.Status.CONFIRMED)
OVER = (TrainingClass.Status.CLOSED, TrainingClass.Status.CANCELLED)

# The first keys of the transaction locks under which the codes of a unit's classes are given out, and guests of a
# base are counted, and addresses of calendars of one account are made.
_CODES = 2_001
_BASE = 2_003
_FEEDS = 2_009


def lock_class(class_id: int) -> TrainingClass:
    """The class row, locked: always the first lock, so writers of one class come one after another."""
    locked = TrainingClass.objects.select_for_update(of=("self",)).select_related("unit").filter(pk=class_id).first()
    if locked is None:
        raise NotFound
    return locked


def lock_living_class(class_id: int) -> TrainingClass:
    """The locked class row as it stands now: it runs from its first session on, whether or not the job has been by.

    Raises ClassIsOver when it is closed or cancelled.
    """
    locked = lock_class(class_id)
    if locked.status in OVER:
        raise ClassIsOver(title=locked.title, status=locked.get_status_display())
    if locked.status == TrainingClass.Status.OPEN and has_begun(locked):
        begin(locked, system_actor("classes.start_due"))
    return locked


def has_begun(training_class: TrainingClass) -> bool:
    """True once the first session of a class has begun."""
    return training_class.sessions.filter(is_cancelled=False, starts_at__lte=clock.now()).exists()


def begin(training_class: TrainingClass, actor: Actor) -> None:
    """Let a locked class run."""
    training_class.status = TrainingClass.Status.RUNNING
    training_class.save(update_fields=["status"])
    end_waiting(training_class)
    note_event(ClassStarted(training_class.pk), training_class, actor)


def end_waiting(training_class: TrainingClass) -> None:
    """Nobody waits for a seat in a locked class any more: it has begun, or will not be held."""
    waiting = WaitingPlace.objects.filter(training_class=training_class, status=WaitingPlace.Status.WAITING)
    waiting.update(status=WaitingPlace.Status.OVER, ended_at=clock.now())


def lock_quotas(training_class: TrainingClass) -> list[Quota]:
    """All quotas of a locked class, locked in the order of their ids."""
    rows = Quota.objects.select_for_update(of=("self",)).filter(training_class=training_class)
    return list(rows.select_related("unit").order_by("pk"))


def lock_enrolments(training_class: TrainingClass, person_ids: Sequence[int]) -> list[Enrolment]:
    """The rows of these people in a locked class, in whichever county they were then, locked in order."""
    rows = Enrolment.objects.select_for_update(of=("self",)).filter(
        training_class=training_class, person__in=person_ids
    )
    return list(rows.select_related("person").order_by("person_id", "county"))


def lock_codes(unit_id: int) -> None:
    """Hold the giving out of class codes of one unit until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_CODES, unit_id])


def lock_bases(base_ids: Iterable[int]) -> None:
    """Be the only one who counts the guests of these bases until the transaction ends; after the venues."""
    with connection.cursor() as cursor:
        for one in sorted(base_ids):
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_BASE, one])


def lock_feeds(account_id: int) -> None:
    """Be the only one who makes addresses of calendars for an account until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_FEEDS, account_id])


def note_revised(training_class: TrainingClass, session_id: int | None = None) -> None:
    """Let calendars see that all sessions of a locked class, or one of them, are no longer as they were."""
    rows = Session.objects.filter(training_class=training_class)
    rows = rows.filter(pk=session_id) if session_id else rows
    rows.update(revision=F("revision") + 1, changed_at=clock.now())


def _held(rows: QuerySet[Enrolment], key: str) -> Coalesce:
    held = rows.filter(status__in=HOLDING).order_by().values(key).annotate(n=Count("*")).values("n")
    return Coalesce(Subquery(held, output_field=IntegerField()), 0)


def note_counts(training_class: TrainingClass) -> None:
    """Set the counters of a locked class and its quotas to what the rows say."""
    in_quota = _held(Enrolment.objects.filter(quota=OuterRef("pk")), "quota")
    Quota.objects.filter(training_class=training_class).filter(~Q(used=in_quota)).update(used=in_quota)
    in_class = _held(Enrolment.objects.filter(training_class=OuterRef("pk")), "training_class")
    TrainingClass.objects.filter(pk=training_class.pk).update(seats_taken=in_class)
    training_class.refresh_from_db(fields=["seats_taken"])


def note_event(happened: Any, training_class: TrainingClass, actor: Actor, **detail: object) -> None:
    """Record an event about a class, at its place."""
    record(
        happened,
        actor=actor,
        place=training_class.place,
        county=training_class.county,
        subject=("class", training_class.pk),
        detail=detail,
    )
