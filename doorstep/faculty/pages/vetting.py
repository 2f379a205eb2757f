"""Vetting a teacher, and days on which one cannot teach."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from doorstep.core import clock
from doorstep.core.errors import DoorstepError, Invalid, NotFound
from doorstep.core.fields import day_field
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.views import view_rule
from doorstep.faculty.models import Teacher
from doorstep.faculty.queries.teachers import absence_by_id, category_figures, teacher_by_id, teacher_of_person
from doorstep.faculty.services.absences import drop_absence, note_absence
from doorstep.faculty.services.refusals import AbsenceDaysWrong, DayInFuture
from doorstep.faculty.services.vetting import vet_teacher


class VettingForm(forms.Form):
    """What was found when somebody was looked at."""

    answer = forms.ChoiceField(
        label=gettext_lazy("结果"), choices=(("pass", gettext_lazy("通过")), ("fail", gettext_lazy("不通过")))
    )
    on = day_field(gettext_lazy("哪天审的"))
    note = forms.CharField(
        label=gettext_lazy("意见"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("不通过的，写明原因和怎么补"),
    )


@view_rule("faculty.vet_teacher", kind="teacher")
def vetting_new(request: DoorstepRequest, teacher_id: int) -> HttpResponse:
    """Say whether a teacher may teach."""
    teacher = teacher_by_id(teacher_id, request.actor)
    if not may(request.actor, "faculty.vet_teacher", at=teacher.place):
        raise NotFound
    form = VettingForm(posted(request), initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        passed = data["answer"] == "pass"
        try:
            vet_teacher(teacher=teacher, on=data["on"], passed=passed, note=data["note"], actor=request.actor)
        except DoorstepError as problem:
            field = "on" if isinstance(problem, DayInFuture) else "note"
            form.add_error(field if isinstance(problem, Invalid) else None, problem.text)
        else:
            messages.success(request, _("已审核通过。") if passed else _("已记下没有通过。"))
            return redirect("faculty:teacher", teacher.pk)
    months = category_figures(teacher.category, teacher.place)["vetting_months"].integer
    shown = {"form": form, "teacher": teacher, "months": months}
    return render(request, "faculty/vetting_form.html", shown, status=422 if form.errors else 200)


class AbsenceForm(forms.Form):
    """Days one cannot teach, both included."""

    starts_on = day_field(gettext_lazy("从哪天"))
    ends_on = day_field(gettext_lazy("到哪天"))
    reason = forms.CharField(label=gettext_lazy("原因"), max_length=100, help_text=gettext_lazy("例如：出差、农忙"))


def answer_absence(request: DoorstepRequest, teacher: Teacher, *, is_own: bool) -> HttpResponse:
    """The form for days one cannot teach, of somebody else or of oneself."""
    today = clock.today()
    sent = posted(request)
    form = AbsenceForm(sent, initial={"starts_on": today, "ends_on": today})
    if request.method == "POST" and form.is_valid():
        try:
            note_absence(teacher=teacher, **form.cleaned_data, actor=request.actor)
        except DoorstepError as problem:
            form.add_error("ends_on" if isinstance(problem, AbsenceDaysWrong) else None, problem.text)
        else:
            messages.success(request, _("已记下，这几天不给您排课。") if is_own else _("已记下，这几天不排课。"))
            return redirect("classes:teaching") if is_own else redirect("faculty:teacher", teacher.pk)
    shown = {"form": form, "teacher": teacher, "is_own": is_own}
    return render(request, "faculty/absence_form.html", shown, status=422 if form.errors else 200)


@view_rule("faculty.note_absence", kind="teacher")
def absence_new(request: DoorstepRequest, teacher_id: int) -> HttpResponse:
    """Say when a teacher cannot come."""
    teacher = teacher_by_id(teacher_id, request.actor)
    if not may(request.actor, "faculty.note_absence", at=teacher.place, owner=teacher.person_id):
        raise NotFound
    return answer_absence(request, teacher, is_own=False)


@view_rule("faculty.note_absence", kind="absence")
@require_POST
def absence_drop(request: DoorstepRequest, absence_id: int) -> HttpResponse:
    """Say that a teacher can come after all."""
    absence = absence_by_id(absence_id, request.actor)
    drop_absence(absence=absence, actor=request.actor)
    messages.success(request, _("已撤回，这几天可以排课了。"))
    is_own = request.POST.get("back") == "own"
    return redirect("classes:teaching") if is_own else redirect("faculty:teacher", absence.teacher_id)


@view_rule("faculty.note_absence", kind="own_person")
def own_absence(request: DoorstepRequest) -> HttpResponse:
    """Say when one cannot come oneself."""
    teacher = teacher_of_person(request.actor.person_id)
    if teacher is None:
        raise NotFound
    return answer_absence(request, teacher, is_own=True)
