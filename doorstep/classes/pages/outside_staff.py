"""What staff do with orders from outside besides answering: quote, keep the contract, look up whom to ask, count."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_GET, require_POST

from doorstep.bases.queries.places import county_choices
from doorstep.classes.models import Order, OutsideGroup
from doorstep.classes.pages.outside_forms import CameForm, ContractForm, QuoteForm
from doorstep.classes.queries.orders import order_by_id
from doorstep.classes.queries.outside import (
    contract_by_id,
    counted_by,
    outside_classes,
    quote_by_number,
    quotes_of,
)
from doorstep.classes.services.contracts import add_contract
from doorstep.classes.services.outside_orders import count_outsiders, reveal_outside
from doorstep.classes.services.quotes import make_quote
from doorstep.core.errors import DoorstepError, NotFound
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, listing_of, register_list
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.turning import said_above
from doorstep.core.views import kept_file, view_rule


def _outside(request: DoorstepRequest, order_id: int, action: str) -> Order:
    """An order from outside that this person may do `action` on; raises NotFound for any other."""
    found = order_by_id(order_id, request.actor)
    if found.outside_id is None or not may(request.actor, action, at=found.provider_place):
        raise NotFound
    return found


@view_rule("classes.answer_order", kind="order_from_outside")
def quote_new(request: DoorstepRequest, order_id: int) -> HttpResponse:
    """Quote an order from outside; the lines of the last quote are there to begin with."""
    found = _outside(request, order_id, "classes.answer_order")
    form = QuoteForm(posted(request), initial=_last_lines(found))
    if request.method == "POST" and form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("valid_until", "note")}
        with said_above(form):
            make_quote(order=found, lines=form.lines(), **said, actor=request.actor)
            messages.success(request, _("报价已送出，%(group)s会收到短信。") % {"group": found.who})
            return redirect("classes:order", found.pk)
    shown = {"order": found, "form": form}
    return render(request, "classes/quote_new.html", shown, status=422 if form.errors else 200)


def _last_lines(order: Order) -> dict[str, Any]:
    quotes = quotes_of(order)
    if not quotes:
        return {}
    begin: dict[str, Any] = {"note": quotes[0].quote.note}
    for n, line in enumerate(quotes[0].lines, start=1):
        whole, rest = divmod(line.unit_fen, 100)
        begin |= {f"what_{n}": line.what, f"yuan_{n}": f"{whole}.{rest:02d}", f"count_{n}": line.count}
    return begin


@view_rule("classes.read_contract", kind="order_from_outside")
@require_GET
def quote(request: DoorstepRequest, order_id: int, number: int) -> HttpResponse:
    """One quote on a sheet to print."""
    found = _outside(request, order_id, "classes.read_contract")
    back = reverse("classes:order", args=[found.pk])
    return render(
        request, "classes/quote_print.html", {"order": found, "shown": quote_by_number(found, number), "back": back}
    )


@view_rule("classes.keep_contract", kind="order_from_outside")
@require_POST
def contract(request: DoorstepRequest, order_id: int) -> HttpResponse:
    """Keep a contract with the order."""
    found = _outside(request, order_id, "classes.keep_contract")
    form = ContractForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["contract"]
        try:
            add_contract(order=found, upload=file, name=file.name, actor=request.actor)
        except DoorstepError as problem:
            messages.error(request, problem.text)
        else:
            messages.success(request, _("合同已存，对方也能看到。"))
    else:
        messages.error(request, _("请先选一个文件，再点“传上去”。"))
    return redirect("classes:order", found.pk)


@view_rule("classes.read_contract", kind="order_from_outside")
@require_GET
def contract_file(request: DoorstepRequest, order_id: int, contract_id: int) -> FileResponse:
    """One contract, as a download."""
    kept = contract_by_id(_outside(request, order_id, "classes.read_contract"), contract_id)
    return kept_file(kept.file, called=kept.file_name)


@never_cache
@sensitive_variables("contact", "phone")
@view_rule("classes.reveal_outside", kind="order_from_outside")
@require_POST
def contact(request: DoorstepRequest, order_id: int) -> HttpResponse:
    """Show whom to ask for and the number in full, for a reason."""
    found = _outside(request, order_id, "classes.reveal_outside")
    try:
        name, phone = reveal_outside(order=found, reason=request.POST.get("reason", ""), actor=request.actor)
    except DoorstepError as problem:
        messages.error(request, problem.text)
        return redirect("classes:order", found.pk)
    return render(request, "classes/outside_contact.html", {"order": found, "name": name, "phone": phone})


@view_rule("classes.run_class", kind="order_from_outside")
@require_POST
def came(request: DoorstepRequest, order_id: int) -> HttpResponse:
    """Enter how many of the group came."""
    found = _outside(request, order_id, "classes.run_class")
    form = CameForm(posted(request))
    if not form.is_valid():
        messages.error(request, _("请填来了多少人，例如 32。"))
        return redirect("classes:order", found.pk)
    try:
        count_outsiders(order=found, **form.cleaned_data, actor=request.actor)
    except DoorstepError as problem:
        messages.error(request, problem.text)
    else:
        messages.success(request, _("已登记。外来的人次另算，不进党员的参训和学时。"))
    return redirect("classes:order", found.pk)


def _base_name(order: Order) -> str:
    held = order.training_class
    return held.base.name if held and held.base else ""


OUTSIDERS = register_list(
    ListSpec(
        name="classes.outsiders",
        action="classes.view_outside",
        title=gettext_lazy("外来学员"),
        columns=(
            ListColumn(
                "title",
                gettext_lazy("班次"),
                lambda o: o.training_class.title,
                "link",
                url=lambda o: reverse("classes:order", args=[o.pk]),
                sort=("training_class__title",),
            ),
            ListColumn("status", gettext_lazy("状态"), lambda o: o.training_class.status, "status"),
            ListColumn(
                "day",
                gettext_lazy("日期"),
                lambda o: o.training_class.starts_on,
                "date",
                sort=("training_class__starts_on",),
            ),
            ListColumn("group", gettext_lazy("外单位"), lambda o: o.who, sort=("outside__name",)),
            ListColumn("kind", gettext_lazy("单位类别"), lambda o: o.outside.get_kind_display(), is_only_exported=True),
            ListColumn("origin", gettext_lazy("从哪里来"), lambda o: o.outside.origin, is_only_exported=True),
            ListColumn("provider", gettext_lazy("主办"), lambda o: o.provider.short_name, sort=("provider_place",)),
            ListColumn(
                "base", gettext_lazy("阵地"), _base_name, sort=("training_class__base__name",), is_only_exported=True
            ),
            ListColumn("people", gettext_lazy("预约（人）"), lambda o: o.people, "number", sort=("people",)),
            ListColumn("came", gettext_lazy("实到（人次）"), lambda o: o.came, "number", sort=("came",)),
        ),
        source=lambda actor, params: outside_classes(actor),
        default_sort=("-training_class__starts_on",),
        filters=(
            ListFilter(
                "q", gettext_lazy("外单位名称"), lambda rows, v: rows.filter(outside__name__icontains=v), "text"
            ),
            ListFilter(
                "kind",
                gettext_lazy("单位类别"),
                lambda rows, v: rows.filter(outside__kind=v),
                choices=OutsideGroup.Kind.choices,
            ),
            ListFilter(
                "county", gettext_lazy("县（市、区）"), lambda rows, v: rows.filter(county=v), choices=county_choices
            ),
            ListFilter(
                "counted",
                gettext_lazy("实到"),
                lambda rows, v: rows.filter(came__isnull=v == "no"),
                choices=(("yes", gettext_lazy("已登记")), ("no", gettext_lazy("还没登记"))),
            ),
            ListFilter(
                "from", gettext_lazy("从哪天"), lambda rows, v: rows.filter(training_class__starts_on__gte=v), "date"
            ),
            ListFilter(
                "until", gettext_lazy("到哪天"), lambda rows, v: rows.filter(training_class__starts_on__lte=v), "date"
            ),
        ),
        empty_text=gettext_lazy("还没有给外单位办过班。外单位在门户上预约，接单以后就在这里。"),
        row_line2=lambda o: _("%(group)s　%(n)s 人") % {"group": o.who, "n": o.people},
    )
)


@view_rule("classes.view_outside", kind="list")
@require_GET
def outsiders(request: DoorstepRequest) -> HttpResponse:
    """The classes held for groups from outside, with how many came; by year and base, apart from members."""
    listing = listing_of(OUTSIDERS, request.actor, request.GET.dict())
    return render(request, "classes/outsiders.html", {"listing": listing, "counts": counted_by(request.actor)})
