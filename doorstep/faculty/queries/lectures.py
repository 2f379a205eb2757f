"""Lectures as they are read: how many were given, and, never mixed with that, how many person-times heard them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Coalesce, ExtractYear

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import visible_to
from doorstep.core.policies import policies_at
from doorstep.faculty.models import Engagement, Lecture, LectureGroup
from doorstep.faculty.queries.engagements import living_engagements
from doorstep.faculty.rules.lecturing import LectureLimits

OF_CLASSES = "class:"  # how classes call those they ask together


@dataclass(frozen=True, slots=True)
class LectureSum:
    """Lectures and person-times of a year; a `year` of 0 is no year."""

    year: int
    lectures: int
    heads: int


def lectures_visible_to(actor: Actor) -> QuerySet[Lecture]:
    """The lectures `actor` may see."""
    rows = visible_to(actor, "faculty.view_teacher", Lecture.objects.all())
    return rows.select_related("group", "topic", "teacher", "unit", "base")


def lecture_to_correct(lecture_id: int, actor: Actor) -> Lecture:
    """A lecture of a group that `actor` keeps; raises NotFound."""
    rows = visible_to(actor, "faculty.keep_group", Lecture.objects.all())
    found = rows.select_related("group__unit", "topic", "teacher", "unit", "base").filter(pk=lecture_id).first()
    if found is None:
        raise NotFound
    return found


def lecture_limits(place: str) -> LectureLimits:
    """What counts of lectures at `place` must keep to today. Source: policies `lecture.*`."""
    found = policies_at(("lecture.most_people", "lecture.most_days_late"), on=clock.today(), place=place)
    return LectureLimits(found["lecture.most_people"].integer, found["lecture.most_days_late"].integer)


def lecture_sums(group: LectureGroup) -> list[LectureSum]:
    """Each year in which a group lectured, the latest first; one query."""
    rows = group.lectures.filter(voided_at=None).annotate(year=ExtractYear("given_on")).values_list("year")
    return [LectureSum(*row) for row in rows.annotate(n=Count("pk"), heads=Sum("heads")).order_by("-year")]


def summed_lectures(rows: QuerySet[Any]) -> LectureSum:
    """Some lectures together, those that were taken back left out."""
    found = rows.filter(voided_at=None).aggregate(n=Count("pk"), heads=Coalesce(Sum("heads"), 0))
    return LectureSum(0, found["n"], found["heads"])


def lecture_of_stop(stop_id: int) -> bool:
    """Whether a sitting of a tour is counted already."""
    return Lecture.objects.filter(stop=stop_id, voided_at=None).exists()


def lecture_at(teacher_id: int, starts_at: datetime, ends_at: datetime) -> Lecture | None:
    """What a teacher is counted for in a time."""
    rows = Lecture.objects.filter(teacher=teacher_id, voided_at=None, starts_at__lt=ends_at, ends_at__gt=starts_at)
    return rows.select_related("group").order_by("starts_at").first()


def lesson_at(teacher_id: int, starts_at: datetime, ends_at: datetime) -> Engagement | None:
    """The lesson of a class that a teacher was asked for in a time."""
    rows = living_engagements().filter(teacher=teacher_id, group__startswith=OF_CLASSES)
    return rows.filter(starts_at__lt=ends_at, ends_at__gt=starts_at).order_by("starts_at").first()
