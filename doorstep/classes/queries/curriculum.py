"""What the sittings of a class have of the curriculum, and how the bases teach over a year."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count, F, FloatField, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Extract

from doorstep.bases.queries.places import bases_visible_to
from doorstep.catalogue.queries.courses import mode_choices
from doorstep.catalogue.queries.curriculum import (
    PRACTICAL,
    CurriculumShown,
    Sitting,
    curriculum_shown,
    part_of_mode,
)
from doorstep.classes.models import Session, TrainingClass
from doorstep.core.actors import Actor
from doorstep.core.permissions import visible_to

if TYPE_CHECKING:
    from doorstep.bases.models import Base

_ON_TIMETABLE = (TrainingClass.Status.OPEN, TrainingClass.Status.RUNNING, TrainingClass.Status.CLOSED)


def curriculum_of(sessions: Iterable[Session], place: str) -> CurriculumShown | None:
    """How the sessions of a class that are not cancelled stand to the curriculum; None without any."""
    held = [
        Sitting(int((session.ends_at - session.starts_at).total_seconds()) // 60, session.mode, session.course_id)
        for session in sessions
        if not session.is_cancelled
    ]
    return curriculum_shown(held, place) if held else None


def modes_of_bases(actor: Actor, year: int) -> QuerySet[Base]:
    """The bases of one's places with sessions on a timetable of `year` of which one knows how they are taught.

    `minutes_<mode>` for each way of teaching, `minutes_known` for all of them together, and `practice`, the percentage
    that on-site teaching and practice have of them.
    """
    sessions = Session.objects.filter(base=OuterRef("pk"), is_cancelled=False, training_class__status__in=_ON_TIMETABLE)
    held = sessions.filter(held_on__year=year).order_by().values("base")
    length = Extract(F("ends_at") - F("starts_at"), "epoch") / 60.0
    found = {}
    for mode, _word in mode_choices():
        minutes = held.annotate(minutes=Sum(length * part_of_mode(mode), output_field=FloatField())).values("minutes")
        found[f"minutes_{mode}"] = Coalesce(Subquery(minutes), 0.0, output_field=FloatField())
    rows = visible_to(actor, "classes.view_modes", bases_visible_to(actor)).annotate(**found)
    known = sum((F(name) for name in found), Value(0.0))
    practical = sum((F(f"minutes_{mode}") for mode in PRACTICAL), Value(0.0))
    rows = rows.annotate(minutes_known=known).filter(minutes_known__gt=0)
    return rows.annotate(practice=practical * 100 / F("minutes_known"), year=Value(year)).select_related("unit")


def classes_of_courses(course_ids: Sequence[int], on: date) -> dict[int, int]:
    """course id -> how many classes have, had or will have it on their timetable, as planned on a day."""
    rows = Session.objects.filter(course__in=course_ids, is_cancelled=False, training_class__status__in=_ON_TIMETABLE)
    counted = rows.order_by().values_list("course").annotate(n=Count("training_class", distinct=True))
    return dict(counted.filter(training_class__created_at__date__lte=on))
