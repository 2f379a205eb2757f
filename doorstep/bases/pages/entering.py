"""Pages on which places are entered, changed, ended and brought back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from doorstep.bases.models import Base
from doorstep.bases.pages.venue_forms import MOST
from doorstep.bases.pages.venues import answered
from doorstep.bases.queries.places import DATUMS, ENTERING, base_by_id, divisions_of, entering_units, kinds_to_enter
from doorstep.bases.rules.datum import DECIMALS, GCJ02, WGS84, from_gcj02
from doorstep.bases.services.places import PlaceFacts, change_base, end_base, enter_base, reopen_base
from doorstep.core import clock
from doorstep.core.errors import NotFound
from doorstep.core.fields import day_input
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest
from doorstep.core.turning import press_one_of, said_above
from doorstep.core.views import view_rule

if TYPE_CHECKING:
    from doorstep.directory.models import Division, Unit


class PlaceForm(forms.Form):
    """What is said of a place; of what kind it is stays as it was entered."""

    kind = forms.ChoiceField(label=gettext_lazy("类别"))
    name = forms.CharField(
        label=gettext_lazy("名称"), max_length=80, help_text=gettext_lazy("例如：坑头村葡萄园现场教学点")
    )
    theme = forms.CharField(label=gettext_lazy("主题"), max_length=80, required=False)
    host = forms.CharField(
        label=gettext_lazy("由谁承办"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("党员中心户、院落、企业等，不要写电话和证件号"),
    )
    capacity = forms.IntegerField(label=gettext_lazy("可容纳（人）"), min_value=0, max_value=MOST)
    division = forms.ChoiceField(label=gettext_lazy("在哪个村（社区）"), required=False)
    lat = forms.FloatField(label=gettext_lazy("纬度"), required=False, min_value=-90, max_value=90)
    lng = forms.FloatField(label=gettext_lazy("经度"), required=False, min_value=-180, max_value=180)
    datum = forms.ChoiceField(label=gettext_lazy("坐标从哪里来"), choices=DATUMS, required=False)
    has_network = forms.BooleanField(label=gettext_lazy("有网络"), required=False, initial=True)
    opened_on = forms.DateField(label=gettext_lazy("从哪天起启用"))

    def __init__(
        self, *args: Any, unit: Unit, kinds: list[tuple[str, str]], lies_in: Division | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        # Where it lies is a choice whatever has become of the unit since: saving the form must not lose it.
        self._divisions = {one.code: one for one in (*divisions_of(unit), lies_in) if one}
        words = [("", _("没有定")), *((code, one.name) for code, one in self._divisions.items())]
        self.fields["division"].choices = words  # type: ignore[attr-defined]
        self.fields["opened_on"].widget = day_input()
        for name in ("lat", "lng"):
            self.fields[name].widget.attrs["step"] = "any"
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Both coordinates or none."""
        data = super().clean() or self.cleaned_data
        if (data.get("lat") is None) != (data.get("lng") is None) and not self.errors:
            self.add_error("lng", _("纬度和经度要一起填，不知道就都空着。"))
        return data

    def facts(self) -> PlaceFacts:
        """What was said, with the point brought to WGS84."""
        data, point = self.cleaned_data, None
        if data["lat"] is not None:
            lat, lng = data["lat"], data["lng"]
            lat, lng = from_gcj02(lat, lng) if data["datum"] == GCJ02 else (lat, lng)
            point = round(lat, DECIMALS), round(lng, DECIMALS)
        words = {name: data[name] for name in ("name", "theme", "host", "capacity", "has_network")}
        return PlaceFacts(**words, point=point, division=self._divisions.get(data["division"]))


@view_rule("bases.enter_base", kind="own_place")
def base_new(request: DoorstepRequest) -> HttpResponse:
    """Enter a place at which one can train."""
    units = entering_units(request.actor)
    if not units:
        raise NotFound
    chosen = request.POST.get("unit") or request.GET.get("unit", "")
    unit = next((one for one in units if str(one.pk) == chosen), units[0])
    start = {"opened_on": clock.today(), "capacity": 50, "datum": GCJ02, "has_network": True}
    form = PlaceForm(request.POST or None, initial=start, unit=unit, kinds=kinds_to_enter(request.actor, unit.path))
    if request.method == "POST" and form.is_valid():
        kind, opened_on = form.cleaned_data["kind"], form.cleaned_data["opened_on"]
        with said_above(form):
            entered = enter_base(unit=unit, kind=kind, facts=form.facts(), opened_on=opened_on, actor=request.actor)
            messages.success(request, _("已登记。接着可以加场地、填开放时间和接待能力。"))
            return redirect("bases:base", entered.pk)
    shown = {"form": form, "units": units, "unit": unit}
    return render(request, "bases/base_new.html", shown, status=422 if form.errors else 200)


@view_rule("bases.keep_base", kind="base")
def base_edit(request: DoorstepRequest, base_id: int) -> HttpResponse:
    """Change what is said of a place."""
    base = base_by_id(base_id, request.actor)
    is_kept = may(request.actor, "bases.keep_base", at=base.place)
    if base.valid_to is not None or base.kind == Base.Kind.BELT or not is_kept:
        raise NotFound
    names = ("name", "theme", "host", "capacity", "lat", "lng", "has_network")
    start = {name: getattr(base, name) for name in names} | {"division": base.division_id, "datum": WGS84}
    form = PlaceForm(
        request.POST or None, initial=start | {"opened_on": base.valid_from}, unit=base.unit, kinds=[],
        lies_in=base.division,
    )  # fmt: skip
    del form.fields["kind"]
    if not may(request.actor, ENTERING[Base.Kind(base.kind)], at=base.place):
        del form.fields["opened_on"]
    else:
        form.fields["opened_on"].required = False
    return answered(
        request,
        form,
        lambda: change_base(
            base=base, facts=form.facts(), opened_on=form.cleaned_data.get("opened_on"), actor=request.actor
        ),
        _("已保存。"),
        shown={"base": base, "title": _("修改阵地")},
        back=reverse("bases:base", args=[base.pk]),
    )


@view_rule("bases.enter_base", kind="entered_base")
@require_POST
def base_use(request: DoorstepRequest, base_id: int) -> HttpResponse:
    """Put a base out of use, or into use again."""
    base = base_by_id(base_id, request.actor)
    turns = {"reopen": (reopen_base, _("又能用了。")), "end": (end_base, _("已停用，办过的班不变，随时可以恢复。"))}
    return press_one_of(request, turns, to=reverse("bases:base", args=[base.pk]), base=base)
