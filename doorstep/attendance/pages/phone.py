"""What a trainee does with a phone: open the room's code, tap once; or show one's own code."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from doorstep.attendance.queries import codes
from doorstep.attendance.queries.rolls import arrival_of, mark_of
from doorstep.attendance.rules.codes import RoomCode, Ticket
from doorstep.attendance.services.arrivals import arrive
from doorstep.attendance.services.digits import count_try, forget_tries
from doorstep.attendance.services.refusals import CodeExpired, CodeForged, NotEnrolled
from doorstep.classes.queries.classes import next_sessions_of, own_session, session_of_code
from doorstep.core.errors import DoorstepError, NotFound
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule

if TYPE_CHECKING:
    from doorstep.classes.models import Session

TICKET = "arrival"


@view_rule("attendance.arrive", kind="room_code", public=True)
@require_http_methods(["GET", "POST"])
def code(request: DoorstepRequest, code: str) -> HttpResponse:
    """Where the room's QR leads: a code in time becomes a ticket of this browser; one tap then checks in.

    Whoever is not signed in does so first and comes straight back: the ticket has its own, longer time.
    """
    try:
        read = codes.read_room_code(code)
        ticket = codes.read_ticket(request.COOKIES.get(TICKET, ""))
        if not request.user.is_authenticated:
            return _to_login(request, read, ticket)
        return _tap(request, read, ticket)
    except DoorstepError as refusal:
        said = {"text": refusal.text, "code": refusal.code}
        return render(request, "attendance/code_refused.html", said, status=refusal.status)


def _to_login(request: DoorstepRequest, read: RoomCode, held: Ticket | None) -> HttpResponse:
    session = session_of_code(read.session_id)
    if session is None:
        raise CodeForged
    ticket = _ticket_for(read, held, session, 0)
    return _with_ticket(redirect(f"{settings.LOGIN_URL}?{urlencode({'next': request.path})}"), ticket)


def _ticket_for(read: RoomCode, held: Ticket | None, session: Session, account_id: int) -> str:
    """A new ticket while the code is on the screen, else the one held if it is good; raises CodeExpired."""
    if codes.is_on_screen(read, session):
        return codes.new_ticket(session.pk, account_id)
    if held is not None and codes.ticket_is_good(held, session, account_id):
        return codes.own_ticket(held, account_id)
    raise CodeExpired


def _with_ticket(response: HttpResponse, ticket: str) -> HttpResponse:
    response.set_cookie(
        TICKET, ticket, max_age=3600, path="/c/", httponly=True, samesite="Lax", secure=settings.DOORSTEP_HTTPS
    )
    return response


def _tap(request: DoorstepRequest, read: RoomCode, ticket: Ticket | None) -> HttpResponse:
    actor = request.actor
    session = own_session(read.session_id, actor.person_id) if actor.person_id else None
    if session is None or actor.person_id is None or actor.account_id is None:
        raise NotEnrolled
    if request.method == "POST":
        arrive(session=session, ticket=ticket, actor=actor)
        response = redirect(request.path)
        response.delete_cookie(TICKET, path="/c/")
        return response
    arrival = arrival_of(session, actor.person_id)
    if arrival is not None:
        after = [s for s in next_sessions_of(actor.person_id)[:5] if s.starts_at > session.starts_at][:1]
        shown = {"session": session, "arrival": arrival, "mark": mark_of(session, actor.person_id), "after": after}
        return render(request, "attendance/arrived.html", shown)
    text = _ticket_for(read, ticket, session, actor.account_id)
    return _with_ticket(render(request, "attendance/arrive.html", {"session": session}), text)


@view_rule("attendance.own_code", kind="own_class")
@require_http_methods(["GET", "POST"])
def typed(request: DoorstepRequest) -> HttpResponse:
    """For who cannot scan: the four digits under the room's code."""
    person_id, problem, status = request.actor.person_id, "", 200
    if person_id is None:
        raise NotFound
    if request.method == "POST":
        try:
            count_try(actor=request.actor)
            found = codes.code_for_digits(request.POST.get("digits", ""), person_id)
        except DoorstepError as refusal:
            problem, status = refusal.text, refusal.status
        else:
            forget_tries(actor=request.actor)
            return redirect("attendance:code", found)
    return render(request, "attendance/typed.html", {"problem": problem}, status=status)


@view_rule("attendance.own_code", kind="own_class")
@require_GET
def my_code(request: DoorstepRequest) -> HttpResponse:
    """One's own code of today, for staff to scan."""
    if request.actor.person_id is None:
        raise NotFound
    text, spoken = codes.personal_code_today(request.actor.person_id)
    shown = {"picture": codes.qr_data_uri(text), "spoken": spoken, "name": request.actor.name}
    return render(request, "attendance/my_code.html", shown)
