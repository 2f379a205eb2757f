"""Practice cases as they are read by those who may see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet

from doorstep.bases.queries.places import bases_under
from doorstep.catalogue.models import Case, CaseFile, Course
from doorstep.catalogue.queries.courses import IN_USE
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import visible_filter, visible_to
from doorstep.core.registry import measured

if TYPE_CHECKING:
    from doorstep.bases.models import Base
    from doorstep.directory.models import Unit

ACCEPTED = Case.Status.ACCEPTED


def cases_visible_to(actor: Actor) -> QuerySet[Case]:
    """The cases `actor` may see: accepted ones, and all of the units for which they may write."""
    rows = visible_to(actor, "catalogue.view_case", Case.objects.all())
    own = visible_filter(actor, "catalogue.write_case")
    return rows.filter(Q(status=ACCEPTED) if own is None else Q(status=ACCEPTED) | own)


def cases_listed(actor: Actor) -> QuerySet[Case]:
    """The same with unit, place, and `course_count`, how many courses in use were made from each."""
    rows = cases_visible_to(actor).select_related("unit", "base")
    return rows.annotate(course_count=Count("courses", filter=Q(courses__stage__in=IN_USE)))


def case_by_id(case_id: int, actor: Actor) -> Case:
    """One case that `actor` may see, with its unit and place; raises NotFound."""
    return _one(cases_visible_to(actor), case_id)


def case_to_write(case_id: int, actor: Actor) -> Case:
    """One case of a unit for which `actor` may write; raises NotFound."""
    return _one(visible_to(actor, "catalogue.write_case", Case.objects.all()), case_id)


def _one(rows: QuerySet[Case], case_id: int) -> Case:
    found = rows.select_related("unit", "base", "reviewed_by").filter(pk=case_id).first()
    if found is None:
        raise NotFound
    return found


def file_of_case(case: Case, file_id: int) -> CaseFile:
    """One file of a case already seen; raises NotFound."""
    found = case.files.select_related("case").filter(pk=file_id).first()
    if found is None:
        raise NotFound
    return found


def bases_to_name(unit: Unit) -> QuerySet[Base]:
    """The places a case of a unit may be about: its own and those below, in use today."""
    return bases_under(unit.path)


def theme_words(case: Case) -> list[str]:
    """What a case is about, in words."""
    words = dict(Case.Theme.choices)
    return [str(words[code]) for code in case.themes]


def uses_of(case: Case) -> list[tuple[Course, int]]:
    """The courses made from a case, each with how many classes have or had it."""
    courses = list(case.courses.select_related("unit").order_by("place", "code"))
    counts = measured("classes.of_courses", [course.pk for course in courses], clock.today())
    return [(course, counts.get(course.pk, 0)) for course in courses]


def cases_to_review(actor: Actor) -> QuerySet[Case]:
    """What waits for this actor's word, by unit; not what they wrote or handed in themselves."""
    rows = Case.objects.filter(status=Case.Status.HANDED_IN)
    if actor.account_id is not None:
        own = Q(written_by=actor.account_id) | Q(handed_in_by=actor.account_id)
        rows = rows.exclude(pk__in=Case.objects.filter(own).values("pk"))
    found = visible_to(actor, "catalogue.review_case", rows)
    return found.select_related("unit").order_by("place", "title")


def cases_to_mend(actor: Actor) -> QuerySet[Case]:
    """What was returned to this actor's own units and not handed in anew, by unit."""
    found = visible_to(actor, "catalogue.write_case", Case.objects.filter(status=Case.Status.RETURNED))
    return found.select_related("unit").order_by("place", "title")


def case_counts() -> dict[str, int]:
    """How many cases one can teach from."""
    return {"case": Case.objects.filter(status=ACCEPTED).count()}
