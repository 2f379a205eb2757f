"""Yearly plans of the planned city, with their changes and the classes that became of their lines."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from typing import Any

from doorstep.core import clock
from doorstep.demo.loading.copying import copy_rows
from doorstep.demo.rules.city import City
from doorstep.demo.rules.plans import NOTE, REASONS, PlannedLine, PlannedYear, plan_years

TABLES = ("planning_plan", "planning_planline", "planning_planchange", "planning_classlink")
HOURS_EACH = 4  # what a half day of the demo city is planned with


def load_plans(city: City) -> None:
    """Write plans, lines, changes and links."""
    plans = plan_years(city.network, city.tree.units, city.history.classes, city.as_of)
    copy_rows(
        "planning_plan",
        "id base_id unit_id place above_place county year status revision made_at handed_in_at decided_at "
        "decision_note",
        (_plan(plan) for plan in plans),
    )
    lines = [(plan, number, line) for plan in plans for number, line in enumerate(plan.lines, start=1)]
    copy_rows(
        "planning_planline",
        "id plan_id number month_from month_to title form audience sessions heads hours lead note dropped_at",
        (_line(*one) for one in lines),
    )
    changed = [(plan, line) for plan, _number, line in lines if line.change or line.is_dropped]
    copy_rows(
        "planning_planchange",
        "id plan_id line_id kind before after reason changed_at",
        ((number, *_change(*one)) for number, one in enumerate(changed, start=1)),
    )
    held = [(plan, line) for plan, _number, line in lines if line.held]
    copy_rows(
        "planning_classlink",
        "id line_id training_class_id year is_opened_here linked_at unlinked_for",
        (
            (number, line.id, line.held.id, plan.year, number % 3 > 0, _moment(plan, 3, 20), "")
            for number, (plan, line) in enumerate(held, start=1)
            if line.held
        ),
    )


def _moment(plan: PlannedYear, month: int, day: int) -> datetime:
    """A morning of the plan's year, never after the city's present."""
    return min(clock.at_local(date(plan.year, month, day), 9, 30), clock.now())


def _plan(plan: PlannedYear) -> tuple[Any, ...]:
    unit = plan.unit
    above = unit.parent.path if unit.parent else ""
    handed_in = None if plan.status == "draft" else _moment(plan, 3, 1)
    decided = _moment(plan, 3, 12) if plan.status in ("approved", "declined") else None
    note = NOTE if plan.status == "declined" else ""
    facts = (unit.county, plan.year, plan.status, len(plan.lines) + 1)
    whose = (plan.id, plan.base.id if plan.base else None, unit.id, unit.path, above)
    return (*whose, *facts, _moment(plan, 2, 10), handed_in, decided, note)


def _line(plan: PlannedYear, number: int, line: PlannedLine) -> tuple[Any, ...]:
    dropped = _moment(plan, 6, 1) if line.is_dropped else None
    facts = (line.title, line.form, line.audience, line.sessions, line.heads, HOURS_EACH * line.sessions, line.lead, "")
    return (line.id, plan.id, number, line.month_from, line.month_to, *facts, dropped)


def _said(**fields: object) -> str:
    return json.dumps(fields, ensure_ascii=False)


def _change(plan: PlannedYear, line: PlannedLine) -> tuple[Any, ...]:
    if line.is_dropped:
        why = REASONS[line.id % len(REASONS)]
        return (plan.id, line.id, "dropped", _said(title=line.title), "{}", why, _moment(plan, 6, 1))
    before, after = _said(heads=max(1, line.heads - 10)), _said(heads=line.heads)
    moment = _moment(plan, 4, 10) + timedelta(minutes=line.id % 60)
    return (plan.id, line.id, "changed", before, after, line.change, moment)
