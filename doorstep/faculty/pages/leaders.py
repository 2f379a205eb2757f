"""A school's county leader and the first lessons they gave; saying who it is, and that the lesson was given."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from doorstep.core import clock
from doorstep.core.errors import NotFound
from doorstep.core.fields import day_field
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.turning import press, said_above
from doorstep.core.views import view_rule
from doorstep.faculty.queries.leaders import (
    first_lessons_of,
    leaders_of,
    lesson_by_id,
    officials_for,
    school_unit,
)
from doorstep.faculty.services.leaders import enter_first_lesson, link_leader, take_back_first_lesson


@view_rule("faculty.view_teacher", kind="school")
@require_GET
def school(request: DoorstepRequest, unit_id: int) -> HttpResponse:
    """Who of the county is linked to a school, now and before, and the first lessons they gave."""
    return _page(request, unit_id)


def _page(request: DoorstepRequest, unit_id: int, problem: str = "") -> HttpResponse:
    unit = school_unit(unit_id, request.actor)
    leaders = leaders_of(unit)
    shown = {
        "unit": unit,
        "now": next((one for one in leaders if one.valid_to is None), None),
        "before": [one for one in leaders if one.valid_to],
        "lessons": first_lessons_of(unit),
        "may_link": may(request.actor, "faculty.keep_leader", at=unit.path),
        "may_enter": may(request.actor, "faculty.enter_first_lesson", at=unit.path),
        "problem": problem,
    }
    return render(request, "faculty/school.html", shown, status=422 if problem else 200)


class LeaderForm(forms.Form):
    """Which county leader, from which day on."""

    name = forms.CharField(label=gettext_lazy("姓名"), max_length=60)
    post = forms.CharField(label=gettext_lazy("职务"), max_length=60, help_text=gettext_lazy("例如：县委常委"))
    since = day_field(gettext_lazy("从哪天起"))
    teacher_id = forms.TypedChoiceField(
        label=gettext_lazy("在师资里是哪位"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=gettext_lazy("选了的，给培训班上的第一课会自动认出来"),
    )


@view_rule("faculty.keep_leader", kind="school")
def leader_new(request: DoorstepRequest, unit_id: int) -> HttpResponse:
    """Say which county leader is linked to a school."""
    unit = school_unit(unit_id, request.actor)
    if not may(request.actor, "faculty.keep_leader", at=unit.path):
        raise NotFound
    form = LeaderForm(posted(request), initial={"since": clock.today()})
    officials = [(one.pk, one.name) for one in officials_for(request.actor, unit)]
    form.fields["teacher_id"].choices = [("", _("不在师资里")), *officials]  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        with said_above(form):
            link_leader(unit=unit, **form.cleaned_data, actor=request.actor)
            messages.success(request, _("已记下，以前的还留着。"))
            return redirect("faculty:school", unit.pk)
    shown = {"form": form, "unit": unit, "title": _("记挂钩县领导"), "about": _("只记姓名和职务。")}
    return render(request, "faculty/school_step.html", shown, status=422 if form.errors else 200)


class LessonForm(forms.Form):
    """When the first lesson was given, and what about."""

    given_on = day_field(gettext_lazy("哪天上的"))
    title = forms.CharField(label=gettext_lazy("讲什么"), max_length=120)


@view_rule("faculty.enter_first_lesson", kind="school")
def first_lesson_new(request: DoorstepRequest, unit_id: int) -> HttpResponse:
    """Say that the leader gave the first lesson of a year."""
    unit = school_unit(unit_id, request.actor)
    if not may(request.actor, "faculty.enter_first_lesson", at=unit.path):
        raise NotFound
    form = LessonForm(posted(request), initial={"given_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        with said_above(form):
            enter_first_lesson(unit=unit, **form.cleaned_data, actor=request.actor)
            messages.success(request, _("已登记。"))
            return redirect("faculty:school", unit.pk)
    about = _("挂钩县领导每年给党校上第一堂课，一年登记一次。")
    shown = {"form": form, "unit": unit, "title": _("登记第一课"), "about": about}
    return render(request, "faculty/school_step.html", shown, status=422 if form.errors else 200)


@view_rule("faculty.enter_first_lesson", kind="first_lesson")
@require_POST
def first_lesson_take_back(request: DoorstepRequest, lesson_id: int) -> HttpResponse:
    """Say that a first lesson was not given after all."""
    lesson = lesson_by_id(lesson_id, request.actor)
    return press(
        request,
        _("已撤回，可以重新登记。"),
        take_back_first_lesson,
        to=reverse("faculty:school", args=[lesson.unit_id]),
        page=lambda problem: _page(request, lesson.unit_id, problem),
        lesson=lesson,
        reason=request.POST.get("reason", "")[:200],
    )
