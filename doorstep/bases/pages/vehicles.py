"""What goes somewhere: the list of coaches, boats and mobile schools, and entering one."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from doorstep.bases.models import Base, Venue
from doorstep.bases.pages.venue_forms import VehicleForm
from doorstep.bases.pages.venues import answered, called, kept_base, seating
from doorstep.bases.queries.places import county_choices
from doorstep.bases.queries.vehicles import vehicle_word, vehicles_in_use
from doorstep.bases.services.venues import add_venue
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, listing_of, register_list
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule

KINDS = (*Venue.Kind.choices[1:], (Venue.Kind.ROOM.value, Base.Kind.MOBILE_SCHOOL.label))

VEHICLES = register_list(
    ListSpec(
        name="bases.vehicles",
        action="bases.view_base",
        title=gettext_lazy("车船和流动党校"),
        columns=(
            ListColumn(
                "name",
                gettext_lazy("名称"),
                lambda v: v.name,
                "link",
                url=lambda v: reverse("bases:venue", args=[v.pk]),
                sort=("name",),
            ),
            ListColumn("kind", gettext_lazy("类别"), vehicle_word, sort=("kind", "name")),
            ListColumn("base", gettext_lazy("阵地"), lambda v: v.base.name, sort=("base__name",)),
            ListColumn("unit", gettext_lazy("所属单位"), lambda v: v.base.unit.short_name),
            ListColumn("seats", gettext_lazy("座位"), lambda v: v.seats, "number", sort=("seats",)),
            ListColumn("borrowed", gettext_lazy("借用"), lambda v: _("借用") if v.is_borrowed else ""),
        ),
        source=lambda actor, params: vehicles_in_use(actor),
        default_sort=("base__county", "base__name", "name"),
        filters=(
            ListFilter("q", gettext_lazy("名称、阵地名称或拼音首字母"), called, "text"),
            ListFilter("seats", gettext_lazy("至少坐下（人）"), seating, "number"),
            ListFilter("kind", gettext_lazy("类别"), lambda rows, v: rows.filter(kind=v), choices=KINDS),
            ListFilter(
                "county",
                gettext_lazy("县（市、区）"),
                lambda rows, v: rows.filter(base__county=v),
                choices=county_choices,
            ),
        ),
        empty_text=gettext_lazy("还没有登记车船。打开一处阵地，就能加。"),
        empty_url="bases:bases",
        empty_action=gettext_lazy("看阵地"),
        row_line2=lambda v: _("%(base)s　%(n)s 座") % {"base": v.base.name, "n": v.seats},
    )
)


@view_rule("bases.view_base", kind="list")
@require_GET
def vehicles(request: DoorstepRequest) -> HttpResponse:
    """The coaches, boats and mobile schools that can be had."""
    return render(request, "web/list.html", {"listing": listing_of(VEHICLES, request.actor, request.GET.dict())})


@view_rule("bases.keep_base", kind="base")
def vehicle_new(request: DoorstepRequest, base_id: int) -> HttpResponse:
    """Enter a coach or a boat of a base."""
    base = kept_base(request, base_id)
    form = VehicleForm(request.POST or None)
    return answered(
        request,
        form,
        lambda: add_venue(base=base, **form.cleaned_data, actor=request.actor),
        _("已登记。随班派出在课次里勾选，也可以单独约。"),
        shown={"base": base, "title": _("加一辆车或一条船")},
        back=reverse("bases:base", args=[base.pk]),
    )
