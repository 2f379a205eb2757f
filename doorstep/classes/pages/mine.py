"""One's own classes: what comes next, where and when, and what has been."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from doorstep.classes.queries.classes import classes_of_person, next_sessions_of
from doorstep.classes.queries.leave import leave_to_end
from doorstep.classes.queries.people import HOLDING
from doorstep.classes.queries.presence import seen_at
from doorstep.classes.queries.waiting import waiting_of
from doorstep.core import clock
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule

SHOWN = 20


@view_rule("classes.view_own", kind="own_class")
@require_GET
def me(request: DoorstepRequest) -> HttpResponse:
    """My next session, my classes, my leave."""
    person_id = request.actor.person_id
    seats = list(classes_of_person(person_id)[:SHOWN]) if person_id else []
    sessions = list(next_sessions_of(person_id)[:SHOWN]) if person_id else []
    seen = seen_at(person_id, [session.pk for session in sessions]) if person_id else {}
    to_come = [session for session in sessions if session.pk not in seen]
    today = clock.today()
    living = [s for s in seats if s.status in HOLDING and s.training_class.status in ("open", "running")]
    context = {
        "here": [(session, seen[session.pk]) for session in sessions if session.pk in seen],
        "next": to_come[0] if to_come else None,
        "later": to_come[1:],
        "coming": [s for s in living if s.training_class.ends_on >= today],
        "past": [s for s in seats if s not in living],
        "waiting": waiting_of(person_id) if person_id else [],
        "away": leave_to_end(person_id) if person_id else [],
        "person_id": person_id,
    }
    return render(request, "classes/me.html", context)
