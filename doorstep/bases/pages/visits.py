"""Visits: counting a group that came, correcting it, and the list of a base or a unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from doorstep.bases.models import Base, Visit
from doorstep.bases.queries.places import base_by_id, county_choices
from doorstep.bases.queries.visits import summed, visit_sums, visit_to_correct, visits_visible_to
from doorstep.bases.rules.visits import VisitFacts
from doorstep.bases.services.visits import VisitVoid, correct_visit, count_visit, take_back_visit
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.fields import day_field
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, filtered_rows, listing_of, register_list
from doorstep.core.numbers import whole
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest
from doorstep.core.turning import said_above
from doorstep.core.views import view_rule
from doorstep.directory.queries import unit_by_id

MOST = 100_000


def number_in(text: str) -> int:
    """An id in an address; raises NotFound for anything else."""
    if not (text.isdecimal() and len(text) < 10):
        raise NotFound
    return int(text)


def _listed(actor: Actor, params: Mapping[str, str]) -> QuerySet[Visit]:
    """All one may see, or those of one base, or of the bases of a unit and below."""
    rows = visits_visible_to(actor)
    if base := params.get("base"):
        rows = rows.filter(base=base_by_id(number_in(base), actor))
    if unit := params.get("unit"):
        rows = rows.filter(base__place__startswith=unit_by_id(number_in(unit), actor).path)
    return rows


def _subject(actor: Actor, params: Mapping[str, str]) -> str:
    if base := params.get("base"):
        return base_by_id(number_in(base), actor).name
    if unit := params.get("unit"):
        return unit_by_id(number_in(unit), actor).short_name
    return ""


def _status(visit: Visit) -> str:
    return "taken_back" if visit.voided_at else "valid"


VISITS = register_list(
    ListSpec(
        name="bases.visits",
        action="bases.view_visit",
        title=gettext_lazy("现场参观"),
        columns=(
            ListColumn(
                "base",
                gettext_lazy("阵地"),
                lambda v: v.base.name,
                "link",
                url=lambda v: reverse("bases:visit", args=[v.base_id, v.id]),
                sort=("base__name", "id"),
            ),
            ListColumn("day", gettext_lazy("日期"), lambda v: v.visited_on, "date", sort=("visited_on", "id")),
            ListColumn("kind", gettext_lazy("谁来"), lambda v: v.get_kind_display(), sort=("kind", "id")),
            ListColumn(
                "local", gettext_lazy("本地（人次）"), lambda v: v.local_count, "number", sort=("local_count", "id")
            ),
            ListColumn(
                "outside",
                gettext_lazy("外地（人次）"),
                lambda v: v.outside_count,
                "number",
                sort=("outside_count", "id"),
            ),
            ListColumn("total", gettext_lazy("合计（人次）"), lambda v: v.total, "number", sort=("total", "id")),
            ListColumn("unit", gettext_lazy("所属单位"), lambda v: v.base.unit.short_name, is_only_exported=True),
            ListColumn("status", gettext_lazy("状态"), _status, "status"),
        ),
        source=_listed,
        default_sort=("-visited_on", "id"),
        filters=(
            ListFilter("q", gettext_lazy("阵地名称"), lambda rows, v: rows.filter(base__name__icontains=v), "text"),
            ListFilter("from", gettext_lazy("从"), lambda rows, v: rows.filter(visited_on__gte=v), "date"),
            ListFilter("until", gettext_lazy("到"), lambda rows, v: rows.filter(visited_on__lte=v), "date"),
            ListFilter("kind", gettext_lazy("谁来"), lambda rows, v: rows.filter(kind=v), choices=Visit.Kind.choices),
            ListFilter(
                "flagged",
                gettext_lazy("哪些点"),
                lambda rows, v: rows.filter(base__is_flagged=v == "1"),
                choices=(("1", gettext_lazy("新思想现场教学点")), ("0", gettext_lazy("其他阵地"))),
            ),
            ListFilter(
                "county",
                gettext_lazy("县（市、区）"),
                lambda rows, v: rows.filter(county=v),
                choices=county_choices,
            ),
        ),
        empty_text=gettext_lazy("还没有登记参观。在阵地的页面上点“登记参观”，填来了多少人次。"),
        row_line2=lambda v: (
            _("%(day)s　%(kind)s　%(n)s 人次")
            % {"day": v.visited_on.isoformat(), "kind": v.get_kind_display(), "n": v.total}
        ),
        subject=_subject,
    )
)


@view_rule("bases.view_visit", kind="list")
@require_GET
def visits(request: DoorstepRequest) -> HttpResponse:
    """The visits one may see, with how many person-times they are."""
    params = request.GET.dict()
    listing = listing_of(VISITS, request.actor, params)
    rows, _order, _is_filtered = filtered_rows(VISITS, request.actor, params)
    shown = {"listing": listing, "sum": summed(rows.order_by()), "subject": _subject(request.actor, params)}
    return render(request, "bases/visits.html", shown)


class CountForm(forms.Form):
    """How many came, and what kind of group."""

    kind = forms.ChoiceField(label=gettext_lazy("谁来"), choices=Visit.Kind.choices, initial=Visit.Kind.OUTSIDE)
    local_count = forms.IntegerField(
        label=gettext_lazy("本地来的（人次）"),
        min_value=0,
        max_value=MOST,
        initial=0,
        help_text=gettext_lazy("家在本市的"),
    )
    outside_count = forms.IntegerField(label=gettext_lazy("外地来的（人次）"), min_value=0, max_value=MOST, initial=0)


class VisitForm(CountForm):
    """A group that came, with the key that makes sending it twice the same as once."""

    visited_on = day_field(gettext_lazy("哪天来的"))
    key = forms.UUIDField(widget=forms.HiddenInput)
    field_order = ("visited_on", "kind", "local_count", "outside_count")

    @property
    def facts(self) -> VisitFacts:
        """The visit that a valid form means."""
        return VisitFacts(**{name: value for name, value in self.cleaned_data.items() if name != "key"})


class CorrectionForm(CountForm):
    """How many came after all, and why it was counted otherwise."""

    reason = forms.CharField(
        label=gettext_lazy("为什么改"), max_length=200, required=False, help_text=gettext_lazy("会留在日志里")
    )


def _counted(request: DoorstepRequest, base_id: int) -> Base:
    """A base that the actor may count for; raises NotFound."""
    found = base_by_id(base_id, request.actor)
    if found.kind == Base.Kind.BELT or not may(request.actor, "bases.count_visit", at=found.place):
        raise NotFound
    return found


@view_rule("bases.count_visit", kind="base")
def visit_new(request: DoorstepRequest, base_id: int) -> HttpResponse:
    """Count a group that came."""
    found = _counted(request, base_id)
    is_sent = request.method == "POST"
    form = VisitForm(request.POST if is_sent else None, initial={"visited_on": clock.today(), "key": uuid4()})
    if is_sent and form.is_valid():
        with said_above(form):
            made = count_visit(base=found, facts=form.facts, key=form.cleaned_data["key"], actor=request.actor)
            messages.success(request, _("已登记 %(n)s 人次。") % {"n": made.people})
            return redirect("bases:base", found.pk)
    return render(request, "bases/visit_form.html", {"base": found, "form": form}, status=422 if form.errors else 200)


@view_rule("bases.count_visit", kind="visit")
def visit(request: DoorstepRequest, base_id: int, visit_id: UUID) -> HttpResponse:
    """Correct a count, or take it back."""
    found = visit_to_correct(base_by_id(base_id, request.actor), visit_id, request.actor)
    back = f"{reverse('bases:visits')}?base={found.base_id}"
    if found.voided_at:
        messages.error(request, VisitVoid().text)
        return redirect(back)
    is_sent = request.method == "POST"
    initial = {name: getattr(found, name) for name in ("kind", "local_count", "outside_count")}
    form = CorrectionForm(request.POST if is_sent else None, initial=initial)
    if is_sent and form.is_valid():
        with said_above(form):
            said = _corrected(request, found, form)
            messages.success(request, said)
            return redirect(back)
    version = request.POST.get("version", found.revision)
    shown = {"base": found.base, "visit": found, "form": form, "version": version}
    return render(request, "bases/visit_form.html", shown, status=422 if form.errors else 200)


def _corrected(request: DoorstepRequest, visit: Visit, form: CorrectionForm) -> str:
    """Write what the form says; gives what is said of it."""
    version = request.POST.get("version", "")
    revision = whole(version) or 0
    if request.POST.get("answer") == "take_back":
        reason = form.cleaned_data["reason"]
        take_back_visit(visit=visit, reason=reason, revision=revision, actor=request.actor)
        return _("已撤回，不再计数，记录还在。")
    correct_visit(visit=visit, **form.cleaned_data, revision=revision, actor=request.actor)
    return _("已改好。")


def visits_shown(base: Base, actor: Actor) -> dict[str, Any]:
    """What the page of a base shows of who came to see it."""
    return {
        "visit_sums": visit_sums(base),
        "may_count": base.valid_to is None and may(actor, "bases.count_visit", at=base.place),
        "sees_visits": may(actor, "bases.view_visit", at=base.place),
    }
