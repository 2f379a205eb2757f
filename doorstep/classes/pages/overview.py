"""The list of classes, one class with its sessions, publishing and cancelling it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from doorstep.bases.queries.places import venues_for
from doorstep.bases.queries.vehicles import vehicle_words, vehicles_for
from doorstep.bases.rules.datum import WGS84
from doorstep.catalogue.queries.courses import courses_for
from doorstep.classes.models import Session, TrainingClass
from doorstep.classes.pages.form_plans import own_title, session_plan
from doorstep.classes.pages.forms import (
    Choices,
    EditForm,
    ReasonForm,
    SessionForm,
    offered_courses,
    pin_text,
    teacher_choices,
    tell,
    venue_choices,
)
from doorstep.classes.pages.lists import CLASSES
from doorstep.classes.queries.bringing import brought_words, vehicle_names
from doorstep.classes.queries.campaigns import campaigns_on
from doorstep.classes.queries.classes import class_by_id, session_by_id, sessions_of
from doorstep.classes.queries.curriculum import curriculum_of
from doorstep.classes.queries.guests import objections_of
from doorstep.classes.queries.heads import class_head
from doorstep.classes.queries.hosts import host_lines
from doorstep.classes.queries.leave import hours_planned
from doorstep.classes.queries.photos import photo_counts
from doorstep.classes.queries.plans import plan_of, teachers_taken
from doorstep.classes.queries.seats import quotas_of, seat_sheet
from doorstep.classes.queries.teaching import asked_for
from doorstep.classes.queries.venues import shut_sessions
from doorstep.classes.rules.reception import KINDS
from doorstep.classes.rules.timetable import SessionPlan
from doorstep.classes.services.opening import cancel_class, edit_class, publish_class
from doorstep.classes.services.sessions import add_session, cancel_session, move_session
from doorstep.core import clock
from doorstep.core.errors import DoorstepError, NotFound
from doorstep.core.listing import listing_of
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.turning import said_above
from doorstep.core.views import view_rule
from doorstep.directory.queries import accounts_serving, network_offices
from doorstep.faculty.queries import teachers_for

if TYPE_CHECKING:
    from doorstep.catalogue.models import Course


def class_to_change(request: DoorstepRequest, class_id: int, action: str) -> TrainingClass:
    """A class on which one may do `action`; raises NotFound."""
    found = class_by_id(class_id, request.actor)
    if not may(request.actor, action, at=found.place):
        raise NotFound
    return found


@view_rule("classes.view_class", kind="list")
@require_GET
def classes(request: DoorstepRequest) -> HttpResponse:
    """The classes one may see."""
    context: dict[str, Any] = {"listing": listing_of(CLASSES, request.actor, request.GET.dict())}
    context["may_open"] = any(may(request.actor, "classes.open_class", at=g.place) for g in request.actor.grants)
    return render(request, "classes/classes.html", context)


@view_rule("classes.view_class", kind="class")
@require_GET
def one(request: DoorstepRequest, class_id: int) -> HttpResponse:
    """One class: its sessions, its seats, and what can be done now."""
    found = class_by_id(class_id, request.actor)
    context = class_head(found, request.actor, "overview")
    sessions = sessions_of(found)
    shut = shut_sessions(sessions) if context["is_living"] else {}
    photos = photo_counts(found)
    asked, brought = asked_for(found, sessions), brought_words(sessions)
    context["sessions"] = [
        (
            session,
            _standing(found, session),
            shut.get(session.pk, ""),
            photos.get(session.pk, 0),
            asked.get(session.pk),
            brought.get(session.pk, ""),
        )
        for session in sessions
    ]
    context["hours"] = hours_planned(found, sessions)
    context["campaigns"] = campaigns_on(found.place, found.starts_on) if context["may_edit"] else []
    context["hosts"] = host_lines(found, request.actor, is_fixed=True)
    context["objections"] = objections_of(found) if context["may_run"] else []
    context["curriculum"] = curriculum_of(sessions, found.place)
    context["sheet"] = seat_sheet(found, quotas_of(found))
    return render(request, "classes/class.html", context)


def _standing(training_class: TrainingClass, session: Session) -> str:
    """The status word of a session now."""
    moment = clock.now()
    if session.is_cancelled:
        return "cancelled"
    if training_class.status == TrainingClass.Status.CLOSED or session.ends_at <= moment:
        return "done"
    if session.starts_at <= moment:
        return "running"
    return "today" if session.held_on == clock.today() else "not_started"


@view_rule("classes.open_class", kind="class")
@require_POST
def publish(request: DoorstepRequest, class_id: int) -> HttpResponse:
    """Let nominations for a draft begin."""
    found = class_to_change(request, class_id, "classes.open_class")
    publish_class(training_class=found, actor=request.actor)
    messages.success(request, _("已发布，可以提名了。"))
    return redirect("classes:class", found.pk)


@view_rule("classes.cancel_class", kind="class")
def cancel(request: DoorstepRequest, class_id: int) -> HttpResponse:
    """Cancel a class that has not begun, after saying what that frees."""
    found = class_to_change(request, class_id, "classes.cancel_class")
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        with said_above(form):
            cancel_class(training_class=found, reason=form.cleaned_data["reason"], actor=request.actor)
            return redirect("classes:class", found.pk)
    context = {**class_head(found, request.actor, "overview"), "form": form}
    return render(request, "classes/cancel.html", context, status=422 if form.errors else 200)


def _base_choices(training_class: TrainingClass) -> Choices:
    """The bases with a room for the class, and the one it has."""
    bases = {venue.base_id: venue.base.name for venue in venues_for(training_class.unit)}
    if training_class.base:
        bases[training_class.base.pk] = training_class.base.name
    return list(bases.items())


def _head_choices(training_class: TrainingClass) -> Choices:
    """Those who work for the organiser, and the one who leads the class."""
    heads = {account.pk: account.display_name for account in accounts_serving(training_class.unit)}
    if training_class.head:
        heads[training_class.head.pk] = training_class.head.display_name
    return list(heads.items())


@view_rule("classes.edit_class", kind="class")
def edit(request: DoorstepRequest, class_id: int) -> HttpResponse:
    """Change the figures of a class."""
    found = class_to_change(request, class_id, "classes.edit_class")
    by = found.nominate_by
    initial = {name: getattr(found, name) for name in ("title", "form", "capacity", "note", *KINDS[1:])}
    initial |= {"base": found.base_id, "head": found.head_id, "nominate_by": clock.local(by) if by else None}
    form = EditForm(posted(request), initial=initial, bases=_base_choices(found), heads=_head_choices(found))
    if request.method == "POST" and form.is_valid():
        data, needs = form.cleaned_data, form.needs
        base_id, head_id = data["base"], data["head"]
        figures = {name: data[name] for name in ("title", "form", "capacity", "nominate_by", "note")}
        try:
            edit_class(
                training_class=found, base_id=base_id, head_id=head_id, **figures, needs=needs, actor=request.actor
            )
        except DoorstepError as problem:
            tell(form, problem)
        else:
            return redirect("classes:class", found.pk)
    context = {**class_head(found, request.actor, "overview"), "form": form}
    return render(request, "classes/edit.html", context, status=422 if form.errors else 200)


def _courses(training_class: TrainingClass, session: Session | None) -> dict[int, Course]:
    """The courses a session may give, by id; the one it has stays, also when it was retired since."""
    found = {course.pk: course for course in courses_for(training_class.unit)}
    if session and session.course:
        found.setdefault(session.course.pk, session.course)
    return found


def _vehicle_choices(training_class: TrainingClass, session: Session | None) -> Choices:
    """What may go out with a session; what goes with it already stays to be chosen."""
    found = {venue.pk: vehicle_words(venue) for venue in vehicles_for(training_class.unit)}
    gone = [pk for pk in (session.brings if session else ()) if pk not in found]
    return list((found | vehicle_names(gone)).items())


def _session_form(request: DoorstepRequest, training_class: TrainingClass, session: Session | None) -> SessionForm:
    plan = plan_of(session) if session else None
    courses = _courses(training_class, session)
    initial: dict[str, Any] = {"held_on": training_class.ends_on}
    if session and plan:
        initial = {"held_on": plan.held_on, "starts": plan.starts_at.time(), "ends": plan.ends_at.time()}
        initial |= {name: getattr(plan, name) for name in ("credit_unit", "location")}
        initial |= {"pin": pin_text(plan.pin), "datum": WGS84, "township": plan.township_id}
        initial |= {"mode": plan.mode, "course": plan.course_id, "title": own_title(plan, courses)}
        initial |= {"hours": plan.hours or None, "venue": plan.venue_id, "teacher": plan.teacher_id}
        initial |= {"brings": plan.brings}
    return SessionForm(
        posted(request),
        initial=initial,
        venues=venue_choices(venues_for(training_class.unit)),
        teachers=teacher_choices(teachers_for(training_class.unit)),
        courses=offered_courses(courses.values()),
        offices=network_offices(),
        vehicles=_vehicle_choices(training_class, session),
    )


def _session_page(request: DoorstepRequest, training_class: TrainingClass, session: Session | None) -> HttpResponse:
    form = _session_form(request, training_class, session)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        venue = venues_for(training_class.unit).filter(pk=data["venue"]).first() if data["venue"] else None
        courses = _courses(training_class, session)
        plan = session_plan(data, data["held_on"], venue, data, courses)
        taken = [] if "accept_taken" in request.POST else teachers_elsewhere(training_class, plan)
        doubts = [] if "accept_day" in request.POST else day_doubts(training_class, session, plan)
        if taken or doubts:
            return _session_answer(request, training_class, session, form, taken, doubts)
        try:
            if session:
                move_session(session=session, plan=plan, actor=request.actor)
            else:
                add_session(training_class=training_class, plan=plan, actor=request.actor)
        except DoorstepError as problem:
            tell(form, problem)
        else:
            return redirect("classes:class", training_class.pk)
    taken = teachers_elsewhere(training_class, plan_of(session)) if session and not form.is_bound else []
    return _session_answer(request, training_class, session, form, taken)


def teachers_elsewhere(training_class: TrainingClass, plan: SessionPlan) -> list[Session]:
    """Where else the teacher of a draft's session is then; of any other class teachers are asked, and refused."""
    is_draft = training_class.status == TrainingClass.Status.DRAFT
    return teachers_taken([plan], besides=training_class.pk) if is_draft else []


def day_doubts(training_class: TrainingClass, session: Session | None, plan: SessionPlan) -> list[str]:
    """What is odd about the day of a session of a class with people on it: it is past, or lies in another year."""
    if not training_class.seats_taken:
        return []
    words = {"day": date_format(plan.held_on, _("Y年n月j日")), "count": training_class.seats_taken}
    doubts = []
    if plan.starts_at <= clock.now():
        doubts.append(_("%(day)s已经过去，排上后名单上的 %(count)s 人就不能再签到，只能点名。") % words)
    if plan.held_on.year != (session.held_on if session else training_class.ends_on).year:
        doubts.append(_("%(day)s与原来不在同一年，名单上 %(count)s 人这一课的学时会记到那一年。") % words)
    return doubts


def _session_answer(
    request: DoorstepRequest,
    training_class: TrainingClass,
    session: Session | None,
    form: SessionForm,
    taken: list[Session],
    doubts: Sequence[str] = (),
) -> HttpResponse:
    """The form of a session, with what is wrong, where else its teacher is then, what is odd about its day."""
    context = {**class_head(training_class, request.actor, "overview"), "form": form, "session": session}
    status = 422 if form.errors or doubts or (form.is_bound and taken) else 200
    context |= {"taken": taken, "doubts": doubts, "accepted": request.POST.keys() & {"accept_taken", "accept_day"}}
    return render(request, "classes/session.html", context, status=status)


@view_rule("classes.edit_class", kind="class")
def session_new(request: DoorstepRequest, class_id: int) -> HttpResponse:
    """Put one more session on the timetable."""
    return _session_page(request, class_to_change(request, class_id, "classes.edit_class"), None)


@view_rule("classes.edit_class", kind="session")
def session_edit(request: DoorstepRequest, class_id: int, session_id: int) -> HttpResponse:
    """Change time, place or contents of a session."""
    found = class_to_change(request, class_id, "classes.edit_class")
    return _session_page(request, found, session_by_id(found, session_id))


@view_rule("classes.edit_class", kind="session")
@require_POST
def session_cancel(request: DoorstepRequest, class_id: int, session_id: int) -> HttpResponse:
    """Take a session off the timetable."""
    found = class_to_change(request, class_id, "classes.edit_class")
    session = session_by_id(found, session_id)
    cancel_session(session=session, reason=request.POST.get("reason", "")[:200], actor=request.actor)
    return redirect("classes:class", found.pk)
