"""The waiting list of a class: leaving it, being given a seat from it, who decides about it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from doorstep.classes.models import TrainingClass, WaitingPlace
from doorstep.classes.pages.forms import DressedForm
from doorstep.classes.pages.overview import class_to_change
from doorstep.classes.queries.waiting import waiting_by_id
from doorstep.classes.services.refusals import OverlappingClass
from doorstep.classes.services.waiting import leave_waiting, set_succession, take_from_waiting
from doorstep.core.errors import DoorstepError, NotFound
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.turning import said_above
from doorstep.core.views import view_rule


class WhyForm(DressedForm):
    """A reason that may be left out."""

    reason = forms.CharField(label=gettext_lazy("原因"), max_length=200, required=False)


def _back(request: DoorstepRequest, row: WaitingPlace) -> HttpResponse:
    """Back to the list for those who look after it, to one's own classes for who waited."""
    looks_after = any(
        may(request.actor, "classes.leave_waiting", at=place) for place in (row.place, row.training_class.place)
    )
    return redirect("classes:people", row.training_class_id) if looks_after else redirect("classes:me")


@view_rule("classes.leave_waiting", kind="waiting")
def waiting_leave(request: DoorstepRequest, waiting_id: int) -> HttpResponse:
    """Wait no longer, after being told what that means."""
    row = waiting_by_id(waiting_id, request.actor)
    places = [row.place, row.training_class.place]
    if not may(request.actor, "classes.leave_waiting", at=places, owner=row.person_id):
        raise NotFound
    form = WhyForm(posted(request))
    if request.method == "POST" and form.is_valid():
        with said_above(form):
            leave_waiting(waiting=row, reason=form.cleaned_data["reason"], actor=request.actor)
            messages.success(request, _("已退出“%(title)s”的候补。") % {"title": row.training_class.title})
            return _back(request, row)
    return _asked(request, row, form, "classes/waiting_leave.html")


def _asked(request: DoorstepRequest, row: WaitingPlace, form: WhyForm, template: str, **more: Any) -> HttpResponse:
    context = {"row": row, "training_class": row.training_class, "form": form, **more}
    context["is_own"] = row.person_id == request.actor.person_id
    return render(request, template, context, status=422 if form.errors else 200)


@view_rule("classes.confirm_seats", kind="waiting")
def waiting_take(request: DoorstepRequest, waiting_id: int) -> HttpResponse:
    """Give a free seat to somebody of the list; past others only with a reason."""
    row = waiting_by_id(waiting_id, request.actor)
    if not may(request.actor, "classes.confirm_seats", at=row.training_class.place):
        raise NotFound
    form, is_overlap = WhyForm(posted(request)), False
    if request.method == "POST" and form.is_valid():
        accept = "accept_overlap" in request.POST
        try:
            take_from_waiting(
                waiting=row, reason=form.cleaned_data["reason"], accept_overlap=accept, actor=request.actor
            )
        except DoorstepError as problem:
            is_overlap = isinstance(problem, OverlappingClass)
            form.add_error("reason" if problem.code == "jump_reason_missing" else None, problem.text)
        else:
            messages.success(request, _("%(name)s已进班。") % {"name": row.person.name})
            return redirect("classes:people", row.training_class_id)
    return _asked(request, row, form, "classes/waiting_take.html", is_overlap=is_overlap)


@view_rule("classes.edit_class", kind="class")
@require_POST
def succession(request: DoorstepRequest, class_id: int) -> HttpResponse:
    """Say whether the list moves by itself or by the office."""
    found = class_to_change(request, class_id, "classes.edit_class")
    way = request.POST.get("succession", "")
    if way not in TrainingClass.Succession.values:
        raise NotFound
    try:
        moved = set_succession(training_class=found, succession=way, actor=request.actor)
    except DoorstepError as problem:
        messages.error(request, problem.text)
    else:
        words = _("已改好，%(count)s 人随即进班。") if moved else _("已改好。")
        messages.success(request, words % {"count": moved})
    return redirect("classes:people", found.pk)
