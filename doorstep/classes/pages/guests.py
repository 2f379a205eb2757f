"""Classes of other units at one's bases, and what keepers have against them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Exists, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from doorstep.classes.models import Session
from doorstep.classes.pages.forms import ReasonForm
from doorstep.classes.queries.classes import class_by_id
from doorstep.classes.queries.guests import guest_of, guests_visible_to, objection_by_id, open_objections
from doorstep.classes.services.guests import object_to_guest, settle_objection
from doorstep.core import clock
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, listing_of, register_list
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.turning import said_above
from doorstep.core.views import view_rule


def _when(rows: QuerySet[Session], value: str) -> QuerySet[Session]:
    if value == "objected":
        return rows.filter(Exists(open_objections()))
    coming = rows.filter(starts_at__gt=clock.now())
    return coming if value == "coming" else rows.exclude(pk__in=coming.values("pk"))


def _standing(session: Any) -> str:
    if session.objected:
        return "objected"
    return "upcoming" if session.starts_at > clock.now() else "done"


GUESTS = register_list(
    ListSpec(
        name="classes.guests",
        action="classes.view_guests",
        title=gettext_lazy("别的单位来办的班"),
        columns=(
            ListColumn(
                "title",
                gettext_lazy("班次"),
                lambda s: s.training_class.title,
                "link",
                url=lambda s: reverse("classes:guest", args=[s.pk]),
                sort=("training_class__title",),
            ),
            ListColumn("status", gettext_lazy("状态"), _standing, "status"),
            ListColumn("day", gettext_lazy("日期"), lambda s: s.held_on, "date", sort=("held_on", "starts_at")),
            ListColumn("unit", gettext_lazy("主办"), lambda s: s.training_class.unit.short_name),
            ListColumn("base", gettext_lazy("阵地"), lambda s: s.base.name, sort=("base__name",)),
            ListColumn("venue", gettext_lazy("场地"), lambda s: s.venue.name if s.venue else ""),
            ListColumn("people", gettext_lazy("名额（人）"), lambda s: s.training_class.capacity, "number"),
        ),
        source=lambda actor, params: guests_visible_to(actor),
        default_sort=("-held_on", "-starts_at"),
        filters=(
            ListFilter(
                "q", gettext_lazy("班次名称"), lambda rows, v: rows.filter(training_class__title__icontains=v), "text"
            ),
            ListFilter(
                "when",
                gettext_lazy("什么时候"),
                _when,
                choices=(
                    ("coming", gettext_lazy("还没开始")),
                    ("past", gettext_lazy("已经开始或上完")),
                    ("objected", gettext_lazy("有异议")),
                ),
            ),
            ListFilter("day", gettext_lazy("哪天"), lambda rows, v: rows.filter(held_on=date.fromisoformat(v)), "date"),
        ),
        empty_text=gettext_lazy("还没有别的单位来办班。在阵地页的“借用规则”里写明给谁用，别人就能找到。"),
        row_line2=lambda s: f"{s.training_class.unit.short_name}　{s.base.name}",
    )
)


@view_rule("classes.view_guests", kind="list")
@require_GET
def guests(request: DoorstepRequest) -> HttpResponse:
    """The sessions that other units hold at one's bases."""
    return render(request, "web/list.html", {"listing": listing_of(GUESTS, request.actor, request.GET.dict())})


@view_rule("classes.object_to_guest", kind="guest")
def guest(request: DoorstepRequest, session_id: int) -> HttpResponse:
    """One session of others at one's base; POST objects to it with a reason."""
    found = guest_of(session_id, request.actor)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid() and found.base:
        reason = form.cleaned_data["reason"]
        with said_above(form):
            object_to_guest(training_class=found.training_class, base=found.base, reason=reason, actor=request.actor)
            messages.success(request, _("已告诉主办单位。处理以前，课次照原来的安排。"))
            return redirect("classes:guest", found.pk)
    said = found.training_class.objections.filter(base=found.base).order_by("-made_at", "-pk")
    shown = {"session": found, "objections": said, "form": form, "is_coming": found.starts_at > clock.now()}
    return render(request, "classes/guest.html", shown, status=422 if form.errors else 200)


@view_rule("classes.edit_class", kind="objection")
@require_POST
def objection_settle(request: DoorstepRequest, class_id: int, objection_id: int) -> HttpResponse:
    """Say what was done about an objection."""
    found = class_by_id(class_id, request.actor)
    objection = objection_by_id(found, objection_id)
    settle_objection(objection=objection, outcome=request.POST.get("outcome", ""), actor=request.actor)
    messages.success(request, _("已写明怎么处理，阵地那边看得到。"))
    return redirect("classes:class", class_id)
