"""How the bases teach over a year: minutes by way of teaching, and whether being there and doing is the main part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from doorstep.bases.queries.places import county_choices
from doorstep.catalogue.queries.courses import mode_choices
from doorstep.catalogue.queries.curriculum import practice_percent
from doorstep.classes.pages.lists import years
from doorstep.classes.queries.curriculum import modes_of_bases
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, listing_of, register_list
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule


def _rows(actor: Actor, params: Mapping[str, str]) -> QuerySet[Any]:
    wanted = params.get("year", "")
    return modes_of_bases(actor, int(wanted) if wanted.isdecimal() and len(wanted) == 4 else clock.today().year)


def _main(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    least = practice_percent()
    return rows.filter(practice__lt=least) if value == "below" else rows.filter(practice__gte=least)


def _mode_column(mode: str, word: Any) -> ListColumn:
    name = f"minutes_{mode}"
    return ListColumn(mode, word, lambda b: round(getattr(b, name)), "number", sort=(name,))


MODES = register_list(
    ListSpec(
        name="classes.modes",
        action="classes.view_modes",
        title=_("教学方式构成"),
        columns=(
            ListColumn(
                "base",
                _("阵地"),
                lambda b: b.name,
                "link",
                url=lambda b: reverse("bases:base", args=[b.pk]),
                sort=("name",),
            ),
            ListColumn("year", _("年份"), lambda b: b.year, "text", is_only_exported=True),
            *(_mode_column(mode, word) for mode, word in mode_choices()),
            ListColumn("known", _("合计（分钟）"), lambda b: round(b.minutes_known), "number", is_only_exported=True),
            ListColumn("practice", _("现场和体验（%）"), lambda b: int(b.practice), "number", sort=("practice",)),
            ListColumn("unit", _("所属单位"), lambda b: b.unit.short_name, is_only_exported=True),
        ),
        source=_rows,
        default_sort=("place", "name"),
        filters=(
            ListFilter("year", _("年份"), lambda rows, v: rows, choices=years),
            ListFilter("county", _("县（市、区）"), lambda rows, v: rows.filter(county=v), choices=county_choices),
            ListFilter(
                "main",
                _("现场和体验"),
                _main,
                choices=(("below", _("还不是主要部分")), ("met", _("是主要部分"))),
            ),
        ),
        empty_text=_("这一年这里的课表上还没有写明怎么上的课次。选了课程的课次会自动算进来。"),
        row_line2=lambda b: b.unit.short_name,
    )
)


@view_rule("classes.view_modes", kind="list")
@require_GET
def modes(request: DoorstepRequest) -> HttpResponse:
    """How the bases of one's places teach in a year."""
    return render(request, "web/list.html", {"listing": listing_of(MODES, request.actor, request.GET.dict())})
