"""Which schools had the first lesson of a year from their county leader: as entered, or as a class shows it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Least

from doorstep.bases.queries.places import schools_where
from doorstep.classes.models import Session, TrainingClass
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.permissions import may
from doorstep.core.policies import policy_at
from doorstep.faculty.queries.leaders import leaders_at, leaders_on, lessons_entered

DONE, UNLINKED, MISSING, TO_COME = "done", "unlinked", "missing", "not_planned"


def alert_day(year: int) -> date:
    """From which day of a year on a missing first lesson is told. Source: policy:first_lesson.alert_day."""
    first = date(year, 1, 1)
    return first + timedelta(days=policy_at("first_lesson.alert_day", on=clock.today()).integer - 1)


def first_lessons(
    actor: Actor, year: int, action: str = "faculty.view_teacher", told_from: date | None = None
) -> QuerySet[Any]:
    """The schools at which `actor` may do `action`, each with how its first lesson of a year stands.

    `leader` and `post` of today or of the year's end, `given_on` (the earlier of what was entered and of the first
    sitting of a class of the school that a leader of that day gave), `standing`: done, unlinked, missing, not_planned.
    `told_from` is the alert day of the year, looked up where it is not given.
    """
    leader = leaders_on(min(clock.today(), date(year, 12, 31))).filter(unit=OuterRef("unit"))
    entered = lessons_entered(year).filter(unit=OuterRef("unit"))
    led = leaders_at(unit=OuterRef("training_class__unit"), teacher=OuterRef("teacher"), day=OuterRef("held_on"))
    real = (TrainingClass.Status.OPEN, TrainingClass.Status.RUNNING, TrainingClass.Status.CLOSED)
    taught = Session.objects.filter(
        Exists(led), training_class__unit=OuterRef("unit"), training_class__status__in=real, held_on__year=year,
        is_cancelled=False, ends_at__lte=clock.now(),
    ).order_by("held_on")  # fmt: skip
    rows = schools_where(actor, action).annotate(
        leader=Subquery(leader.values("name")[:1]),
        post=Subquery(leader.values("post")[:1]),
        given_on=Least(Subquery(entered.values("given_on")[:1]), Subquery(taught.values("held_on")[:1])),
    )
    left = MISSING if clock.today() >= (told_from or alert_day(year)) else TO_COME
    standing = Case(
        When(given_on__isnull=False, then=Value(DONE)),
        When(leader=None, then=Value(UNLINKED)),
        default=Value(left),
        output_field=CharField(),
    )
    return rows.annotate(standing=standing)


def first_lessons_missing(actor: Actor) -> list[Any]:
    """The schools of whose leaders `actor` says who they are that had no first lesson yet, from the day it is told."""
    year = clock.today().year
    if not may(actor, "faculty.keep_leader", at=[grant.place for grant in actor.grants]):
        return []
    told_from = alert_day(year)
    if clock.today() < told_from:
        return []
    rows = first_lessons(actor, year, "faculty.keep_leader", told_from)
    return list(rows.filter(~Q(standing=DONE)).order_by("place", "pk"))
