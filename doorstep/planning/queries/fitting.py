"""Which lines of a plan a class that was opened elsewhere could be, so that somebody is asked to link them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from doorstep.classes.queries.classes import taught_in
from doorstep.planning.models import ClassLink, Plan, PlanLine
from doorstep.planning.queries.lines import classes_unplanned
from doorstep.planning.rules import Shape, fits

if TYPE_CHECKING:
    from doorstep.classes.models import TrainingClass


def _shape_of_line(line: PlanLine) -> Shape:
    courses = frozenset([line.course_id] if line.course_id else [])
    return Shape(line.month_from, line.month_to, line.title, line.form, line.sessions, courses)


def _shapes_of(classes: Sequence[TrainingClass]) -> dict[int, Shape]:
    taught = taught_in(one.pk for one in classes)
    found = {}
    for one in classes:
        month, courses = one.starts_on.month, taught.get(one.pk, [])
        named = frozenset(course for course in courses if course)
        found[one.pk] = Shape(month, month, one.title, one.form, len(courses), named)
    return found


def classes_fitting(lines: Iterable[PlanLine], classes: Sequence[TrainingClass]) -> dict[int, list[TrainingClass]]:
    """line -> those of the classes that it could mean; lines without any are left out. One question."""
    shapes = _shapes_of(classes) if classes else {}
    found = {}
    for line in lines:
        wanted = _shape_of_line(line)
        fitting = [one for one in classes if fits(wanted, shapes[one.pk])]
        if fitting:
            found[line.pk] = fitting
    return found


def lines_offered(class_id: int) -> list[PlanLine]:
    """The lines of approved plans without a class that a class could be, where no plan has it yet; with their plans."""
    found = []
    plans = Plan.objects.filter(status=Plan.Status.APPROVED, unit__classes=class_id).select_related("base", "unit")
    for plan in plans.order_by("year"):
        one = next((held for held in classes_unplanned(plan) if held.pk == class_id), None)
        if one is None:
            continue
        linked = ClassLink.objects.filter(unlinked_at=None).values("line")
        lines = list(plan.lines.filter(dropped_at=None).exclude(pk__in=linked).order_by("number"))
        fitting = classes_fitting(lines, [one])
        for line in lines:
            if line.pk in fitting:
                line.plan = plan
                found.append(line)
    return found
