"""A line becomes a class: opened here, or found among the classes there are."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from doorstep.bases.queries.places import venues_for
from doorstep.classes.queries.classes import class_by_id
from doorstep.core import clock
from doorstep.core.errors import DoorstepError
from doorstep.core.numbers import whole
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.views import view_rule
from doorstep.planning.models import PlanLine
from doorstep.planning.pages.forms import OpeningForm
from doorstep.planning.pages.plans import done
from doorstep.planning.queries.lines import line_to_write, link_to_write
from doorstep.planning.rules import first_day
from doorstep.planning.services.linking import Opening, link_class, open_line, unlink_class
from doorstep.planning.services.refusals import LineHasClass


@view_rule("planning.write_plan", kind="plan_line")
def line_open(request: DoorstepRequest, line_id: int) -> HttpResponse:
    """Open the class of a line, filled in from it; whoever clicks twice comes to the same class."""
    line = line_to_write(line_id, request.actor)
    venues = {one.pk: one for one in venues_for(line.plan.unit).filter(base__place__startswith=line.plan.place)}
    words = [(pk, f"{one.base.name} {one.name}") for pk, one in venues.items()]
    form = OpeningForm(posted(request), initial=_initial(line), venues=words)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        venue = venues.get(data["venue"] or 0)
        opening = Opening(
            title=data["title"],
            starts_on=data["starts_on"],
            capacity=data["capacity"],
            location="" if venue else data["location"],
            venue_id=venue.pk if venue else None,
            base_id=venue.base_id if venue else None,
        )
        try:
            opened = open_line(line=line, opening=opening, actor=request.actor)
        except LineHasClass as problem:
            messages.info(request, problem.text)
            return redirect("planning:plan", line.plan_id)
        except DoorstepError as problem:
            form.add_error(None, problem.text)
        else:
            messages.success(request, _("已按计划开好，还是草稿。核对课次和老师，再发布。"))
            return redirect("classes:class", opened.pk)
    shown: dict[str, Any] = {"form": form, "line": line, "plan": line.plan}
    return render(request, "planning/line_open.html", shown, status=422 if form.errors else 200)


def _initial(line: PlanLine) -> dict[str, Any]:
    day = first_day(line.plan.year, line.month_from, clock.today())
    return {"title": line.title, "starts_on": day, "capacity": line.heads}


@view_rule("planning.write_plan", kind="plan_line")
@require_POST
def line_link(request: DoorstepRequest, line_id: int) -> HttpResponse:
    """Say which of the school's classes is that of a line."""
    line = line_to_write(line_id, request.actor)
    training_class = class_by_id(whole(request.POST.get("class", "")) or 0, request.actor)
    return done(request, line.plan, _("已对上计划。"), link_class, line=line, training_class=training_class)


@view_rule("planning.write_plan", kind="plan_link")
@require_POST
def link_end(request: DoorstepRequest, link_id: int) -> HttpResponse:
    """Take a class off its line, with the reason."""
    link = link_to_write(link_id, request.actor)
    reason = request.POST.get("reason", "")[:200]
    return done(request, link.line.plan, _("已解开，班次还在。"), unlink_class, link=link, reason=reason)
