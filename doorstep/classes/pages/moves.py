"""Moving a session from a calendar: whether it would be possible, and doing it."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.formats import date_format
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from doorstep.bases.queries.places import venues_for
from doorstep.bases.queries.venues import venue_by_id
from doorstep.classes.models import Session, TrainingClass
from doorstep.classes.pages.forms import Choices, DressedForm, venue_choices
from doorstep.classes.pages.overview import class_to_change, day_doubts, teachers_elsewhere
from doorstep.classes.queries.classes import session_by_id
from doorstep.classes.queries.heads import class_head
from doorstep.classes.queries.people import people_elsewhere
from doorstep.classes.queries.plans import plan_of
from doorstep.classes.rules.timetable import SessionPlan, moved_to
from doorstep.classes.services.sessions import check_move, move_session
from doorstep.core import clock
from doorstep.core.errors import DoorstepError, NotFound
from doorstep.core.fields import day_field
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.views import view_rule

if TYPE_CHECKING:
    from doorstep.bases.models import Venue


_DIGITS = 12  # of a number that may be the id of a venue


class MoveForm(DressedForm):
    """To which day and time, and where; how long it lasts stays as it is."""

    day = day_field(gettext_lazy("哪天"))
    starts = forms.TimeField(
        label=gettext_lazy("几点开始"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )
    venue = forms.TypedChoiceField(
        label=gettext_lazy("场地"), coerce=int, empty_value=None, required=False, widget=forms.Select
    )
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, venues: Choices, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["venue"].choices = [("", _("地点不变")), *venues[1:]]  # type: ignore[attr-defined]


def _plan(session: Session, day: date, starts: time, venue: Venue | None) -> SessionPlan:
    begins = datetime.combine(day, starts, tzinfo=clock.LOCAL_ZONE)
    return moved_to(plan_of(session), begins, (venue.base_id, venue.pk) if venue else None)


def _venue(request: DoorstepRequest, session: Session, venue_id: int | None) -> Venue | None:
    """The venue asked for; the one the session has counts as no change. Raises NotFound."""
    if venue_id is None or venue_id == session.venue_id:
        return None
    return venue_by_id(venue_id, request.actor)


def _doubts(training_class: TrainingClass, session: Session, plan: SessionPlan) -> list[str]:
    """What does not forbid a move and should be known before it."""
    found = day_doubts(training_class, session, plan)
    for other in teachers_elsewhere(training_class, plan):
        words = {"name": other.teacher.name if other.teacher else "", "title": other.training_class.title}
        found.append(_("%(name)s老师那时在“%(title)s”有课。") % words)
    people = people_elsewhere(training_class, plan.starts_at, plan.ends_at)
    if people:
        found.append(_("名单上有 %(n)s 人那时在别的班有课。") % {"n": people})
    return found


def _when(plan: SessionPlan) -> str:
    """The day and the times of a plan in words."""
    later = "" if plan.ends_at.date() == plan.starts_at.date() else date_format(plan.ends_at, _("n月j日")) + " "
    day = date_format(plan.starts_at, _("n月j日　l"))
    return f"{day} {plan.starts_at:%H:%M}–{later}{plan.ends_at:%H:%M}"


def _verdict(
    request: DoorstepRequest, training_class: TrainingClass, session: Session, form: MoveForm
) -> dict[str, Any]:
    """Whether a move would be possible: `ok`, what speaks against it or for thinking twice, and when it would be."""
    data = form.cleaned_data
    venue = _venue(request, session, data["venue"])
    plan = _plan(session, data["day"], data["starts"], venue)
    said: dict[str, Any] = {"ok": True, "text": "", "doubts": [], "when": _when(plan)}
    said["where"] = f"{venue.base.name} {venue.name}" if venue else session.where
    try:
        check_move(session=session, plan=plan, revision=data["revision"], actor=request.actor)
    except DoorstepError as refusal:
        return {**said, "ok": False, "code": refusal.code, "text": refusal.text}
    return {**said, "doubts": _doubts(training_class, session, plan)}


def _form(request: DoorstepRequest, session: Session, venues: Choices, data: Any) -> MoveForm:
    """The form with `venues` to choose from, the first of them none; the one asked for is always among them."""
    plan = plan_of(session)
    choices = list(venues)
    asked = str(data.get("venue", "")) if data is not None else ""
    known = {str(pk) for _base, rooms in choices[1:] for pk, _word in rooms}
    if (
        asked.isdecimal() and len(asked) <= _DIGITS and asked not in known
    ):  # a venue of the page one moves on: the service says why not
        venue = venue_by_id(int(asked), request.actor)
        choices = [*choices, (venue.base.name, [(venue.pk, venue.name)])]
    initial = {"day": plan.held_on, "starts": plan.starts_at.time(), "revision": session.revision}
    return MoveForm(data, initial=initial, venues=choices)


@view_rule("classes.edit_class", kind="session")
@require_GET
def session_check(request: DoorstepRequest, class_id: int, session_id: int) -> HttpResponse:
    """Whether a session could be moved to a day, a time and a venue, and why not; nothing is changed."""
    found = class_to_change(request, class_id, "classes.edit_class")
    session = session_by_id(found, session_id)
    # Only the venue asked for matters: a list of all is not looked up for every place one drags over.
    own = [("", [(session.venue.pk, session.venue.name)])] if session.venue else []
    form = _form(request, session, [("", ""), *own], request.GET)
    if not form.is_valid():
        text = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return JsonResponse({"ok": False, "code": "invalid", "text": text}, status=422)
    return JsonResponse(_verdict(request, found, session, form))


@view_rule("classes.edit_class", kind="session")
def session_move(request: DoorstepRequest, class_id: int, session_id: int) -> HttpResponse:
    """Move a session: first what would come of it, then, asked once, the move itself."""
    found = class_to_change(request, class_id, "classes.edit_class")
    session = session_by_id(found, session_id)
    if session.is_cancelled or session.starts_at <= clock.now():
        raise NotFound
    form = _form(request, session, venue_choices(venues_for(found.unit)), posted(request))
    back = _back(request, class_id)
    verdict: dict[str, Any] | None = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        plan = _plan(session, data["day"], data["starts"], _venue(request, session, data["venue"]))
        if "sure" not in request.POST:
            verdict = _verdict(request, found, session, form)
        else:
            try:
                move_session(session=session, plan=plan, revision=data["revision"], actor=request.actor)
            except DoorstepError as refusal:
                verdict = {"ok": False, "text": refusal.text, "code": refusal.code, "when": _when(plan)}
            else:
                messages.success(
                    request, _("“%(title)s”已搬到%(when)s。") % {"title": session.title, "when": _when(plan)}
                )
                return redirect(back)
    context = {**class_head(found, request.actor, "overview"), "session": session, "form": form}
    context |= {"verdict": verdict, "back": back, "before": _when(plan_of(session))}
    is_refused = bool(form.errors) or bool(verdict and not verdict["ok"])
    return render(request, "classes/move.html", context, status=422 if is_refused else 200)


def _back(request: DoorstepRequest, class_id: int) -> str:
    """The calendar one came from; the class otherwise."""
    asked = str(request.POST.get("back") or request.GET.get("back") or "")
    is_own = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if is_own else f"/classes/{class_id}/"
