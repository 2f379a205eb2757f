"""The screen in the room: the code that changes, how many are here, who has just come."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any

from django.http import HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from doorstep.attendance.queries.codes import qr_svg, room_code_now
from doorstep.attendance.queries.rolls import latest_arrivals, room_mark, sheet_of
from doorstep.classes.queries.classes import session_where
from doorstep.core import clock
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule
from doorstep.directory.queries import home_units

_LATEST = 3
_AT_ONCE = 500  # people of one room between two looks of its screen


@view_rule("attendance.show_code", kind="session")
@require_GET
def room(request: DoorstepRequest, session_id: int) -> HttpResponse:
    """The night screen of one session; of a class that is closed, its roll."""
    session = session_where(session_id, request.actor, "attendance.show_code")
    if session.training_class.status == "closed":
        return redirect("attendance:roll", session.training_class_id)
    held, starts, ends = session.training_class, clock.local(session.starts_at), clock.local(session.ends_at)
    shown = {
        "state_url": reverse("attendance:room_state", args=[session.pk]),
        "title": held.title,
        "session": f"{session.held_on:%m-%d}　{starts:%H:%M}–{ends:%H:%M}",
        "topic": session.title,
        "teacher": session.teacher.name if session.teacher else "",
        "helper": held.head.display_name if held.head else "",
        "school": held.base.name if held.base else held.unit.short_name,
    }
    return render(request, "web/room.html", {"room": shown})


def _moment(text: str) -> datetime | None:
    """A time with its zone, as the screen sends back what it was told; anything else is no time."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


@view_rule("attendance.show_code", kind="session")
@require_GET
def room_state(request: DoorstepRequest, session_id: int) -> HttpResponse:
    """What the screen shows now; 304, and no list read, while neither the code nor the room has changed.

    Of a class that is closed it says only that, and the screen leads on to the roll.
    A screen that says since when it knows (`since`) hears of everybody who has come meanwhile, not of the last only.
    """
    session = session_where(session_id, request.actor, "attendance.show_code")
    if session.training_class.status == "closed":
        return JsonResponse({"is_closed": True}, headers={"Cache-Control": "no-store"})
    now = room_code_now(session)
    # Taken before the rows are read: what comes in between shows at the next look.
    tag = f'"{sha256(repr((now.step, room_mark(session))).encode()).hexdigest()[:24]}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag})
    counts = sheet_of(session.training_class).counts(session.pk)
    looked_at, since = clock.now(), _moment(request.GET.get("since", ""))
    latest = latest_arrivals(session, _AT_ONCE if since else _LATEST, since)
    homes = home_units([c.person_id for c in latest], session.held_on)
    state: dict[str, Any] = {
        "code": qr_svg(request.build_absolute_uri(reverse("attendance:code", args=[now.code]))),
        "word": now.word,
        "changes_in": now.changes_in,
        "step": now.step_seconds,
        "present": counts["present"],
        "expected": counts["expected"],
        "leave": counts["leave"],
        "latest": [
            {
                "key": c.person_id,
                "name": c.person.name,
                "unit": homes[c.person_id].short_name if c.person_id in homes else "",
                "at": f"{clock.local(c.arrived_at):%H:%M}",
            }
            for c in latest
        ],
        "since": (latest[0].received_at if latest else since or looked_at).isoformat(),
        "at": f"{clock.local(clock.now()):%H:%M:%S}",
    }
    return JsonResponse(state, headers={"ETag": tag, "Cache-Control": "no-store"})
