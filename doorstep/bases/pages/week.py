"""The week of a base: which venues are taken when, as a plain table for every day."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from doorstep.bases.models import Base
from doorstep.bases.queries.places import base_by_id
from doorstep.bases.queries.reservations import WEEK, week_of
from doorstep.core import clock
from doorstep.core.errors import NotFound
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule

_FIRST, _LAST = date(2000, 1, 8), date(2100, 1, 1)  # as far as one can leaf


def _asked_day(text: str) -> date:
    """The day asked for; today for anything else, and for what lies too far away."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return clock.today()
    return day if _FIRST < day < _LAST else clock.today()


@view_rule("bases.view_base", kind="base")
@require_GET
def week(request: DoorstepRequest, base_id: int) -> HttpResponse:
    """Seven days of a base with who has its venues; what one may not see is only taken."""
    base = base_by_id(base_id, request.actor)
    if base.kind == Base.Kind.BELT:
        raise NotFound
    day = _asked_day(request.GET.get("day", ""))
    monday = day - timedelta(days=day.weekday())
    shown = {
        "base": base,
        "days": week_of(base, monday, request.actor),
        "monday": monday,
        "sunday": monday + timedelta(days=WEEK - 1),
        "before": monday - timedelta(days=WEEK),
        "after": monday + timedelta(days=WEEK),
        "today": clock.today(),
        "may_reserve": any(may(request.actor, "bases.reserve_venue", at=g.place) for g in request.actor.grants),
        "may_list": any(may(request.actor, "bases.view_reservation", at=g.place) for g in request.actor.grants),
    }
    return render(request, "bases/week.html", shown)
