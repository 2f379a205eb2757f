"""Plan against actual in sums: county by county, and over all one may see."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from doorstep.bases.queries.places import schools_and_academies_where
from doorstep.core.actors import Actor
from doorstep.core.permissions import visible_to
from doorstep.directory.queries import units_visible_to
from doorstep.planning.models import ClassLink, Plan
from doorstep.planning.queries.lines import SUMS, counted_lines
from doorstep.planning.queries.planners import counties_where
from doorstep.planning.queries.plans import MISSING, plans_visible_to
from doorstep.records.queries.yearly import ClassFigures, figures_of_groups, with_year_figures

# The classes that became of the lines of the approved plans of a county in a year.
_OF_COUNTY = """
SELECT k.training_class_id, p.year AS wanted FROM planning_plan p
JOIN planning_planline l ON l.plan_id = p.id AND l.dropped_at IS NULL
JOIN planning_classlink k ON k.line_id = l.id AND k.unlinked_at IS NULL
WHERE p.county = directory_unit.county AND p.status = 'approved' AND p.year = {year}
"""

_OWN, _SCHOOLS, _WHOLE = range(3)


@dataclass(frozen=True, slots=True)
class YearSum:
    """Who plans, plans and lines of a year in one reach; `planned` by name as in `SUMS`, `given` of their classes."""

    planners: int
    approved: int
    waiting: int
    planned: dict[str, Any] = field(default_factory=dict)
    given: ClassFigures = ClassFigures()

    @property
    def missing(self) -> int:
        """Those whose plan is neither approved nor waiting."""
        return max(0, self.planners - self.approved - self.waiting)


def sum_of_year(actor: Actor, year: int) -> YearSum:
    """All one may see of a year: each person once, however often they came."""
    status = plans_visible_to(actor).filter(year=year).values_list("status")
    plans: dict[str, int] = dict(status.order_by().annotate(n=Count("pk")))
    lines = visible_to(actor, "planning.view_plan", counted_lines(year), place="plan__place")
    links = ClassLink.objects.filter(line__in=lines.order_by().values("pk"), unlinked_at=None)
    groups = ((0, class_id) for class_id in links.values_list("training_class", flat=True))
    return YearSum(
        planners=schools_and_academies_where(actor, "planning.view_plan").count()
        + counties_where(actor, "planning.view_plan").count(),
        approved=plans.get(Plan.Status.APPROVED, 0),
        waiting=plans.get(Plan.Status.HANDED_IN, 0),
        planned=_planned(lines),
        given=figures_of_groups(groups, year).get(0, ClassFigures()),
    )


def counties_of_year(actor: Actor, year: int) -> QuerySet[Any]:
    """The counties `actor` may see whole, and the city with its academy, each with its own plan and all sums.

    `plan_id` and `standing` of the county's own plan (plan_missing without one; the city itself has none: ""); of its
    schools or academies `schools`, `approved`, `waiting`, `missing`; of the lines that count, its own and those of the
    schools, the sums of `SUMS`; `persons` (each once in the county), `person_times` and `given_hours`.
    """
    rows = units_visible_to(actor).filter(kind__in=("city", "county"), valid_to=None)
    rows = visible_to(actor, "planning.view_plan", rows, place="path")
    schools = schools_and_academies_where(actor, "planning.view_plan").filter(county=OuterRef("county"))
    plans = Plan.objects.filter(county=OuterRef("county"), year=year).exclude(base=None)
    own = Plan.objects.filter(unit=OuterRef("pk"), base=None, year=year)
    rows = rows.annotate(
        plan_id=Subquery(own.values("pk")[:1]),
        standing=Case(
            When(kind="county", then=Coalesce(Subquery(own.values("status")[:1]), Value(MISSING))), default=Value("")
        ),
        schools=_count(schools),
        approved=_count(plans.filter(status=Plan.Status.APPROVED)),
        waiting=_count(plans.filter(status=Plan.Status.HANDED_IN)),
        missing=_count(schools.exclude(Q(pk__in=_settled(year)))),
        **{name: _sum(name, year) for name in SUMS},
    )
    return with_year_figures(rows, _OF_COUNTY.format(year=int(year)))


@dataclass(frozen=True, slots=True)
class CountySum:
    """One line of a county's year: `planned` by name as in `SUMS`, `given` of their classes."""

    planned: dict[str, Any]
    given: ClassFigures


@dataclass(frozen=True, slots=True)
class CountyYear:
    """A county's year: its own plan, those of its schools, both together; people count once in each."""

    own: CountySum
    schools: CountySum
    whole: CountySum


def county_year(plan: Plan) -> CountyYear:
    """What a county and its schools planned and did in the year of its plan, of approved plans alone."""
    lines = counted_lines(plan.year).filter(plan__county=plan.county)
    links = ClassLink.objects.filter(line__in=lines.order_by().values("pk"), unlinked_at=None)
    groups: list[tuple[int, int]] = []
    for class_id, base_id in links.values_list("training_class", "line__plan__base"):
        groups += [(_WHOLE, class_id), (_SCHOOLS if base_id else _OWN, class_id)]
    given = figures_of_groups(groups, plan.year)
    parts = {_OWN: lines.filter(plan__base=None), _SCHOOLS: lines.exclude(plan__base=None), _WHOLE: lines}
    return CountyYear(*(CountySum(_planned(rows), given.get(one, ClassFigures())) for one, rows in parts.items()))


def _planned(lines: QuerySet[Any]) -> dict[str, Any]:
    # Under names of their own: one sum is made of a column that another is called by.
    found = lines.aggregate(**{f"sum_{name}": wanted for name, wanted in SUMS.items()})
    return {name: found[f"sum_{name}"] or Decimal(0) for name in SUMS}


def _settled(year: int) -> Any:
    rows = Plan.objects.filter(year=year, status__in=(Plan.Status.APPROVED, Plan.Status.HANDED_IN))
    return rows.exclude(base=None).values("base")


def _count(rows: QuerySet[Any]) -> Any:
    counted = rows.order_by().values("county").annotate(found=Count("pk")).values("found")
    return Coalesce(Subquery(counted), Value(0))


def _sum(name: str, year: int) -> Any:
    rows = counted_lines(year).filter(plan__county=OuterRef("county")).order_by().values("plan__county")
    found = rows.annotate(found=SUMS[name]).values("found")
    return Coalesce(Subquery(found), Value(0), output_field=SUMS[name].output_field)
