"""Rights to teach and trainer courses: both lists, one course with its results, a right taken back."""

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

from doorstep.core.errors import NotFound
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, listing_of, register_list
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.turning import press, said_above
from doorstep.core.views import view_rule
from doorstep.faculty.pages.fields import offer
from doorstep.faculty.queries.rights import (
    right_by_id,
    rights_told,
    teachers_named,
    trainees_of,
    trainer_course_by_id,
    trainer_courses_visible_to,
)
from doorstep.faculty.services.training import finish_trainee, withdraw_right

STANDINGS = (
    ("valid", gettext_lazy("有效")),
    ("expiring", gettext_lazy("快到期")),
    ("expired", gettext_lazy("已过期")),
    ("taken_back", gettext_lazy("已收回")),
)

RIGHTS = register_list(
    ListSpec(
        name="faculty.rights",
        action="faculty.view_teacher",
        title=gettext_lazy("授课资格"),
        empty_text=gettext_lazy("还没有授课资格。打开一门课，可以定下讲这门课要有资格。"),
        empty_url="catalogue:courses",
        empty_action=gettext_lazy("看课程"),
        empty_needs="catalogue.view_course",
        columns=(
            ListColumn(
                "teacher",
                gettext_lazy("教师"),
                lambda r: r.teacher.name,
                "link",
                url=lambda r: reverse("faculty:teacher", args=[r.teacher_id]),
                sort=("teacher__name",),
            ),
            ListColumn("taught", gettext_lazy("能讲"), lambda r: r.taught, sort=("taught",)),
            ListColumn("standing", gettext_lazy("有没有效"), lambda r: r.standing, "status", sort=("standing",)),
            ListColumn("source", gettext_lazy("怎么来的"), lambda r: r.get_source_display(), sort=("source",)),
            ListColumn("basis", gettext_lazy("凭什么"), lambda r: r.basis),
            ListColumn("given", gettext_lazy("从哪天起"), lambda r: r.given_on, "date", sort=("given_on",)),
            ListColumn("until", gettext_lazy("到期"), lambda r: r.valid_until, "date", sort=("valid_until",)),
            ListColumn("unit", gettext_lazy("所属单位"), lambda r: r.teacher.unit.short_name, sort=("teacher__place",)),
        ),
        source=lambda actor, params: rights_told(actor),
        default_sort=("valid_until",),
        filters=(
            ListFilter("q", gettext_lazy("教师姓名"), lambda rows, v: rows.filter(teacher__name__startswith=v), "text"),
            ListFilter(
                "standing", gettext_lazy("有没有效"), lambda rows, v: rows.filter(standing=v), choices=STANDINGS
            ),
        ),
        row_line2=lambda r: f"{r.taught}　{r.teacher.unit.short_name}",
    )
)

COURSES = register_list(
    ListSpec(
        name="faculty.trainer_courses",
        action="faculty.view_teacher",
        title=gettext_lazy("师资培训班"),
        empty_text=gettext_lazy("还没有师资培训班。打开一门要资格的课，点“办师资培训班”。"),
        empty_url="catalogue:courses",
        empty_action=gettext_lazy("看课程"),
        empty_needs="catalogue.view_course",
        columns=(
            ListColumn(
                "title",
                gettext_lazy("班名"),
                lambda c: c.title,
                "link",
                url=lambda c: reverse("faculty:trainer_course", args=[c.pk]),
                sort=("title",),
            ),
            ListColumn("taught", gettext_lazy("学成能讲"), lambda c: c.taught, sort=("taught",)),
            ListColumn("starts", gettext_lazy("开始"), lambda c: c.starts_on, "date", sort=("starts_on",)),
            ListColumn("ends", gettext_lazy("结束"), lambda c: c.ends_on, "date", sort=("ends_on",)),
            ListColumn("hours", gettext_lazy("学时"), lambda c: c.hours, "number", sort=("hours",)),
            ListColumn("trained", gettext_lazy("参训（人）"), lambda c: c.trained, "number", sort=("trained",)),
            ListColumn("passed", gettext_lazy("学成（人）"), lambda c: c.passed, "number", sort=("passed",)),
            ListColumn("unit", gettext_lazy("主办单位"), lambda c: c.unit.short_name, sort=("place",)),
        ),
        source=lambda actor, params: trainer_courses_visible_to(actor),
        default_sort=("-starts_on",),
        filters=(ListFilter("q", gettext_lazy("班名"), lambda rows, v: rows.filter(title__icontains=v), "text"),),
        row_line2=lambda c: f"{c.taught}　{c.unit.short_name}",
    )
)


@view_rule("faculty.view_teacher", kind="list")
@require_GET
def rights(request: DoorstepRequest) -> HttpResponse:
    """Who may teach what, by which right, until when."""
    return render(request, "faculty/rights.html", {"listing": listing_of(RIGHTS, request.actor, request.GET.dict())})


@view_rule("faculty.view_teacher", kind="list")
@require_GET
def trainer_courses(request: DoorstepRequest) -> HttpResponse:
    """The courses held for teachers."""
    listing = listing_of(COURSES, request.actor, request.GET.dict())
    return render(request, "faculty/trainer_courses.html", {"listing": listing})


class ResultForm(forms.Form):
    """Who was there, for how long, and whether they passed."""

    teacher = forms.TypedChoiceField(label=gettext_lazy("教师"), coerce=int)
    hours = forms.DecimalField(label=gettext_lazy("到课学时"), min_value=0, max_digits=4, decimal_places=1)
    answer = forms.ChoiceField(
        label=gettext_lazy("结果"), choices=(("pass", gettext_lazy("学成")), ("fail", gettext_lazy("没有学成")))
    )


@view_rule("faculty.view_teacher", kind="trainer_course", post="faculty.train_teacher")
def trainer_course(request: DoorstepRequest, course_id: int) -> HttpResponse:
    """One course for teachers and its results; POST says one, or says it again."""
    course = trainer_course_by_id(course_id, request.actor)
    may_train = may(request.actor, "faculty.train_teacher", at=course.place)
    if request.method == "POST" and not may_train:
        raise NotFound
    name = request.GET.get("name", "")[:60]
    found = teachers_named(name, course.place) if may_train else []
    form = ResultForm(posted(request), initial={"hours": course.hours})
    offer(form, "teacher", ((one.pk, f"{one.name}　{one.unit.short_name}") for one in found))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        teacher = next(one for one in found if one.pk == data["teacher"])
        said: dict[str, Any] = {"hours": data["hours"], "passed": data["answer"] == "pass"}
        with said_above(form):
            finish_trainee(course=course, teacher=teacher, **said, actor=request.actor)
            messages.success(request, _("已记下%(name)s的结果。") % {"name": teacher.name})
            return redirect("faculty:trainer_course", course.pk)
    shown = {
        "course": course, "trainees": trainees_of(course, request.actor), "may_train": may_train, "name": name,
        "form": form, "found": found,
    }  # fmt: skip
    return render(request, "faculty/trainer_course.html", shown, status=422 if form.errors else 200)


@view_rule("faculty.train_teacher", kind="right")
@require_POST
def right_withdraw(request: DoorstepRequest, right_id: int) -> HttpResponse:
    """Take a right back."""
    right = right_by_id(right_id, request.actor)
    reason, to = request.POST.get("reason", "")[:200], reverse("faculty:teacher", args=[right.teacher_id])
    said = _("已收回。已经排好的课不动，要换人请到班次里换。")
    return press(request, said, withdraw_right, to=to, right=right, reason=reason)
