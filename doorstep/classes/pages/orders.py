"""Orders: the list of both sides, one order with what can be done now, what was asked for and not had."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from doorstep.bases.queries.places import bases_under, county_choices
from doorstep.classes.models import Order
from doorstep.classes.pages.order_forms import AcceptForm, CounterForm, NoForm
from doorstep.classes.queries.orders import order_by_id, orders_visible_to, unmet_orders
from doorstep.classes.queries.orders_shown import lecturer_words, order_shown, order_word
from doorstep.classes.queries.unmet import unmet_by, unmet_map
from doorstep.classes.services.order_refusals import OrderStandsSo
from doorstep.classes.services.order_waiting import pass_offer, take_offer, wait_for_day
from doorstep.classes.services.orders import (
    accept_order,
    agree_order,
    call_off_order,
    counter_order,
    decline_order,
    refuse_order,
    withdraw_order,
)
from doorstep.core.actors import Actor
from doorstep.core.errors import DoorstepError, NotFound
from doorstep.core.exports import Column, Sheet
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, filtered_rows, listing_of, register_list
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.views import view_rule
from doorstep.faculty.queries import teachers_for

NOT_TAKEN = ("no_room", "no_teacher", "not_fitting", "other")
TAKEN_BACK = ("changed", "no_room", "other")
CALLED_OFF = ("changed", "other")
GROUPS = 12  # of what was not had, shown above its orders


def _assigned_words(order: Order) -> str:
    return _("上级安排的") if order.is_assigned else _("自己点的")


def _who(order: Order) -> str:
    """The unit that ordered; a group from outside is marked."""
    return _("%(group)s（外单位）") % {"group": order.who} if order.outside_id else order.who


def _line2(order: Order) -> str:
    values = {"day": f"{order.first_on:%m-%d}", "n": order.people, "unit": _who(order)}
    return _("%(day)s　%(n)s 人　%(unit)s") % values


_COLUMNS = (
    ListColumn(
        "title",
        gettext_lazy("点了什么"),
        lambda o: o.title,
        "link",
        url=lambda o: reverse("classes:order", args=[o.pk]),
        sort=("title",),
    ),
    ListColumn("status", gettext_lazy("状态"), order_word, "status"),
    ListColumn("code", gettext_lazy("单号"), lambda o: o.code, is_only_exported=True),
    ListColumn("unit", gettext_lazy("点单单位"), _who, sort=("place",)),
    ListColumn("provider", gettext_lazy("谁来办"), lambda o: o.provider.short_name, sort=("provider_place",)),
    ListColumn("first", gettext_lazy("想去的日子"), lambda o: o.first_on, "date", sort=("first_on",)),
    ListColumn("people", gettext_lazy("人数"), lambda o: o.people, "number", sort=("people",)),
    ListColumn("theme", gettext_lazy("主题"), lambda o: o.theme, is_only_exported=True),
    ListColumn("kind", gettext_lazy("类别"), lambda o: o.get_kind_display(), is_only_exported=True),
    ListColumn("will", gettext_lazy("怎么来点的"), _assigned_words, is_only_exported=True),
)
_FILTERS = (
    ListFilter("q", gettext_lazy("名称"), lambda rows, v: rows.filter(title__icontains=v), "text"),
    ListFilter("kind", gettext_lazy("类别"), lambda rows, v: rows.filter(kind=v), choices=Order.Kind.choices),
    ListFilter(
        "will",
        gettext_lazy("怎么来点的"),
        lambda rows, v: rows.filter(is_assigned=v == "assigned"),
        choices=(("own", gettext_lazy("自己点的")), ("assigned", gettext_lazy("上级安排的"))),
    ),
    ListFilter(
        "from_where",
        gettext_lazy("谁点的"),
        lambda rows, v: rows.filter(outside__isnull=v != "outside"),
        choices=(("own", gettext_lazy("本地单位")), ("outside", gettext_lazy("外单位"))),
    ),
    ListFilter("county", gettext_lazy("县（市、区）"), lambda rows, v: rows.filter(county=v), choices=county_choices),
    ListFilter("from", gettext_lazy("从哪天"), lambda rows, v: rows.filter(first_on__gte=v), "date"),
    ListFilter("until", gettext_lazy("到哪天"), lambda rows, v: rows.filter(first_on__lte=v), "date"),
)

ORDERS = register_list(
    ListSpec(
        name="classes.orders",
        action="classes.view_order",
        title=gettext_lazy("点单"),
        columns=(
            *_COLUMNS,
            ListColumn("due", gettext_lazy("最晚答复"), lambda o: o.answer_by, "date", sort=("answer_by",)),
        ),
        source=lambda actor, params: orders_visible_to(actor).select_related(
            "unit", "outside", "provider", "training_class"
        ),
        default_sort=("-placed_at",),
        filters=(
            *_FILTERS,
            ListFilter(
                "status", gettext_lazy("状态"), lambda rows, v: rows.filter(status=v), choices=Order.Status.choices
            ),
        ),
        empty_text=gettext_lazy("还没有点单。到教学套餐里选一个，点“点这个套餐”，写上日子和人数就行。"),
        empty_url="/packages/",
        empty_action=gettext_lazy("看教学套餐"),
        empty_needs="classes.place_order",
        row_line2=_line2,
    )
)


def _sums(actor: Actor, rows: QuerySet[Order]) -> Sheet:
    """What was not had, by topic, county by its name, and month."""
    counties = dict(county_choices(actor))
    columns = [Column("theme", _("主题")), Column("county", _("县（市、区）")), Column("month", _("月份"))]
    columns += [Column("orders", _("点单"), "number"), Column("people", _("人次"), "number")]
    lines = [
        (group["theme"], counties.get(group["county"], ""), f"{group['month']:%Y-%m}", group["orders"], group["people"])
        for group in unmet_by(rows)
    ]
    return Sheet(_("缺什么、在哪里、哪个月"), columns, lines)


UNMET = register_list(
    ListSpec(
        name="classes.unmet",
        action="classes.view_order",
        title=gettext_lazy("没有满足的需求"),
        columns=(
            *_COLUMNS,
            ListColumn("why", gettext_lazy("原因"), lambda o: o.get_reason_display(), sort=("reason",)),
        ),
        source=lambda actor, params: unmet_orders(actor).select_related(
            "unit", "outside", "provider", "training_class"
        ),
        default_sort=("-first_on",),
        filters=(
            *_FILTERS,
            ListFilter(
                "reason", gettext_lazy("原因"), lambda rows, v: rows.filter(reason=v), choices=Order.Reason.choices
            ),
        ),
        sums=_sums,
        empty_text=gettext_lazy("点了的单都有着落。没有接的、过期的、因为没有空才撤回的，会记在这里。"),
        row_line2=_line2,
    )
)


@view_rule("classes.view_order", kind="list")
@require_GET
def orders(request: DoorstepRequest) -> HttpResponse:
    """The orders one sees, of one's own units and sent to them."""
    shown: dict[str, Any] = {"listing": listing_of(ORDERS, request.actor, request.GET.dict())}
    places = [grant.place for grant in request.actor.grants]
    shown["may_count_outside"] = may(request.actor, "classes.view_outside", at=places)
    return render(request, "classes/orders.html", shown)


@view_rule("classes.view_order", kind="list")
@require_GET
def unmet(request: DoorstepRequest) -> HttpResponse:
    """What was asked for and not had, by topic, county and month, and each order of it; filters hold for both."""
    asked = request.GET.dict()
    listing = listing_of(UNMET, request.actor, asked)
    counties = dict(county_choices(request.actor))
    rows = filtered_rows(UNMET, request.actor, asked)[0]
    groups = [(group, counties.get(group["county"], "")) for group in unmet_by(rows)[: GROUPS + 1]]
    shown = {"listing": listing, "groups": groups[:GROUPS], "left_out": len(groups) > GROUPS, "most": GROUPS}
    shown["sketch"] = unmet_map(rows)
    return render(request, "classes/unmet.html", shown)


def _page(
    request: DoorstepRequest, order: Order, forms: dict[str, Any] | None = None, problem: str = ""
) -> HttpResponse:
    """One order with the acts open to this person; with what was wrong, where something was."""
    shown: dict[str, Any] = {**order_shown(order, request.actor), "problem": problem}
    if shown["may_answer"]:
        shown["teachers"] = teachers_for(order.provider)
        shown["counter"] = CounterForm(half_days=order.half_days, bases=bases_under(order.provider_place))
    if shown["may_answer"] or shown["may_decline"]:
        shown["decline"] = NoForm(reasons=NOT_TAKEN, prefix="decline")
    if shown["may_withdraw"]:
        shown["withdraw"] = NoForm(reasons=TAKEN_BACK, prefix="withdraw")
    if shown["may_call_off"]:
        shown["call_off"] = NoForm(reasons=CALLED_OFF, prefix="call_off")
    shown |= forms or {}
    return render(request, "classes/order.html", shown, status=422 if problem or forms else 200)


@view_rule("classes.view_order", kind="order")
@require_GET
def order(request: DoorstepRequest, order_id: int) -> HttpResponse:
    """One order: what was ordered, how it stands, what can be done now."""
    return _page(request, order_by_id(order_id, request.actor))


def _order_where(request: DoorstepRequest, order_id: int, action: str) -> Order:
    found = order_by_id(order_id, request.actor)
    if not may(request.actor, action, at=found.provider_place if action == "classes.answer_order" else found.place):
        raise NotFound
    return found


@view_rule("classes.answer_order", kind="order")
@require_POST
def order_answer(request: DoorstepRequest, order_id: int) -> HttpResponse:
    """Take an order on, offer another day, or say no."""
    found = _order_where(request, order_id, "classes.answer_order")
    acts = {"accept": _accept, "counter": _counter, "decline": _decline}
    act = acts.get(request.POST.get("answer", ""))
    if act is None:
        raise NotFound
    return act(request, found)


def _done(request: DoorstepRequest, order: Order, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("classes:order", order.pk)


def _refused(request: DoorstepRequest, order: Order, problem: DoorstepError) -> HttpResponse:
    """Somebody was faster, or tapped twice: the page as it is now. Anything else is told on it."""
    if isinstance(problem, OrderStandsSo):
        messages.info(request, problem.text)
        return redirect("classes:order", order.pk)
    return _page(request, order, problem=problem.text)


def _accept(request: DoorstepRequest, order: Order) -> HttpResponse:
    form = AcceptForm(posted(request), teachers=teachers_for(order.provider))
    if not form.is_valid():
        raise NotFound
    try:
        taken = accept_order(
            order=order,
            wish_number=form.cleaned_data["wish"],
            teacher_id=form.cleaned_data["teacher"],
            actor=request.actor,
        )
    except DoorstepError as problem:
        return _refused(request, order, problem)
    return _done(request, order, _taken_words(taken))


def _taken_words(order: Order) -> str:
    if order.outside_id:
        said = _("已接单，班已开好，座位都给%(unit)s，短信会告诉他们。") % {"unit": order.who}
    else:
        said = _("已接单，班已开好，名额已分给%(unit)s。") % {"unit": order.who}
    return said + lecturer_words(order)


def _counter(request: DoorstepRequest, order: Order) -> HttpResponse:
    form = CounterForm(posted(request), half_days=order.half_days, bases=bases_under(order.provider_place))
    if not form.is_valid():
        return _page(request, order, {"counter": form})
    base, note = form.cleaned_data["base"], form.cleaned_data["note"]
    try:
        counter_order(order=order, wish=form.wish, base_id=base, note=note, actor=request.actor)
    except OrderStandsSo as problem:
        return _refused(request, order, problem)
    except DoorstepError as problem:
        form.add_error("day", problem.text)
        return _page(request, order, {"counter": form})
    return _done(request, order, _("已提改期，等%(unit)s回复。") % {"unit": order.who})


def _decline(request: DoorstepRequest, order: Order) -> HttpResponse:
    return _called_off(request, order, "decline", NOT_TAKEN, decline_order, _("已答复不接，对方会看到原因。"))


def _called_off(
    request: DoorstepRequest, order: Order, prefix: str, reasons: tuple[str, ...], end: Callable[..., Order], said: str
) -> HttpResponse:
    """End an order with the reason that the form under `prefix` gives."""
    form = NoForm(posted(request), reasons=reasons, prefix=prefix)
    if not form.is_valid():
        return _page(request, order, {prefix: form})
    try:
        end(order=order, **form.cleaned_data, actor=request.actor)
    except OrderStandsSo as problem:
        return _refused(request, order, problem)
    except DoorstepError as problem:
        form.add_error("note", problem.text)
        return _page(request, order, {prefix: form})
    return _done(request, order, said)


@view_rule("classes.place_order", kind="order")
@require_POST
def order_reply(request: DoorstepRequest, order_id: int) -> HttpResponse:
    """Agree to another day or not, take a day that is kept or leave it, wait for one, take the order back, or
    say that one cannot come."""
    found = _order_where(request, order_id, "classes.place_order")
    answer = request.POST.get("answer", "")
    if answer == "withdraw":
        return _called_off(request, found, "withdraw", TAKEN_BACK, withdraw_order, _("点单已撤回。"))
    if answer == "call_off":
        said = _("已告诉对方来不了，班已取消，场地空出来了。")
        return _called_off(request, found, "call_off", CALLED_OFF, call_off_order, said)
    if answer not in _REPLIES:
        raise NotFound
    act, said = _REPLIES[answer]
    try:
        act(order=found, actor=request.actor)
    except DoorstepError as problem:
        return _refused(request, found, problem)
    return _done(request, found, str(said))


_REPLIES: dict[str, tuple[Callable[..., Order], Any]] = {
    "agree": (agree_order, gettext_lazy("已同意，班已开好，可以提名了。")),
    "refuse": (refuse_order, gettext_lazy("已回复不同意，可以另点一个。")),
    "take": (take_offer, gettext_lazy("已确认，班已开好，可以提名了。")),
    "pass": (pass_offer, gettext_lazy("这一天已让给后面的单位，您的点单还在候补。")),
    "wait": (wait_for_day, gettext_lazy("已排进候补，有空位就给您留着。")),
}
