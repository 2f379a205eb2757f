"""What happens at a guidance station: teachers and schools come and go, coaching is told and taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from doorstep.core import clock
from doorstep.core.errors import DoorstepError, Invalid, NotFound
from doorstep.core.fields import day_field
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.turning import press
from doorstep.core.views import view_rule
from doorstep.faculty.models import Station
from doorstep.faculty.pages.fields import offer
from doorstep.faculty.pages.stations import station_page
from doorstep.faculty.queries.stations import (
    coaches_for,
    coaching_by_id,
    school_to_end,
    schools_of,
    staff_to_end,
    station_by_id,
    teachers_to_staff,
    units_to_serve,
)
from doorstep.faculty.services.stations import (
    end_school,
    end_staff,
    note_coaching,
    serve_school,
    staff_station,
    withdraw_coaching,
)


class SinceForm(forms.Form):
    """Who or which school, from which day on."""

    who = forms.TypedChoiceField(coerce=int)
    since = day_field(gettext_lazy("从哪天起"))


class UntilForm(forms.Form):
    """From which day on no longer."""

    on = day_field(gettext_lazy("从哪天起不算"))


def _to_keep(request: DoorstepRequest, station_id: int) -> Station:
    """A station one keeps; raises NotFound."""
    found = station_by_id(station_id, request.actor)
    if not may(request.actor, "faculty.keep_station", at=found.place):
        raise NotFound
    return found


@view_rule("faculty.keep_station", kind="station")
def station_staff(request: DoorstepRequest, station_id: int) -> HttpResponse:
    """Let a teacher work at a station."""
    station = _to_keep(request, station_id)
    offered = {one.pk: one for one in teachers_to_staff(station)}
    form = SinceForm(posted(request), initial={"since": clock.today()})
    form.fields["who"].label = _("教师")
    offer(form, "who", ((pk, f"{one.name}　{one.unit.short_name}") for pk, one in offered.items()))
    if request.method == "POST" and form.is_valid():
        teacher, since = offered[form.cleaned_data["who"]], form.cleaned_data["since"]
        try:
            staff_station(station=station, teacher=teacher, since=since, actor=request.actor)
        except DoorstepError as problem:
            form.add_error("since" if isinstance(problem, Invalid) else None, problem.text)
        else:
            messages.success(request, _("%(name)s已加进指导站。") % {"name": teacher.name})
            return redirect("faculty:station", station.pk)
    shown = {"form": form, "station": station, "title": _("加指导教师"), "is_empty": not offered}
    return render(request, "faculty/station_step.html", shown, status=422 if form.errors else 200)


@view_rule("faculty.keep_station", kind="station")
def station_school(request: DoorstepRequest, station_id: int) -> HttpResponse:
    """Let a station serve a school."""
    station = _to_keep(request, station_id)
    offered = {one.pk: one for one in units_to_serve(station)}
    form = SinceForm(posted(request), initial={"since": clock.today()})
    form.fields["who"].label = _("党校所在单位")
    offer(form, "who", ((pk, one.short_name) for pk, one in offered.items()))
    if request.method == "POST" and form.is_valid():
        unit, since = offered[form.cleaned_data["who"]], form.cleaned_data["since"]
        try:
            serve_school(station=station, unit=unit, since=since, actor=request.actor)
        except DoorstepError as problem:
            form.add_error("since" if isinstance(problem, Invalid) else None, problem.text)
        else:
            messages.success(request, _("已加进来，以后去指导就记在这里。"))
            return redirect("faculty:station", station.pk)
    shown = {"form": form, "station": station, "title": _("加要指导的党校"), "is_empty": not offered}
    return render(request, "faculty/station_step.html", shown, status=422 if form.errors else 200)


def _ended(request: DoorstepRequest, station: Station, title: str, end: Callable[[date], object]) -> HttpResponse:
    """The form that asks for the last day, and what comes of it."""
    form = UntilForm(posted(request), initial={"on": clock.today()})
    if form.is_valid():
        try:
            end(form.cleaned_data["on"])
        except DoorstepError as problem:
            form.add_error("on" if isinstance(problem, Invalid) else None, problem.text)
        else:
            messages.success(request, _("已记下。以前的指导记录都还在。"))
            return redirect("faculty:station", station.pk)
    shown = {"form": form, "station": station, "title": title}
    return render(request, "faculty/station_step.html", shown, status=422 if form.errors else 200)


@view_rule("faculty.keep_station", kind="station_staff")
def station_staff_end(request: DoorstepRequest, station_id: int, staff_id: int) -> HttpResponse:
    """Let a teacher work at a station no longer."""
    station = _to_keep(request, station_id)
    staff = staff_to_end(staff_id, station)
    title = _("%(name)s离开指导站") % {"name": staff.teacher.name}
    return _ended(request, station, title, lambda on: end_staff(staff=staff, on=on, actor=request.actor))


@view_rule("faculty.keep_station", kind="station_school")
def station_school_end(request: DoorstepRequest, station_id: int, school_id: int) -> HttpResponse:
    """Let a station serve a school no longer."""
    station = _to_keep(request, station_id)
    school = school_to_end(school_id, station)
    title = _("不再指导%(name)s") % {"name": school.unit.short_name}
    return _ended(request, station, title, lambda on: end_school(school=school, on=on, actor=request.actor))


class CoachingForm(forms.Form):
    """Where, by whom, when, about what, and what was found."""

    school = forms.TypedChoiceField(label=gettext_lazy("指导哪所党校"), coerce=int)
    teacher = forms.TypedChoiceField(label=gettext_lazy("谁去指导"), coerce=int)
    on = day_field(gettext_lazy("哪天"))
    subject = forms.CharField(
        label=gettext_lazy("指导什么"), max_length=100, help_text=gettext_lazy("例如：现场教学点讲解、备课")
    )
    findings = forms.CharField(
        label=gettext_lazy("发现了什么、怎么改"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 4, "class": "input w-full"}),
    )


@view_rule("faculty.coach_school", kind="station")
def coaching_new(request: DoorstepRequest, station_id: int) -> HttpResponse:
    """Tell of a coaching session: the office for anybody of the station, a teacher for themselves."""
    station = station_by_id(station_id, request.actor)
    coaches = {one.pk: one for one in coaches_for(station, request.actor)}
    if not coaches and not may(request.actor, "faculty.coach_school", at=station.place):
        raise NotFound
    schools = {one.pk: one for one in schools_of(station)}
    form = CoachingForm(posted(request), initial={"on": clock.today()})
    offer(form, "school", ((pk, one.unit.short_name) for pk, one in schools.items()))
    offer(form, "teacher", ((pk, one.name) for pk, one in coaches.items()))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        school, teacher = schools[data["school"]], coaches[data["teacher"]]
        said = {name: data[name] for name in ("on", "subject", "findings")}
        school.station = station
        try:
            note_coaching(school=school, teacher=teacher, **said, actor=request.actor)
        except DoorstepError as problem:
            form.add_error("on" if isinstance(problem, Invalid) else None, problem.text)
        else:
            messages.success(request, _("已记下这次指导。"))
            return redirect("faculty:station", station.pk)
    shown = {"form": form, "station": station, "title": _("记一次指导"), "is_empty": not (coaches and schools)}
    return render(request, "faculty/station_step.html", shown, status=422 if form.errors else 200)


@view_rule("faculty.coach_school", kind="coaching")
@require_POST
def coaching_withdraw(request: DoorstepRequest, coaching_id: int) -> HttpResponse:
    """Take back a coaching session that was entered wrongly."""
    coaching = coaching_by_id(coaching_id, request.actor)
    return press(
        request,
        _("已撤回，不再计数。"),
        withdraw_coaching,
        to=reverse("faculty:station", args=[coaching.school.station_id]),
        page=lambda problem: station_page(request, coaching.school.station, problem),
        coaching=coaching,
        reason=request.POST.get("reason", "")[:200],
    )
