"""Teachers: who may see whom, how their vetting stands, what they can teach, when they are away."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Case, CharField, OuterRef, QuerySet, Subquery, Value, When
from django.utils.translation import gettext_lazy as _

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import lines_of, visible_to
from doorstep.core.policies import PolicyValue, policies_at, policy_at
from doorstep.directory.queries import people_visible_to
from doorstep.faculty.models import Absence, ArtForm, Language, Teacher, Topic, Vetting
from doorstep.faculty.rules.vetting import EXPIRED, NOT_PASSED, SOON, UNVETTED, VALID

if TYPE_CHECKING:
    from doorstep.directory.models import Person, Unit


def teachers_visible_to(actor: Actor) -> QuerySet[Teacher]:
    """The teachers `actor` may see."""
    return visible_to(actor, "faculty.view_teacher", Teacher.objects.all())


def teacher_by_id(teacher_id: int, actor: Actor) -> Teacher:
    """One teacher that `actor` may see, with the unit and how the vetting stands; raises NotFound."""
    rows = with_standing(teachers_visible_to(actor)).select_related("unit", "school", "home", "person")
    teacher: Teacher | None = rows.filter(pk=teacher_id).first()
    if teacher is None:
        raise NotFound
    return teacher


def with_standing(rows: QuerySet[Teacher]) -> QuerySet[Any]:
    """The same with `standing` as `rules.vetting` tells it and `valid_until` of the latest vetting."""
    today = clock.today()
    soon = today + timedelta(days=policy_at("teacher.vetting_notice_days", on=today).integer)
    latest = Vetting.objects.filter(teacher=OuterRef("pk")).order_by("-vetted_on", "-pk")
    rows = rows.annotate(
        is_passed=Subquery(latest.values("is_passed")[:1]), valid_until=Subquery(latest.values("valid_until")[:1])
    )
    return rows.annotate(
        standing=Case(
            When(is_passed=None, then=Value(UNVETTED)),
            When(is_passed=False, then=Value(NOT_PASSED)),
            When(valid_until__lte=today, then=Value(EXPIRED)),
            When(valid_until__lte=soon, then=Value(SOON)),
            default=Value(VALID),
            output_field=CharField(),
        )
    )


def teachers_to_vet(actor: Actor) -> QuerySet[Any]:
    """Who of the units at which `actor` works teaches without a vetting that lasts, or with one that ends soon."""
    own = [grant.place for grant in actor.grants]
    rows = visible_to(actor, "faculty.keep_teacher", Teacher.objects.filter(is_active=True, place__in=own))
    if rows.query.is_empty():  # nobody is kept by this actor: nothing to look up
        return rows
    return with_standing(rows).exclude(standing=VALID).order_by("valid_until", "pk")


def vettings_of(teacher: Teacher) -> list[Vetting]:
    """Every look at a teacher, the latest first."""
    return list(teacher.vettings.select_related("vetted_by").order_by("-vetted_on", "-pk"))


def vetting_told(vetting_id: int) -> Vetting:
    """One look at a teacher, with the teacher, for telling those concerned."""
    return Vetting.objects.select_related("teacher").get(pk=vetting_id)


def absences_of(teacher: Teacher) -> list[Absence]:
    """When a teacher cannot come from today on, the nearest first."""
    return list(teacher.absences.filter(ends_on__gte=clock.today()).order_by("starts_on", "pk"))


def absence_by_id(absence_id: int, actor: Actor) -> Absence:
    """Days somebody cannot teach that `actor` may take back; raises NotFound."""
    rows = Absence.objects.select_related("teacher__unit")
    seen = visible_to(actor, "faculty.note_absence", rows, place="teacher__place", owner="teacher__person")
    found = seen.filter(pk=absence_id).first()
    if found is None:
        raise NotFound
    return found


def teacher_of_person(person_id: int | None) -> Teacher | None:
    """The teacher somebody on the roster is; None when they do not teach."""
    if person_id is None:
        return None
    rows = with_standing(Teacher.objects.filter(person=person_id, is_active=True))
    return rows.select_related("unit").first()


def namesakes(teacher: Teacher, actor: Actor) -> list[Person]:
    """Members on the roster who have the name of a teacher, as far as `actor` may see them."""
    rows = people_visible_to(actor).filter(name=teacher.name, place__startswith=teacher.place)
    taken = Teacher.objects.filter(is_active=True, person__isnull=False).exclude(pk=teacher.pk).values("person")
    return list(rows.exclude(pk__in=taken).order_by("pk")[:20])


def category_figures(category: str, place: str) -> dict[str, PolicyValue]:
    """What the category of a teacher means today: load, vetting_months, linked, answers.

    Source: policies `teacher.<figure>.<category>`.
    """
    names = ("load", "vetting_months", "linked", "answers")
    found = policies_at([f"teacher.{name}.{category}" for name in names], on=clock.today(), place=place)
    return {name: found[f"teacher.{name}.{category}"] for name in names}


def teachers_teaching(actor: Actor) -> QuerySet[Teacher]:
    """Those who teach now of the teachers `actor` may see, with their units."""
    return teachers_visible_to(actor).filter(is_active=True).select_related("unit")


def topic_choices() -> list[tuple[str, str]]:
    """What one may teach about, each with its word."""
    return [(code, str(word)) for code, word in Topic.choices]


def language_choices() -> list[tuple[str, str]]:
    """What one may teach in, each with its word."""
    return [(code, str(word)) for code, word in Language.choices]


def language_words(codes: Iterable[str]) -> str:
    """The words for some languages; a code nobody knows stands as it is."""
    return _words(codes, dict(Language.choices))


def topic_words(codes: Iterable[str]) -> str:
    """The words for some topics."""
    return _words(codes, dict(Topic.choices))


def art_words(codes: Iterable[str]) -> str:
    """The words for some art forms."""
    return _words(codes, dict(ArtForm.choices))


def _words(codes: Iterable[str], known: dict[str, Any]) -> str:
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


def homes_of(ids: Iterable[int]) -> dict[int, Unit]:
    """teacher id -> the unit they set out from."""
    rows = Teacher.objects.filter(pk__in=set(ids)).select_related("unit", "home")
    return {teacher.pk: teacher.home or teacher.unit for teacher in rows}


def teachers_by_ids(ids: Iterable[int]) -> dict[int, Teacher]:
    """Teachers by id, in the pools or not any more."""
    return Teacher.objects.in_bulk(list(ids))
