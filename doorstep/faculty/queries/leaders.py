"""County leaders linked to schools, and the first lessons entered for them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import may, visible_to
from doorstep.directory.queries import unit_by_id
from doorstep.faculty.models import FirstLesson, LeaderLink, Teacher
from doorstep.faculty.queries.teachers import teachers_visible_to

if TYPE_CHECKING:
    from doorstep.directory.models import Unit


def leaders_on(day: date) -> QuerySet[LeaderLink]:
    """Which leader is linked to which school on a day."""
    return LeaderLink.objects.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)


def leaders_of(unit: Unit) -> list[LeaderLink]:
    """The leaders of a school, the latest first."""
    return list(LeaderLink.objects.filter(unit=unit).select_related("teacher").order_by("-valid_from", "-pk"))


def first_lessons_of(unit: Unit) -> list[FirstLesson]:
    """The first lessons entered for a school, the latest first."""
    return list(FirstLesson.objects.filter(unit=unit).select_related("leader").order_by("-year"))


def lessons_entered(year: int) -> QuerySet[FirstLesson]:
    """The first lessons of a year that were entered by hand."""
    return FirstLesson.objects.filter(year=year)


def lesson_by_id(lesson_id: int, actor: Actor) -> FirstLesson:
    """A first lesson that `actor` may take back; raises NotFound."""
    rows = visible_to(actor, "faculty.enter_first_lesson", FirstLesson.objects.select_related("unit"))
    found = rows.filter(pk=lesson_id).first()
    if found is None:
        raise NotFound
    return found


def school_unit(unit_id: int, actor: Actor) -> Unit:
    """The unit of a school of which `actor` may see who is linked to it; raises NotFound."""
    unit = unit_by_id(unit_id, actor)
    if not may(actor, "faculty.view_teacher", at=unit.path):
        raise NotFound
    return unit


def officials_for(actor: Actor, unit: Unit) -> QuerySet[Teacher]:
    """Who of the teachers `actor` may see is an official above a school: a leader may be among them."""
    rows = teachers_visible_to(actor).filter(category=Teacher.Category.OFFICIAL, is_active=True)
    return rows.exclude(place__startswith=unit.path).order_by("name", "pk")


def leaders_at(*, unit: Any, teacher: Any, day: Any) -> QuerySet[LeaderLink]:
    """Who was the leader of a school on a day, as a teacher; each may be the column of a query around this one."""
    rows = LeaderLink.objects.filter(Q(valid_to=None) | Q(valid_to__gt=day), valid_from__lte=day)
    return rows.filter(unit=unit, teacher=teacher)
