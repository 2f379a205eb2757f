"""The table of seats: handing down, passing on, giving back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from doorstep.classes.models import Quota, TrainingClass
from doorstep.classes.pages.overview import class_to_change
from doorstep.classes.queries.classes import class_by_id
from doorstep.classes.queries.heads import class_head
from doorstep.classes.queries.seats import SeatSheet, quotas_of, seat_sheet
from doorstep.classes.services.seats import call_in_seats, hand_down_seats, pass_on_seats, return_seats
from doorstep.core.errors import DoorstepError, Invalid, NotFound
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule
from doorstep.directory.queries import children_of, unit_by_code


class SeatsUnreadable(Invalid):
    """A number of seats is no whole number."""

    code = "seats_unreadable"
    template = _("名额要填 0 或正整数，“%(value)s”看不懂。请改一下。")


def _table(request: DoorstepRequest) -> dict[int, int]:
    """The posted table: unit id -> seats; empty fields are left out. Raises SeatsUnreadable, NotFound."""
    table = {}
    for name, value in request.POST.items():
        text = str(value).strip()
        if not name.startswith("unit-") or not text:
            continue
        if not (text.isdecimal() and len(text) < 6 and name[5:].isdecimal()):
            raise SeatsUnreadable(value=text)
        table[int(name[5:])] = int(text)
    code, seats = request.POST.get("code", "").strip(), request.POST.get("code_seats", "").strip()
    if code:
        if not seats.isdecimal() or len(seats) > 5:
            raise SeatsUnreadable(value=seats)
        table[unit_by_code(code).pk] = int(seats)
    return table


def _rows(parent: Any, sheet: SeatSheet, inside: Quota | None, typed: dict[str, str]) -> list[dict[str, Any]]:
    """The lines of the form: units below `parent` and others that hold seats, with what each has now."""
    held = {row.quota.unit_id: row for row in sheet.rows}
    units = list(children_of(parent))
    depth = next((r.depth + 1 for r in sheet.rows if inside and r.quota.pk == inside.pk), 0)
    known = {unit.pk for unit in units}
    for row in sheet.rows:
        below = inside is None or row.quota.place.startswith(inside.place)
        if below and row.depth == depth and row.quota.unit_id not in known:
            units.append(row.quota.unit)
    return [
        {
            "unit": unit,
            "row": held.get(unit.pk),
            "value": typed.get(f"unit-{unit.pk}", str(held[unit.pk].total) if unit.pk in held else ""),
        }
        for unit in units
    ]


@view_rule("classes.view_class", kind="class", post="classes.hand_down_seats")
def seats(request: DoorstepRequest, class_id: int) -> HttpResponse:
    """Who has how many seats; the organiser hands them down here."""
    found = class_by_id(class_id, request.actor)
    may_hand = may(request.actor, "classes.hand_down_seats", at=found.place)
    problem = ""
    if request.method == "POST":
        if not may_hand:
            raise NotFound
        try:
            hand_down_seats(training_class=found, table=_table(request), actor=request.actor)
        except DoorstepError as refusal:
            problem = refusal.text
        else:
            messages.success(request, _("名额已分好。"))
            return redirect("classes:seats", found.pk)
    sheet = seat_sheet(found)
    typed = {k: str(v) for k, v in request.POST.items()}
    context = {
        **class_head(found, request.actor, "seats"),
        "sheet": sheet,
        "problem": problem,
        "may_hand": may_hand and found.status in ("draft", "open", "running"),
        "lines": _rows(found.unit, sheet, None, typed) if may_hand else [],
        "own": _own(found, sheet, request),
    }
    return render(request, "classes/seats.html", context, status=422 if problem else 200)


def _own(training_class: TrainingClass, sheet: SeatSheet, request: DoorstepRequest) -> set[int]:
    """The quotas whose seats one may pass on."""
    if training_class.status not in ("draft", "open", "running"):
        return set()
    return {r.quota.pk for r in sheet.rows if may(request.actor, "classes.pass_on_seats", at=r.quota.place)}


def _quota(request: DoorstepRequest, training_class: TrainingClass, quota_id: int) -> Quota:
    quota = next((q for q in quotas_of(training_class) if q.pk == quota_id), None)
    if quota is None or not may(request.actor, "classes.pass_on_seats", at=quota.place):
        raise NotFound
    return quota


@view_rule("classes.pass_on_seats", kind="quota")
def seats_pass_on(request: DoorstepRequest, class_id: int, quota_id: int) -> HttpResponse:
    """Hand part of one's unit's seats further down, or give some back."""
    found = class_by_id(class_id, request.actor)
    quota = _quota(request, found, quota_id)
    problem = ""
    if request.method == "POST":
        try:
            if "return" in request.POST:
                return_seats(quota=quota, seats=_whole(request.POST.get("return_seats", "")), actor=request.actor)
                messages.success(request, _("名额已退回上一级。"))
            else:
                pass_on_seats(quota=quota, table=_table(request), actor=request.actor)
                messages.success(request, _("名额已往下分好。"))
            return redirect("classes:seats", found.pk)
        except DoorstepError as refusal:
            problem = refusal.text
    sheet = seat_sheet(found)
    context = {
        **class_head(found, request.actor, "seats"),
        "quota": quota,
        "free": quota.seats - quota.used,
        "lines": _rows(quota.unit, sheet, quota, {k: str(v) for k, v in request.POST.items()}),
        "problem": problem,
    }
    return render(request, "classes/seats_pass_on.html", context, status=422 if problem else 200)


def _whole(text: str) -> int:
    if not (text.isdecimal() and len(text) < 6):
        raise SeatsUnreadable(value=text)
    return int(text)


@view_rule("classes.hand_down_seats", kind="class")
@require_POST
def seats_call_in(request: DoorstepRequest, class_id: int) -> HttpResponse:
    """Take all unused seats back to the organiser."""
    found = class_to_change(request, class_id, "classes.hand_down_seats")
    number = call_in_seats(training_class=found, actor=request.actor)
    messages.success(request, _("收回 %(number)s 个没用的名额。") % {"number": number})
    return redirect("classes:seats", found.pk)
