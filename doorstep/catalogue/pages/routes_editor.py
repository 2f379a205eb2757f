"""Planning a route and changing it: one form that works without scripts, checked as it is filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from doorstep.bases.queries.places import bases_by_ids, county_choices
from doorstep.catalogue.models import Route
from doorstep.catalogue.pages.routes_forms import RouteSheet, Row, acted, new_row, rows_of, rows_posted, sheet_of
from doorstep.catalogue.queries.routes import route_to_change
from doorstep.catalogue.services.routes import RouteNotDraft, change_route, plan_route
from doorstep.core.errors import NotFound
from doorstep.core.numbers import whole
from doorstep.core.requests import DoorstepRequest
from doorstep.core.turning import said_above
from doorstep.core.views import view_rule
from doorstep.directory.queries import units_where

if TYPE_CHECKING:
    from doorstep.directory.models import Unit

_FIRST: Mapping[str, Any] = {"starts": "08:30"}


@view_rule("catalogue.plan_route", kind="own_place")
def route_new(request: DoorstepRequest) -> HttpResponse:
    """Plan a route."""
    units = units_where(request.actor, "catalogue.plan_route")
    if not units:
        raise NotFound
    chosen = request.POST.get("unit") or request.GET.get("unit", "")
    unit = next((one for one in units if str(one.pk) == chosen), units[0])
    sheet = _sheet(request, unit, _FIRST, [new_row(), new_row()])
    if (made := _saved(request, sheet, None)) is not None:
        messages.success(request, _("已存成草稿。"))
        return redirect("catalogue:route", made.pk)
    return _answer(request, sheet, {"units": units})


@view_rule("catalogue.plan_route", kind="route")
def route_edit(request: DoorstepRequest, route_id: int) -> HttpResponse:
    """Change a route that is a draft."""
    found = route_to_change(route_id, request.actor)
    if found.status != Route.Status.DRAFT:
        raise RouteNotDraft(name=found.name)
    names = ("name", "theme", "meeting_point", "most_people")
    head = {"starts": f"{found.starts:%H:%M}", **{name: getattr(found, name) for name in names}}
    sheet = _sheet(request, found.unit, head, rows_of(found) if request.method == "GET" else [])
    if _saved(request, sheet, found) is not None:
        messages.success(request, _("已保存。"))
        return redirect("catalogue:route", found.pk)
    return _answer(request, sheet, {"route": found, "version": request.POST.get("version", found.version)})


def _is_sent(request: DoorstepRequest) -> bool:
    """True where the form is to be saved, not only changed by one of its buttons or looked through while typing."""
    return request.method == "POST" and "act" not in request.POST and "HX-Request" not in request.headers


def _sheet(request: DoorstepRequest, unit: Unit, head: Mapping[str, Any], rows: Sequence[Row]) -> RouteSheet:
    """The form as sent and as a button leaves it, or as it first appears."""
    if request.method == "POST":
        head, rows = request.POST, acted(rows_posted(request.POST), request.POST.get("act", ""))
    counties = request.POST.getlist("county") if request.method == "POST" else _counties_of(unit, rows)
    return sheet_of(unit, head, rows, counties, is_sent=_is_sent(request))


def _counties_of(unit: Unit, rows: Sequence[Row]) -> list[str]:
    bases = bases_by_ids(int(row["base"]) for row in rows if row["base"])
    return list(dict.fromkeys([unit.county, *(base.county for base in bases.values())]))


def _saved(request: DoorstepRequest, sheet: RouteSheet, route: Route | None) -> Route | None:
    """Write it where it is to be saved; a refusal goes onto the form."""
    if not (_is_sent(request) and sheet.is_valid):
        return None
    with said_above(sheet.head):
        if route is None:
            return plan_route(unit=sheet.unit, plan=sheet.plan, actor=request.actor)
        version = request.POST.get("version", "")
        seen = whole(version) or 0
        return change_route(route=route, plan=sheet.plan, version=seen, actor=request.actor)
    return None


def _answer(request: DoorstepRequest, sheet: RouteSheet, shown: Mapping[str, Any]) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return render(request, "catalogue/route_check.html", {"day": sheet.day})
    counties = [(code, word, code in sheet.counties) for code, word in county_choices(request.actor)]
    context = {"sheet": sheet, "day": sheet.day, "counties": counties, **shown}
    return render(request, "catalogue/route_form.html", context, status=422 if _is_sent(request) else 200)
