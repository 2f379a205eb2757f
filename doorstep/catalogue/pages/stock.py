"""Copies: what each unit holds, the ledger of movements, what is on its way, and moving them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from doorstep.bases.queries.places import county_choices
from doorstep.catalogue.models import Material, Movement, Sending
from doorstep.catalogue.queries.materials import edition_by_id, edition_words, editions_to_take_in
from doorstep.catalogue.queries.stock import (
    latest_movements,
    movements_visible_to,
    receivers_of,
    sending_by_id,
    sendings_visible_to,
    sendings_with,
    shelves_of,
    shelves_visible_to,
    unit_with_stock,
)
from doorstep.catalogue.services.stock import (
    call_back_copies,
    count_copies,
    receive_copies,
    send_copies,
    take_in_copies,
)
from doorstep.core import clock
from doorstep.core.errors import Invalid, NotFound, Refused
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, listing_of, register_list
from doorstep.core.permissions import may
from doorstep.core.policies import policy_at
from doorstep.core.registry import measured
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule
from doorstep.directory.queries import named, units_where

if TYPE_CHECKING:
    from doorstep.directory.models import Unit

LATEST = 12


def _called(through: str) -> Callable[[QuerySet[Any], str], QuerySet[Any]]:
    """A filter by the title of the material, in Chinese or pinyin initials."""
    found = Material.objects.all()
    return lambda rows, value: rows.filter(**{f"{through}material__in": named(found, value, kind="material")})


def _day(moment: datetime) -> date:
    return clock.local(moment).date()


def _there(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(balance__gt=0) if value == "1" else rows.filter(balance=0)


STOCK = register_list(
    ListSpec(
        name="catalogue.stock",
        action="catalogue.view_stock",
        title=gettext_lazy("教材库存"),
        columns=(
            ListColumn(
                "unit",
                gettext_lazy("单位"),
                lambda s: s.unit.short_name,
                "link",
                url=lambda s: reverse("catalogue:stock_of", args=[s.unit_id]),
                sort=("unit__path", "edition__material__title"),
            ),
            ListColumn(
                "title",
                gettext_lazy("教材"),
                lambda s: edition_words(s.edition),
                sort=("edition__material__title", "edition__number"),
            ),
            ListColumn("kind", gettext_lazy("类别"), lambda s: s.edition.material.get_kind_display()),
            ListColumn("balance", gettext_lazy("库存（册）"), lambda s: s.balance, "number", sort=("balance",)),
            ListColumn("coming", gettext_lazy("在途（册）"), lambda s: s.coming, "number", sort=("coming",)),
        ),
        source=lambda actor, params: shelves_visible_to(actor),
        default_sort=("unit__path", "edition__material__title"),
        filters=(
            ListFilter("q", gettext_lazy("名称或拼音首字母"), _called("edition__"), "text"),
            ListFilter(
                "kind",
                gettext_lazy("类别"),
                lambda rows, v: rows.filter(edition__material__kind=v),
                choices=Material.Kind.choices,
            ),
            ListFilter(
                "county", gettext_lazy("县（市、区）"), lambda rows, v: rows.filter(county=v), choices=county_choices
            ),
            ListFilter(
                "there",
                gettext_lazy("有没有"),
                _there,
                choices=(("1", gettext_lazy("有库存")), ("0", gettext_lazy("没有了"))),
            ),
        ),
        empty_text=gettext_lazy("还没有库存。先在“教材”里登记一版，再到本单位的库存页入库。"),
        row_line2=lambda s: edition_words(s.edition),
    )
)

MOVEMENTS = register_list(
    ListSpec(
        name="catalogue.movements",
        action="catalogue.view_stock",
        title=gettext_lazy("教材出入库"),
        columns=(
            ListColumn(
                "title",
                gettext_lazy("教材"),
                lambda m: edition_words(m.shelf.edition),
                "link",
                url=lambda m: reverse("catalogue:stock_of", args=[m.shelf.unit_id]),
            ),
            ListColumn("on", gettext_lazy("日期"), lambda m: _day(m.moved_at), "date"),
            ListColumn("unit", gettext_lazy("单位"), lambda m: m.shelf.unit.short_name),
            ListColumn("kind", gettext_lazy("为什么"), lambda m: m.get_kind_display()),
            ListColumn("copies", gettext_lazy("册数"), lambda m: m.copies, "number"),
            ListColumn("note", gettext_lazy("说明"), lambda m: m.note),
        ),
        source=lambda actor, params: movements_visible_to(actor),
        default_sort=("-moved_at", "id"),
        filters=(
            ListFilter("q", gettext_lazy("名称或拼音首字母"), _called("shelf__edition__"), "text"),
            ListFilter(
                "kind", gettext_lazy("为什么"), lambda rows, v: rows.filter(kind=v), choices=Movement.Kind.choices
            ),
            ListFilter(
                "county", gettext_lazy("县（市、区）"), lambda rows, v: rows.filter(county=v), choices=county_choices
            ),
            ListFilter("from", gettext_lazy("从"), lambda rows, v: rows.filter(moved_at__date__gte=v), "date"),
            ListFilter("until", gettext_lazy("到"), lambda rows, v: rows.filter(moved_at__date__lte=v), "date"),
        ),
        empty_text=gettext_lazy("还没有出入库记录。"),
        row_line2=lambda m: f"{m.get_kind_display()}　{m.shelf.unit.short_name}",
    )
)

SENDINGS = register_list(
    ListSpec(
        name="catalogue.sendings",
        action="catalogue.view_stock",
        title=gettext_lazy("教材发送"),
        columns=(
            ListColumn(
                "title",
                gettext_lazy("教材"),
                lambda s: edition_words(s.edition),
                "link",
                url=lambda s: reverse("catalogue:sending", args=[s.pk]),
            ),
            ListColumn("status", gettext_lazy("状态"), lambda s: s.status, "status"),
            ListColumn("from", gettext_lazy("发出单位"), lambda s: s.from_unit.short_name),
            ListColumn("to", gettext_lazy("收书单位"), lambda s: s.to_unit.short_name),
            ListColumn("copies", gettext_lazy("发出（册）"), lambda s: s.copies, "number", sort=("copies",)),
            ListColumn("received", gettext_lazy("点收（册）"), lambda s: s.received, "number", sort=("received",)),
            ListColumn(
                "on", gettext_lazy("发出日期"), lambda s: clock.local(s.sent_at).date(), "date", sort=("sent_at",)
            ),
            ListColumn("difference", gettext_lazy("差异说明"), lambda s: s.difference, is_only_exported=True),
        ),
        source=lambda actor, params: sendings_visible_to(actor),
        default_sort=("-sent_at",),
        filters=(
            ListFilter("q", gettext_lazy("名称或拼音首字母"), _called("edition__"), "text"),
            ListFilter(
                "status", gettext_lazy("状态"), lambda rows, v: rows.filter(status=v), choices=Sending.Status.choices
            ),
            ListFilter(
                "difference",
                gettext_lazy("差异"),
                lambda rows, v: rows.exclude(difference="") if v == "1" else rows.none(),
                choices=(("1", gettext_lazy("点收和发出不一样")),),
            ),
        ),
        empty_text=gettext_lazy("还没有发送过教材。到本单位的库存页，把书发给下级。"),
        row_line2=lambda s: f"{s.from_unit.short_name} → {s.to_unit.short_name}",
    )
)


@view_rule("catalogue.view_stock", kind="list")
@require_GET
def stock(request: DoorstepRequest) -> HttpResponse:
    """What the units one sees hold."""
    listing = listing_of(STOCK, request.actor, request.GET.dict())
    own = units_where(request.actor, "catalogue.move_stock")
    return render(request, "catalogue/stock.html", {"listing": listing, "own": own[:1]})


@view_rule("catalogue.view_stock", kind="list")
@require_GET
def movements(request: DoorstepRequest) -> HttpResponse:
    """Every line of the ledgers one sees."""
    return render(request, "web/list.html", {"listing": listing_of(MOVEMENTS, request.actor, request.GET.dict())})


@view_rule("catalogue.view_stock", kind="list")
@require_GET
def sendings(request: DoorstepRequest) -> HttpResponse:
    """What was sent from or to the units one sees."""
    return render(request, "web/list.html", {"listing": listing_of(SENDINGS, request.actor, request.GET.dict())})


class MoveForm(forms.Form):
    """Copies that come or go; `key` is the same when the form is sent twice."""

    edition = forms.IntegerField()
    copies = forms.IntegerField()
    note = forms.CharField(required=False, max_length=200)
    key = forms.UUIDField(required=False)
    seen = forms.IntegerField(required=False)
    to = forms.IntegerField(required=False)


@view_rule("catalogue.view_stock", kind="stocked_unit", post="catalogue.move_stock")
def stock_of(request: DoorstepRequest, unit_id: int) -> HttpResponse:
    """What one unit holds and what is on its way; POST takes copies in, sends them or puts the ledger right."""
    unit, problem = unit_with_stock(unit_id, request.actor), ""
    if request.method == "POST":
        try:
            said = _moved(request, unit)
        except (Invalid, Refused) as refusal:
            problem = refusal.text
        else:
            messages.success(request, said)
            return redirect("catalogue:stock_of", unit.pk)
    may_move = may(request.actor, "catalogue.move_stock", at=unit.path)
    shown = {
        "unit": unit,
        "problem": problem,
        "posted": request.POST,
        "shelves": [(shelf, edition_words(shelf.edition), uuid4()) for shelf in shelves_of(unit)],
        "sendings": [(one, edition_words(one.edition)) for one in sendings_with(unit)],
        "movements": [(one, edition_words(one.shelf.edition)) for one in latest_movements(unit, LATEST)],
        "receivers": receivers_of(unit) if may_move else [],
        "editions": [(one.pk, edition_words(one)) for one in editions_to_take_in()] if may_move else [],
        "may_move": may_move,
        "key": uuid4(),
        "lacking": measured("materials.lacking", [unit.pk], clock.today()).get(unit.pk, 0),
        "days": policy_at("material.days_ahead", on=clock.today(), place=unit.path).integer,
    }
    return render(request, "catalogue/stock_of.html", shown, status=422 if problem else 200)


def _moved(request: DoorstepRequest, unit: Unit) -> str:
    """Do what a form of the page of a unit asks for; the words for what was done."""
    form, answer, actor = MoveForm(request.POST), request.POST.get("answer", ""), request.actor
    if not form.is_valid():
        raise Invalid
    data = form.cleaned_data
    edition, copies = edition_by_id(data["edition"]), data["copies"]
    given: dict[str, Any] = {"edition": edition, "unit": unit, "note": data["note"], "actor": actor}
    if answer == "take_in":
        take_in_copies(**given, copies=copies, key=data["key"])
        return _("已入库 %(n)s 册。") % {"n": copies}
    if answer == "send":
        to = next((one for one in receivers_of(unit) if one.pk == data["to"]), None)
        if to is None:
            raise NotFound
        send_copies(**given, to=to, copies=copies, key=data["key"])
        return _("已发给%(unit)s %(n)s 册，对方点收后入账。") % {"unit": to.short_name, "n": copies}
    if answer != "count":
        raise NotFound
    line = count_copies(**given, counted=copies, seen=-1 if data["seen"] is None else data["seen"])
    return _("已按盘点更正为 %(n)s 册。") % {"n": copies} if line else _("盘点和账上一致，没有要改的。")


@view_rule("catalogue.view_stock", kind="sending", post="catalogue.move_stock")
def sending(request: DoorstepRequest, sending_id: int) -> HttpResponse:
    """One parcel: who sent what to whom; POST receives it or calls it back."""
    found, actor, problem = sending_by_id(sending_id, request.actor), request.actor, ""
    if request.method == "POST":
        try:
            said = _ended(request.POST, found, request)
        except (Invalid, Refused) as refusal:
            problem = refusal.text
        else:
            messages.success(request, said)
            return redirect("catalogue:sending", found.pk)
    is_coming = found.status == Sending.Status.SENT
    shown = {
        "sending": found,
        "words": edition_words(found.edition),
        "problem": problem,
        "posted": request.POST,
        "may_receive": is_coming and may(actor, "catalogue.move_stock", at=found.to_place),
        "may_call_back": is_coming and may(actor, "catalogue.move_stock", at=found.from_place),
    }
    return render(request, "catalogue/sending.html", shown, status=422 if problem else 200)


def _ended(data: Mapping[str, str], parcel: Sending, request: DoorstepRequest) -> str:
    """Receive a parcel or call it back; the words for what was done."""
    if data.get("answer") == "call_back":
        call_back_copies(sending=parcel, actor=request.actor)
        return _("已撤回，册数回到本单位的库存。")
    if data.get("answer") != "receive":
        raise NotFound
    received = data.get("received", "")
    if not (received.isdecimal() and len(received) < 10):
        raise Invalid
    receive_copies(
        sending=parcel, received=int(received), difference=data.get("difference", "")[:200], actor=request.actor
    )
    return _("已点收 %(n)s 册入库。") % {"n": received}
