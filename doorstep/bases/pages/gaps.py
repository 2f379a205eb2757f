"""The resource map, drawn and as a table: what each township has, lacks, and how far the nearest is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from doorstep.bases.queries.gaps import ALL, townships_with_functions
from doorstep.bases.queries.gaps_map import gaps_picture, gaps_sums
from doorstep.bases.queries.places import county_choices
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, filtered_rows, listing_of, register_list
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule
from doorstep.directory.queries import named

if TYPE_CHECKING:
    from doorstep.directory.models import Unit

WORDS = {
    "school": gettext_lazy("乡镇党校"),
    "point": gettext_lazy("现场教学点"),
    "mobile": gettext_lazy("流动党校"),
    "demonstration": gettext_lazy("示范基地"),
    "flagged": gettext_lazy("新思想教学点"),
    "hall": gettext_lazy("大会场"),
}


def _lacks(unit: Unit) -> str:
    """The functions a township lacks, each with the minutes to the nearest place that has it."""
    found = []
    for name in ALL:
        if not getattr(unit, f"has_{name}"):
            minutes: Any = getattr(unit, f"near_{name}")
            words = {"what": WORDS[name], "minutes": minutes}
            found.append(_("%(what)s（最近约 %(minutes)s 分钟）") % words if minutes is not None else str(WORDS[name]))
    return _("、").join(found)


def _across(unit: Unit) -> str:
    """The functions a township lacks itself, of which a place elsewhere is open to it."""
    found = [name for name in ALL if not getattr(unit, f"has_{name}") and getattr(unit, f"open_{name}")]
    return _("、").join(str(WORDS[name]) for name in found)


def _lacking(rows: QuerySet[Unit], name: str) -> QuerySet[Unit]:
    return rows.filter(**{f"has_{name}": 0}) if name in ALL else rows.none()


# What stands under "lacks" anyway and leaves no room on a page in large type.
_ONLY_EXPORTED = {"mobile", "flagged"}


def _count(name: str) -> ListColumn:
    column, is_aside = f"has_{name}", name in _ONLY_EXPORTED
    sort = None if is_aside else (column,)
    return ListColumn(name, WORDS[name], lambda u: getattr(u, column), "number", sort=sort, is_only_exported=is_aside)


def _minutes(name: str) -> ListColumn:
    """How far the nearest is, for whoever reckons on with the workbook."""
    title = format_lazy(gettext_lazy("{what}：最近的（分钟）"), what=WORDS[name])
    return ListColumn(f"near_{name}", title, lambda u: getattr(u, f"near_{name}"), "number", is_only_exported=True)


GAPS = register_list(
    ListSpec(
        name="bases.gaps",
        action="bases.view_base",
        title=gettext_lazy("资源地图"),
        columns=(
            ListColumn(
                "name",
                gettext_lazy("乡镇（街道）"),
                lambda unit: unit.short_name,
                "link",
                url=lambda unit: f"{reverse('bases:near')}?unit={unit.pk}",
                sort=("order",),
            ),
            ListColumn(
                "county",
                gettext_lazy("县（市、区）"),
                lambda unit: unit.parent.division.short_name if unit.parent.division else unit.parent.short_name,
                sort=("county",),
            ),
            *(_count(name) for name in ALL),
            *(_minutes(name) for name in ALL),
            ListColumn("lacks", gettext_lazy("还缺"), _lacks),
            ListColumn("across", gettext_lazy("可以跨界约"), _across),
        ),
        source=lambda actor, params: townships_with_functions(actor),
        default_sort=("county", "order"),
        filters=(
            ListFilter("q", gettext_lazy("名称或拼音首字母"), lambda rows, v: named(rows, v, kind="unit"), "text"),
            ListFilter("lacks", gettext_lazy("缺什么"), _lacking, choices=tuple(WORDS.items())),
            ListFilter(
                "county",
                gettext_lazy("县（市、区）"),
                lambda rows, v: rows.filter(county=v),
                choices=county_choices,
            ),
        ),
        empty_text=gettext_lazy("您能看到的范围里没有乡镇。"),
        row_line2=_lacks,
    )
)


LEGEND = 30.0  # the height of the legend under the map, in its own units


@view_rule("bases.view_base", kind="list")
@require_GET
def gaps(request: DoorstepRequest) -> HttpResponse:
    """Which functions each township has, and what is missing where: one function on the map, all in the table.

    Where none is asked for, the map shows what most townships lack.
    """
    params = request.GET.dict()
    listing = listing_of(GAPS, request.actor, params)
    rows, _order, _is_filtered = filtered_rows(GAPS, request.actor, params)
    sums = gaps_sums(rows)
    asked = params.get("function", "")
    function = asked if asked in ALL else max(ALL, key=lambda name: sums[name].lacking)
    kept = {name: value for name, value in params.items() if name not in ("cursor", "function")}
    links = {name: urlencode({**kept, "function": name}) for name in ALL}
    shown = {
        "listing": listing,
        "what": WORDS[function],
        "sum": sums[function],
        "query": links[function],
        "functions": [(WORDS[name], f"?{links[name]}", sums[name], name == function) for name in ALL],
    }
    return render(request, "bases/gaps.html", shown)


@view_rule("bases.view_base", kind="list")
@require_GET
def gaps_map(request: DoorstepRequest) -> HttpResponse:
    """The townships of the table on a map, with what each has of one function."""
    params, actor = request.GET.dict(), request.actor
    rows, _order, _is_filtered = filtered_rows(GAPS, actor, params)
    asked = params.get("function", "")
    function = asked if asked in ALL else ALL[0]
    picture = gaps_picture(rows, function)
    height = picture.ground.height
    shown = {"picture": picture, "title": WORDS[function], "height": height + LEGEND, "foot": height + LEGEND / 2}
    return render(request, "bases/gaps_map.svg", shown, content_type="image/svg+xml")
