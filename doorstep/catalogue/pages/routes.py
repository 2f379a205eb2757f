"""Routes: the list, one route with its day, its sketch map and what goes along on paper."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from doorstep.bases.queries.places import county_choices
from doorstep.catalogue.models import Route, RouteStop
from doorstep.catalogue.queries.panoramas_shown import routes_with_scenes
from doorstep.catalogue.queries.routes import (
    route_by_id,
    routes_listed,
    standing_of,
    theme_choices,
)
from doorstep.catalogue.queries.routes_days import clock_words, day_of, route_sketch, stops_of
from doorstep.catalogue.services.routes import (
    bring_back_route,
    end_route,
    hand_in_route,
    publish_route,
    return_route,
    withdraw_route,
)
from doorstep.core.actors import Actor
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, listing_of, register_list
from doorstep.core.numbers import by_number, whole
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest
from doorstep.core.turning import Turn, press, press_one_of
from doorstep.core.views import view_rule
from doorstep.directory.queries import named, units_where


def _standing(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    if value == "lapsed":
        return rows.filter(status=Route.Status.PUBLISHED, is_lapsed=True)
    return rows.filter(status=value)


def _through(rows: QuerySet[Route], county: str) -> QuerySet[Route]:
    return rows.filter(Exists(RouteStop.objects.filter(route=OuterRef("pk"), base__county=county)))


def _listed(actor: Actor, params: Mapping[str, str]) -> QuerySet[Route]:
    """All one may see, or with `base` those that pass through it."""
    rows = routes_listed(actor)
    if not params.get("base"):
        return rows
    through = by_number("base")(RouteStop.objects.all(), params["base"])
    return rows.filter(pk__in=through.values("route"))


ROUTES = register_list(
    ListSpec(
        name="catalogue.routes",
        action="catalogue.view_route",
        title=gettext_lazy("精品路线"),
        columns=(
            ListColumn(
                "name",
                gettext_lazy("名称"),
                lambda r: r.name,
                "link",
                url=lambda r: reverse("catalogue:route", args=[r.pk]),
                sort=("name",),
            ),
            ListColumn("status", gettext_lazy("状态"), standing_of, "status"),
            ListColumn("unit", gettext_lazy("所属单位"), lambda r: r.unit.short_name, sort=("place",)),
            ListColumn("theme", gettext_lazy("主题"), lambda r: r.theme, sort=("theme",)),
            ListColumn("starts", gettext_lazy("几点开始"), lambda r: clock_words(r.starts.hour * 60 + r.starts.minute)),
            ListColumn("stops", gettext_lazy("站数"), lambda r: r.stop_count, "number", sort=("stop_count",)),
            ListColumn("capacity", gettext_lazy("可容纳（人）"), lambda r: r.capacity, "number", sort=("capacity",)),
        ),
        source=_listed,
        default_sort=("county", "name"),
        filters=(
            ListFilter("q", gettext_lazy("名称或拼音首字母"), lambda rows, v: named(rows, v, kind="route"), "text"),
            ListFilter("people", gettext_lazy("多少人去"), by_number("capacity__gte"), "number"),
            ListFilter("theme", gettext_lazy("主题"), lambda rows, v: rows.filter(theme=v), choices=theme_choices),
            ListFilter("county", gettext_lazy("县（市、区）"), _through, choices=county_choices),
            ListFilter(
                "status",
                gettext_lazy("状态"),
                _standing,
                choices=(*Route.Status.choices, ("lapsed", gettext_lazy("已发布，有缺项"))),
            ),
        ),
        empty_text=gettext_lazy("还没有路线。把几处阵地按时间连起来，配上课程和讲解员，就能报送发布。"),
        row_line2=lambda r: f"{r.unit.short_name}　{r.theme}",
    )
)


@view_rule("catalogue.view_route", kind="list")
@require_GET
def routes(request: DoorstepRequest) -> HttpResponse:
    """The routes one may see."""
    listing = listing_of(ROUTES, request.actor, request.GET.dict())
    return render(
        request,
        "catalogue/routes.html",
        {"listing": listing, "may_plan": bool(units_where(request.actor, "catalogue.plan_route"))},
    )


@view_rule("catalogue.view_route", kind="route")
@require_GET
def route(request: DoorstepRequest, route_id: int) -> HttpResponse:
    """One route: how the day goes, where it leads, and what can be done with it."""
    return _page(request, route_id)


def _page(request: DoorstepRequest, route_id: int, problem: str = "") -> HttpResponse:
    """The page of a route, with what was refused just now."""
    has_scenes = bool(routes_with_scenes([route_id]))
    shown = {**_shown(request, route_id), "has_scenes": has_scenes, "problem": problem}
    return render(request, "catalogue/route.html", shown, status=422 if problem else 200)


@view_rule("catalogue.view_route", kind="route")
@require_GET
def route_print(request: DoorstepRequest, route_id: int) -> HttpResponse:
    """What goes along on paper."""
    return render(request, "catalogue/route_print.html", _shown(request, route_id))


def _shown(request: DoorstepRequest, route_id: int) -> dict[str, Any]:
    found = route_by_id(route_id, request.actor)
    return {
        "route": found,
        "day": day_of(found),
        "status": standing_of(found),
        "may_plan": may(request.actor, "catalogue.plan_route", at=found.place),
        "may_publish": may(request.actor, "catalogue.publish_route", at=found.place),
    }


@view_rule("catalogue.view_route", kind="route")
@require_GET
def route_map(request: DoorstepRequest, route_id: int) -> HttpResponse:
    """Where the stops of a route lie, as a picture beside their timetable."""
    found = route_by_id(route_id, request.actor)
    shown = {"sketch": route_sketch(stops_of(found)), "title": found.name, "is_way": True}
    return render(request, "bases/places_map.svg", shown, content_type="image/svg+xml")


@view_rule("catalogue.plan_route", kind="route")
@require_POST
def route_turn(request: DoorstepRequest, route_id: int) -> HttpResponse:
    """Hand a route in, take it back, put it away, bring it back."""
    found = route_by_id(route_id, request.actor)
    turns: dict[str, Turn] = {
        "hand_in": (hand_in_route, _("已报送，等上级发布。")),
        "withdraw": (withdraw_route, _("已撤下，又是草稿了。")),
        "end": (end_route, _("已停用，需要时可以恢复。")),
        "bring_back": (bring_back_route, _("已恢复成草稿。")),
    }
    to = reverse("catalogue:route", args=[found.pk])
    return press_one_of(request, turns, to=to, page=partial(_page, request, found.pk), route=found)


@view_rule("catalogue.publish_route", kind="route")
@require_POST
def route_publish(request: DoorstepRequest, route_id: int) -> HttpResponse:
    """Publish a route as it was looked at, or send it back with the reason."""
    found = route_by_id(route_id, request.actor)
    to, page = reverse("catalogue:route", args=[found.pk]), partial(_page, request, found.pk)
    if request.POST.get("answer") == "return":
        said, note = _("已退回，原因已写给报送单位。"), request.POST.get("note", "")[:200]
        return press(request, said, return_route, to=to, page=page, route=found, note=note)
    version = whole(request.POST.get("version", "")) or 0
    return press(request, _("已发布。"), publish_route, to=to, page=page, route=found, version=version)
