"""Every read of teachers that leaves the app."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Count, QuerySet
from django.utils.translation import gettext_lazy as _

from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.invariants import Invariant
from doorstep.core.permissions import lines_of, visible_to
from doorstep.faculty.models import Language, Pool, Teacher

if TYPE_CHECKING:
    from doorstep.directory.models import Unit


def teachers_visible_to(actor: Actor) -> QuerySet[Teacher]:
    """The teachers `actor` may see."""
    return visible_to(actor, "faculty.view_teacher", Teacher.objects.all())


def teacher_by_id(teacher_id: int, actor: Actor) -> Teacher:
    """One teacher that `actor` may see, with the unit and pools; raises NotFound."""
    rows = teachers_visible_to(actor).select_related("unit").prefetch_related("pools")
    teacher = rows.filter(pk=teacher_id).first()
    if teacher is None:
        raise NotFound
    return teacher


def language_choices() -> list[tuple[str, str]]:
    """What one may teach in, each with its word."""
    return [(code, str(word)) for code, word in Language.choices]


def language_words(codes: Iterable[str]) -> str:
    """The words for some languages; a code nobody knows stands as it is."""
    known = dict(Language.choices)
    return str(_("、")).join(str(known.get(code, code)) for code in codes)


def category_choices() -> list[tuple[str, str]]:
    """By which ways teachers come to teach, each with its word."""
    return [(code, str(word)) for code, word in Teacher.Category.choices]


def teachers_for(unit: Unit) -> QuerySet[Teacher]:
    """The teachers a class of `unit` may ask: of the unit itself, then of the units above it."""
    rows = Teacher.objects.filter(place__in=lines_of(unit.path), is_active=True)
    return rows.select_related("unit").order_by("-place", "name", "pk")


def teachers_near(places: Iterable[str]) -> QuerySet[Teacher]:
    """The teachers of the units at these places and above them, the nearest first; the city's for the city alone."""
    lines = {line for place in places for line in lines_of(place)[1:] or [place]}
    return Teacher.objects.filter(place__in=lines, is_active=True).order_by("-place", "name", "pk")


def teachers_by_ids(ids: Iterable[int]) -> dict[int, Teacher]:
    """Teachers by id, in the pools or not any more."""
    return Teacher.objects.in_bulk(list(ids))


def faculty_counts() -> dict[str, int]:
    """How many pools and active teachers there are."""
    return {"teacher_pool": Pool.objects.count(), "teacher": Teacher.objects.filter(is_active=True).count()}


def pool_sizes(units: Sequence[int], on: date) -> dict[int, int]:
    """unit id -> how many active teachers are in its pools today; `on` is not looked at, since pools have no dates."""
    rows = Teacher.objects.filter(pools__unit__in=units, is_active=True).values_list("pools__unit")
    return dict(rows.annotate(count=Count("pk", distinct=True)).order_by())


def invariants() -> tuple[Invariant, ...]:
    """What must always be true of teachers."""
    return (
        Invariant(
            "teacher_place_is_unit_path",
            "教师的位置等于所属单位的路径",
            "SELECT t.id FROM faculty_teacher t JOIN directory_unit u ON u.id = t.unit_id WHERE t.place <> u.path",
        ),
    )
