"""The people of a class: putting forward, confirming, replacing, leaving."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from doorstep.classes.models import Enrolment, Quota, TrainingClass
from doorstep.classes.pages.forms import ReasonForm
from doorstep.classes.pages.overview import class_to_change
from doorstep.classes.queries.classes import class_by_id, standing_of
from doorstep.classes.queries.heads import class_head
from doorstep.classes.queries.naming import refusal_of_names
from doorstep.classes.queries.people import HOLDING, enrolment_of, enrolments_of, nominees
from doorstep.classes.queries.seats import quotas_of, seat_sheet, seats_for, takes_one_of
from doorstep.classes.queries.waiting import may_wait, order_words, waiting_list, waiting_persons
from doorstep.classes.queries.waiting_order import standings
from doorstep.classes.services.people import confirm_seats, nominate, replace_person, withdraw_seat, withdraw_seats
from doorstep.classes.services.refusals import NobodyChosen, NotOnTheRoster, OverlappingClass
from doorstep.classes.services.waiting import nominate_or_wait
from doorstep.core import clock
from doorstep.core.errors import DoorstepError, NotFound
from doorstep.core.numbers import whole
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.turning import said_above
from doorstep.core.views import view_rule
from doorstep.directory.queries import children_of, line_of, members_of, named, people_visible_to, unit_by_id

PAGE = 60
# The refusals of a nomination after which one may wait for a seat.
_FULL = ("class_full", "quota_used_up", "waiting_first")


@view_rule("classes.view_class", kind="class")
@require_GET
def people(request: DoorstepRequest, class_id: int) -> HttpResponse:
    """Who sits in the class, as far as one may see it; those to be confirmed first."""
    found = class_by_id(class_id, request.actor)
    rows = list(enrolments_of(found, request.actor))
    seated = [row for row in rows if row.status in HOLDING]
    names = [row.person.name for row in seated]
    own = {row.person_id for row in seated if may(request.actor, "classes.replace_person", at=[row.place, found.place])}
    context = {
        **class_head(found, request.actor, "people"),
        "seated": sorted(seated, key=lambda row: row.status != Enrolment.Status.NOMINATED),
        "gone": [row for row in rows if row.status not in HOLDING],
        "namesakes": {name for name in names if names.count(name) > 1},
        "may_confirm": may(request.actor, "classes.confirm_seats", at=found.place),
        "own": own,
        "sheet": seat_sheet(found),
        **_waiting(found, request),
        "unconfirmed": any(row.status == Enrolment.Status.NOMINATED for row in seated),
        "undo": [pk for v in request.GET.get("undo", "").split(".") if (pk := whole(v)) is not None and pk in own],
    }
    return render(request, "classes/people.html", context)


def _waiting(training_class: TrainingClass, request: DoorstepRequest) -> dict[str, Any]:
    """The context of `classes/waiting_block.html`."""
    line = waiting_list(training_class, request.actor)
    places = {row.pk: [row.place, training_class.place] for row in line.rows}
    return {
        "line": line,
        "leavers": {
            row.pk
            for row in line.rows
            if may(request.actor, "classes.leave_waiting", at=places[row.pk], owner=row.person_id)
        },
        "ways": TrainingClass.Succession.choices,
    }


@view_rule("classes.withdraw_seat", kind="class")
@require_POST
def take_back(request: DoorstepRequest, class_id: int) -> HttpResponse:
    """Undo a nomination: the people just put forward give their seats up again."""
    found = class_by_id(class_id, request.actor)
    rows = list(enrolments_of(found, request.actor).filter(person__in=_ids(request, "person"), status__in=HOLDING))
    mine = [row for row in rows if may(request.actor, "classes.withdraw_seat", at=[row.place, found.place])]
    if not mine:
        raise NotFound
    number = withdraw_seats(enrolments=mine, reason=_("撤销提名"), actor=request.actor)
    messages.success(request, _("已撤销 %(number)s 人的提名。") % {"number": number})
    return redirect("classes:people", found.pk)


def _ids(request: DoorstepRequest, name: str) -> list[int]:
    return [int(value) for value in request.POST.getlist(name) if value.isdecimal() and len(value) < 19]


def _unit_to_choose_from(request: DoorstepRequest, action: str) -> Any:
    """The unit whose people are shown: the one asked for, else the first of one's grants; raises NotFound."""
    wanted = request.POST.get("unit") or request.GET.get("unit", "")
    if wanted.isdecimal():
        unit = unit_by_id(int(wanted), request.actor)
        if may(request.actor, action, at=unit.path):
            return unit
        raise NotFound
    for grant in request.actor.grants:
        if may(request.actor, action, at=grant.place):
            return unit_by_id(int(grant.place.rstrip("/").rsplit("/", 1)[-1]), request.actor)
    raise NotFound


def _candidates(
    request: DoorstepRequest, training_class: TrainingClass, unit: Any, besides: Iterable[int] = ()
) -> list[Any]:
    """The people of a unit who hold no seat in the class and are not `besides`, by name, one page of them."""
    seated = Enrolment.objects.filter(training_class=training_class, status__in=HOLDING).values("person")
    inside = members_of(unit, clock.today()).filter(~Q(pk__in=seated), ~Q(pk__in=list(besides)))
    rows = people_visible_to(request.actor).filter(pk__in=inside.values("pk")).order_by("name", "pk")
    text = request.GET.get("q", "").strip()
    return list((named(rows, text, kind="person") if text else rows)[:PAGE])


def _chosen(request: DoorstepRequest) -> list[Any]:
    """The people ticked; raises NobodyChosen, NotOnTheRoster, NotFound for people one may not see."""
    ids = _ids(request, "person")
    if not ids:
        raise NobodyChosen
    if people_visible_to(request.actor).filter(pk__in=ids).count() < len(set(ids)):
        raise NotFound
    found = nominees(ids)
    if len(found) < len(set(ids)):
        raise NotOnTheRoster(count=len(set(ids)) - len(found))
    return found


def _after(request: DoorstepRequest, training_class: TrainingClass, rows: list[Enrolment]) -> HttpResponse:
    """Back to where the ticks were made, else to the people of the class with a way to undo."""
    back = request.POST.get("back", "")
    if back and url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        words = _("已提名 %(count)s 人到“%(title)s”。")
        messages.success(request, words % {"count": len(rows), "title": training_class.title})
        return redirect(back)
    undo = ".".join(str(row.person_id) for row in rows)
    return redirect(f"{reverse('classes:people', args=[training_class.pk])}?undo={undo}")


def _put_forward(request: DoorstepRequest, training_class: TrainingClass, reason: str) -> HttpResponse:
    """Put the people ticked forward, or on the waiting list where that was asked for; raises what the services do."""
    chosen, accept = _chosen(request), "accept_overlap" in request.POST
    if "wait" not in request.POST:
        rows = nominate(
            training_class=training_class, people=chosen, accept_overlap=accept, reason=reason, actor=request.actor
        )
        return _after(request, training_class, rows)
    placed = nominate_or_wait(training_class=training_class, people=chosen, accept_overlap=accept, actor=request.actor)
    if not placed.waiting:
        return _after(request, training_class, placed.seats)
    known = standings([training_class.pk])
    nths = sorted(known[row.pk].nth for row in placed.waiting if row.pk in known)
    is_row = bool(nths) and nths[-1] - nths[0] == len(nths) - 1
    where = _("从第 %(nth)s 位起") if is_row else _("排在第 %(nth)s 位")
    nth = nths[0] if is_row else _("、").join(map(str, nths))
    figures = {"seats": len(placed.seats), "count": len(placed.waiting), "where": where % {"nth": nth}}
    words = _("%(count)s 人排进候补，%(where)s。")
    if placed.seats:
        words = _("已提名 %(seats)s 人，%(count)s 人排进候补，%(where)s。")
    messages.success(request, words % figures)
    return redirect(f"{reverse('classes:people', args=[training_class.pk])}#waiting")


def _offers_list(training_class: TrainingClass, unit: Any, quotas: list[Quota], is_full: bool) -> bool:
    """Whether people of a unit may be put on the waiting list of a class now."""
    return is_full and standing_of(training_class) == "open" and may_wait(training_class, quotas, unit.path)


@view_rule("classes.nominate", kind="nomination")
def class_nominate(request: DoorstepRequest, class_id: int) -> HttpResponse:
    """Tick people of one's own units and put them forward."""
    found = class_by_id(class_id, request.actor)
    problem, code, reason = "", "", request.POST.get("reason", "")[:200]
    if request.method == "POST":
        try:
            return _put_forward(request, found, reason)
        except NotFound:
            raise
        except DoorstepError as refusal:
            problem, code = refusal.text, refusal.code
    unit = _unit_to_choose_from(request, "classes.nominate")
    ticked = set(_ids(request, "person"))
    quotas = quotas_of(found)
    runs_class = may(request.actor, "classes.confirm_seats", at=found.place)
    no_names = refusal_of_names(found, standing_of(found), runs_class=runs_class)
    has_room = no_names is None and takes_one_of(found, quotas, unit.path, request.actor)
    offers_list = no_names is None and _offers_list(found, unit, quotas, not has_room or code in _FULL)
    in_line = waiting_persons(found) if offers_list else []
    besides = [] if has_room else in_line
    shown = _candidates(request, found, unit, besides) if has_room or offers_list else []
    context = {
        **class_head(found, request.actor, "people"),
        "refusal": no_names.text if no_names else "",
        "has_room": has_room,
        "is_late": no_names is None and standing_of(found) == TrainingClass.Status.RUNNING,
        "free": found.capacity - found.seats_taken if runs_class else None,
        "reason": reason,
        "unit": unit,
        "line": [u for u in line_of(unit) if may(request.actor, "classes.nominate", at=u.path)],
        "below": children_of(unit),
        "candidates": shown,
        "others": ticked - {person.pk for person in shown},
        "ticked": ticked,
        "left": seats_for(found, quotas, unit.path),
        "problem": problem,
        "is_overlap": code == OverlappingClass.code,
        "asks_to_wait": "wait" in request.POST,
        "may_wait": offers_list,
        "in_line": len(in_line),
        "rule": order_words(found) if offers_list and not has_room else "",
        "q": request.GET.get("q", ""),
        "more": len(shown) == PAGE,
    }
    return render(request, "classes/nominate.html", context, status=422 if problem else 200)


@view_rule("classes.confirm_seats", kind="class")
@require_POST
def class_confirm(request: DoorstepRequest, class_id: int) -> HttpResponse:
    """Confirm the seats of the people ticked."""
    found = class_to_change(request, class_id, "classes.confirm_seats")
    number = confirm_seats(training_class=found, person_ids=_ids(request, "person"), actor=request.actor)
    messages.success(request, _("已确认 %(number)s 人。") % {"number": number})
    return redirect("classes:people", found.pk)


def _seat(request: DoorstepRequest, class_id: int, person_id: int, action: str) -> Enrolment:
    """A seat on which one may do `action`; raises NotFound."""
    found = class_by_id(class_id, request.actor)
    seat = enrolment_of(found, person_id, request.actor)
    if not may(request.actor, action, at=[seat.place, found.place]):
        raise NotFound
    seat.training_class = found
    return seat


@view_rule("classes.replace_person", kind="enrolment")
def replace(request: DoorstepRequest, class_id: int, person_id: int) -> HttpResponse:
    """Let another person of the same branch take over a seat."""
    seat = _seat(request, class_id, person_id, "classes.replace_person")
    problem, is_overlap = "", False
    if request.method == "POST":
        try:
            by = _chosen(request)[0]
            accept = "accept_overlap" in request.POST
            replace_person(enrolment=seat, by=by, accept_overlap=accept, actor=request.actor)
        except NotFound:
            raise
        except DoorstepError as refusal:
            problem, is_overlap = refusal.text, isinstance(refusal, OverlappingClass)
        else:
            messages.success(request, _("已由%(name)s顶替。") % {"name": by.name})
            return redirect("classes:people", class_id)
    context = {
        **class_head(seat.training_class, request.actor, "people"),
        "seat": seat,
        "candidates": _candidates(request, seat.training_class, seat.unit),
        "ticked": set(_ids(request, "person")),
        "problem": problem,
        "is_overlap": is_overlap,
        "q": request.GET.get("q", ""),
    }
    return render(request, "classes/replace.html", context, status=422 if problem else 200)


@view_rule("classes.withdraw_seat", kind="enrolment")
def withdraw(request: DoorstepRequest, class_id: int, person_id: int) -> HttpResponse:
    """Give up a person's seat, with the reason."""
    seat = _seat(request, class_id, person_id, "classes.withdraw_seat")
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        with said_above(form):
            withdraw_seat(enrolment=seat, reason=form.cleaned_data["reason"], actor=request.actor)
            messages.success(request, _("%(name)s的名额已空出来。") % {"name": seat.person.name})
            return redirect("classes:people", class_id)
    context = {**class_head(seat.training_class, request.actor, "people"), "seat": seat, "form": form}
    return render(request, "classes/withdraw.html", context, status=422 if form.errors else 200)
