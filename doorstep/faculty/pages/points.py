"""Liaison points: the list, one with who is linked and what they found, a new one."""

from __future__ import annotations

from typing import Any

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
from doorstep.core.fields import day_field
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, listing_of, register_list
from doorstep.core.permissions import may
from doorstep.core.policies import policy_at
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.turning import press, said_above
from doorstep.core.views import view_rule
from doorstep.directory.queries import units_where
from doorstep.faculty.models import LiaisonPoint
from doorstep.faculty.pages.fields import SpotField, offered_teachers
from doorstep.faculty.queries.links import (
    links_of_point,
    point_by_id,
    points_told,
    teachers_to_link,
    visits_at,
)
from doorstep.faculty.services.links import found_point, link_to_point, turn_point


def _standing(point: Any) -> str:
    """stopped, overdue (nobody was there for too long) or valid."""
    if point.valid_to:
        return "stopped"
    return "unvisited" if point.is_quiet else "valid"


POINTS = register_list(
    ListSpec(
        name="faculty.points",
        action="faculty.view_teacher",
        title=gettext_lazy("理论联系点"),
        columns=(
            ListColumn(
                "name",
                gettext_lazy("名称"),
                lambda p: p.name,
                "link",
                url=lambda p: reverse("faculty:point", args=[p.pk]),
                sort=("name",),
            ),
            ListColumn("host", gettext_lazy("设在"), lambda p: p.host.short_name, sort=("host__path",)),
            ListColumn("unit", gettext_lazy("谁管"), lambda p: p.unit.short_name, sort=("place",)),
            ListColumn("latest", gettext_lazy("最近走访"), lambda p: p.latest, "date", sort=("latest",)),
            ListColumn("standing", gettext_lazy("状态"), _standing, "status"),
        ),
        source=lambda actor, params: points_told(actor),
        default_sort=("county", "name"),
        filters=(
            ListFilter("q", gettext_lazy("名称"), lambda rows, v: rows.filter(name__icontains=v), "text"),
            ListFilter(
                "quiet",
                gettext_lazy("走访"),
                lambda rows, v: rows.filter(is_quiet=v == "1"),
                choices=(("1", gettext_lazy("很久没有走访")), ("0", gettext_lazy("走访正常"))),
            ),
            ListFilter(
                "active",
                gettext_lazy("在用"),
                lambda rows, v: rows.filter(valid_to__isnull=v == "1"),
                choices=(("1", gettext_lazy("在用")), ("0", gettext_lazy("已撤销"))),
            ),
        ),
        empty_text=gettext_lazy("还没有联系点。先建一个，再写明由哪位专家或领导联系。"),
        empty_url="faculty:point_new",
        empty_action=gettext_lazy("建联系点"),
        empty_needs="faculty.keep_point",
        row_line2=lambda p: p.host.short_name,
    )
)


@view_rule("faculty.view_teacher", kind="list")
@require_GET
def points(request: DoorstepRequest) -> HttpResponse:
    """The liaison points one may see, each with when somebody was last there."""
    listing = listing_of(POINTS, request.actor, request.GET.dict())
    may_found = bool(units_where(request.actor, "faculty.keep_point"))
    return render(request, "faculty/points.html", {"listing": listing, "may_found": may_found})


class PointForm(forms.Form):
    """A new point."""

    name = forms.CharField(
        label=gettext_lazy("名称"), max_length=80, help_text=gettext_lazy("例如：下党理论进基层联系点")
    )
    spot = SpotField(label=gettext_lazy("设在哪里"))
    founded_on = day_field(gettext_lazy("哪天设立"))


@view_rule("faculty.keep_point", kind="own_place")
def point_new(request: DoorstepRequest) -> HttpResponse:
    """Begin a liaison point."""
    units = units_where(request.actor, "faculty.keep_point")
    if not units:
        raise NotFound
    form = PointForm(posted(request), initial={"founded_on": clock.today()})
    form.fields["spot"].offer(units[0].county)  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        with said_above(form):
            made = found_point(unit=units[0], **form.cleaned_data, actor=request.actor)
            messages.success(request, _("已建好。接着写明由谁联系。"))
            return redirect("faculty:point", made.pk)
    return render(request, "faculty/point_form.html", {"form": form}, status=422 if form.errors else 200)


@view_rule("faculty.view_teacher", kind="liaison_point")
@require_GET
def point(request: DoorstepRequest, point_id: int) -> HttpResponse:
    """One point: where it is, who is linked, what they found."""
    return _page(request, point_id)


def _page(request: DoorstepRequest, point_id: int, problem: str = "") -> HttpResponse:
    found = point_by_id(point_id, request.actor)
    is_inside = may(request.actor, "faculty.keep_point", at=found.place)
    shown = {
        "point": found,
        "standing": _standing(found),
        "days": policy_at("liaison.visit_days", on=clock.today(), place=found.place).integer,
        "links": links_of_point(found),
        "visits": visits_at(found) if is_inside else [],
        "may_keep": is_inside,
        "problem": problem,
    }
    return render(request, "faculty/point.html", shown, status=422 if problem else 200)


def _point_to_keep(request: DoorstepRequest, point_id: int) -> LiaisonPoint:
    found: LiaisonPoint = point_by_id(point_id, request.actor)
    if not may(request.actor, "faculty.keep_point", at=found.place):
        raise NotFound
    return found


@view_rule("faculty.keep_point", kind="liaison_point")
@require_POST
def point_turn(request: DoorstepRequest, point_id: int) -> HttpResponse:
    """Let a point be no more, or be again."""
    found = _point_to_keep(request, point_id)
    end = request.POST.get("answer") == "end"
    return press(
        request,
        _("已撤销，走访的记录都还在。") if end else _("已恢复。接着写明由谁联系。"),
        turn_point,
        to=reverse("faculty:point", args=[found.pk]),
        page=lambda problem: _page(request, point_id, problem),
        point=found,
        end=end,
        reason=request.POST.get("reason", "")[:200],
    )


class LinkForm(forms.Form):
    """Who is linked, from which day on."""

    teacher = forms.TypedChoiceField(label=gettext_lazy("谁联系"), coerce=int)
    since = day_field(gettext_lazy("从哪天起"))


@view_rule("faculty.keep_point", kind="liaison_point")
def point_link(request: DoorstepRequest, point_id: int) -> HttpResponse:
    """Link an expert or official to a point."""
    found = _point_to_keep(request, point_id)
    offer = offered_teachers(request, teachers_to_link(request.actor))
    form = LinkForm(posted(request), initial={"since": clock.today()})
    form.fields["teacher"].choices = offer.words  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        teacher = offer.teachers[data["teacher"]]
        with said_above(form):
            link_to_point(teacher=teacher, point=found, since=data["since"], actor=request.actor)
            messages.success(request, _("已写明由%(name)s联系。") % {"name": teacher.name})
            return redirect("faculty:point", found.pk)
    shown = {"form": form, "offer": offer, "point": found}
    return render(request, "faculty/link_form.html", shown, status=422 if form.errors else 200)
