"""The roll of a class: marking by tap or key, scanning personal codes, closing, correcting, the sheet on paper."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from doorstep.attendance.queries.codes import person_of_code
from doorstep.attendance.queries.rolls import (
    Sheet,
    found_on,
    mark_of,
    not_open_yet,
    session_in_hand,
    sheet_of,
    withdrawals,
)
from doorstep.attendance.rules.closing import unmarked
from doorstep.attendance.services.arrivals import check_in
from doorstep.attendance.services.rolls import close_roll, correct_mark, mark_roll
from doorstep.classes.queries.classes import class_where, session_where
from doorstep.classes.queries.heads import class_head
from doorstep.classes.queries.hosts import host_places
from doorstep.classes.queries.people import left_after_closing, nobody_sat
from doorstep.core import clock
from doorstep.core.errors import DoorstepError, NotFound
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule

_FIELD = "mark-"


def _rows(sheet: Sheet, session_id: int, found: list[Any]) -> list[dict[str, Any]]:
    """One line for each person: the mark in hand, whether it is only proposed, and the other sessions' marks."""
    names = [e.person.name for e in sheet.enrolments]
    return [
        {
            "seat": e,
            "year": e.person.birth_date.year if names.count(e.person.name) > 1 and e.person.birth_date else "",
            "state": sheet.standing(e.person_id, session_id),
            "is_proposed": (e.person_id, session_id) not in sheet.marks,
            "cells": [(s, sheet.standing(e.person_id, s.pk)) for s in sheet.sessions],
        }
        for e in found
    ]


def _summary(sheet: Sheet, session_id: int) -> dict[str, Any]:
    standings = [(s, sheet.counts(s.pk)) for s in sheet.sessions]
    mine = next((counts for s, counts in standings if s.pk == session_id), {})
    return {"sheet": sheet, "standings": standings, "counts": mine, "at": clock.now()}


@view_rule("attendance.view_roll", kind="class")
@require_GET
def roll(request: DoorstepRequest, class_id: int) -> HttpResponse:
    """People and half days; the session in hand is marked in place."""
    held = class_where(class_id, request.actor, "attendance.view_roll")
    sheet = sheet_of(held)
    session = session_in_hand(sheet.sessions, request.GET.get("session", ""))
    opens = not_open_yet([session]).get(session.pk) if session and not sheet.closed else None
    sharing = host_places(held)
    may_mark = not sheet.closed and may(request.actor, "attendance.mark_roll", at=held.place, shared=sharing)
    found = found_on(sheet, request.GET.get("q", ""))
    shown = {
        **class_head(held, request.actor, "roll"),
        **_summary(sheet, session.pk if session else 0),
        "session": session,
        "rows": _rows(sheet, session.pk if session else 0, found),
        "q": request.GET.get("q", ""),
        "opens": opens,
        "may_mark": may_mark,
        "is_marking": may_mark and not opens,
        "may_close": may(request.actor, "attendance.close_roll", at=held.place),
        "may_correct": sheet.closed and may(request.actor, "attendance.correct_mark", at=held.place),
    }
    return render(request, "attendance/roll.html", shown)


def _marks_in(posted: QueryDict) -> dict[int, str]:
    """The marks of a form: fields `mark-<person id>`."""
    ids = {name: name.removeprefix(_FIELD) for name in posted if name.startswith(_FIELD)}
    return {int(text): str(posted[name]) for name, text in ids.items() if text.isascii() and text.isdigit()}


@view_rule("attendance.mark_roll", kind="session")
@require_POST
def marks(request: DoorstepRequest, session_id: int) -> HttpResponse:
    """Set the marks that were sent; htmx gets the sums back, a plain form the roll."""
    session = session_where(session_id, request.actor, "attendance.mark_roll")
    is_rest = "rest" in request.POST
    sent = {} if is_rest else _marks_in(request.POST)
    changed = mark_roll(session=session, marks=sent, is_rest_present=is_rest, actor=request.actor)
    if request.headers.get("HX-Request"):
        return render(request, "attendance/roll_sums.html", _summary(sheet_of(session.training_class), session.pk))
    messages.success(request, _("记下了 %(count)s 个标记。") % {"count": changed})
    return redirect(f"{reverse('attendance:roll', args=[session.training_class_id])}?session={session.pk}")


@view_rule("attendance.check_in", kind="class")
@require_http_methods(["GET", "POST"])
def scan(request: DoorstepRequest, class_id: int) -> HttpResponse:
    """Staff scan or type trainees' own codes, one after the other."""
    held = class_where(class_id, request.actor, "attendance.check_in")
    sheet = sheet_of(held)
    asked = request.POST.get("session") or request.GET.get("session", "")
    session = session_in_hand(sheet.sessions, asked)
    shown: dict[str, Any] = {**class_head(held, request.actor, "roll"), "session": session, "sessions": sheet.sessions}
    status = 200
    if request.method == "POST":
        if session is None:
            raise NotFound
        try:
            person_id = person_of_code(request.POST.get("code", ""))
            shown["outcome"] = check_in(
                session=session, person_id=person_id, method="personal_code", actor=request.actor
            )
        except DoorstepError as refusal:
            shown["problem"], status = refusal.text, refusal.status
    if request.headers.get("HX-Request"):
        return render(request, "attendance/scan_result.html", shown)
    return render(request, "attendance/scan.html", shown, status=status)


@view_rule("attendance.close_roll", kind="class")
@require_http_methods(["GET", "POST"])
def close(request: DoorstepRequest, class_id: int) -> HttpResponse:
    """What closing would do, in numbers and names; POST closes."""
    held = class_where(class_id, request.actor, "attendance.close_roll")
    problem, status = "", 200
    if request.method == "POST":
        try:
            close_roll(
                training_class=held,
                accept_absent="accept_absent" in request.POST,
                accept_early="accept_early" in request.POST,
                actor=request.actor,
            )
        except DoorstepError as refusal:
            problem, status = refusal.text, refusal.status
        else:
            messages.success(request, _("考勤已结，学时正在记入培训档案。"))
            return redirect("attendance:roll", held.pk)
    sheet = sheet_of(held)
    left = unmarked([e.person_id for e in sheet.enrolments], [s.pk for s in sheet.sessions], sheet.marks)
    absent = [pair for pair in left if pair not in sheet.leave]
    sheet.marks |= {pair: sheet.leave.get(pair, "absent") for pair in left}
    names = {e.person_id: e.person.name for e in sheet.enrolments}
    shut = not_open_yet(sheet.sessions) if not sheet.closed else {}
    shown = {
        **class_head(held, request.actor, "roll"),
        "sheet": sheet,
        "problem": problem,
        "is_empty": nobody_sat(held.pk),
        "absent_count": len(absent),
        "absent_people": sorted({names[person] for person, _session in absent}),
        "shut": sorted((s for s in sheet.sessions if s.pk in shut), key=lambda s: s.starts_at),
        "going": [s for s in sheet.sessions if s.ends_at > clock.now()],
        "leaving": [(names[person], reason) for person, reason in withdrawals(sheet).items()],
    }
    return render(request, "attendance/close.html", shown, status=status)


def _after(class_id: int, person_id: int, was: str) -> str:
    """What a correction has done, in words."""
    left = left_after_closing(class_id, person_id)
    if was and not left:
        return _("已更正。现在没有超过规定，不再按退学处理，学时会补记。")
    if left and not was:
        return _("已更正。现在超过规定，按退学处理，学时会冲销。")
    return _("已更正，学时会跟着改。")


@view_rule("attendance.correct_mark", kind="session")
@require_http_methods(["GET", "POST"])
def correct(request: DoorstepRequest, session_id: int, person_id: int) -> HttpResponse:
    """Change one mark of a closed roll, with a reason."""
    session = session_where(session_id, request.actor, "attendance.correct_mark")
    mark = mark_of(session, person_id)
    if mark is None:
        raise NotFound
    problem, status, was = "", 200, left_after_closing(session.training_class_id, person_id)
    if request.method == "POST":
        try:
            correct_mark(
                session=session,
                person_id=person_id,
                state=request.POST.get("mark", ""),
                reason=request.POST.get("reason", ""),
                actor=request.actor,
            )
        except DoorstepError as refusal:
            problem, status = refusal.text, refusal.status
        else:
            messages.success(request, _after(session.training_class_id, person_id, was))
            return redirect(f"{reverse('attendance:roll', args=[session.training_class_id])}?session={session.pk}")
    shown = {
        **class_head(session.training_class, request.actor, "roll"),
        "session": session,
        "mark": mark,
        "state": request.POST.get("mark", mark.state),
        "reason": request.POST.get("reason", ""),
        "problem": problem,
    }
    return render(request, "attendance/correct.html", shown, status=status)


@view_rule("attendance.view_roll", kind="class")
@require_GET
def paper(request: DoorstepRequest, class_id: int) -> HttpResponse:
    """The sign-in sheet for the wall by the door."""
    held = class_where(class_id, request.actor, "attendance.view_roll")
    return render(request, "attendance/paper.html", {"training_class": held, "sheet": sheet_of(held)})
