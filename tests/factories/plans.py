"""Yearly plans, for tests."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from doorstep.bases.models import Base
from doorstep.core import clock
from doorstep.directory.models import Unit
from doorstep.planning.models import Plan, PlanLine
from doorstep.planning.queries.planners import Planner
from doorstep.planning.services.lines import LineFacts, add_line
from doorstep.planning.services.plans import approve_plan, hand_in_plan, make_plan
from tests.factories.classes import SYSTEM


def line_facts(**changes: Any) -> LineFacts:
    """A lecture for 40 people in March; `changes` go into it."""
    values: dict[str, Any] = {
        "title": "农村党员春训",
        "month_from": 3,
        "month_to": 4,
        "audience": "全镇农村党员",
        "sessions": 2,
        "heads": 40,
        "hours": Decimal("8"),
        **changes,
    }
    return LineFacts(**values)


def line_body(**changes: Any) -> dict[str, Any]:
    """The same as a form sends it."""
    return {
        "title": "农村党员春训", "month_from": 3, "month_to": 4, "audience": "全镇农村党员", "sessions": 2,
        "heads": 40, "hours": "8", "form": "lecture", "lead": "", "teacher": "", "course": "", "note": "", "seen": 1,
        **changes,
    }  # fmt: skip


def given_plan(of: Base | Unit, *lines: LineFacts, status: str = "draft", year: int | None = None) -> Plan:
    """A plan of this year with lines, one unless said otherwise: draft, waiting or approved."""
    planner = Planner(of.unit, of) if isinstance(of, Base) else Planner(of)
    plan = make_plan(planner=planner, year=year or clock.today().year, copies=False, actor=SYSTEM)
    for number, facts in enumerate(lines or (line_facts(),), start=1):
        add_line(plan=plan, facts=facts, reason="", seen=number, actor=SYSTEM)
    if status != "draft":
        hand_in_plan(plan=plan, actor=SYSTEM)
    fresh = Plan.objects.select_related("base", "unit").get(pk=plan.pk)
    return approve_plan(plan=fresh, seen=fresh.revision, actor=SYSTEM) if status == "approved" else fresh


def line_of(plan: Plan, number: int = 1) -> PlanLine:
    """A line of a plan by its number, with its plan."""
    rows = PlanLine.objects.select_related("plan__base", "plan__unit", "course", "teacher")
    return rows.get(plan=plan, number=number)
