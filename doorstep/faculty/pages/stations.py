"""Guidance stations: the list, which served schools were not coached, one station, and what happens there."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from doorstep.core import clock
from doorstep.core.errors import NotFound
from doorstep.core.fields import day_field
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, Rows, listing_of, register_list
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.turning import said_above
from doorstep.core.views import view_rule
from doorstep.directory.queries import units_where
from doorstep.faculty.models import Station
from doorstep.faculty.queries.stations import (
    coaches_for,
    coachings_of,
    schools_of,
    schools_served,
    staff_of,
    station_by_id,
    stations_told,
)
from doorstep.faculty.services.stations import found_station

MOST_COACHINGS = 30

STATIONS = register_list(
    ListSpec(
        name="faculty.stations",
        action="faculty.view_teacher",
        title=gettext_lazy("教师指导站"),
        columns=(
            ListColumn(
                "name",
                gettext_lazy("名称"),
                lambda s: s.name,
                "link",
                url=lambda s: reverse("faculty:station", args=[s.pk]),
                sort=("name",),
            ),
            ListColumn("unit", gettext_lazy("单位"), lambda s: s.unit.short_name, sort=("place", "name")),
            ListColumn("size", gettext_lazy("指导教师（人）"), lambda s: s.size, "number", sort=("size",)),
            ListColumn("served", gettext_lazy("指导党校（所）"), lambda s: s.served, "number", sort=("served",)),
            ListColumn("coached", gettext_lazy("今年指导（次）"), lambda s: s.coached, "number", sort=("coached",)),
            ListColumn("waiting", gettext_lazy("今年还没指导（所）"), lambda s: s.waiting, "number", sort=("waiting",)),
        ),
        source=lambda actor, params: stations_told(actor).select_related("unit"),
        default_sort=("place", "name"),
        filters=(ListFilter("q", gettext_lazy("名称"), lambda rows, v: rows.filter(name__icontains=v), "text"),),
        empty_text=gettext_lazy("还没有指导站。先建一个，再把指导教师和要指导的党校加进来。"),
        empty_url="faculty:station_new",
        empty_action=gettext_lazy("建指导站"),
        empty_needs="faculty.keep_station",
        row_line2=lambda s: s.unit.short_name,
    )
)


def _by_coached(rows: Rows, value: str) -> Rows:
    return rows.filter(coached=0) if value == "none" else rows.filter(coached__gt=0)


SCHOOLS = register_list(
    ListSpec(
        name="faculty.station_schools",
        action="faculty.view_teacher",
        title=gettext_lazy("指导站指导的党校"),
        empty_text=gettext_lazy("还没有党校要指导。打开一个指导站，点“加要指导的党校”。"),
        empty_url="faculty:stations",
        empty_action=gettext_lazy("看指导站"),
        empty_needs="faculty.view_teacher",
        columns=(
            ListColumn("unit", gettext_lazy("党校所在单位"), lambda s: s.unit.short_name, sort=("unit__path",)),
            ListColumn(
                "station",
                gettext_lazy("指导站"),
                lambda s: s.station.name,
                "link",
                url=lambda s: reverse("faculty:station", args=[s.station_id]),
                sort=("station__name",),
            ),
            ListColumn("since", gettext_lazy("从哪天起"), lambda s: s.since, "date", sort=("since",)),
            ListColumn("coached", gettext_lazy("今年指导（次）"), lambda s: s.coached, "number", sort=("coached",)),
            ListColumn("last", gettext_lazy("最近一次"), lambda s: s.last_on, "date", sort=("last_on",)),
        ),
        source=lambda actor, params: schools_served(actor),
        default_sort=("unit__path",),
        filters=(
            ListFilter("q", gettext_lazy("单位"), lambda rows, v: rows.filter(unit__short_name__icontains=v), "text"),
            ListFilter(
                "year",
                gettext_lazy("今年"),
                _by_coached,
                choices=(("none", gettext_lazy("今年还没指导")), ("some", gettext_lazy("今年指导过"))),
            ),
        ),
        row_line2=lambda s: s.station.name,
    )
)


@view_rule("faculty.view_teacher", kind="list")
@require_GET
def stations(request: DoorstepRequest) -> HttpResponse:
    """The stations one may see, with how many schools wait for their first coaching this year."""
    listing = listing_of(STATIONS, request.actor, request.GET.dict())
    may_found = bool(units_where(request.actor, "faculty.keep_station"))
    return render(request, "faculty/stations.html", {"listing": listing, "may_found": may_found})


@view_rule("faculty.view_teacher", kind="list")
@require_GET
def station_schools(request: DoorstepRequest) -> HttpResponse:
    """The schools that are served, and when each was coached last."""
    return render(
        request, "faculty/station_schools.html", {"listing": listing_of(SCHOOLS, request.actor, request.GET.dict())}
    )


class StationForm(forms.Form):
    """A new station."""

    name = forms.CharField(
        label=gettext_lazy("名称"), max_length=80, help_text=gettext_lazy("例如：蕉城区委党校教师指导站")
    )
    on = day_field(gettext_lazy("哪天成立的"))


@view_rule("faculty.keep_station", kind="own_place")
def station_new(request: DoorstepRequest) -> HttpResponse:
    """Begin a station."""
    units = units_where(request.actor, "faculty.keep_station")
    if not units:
        raise NotFound
    chosen = request.POST.get("unit", "")
    unit = next((one for one in units if str(one.pk) == chosen), units[0])
    form = StationForm(posted(request), initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        with said_above(form):
            made = found_station(unit=unit, **form.cleaned_data, actor=request.actor)
            messages.success(request, _("已建好。接着把指导教师和要指导的党校加进来。"))
            return redirect("faculty:station", made.pk)
    shown = {"form": form, "units": units, "unit": unit}
    return render(request, "faculty/station_form.html", shown, status=422 if form.errors else 200)


@view_rule("faculty.view_teacher", kind="station")
@require_GET
def station(request: DoorstepRequest, station_id: int) -> HttpResponse:
    """One station: who works there, which schools it serves, what was found where."""
    return station_page(request, station_by_id(station_id, request.actor))


def station_page(request: DoorstepRequest, found: Station, problem: str = "") -> HttpResponse:
    """The page of a station, with what speaks against what was just asked for."""
    action, coaches = "faculty.coach_school", {one.pk for one in coaches_for(found, request.actor)}
    schools: list[Any] = schools_of(found)
    shown = {
        "station": found,
        "staff": staff_of(found),
        "schools": schools,
        "waiting": sum(one.until is None and not one.coached for one in schools),
        "coachings": [(one, one.teacher_id in coaches) for one in coachings_of(found, MOST_COACHINGS)],
        "may_keep": may(request.actor, "faculty.keep_station", at=found.place),
        "may_coach": bool(coaches) or may(request.actor, action, at=found.place),
        "problem": problem,
    }
    return render(request, "faculty/station.html", shown, status=422 if problem else 200)
