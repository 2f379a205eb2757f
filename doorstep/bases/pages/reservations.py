"""Reservations: the list of one's units and of the venues one keeps, one of them, and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from doorstep.bases.models import Base, Reservation
from doorstep.bases.pages.visits import number_in
from doorstep.bases.queries.claims import claim_of, times_of
from doorstep.bases.queries.places import base_by_id, county_choices
from doorstep.bases.queries.reservations import left_of_series, reservation_by_id, reservations_visible_to, status_of
from doorstep.bases.services.reservations import approve_reservation, cancel_reservation, confirm_hold
from doorstep.bases.services.using import mark_unused
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, listing_of, register_list
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest
from doorstep.core.turning import press
from doorstep.core.views import view_rule
from doorstep.directory.queries import named

STATES = (
    ("booked", gettext_lazy("已约好")),
    ("held", gettext_lazy("先留着")),
    ("asked", gettext_lazy("等阵地同意")),
    *Reservation.State.choices[1:],
)


def _listed(actor: Actor, params: Mapping[str, str]) -> QuerySet[Reservation]:
    rows = reservations_visible_to(actor)
    base = params.get("base")
    return rows.filter(venue__base=base_by_id(number_in(base), actor)) if base else rows


def _subject(actor: Actor, params: Mapping[str, str]) -> str:
    base = params.get("base")
    return base_by_id(number_in(base), actor).name if base else ""


def _called(rows: QuerySet[Reservation], text: str) -> QuerySet[Reservation]:
    """Those whose purpose, venue or base match a text in Chinese or pinyin initials."""
    bases = named(Base.objects.all(), text, kind="base")
    return rows.filter(Q(purpose__icontains=text) | Q(venue__name__icontains=text) | Q(venue__base__in=bases))


def _standing(rows: QuerySet[Reservation], state: str) -> QuerySet[Reservation]:
    live, moment = Q(state=Reservation.State.LIVE), clock.now()
    over = Q(expires_at__lte=moment)
    wanted = {
        "booked": live & Q(expires_at=None),
        "held": live & Q(expires_at__gt=moment, is_asked=False),
        "asked": live & Q(expires_at__gt=moment, is_asked=True),
        Reservation.State.RELEASED: Q(state=state) | (live & over),
    }
    return rows.filter(wanted.get(state, Q(state=state)))


RESERVATIONS = register_list(
    ListSpec(
        name="bases.reservations",
        action="bases.view_reservation",
        title=gettext_lazy("场地预约"),
        columns=(
            ListColumn(
                "purpose",
                gettext_lazy("做什么"),
                lambda r: r.purpose,
                "link",
                url=lambda r: reverse("bases:reservation", args=[r.pk]),
                sort=("purpose",),
            ),
            ListColumn(
                "day", gettext_lazy("日期"), lambda r: clock.local(r.starts_at).date(), "date", sort=("starts_at",)
            ),
            ListColumn("times", gettext_lazy("时间"), lambda r: times_of(claim_of(r))),
            ListColumn("venue", gettext_lazy("场地"), lambda r: r.venue.name, sort=("venue__name", "starts_at")),
            ListColumn(
                "base", gettext_lazy("阵地"), lambda r: r.venue.base.name, sort=("venue__base__name", "starts_at")
            ),
            ListColumn("unit", gettext_lazy("哪个单位"), lambda r: r.unit.short_name),
            ListColumn("heads", gettext_lazy("人数"), lambda r: r.heads, "number", sort=("heads",)),
            ListColumn("kind", gettext_lazy("用途"), lambda r: r.get_kind_display(), is_only_exported=True),
            ListColumn("status", gettext_lazy("状态"), status_of, "status"),
        ),
        source=_listed,
        default_sort=("-starts_at",),
        filters=(
            ListFilter("q", gettext_lazy("用途、场地、阵地名称或拼音首字母"), _called, "text"),
            ListFilter(
                "from",
                gettext_lazy("从"),
                lambda rows, v: rows.filter(starts_at__date__gte=v),
                "date",
            ),
            ListFilter("until", gettext_lazy("到"), lambda rows, v: rows.filter(starts_at__date__lte=v), "date"),
            ListFilter(
                "kind", gettext_lazy("用途"), lambda rows, v: rows.filter(kind=v), choices=Reservation.Kind.choices
            ),
            ListFilter("state", gettext_lazy("状态"), _standing, choices=STATES),
            ListFilter(
                "county",
                gettext_lazy("县（市、区）"),
                lambda rows, v: rows.filter(venue__base__county=v),
                choices=county_choices,
            ),
        ),
        empty_text=gettext_lazy("还没有预约。打开一个场地，点“约这个场地”。"),
        empty_url="bases:venues",
        empty_action=gettext_lazy("找一个场地"),
        empty_needs="bases.reserve_venue",
        row_line2=lambda r: (
            f"{clock.local(r.starts_at):%m-%d} {times_of(claim_of(r))}　{r.venue.base.name} {r.venue.name}"
        ),
        subject=_subject,
    )
)


@view_rule("bases.view_reservation", kind="list")
@require_GET
def reservations(request: DoorstepRequest) -> HttpResponse:
    """The reservations of one's units and of the venues one keeps."""
    listing = listing_of(RESERVATIONS, request.actor, request.GET.dict())
    return render(request, "bases/reservations.html", {"listing": listing})


@view_rule("bases.view_reservation", kind="reservation")
@require_GET
def reservation(request: DoorstepRequest, reservation_id: int) -> HttpResponse:
    """One reservation: when, where, for whom, and what can be done about it."""
    found = reservation_by_id(reservation_id, request.actor)
    moment, base = clock.now(), found.venue.base
    places = (base.place, found.unit.path)
    is_live, is_of_class = status_of(found) in ("booked", "held", "asked"), found.kind == Reservation.Kind.CLASS
    may_cancel = is_live and not is_of_class and found.ends_at > moment
    shown = {
        "reservation": found,
        "base": base,
        "status": status_of(found),
        "day": clock.local(found.starts_at).date(),
        "times": times_of(claim_of(found)),
        "left": left_of_series(found.series).exclude(pk=found.pk).count() if found.series else 0,
        "class_id": found.holder.partition(":")[2] if is_of_class else "",
        "sees_class": may(request.actor, "bases.view_reservation", at=found.unit.path),
        "may_cancel": may_cancel and may(request.actor, "bases.cancel_reservation", at=places),
        "may_confirm": status_of(found) == "held" and may(request.actor, "bases.reserve_venue", at=found.unit.path),
        "may_approve": status_of(found) == "asked" and may(request.actor, "bases.keep_base", at=base.place),
        "may_mark": is_live
        and not is_of_class
        and found.starts_at <= moment
        and may(request.actor, "bases.keep_base", at=base.place),
    }
    return render(request, "bases/reservation.html", shown)


@view_rule("bases.cancel_reservation", kind="reservation")
@require_POST
def reservation_cancel(request: DoorstepRequest, reservation_id: int) -> HttpResponse:
    """Give a venue back, once or for the rest of the series."""
    found = reservation_by_id(reservation_id, request.actor)
    with_rest = request.POST.get("answer") == "rest"
    cancel = partial(cancel_reservation, reason=request.POST.get("reason", "")[:200], with_rest=with_rest)
    return press(request, _("已取消，场地空出来了。"), cancel, to=_address_of(found), reservation=found)


def _address_of(reservation: Reservation) -> str:
    return reverse("bases:reservation", args=[reservation.pk])


@view_rule("bases.reserve_venue", kind="own_reservation")
@require_POST
def reservation_confirm(request: DoorstepRequest, reservation_id: int) -> HttpResponse:
    """Turn what was only held into a booking."""
    found = reservation_by_id(reservation_id, request.actor)
    return press(request, _("已约好。"), confirm_hold, to=_address_of(found), reservation=found)


@view_rule("bases.keep_base", kind="kept_reservation")
@require_POST
def reservation_approve(request: DoorstepRequest, reservation_id: int) -> HttpResponse:
    """Let a guest have the room that is held for them."""
    found = reservation_by_id(reservation_id, request.actor)
    said = _("已同意，对方会收到消息。")
    return press(request, said, approve_reservation, to=_address_of(found), reservation=found)


@view_rule("bases.keep_base", kind="kept_reservation")
@require_POST
def reservation_unused(request: DoorstepRequest, reservation_id: int) -> HttpResponse:
    """Say that nobody came."""
    found = reservation_by_id(reservation_id, request.actor)
    # Where the rest of its series is let go with it, the page says so.
    return press(request, _("已登记没有来用。"), mark_unused, to=_address_of(found), reservation=found)
