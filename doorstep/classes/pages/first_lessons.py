"""The first lessons of a year: which schools had theirs from the linked county leader, which are missing."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from doorstep.bases.queries.places import county_choices
from doorstep.classes.queries.first_lessons import DONE, MISSING, TO_COME, UNLINKED, first_lessons
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, Rows, listing_of, register_list
from doorstep.core.numbers import year_asked
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule


def _year(params: Mapping[str, str]) -> int:
    """The year asked for; this one for anything that is no year."""
    return year_asked(params.get("year", ""), clock.today().year)


def _listed(actor: Actor, params: Mapping[str, str]) -> Rows:
    return first_lessons(actor, _year(params))


FIRST_LESSONS = register_list(
    ListSpec(
        name="classes.first_lessons",
        action="faculty.view_teacher",
        title=gettext_lazy("挂钩县领导上第一课"),
        columns=(
            ListColumn(
                "school",
                gettext_lazy("乡镇党校"),
                lambda b: b.name,
                "link",
                url=lambda b: reverse("faculty:school", args=[b.unit_id]),
                sort=("name",),
            ),
            ListColumn("standing", gettext_lazy("状态"), lambda b: b.standing, "status", sort=("standing",)),
            ListColumn("given_on", gettext_lazy("哪天上的"), lambda b: b.given_on, "date", sort=("given_on",)),
            ListColumn("leader", gettext_lazy("挂钩县领导"), lambda b: b.leader or "", sort=("leader",)),
            ListColumn("post", gettext_lazy("职务"), lambda b: b.post or ""),
            ListColumn("unit", gettext_lazy("单位"), lambda b: b.unit.short_name, sort=("place",)),
        ),
        source=_listed,
        default_sort=("county", "place"),
        filters=(
            ListFilter("q", gettext_lazy("党校名称"), lambda rows, v: rows.filter(name__icontains=v), "text"),
            ListFilter(
                "standing",
                gettext_lazy("状态"),
                lambda rows, v: rows.filter(standing=v),
                choices=(
                    (MISSING, gettext_lazy("还没上")),
                    (UNLINKED, gettext_lazy("没有挂钩")),
                    (TO_COME, gettext_lazy("未安排")),
                    (DONE, gettext_lazy("已完成")),
                ),
            ),
            ListFilter(
                "county",
                gettext_lazy("县（市、区）"),
                lambda rows, v: rows.filter(county=v),
                choices=county_choices,
            ),
        ),
        empty_text=gettext_lazy("还没有登记乡镇党校。登记了党校，这里就会列出来。"),
        row_line2=lambda b: b.leader or b.unit.short_name,
        subject=lambda actor, params: str(_year(params)),
    )
)


@view_rule("faculty.view_teacher", kind="list")
@require_GET
def page(request: DoorstepRequest) -> HttpResponse:
    """The schools one may see, each with how its first lesson of the year stands, county by county."""
    params = request.GET.dict()
    year, now = _year(params), clock.today().year
    shown = {
        "listing": listing_of(FIRST_LESSONS, request.actor, params),
        "year": year,
        "years": [(one, _("%(year)s 年") % {"year": one}) for one in (now - 1, now)],
    }
    return render(request, "classes/first_lessons.html", shown)
