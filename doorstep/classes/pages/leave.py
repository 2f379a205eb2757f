"""Leave: asking for it, the requests of a class, deciding on one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from doorstep.classes.models import Enrolment, Leave, Session
from doorstep.classes.pages.forms import Choices, DressedForm
from doorstep.classes.pages.lists import LEAVES
from doorstep.classes.queries.classes import class_by_id
from doorstep.classes.queries.heads import class_head
from doorstep.classes.queries.leave import (
    approved_sessions,
    is_to_end,
    leave_by_id,
    leave_so_far,
    leaves_of,
    may_decide,
    may_report_back,
    weight_of,
)
from doorstep.classes.queries.people import enrolment_of
from doorstep.classes.queries.presence import seen_at
from doorstep.classes.queries.words import moment_text
from doorstep.classes.services.leave import ask_leave, decide_leave, report_back, take_back_leave
from doorstep.core import clock
from doorstep.core.errors import DoorstepError, NotFound
from doorstep.core.listing import listing_of
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.turning import said_above
from doorstep.core.views import view_rule


class LeaveForm(DressedForm):
    """From which sessions one will be away, and why."""

    sessions = forms.TypedMultipleChoiceField(
        label=gettext_lazy("哪几次课"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("请勾选要请假的课次。")},
    )
    kind = forms.ChoiceField(label=gettext_lazy("请假类别"), choices=Leave.Kind.choices)
    reason = forms.CharField(label=gettext_lazy("事由"), max_length=200)

    def __init__(self, *args: Any, sessions: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sessions"].choices = sessions  # type: ignore[attr-defined]


@view_rule("classes.view_leave", kind="list")
@require_GET
def leaves(request: DoorstepRequest) -> HttpResponse:
    """The requests for leave one may see."""
    return render(request, "web/list.html", {"listing": listing_of(LEAVES, request.actor, request.GET.dict())})


@view_rule("classes.view_class", kind="class")
@require_GET
def class_leaves(request: DoorstepRequest, class_id: int) -> HttpResponse:
    """The requests for leave in one class."""
    found = class_by_id(class_id, request.actor)
    rows = sorted(leaves_of(found, request.actor), key=lambda row: row.status != Leave.Status.ASKED)
    return render(request, "classes/leaves.html", {**class_head(found, request.actor, "leaves"), "rows": rows})


@view_rule("classes.view_leave", kind="leave", post="classes.decide_leave")
def leave(request: DoorstepRequest, leave_id: int) -> HttpResponse:
    """One request: what it comes to, who decides; POST decides."""
    found = leave_by_id(leave_id, request.actor)
    problem = ""
    if request.method == "POST":
        if not may_decide(found, request.actor):
            raise NotFound
        approve = request.POST.get("answer") == "approve"
        note = request.POST.get("note", "")[:200]
        try:
            decide_leave(leave=found, approve=approve, note=note, actor=request.actor)
        except DoorstepError as refusal:
            problem = refusal.text
        else:
            messages.success(request, _("已批准。") if approve else _("已退回。"))
            return redirect("classes:leave", found.pk)
    wanted = sorted(found.sessions.all(), key=lambda session: session.starts_at)
    away = {session.pk for session in found.sessions_away}
    counted = [s for s in wanted if s.pk in away]
    weight = weight_of(found.training_class, counted, approved_sessions(found), found.kind)
    context = {
        "leave": found,
        "sessions": wanted,
        "weight": weight,
        "problem": problem,
        "may_decide": found.status == Leave.Status.ASKED and may_decide(found, request.actor),
        "may_take_back": found.status == Leave.Status.ASKED
        and may(request.actor, "classes.ask_leave", at=found.place, owner=found.person_id),
        "may_report_back": is_to_end(found) and may_report_back(found, request.actor),
        "away": away,
        "note": request.POST.get("note", ""),
    }
    return render(request, "classes/leave.html", context, status=422 if problem else 200)


@view_rule("classes.ask_leave", kind="leave")
@require_POST
def leave_take_back(request: DoorstepRequest, leave_id: int) -> HttpResponse:
    """Take back a request that is not decided."""
    found = leave_by_id(leave_id, request.actor)
    if not may(request.actor, "classes.ask_leave", at=found.place, owner=found.person_id):
        raise NotFound
    take_back_leave(leave=found, actor=request.actor)
    return redirect("classes:leave", found.pk)


@view_rule("classes.report_back", kind="leave")
@require_POST
def leave_back(request: DoorstepRequest, leave_id: int) -> HttpResponse:
    """Report back from leave: at its end, or from one of its sessions on."""
    found = leave_by_id(leave_id, request.actor)
    if not may_report_back(found, request.actor):
        raise NotFound
    chosen = request.POST.get("from", "")
    first = found.sessions.filter(pk=int(chosen)).first() if chosen.isascii() and chosen.isdigit() else None
    report_back(leave=found, first=first, actor=request.actor)
    messages.success(request, _("已销假。"))
    return redirect("classes:leave", found.pk)


def _open_sessions(seat: Enrolment) -> list[Session]:
    """The sessions that have not ended and to which the person has not come."""
    rows = list(seat.training_class.sessions.filter(is_cancelled=False, ends_at__gt=clock.now()).order_by("starts_at"))
    seen = seen_at(seat.person_id, [session.pk for session in rows])
    return [session for session in rows if session.pk not in seen]


@view_rule("classes.ask_leave", kind="enrolment")
def leave_new(request: DoorstepRequest, class_id: int, person_id: int) -> HttpResponse:
    """Ask for leave from sessions to come, for oneself or for somebody one looks after."""
    training_class = class_by_id(class_id, request.actor)
    seat = enrolment_of(training_class, person_id, request.actor)
    if not may(request.actor, "classes.ask_leave", at=seat.place, owner=seat.person_id):
        raise NotFound
    sessions = _open_sessions(seat)
    choices: list[tuple[Any, Any]] = [(s.pk, f"{moment_text(s.starts_at)}　{s.title}") for s in sessions]
    form = LeaveForm(posted(request), sessions=choices)
    sent = request.POST if request.method == "POST" else request.GET
    chosen = [s for s in sessions if str(s.pk) in sent.getlist("sessions")]
    weight = weight_of(training_class, chosen, leave_so_far(training_class, person_id), sent.get("kind", ""))
    context = {"training_class": training_class, "seat": seat, "form": form, "weight": weight, "sessions": sessions}
    if request.method == "GET" and request.headers.get("HX-Request"):
        return render(request, "classes/leave_sum.html", context)
    if request.method == "POST" and form.is_valid():
        if weight.is_too_much and "accept_withdrawal" not in request.POST:
            form.add_error(None, _("这样请假会按退学处理。确实要请，请在下面勾选后再提出。"))
        else:
            asked = _ask(request, seat, form, chosen)
            if asked:
                return redirect("classes:leave", asked.pk)
    return render(request, "classes/leave_new.html", context, status=422 if form.errors else 200)


def _ask(request: DoorstepRequest, seat: Enrolment, form: LeaveForm, chosen: list[Session]) -> Leave | None:
    """Ask for leave; a refusal goes onto the form."""
    kind, reason = form.cleaned_data["kind"], form.cleaned_data["reason"]
    with said_above(form):
        asked = ask_leave(enrolment=seat, sessions=chosen, kind=kind, reason=reason, actor=request.actor)
        messages.success(request, _("请假已提出，等批准。"))
        return asked
    return None
