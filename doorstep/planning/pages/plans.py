"""One plan: made, read, handed in, decided on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from doorstep.core import clock
from doorstep.core.errors import NotFound
from doorstep.core.numbers import whole
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.turning import Turn, press, press_one_of, said_above
from doorstep.core.views import view_rule
from doorstep.planning.models import Plan
from doorstep.planning.pages.changes import changes_shown
from doorstep.planning.pages.forms import NewPlanForm
from doorstep.planning.queries.fitting import classes_fitting
from doorstep.planning.queries.lines import classes_unplanned, lines_shown, links_ended
from doorstep.planning.queries.planners import planners_where
from doorstep.planning.queries.plans import plan_by_id
from doorstep.planning.queries.sums import county_year
from doorstep.planning.services.plans import (
    approve_plan,
    hand_in_plan,
    make_plan,
    return_plan,
    take_back_plan,
)


@view_rule("planning.write_plan", kind="own_place")
def plan_new(request: DoorstepRequest) -> HttpResponse:
    """Begin a plan of one of one's schools, one's academy or one's county."""
    planners = {one.key: one for one in planners_where(request.actor, "planning.write_plan")}
    if not any(may(request.actor, "planning.write_plan", at=grant.place) for grant in request.actor.grants):
        raise NotFound
    initial = {
        "planner": request.GET.get("planner", ""),
        "year": whole(request.GET.get("year", "")) or clock.today().year,
    }
    form = NewPlanForm(posted(request), initial=initial, planners=[(key, one.name) for key, one in planners.items()])
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with said_above(form):
            planner, copies = planners[data["planner"]], data["start"] == "copy"
            plan = make_plan(planner=planner, year=data["year"], copies=copies, actor=request.actor)
            messages.success(request, _("已开始编。加好各项，再报送上级。"))
            return redirect("planning:plan", plan.pk)
    return render(request, "planning/plan_new.html", {"form": form}, status=422 if form.errors else 200)


@view_rule("planning.view_plan", kind="plan")
@require_GET
def plan(request: DoorstepRequest, plan_id: int) -> HttpResponse:
    """One plan: its lines with what came of them, what was changed and why."""
    return plan_page(request, plan_by_id(plan_id, request.actor))


def plan_page(request: DoorstepRequest, found: Plan, problem: str = "") -> HttpResponse:
    """The page of a plan, with what was refused just now."""
    lines = lines_shown(found)
    living = [line for line in lines if line.dropped_at is None]
    may_write = may(request.actor, "planning.write_plan", at=found.place)
    may_link = may_write and found.holds
    unplanned = classes_unplanned(found) if found.holds else []
    open_lines = [line for line in living if line.class_id is None] if may_link else []
    fitting = classes_fitting(open_lines, unplanned) if open_lines else {}
    for line in lines:
        line.fitting = fitting.get(line.pk, [])
    shown: dict[str, Any] = {
        "plan": found,
        "lines": lines,
        "counts": _counts(living),
        "may_write": may_write,
        "may_edit": may_write and found.status != Plan.Status.HANDED_IN,
        "may_decide": found.status == Plan.Status.HANDED_IN
        and may(request.actor, "planning.approve_plan", at=found.above_place),
        "is_own": request.actor.account_id == found.handed_in_by_id,
        "may_link": may_link,
        "unplanned": unplanned,
        "changes": changes_shown(found) if found.holds else [],
        "ended": links_ended(found) if found.holds else [],
        "county": county_year(found) if found.base is None else None,
        "problem": problem,
    }
    return render(request, "planning/plan.html", shown, status=422 if problem else 200)


def done(
    request: DoorstepRequest, plan: Plan, said: str, service: Callable[..., object], /, **given: Any
) -> HttpResponse:
    """Do what a button of the page of a plan asks for and come back to it; what was refused is said there."""

    def page(problem: str) -> HttpResponse:
        return plan_page(request, plan_by_id(plan.pk, request.actor), problem)

    return press(request, said, service, to=reverse("planning:plan", args=[plan.pk]), page=page, **given)


def _counts(lines: list[Any]) -> dict[str, Any]:
    """What the living lines come to: heads of several classes are person-times."""
    by_standing = [line.standing for line in lines]
    held, opened = by_standing.count("line_held"), by_standing.count("line_opened")
    return {
        "lines": len(lines),
        "opened": held + opened,
        "held": held,
        "behind": by_standing.count("line_behind"),
        "heads": sum(line.heads for line in lines),
        "person_times": sum(line.person_times for line in lines),
        "hours": sum(line.heads * line.hours for line in lines),
        "given_hours": sum(line.given_hours for line in lines),
    }


@view_rule("planning.write_plan", kind="plan")
@require_POST
def plan_turn(request: DoorstepRequest, plan_id: int) -> HttpResponse:
    """Hand a plan in, or take it back."""
    found = plan_by_id(plan_id, request.actor)
    turns: dict[str, Turn] = {
        "hand_in": (hand_in_plan, _("已报送，等上级审核。")),
        "take_back": (take_back_plan, _("已撤回，又是草稿了。")),
    }

    def page(problem: str) -> HttpResponse:
        return plan_page(request, plan_by_id(found.pk, request.actor), problem)

    return press_one_of(request, turns, to=reverse("planning:plan", args=[found.pk]), page=page, plan=found)


@view_rule("planning.approve_plan", kind="plan")
@require_POST
def plan_decide(request: DoorstepRequest, plan_id: int) -> HttpResponse:
    """Approve a plan as it was looked at, or send it back with the reason."""
    found = plan_by_id(plan_id, request.actor)
    seen = whole(request.POST.get("seen", "")) or 0
    if request.POST.get("answer") == "return":
        note = request.POST.get("note", "")[:200]
        return done(request, found, _("已退回，原因已写给报送的单位。"), return_plan, plan=found, note=note, seen=seen)
    return done(request, found, _("已批准。"), approve_plan, plan=found, seen=seen)
