"""Pages that show who is left, and put them forward for a class."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from doorstep.classes.queries.classes import classes_open_for
from doorstep.classes.queries.people import seated_in
from doorstep.core.errors import NotFound
from doorstep.core.listing import listing_of
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule
from doorstep.coverage.pages.lists import LEFT, LEFT_ON, left_rows, why_left
from doorstep.coverage.pages.units import coverage_asked, line_in_reach, own_unit_id
from doorstep.coverage.queries.days import takes_long
from doorstep.coverage.queries.figures import Coverage, unit_in_reach

_NEVER = date(1900, 1, 1)


@view_rule("coverage.view_left", kind="own_place")
@require_GET
def left_home(request: DoorstepRequest) -> HttpResponse:
    """Who is left in one's own unit."""
    return _left_page(request, own_unit_id(request.actor, "coverage.view_left"))


@view_rule("coverage.view_left", kind="unit")
@require_GET
def unit_left(request: DoorstepRequest, unit_id: int) -> HttpResponse:
    """Who is left in a unit."""
    return _left_page(request, unit_id)


def _left_page(request: DoorstepRequest, unit_id: int) -> HttpResponse:
    """A branch as a list to tick people on; a unit with units below, or a past day, as a list by branch.

    A past day of a large unit leads on to the units below.
    """
    unit = unit_in_reach(unit_id, request.actor)
    if not may(request.actor, "coverage.view_left", at=unit.path):
        raise NotFound
    coverage = coverage_asked(request, unit_id)
    if not isinstance(coverage, Coverage):
        return redirect("core:task", coverage.pk)
    year = coverage.year
    context = {"unit": unit, "year": year, "coverage": coverage, "line": line_in_reach(unit, request.actor)}
    if unit.kind == "branch" and coverage.is_current:
        return render(request, "coverage/left.html", {**context, **_branch(request, unit, year)})
    if takes_long(unit, year, coverage.on):
        return render(request, "coverage/left_large.html", context)
    spec = LEFT if coverage.is_current else LEFT_ON
    listing = listing_of(spec, request.actor, {**request.GET.dict(), "unit": str(unit.pk)})
    return render(request, "coverage/left_list.html", {**context, "listing": listing})


def _branch(request: DoorstepRequest, unit: Any, year: int) -> dict[str, Any]:
    """The rows of a branch, those longest without training first, and the classes people can be put forward for."""
    where = request.GET.get("where", "")
    rows: list[Any] = list(left_rows(unit, year, request.actor))
    shown = [row for row in rows if not where or row.person.floating == (where == "away")]
    shown.sort(key=lambda row: (row.last_on or _NEVER, row.person.name, row.person_id))
    classes = classes_open_for(unit, request.actor) if may(request.actor, "classes.nominate", at=unit.path) else []
    asked = request.GET.get("class", "")
    chosen = next((c for c in classes if str(c.pk) == asked), classes[0] if classes else None)
    seated = seated_in(row.person_id for row in shown)
    return {
        "rows": [(row, why_left(row), seated.get(row.person_id)) for row in shown],
        "where": where,
        "home_count": sum(not row.person.floating for row in rows),
        "away_count": sum(row.person.floating for row in rows),
        "classes": classes,
        "chosen": chosen,
    }
