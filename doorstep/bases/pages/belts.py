"""Belts: the list, putting one together, publishing it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from doorstep.bases.models import AspectState, Base, Belt
from doorstep.bases.queries.belts import (
    belt_by_id,
    belt_units,
    belt_use,
    belts_visible_to,
    builders_of,
    places_by_ids,
    places_for_belts,
    places_of,
    sketch_of,
    ways_between,
)
from doorstep.bases.queries.places import county_choices
from doorstep.bases.services.belts import change_belt, plan_belt, publish_belt, withdraw_belt
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, listing_of, register_list
from doorstep.core.numbers import whole
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest
from doorstep.core.turning import press_one_of, said_above
from doorstep.core.views import view_rule
from doorstep.directory.queries import named
from doorstep.directory.rules.outlines import outlines

if TYPE_CHECKING:
    from doorstep.directory.models import Unit


def _standing(rows: QuerySet[Base], value: str) -> QuerySet[Base]:
    rows = rows.filter(belt__published_at__isnull=value == "draft")
    lacks = AspectState.objects.filter(base=OuterRef("pk"), is_had=False)
    return rows.filter(Exists(lacks)) if value == "lapsed" else rows


def _status_of(base: Base) -> str:
    """Draft, published, or published with something that has lapsed since."""
    if base.belt.published_at is None:
        return "draft"
    return "published" if base.had_count == base.aspect_count else "lapsed"  # type: ignore[attr-defined]


BELTS = register_list(
    ListSpec(
        name="bases.belts",
        action="bases.view_base",
        title=gettext_lazy("示范带"),
        columns=(
            ListColumn(
                "name",
                gettext_lazy("名称"),
                lambda b: b.name,
                "link",
                url=lambda b: reverse("bases:base", args=[b.pk]),
                sort=("name",),
            ),
            ListColumn("status", gettext_lazy("状态"), _status_of, "status"),
            ListColumn("unit", gettext_lazy("所属单位"), lambda b: b.unit.short_name, sort=("county",)),
            ListColumn("theme", gettext_lazy("主题"), lambda b: b.theme, sort=("theme",)),
            ListColumn("places", gettext_lazy("阵地数"), lambda b: b.place_count, "number", sort=("place_count",)),
            ListColumn("had", gettext_lazy("五个一有几个"), lambda b: b.had_count, "number", sort=("had_count",)),
        ),
        source=lambda actor, params: belts_visible_to(actor),
        default_sort=("county", "name"),
        filters=(
            ListFilter("q", gettext_lazy("名称或拼音首字母"), lambda rows, v: named(rows, v, kind="base"), "text"),
            ListFilter(
                "status",
                gettext_lazy("状态"),
                _standing,
                choices=(
                    ("draft", gettext_lazy("草稿")),
                    ("published", gettext_lazy("已发布")),
                    ("lapsed", gettext_lazy("已发布，有缺项")),
                ),
            ),
            ListFilter(
                "county", gettext_lazy("县（市、区）"), lambda rows, v: rows.filter(county=v), choices=county_choices
            ),
        ),
        empty_text=gettext_lazy("还没有示范带。县（市、区）把邻近乡镇的阵地按一个主题连起来，补齐五个一就能发布。"),
        row_line2=lambda b: f"{b.unit.short_name}　{b.theme}",
    )
)


class BeltForm(forms.Form):
    """Name, theme and reason; the places are chosen beside it."""

    name = forms.CharField(
        label=gettext_lazy("示范带名称"), max_length=80, help_text=gettext_lazy("例如：霍童溪乡村振兴示范带")
    )
    theme = forms.CharField(label=gettext_lazy("主题"), max_length=80, help_text=gettext_lazy("只定一个主题"))
    argument = forms.CharField(
        label=gettext_lazy("为什么放在一起"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("阵地都相邻的不用填；有离得远的，写明理由"),
    )


def belt_shown(base: Base, actor: Actor) -> dict[str, Any]:
    """What the page of a belt shows besides that of any base: its places with the ways between them."""
    belt = belt_by_id(base.pk, actor)
    places = places_of(belt)
    ways = {hop.spot.base_id: (hop.minutes, hop.is_known) for hop in ways_between(places)}
    return {
        "belt": belt,
        "belt_status": _status_of(belt.base),
        "has_map": base.county in outlines(),
        "places": [(place, *ways.get(place.pk, (None, False))) for place in places],
        "builders": builders_of(places),
        "use": belt_use(places, clock.today().year),
        "may_change": may(actor, "bases.plan_belt", at=base.place),
        "may_publish": may(actor, "bases.publish_belt", at=base.place),
    }


@view_rule("bases.view_base", kind="list")
@require_GET
def belts(request: DoorstepRequest) -> HttpResponse:
    """The belts of the network."""
    listing = listing_of(BELTS, request.actor, request.GET.dict())
    return render(request, "bases/belts.html", {"listing": listing, "may_plan": bool(belt_units(request.actor))})


@view_rule("bases.plan_belt", kind="own_place")
def belt_new(request: DoorstepRequest) -> HttpResponse:
    """Put a belt together."""
    units = belt_units(request.actor)
    if not units:
        raise NotFound
    chosen = request.POST.get("unit") or request.GET.get("unit", "")
    unit = next((one for one in units if str(one.pk) == chosen), units[0])
    form = BeltForm(request.POST or None)
    ticked = _ticked(request)
    if request.method == "POST" and form.is_valid():
        belt = _saved(form, request, unit=unit, ticked=ticked)
        if belt:
            messages.success(request, _("已建好，是草稿。补齐五个一就能发布。"))
            return redirect("bases:base", belt.pk)
    shown = {"form": form, "units": units, "unit": unit, "townships": _townships(unit.county, ticked), "belt": None}
    return render(request, "bases/belt_form.html", shown, status=422 if form.errors else 200)


@view_rule("bases.plan_belt", kind="belt")
def belt_edit(request: DoorstepRequest, base_id: int) -> HttpResponse:
    """Change name, theme and places of a belt."""
    belt = belt_by_id(base_id, request.actor)
    if not may(request.actor, "bases.plan_belt", at=belt.base.place):
        raise NotFound
    start = {"name": belt.base.name, "theme": belt.base.theme, "argument": belt.argument}
    form = BeltForm(request.POST or None, initial=start)
    ticked = _ticked(request) if request.method == "POST" else {place.pk for place in places_of(belt)}
    if request.method == "POST" and form.is_valid() and _saved(form, request, belt=belt, ticked=ticked):
        messages.success(request, _("已保存。"))
        return redirect("bases:base", belt.pk)
    shown = {"form": form, "units": [], "townships": _townships(belt.base.county, ticked), "belt": belt}
    return render(request, "bases/belt_form.html", shown, status=422 if form.errors else 200)


def _ticked(request: DoorstepRequest) -> set[int]:
    return {pk for one in request.POST.getlist("places") if (pk := whole(one))}


def _saved(
    form: BeltForm, request: DoorstepRequest, *, ticked: set[int], unit: Unit | None = None, belt: Belt | None = None
) -> Belt | None:
    """Write it; a refusal goes onto the form."""
    given: dict[str, Any] = {**form.cleaned_data, "actor": request.actor}
    with said_above(form):
        places = places_by_ids(ticked)
        if belt is not None:
            return change_belt(belt=belt, places=places, **given)
        return plan_belt(unit=unit, places=places, **given) if unit else None
    return None


def _townships(county: str, ticked: set[int]) -> list[dict[str, Any]]:
    """The places one can choose, by the unit they stand under; open where one is chosen."""
    found = []
    for _place, group in groupby(places_for_belts(county), key=lambda base: base.place):
        rows = [(base, base.pk in ticked) for base in group]
        count = sum(is_ticked for _base, is_ticked in rows)
        found.append({"name": rows[0][0].unit.short_name, "rows": rows, "count": count})
    return found


@view_rule("bases.publish_belt", kind="belt")
@require_POST
def belt_publish(request: DoorstepRequest, base_id: int) -> HttpResponse:
    """Publish a belt, or make it a draft again."""
    belt = belt_by_id(base_id, request.actor)
    turns = {"publish": (publish_belt, _("已发布。")), "withdraw": (withdraw_belt, _("已撤下，又是草稿了。"))}
    return press_one_of(request, turns, to=reverse("bases:base", args=[belt.pk]), belt=belt)


@view_rule("bases.view_base", kind="belt")
@require_GET
def belt_map(request: DoorstepRequest, base_id: int) -> HttpResponse:
    """Where the places of a belt lie, as a picture beside their table."""
    belt = belt_by_id(base_id, request.actor)
    sketch = sketch_of(belt)
    if sketch is None:
        raise NotFound
    shown = {"sketch": sketch, "title": belt.base.name}
    return render(request, "bases/places_map.svg", shown, content_type="image/svg+xml")
