"""Joint classes and what each host gets of them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from doorstep.classes.queries.classes import class_where, classes_visible_to, with_standing
from doorstep.classes.queries.hosts import co_hosts
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, listing_of, register_list
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule
from doorstep.records.queries.hosts import joint_figures, shares_of, with_results

if TYPE_CHECKING:
    from doorstep.classes.models import TrainingClass


def _joint(actor: Actor, params: Mapping[str, str]) -> QuerySet[TrainingClass]:
    rows = with_standing(classes_visible_to(actor)).filter(is_joint=True)
    return (
        with_results(rows, {grant.place for grant in actor.grants}).select_related("unit").prefetch_related(co_hosts())
    )


def _co_hosts(training_class: Any) -> str:
    return _("、").join(host.unit.short_name for host in training_class.co_hosts)


def _year(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(year=int(value)) if value.isdecimal() and len(value) == len("2026") else rows.none()


def _years(actor: Actor) -> list[tuple[str, str]]:
    this = clock.today().year
    return [(str(year), str(year)) for year in range(this + 1, this - 4, -1)]


JOINT = register_list(
    ListSpec(
        name="records.joint",
        action="classes.view_class",
        title=gettext_lazy("合办班次"),
        columns=(
            ListColumn(
                "title",
                gettext_lazy("名称"),
                lambda c: c.title,
                "link",
                url=lambda c: reverse("classes:class", args=[c.pk]),
                sort=("title",),
            ),
            ListColumn("status", gettext_lazy("状态"), lambda c: c.standing, "status"),
            ListColumn("starts", gettext_lazy("开班"), lambda c: c.starts_on, "date", sort=("starts_on",)),
            ListColumn("lead", gettext_lazy("牵头"), lambda c: c.unit.short_name),
            ListColumn("hosts", gettext_lazy("合办"), _co_hosts),
            ListColumn("came", gettext_lazy("全班（人次）"), lambda c: c.came, "number"),
            ListColumn("hours", gettext_lazy("全班（学时）"), lambda c: c.hours, "number", is_only_exported=True),
            ListColumn("own_came", gettext_lazy("本单位（人次）"), lambda c: c.own_came, "number"),
            ListColumn(
                "own_hours", gettext_lazy("本单位（学时）"), lambda c: c.own_hours, "number", is_only_exported=True
            ),
        ),
        source=_joint,
        default_sort=("-starts_on",),
        filters=(
            ListFilter("q", gettext_lazy("名称"), lambda rows, v: rows.filter(title__icontains=v), "text"),
            ListFilter("year", gettext_lazy("年份"), _year, choices=_years),
        ),
        empty_text=gettext_lazy("还没有合办的班。开班以后，在班次页里可以请别的单位一起办。"),
        row_line2=lambda c: f"{c.unit.short_name}　{_co_hosts(c)}",
    )
)


@view_rule("classes.view_class", kind="list")
@require_GET
def joint(request: DoorstepRequest) -> HttpResponse:
    """The joint classes one may see, and what they gave to the hosts at or below one's own place in a year."""
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and len(asked) == len("2026") else clock.today().year
    shown: dict[str, Any] = {"listing": listing_of(JOINT, request.actor, request.GET.dict()), "year": date(year, 1, 1)}
    if request.actor.grants:
        shown["own"] = joint_figures(year, request.actor.grants[0].place)
    return render(request, "records/joint.html", shown)


@view_rule("attendance.view_roll", kind="class")
@require_GET
def class_shares(request: DoorstepRequest, class_id: int) -> HttpResponse:
    """What each host gets of a class, as a piece of its page; alone it leads to the archive."""
    held = class_where(class_id, request.actor, "attendance.view_roll")
    if not request.headers.get("HX-Request"):
        return redirect("records:archive", held.pk)
    return render(request, "records/class_shares.html", {"shares": shares_of(held)})
