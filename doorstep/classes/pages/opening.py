"""Opening a class on one page, filled in after the unit's last one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from doorstep.bases.queries.places import venues_for
from doorstep.bases.queries.vehicles import vehicle_words, vehicles_for
from doorstep.bases.rules.datum import GCJ02, WGS84
from doorstep.catalogue.queries.courses import courses_for
from doorstep.classes.models import Session, TrainingClass
from doorstep.classes.pages.form_plans import brought_by_all, class_plan, rows_of
from doorstep.classes.pages.forms import (
    ClassForm,
    SessionRow,
    SessionRows,
    offered_courses,
    pin_text,
    teacher_choices,
    tell,
    venue_choices,
)
from doorstep.classes.queries.bringing import vehicle_names
from doorstep.classes.queries.campaigns import campaigns_along
from doorstep.classes.queries.classes import class_by_id, last_class_of
from doorstep.classes.queries.plans import ClassPlan, next_plan, teachers_taken
from doorstep.classes.queries.seats import SeatRow, seat_sheet
from doorstep.classes.rules.reception import needs_besides
from doorstep.classes.services.bringing import VehicleTaken
from doorstep.classes.services.opening import open_class
from doorstep.classes.services.planning import SIZE_POLICY
from doorstep.classes.services.refusals import PatternSeatsExceed, SeatsExceedSource, VenueShut, VenueTaken
from doorstep.core import clock
from doorstep.core.errors import DoorstepError, NotFound
from doorstep.core.numbers import whole
from doorstep.core.permissions import visible_to
from doorstep.core.policies import policy_at
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.views import view_rule
from doorstep.directory.queries import network_offices, units_visible_to
from doorstep.faculty.queries import teachers_for

# Where a form without a pattern starts: a fortnight ahead leaves a week for the notice.
_AHEAD = timedelta(days=14)
_DAY = ((time(8, 30), time(11, 30)), (time(14), time(17)))


def _units(request: DoorstepRequest) -> list[Any]:
    """The units for which one may open a class: those of one's grants, the present one first."""
    places = [grant.place for grant in request.actor.grants]
    seen = visible_to(request.actor, "classes.open_class", units_visible_to(request.actor), place="path")
    found = {unit.path: unit for unit in seen.filter(path__in=places)}
    return [found[place] for place in dict.fromkeys(places) if place in found]


def _next_start(pattern: TrainingClass | None) -> date:
    """A fortnight ahead, on the weekday of the class before."""
    day = clock.today() + _AHEAD
    if pattern is None:
        return day
    return day + timedelta(days=(pattern.starts_on.weekday() - day.weekday()) % 7)


def _initial(unit: Any, pattern: TrainingClass | None) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The form and its rows as they first appear."""
    start = _next_start(pattern)
    plan = next_plan(pattern, start, None) if pattern else None
    if plan is None or not plan.sessions:
        size = policy_at(SIZE_POLICY[TrainingClass.Form.LECTURE], on=start, place=unit.path).integer
        rows = [{"day": 1, "starts": s, "ends": e, "credit_unit": "half_day"} for s, e in _DAY]
        return {"unit": unit.pk, "starts_on": start, "form": "lecture", "capacity": size}, rows
    main = plan.sessions[0]
    form = {
        "unit": unit.pk,
        "title": plan.title,
        "starts_on": start,
        "form": plan.form,
        "capacity": plan.capacity,
        "venue": main.venue_id,
        "location": main.location,
        "pin": pin_text(main.pin),
        "datum": WGS84 if main.pin else GCJ02,
        "township": main.township_id,
        "nominate_by": plan.nominate_by and clock.local(plan.nominate_by),
        "is_concentrated": plan.is_concentrated,
        "campaign": plan.campaign and plan.campaign.pk,
        "brings": brought_by_all(plan.sessions),
        **needs_besides(plan.needs),
    }
    return form, rows_of(plan.sessions, main.venue_id, courses_for(unit).in_bulk())


def _with_one_more(data: Any) -> Any:
    """The posted rows and one empty one, on the day of the last."""
    grown = data.copy()
    count = int(grown.get("rows-TOTAL_FORMS") or 0)
    grown["rows-TOTAL_FORMS"] = str(count + 1)
    grown[f"rows-{count}-day"] = grown.get(f"rows-{count - 1}-day", "1")
    grown[f"rows-{count}-credit_unit"] = "half_day"
    return grown


@view_rule("classes.open_class", kind="own_place")
def class_new(request: DoorstepRequest) -> HttpResponse:
    """Open a class: everything is filled in after the one before, so that often only the date changes."""
    units = _units(request)
    if not units:
        raise NotFound
    chosen = request.POST.get("unit") or request.GET.get("unit", "")
    unit = next((u for u in units if str(u.pk) == chosen), units[0])
    pattern = _pattern(request, unit)
    start, rows = _initial(unit, pattern)
    wants_row = request.method == "POST" and "more" in request.POST
    data = _with_one_more(request.POST) if wants_row else posted(request)
    asked = _asked_venue(request)
    venues = venue_choices(venues_for(unit, besides=asked))
    if asked:
        start["venue"] = asked
    units_offered = [(u.pk, u.short_name) for u in units]
    campaigns = campaigns_along(unit.path).filter(ends_on__gte=clock.today())
    vehicles = [(venue.pk, vehicle_words(venue)) for venue in vehicles_for(unit)]
    offered: dict[str, Any] = {"units": units_offered, "venues": venues, "campaigns": campaigns, "vehicles": vehicles}
    form = ClassForm(data, initial=start, offices=network_offices(), **offered)
    choices = {
        "venues": venues,
        "teachers": teacher_choices(teachers_for(unit)),
        "courses": offered_courses(courses_for(unit)),
        "vehicles": vehicles,
    }
    formset = SessionRows(data, initial=rows, prefix="rows", form_kwargs=choices)
    seats = [row for row in seat_sheet(pattern).rows if row.depth == 0] if pattern else []
    taken: list[Session] = []
    if request.method == "POST" and not wants_row and form.is_valid() and formset.is_valid():
        plan = _plan(request, unit, form, formset, seats)
        asks = "draft" not in request.POST  # then the teachers are asked, and who is taken is refused
        taken = [] if asks or "accept_taken" in request.POST else teachers_taken(plan.sessions)
        opened = None if taken else _open(request, unit, form, formset, plan)
        if opened:
            return redirect("classes:class", opened.pk)
    failed = request.method == "POST" and not wants_row
    context = {"form": form, "rows": formset, "pattern": pattern, "seats": seats, "taken": taken}
    return render(request, "classes/new.html", context, status=422 if failed else 200)


def _asked_venue(request: DoorstepRequest) -> int | None:
    """The venue one came for, from the page of a base or the nearest ones; also one that is not open to the unit."""
    text = request.POST.get("venue") or request.GET.get("venue", "")
    return whole(text)


def _pattern(request: DoorstepRequest, unit: Any) -> TrainingClass | None:
    """The class named as the pattern, else the unit's last one."""
    wanted = request.GET.get("from", "")
    return class_by_id(whole(wanted) or 0, request.actor) if wanted else last_class_of(unit)


def _plan(request: DoorstepRequest, unit: Any, form: ClassForm, formset: Any, seats: list[SeatRow]) -> ClassPlan:
    """The class a valid form means."""
    filled = [row for row in formset.cleaned_data if row and not row.get("DELETE")]
    data = form.cleaned_data
    wanted = {data["venue"], *(row["venue"] for row in filled)} - {None}
    venues = {v.pk: v for v in venues_for(unit, besides=data["venue"]).filter(pk__in=wanted)}
    table = {row.quota.unit_id: row.total for row in seats} if data["same_seats"] else {}
    courses = courses_for(unit).in_bulk()
    joined = campaigns_along(unit.path).filter(pk=data["campaign"] or 0).first()
    head_id = request.actor.account_id
    plan = class_plan(data, filled, venues=venues, courses=courses, seats=table, head_id=head_id, needs=form.needs)
    return replace(plan, campaign=joined)


def _open(request: DoorstepRequest, unit: Any, form: ClassForm, formset: Any, plan: ClassPlan) -> TrainingClass | None:
    """Open a class; a refusal goes onto the form, to the session it is about where that has a place of its own."""
    try:
        return open_class(unit=unit, plan=plan, is_draft="draft" in request.POST, actor=request.actor)
    except SeatsExceedSource as problem:
        form.add_error("same_seats", PatternSeatsExceed(**problem.params).text)
        return None
    except DoorstepError as problem:
        tell(_row_of(problem, unit, form, formset) or form, problem)
        return None


def _row_of(problem: DoorstepError, unit: Any, form: ClassForm, formset: Any) -> SessionRow | None:
    """The session whose own venue or vehicle was refused; None when it is that of the class, or none at all."""
    if isinstance(problem, VehicleTaken):
        return _row_taking(problem.params["vehicle"], form, formset)
    if not isinstance(problem, (VenueTaken, VenueShut)):
        return None
    rows = {row.cleaned_data.get("venue"): row for row in reversed(formset.forms) if not row.cleaned_data.get("DELETE")}
    refused = venues_for(unit).filter(pk__in=rows.keys() - {None}, name=problem.params["venue"])
    of_class = venues_for(unit).filter(pk=form.cleaned_data["venue"] or 0, name=problem.params["venue"])
    venue = None if of_class.exists() else refused.first()
    return rows[venue.pk] if venue else None


def _row_taking(name: str, form: ClassForm, formset: Any) -> SessionRow | None:
    """The session with which alone the vehicle of that name was to go out."""
    rows = [(row, row.cleaned_data.get("brings") or []) for row in formset.forms if not row.cleaned_data.get("DELETE")]
    always = form.cleaned_data.get("brings") or []
    names = vehicle_names({*always, *(pk for _row, brings in rows for pk in brings)})
    if any(names[pk] == name for pk in always):
        return None
    return next((row for row, brings in rows if any(names[pk] == name for pk in brings)), None)
