"""What people chose themselves and what was assigned to them: a unit's year by month, unit and occupation."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from doorstep.classes.queries.will import YEARS_BACK, unit_with_will, will_of
from doorstep.classes.services.will import start_will_export
from doorstep.core import clock
from doorstep.core.errors import NotFound
from doorstep.core.numbers import year_asked
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule
from doorstep.directory.queries import line_of, units_where


@view_rule("classes.view_will", kind="own_place")
@require_GET
def will_home(request: DoorstepRequest) -> HttpResponse:
    """To the figures of one's own unit."""
    units = units_where(request.actor, "classes.view_will")
    if not units:
        raise NotFound
    return redirect("classes:will", units[0].pk)


@view_rule("classes.view_will", kind="unit")
@require_GET
def will(request: DoorstepRequest, unit_id: int) -> HttpResponse:
    """A unit's year."""
    unit, today = unit_with_will(unit_id, request.actor), clock.today()
    found = will_of(unit, year_asked(request.GET.get("year", ""), today.year))
    shown = {
        "found": found,
        "line": [one for one in line_of(unit) if may(request.actor, "classes.view_will", at=one.path)],
        "years_shown": range(today.year - YEARS_BACK, today.year + 1),
    }
    return render(request, "classes/will.html", shown)


@view_rule("classes.view_will", kind="unit")
@require_POST
def will_export(request: DoorstepRequest, unit_id: int) -> HttpResponse:
    """Begin the workbook of what `will` shows."""
    year = year_asked(request.GET.get("year", ""), clock.today().year)
    task = start_will_export(unit=unit_with_will(unit_id, request.actor), year=year, actor=request.actor)
    return redirect("core:task", task.pk)
