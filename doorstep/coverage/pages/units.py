"""Pages that show how a unit and the units below it are covered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import Invalid, NotFound
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule
from doorstep.coverage.queries.classes import classes_held
from doorstep.coverage.queries.figures import Coverage, unit_in_reach
from doorstep.coverage.queries.maps import BANDS, sketch_of
from doorstep.coverage.queries.people import hours_asked
from doorstep.coverage.services import coverage_or_work, start_coverage_export
from doorstep.directory.queries import line_of, unit_at

if TYPE_CHECKING:
    from doorstep.core.models import LongTask

_FIRST_YEAR = 2000
_YEARS_SHOWN = 3


class DayUnreadable(Invalid):
    """The year or the day in the address cannot be read."""

    code = "coverage_day_unreadable"


def asked_year(params: Mapping[str, str]) -> int:
    """The year asked for, this year without one; raises DayUnreadable."""
    text = params.get("year", "").strip()
    if not text:
        return clock.today().year
    if not (text.isascii() and text.isdigit() and _FIRST_YEAR <= int(text) <= clock.today().year):
        raise DayUnreadable
    return int(text)


def asked_day(params: Mapping[str, str], year: int) -> date | None:
    """The day asked for, kept within the year; None without one; raises DayUnreadable."""
    text = params.get("on", "").strip()
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise DayUnreadable from None
    return min(max(day, date(year, 1, 1)), date(year, 12, 31))


def own_unit_id(actor: Actor, action: str) -> int:
    """The unit for which one holds a role that may do `action`; the one worked under now comes first."""
    for grant in actor.grants:
        if may(actor, action, at=grant.place):
            return unit_at(grant.place).pk
    raise NotFound


def line_in_reach(coverage_unit: Any, actor: Actor) -> list[Any]:
    """The units above, as far up as the actor may see their coverage."""
    return [u for u in line_of(coverage_unit) if may(actor, "coverage.view_coverage", at=u.path)]


@view_rule("coverage.view_coverage", kind="own_place")
@require_GET
def coverage_home(request: DoorstepRequest) -> HttpResponse:
    """To the coverage of one's own unit, of the year and day asked for."""
    address = reverse("coverage:unit", args=[own_unit_id(request.actor, "coverage.view_coverage")])
    asked = request.GET.urlencode()
    return redirect(f"{address}?{asked}" if asked else address)


def coverage_asked(request: DoorstepRequest, unit_id: int) -> Coverage | LongTask:
    """The coverage asked for, or the work that will find it when that takes longer than a page may."""
    year = asked_year(request.GET)
    unit = unit_in_reach(unit_id, request.actor)
    return coverage_or_work(unit=unit, year=year, on=asked_day(request.GET, year), actor=request.actor)


@view_rule("coverage.view_coverage", kind="unit")
@require_GET
def unit_page(request: DoorstepRequest, unit_id: int) -> HttpResponse:
    """A unit's figures, its map, and a table of the units directly below."""
    coverage = coverage_asked(request, unit_id)
    if not isinstance(coverage, Coverage):
        return redirect("core:task", coverage.pk)
    today = clock.today()
    counted = [row for row in coverage.children if row[1].members or row[1].person_times]
    return render(
        request,
        "coverage/unit.html",
        {
            "coverage": coverage,
            "line": line_in_reach(coverage.unit, request.actor),
            "rows": [(unit, figures, _below(unit)) for unit, figures in counted],
            "empty": [(row[0], _below(row[0])) for row in coverage.children if row not in counted],
            "years": range(today.year - _YEARS_SHOWN + 1, today.year + 1),
            "has_map": sketch_of(coverage) is not None,
            "bands": BANDS,
            "asked": hours_asked(coverage.unit, coverage.on),
            "may_see_left": may(request.actor, "coverage.view_left", at=coverage.unit.path),
            "may_see_will": may(request.actor, "classes.view_will", at=coverage.unit.path),
        },
    )


def _below(unit: Any) -> str:
    """Where a row leads: a branch to the list of who is left, anything above it to its own table."""
    name = "coverage:unit_left" if unit.kind == "branch" else "coverage:unit"
    return reverse(name, args=[unit.pk])


@view_rule("coverage.view_coverage", kind="unit")
@require_GET
def unit_classes(request: DoorstepRequest, unit_id: int) -> HttpResponse:
    """What a unit and those below it hold in a year, as a piece of a page; alone it leads to the unit's coverage."""
    year, unit = asked_year(request.GET), unit_in_reach(unit_id, request.actor)
    if not request.headers.get("HX-Request"):
        return redirect("coverage:unit", unit.pk)
    shown = {"classes": classes_held(unit, year), "year": str(year)}
    return render(request, "coverage/classes.html", shown)


@view_rule("coverage.view_coverage", kind="unit")
@require_POST
def unit_export(request: DoorstepRequest, unit_id: int) -> HttpResponse:
    """Begin the workbook of what `unit_page` shows, of the year and day in the query."""
    year = asked_year(request.GET)
    task = start_coverage_export(
        unit=unit_in_reach(unit_id, request.actor), year=year, on=asked_day(request.GET, year), actor=request.actor
    )
    return redirect("core:task", task.pk)


@view_rule("coverage.view_coverage", kind="unit")
@require_GET
def unit_map(request: DoorstepRequest, unit_id: int) -> HttpResponse:
    """The sketch map of a city or county as a picture."""
    coverage = coverage_asked(request, unit_id)
    if not isinstance(coverage, Coverage):
        raise NotFound  # the page asks for its map once it has the figures
    sketch = sketch_of(coverage)
    if sketch is None:
        raise NotFound
    title = _("%(unit)s各地参训比例") % {"unit": coverage.unit.short_name}
    return render(request, "directory/shaded.svg", {"sketch": sketch, "title": title}, content_type="image/svg+xml")
