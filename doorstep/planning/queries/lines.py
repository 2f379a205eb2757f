"""The lines of plans against what came of them."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DecimalField,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)

from doorstep.catalogue.queries.packages_told import courses_in_order
from doorstep.classes.queries.classes import classes_in, with_standing
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import visible_to
from doorstep.faculty.queries.teachers import teachers_by_ids
from doorstep.planning.models import ClassLink, Plan, PlanLine
from doorstep.planning.rules import BEHIND, HELD, OPENED, PLANNED
from doorstep.records.queries.yearly import with_year_figures

if TYPE_CHECKING:
    from doorstep.classes.models import TrainingClass

DROPPED = "cancelled"
ACADEMY = "academy"
_OF_LINE = """
SELECT k.training_class_id, k.year AS wanted FROM planning_classlink k
WHERE k.line_id = planning_planline.id AND k.unlinked_at IS NULL
"""


def with_standing_of(rows: QuerySet[PlanLine]) -> QuerySet[PlanLine]:
    """Lines with the class that came of each and with `standing`; in Python `rules.standing_of`.

    `class_id`, `class_title`, `class_status`, `class_taken` (people with a seat), `link_id`; None without a class.
    """
    links = ClassLink.objects.filter(line=OuterRef("pk"), unlinked_at=None)
    today = clock.today()
    is_over = Q(plan__year__lt=today.year) | Q(plan__year=today.year, month_to__lt=today.month)
    return rows.annotate(
        link_id=Subquery(links.values("pk")[:1]),
        class_id=Subquery(links.values("training_class")[:1]),
        class_title=Subquery(links.values("training_class__title")[:1]),
        class_status=Subquery(links.values("training_class__status")[:1]),
        class_taken=Subquery(links.values("training_class__seats_taken")[:1]),
    ).annotate(
        standing=Case(
            When(dropped_at__isnull=False, then=Value(DROPPED)),
            When(class_status="closed", then=Value(HELD)),
            When(class_status__in=("open", "running"), then=Value(OPENED)),
            When(is_over, then=Value(BEHIND)),
            default=Value(PLANNED),
            output_field=CharField(),
        )
    )


def counted_lines(year: int) -> QuerySet[PlanLine]:
    """The lines that count: of approved plans of a year, those that were not dropped, with their standing."""
    rows = PlanLine.objects.filter(plan__year=year, plan__status=Plan.Status.APPROVED, dropped_at=None)
    return with_standing_of(rows)


# What lines come to; heads of several classes are person-times.
SUMS: dict[str, Any] = {
    "lines": Count("pk"),
    "opened": Count("pk", filter=Q(standing__in=(OPENED, HELD))),
    "held": Count("pk", filter=Q(standing=HELD)),
    "behind": Count("pk", filter=Q(standing=BEHIND)),
    "heads": Sum("heads", output_field=IntegerField()),
    "planned_hours": Sum(F("heads") * F("hours"), output_field=DecimalField()),
}


def lines_shown(plan: Plan) -> list[Any]:
    """The lines of a plan in order, each with its class and what that gave in the plan's year."""
    rows = with_year_figures(with_standing_of(plan.lines.all()), _OF_LINE)
    return list(rows.select_related("course", "teacher").order_by("number"))


def lines_of_year(actor: Actor, year: int) -> QuerySet[Any]:
    """The lines that count of the plans `actor` may see, each with its class and what that gave in the year."""
    rows = visible_to(actor, "planning.view_plan", counted_lines(year), place="plan__place")
    return with_year_figures(rows, _OF_LINE).select_related("plan__base", "plan__unit")


def line_to_write(line_id: int, actor: Actor) -> PlanLine:
    """One line of a plan that `actor` may write; raises NotFound."""
    rows = visible_to(actor, "planning.write_plan", PlanLine.objects.all(), place="plan__place")
    found = rows.select_related("plan__base", "plan__unit", "course", "teacher").filter(pk=line_id).first()
    if found is None:
        raise NotFound
    return found


def link_to_write(link_id: int, actor: Actor) -> ClassLink:
    """One link that `actor` may take apart; raises NotFound."""
    rows = visible_to(actor, "planning.write_plan", ClassLink.objects.all(), place="line__plan__place")
    found = rows.select_related("line__plan", "training_class").filter(pk=link_id).first()
    if found is None:
        raise NotFound
    return found


def links_ended(plan: Plan) -> list[ClassLink]:
    """The classes that were taken off lines of a plan, the newest first, with who did so."""
    rows = ClassLink.objects.filter(line__plan=plan, unlinked_at__isnull=False)
    return list(rows.select_related("line", "training_class", "unlinked_by").order_by("-unlinked_at", "-pk"))


def is_of_plan(training_class: TrainingClass, plan: Plan) -> bool:
    """Whether a class may be that of a line.

    A county holds its own classes, a school those of its unit and below, an academy also what the office above holds
    in it.
    """
    if plan.base is None:
        return training_class.unit_id == plan.unit_id
    if training_class.place == plan.above_place:
        return plan.base.kind == ACADEMY and training_class.base_id == plan.base_id
    return training_class.place.startswith(plan.place)


def classes_unplanned(plan: Plan) -> list[TrainingClass]:
    """The classes of a plan's unit in its year that no line has, the earliest first.

    Of an academy also those that the office above holds in it, once they are no drafts any more; of the city's own
    academy, which no office is above, those alone.
    """
    linked = ClassLink.objects.filter(year=plan.year, unlinked_at=None)
    is_academy = plan.base is not None and plan.base.kind == ACADEMY
    rows = classes_in(plan.above_place if is_academy else plan.place, plan.year)
    wanted = Q(unit=plan.unit_id)
    if is_academy:
        held_in_it = Q(base=plan.base_id, place=plan.above_place) & ~Q(status="draft")
        wanted = held_in_it if plan.place == plan.above_place else wanted | held_in_it
    rows = rows.filter(wanted)
    return list(with_standing(rows.exclude(pk__in=linked.values("training_class"))))


def names_of(course_ids: Collection[int], teacher_ids: Collection[int]) -> dict[tuple[str, int], str]:
    """("course_id" or "teacher_id", id) -> what it is called, for the history of a plan."""
    courses = {("course_id", one.pk): one.title for one in courses_in_order(sorted(course_ids))} if course_ids else {}
    teachers = teachers_by_ids(teacher_ids) if teacher_ids else {}
    return courses | {("teacher_id", pk): one.name for pk, one in teachers.items()}
