"""Every read of courses that leaves the app."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from doorstep.catalogue.models import Course
from doorstep.core.actors import Actor
from doorstep.core.permissions import lines_of, visible_to

if TYPE_CHECKING:
    from doorstep.directory.models import Unit


def courses_visible_to(actor: Actor) -> QuerySet[Course]:
    """The courses `actor` may see."""
    return visible_to(actor, "catalogue.view_course", Course.objects.all())


def mode_name(mode: str) -> str:
    """The word for a way of teaching; "" without one."""
    return str(dict(Course.Mode.choices).get(mode, mode))


def mode_choices() -> list[tuple[str, str]]:
    """The ways of teaching, each with its word."""
    return [(value, str(word)) for value, word in Course.Mode.choices]


def courses_for(unit: Unit) -> QuerySet[Course]:
    """The courses a class of `unit` may put on its timetable: general ones first, then its own."""
    return Course.objects.filter(place__in=lines_of(unit.path), is_active=True).order_by("place", "code")
