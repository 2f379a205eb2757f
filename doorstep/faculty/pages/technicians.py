"""Technicians owed by departments: sent and taught against the quota, one duty, who is sent and who no longer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from doorstep.core import clock
from doorstep.core.errors import NotFound
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, Rows, listing_of, register_list
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.turning import press, said_above
from doorstep.core.views import view_rule
from doorstep.directory.queries import named, network_offices, units_visible_to, units_where
from doorstep.faculty.pages.fields import offer
from doorstep.faculty.queries.technicians import (
    duties_told,
    duty_by_id,
    sent_by_id,
    technicians_for,
    technicians_of,
)
from doorstep.faculty.services.technicians import recall_technician, send_technician, set_duty

if TYPE_CHECKING:
    from doorstep.directory.models import Unit

MOST_FOUND = 20


def _of_year(rows: Rows, value: str) -> Rows:
    return rows.filter(year=int(value)) if value.isdecimal() and len(value) == 4 else rows.none()


DUTIES = register_list(
    ListSpec(
        name="faculty.duties",
        action="faculty.view_teacher",
        title=gettext_lazy("部门派专技人员"),
        columns=(
            ListColumn(
                "department",
                gettext_lazy("部门"),
                lambda d: d.department.short_name,
                "link",
                url=lambda d: reverse("faculty:duty", args=[d.pk]),
                sort=("place",),
            ),
            ListColumn("served", gettext_lazy("去哪里讲"), lambda d: d.served.short_name, sort=("served_place",)),
            ListColumn("year", gettext_lazy("年份"), lambda d: str(d.year), sort=("year",), is_only_exported=True),
            ListColumn("standing", gettext_lazy("够不够"), lambda d: standing_of(d), "status"),
            ListColumn("quota", gettext_lazy("要派（位）"), lambda d: d.quota, "number", sort=("quota",)),
            ListColumn("size", gettext_lazy("已派（位）"), lambda d: d.size, "number", sort=("size",)),
            ListColumn("lessons", gettext_lazy("要讲（次）"), lambda d: d.lessons, "number", sort=("lessons",)),
            ListColumn("taught", gettext_lazy("已讲（次）"), lambda d: d.taught, "number", sort=("taught",)),
        ),
        source=lambda actor, params: duties_told(actor),
        default_sort=("-year", "place"),
        filters=(
            ListFilter("year", gettext_lazy("年份"), _of_year, "number"),
            ListFilter(
                "short",
                gettext_lazy("够不够"),
                lambda rows, v: rows.filter(is_short=v == "1"),
                choices=(("1", gettext_lazy("还不够")), ("0", gettext_lazy("已做到"))),
            ),
        ),
        empty_text=gettext_lazy("还没有给部门定任务。定了以后，派了谁、讲了几次都在这里看。"),
        empty_url="faculty:duty_new",
        empty_action=gettext_lazy("定任务"),
        empty_needs="faculty.keep_duty",
        row_line2=lambda d: f"{d.served.short_name}　{d.year}",
    )
)


def standing_of(duty: Any) -> str:
    """How a duty stands, as the word table has it."""
    return "duty_short" if duty.is_short else "duty_done"


@view_rule("faculty.view_teacher", kind="list")
@require_GET
def duties(request: DoorstepRequest) -> HttpResponse:
    """What departments owe and what came of it."""
    listing = listing_of(DUTIES, request.actor, request.GET.dict())
    may_set = bool(units_where(request.actor, "faculty.keep_duty"))
    return render(request, "faculty/duties.html", {"listing": listing, "may_set": may_set})


class DutyForm(forms.Form):
    """Which department owes how many technicians, to which place, for how many lessons."""

    department = forms.TypedChoiceField(label=gettext_lazy("部门"), coerce=int)
    served = forms.TypedChoiceField(label=gettext_lazy("定点在哪里授课"), coerce=int)
    year = forms.IntegerField(label=gettext_lazy("年份"), min_value=2000, max_value=2100)
    quota = forms.IntegerField(label=gettext_lazy("要派几位"), min_value=1, max_value=99)
    lessons = forms.IntegerField(label=gettext_lazy("一年合计要讲几次"), min_value=1, max_value=999)


def _departments(request: DoorstepRequest, name: str) -> dict[int, Unit]:
    """The units found by a name of which the actor may say what they owe."""
    rows = named(units_visible_to(request.actor), name, kind="unit") if name else units_visible_to(request.actor).none()
    found = rows.order_by("path")[:MOST_FOUND]
    return {one.pk: one for one in found if may(request.actor, "faculty.keep_duty", at=one.path)}


@view_rule("faculty.keep_duty", kind="own_place")
def duty_new(request: DoorstepRequest) -> HttpResponse:
    """Say what a department owes; said again for the same place and year it changes."""
    units = units_where(request.actor, "faculty.keep_duty")
    if not units:
        raise NotFound
    name = request.GET.get("name", "").strip()[:60]
    departments = _departments(request, name)
    places = {one.pk: one for one in network_offices() if one.path.startswith(units[0].path)}
    initial = {"year": clock.today().year, "quota": 1, "lessons": 1}
    form = DutyForm(posted(request), initial=initial)
    offer(form, "department", ((pk, one.short_name) for pk, one in departments.items()))
    offer(form, "served", ((pk, one.short_name) for pk, one in places.items()))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        department, served = departments[data["department"]], places[data["served"]]
        said = {name: data[name] for name in ("year", "quota", "lessons")}
        with said_above(form):
            duty = set_duty(department=department, served=served, **said, actor=request.actor)
            messages.success(request, _("已定好。接着写派了谁。"))
            return redirect("faculty:duty", duty.pk)
    shown = {"form": form, "name": name, "found": departments}
    return render(request, "faculty/duty_form.html", shown, status=422 if form.errors else 200)


class SendForm(forms.Form):
    """Who is sent."""

    teacher = forms.TypedChoiceField(label=gettext_lazy("派谁"), coerce=int)


@view_rule("faculty.view_teacher", kind="duty", post="faculty.keep_duty")
def duty(request: DoorstepRequest, duty_id: int) -> HttpResponse:
    """One duty: who was sent, how many lessons were given; POST sends somebody."""
    found = duty_by_id(duty_id, request.actor)
    may_keep = may(request.actor, "faculty.keep_duty", at=found.place)
    if request.method == "POST" and not may_keep:
        raise NotFound
    offered = {one.pk: one for one in technicians_for(found)} if may_keep else {}
    form = SendForm(posted(request))
    offer(form, "teacher", ((pk, f"{one.name}　{one.unit.short_name}") for pk, one in offered.items()))
    if request.method == "POST" and form.is_valid():
        teacher = offered[form.cleaned_data["teacher"]]
        with said_above(form):
            send_technician(duty=found, teacher=teacher, actor=request.actor)
            messages.success(request, _("已记下派%(name)s。") % {"name": teacher.name})
            return redirect("faculty:duty", found.pk)
    shown = {
        "duty": found, "word": standing_of(found), "technicians": technicians_of(found), "may_keep": may_keep,
        "form": form, "offered": offered,
    }  # fmt: skip
    return render(request, "faculty/duty.html", shown, status=422 if form.errors else 200)


@view_rule("faculty.keep_duty", kind="technician")
@require_POST
def technician_recall(request: DoorstepRequest, sent_id: int) -> HttpResponse:
    """Send somebody no longer."""
    sent = sent_by_id(sent_id, request.actor)
    reason, to = request.POST.get("reason", "")[:200], reverse("faculty:duty", args=[sent.duty_id])
    return press(request, _("已记下。以前讲的课还算数。"), recall_technician, to=to, sent=sent, reason=reason)
