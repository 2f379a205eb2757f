"""Mentor pairs: the list, one pair, a new one, lessons a mentor sat in on, and the sign-off."""

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
from doorstep.core.errors import DoorstepError, NotFound
from doorstep.core.fields import day_field
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, listing_of, register_list
from doorstep.core.permissions import may
from doorstep.core.policies import policy_at
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.turning import press
from doorstep.core.views import view_rule
from doorstep.faculty.models import Mentorship, Observation, Topic
from doorstep.faculty.pages.fields import offer
from doorstep.faculty.queries.mentoring import (
    goal_standings,
    mentors_for,
    mentorship_by_id,
    mentorships_visible_to,
    observation_by_id,
    observations_of,
)
from doorstep.faculty.queries.teachers import teacher_by_id
from doorstep.faculty.services.mentoring import (
    begin_mentorship,
    close_mentorship,
    observe_lesson,
    withdraw_observation,
)
from doorstep.faculty.services.mentoring_refusals import GoalsMissing, PairDayWrong

MENTORSHIPS = register_list(
    ListSpec(
        name="faculty.mentorships",
        action="faculty.view_mentorship",
        title=gettext_lazy("师带徒"),
        columns=(
            ListColumn(
                "apprentice",
                gettext_lazy("徒弟"),
                lambda m: m.apprentice.name,
                "link",
                url=lambda m: reverse("faculty:mentorship", args=[m.pk]),
                sort=("apprentice__name",),
            ),
            ListColumn("mentor", gettext_lazy("师傅"), lambda m: m.mentor.name, sort=("mentor__name",)),
            ListColumn("status", gettext_lazy("进展"), lambda m: m.word, "status", sort=("status",)),
            ListColumn("subject", gettext_lazy("学什么"), lambda m: m.get_subject_display(), sort=("subject",)),
            ListColumn("lessons", gettext_lazy("听课（次）"), lambda m: m.lessons, "number", sort=("lessons",)),
            ListColumn("begun", gettext_lazy("从哪天起"), lambda m: m.begun_on, "date", sort=("begun_on",)),
            ListColumn("closed", gettext_lazy("到哪天"), lambda m: m.closed_on, "date", sort=("closed_on",)),
            ListColumn(
                "unit",
                gettext_lazy("徒弟所属单位"),
                lambda m: m.apprentice.unit.short_name,
                sort=("apprentice__place",),
                is_only_exported=True,
            ),
        ),
        source=lambda actor, params: mentorships_visible_to(actor),
        default_sort=("-begun_on",),
        filters=(
            ListFilter(
                "q",
                gettext_lazy("徒弟姓名"),
                lambda rows, v: rows.filter(apprentice__name__startswith=v),
                "text",
            ),
            ListFilter(
                "status",
                gettext_lazy("进展"),
                lambda rows, v: rows.filter(status=v),
                choices=Mentorship.Status.choices,
            ),
            ListFilter(
                "subject", gettext_lazy("学什么"), lambda rows, v: rows.filter(subject=v), choices=Topic.choices
            ),
        ),
        empty_text=gettext_lazy("还没有结成师徒。打开一位要带的老师，点“找师傅”。"),
        empty_url="faculty:teachers",
        empty_action=gettext_lazy("去师资"),
        empty_needs="faculty.keep_mentorship",
        row_line2=lambda m: f"{m.mentor.name}　{m.get_subject_display()}",
    )
)


@view_rule("faculty.view_mentorship", kind="list")
@require_GET
def mentorships(request: DoorstepRequest) -> HttpResponse:
    """The pairs one may see."""
    return render(
        request, "faculty/mentorships.html", {"listing": listing_of(MENTORSHIPS, request.actor, request.GET.dict())}
    )


@view_rule("faculty.view_mentorship", kind="mentorship")
@require_GET
def mentorship(request: DoorstepRequest, mentorship_id: int) -> HttpResponse:
    """One pair: the goals and how they stand, the lessons observed."""
    return _page(request, mentorship_by_id(mentorship_id, request.actor))


def _page(request: DoorstepRequest, found: Mentorship, problem: str = "") -> HttpResponse:
    observations, is_open = observations_of(found), found.status == Mentorship.Status.OPEN
    at, teller = found.apprentice.place, found.mentor.person_id
    lessons = sum(not one.withdrawn_for for one in observations)
    least = policy_at("mentor.least_observations", on=clock.today(), place=at).integer
    shown = {
        "pair": found,
        "goals": goal_standings(found, observations),
        "observations": [(one, list(zip(found.goals, _words(one), strict=True))) for one in observations],
        "lessons": lessons,
        "lessons_lacking": max(least - lessons, 0),
        "is_open": is_open,
        "may_observe": is_open and may(request.actor, "faculty.observe_lesson", at=at, owner=teller),
        "may_close": is_open and may(request.actor, "faculty.keep_mentorship", at=at),
        "problem": problem,
    }
    return render(request, "faculty/mentorship.html", shown, status=422 if problem else 200)


def _words(seen: Observation) -> list[str]:
    return [str(Observation.Mark(mark).label) for mark in seen.marks]


class PairForm(forms.Form):
    """Who takes somebody on, for what, from when, with which goals."""

    mentor = forms.TypedChoiceField(label=gettext_lazy("师傅"), coerce=int)
    subject = forms.ChoiceField(label=gettext_lazy("学什么"), choices=Topic.choices)
    goals = forms.CharField(
        label=gettext_lazy("目标"),
        max_length=1100,
        widget=forms.Textarea(attrs={"rows": 4, "class": "input w-full"}),
        help_text=gettext_lazy("一行一个，听课和出师都按这些看。例如：能用本地话讲完一课"),
    )
    on = day_field(gettext_lazy("从哪天起"))


@view_rule("faculty.keep_mentorship", kind="teacher")
def mentorship_new(request: DoorstepRequest, teacher_id: int) -> HttpResponse:
    """Find a mentor for a teacher."""
    apprentice = teacher_by_id(teacher_id, request.actor)
    if not may(request.actor, "faculty.keep_mentorship", at=apprentice.place):
        raise NotFound
    offered = {one.pk: one for one in mentors_for(apprentice, request.actor)}
    form = PairForm(posted(request), initial={"on": clock.today()})
    offer(form, "mentor", ((pk, f"{one.name}　{one.unit.short_name}") for pk, one in offered.items()))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        said: dict[str, Any] = {"subject": data["subject"], "goals": data["goals"].splitlines(), "on": data["on"]}
        mentor = offered[data["mentor"]]
        try:
            pair = begin_mentorship(mentor=mentor, apprentice=apprentice, **said, actor=request.actor)
        except DoorstepError as problem:
            form.add_error(_field_of(problem), problem.text)
        else:
            messages.success(request, _("已结成师徒。师傅听课以后，在这一页记下来。"))
            return redirect("faculty:mentorship", pair.pk)
    shown = {"form": form, "teacher": apprentice}
    return render(request, "faculty/mentorship_form.html", shown, status=422 if form.errors else 200)


def _field_of(problem: DoorstepError) -> str | None:
    if isinstance(problem, GoalsMissing):
        return "goals"
    return "on" if isinstance(problem, PairDayWrong) else None


class LessonForm(forms.Form):
    """Which lesson, when, how far each goal was met, and what to do better."""

    on = day_field(gettext_lazy("哪天听的"))
    lesson = forms.CharField(label=gettext_lazy("听的哪一课"), max_length=120)
    remarks = forms.CharField(
        label=gettext_lazy("意见"), max_length=400, widget=forms.Textarea(attrs={"rows": 4, "class": "input w-full"})
    )

    def __init__(self, *args: Any, goals: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, goal in enumerate(goals):
            self.fields[f"mark-{number}"] = forms.TypedChoiceField(
                label=goal, choices=Observation.Mark.choices, coerce=int
            )
        self.order_fields(["on", "lesson", *(f"mark-{number}" for number in range(len(goals))), "remarks"])
        self._count = len(goals)

    @property
    def marks(self) -> list[int]:
        """The mark of each goal, of a valid form."""
        return [self.cleaned_data[f"mark-{number}"] for number in range(self._count)]


@view_rule("faculty.observe_lesson", kind="mentorship")
def observation_new(request: DoorstepRequest, mentorship_id: int) -> HttpResponse:
    """Tell of a lesson the mentor sat in on."""
    pair = mentorship_by_id(mentorship_id, request.actor)
    if not may(request.actor, "faculty.observe_lesson", at=pair.apprentice.place, owner=pair.mentor.person_id):
        raise NotFound
    sent = posted(request)
    form = LessonForm(sent, goals=pair.goals, initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("on", "lesson", "remarks")}
        try:
            observe_lesson(mentorship=pair, marks=form.marks, **said, actor=request.actor)
        except DoorstepError as problem:
            form.add_error(_field_of(problem), problem.text)
        else:
            messages.success(request, _("已记下这次听课。"))
            return redirect("faculty:mentorship", pair.pk)
    shown = {"form": form, "pair": pair, "title": _("记一次听课")}
    return render(request, "faculty/mentorship_step.html", shown, status=422 if form.errors else 200)


@view_rule("faculty.observe_lesson", kind="observation")
@require_POST
def observation_withdraw(request: DoorstepRequest, observation_id: int) -> HttpResponse:
    """Take back an observed lesson that was entered wrongly."""
    found = observation_by_id(observation_id, request.actor)
    return press(
        request,
        _("已撤回，不再计数。"),
        withdraw_observation,
        to=reverse("faculty:mentorship", args=[found.mentorship_id]),
        page=lambda problem: _page(request, found.mentorship, problem),
        observation=found,
        reason=request.POST.get("reason", "")[:200],
    )


class ClosingForm(forms.Form):
    """Signed off or ended, when, and in which words."""

    answer = forms.ChoiceField(
        label=gettext_lazy("怎么结束"),
        choices=(("sign", gettext_lazy("出师")), ("end", gettext_lazy("不出师，就此结束"))),
        help_text=gettext_lazy("出师以后，所学的题目记进徒弟“能讲什么”，排课找人时找得到"),
    )
    on = day_field(gettext_lazy("哪天"))
    note = forms.CharField(label=gettext_lazy("评语或原因"), max_length=200)


@view_rule("faculty.keep_mentorship", kind="mentorship")
def mentorship_close(request: DoorstepRequest, mentorship_id: int) -> HttpResponse:
    """Sign an apprentice off, or end the pair."""
    pair = mentorship_by_id(mentorship_id, request.actor)
    if not may(request.actor, "faculty.keep_mentorship", at=pair.apprentice.place):
        raise NotFound
    form = ClosingForm(posted(request), initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        signed = data["answer"] == "sign"
        try:
            close_mentorship(mentorship=pair, signed=signed, on=data["on"], note=data["note"], actor=request.actor)
        except DoorstepError as problem:
            form.add_error(_field_of(problem), problem.text)
        else:
            messages.success(request, _("已出师。") if signed else _("已结束。"))
            return redirect("faculty:mentorship", pair.pk)
    shown = {"form": form, "pair": pair, "title": _("出师或结束")}
    return render(request, "faculty/mentorship_step.html", shown, status=422 if form.errors else 200)
