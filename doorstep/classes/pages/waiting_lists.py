"""Waiting lists to look through: of classes and of orders, with the order in which they move, and a word to all."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from doorstep.classes.models import Order, TrainingClass, WaitingPlace
from doorstep.classes.pages.forms import DressedForm
from doorstep.classes.queries.classes import class_by_id
from doorstep.classes.queries.order_turns import fewest_first, waiting_orders
from doorstep.classes.queries.orders_shown import order_word
from doorstep.classes.queries.waiting import order_words, orders_that_wait_for, waiting_lists, waiting_total
from doorstep.classes.services.waiting_letters import write_to_orders, write_to_waiting
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import DoorstepError, NotFound
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, listing_of, register_list
from doorstep.core.numbers import whole
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.views import view_rule
from doorstep.directory.queries import units_where


def _asked_class(actor: Actor, params: Mapping[str, str]) -> TrainingClass | None:
    """The class whose list is asked for, None for all; raises NotFound for one that is not there for the actor."""
    said = params.get("class", "")
    return class_by_id(whole(said) or 0, actor) if said else None


def _places(actor: Actor, params: Mapping[str, str]) -> QuerySet[WaitingPlace]:
    held = _asked_class(actor, params)
    return waiting_lists(actor, held.pk if held else None)


def _subject(actor: Actor, params: Mapping[str, str]) -> str:
    held = _asked_class(actor, params)
    return held.title if held else ""


def _nth(row: WaitingPlace) -> object:
    return row.nth if row.status == WaitingPlace.Status.WAITING else None  # type: ignore[attr-defined]


def _by(row: WaitingPlace) -> str:
    """What counts for somebody who waits, or counted when they moved up."""
    return getattr(row, "met", None) or row.given_for


def _reason(row: WaitingPlace) -> str:
    jumped = _("越过前面 %(n)s 人") % {"n": row.jumped} if row.jumped else ""
    return "　".join(filter(None, (row.reason, jumped)))


WAITING = register_list(
    ListSpec(
        name="classes.waiting",
        action="classes.view_enrolment",
        title=gettext_lazy("候补名单"),
        columns=(
            ListColumn("name", gettext_lazy("姓名"), lambda r: r.person.name, sort=("person__name",)),
            ListColumn("status", gettext_lazy("状态"), lambda r: r.word, "status"),
            ListColumn("nth", gettext_lazy("第几位"), _nth, "number", sort=("nth",)),
            ListColumn("unit", gettext_lazy("所在支部"), lambda r: r.unit.short_name, sort=("place",)),
            ListColumn(
                "class",
                gettext_lazy("班次"),
                lambda r: r.training_class.title,
                "link",
                url=lambda r: reverse("classes:people", args=[r.training_class_id]),
                sort=("training_class__title",),
            ),
            ListColumn("day", gettext_lazy("开班"), lambda r: r.training_class.starts_on, "date"),
            ListColumn(
                "listed", gettext_lazy("排上的时间"), lambda r: clock.day_and_time(r.listed_at), sort=("listed_at",)
            ),
            ListColumn("by", gettext_lazy("占先的条件"), _by),
            ListColumn("reason", gettext_lazy("原因"), _reason),
        ),
        source=_places,
        default_sort=("training_class__starts_on", "training_class", "nth", "number"),
        filters=(
            ListFilter("q", gettext_lazy("姓名"), lambda rows, v: rows.filter(person__name__icontains=v), "text"),
            ListFilter(
                "status",
                gettext_lazy("状态"),
                lambda rows, v: rows.filter(status=v),
                choices=WaitingPlace.Status.choices,
            ),
            ListFilter(
                "from",
                gettext_lazy("开班从哪天"),
                lambda rows, v: rows.filter(training_class__starts_on__gte=v),
                "date",
            ),
        ),
        empty_text=gettext_lazy("没有人候补。班满了以后再提名，人就会排到这里。"),
        row_line2=lambda r: f"{r.unit.short_name}　{r.training_class.title}",
        subject=_subject,
    )
)


def _who(order: Order) -> str:
    return _("%(group)s（外单位）") % {"group": order.who} if order.outside_id else order.who


ORDERS_WAITING = register_list(
    ListSpec(
        name="classes.waiting_orders",
        action="classes.view_order",
        title=gettext_lazy("点单候补"),
        columns=(
            ListColumn(
                "title",
                gettext_lazy("点了什么"),
                lambda o: o.title,
                "link",
                url=lambda o: reverse("classes:order", args=[o.pk]),
                sort=("title",),
            ),
            ListColumn("status", gettext_lazy("状态"), order_word, "status"),
            ListColumn("nth", gettext_lazy("第几位"), lambda o: o.nth, "number", sort=("nth",)),
            ListColumn("unit", gettext_lazy("点单单位"), _who, sort=("place",)),
            ListColumn("had", gettext_lazy("今年几个班"), lambda o: o.had, "number", sort=("had",)),
            ListColumn("provider", gettext_lazy("谁来办"), lambda o: o.provider.short_name, sort=("provider_place",)),
            ListColumn("first", gettext_lazy("想去的日子"), lambda o: o.first_on, "date", sort=("first_on",)),
            ListColumn("last", gettext_lazy("等到哪天"), lambda o: o.last_on, "date", is_only_exported=True),
            ListColumn("people", gettext_lazy("人数"), lambda o: o.people, "number", sort=("people",)),
            ListColumn(
                "placed", gettext_lazy("点单时间"), lambda o: clock.day_and_time(o.placed_at), is_only_exported=True
            ),
        ),
        source=lambda actor, params: waiting_orders(actor),
        default_sort=("title", "nth"),
        filters=(
            ListFilter("q", gettext_lazy("名称"), lambda rows, v: rows.filter(title__icontains=v), "text"),
            ListFilter(
                "status",
                gettext_lazy("状态"),
                lambda rows, v: rows.filter(status=v),
                choices=(
                    (Order.Status.WAITING, Order.Status.WAITING.label),
                    (Order.Status.OFFERED, Order.Status.OFFERED.label),
                ),
            ),
            ListFilter("from", gettext_lazy("从哪天"), lambda rows, v: rows.filter(first_on__gte=v), "date"),
            ListFilter("until", gettext_lazy("到哪天"), lambda rows, v: rows.filter(first_on__lte=v), "date"),
        ),
        empty_text=gettext_lazy("没有点单在候补。想去的日子都满了时，点单可以排在这里等。"),
        row_line2=lambda o: f"{_who(o)}　{o.first_on:%m-%d}",
    )
)


@view_rule("classes.view_enrolment", kind="list")
@require_GET
def waiting(request: DoorstepRequest) -> HttpResponse:
    """Who waits for a seat, in one class or in all."""
    params = request.GET.dict()
    held = _asked_class(request.actor, params)
    shown = {
        "listing": listing_of(WAITING, request.actor, params),
        "training_class": held,
        "rule": order_words(held) if held else "",
        "may_rule": any(may(request.actor, "core.change_policy", at=one.place) for one in request.actor.grants),
        "may_write": held is not None
        and may(request.actor, "classes.confirm_seats", at=held.place)
        and waiting_total(held) > 0,
    }
    return render(request, "classes/waiting_list.html", shown)


@view_rule("classes.view_order", kind="list")
@require_GET
def orders_waiting(request: DoorstepRequest) -> HttpResponse:
    """Which orders wait for a day, in their turn, and by which rule."""
    units = units_where(request.actor, "classes.answer_order")
    shown = {
        "listing": listing_of(ORDERS_WAITING, request.actor, request.GET.dict()),
        "is_fewest_first": fewest_first(units[0].path if units else ""),
        "may_write": bool(units) and orders_that_wait_for(units[0]).filter(outside=None).exists(),
    }
    return render(request, "classes/waiting_orders.html", shown)


class LetterForm(DressedForm):
    """A few words to all who wait."""

    text = forms.CharField(
        label=gettext_lazy("写什么"), max_length=300, widget=forms.Textarea(attrs={"rows": 4}), required=False
    )
    key = forms.UUIDField(widget=forms.HiddenInput)


def _write(request: DoorstepRequest, shown: dict[str, Any], send: Callable[[LetterForm], int], to: str) -> HttpResponse:
    form = LetterForm(posted(request), initial={"key": uuid.uuid4()})
    if form.is_bound and form.is_valid():
        try:
            count = send(form)
        except DoorstepError as problem:
            form.add_error("text", problem.text)
        else:
            messages.success(request, _("已写给候补的全部 %(n)s 个。到没到，在“我发出的”里看。") % {"n": count})
            return redirect(to)
    context = {**shown, "form": form, "back": to}
    return render(request, "classes/waiting_write.html", context, status=422 if form.errors else 200)


@view_rule("classes.confirm_seats", kind="class")
def waiting_write(request: DoorstepRequest, class_id: int) -> HttpResponse:
    """Write to everybody who waits for a class."""
    found = class_by_id(class_id, request.actor)
    if not may(request.actor, "classes.confirm_seats", at=found.place):
        raise NotFound

    def send(form: LetterForm) -> int:
        said = form.cleaned_data
        made = write_to_waiting(training_class=found, text=said["text"], key=said["key"], actor=request.actor)
        return made.waiting_count

    shown = {"title": found.title, "count": waiting_total(found)}
    return _write(request, shown, send, f"{reverse('classes:waiting_list')}?class={found.pk}")


@view_rule("classes.answer_order", kind="own_place")
def waiting_orders_write(request: DoorstepRequest) -> HttpResponse:
    """Write to every unit whose order to one's own unit waits."""
    units = units_where(request.actor, "classes.answer_order")
    if not units:
        raise NotFound

    def send(form: LetterForm) -> int:
        said = form.cleaned_data
        return write_to_orders(unit=units[0], text=said["text"], key=said["key"], actor=request.actor).waiting_count

    count = orders_that_wait_for(units[0]).filter(outside=None).count()
    shown = {"title": units[0].short_name, "count": count}
    return _write(request, shown, send, reverse("classes:waiting_orders"))
