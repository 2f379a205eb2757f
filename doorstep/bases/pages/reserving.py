"""Booking a venue: once or again and again; what stands in the way, and what is free instead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doorstep.bases.models import Base, Reservation, ReservationSeries, Venue
from doorstep.bases.pages.venue_forms import MOST
from doorstep.bases.queries.booking import reach_of
from doorstep.bases.queries.claims import Alternatives, alternatives_to, span_words
from doorstep.bases.queries.places import places_in
from doorstep.bases.queries.planned import Booking, Planned, Wanted, planned, reservation_limits
from doorstep.bases.queries.venues import equipment_words, venue_by_id
from doorstep.bases.queries.ways import at_base, minutes_between
from doorstep.bases.rules.claims import Claim
from doorstep.bases.services.reservations import reserve_venue
from doorstep.bases.services.using import set_sharing
from doorstep.core import clock
from doorstep.core.errors import NotFound
from doorstep.core.fields import day_field
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest
from doorstep.core.turning import said_above
from doorstep.core.views import view_rule
from doorstep.directory.queries import units_where

KEPT = ("purpose", "heads", "kind", "begins", "ends", "unit", "goes_to")
MOST_MINUTES = 240


def _time(label: Any, text: Any = "") -> forms.TimeField:
    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    return forms.TimeField(label=label, widget=widget, help_text=text)


class ReserveForm(forms.Form):
    """When, what for, for how many; and how often."""

    unit = forms.TypedChoiceField(label=gettext_lazy("哪个单位用"), coerce=int)
    first_on = day_field(gettext_lazy("哪一天"))
    begins = _time(gettext_lazy("从几点"))
    ends = _time(gettext_lazy("到几点"), gettext_lazy("比开始早，就是到第二天"))
    purpose = forms.CharField(
        label=gettext_lazy("做什么用"), max_length=120, help_text=gettext_lazy("例如：支部主题党日、党员大会")
    )
    kind = forms.ChoiceField(label=gettext_lazy("用途"), choices=Reservation.Kind.choices[1:])
    heads = forms.IntegerField(label=gettext_lazy("多少人"), min_value=1, max_value=MOST)
    repeat = forms.ChoiceField(
        label=gettext_lazy("要不要重复"),
        required=False,
        choices=[("", gettext_lazy("就这一次")), *ReservationSeries.Repeat.choices],
    )
    until = day_field(gettext_lazy("重复到哪一天"), required=False)
    goes_to = forms.TypedChoiceField(
        label=gettext_lazy("去哪里"),
        coerce=int,
        required=False,
        empty_value=None,
        help_text=gettext_lazy("来去的路上也占着；没有的地方选最近的"),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    field_order = (
        "unit",
        "first_on",
        "begins",
        "ends",
        "goes_to",
        "purpose",
        "kind",
        "heads",
        "repeat",
        "until",
        "key",
    )

    def __init__(self, *args: Any, units: Sequence[Any], places: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [(unit.pk, unit.short_name) for unit in units]  # type: ignore[attr-defined]
        named = [("", _("就在本地")), *((place.pk, place.name) for place in places)]
        self.fields["goes_to"].choices = named  # type: ignore[attr-defined]
        if not places:
            del self.fields["goes_to"]

    def clean(self) -> dict[str, Any]:
        """What repeats has a last day."""
        data = super().clean() or self.cleaned_data
        if data.get("repeat") and not data.get("until") and "until" not in self.errors:
            self.add_error("until", _("请填重复到哪一天，或选“就这一次”。"))
        return data

    def booking(self, answer: str, way_minutes: int = 0) -> Booking:
        """What a valid form means, by the button that was pressed; `way_minutes` to where it goes."""
        data = self.cleaned_data
        wanted = Wanted(data["first_on"], data["begins"], data["ends"], data["repeat"], data["until"], way_minutes)
        given = {name: data[name] for name in ("purpose", "heads", "kind")}
        return Booking(wanted, **given, is_hold=answer == "hold", skips=answer == "skip")


@view_rule("bases.reserve_venue", kind="wanted_venue")
def reserve(request: DoorstepRequest, venue_id: int) -> HttpResponse:
    """Book a venue; where it is taken, say what is free instead."""
    venue, units = venue_by_id(venue_id, request.actor), units_where(request.actor, "bases.reserve_venue")
    if not units or not venue.is_active:
        raise NotFound
    is_sent = request.method == "POST"
    places = places_in([venue.base.county]) if venue.is_vehicle or venue.lane != venue.pk else []
    form = ReserveForm(request.POST if is_sent else None, initial=_start(request, units), units=units, places=places)
    shown: dict[str, Any] = {"venue": venue, "base": venue.base, "form": form, "equipment": equipment_words(venue)}
    shown |= {"reach": reach_of(venue.base, venue), "hold_hours": reservation_limits().hold_hours}
    if is_sent and form.is_valid():
        unit = next(unit for unit in units if unit.pk == form.cleaned_data["unit"])
        booking = form.booking(request.POST.get("answer", ""), _way(venue, places, form.cleaned_data.get("goes_to")))
        if request.POST.get("answer") != "look":
            with said_above(form):
                made = reserve_venue(
                    unit=unit, venue=venue, booking=booking, key=form.cleaned_data["key"], actor=request.actor
                )
                return _booked(request, made, booking)
        shown |= _looked_at(planned(booking, venue, unit, reservation_limits()), venue, unit, form)
    return render(request, "bases/reserve.html", shown, status=422 if form.errors else 200)


def _way(venue: Venue, places: Sequence[Base], goes_to: int | None) -> int:
    """Minutes to where it goes; 0 where it stays."""
    there = next((place for place in places if place.pk == goes_to), None)
    return minutes_between([(at_base(venue.base), at_base(there))])[0] or 0 if there else 0


def _start(request: DoorstepRequest, units: Sequence[Any]) -> dict[str, Any]:
    start = {"key": uuid4(), "unit": units[0].pk, "begins": "09:00", "ends": "11:00", "first_on": clock.today()}
    asked = {name: request.GET[name] for name in (*KEPT, "first_on") if name in request.GET}
    return {**start, **asked}


def _booked(request: DoorstepRequest, made: Sequence[Reservation], booking: Booking) -> HttpResponse:
    if made[0].is_asked:
        base = made[0].venue.base.name
        messages.success(request, _("已送出，等%(base)s同意。这段时间先给您留着。") % {"base": base})
    elif booking.is_hold:
        messages.success(request, _("已先留着。请在到期前点“确认要用”，不然会自动放开。"))
    else:
        messages.success(request, _("约好了，一共 %(n)s 次。") % {"n": len(made)})
    return redirect("bases:reservation", made[0].pk)


def _looked_at(found: Planned, venue: Venue, unit: Any, form: ReserveForm) -> dict[str, Any]:
    """The times with what stands in their way; for a single one that is taken, what is free instead."""
    if found.fault:
        if not form.errors:
            form.add_error(None, found.fault)
        return {}
    shown: dict[str, Any] = {"found": found, "looked": not form.errors}
    if len(found.slots) == 1 and found.taken:
        instead = alternatives_to(found.taken[0].claim, venue, unit)
        shown |= {"instead": instead, "offers": _offers(instead, found.taken[0].claim, venue, form)}
    return shown


def _offers(instead: Alternatives, claim: Claim, venue: Venue, form: ReserveForm) -> list[tuple[str, str]]:
    """What is free instead, each in words and with the address at which the form is filled in so."""
    kept = {name: form.data.get(name, "") for name in KEPT}
    same = {**kept, "first_on": f"{clock.local(claim.starts_at):%Y-%m-%d}"}
    offers = []
    for one in instead.times:
        starts, ends = clock.local(one.starts_at), clock.local(one.ends_at)
        moved = {**kept, "first_on": f"{starts:%Y-%m-%d}", "begins": f"{starts:%H:%M}", "ends": f"{ends:%H:%M}"}
        offers.append((span_words(one), _address(venue, moved)))
    rooms = ((_("换%(name)s（%(n)s 座）") % {"name": room.name, "n": room.seats}, room) for room in instead.venues)
    return offers + [(words, _address(room, same)) for words, room in rooms]


def _address(venue: Venue, values: dict[str, str]) -> str:
    return f"{reverse('bases:reserve', args=[venue.pk])}?{urlencode(values)}"


class SharingForm(forms.Form):
    """Whether several may use a venue at a time, and what lies between two uses."""

    is_shared = forms.BooleanField(label=gettext_lazy("几家可以同时用，坐得下就行"), required=False)
    buffer_minutes = forms.IntegerField(
        label=gettext_lazy("两次使用之间至少隔几分钟"),
        required=False,
        min_value=0,
        max_value=MOST_MINUTES,
        help_text=gettext_lazy("打扫、摆桌椅要的时间；空着就按全市的规定"),
    )


@view_rule("bases.keep_base", kind="venue")
def sharing(request: DoorstepRequest, venue_id: int) -> HttpResponse:
    """Say whether several may use a venue at a time, and how long lies between two uses."""
    from doorstep.bases.pages.venues import answered

    venue = venue_by_id(venue_id, request.actor)
    if not may(request.actor, "bases.keep_base", at=venue.base.place):
        raise NotFound
    start = {"is_shared": venue.is_shared, "buffer_minutes": venue.buffer_minutes}
    form = SharingForm(request.POST or None, initial=start)
    return answered(
        request,
        form,
        lambda: set_sharing(venue=venue, **form.cleaned_data, actor=request.actor),
        _("已保存，已经约好的不变。"),
        shown={"base": venue.base, "title": _("怎么给人用")},
        back=reverse("bases:venue", args=[venue.pk]),
    )
