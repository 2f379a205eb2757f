"""The nearest venues that fit: for one's own unit, or for another one may see."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import BooleanField, Case, Q, QuerySet, When
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from doorstep.bases.models import Base, Venue
from doorstep.bases.pages.venues import called, seating
from doorstep.bases.queries.booking import open_to
from doorstep.bases.queries.near import open_on, point_of, venues_near
from doorstep.bases.queries.venues import equipment_words
from doorstep.core.actors import Actor
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, listing_of, register_list
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule
from doorstep.directory.queries import unit_at, unit_by_id


def _from(actor: Actor, params: Mapping[str, str]) -> Any:
    """The unit from which one looks: the one asked for, else one's own; None for somebody without a role."""
    text = params.get("unit", "")
    if text.isdecimal():
        return unit_by_id(int(text), actor)
    return unit_at(actor.grants[0].place) if actor.grants else None


def _near(actor: Actor, params: Mapping[str, str]) -> QuerySet[Venue]:
    unit = _from(actor, params)
    rows = venues_near(actor, point_of(unit) if unit else None)
    is_open = open_to(unit) if unit else Q(pk__in=[])
    return rows.annotate(is_open=Case(When(is_open, then=True), default=False, output_field=BooleanField()))


NEAR = register_list(
    ListSpec(
        name="bases.near",
        action="bases.view_base",
        title=_("就近找场地"),
        columns=(
            ListColumn(
                "base",
                _("阵地"),
                lambda v: v.base.name,
                "link",
                url=lambda v: reverse("bases:venue", args=[v.pk]),
                sort=("base__name",),
            ),
            ListColumn("name", _("场地"), lambda v: v.name),
            ListColumn("minutes", _("路上约（分钟）"), lambda v: v.minutes, "number", sort=("minutes",)),
            ListColumn("seats", _("座位"), lambda v: v.seats, "number", sort=("seats",)),
            ListColumn("open", _("能不能约"), lambda v: _("能约") if v.is_open else _("不给外单位用")),
            ListColumn("kind", _("类别"), lambda v: v.base.get_kind_display()),
            ListColumn("equipment", _("设备"), equipment_words),
        ),
        source=_near,
        default_sort=("minutes", "-seats"),
        filters=(
            ListFilter("q", _("场地、阵地名称或拼音首字母"), called, "text"),
            ListFilter("seats", _("至少坐下（人）"), seating, "number"),
            ListFilter("day", _("哪天要用"), lambda rows, v: open_on(rows, date.fromisoformat(v)), "date"),
            ListFilter(
                "open",
                _("能不能约"),
                lambda rows, v: rows.filter(is_open=v == "yes"),
                choices=(("yes", _("能约的")), ("no", _("不给外单位用的"))),
            ),
            ListFilter(
                "kind",
                _("类别"),
                lambda rows, v: rows.filter(base__kind=v),
                choices=[kind for kind in Base.Kind.choices if kind[0] != Base.Kind.BELT],
            ),
            ListFilter(
                "equipment",
                _("设备"),
                lambda rows, v: rows.filter(equipment__contains=[v]),
                choices=Venue.Equipment.choices,
            ),
        ),
        empty_text=_("没有找到合适的场地。放宽人数或设备再找，或打电话问问邻近的党校。"),
        row_line2=lambda v: (
            _("%(venue)s　约 %(minutes)s 分钟　%(n)s 座") % {"venue": v.name, "minutes": v.minutes, "n": v.seats}
        ),
    )
)


@view_rule("bases.view_base", kind="list")
@require_GET
def near(request: DoorstepRequest) -> HttpResponse:
    """The venues that fit, the nearest first."""
    params = request.GET.dict()
    unit = _from(request.actor, params)
    shown = {"listing": listing_of(NEAR, request.actor, params), "unit": unit, "is_placed": unit and point_of(unit)}
    return render(request, "bases/near.html", shown)
