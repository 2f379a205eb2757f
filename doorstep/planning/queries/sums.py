"""Plan against actual in sums: county by county, and over all one may see."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from doorstep.bases.queries.places import schools_where
from doorstep.core.actors import Actor
from doorstep.core.permissions import visible_to
from doorstep.directory.queries import units_visible_to
from doorstep.planning.models import ClassLink, Plan
from doorstep.planning.queries.lines import SUMS, counted_lines
from doorstep.planning.queries.plans import plans_visible_to
from doorstep.records.queries.yearly import ClassFigures, figures_of_groups, with_year_figures

# The classes that became of the lines of the approved plans of a county in a year.
_OF_COUNTY = """
SELECT k.training_class_id, p.year AS wanted FROM planning_plan p
JOIN planning_planline l ON l.plan_id = p.id AND l.dropped_at IS NULL
JOIN planning_classlink k ON k.line_id = l.id AND k.unlinked_at IS NULL
WHERE p.county = directory_unit.county AND p.status = 'approved' AND p.year = {year}
"""


@dataclass(frozen=True, slots=True)
class YearSum:
    """Schools, plans and lines of a year in one reach; `planned` by name as in `SUMS`, `given` of their classes."""

    schools: int
    approved: int
    waiting: int
    planned: dict[str, Any] = field(default_factory=dict)
    given: ClassFigures = ClassFigures()

    @property
    def missing(self) -> int:
        """Schools whose plan is neither approved nor waiting."""
        return max(0, self.schools - self.approved - self.waiting)


def sum_of_year(actor: Actor, year: int) -> YearSum:
    """All one may see of a year: each person once, however many schools they went to."""
    status = plans_visible_to(actor).filter(year=year).values_list("status")
    plans: dict[str, int] = dict(status.order_by().annotate(n=Count("pk")))
    lines = visible_to(actor, "planning.view_plan", counted_lines(year), place="plan__place")
    # Under names of their own: one sum is made of a column that another is called by.
    planned = lines.aggregate(**{f"sum_{name}": found for name, found in SUMS.items()})
    links = ClassLink.objects.filter(line__in=lines.order_by().values("pk"), unlinked_at=None)
    groups = ((0, class_id) for class_id in links.values_list("training_class", flat=True))
    return YearSum(
        schools=schools_where(actor, "planning.view_plan").count(),
        approved=plans.get(Plan.Status.APPROVED, 0),
        waiting=plans.get(Plan.Status.HANDED_IN, 0),
        planned={name: planned[f"sum_{name}"] or Decimal(0) for name in SUMS},
        given=figures_of_groups(groups, year).get(0, ClassFigures()),
    )


def counties_of_year(actor: Actor, year: int) -> QuerySet[Any]:
    """The counties `actor` may see whole, each with the sums of its schools.

    `schools`, `approved`, `waiting`, `missing`; of the lines that count those of `SUMS`; `persons` (each once in the
    county), `person_times` and `given_hours`.
    """
    rows = units_visible_to(actor).filter(kind="county", valid_to=None)
    rows = visible_to(actor, "planning.view_plan", rows, place="path")
    schools = schools_where(actor, "planning.view_plan").filter(county=OuterRef("county"))
    plans = Plan.objects.filter(county=OuterRef("county"), year=year)
    rows = rows.annotate(
        schools=_count(schools),
        approved=_count(plans.filter(status=Plan.Status.APPROVED)),
        waiting=_count(plans.filter(status=Plan.Status.HANDED_IN)),
        missing=_count(schools.exclude(Q(pk__in=_settled(year)))),
        **{name: _sum(name, year) for name in SUMS},
    )
    return with_year_figures(rows, _OF_COUNTY.format(year=int(year)))


def _settled(year: int) -> Any:
    return Plan.objects.filter(year=year, status__in=(Plan.Status.APPROVED, Plan.Status.HANDED_IN)).values("base")


def _count(rows: QuerySet[Any]) -> Any:
    counted = rows.order_by().values("county").annotate(found=Count("pk")).values("found")
    return Coalesce(Subquery(counted), Value(0))


def _sum(name: str, year: int) -> Any:
    rows = counted_lines(year).filter(plan__county=OuterRef("county")).order_by().values("plan__county")
    found = rows.annotate(found=SUMS[name]).values("found")
    return Coalesce(Subquery(found), Value(0), output_field=SUMS[name].output_field)
