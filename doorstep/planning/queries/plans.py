"""Which plans one may see, which wait for whom, and how schools and academies stand with theirs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from doorstep.bases.queries.places import schools_and_academies_where
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import visible_to
from doorstep.core.policies import policies_at, policy_at
from doorstep.directory.queries.recipients import accounts_nearest
from doorstep.planning.models import Plan, PlanChange
from doorstep.planning.queries.lines import SUMS, counted_lines
from doorstep.planning.queries.planners import Planner, planners_where
from doorstep.planning.rules import due_on, is_told
from doorstep.records.queries.yearly import with_year_figures

MISSING = "plan_missing"
Status = Plan.Status
# The classes that became of the lines of a school's approved plan of a year.
_OF_SCHOOL = """
SELECT k.training_class_id, p.year AS wanted FROM planning_plan p
JOIN planning_planline l ON l.plan_id = p.id AND l.dropped_at IS NULL
JOIN planning_classlink k ON k.line_id = l.id AND k.unlinked_at IS NULL
WHERE p.base_id = bases_base.id AND p.status = 'approved' AND p.year = {year}
"""


def plans_visible_to(actor: Actor) -> QuerySet[Plan]:
    """The plans `actor` may see, with base and unit."""
    return visible_to(actor, "planning.view_plan", Plan.objects.all()).select_related("base", "unit")


def plan_by_id(plan_id: int, actor: Actor) -> Plan:
    """One plan that `actor` may see; raises NotFound."""
    found = (
        plans_visible_to(actor).select_related("unit__parent", "handed_in_by", "decided_by").filter(pk=plan_id).first()
    )
    if found is None:
        raise NotFound
    return found


def plan_told(plan_id: int) -> Plan:
    """A plan with base and unit, for telling people of it."""
    return Plan.objects.select_related("base", "unit").get(pk=plan_id)


def change_told(change_id: int) -> PlanChange:
    """A change of an approved plan, for telling people of it."""
    return PlanChange.objects.select_related("line").get(pk=change_id)


def approvers(plan: Plan) -> list[int]:
    """Whose word a plan waits for, nearest to the office above."""
    return accounts_nearest("planning.approve_plan", [plan.above_place])


def writers(plan: Plan) -> list[int]:
    """Who handed a plan in, and who writes there."""
    own = [plan.handed_in_by_id] if plan.handed_in_by_id else []
    return sorted({*own, *accounts_nearest("planning.write_plan", [plan.place])})


def schools_of_year(actor: Actor, year: int) -> QuerySet[Any]:
    """The schools and academies `actor` may see, each with how its plan of a year stands and what came of it.

    `plan_id` and `standing` (plan_missing without a plan); of the lines of an approved plan `lines`, `opened`, `held`,
    `behind`, `heads` (person-times planned) and `planned_hours`; of their classes `persons`, `person_times` and
    `given_hours`.
    """
    plans = Plan.objects.filter(base=OuterRef("pk"), year=year)
    rows = schools_and_academies_where(actor, "planning.view_plan").annotate(
        plan_id=Subquery(plans.values("pk")[:1]),
        standing=Coalesce(Subquery(plans.values("status")[:1]), Value(MISSING)),
        **{name: _sum(name, year) for name in ("lines", "opened", "held", "behind", "heads", "planned_hours")},
    )
    return with_year_figures(rows, _OF_SCHOOL.format(year=int(year)))


def _sum(name: str, year: int) -> Any:
    rows = counted_lines(year).filter(plan__base=OuterRef("pk")).order_by().values("plan__base")
    found = rows.annotate(found=SUMS[name]).values("found")
    return Coalesce(Subquery(found), Value(0), output_field=SUMS[name].output_field)


def changes_of(plan: Plan) -> QuerySet[PlanChange]:
    """What was changed of a plan after it was approved, the newest first."""
    return plan.changes.select_related("line", "changed_by").order_by("-changed_at", "-pk")


def plans_to_decide(actor: Actor) -> QuerySet[Plan]:
    """The plans that wait for this actor's own office, the oldest first; not those they handed in themselves."""
    rows = visible_to(actor, "planning.approve_plan", Plan.objects.filter(status=Status.HANDED_IN), place="above_place")
    rows = rows.filter(above_place__in=[grant.place for grant in actor.grants])
    if actor.account_id is not None:
        rows = rows.exclude(handed_in_by=actor.account_id)
    return rows.select_related("base", "unit").order_by("handed_in_at", "pk")


def plans_to_mend(actor: Actor) -> QuerySet[Plan]:
    """The plans this actor writes that were returned."""
    rows = visible_to(actor, "planning.write_plan", Plan.objects.filter(status=Status.RETURNED))
    return rows.select_related("base", "unit").order_by("year", "pk")


def planners_due(actor: Actor, today: date) -> list[tuple[Planner, date, int | None]]:
    """For whom `actor` writes and whose plan of this year is not handed in, from the day that is told.

    Each with the day it is due on and, where it is a draft already, its plan.
    """
    planners = planners_where(actor, "planning.write_plan")
    of_units = Q(base=None, unit__in=[one.unit for one in planners if one.base is None])
    rows = Plan.objects.filter(of_units | Q(base__in=[one.base for one in planners if one.base]), year=today.year)
    plans = {Planner(plan.unit, plan.base).key: plan for plan in rows.select_related("unit", "base")}
    found = []
    for one in planners:
        plan = plans.get(one.key)
        if plan is not None and plan.status != Status.DRAFT:
            continue
        figures = policies_at(("plan.hand_in_by", "plan.remind_days"), on=today, place=one.place)
        due = due_on(today.year, figures["plan.hand_in_by"].text)
        if is_told(due, figures["plan.remind_days"].integer, today):
            found.append((one, due, plan.pk if plan else None))
    return found


def approved_plans(schools: Sequence[int], on: date) -> dict[int, int]:
    """School -> 1 where its plan of the year holds; until the new one is due, that of the year before is as good.

    Source: policy:plan.hand_in_by, for the whole network.
    """
    due = due_on(on.year, policy_at("plan.hand_in_by", on=on).text)
    years = (on.year - 1, on.year) if on <= due else (on.year,)
    rows = Plan.objects.filter(base__in=schools, year__in=years, status=Status.APPROVED)
    return dict.fromkeys(rows.values_list("base", flat=True), 1)


def plan_counts() -> dict[str, int]:
    """How many plans of this year are approved."""
    return {"plan": Plan.objects.filter(year=clock.today().year, status=Status.APPROVED).count()}
