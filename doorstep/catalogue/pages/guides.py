"""Guides of teaching points: which points have none, and which official cares for whom at a point."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from doorstep.bases.queries.places import base_by_id, points_visible_to
from doorstep.core import clock
from doorstep.core.errors import NotFound
from doorstep.core.fields import day_field
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, listing_of, register_list
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.turning import press, said_above
from doorstep.core.views import view_rule
from doorstep.faculty.queries.guides import guide_pair_by_id, guide_pairs_of, guides_for, with_guides
from doorstep.faculty.services.guides import Point, check_guide, end_guide_pair, pair_guide


def _with_guide(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(guides=0) if value == "none" else rows.filter(guides__gt=0)


POINTS = register_list(
    ListSpec(
        name="catalogue.points",
        action="bases.view_base",
        title=gettext_lazy("教学点的讲解员"),
        empty_text=gettext_lazy("这里还没有教学点。教学点在“阵地”里登记。"),
        empty_url="bases:bases",
        empty_action=gettext_lazy("看阵地"),
        empty_needs="bases.view_base",
        columns=(
            ListColumn(
                "name",
                gettext_lazy("教学点"),
                lambda p: p.name,
                "link",
                url=lambda p: reverse("catalogue:point_guides", args=[p.pk]),
                sort=("name",),
            ),
            ListColumn("unit", gettext_lazy("所属单位"), lambda p: p.unit.short_name, sort=("place", "name")),
            ListColumn("guides", gettext_lazy("挂了钩的讲解员（人）"), lambda p: p.guides, "number", sort=("guides",)),
            ListColumn("checked", gettext_lazy("最近一次抽查"), lambda p: p.checked, "date", sort=("checked",)),
        ),
        source=lambda actor, params: with_guides(points_visible_to(actor)).select_related("unit"),
        default_sort=("place", "name"),
        filters=(
            ListFilter("q", gettext_lazy("教学点"), lambda rows, v: rows.filter(name__icontains=v), "text"),
            ListFilter(
                "guide",
                gettext_lazy("讲解员"),
                _with_guide,
                choices=(("none", gettext_lazy("还没有")), ("some", gettext_lazy("有了"))),
            ),
        ),
        row_line2=lambda p: p.unit.short_name,
    )
)


@view_rule("bases.view_base", kind="list")
@require_GET
def points(request: DoorstepRequest) -> HttpResponse:
    """The teaching points, with how many guides an official cares for."""
    return render(request, "catalogue/points.html", {"listing": listing_of(POINTS, request.actor, request.GET.dict())})


class GuideForm(forms.Form):
    """Which official cares for which guide, from when."""

    guide = forms.TypedChoiceField(label=gettext_lazy("讲解员"), coerce=int)
    official = forms.CharField(label=gettext_lazy("挂钩干部的姓名"), max_length=60)
    post = forms.CharField(label=gettext_lazy("挂钩干部的职务"), max_length=80)
    since = day_field(gettext_lazy("从哪天起"))


@view_rule("bases.view_base", kind="entered_base", post="faculty.keep_guide")
def point_guides(request: DoorstepRequest, base_id: int) -> HttpResponse:
    """The guides of one point, their officials and checks; POST adds a pair."""
    base = base_by_id(base_id, request.actor)
    may_keep = may(request.actor, "faculty.keep_guide", at=base.place)
    if request.method == "POST" and not may_keep:
        raise NotFound
    offered = {one.pk: one for one in guides_for(base.pk, base.place)} if may_keep else {}
    form = GuideForm(posted(request), initial={"since": clock.today()})
    form.fields["guide"].choices = [  # type: ignore[attr-defined]
        (pk, f"{one.name}　{one.get_category_display()}") for pk, one in offered.items()
    ]
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        guide, said = offered[data["guide"]], {name: data[name] for name in ("official", "post", "since")}
        point = Point(base.pk, base.place, base.county)
        with said_above(form):
            pair_guide(point=point, guide=guide, **said, actor=request.actor)
            messages.success(request, _("已记下%(name)s的挂钩干部。") % {"name": guide.name})
            return redirect("catalogue:point_guides", base.pk)
    shown = {
        "base": base, "pairs": guide_pairs_of(base.pk, request.actor), "may_keep": may_keep, "form": form,
        "offered": offered, "today": clock.today(),
    }  # fmt: skip
    return render(request, "catalogue/point_guides.html", shown, status=422 if form.errors else 200)


@view_rule("faculty.keep_guide", kind="guide_pair")
@require_POST
def guide_pair(request: DoorstepRequest, pair_id: int) -> HttpResponse:
    """Tell how a guide did today, or end the pair today."""
    pair, answer = guide_pair_by_id(pair_id, request.actor), request.POST.get("answer", "")
    words, today = request.POST.get("words", "")[:400], clock.today()
    to = reverse("catalogue:point_guides", args=[pair.point_id])
    if answer == "end":
        said = _("已结束。以前的抽查都还在。")
        return press(request, said, end_guide_pair, to=to, pair=pair, on=today, reason=words)
    good = answer == "good"
    return press(request, _("已记下这次抽查。"), check_guide, to=to, pair=pair, on=today, good=good, note=words)
