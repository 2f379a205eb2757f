"""Tours of a lecture group: a round with its sittings, each with who was asked, what they said, what was counted."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from doorstep.core import clock
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.turning import press, said_above
from doorstep.core.views import view_rule
from doorstep.faculty.models import LectureGroup
from doorstep.faculty.pages.fields import SittingForm
from doorstep.faculty.pages.groups import group_to_keep, step_page
from doorstep.faculty.queries.groups import members_of, stop_by_id, stops_of, topics_of, tour_by_id
from doorstep.faculty.queries.substitutes import substitutes_at
from doorstep.faculty.services.tours import StopFacts, add_stop, cancel_stop, hand_over_stop, plan_tour


class TourForm(forms.Form):
    """A new round."""

    title = forms.CharField(
        label=gettext_lazy("叫什么"), max_length=80, help_text=gettext_lazy("例如：全会精神进村巡讲")
    )
    topic = forms.TypedChoiceField(label=gettext_lazy("讲哪个专题"), coerce=int)


@view_rule("faculty.keep_group", kind="lecture_group")
def tour_new(request: DoorstepRequest, group_id: int) -> HttpResponse:
    """Begin a round of lectures."""
    found = group_to_keep(request, group_id)
    topics = {one.pk: one for one in topics_of(found) if one.year >= clock.today().year}
    form = TourForm(posted(request))
    words = [(pk, f"{one.title} {one.year}") for pk, one in topics.items()]
    form.fields["topic"].choices = words  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with said_above(form):
            made = plan_tour(group=found, topic=topics[data["topic"]], title=data["title"], actor=request.actor)
            messages.success(request, _("已建好。接着排每一场。"))
            return redirect("faculty:tour", made.pk)
    return step_page(request, found, form, _("排巡讲"), _("专题要先写好；没有的，先到宣讲团的页面写专题。"))


@view_rule("faculty.view_teacher", kind="tour")
@require_GET
def tour(request: DoorstepRequest, tour_id: int) -> HttpResponse:
    """One round: where and when, who, what they said, what was counted."""
    return _page(request, tour_id)


def _page(request: DoorstepRequest, tour_id: int, problem: str = "") -> HttpResponse:
    found = tour_by_id(tour_id, request.actor)
    shown: dict[str, Any] = {
        "tour": found,
        "group": found.group,
        "stops": stops_of(found),
        "may_keep": may(request.actor, "faculty.keep_group", at=found.group.place),
        "problem": problem,
    }
    return render(request, "faculty/tour.html", shown, status=422 if problem else 200)


def offer_members(form: forms.Form, group: LectureGroup) -> None:
    """Let a form's `teacher` be one of the group, and its `spot` one of where the group goes."""
    members = [(one.teacher_id, one.teacher.name) for one in members_of(group)]
    form.fields["teacher"].choices = members  # type: ignore[attr-defined]
    form.fields["spot"].offer(group.county)  # type: ignore[attr-defined]


@view_rule("faculty.keep_group", kind="tour")
def stop_new(request: DoorstepRequest, tour_id: int) -> HttpResponse:
    """Plan one more sitting."""
    planned = tour_by_id(tour_id, request.actor)
    found = group_to_keep(request, planned.group_id)
    form = SittingForm(posted(request))
    offer_members(form, found)
    if request.method == "POST" and form.is_valid():
        with said_above(form):
            add_stop(tour=planned, facts=StopFacts(**form.sitting), actor=request.actor)
            messages.success(request, _("已排好，也请了老师。"))
            return redirect("faculty:tour", planned.pk)
    return step_page(request, found, form, _("加一场"), planned.title)


MOST_SUBSTITUTES = 10


@view_rule("faculty.keep_group", kind="tour_stop")
def stop_hand_over(request: DoorstepRequest, stop_id: int) -> HttpResponse:
    """Who else of the group could give a sitting, the best first and why; POST takes one of them."""
    stop = stop_by_id(stop_id, request.actor)
    group = group_to_keep(request, stop.tour.group_id)
    offered = substitutes_at(stop)[:MOST_SUBSTITUTES]

    def page(problem: str = "") -> HttpResponse:
        shown = {"stop": stop, "group": group, "offered": offered, "problem": problem}
        return render(request, "faculty/stop_hand_over.html", shown, status=422 if problem else 200)

    if request.method != "POST":
        return page()
    if request.POST.get("teacher") == str(stop.teacher_id):  # tapped twice
        return redirect("faculty:tour", stop.tour_id)
    chosen = next((one.teacher for one in offered if str(one.teacher.pk) == request.POST.get("teacher")), None)
    if chosen is None:
        return page(_("这位老师那时来不了，或不在团里。请从名单里选一位。"))
    said, to = _("已换成%(name)s老师。") % {"name": chosen.name}, reverse("faculty:tour", args=[stop.tour_id])
    return press(request, said, hand_over_stop, to=to, page=page, stop=stop, teacher_id=chosen.pk)


@view_rule("faculty.keep_group", kind="tour_stop")
@require_POST
def stop_cancel(request: DoorstepRequest, stop_id: int) -> HttpResponse:
    """Let a sitting not be."""
    stop = stop_by_id(stop_id, request.actor)
    group_to_keep(request, stop.tour.group_id)
    return press(
        request,
        _("已取消这一场，老师的时间也放开了。"),
        cancel_stop,
        to=reverse("faculty:tour", args=[stop.tour_id]),
        page=lambda problem: _page(request, stop.tour_id, problem),
        stop=stop,
        reason=request.POST.get("reason", "")[:200],
    )
