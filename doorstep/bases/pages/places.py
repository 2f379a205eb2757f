"""Pages of bases: the list, and one base with its rooms."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from doorstep.bases.models import Base
from doorstep.bases.pages.belts import belt_shown
from doorstep.bases.pages.booking import booking_shown
from doorstep.bases.pages.evidence import standard_shown
from doorstep.bases.pages.venues import rooms_shown
from doorstep.bases.pages.visits import visits_shown
from doorstep.bases.queries.photos import photos_shown
from doorstep.bases.queries.places import ENDING, base_by_id, bases_nearest, county_choices, entering_units
from doorstep.bases.queries.regulations import may_have_regulations
from doorstep.bases.queries.standards import building_places, stewardship_of
from doorstep.bases.services.places import flag_point, unflag_point
from doorstep.bases.services.standards import steward_base
from doorstep.core import clock
from doorstep.core.errors import NotFound
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, listing_of, register_list
from doorstep.core.permissions import may
from doorstep.core.registry import measured
from doorstep.core.requests import DoorstepRequest
from doorstep.core.turning import Turn, press_one_of
from doorstep.core.views import view_rule
from doorstep.directory.queries import line_of, named, unit_at


def _in_use(rows: QuerySet[Base], value: str) -> QuerySet[Base]:
    return rows.filter(valid_to__isnull=value == "1")


BASES = register_list(
    ListSpec(
        name="bases.bases",
        action="bases.view_base",
        title=_("阵地"),
        columns=(
            ListColumn(
                "name",
                _("名称"),
                lambda b: b.name,
                "link",
                url=lambda b: reverse("bases:base", args=[b.pk]),
                sort=("name",),
            ),
            ListColumn("kind", _("类别"), lambda b: b.get_kind_display(), sort=("kind",)),
            ListColumn("unit", _("所属单位"), lambda b: b.unit.short_name),
            ListColumn("theme", _("主题"), lambda b: b.theme),
            ListColumn("capacity", _("可容纳（人）"), lambda b: b.capacity or None, "number", sort=("capacity",)),
        ),
        # One's own first: who keeps one place of a thousand need not look for it.
        source=lambda actor, params: bases_nearest(actor),
        default_sort=("far", "county", "kind", "name"),
        filters=(
            ListFilter("q", _("名称或拼音首字母"), lambda rows, v: named(rows, v, kind="base"), "text"),
            ListFilter("kind", _("类别"), lambda rows, v: rows.filter(kind=v), choices=Base.Kind.choices),
            ListFilter(
                "county",
                _("县（市、区）"),
                lambda rows, v: rows.filter(county=v),
                choices=county_choices,
            ),
            ListFilter(
                "flagged",
                _("新思想教学点"),
                lambda rows, v: rows.filter(is_flagged=v == "1"),
                choices=(("1", _("只看新思想教学点")),),
            ),
            ListFilter("use", _("在用"), _in_use, choices=(("1", _("在用")), ("0", _("已停用")))),
        ),
        empty_text=_("还没有登记阵地。"),
        row_line2=lambda b: f"{b.get_kind_display()}　{b.unit.short_name}",
    )
)


@view_rule("bases.view_base", kind="list")
@require_GET
def bases(request: DoorstepRequest) -> HttpResponse:
    """Where training can happen."""
    actor = request.actor
    shown = {
        "listing": listing_of(BASES, actor, request.GET.dict()),
        "may_enter": bool(entering_units(actor)),
        "sees_scenes": may(actor, "bases.keep_base", at=[grant.place for grant in actor.grants]),
        "sees_regulations": may(actor, "bases.view_regulation", at=[grant.place for grant in actor.grants]),
    }
    return render(request, "bases/bases.html", shown)


def _stewards(request: DoorstepRequest, base: Base) -> list[str]:
    """The places at which one may look after a base from outside its line: one's own, where one holds the role."""
    if not may(request.actor, "bases.steward_base", at=base.place):
        return []
    return [grant.place for grant in request.actor.grants if may(request.actor, "bases.steward_base", at=grant.place)]


@view_rule("bases.steward_base", kind="base")
@require_POST
def steward(request: DoorstepRequest, base_id: int) -> HttpResponse:
    """Begin to look after a base oneself, or leave it to the levels above it."""
    found = base_by_id(base_id, request.actor)
    places = _stewards(request, found)
    if not places:
        raise NotFound
    turns: dict[str, Turn] = {
        "begin": (partial(steward_base, unit=unit_at(places[0])), gettext("从今天起由本部门直管。")),
        "end": (partial(steward_base, unit=None), gettext("从今天起不再直管，由上级按层级管理。")),
    }
    return press_one_of(request, turns, to=reverse("bases:base", args=[found.pk]), base=found)


@view_rule("bases.flag_point", kind="base")
@require_POST
def flag(request: DoorstepRequest, base_id: int) -> HttpResponse:
    """Name a point one of those the city vouches for, or no longer."""
    found = base_by_id(base_id, request.actor)
    turns: dict[str, Turn] = {
        "begin": (flag_point, gettext("已定为新思想现场教学点。")),
        "end": (unflag_point, gettext("不再是新思想现场教学点了。")),
    }
    return press_one_of(request, turns, to=reverse("bases:base", args=[found.pk]), base=found)


@view_rule("bases.view_base", kind="base")
@require_GET
def base(request: DoorstepRequest, base_id: int) -> HttpResponse:
    """One base: whose it is, its rooms, and the way to its classes."""
    found = base_by_id(base_id, request.actor)
    context: dict[str, Any] = {"base": found, "line": line_of(found.unit)}
    context["steward"] = stewardship_of(found)
    context["is_to_come"] = found.valid_from > clock.today()
    context["photos"] = photos_shown(found)
    context["may_photograph"] = may(request.actor, "bases.keep_base", at=found.place)
    builders = building_places(found)
    context["is_inside"] = may(request.actor, "bases.view_evidence", at=found.place, shared=builders)
    context["may_steward"] = found.valid_to is None and bool(_stewards(request, found))
    if found.kind == Base.Kind.BELT and found.valid_to is None:
        context |= belt_shown(found, request.actor)
    if found.kind != Base.Kind.BELT:
        if context["is_inside"]:
            context["linked_count"] = measured("links.of_base", [found.pk], clock.today()).get(found.pk, 0)
        context |= rooms_shown(found, request.actor) | visits_shown(found, request.actor) | booking_shown(found)
    is_point = found.kind == Base.Kind.TEACHING_POINT and found.valid_to is None
    context["may_flag"] = is_point and may(request.actor, "bases.flag_point", at=found.place)
    context["may_end"] = may(request.actor, ENDING[Base.Kind(found.kind)], at=found.place)
    if found.valid_to is None and context["is_inside"]:
        context |= standard_shown(found, request.actor, builders)
        context["has_regulations"] = may_have_regulations(found)
    return render(request, "bases/base.html", context)
