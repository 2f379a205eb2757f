"""What the host of a micro-site hangs on the wall: the next classes, a code that leads to checking in, a roll sheet."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from doorstep.attendance.queries.codes import qr_data_uri
from doorstep.bases.queries.places import base_by_id
from doorstep.classes.queries.classes import sessions_at
from doorstep.core import clock
from doorstep.core.errors import NotFound
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule

_SHOWN, _LINES = 6, 30  # classes on the page; lines of the sheet where the base has not said how many people fit in


@view_rule("bases.keep_base", kind="base")
@require_GET
def kit(request: DoorstepRequest, base_id: int) -> HttpResponse:
    """Two sheets of paper for whoever hosts classes at home: for the wall by the door, and to sign on."""
    base = base_by_id(base_id, request.actor)
    if base.kind == "belt" or base.valid_to or not may(request.actor, "bases.keep_base", at=base.place):
        raise NotFound
    help_url = request.build_absolute_uri(reverse("attendance:typed"))
    lines = min(base.capacity or _LINES, _LINES)
    shown = {
        "base": base,
        "sessions": sessions_at(base, _SHOWN),
        "code": qr_data_uri(help_url),
        "address": help_url,
        "lines": range(1, lines + 1),
        "today": clock.today(),
    }
    return render(request, "attendance/kit.html", shown)
