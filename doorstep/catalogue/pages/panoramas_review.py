"""Scenes of all places one keeps or looks after, and the word of the level above on one."""

from __future__ import annotations

from functools import partial

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from doorstep.bases.queries.places import bases_named, county_choices
from doorstep.catalogue.models import Panorama
from doorstep.catalogue.pages.panoramas_editor import KEEP, panorama_page
from doorstep.catalogue.queries.panoramas import panorama_to_keep, panoramas_kept_by
from doorstep.catalogue.services.panoramas_review import review_panorama
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, listing_of, register_list
from doorstep.core.requests import DoorstepRequest
from doorstep.core.turning import press
from doorstep.core.views import view_rule

SCENES = register_list(
    ListSpec(
        name="catalogue.panoramas",
        action=KEEP,
        title=gettext_lazy("阵地实景"),
        columns=(
            ListColumn(
                "title",
                gettext_lazy("场景"),
                lambda p: p.title,
                "link",
                url=lambda p: reverse("catalogue:panorama", args=[p.pk]),
                sort=("title",),
            ),
            ListColumn("status", gettext_lazy("状态"), lambda p: p.standing, "status"),
            ListColumn("base", gettext_lazy("阵地"), lambda p: p.base.name, sort=("base__name",)),
            ListColumn("unit", gettext_lazy("所属单位"), lambda p: p.base.unit.short_name),
            ListColumn("shown", gettext_lazy("来的人看得到"), lambda p: _("是") if p.is_shown else _("否")),
        ),
        source=lambda actor, params: panoramas_kept_by(actor),
        default_sort=("base__name", "number"),
        filters=(
            ListFilter(
                "q",
                gettext_lazy("阵地名称或拼音首字母"),
                lambda rows, v: rows.filter(base__in=bases_named(v)),
                "text",
            ),
            ListFilter(
                "status", gettext_lazy("状态"), lambda rows, v: rows.filter(status=v), choices=Panorama.Status.choices
            ),
            ListFilter(
                "county", gettext_lazy("县（市、区）"), lambda rows, v: rows.filter(county=v), choices=county_choices
            ),
        ),
        empty_text=gettext_lazy("还没有实景。打开一处阵地，从“实景”里加。"),
        row_line2=lambda p: p.base.name,
    )
)


@view_rule(KEEP, kind="list")
@require_GET
def panoramas_list(request: DoorstepRequest) -> HttpResponse:
    """The scenes of all places one keeps."""
    return render(request, "web/list.html", {"listing": listing_of(SCENES, request.actor, request.GET.dict())})


@view_rule("catalogue.publish_panorama", kind="panorama_waiting")
@require_POST
def panorama_review(request: DoorstepRequest, panorama_id: int) -> HttpResponse:
    """Show a scene to everybody as it was looked at, or return it with the reason."""
    found, accept = panorama_to_keep(panorama_id, request.actor), request.POST.get("answer") == "accept"
    stamp, note = request.POST.get("stamp", "")[:12], request.POST.get("note", "")[:200]
    said = _("已发布。") if accept else _("已退回，原因已写给报送的单位。")
    review = partial(review_panorama, panorama=found, accept=accept, note=note, stamp=stamp)
    to, page = reverse("catalogue:panorama", args=[found.pk]), partial(panorama_page, request, found.pk)
    return press(request, said, review, to=to, page=page)
