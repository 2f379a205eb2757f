"""Who may teach a course by right, whether it takes one, and courses held for those who are to teach it."""

from __future__ import annotations

from datetime import date

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doorstep.catalogue.models import Course
from doorstep.catalogue.queries.courses import course_by_id
from doorstep.catalogue.queries.rights import course_key
from doorstep.core import clock
from doorstep.core.errors import NotFound
from doorstep.core.fields import day_field
from doorstep.core.permissions import may
from doorstep.core.policies import policy_at
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.turning import said_above
from doorstep.core.views import view_rule
from doorstep.directory.queries import units_where
from doorstep.faculty.queries.rights import is_right_needed, rights_for, teachers_named
from doorstep.faculty.rules.vetting import months_later
from doorstep.faculty.services.training import (
    Taught,
    TrainerCourseFacts,
    grant_right,
    hold_trainer_course,
    set_right_rule,
)


def _taught(course: Course) -> Taught:
    return Taught(course_key(course.pk), course.title)


class GrantForm(forms.Form):
    """Who may teach the course, by which document, until when."""

    teacher = forms.TypedChoiceField(label=gettext_lazy("教师"), coerce=int)
    basis = forms.CharField(
        label=gettext_lazy("凭什么认定"), max_length=200, help_text=gettext_lazy("例如：试讲评审通过，文件的名称和文号")
    )
    until = day_field(gettext_lazy("到哪天为止"))


@view_rule("catalogue.view_course", kind="course", post="faculty.train_teacher")
def course_rights(request: DoorstepRequest, course_id: int) -> HttpResponse:
    """Who may teach a course by right; POST grants one, or says whether the course takes one."""
    course = course_by_id(course_id, request.actor)
    units = units_where(request.actor, "faculty.train_teacher")
    if request.method == "POST" and not units:
        raise NotFound
    answer = request.POST.get("answer", "")
    if request.method == "POST" and answer in ("need", "free"):
        said = {"place": course.place, "county": course.unit.county}
        set_right_rule(taught=_taught(course), needed=answer == "need", **said, actor=request.actor)
        words = _("从现在起，有授课资格的才能排这门课。") if answer == "need" else _("从现在起，谁都能讲这门课。")
        messages.success(request, words)
        return redirect("catalogue:course_rights", course.pk)
    name = request.GET.get("name", "")[:60]
    found = {one.pk: one for one in teachers_named(name, units[0].path)} if units else {}
    form = GrantForm(posted(request), initial={"until": _last_day(course)})
    form.fields["teacher"].choices = [  # type: ignore[attr-defined]
        (pk, f"{one.name}　{one.unit.short_name}") for pk, one in found.items()
    ]
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        teacher, given = found[data["teacher"]], {"basis": data["basis"], "until": data["until"]}
        with said_above(form):
            grant_right(teacher=teacher, taught=_taught(course), **given, actor=request.actor)
            messages.success(request, _("已认定%(name)s能讲这门课。") % {"name": teacher.name})
            return redirect("catalogue:course_rights", course.pk)
    shown = {
        "course": course, "form": form, "found": found, "name": name,
        "is_needed": is_right_needed(course_key(course.pk)),
        "rights": _withdrawable(course, request), "may_grant": bool(units),
        "may_rule": may(request.actor, "faculty.train_teacher", at=course.place),
    }  # fmt: skip
    return render(request, "catalogue/course_rights.html", shown, status=422 if form.errors else 200)


def _last_day(course: Course) -> date:
    """The longest a right may last from today on. Source: policy:training.right_months."""
    months = policy_at("training.right_months", on=clock.today(), place=course.place).integer
    return months_later(clock.today(), months)


def _withdrawable(course: Course, request: DoorstepRequest) -> list[tuple[object, bool]]:
    """The rights to teach a course, each with whether one may take it back."""
    rows, action = rights_for(course_key(course.pk), request.actor), "faculty.train_teacher"
    return [(row, not row.withdrawn_for and may(request.actor, action, at=row.teacher.place)) for row in rows]


class TrainerCourseForm(forms.Form):
    """A course for those who are to teach."""

    title = forms.CharField(label=gettext_lazy("班名"), max_length=120)
    starts_on = day_field(gettext_lazy("从哪天"))
    ends_on = day_field(gettext_lazy("到哪天"))
    hours = forms.DecimalField(label=gettext_lazy("学时"), max_digits=4, decimal_places=1)


@view_rule("faculty.train_teacher", kind="course")
def course_train(request: DoorstepRequest, course_id: int) -> HttpResponse:
    """Hold a course for those who are to teach this one."""
    course = course_by_id(course_id, request.actor)
    units = units_where(request.actor, "faculty.train_teacher")
    if not units:
        raise NotFound
    today = clock.today()
    sent = posted(request)
    form = TrainerCourseForm(sent, initial={"starts_on": today, "ends_on": today})
    if request.method == "POST" and form.is_valid():
        facts = TrainerCourseFacts(**form.cleaned_data)
        with said_above(form):
            made = hold_trainer_course(unit=units[0], facts=facts, taught=_taught(course), actor=request.actor)
            messages.success(request, _("已登记。结束以后，在这一页记每位老师的结果。"))
            return redirect("faculty:trainer_course", made.pk)
    return render(
        request, "catalogue/course_train.html", {"course": course, "form": form}, status=422 if form.errors else 200
    )
