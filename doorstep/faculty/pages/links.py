"""Teachers linked to schools and teaching points: the list of who owes what, one link with its visits, a new one."""

from __future__ import annotations

from collections.abc import Mapping
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
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.fields import day_field
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, Rows, listing_of, register_list
from doorstep.core.numbers import whole
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.turning import press, said_above
from doorstep.core.views import view_rule
from doorstep.directory.queries import units_by_ids, units_where
from doorstep.faculty.models import LinkVisit
from doorstep.faculty.pages.fields import SpotField, offered_teachers
from doorstep.faculty.queries.links import duties_at, link_by_id, links_told, teachers_to_link, visit_by_id, visits_of
from doorstep.faculty.services.links import (
    VisitFacts,
    end_link,
    link_to_base,
    log_visit,
    settle_follow_up,
    take_back_visit,
)


def _standing(link: Any) -> str:
    """stopped, behind (less than the year asks for) or met; a link to a liaison point is only valid."""
    if link.valid_to:
        return "stopped"
    if link.point_id:
        return "valid"
    return "behind" if link.is_short else "met"


def _listed(actor: Actor, params: Mapping[str, str]) -> Rows:
    """All one may see, or those of one unit or one base."""
    rows = links_told(actor)
    for name in ("unit", "base"):
        if asked := params.get(name, ""):
            rows = rows.filter(**{name: whole(asked) or 0})
    return rows


LINKS = register_list(
    ListSpec(
        name="faculty.links",
        action="faculty.view_link",
        title=gettext_lazy("骨干教师联系"),
        columns=(
            ListColumn(
                "teacher",
                gettext_lazy("教师"),
                lambda one: one.teacher.name,
                "link",
                url=lambda one: reverse("faculty:link", args=[one.pk]),
                sort=("teacher__name",),
            ),
            ListColumn("target", gettext_lazy("联系哪里"), lambda one: one.target),
            ListColumn("unit", gettext_lazy("单位"), lambda one: one.unit.short_name, sort=("unit__path",)),
            ListColumn("since", gettext_lazy("从哪天起"), lambda one: one.valid_from, "date", sort=("valid_from",)),
            ListColumn("visited", gettext_lazy("今年走访（次）"), lambda one: one.visited, "number", sort=("visited",)),
            ListColumn("taught", gettext_lazy("今年上课（次）"), lambda one: one.taught, "number", sort=("taught",)),
            ListColumn("standing", gettext_lazy("今年任务"), _standing, "status"),
        ),
        source=_listed,
        default_sort=("place", "teacher__name"),
        filters=(
            ListFilter("q", gettext_lazy("教师姓名"), lambda rows, v: rows.filter(teacher__name__startswith=v), "text"),
            ListFilter(
                "short",
                gettext_lazy("今年任务"),
                lambda rows, v: rows.filter(is_short=v == "1"),
                choices=(("1", gettext_lazy("还没完成")), ("0", gettext_lazy("不差"))),
            ),
            ListFilter(
                "kind",
                gettext_lazy("联系什么"),
                lambda rows, v: rows.filter(point__isnull=v == "base"),
                choices=(("base", gettext_lazy("党校、教学点")), ("point", gettext_lazy("理论联系点"))),
            ),
            ListFilter(
                "active",
                gettext_lazy("现在"),
                lambda rows, v: rows.filter(valid_to__isnull=v == "1"),
                choices=(("1", gettext_lazy("正在联系")), ("0", gettext_lazy("已结束"))),
            ),
        ),
        empty_text=gettext_lazy("还没有骨干教师联系党校、教学点。先立一条联系。"),
        empty_url="faculty:link_new",
        empty_action=gettext_lazy("立一条联系"),
        empty_needs="faculty.keep_link",
        row_line2=lambda one: one.target,
    )
)


@view_rule("faculty.view_link", kind="list")
@require_GET
def links(request: DoorstepRequest) -> HttpResponse:
    """The links one may see, each with what was done this year of what is owed."""
    listing = listing_of(LINKS, request.actor, request.GET.dict())
    may_link = bool(units_where(request.actor, "faculty.keep_link"))
    shown = {"listing": listing, "may_link": may_link, "duties": duties_at()}
    return render(request, "faculty/links.html", shown)


class LinkForm(forms.Form):
    """Who is linked to what, from which day on."""

    teacher = forms.TypedChoiceField(label=gettext_lazy("哪位老师"), coerce=int)
    spot = SpotField(label=gettext_lazy("联系哪里"))
    since = day_field(gettext_lazy("从哪天起"))


@view_rule("faculty.keep_link", kind="own_place")
def link_new(request: DoorstepRequest) -> HttpResponse:
    """Link a teacher to a school or a teaching point of one's own reach."""
    units = units_where(request.actor, "faculty.keep_link")
    if not units:
        raise NotFound
    offer = offered_teachers(request, teachers_to_link(request.actor))
    form = LinkForm(posted(request), initial={"since": clock.today()})
    form.fields["teacher"].choices = offer.words  # type: ignore[attr-defined]
    form.fields["spot"].offer(units[0].county, only_bases=True)  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        spot, teacher = data["spot"], offer.teachers[data["teacher"]]
        unit = units_by_ids([spot.unit_id])[spot.unit_id]
        with said_above(form):
            made = link_to_base(
                teacher=teacher, unit=unit, base_id=spot.base_id, since=data["since"], actor=request.actor
            )
            messages.success(request, _("已写明由%(name)s联系。") % {"name": teacher.name})
            return redirect("faculty:link", made.pk)
    shown = {"form": form, "offer": offer}
    return render(request, "faculty/link_form.html", shown, status=422 if form.errors else 200)


@view_rule("faculty.view_link", kind="link")
@require_GET
def link(request: DoorstepRequest, link_id: int) -> HttpResponse:
    """One link: what is owed this year, what was done, what is to follow."""
    return _page(request, link_id)


def _may_log(request: DoorstepRequest, link: Any) -> bool:
    return may(request.actor, "faculty.log_visit", at=link.place, owner=link.teacher.person_id)


def _may_end(request: DoorstepRequest, link: Any) -> bool:
    return may(request.actor, "faculty.keep_point" if link.point_id else "faculty.keep_link", at=link.place)


def _page(request: DoorstepRequest, link_id: int, problem: str = "") -> HttpResponse:
    found = link_by_id(link_id, request.actor)
    may_log, duties = _may_log(request, found), duties_at(found.place)
    shown = {
        "link": found,
        "standing": _standing(found),
        "duties": duties,
        "left": duties.left(found.visited, found.taught),
        "visits": visits_of(found) if may_log else [],
        "may_log": may_log,
        "may_end": found.valid_to is None and _may_end(request, found),
        "problem": problem,
    }
    return render(request, "faculty/link.html", shown, status=422 if problem else 200)


class EndForm(forms.Form):
    """From which day on no longer, and why."""

    on = day_field(gettext_lazy("从哪天起不再联系"))
    reason = forms.CharField(label=gettext_lazy("原因"), max_length=200)


@view_rule("faculty.keep_link", kind="link")
def link_end(request: DoorstepRequest, link_id: int) -> HttpResponse:
    """Link a teacher no longer."""
    found = link_by_id(link_id, request.actor)
    if not _may_end(request, found):
        raise NotFound
    form = EndForm(posted(request), initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        with said_above(form):
            end_link(link=found, **form.cleaned_data, actor=request.actor)
            messages.success(request, _("已结束，走访的记录都还在。"))
            return redirect("faculty:link", found.pk)
    shown = {"form": form, "link": found, "title": _("结束联系")}
    return render(request, "faculty/link_step.html", shown, status=422 if form.errors else 200)


class VisitForm(forms.Form):
    """A day at the linked place."""

    kind = forms.ChoiceField(label=gettext_lazy("来做什么"), choices=LinkVisit.Kind.choices)
    visited_on = day_field(gettext_lazy("哪天"))
    findings = forms.CharField(
        label=gettext_lazy("看到什么、讲了什么"), max_length=400, widget=forms.Textarea(attrs={"rows": 3})
    )
    follow_up = forms.CharField(label=gettext_lazy("要跟进什么"), required=False, max_length=200)
    due_on = day_field(gettext_lazy("跟进到哪天"), required=False)


@view_rule("faculty.log_visit", kind="link")
def visit_new(request: DoorstepRequest, link_id: int) -> HttpResponse:
    """Say that the linked teacher was there."""
    found = link_by_id(link_id, request.actor)
    if not _may_log(request, found):
        raise NotFound
    form = VisitForm(posted(request), initial={"visited_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        with said_above(form):
            log_visit(link=found, facts=VisitFacts(**form.cleaned_data), actor=request.actor)
            messages.success(request, _("已登记。"))
            return redirect("faculty:link", found.pk)
    shown = {"form": form, "link": found, "title": _("登记走访")}
    return render(request, "faculty/link_step.html", shown, status=422 if form.errors else 200)


@view_rule("faculty.log_visit", kind="link_visit")
@require_POST
def link_visit(request: DoorstepRequest, visit_id: int) -> HttpResponse:
    """Say that what was to follow is done, or take a visit back."""
    visit = visit_by_id(visit_id, request.actor)
    said, to = request.POST.get("said", "")[:200], reverse("faculty:link", args=[visit.link_id])

    def page(problem: str) -> HttpResponse:
        return _page(request, visit.link_id, problem)

    if request.POST.get("answer") == "settle":
        return press(request, _("已办完。"), settle_follow_up, to=to, page=page, visit=visit, outcome=said)
    return press(request, _("已撤回，不再计数。"), take_back_visit, to=to, page=page, visit=visit, reason=said)
