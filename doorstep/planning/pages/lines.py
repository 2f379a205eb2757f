"""The lines of a plan: added, changed, moved, taken out."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from doorstep.core.errors import DoorstepError, NotFound
from doorstep.core.numbers import whole
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.views import view_rule
from doorstep.planning.models import Plan
from doorstep.planning.pages.forms import LineForm, line_initial
from doorstep.planning.pages.plans import done
from doorstep.planning.queries.lines import line_to_write
from doorstep.planning.queries.plans import plan_by_id
from doorstep.planning.services.lines import add_line, change_line, drop_line, move_line
from doorstep.planning.services.refusals import LineCourseUnknown, LineMonthsWrong, PlanReasonMissing

_FIELDS: dict[type[DoorstepError], str] = {
    LineMonthsWrong: "month_to",
    LineCourseUnknown: "course",
    PlanReasonMissing: "reason",
}


def _tell(form: LineForm, problem: DoorstepError) -> None:
    name = _FIELDS.get(type(problem))
    form.add_error(name if name in form.fields else None, problem.text)


def _form_page(request: DoorstepRequest, plan: Plan, form: LineForm, title: str) -> HttpResponse:
    shown: dict[str, Any] = {"plan": plan, "form": form, "title": title}
    return render(request, "planning/line_form.html", shown, status=422 if form.errors else 200)


@view_rule("planning.write_plan", kind="plan")
def line_new(request: DoorstepRequest, plan_id: int) -> HttpResponse:
    """Put a line into a plan."""
    plan = plan_by_id(plan_id, request.actor)
    if not may(request.actor, "planning.write_plan", at=plan.place):
        raise NotFound
    form = LineForm(posted(request), plan=plan, initial={"seen": plan.revision, "form": "lecture", "sessions": 2})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            add_line(plan=plan, facts=form.facts, reason=data.get("reason", ""), seen=data["seen"], actor=request.actor)
        except DoorstepError as problem:
            _tell(form, problem)
        else:
            messages.success(request, _("已加上这一项。"))
            return redirect("planning:plan", plan.pk)
    return _form_page(request, plan, form, _("加一项"))


@view_rule("planning.write_plan", kind="plan_line")
def line_edit(request: DoorstepRequest, line_id: int) -> HttpResponse:
    """Change a line."""
    line = line_to_write(line_id, request.actor)
    initial = {**line_initial(line), "seen": line.plan.revision}
    form = LineForm(posted(request), plan=line.plan, line=line, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            change_line(
                line=line, facts=form.facts, reason=data.get("reason", ""), seen=data["seen"], actor=request.actor
            )
        except DoorstepError as problem:
            _tell(form, problem)
        else:
            messages.success(request, _("已改好这一项。"))
            return redirect("planning:plan", line.plan_id)
    return _form_page(request, line.plan, form, _("改一项"))


@view_rule("planning.write_plan", kind="plan_line")
@require_POST
def line_drop(request: DoorstepRequest, line_id: int) -> HttpResponse:
    """Take a line out; of an approved plan with the reason."""
    line = line_to_write(line_id, request.actor)
    seen = whole(request.POST.get("seen", "")) or 0
    reason = request.POST.get("reason", "")[:200]
    said = _("已取消这一项，原因已记下。") if line.plan.holds else _("已删去这一项。")
    return done(request, line.plan, said, drop_line, line=line, reason=reason, seen=seen)


@view_rule("planning.write_plan", kind="plan_line")
@require_POST
def line_move(request: DoorstepRequest, line_id: int) -> HttpResponse:
    """Move a line one up or down."""
    line = line_to_write(line_id, request.actor)
    move_line(line=line, is_up=request.POST.get("answer") == "up", actor=request.actor)
    return redirect("planning:plan", line.plan_id)
