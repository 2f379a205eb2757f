"""Pools: the list, a new one, putting a teacher in and taking one out."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doorstep.core import clock
from doorstep.core.errors import DoorstepError, NotFound
from doorstep.core.fields import day_field
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, listing_of, register_list
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.turning import said_above
from doorstep.core.views import view_rule
from doorstep.directory.queries import units_where
from doorstep.faculty.queries.pools import place_by_id, pools_to_fill, pools_told
from doorstep.faculty.queries.teachers import teacher_by_id
from doorstep.faculty.services.pools import found_pool, join_pool, leave_pool

POOLS = register_list(
    ListSpec(
        name="faculty.pools",
        action="faculty.view_teacher",
        title=gettext_lazy("师资库"),
        columns=(
            ListColumn(
                "name",
                gettext_lazy("名称"),
                lambda p: p.name,
                "link",
                url=lambda p: f"{reverse('faculty:teachers')}?pool={p.pk}",
                sort=("name",),
            ),
            ListColumn("unit", gettext_lazy("单位"), lambda p: p.unit.short_name, sort=("place", "name")),
            ListColumn("size", gettext_lazy("在库（人）"), lambda p: p.size, "number", sort=("size",)),
            ListColumn("vetted", gettext_lazy("审核有效（人）"), lambda p: p.vetted, "number", sort=("vetted",)),
        ),
        source=lambda actor, params: pools_told(actor).select_related("unit"),
        default_sort=("place", "name"),
        filters=(ListFilter("q", gettext_lazy("名称"), lambda rows, v: rows.filter(name__icontains=v), "text"),),
        empty_text=gettext_lazy("还没有师资库。先建一个，再把老师编进去。"),
        empty_url="faculty:pool_new",
        empty_action=gettext_lazy("建师资库"),
        empty_needs="faculty.keep_pool",
        row_line2=lambda p: p.unit.short_name,
    )
)


@view_rule("faculty.view_teacher", kind="list")
def pools(request: DoorstepRequest) -> HttpResponse:
    """The pools one may see, each with how many are in it and how many of them may teach."""
    listing = listing_of(POOLS, request.actor, request.GET.dict())
    may_found = bool(units_where(request.actor, "faculty.keep_pool"))
    return render(request, "faculty/pools.html", {"listing": listing, "may_found": may_found})


class PoolForm(forms.Form):
    """A new pool."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=80, help_text=gettext_lazy("例如：霍童镇党校师资库"))


@view_rule("faculty.keep_pool", kind="own_place")
def pool_new(request: DoorstepRequest) -> HttpResponse:
    """Begin a pool."""
    units = units_where(request.actor, "faculty.keep_pool")
    if not units:
        raise NotFound
    chosen = request.POST.get("unit", "")
    unit = next((one for one in units if str(one.pk) == chosen), units[0])
    form = PoolForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            found_pool(unit=unit, name=form.cleaned_data["name"], actor=request.actor)
        except DoorstepError as problem:
            form.add_error("name", problem.text)
        else:
            messages.success(request, _("已建好。打开一位老师，点“编进师资库”。"))
            return redirect("faculty:pools")
    shown = {"form": form, "units": units, "unit": unit}
    return render(request, "faculty/pool_form.html", shown, status=422 if form.errors else 200)


class JoinForm(forms.Form):
    """Into which pool, from which day on."""

    pool = forms.TypedChoiceField(label=gettext_lazy("师资库"), coerce=int)
    on = day_field(gettext_lazy("从哪天起"))


@view_rule("faculty.keep_teacher", kind="teacher_lent")
def pool_join(request: DoorstepRequest, teacher_id: int) -> HttpResponse:
    """Put a teacher into one of one's pools; the teacher may be another unit's."""
    teacher = teacher_by_id(teacher_id, request.actor)
    if not units_where(request.actor, "faculty.keep_teacher"):
        raise NotFound
    offered = {pool.pk: pool for pool in pools_to_fill(request.actor, teacher)}
    sent = posted(request)
    form = JoinForm(sent, initial={"on": clock.today()})
    form.fields["pool"].choices = [(pk, pool.name) for pk, pool in offered.items()]  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        pool = offered[form.cleaned_data["pool"]]
        with said_above(form):
            join_pool(pool=pool, teacher=teacher, on=form.cleaned_data["on"], actor=request.actor)
            messages.success(request, _("%(name)s已编进“%(pool)s”。") % {"name": teacher.name, "pool": pool.name})
            return redirect("faculty:teacher", teacher.pk)
    shown = {"form": form, "teacher": teacher, "has_pools": bool(offered)}
    return render(request, "faculty/pool_join.html", shown, status=422 if form.errors else 200)


class LeaveForm(forms.Form):
    """From which day on, and why."""

    on = day_field(gettext_lazy("从哪天起不在库"))
    reason = forms.CharField(label=gettext_lazy("原因"), max_length=200, help_text=gettext_lazy("例如：调离、年龄到限"))


@view_rule("faculty.keep_teacher", kind="pool_place")
def pool_leave(request: DoorstepRequest, teacher_id: int, place_id: int) -> HttpResponse:
    """Take a teacher out of a pool one keeps."""
    teacher = teacher_by_id(teacher_id, request.actor)
    place = place_by_id(place_id, teacher)
    if not may(request.actor, "faculty.keep_teacher", at=place.pool.place):
        raise NotFound
    form = LeaveForm(posted(request), initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        with said_above(form):
            leave_pool(place=place, on=form.cleaned_data["on"], reason=form.cleaned_data["reason"], actor=request.actor)
            messages.success(request, _("%(name)s已出库。") % {"name": teacher.name})
            return redirect("faculty:teacher", teacher.pk)
    shown = {"form": form, "teacher": teacher, "place": place}
    return render(request, "faculty/pool_leave.html", shown, status=422 if form.errors else 200)
