"""Entering and changing a teacher, and saying who they are on the roster."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doorstep.core.errors import DoorstepError, NotFound
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.views import view_rule
from doorstep.directory.queries import network_offices, units_where
from doorstep.faculty.models import ArtForm, Teacher, Topic
from doorstep.faculty.queries.teachers import category_choices, language_choices, namesakes, teacher_by_id
from doorstep.faculty.services.refusals import SchoolMissing
from doorstep.faculty.services.teachers import TeacherFacts, change_teacher, enter_teacher, find_on_roster

_TICKS = forms.CheckboxSelectMultiple(attrs={"class": "checkbox"})


class TeacherForm(forms.Form):
    """What is said of a teacher."""

    name = forms.CharField(label=gettext_lazy("姓名"), max_length=60)
    category = forms.ChoiceField(label=gettext_lazy("类别"), choices=category_choices)
    title = forms.CharField(label=gettext_lazy("职称或职务"), required=False, max_length=60)
    topics = forms.MultipleChoiceField(
        label=gettext_lazy("讲什么"), choices=Topic.choices, widget=_TICKS, help_text=gettext_lazy("可以选几样")
    )
    specialty = forms.CharField(
        label=gettext_lazy("专长"), required=False, max_length=80, help_text=gettext_lazy("例如：葡萄冬季管护")
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("用什么话讲"), choices=language_choices, widget=_TICKS, initial=["mandarin"]
    )
    art_forms = forms.MultipleChoiceField(
        label=gettext_lazy("还能用什么形式讲"), required=False, choices=ArtForm.choices, widget=_TICKS
    )
    school = forms.TypedChoiceField(
        label=gettext_lazy("固定联系的党校"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=gettext_lazy("党校教师要选，别的类别不用"),
    )
    home = forms.TypedChoiceField(
        label=gettext_lazy("从哪里出发"),
        required=False,
        coerce=int,
        empty_value=None,
        help_text=gettext_lazy("算路程用"),
    )
    most_a_month = forms.IntegerField(
        label=gettext_lazy("每月最多讲几次"),
        required=False,
        min_value=1,
        max_value=60,
        help_text=gettext_lazy("不填就按类别的规定"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offices = list(_offices())
        for field, none in (("school", _("没有")), ("home", _("按所属单位"))):
            self.fields[field].choices = [("", none), *offices]  # type: ignore[attr-defined]

    @property
    def facts(self) -> TeacherFacts:
        """The teacher that a valid form means."""
        data = self.cleaned_data
        said: dict[str, Any] = {name: data[name] for name in ("name", "category", "title", "specialty", "most_a_month")}
        said |= {name: tuple(data[name]) for name in ("topics", "languages", "art_forms")}
        return TeacherFacts(**said, school_id=data["school"], home_id=data["home"])


def _offices() -> Iterable[tuple[str, list[tuple[int, str]]]]:
    """Every office of the network, by the county it lies in."""
    units = network_offices()
    names = {unit.county: unit.short_name for unit in units if unit.kind == "county"}
    for county, rows in groupby(units, key=lambda unit: unit.county):
        yield names.get(county, _("市")), [(unit.pk, unit.short_name) for unit in rows]


def _tell(form: forms.Form, problem: DoorstepError) -> None:
    form.add_error("school" if isinstance(problem, SchoolMissing) else None, problem.text)


@view_rule("faculty.keep_teacher", kind="own_place")
def teacher_new(request: DoorstepRequest) -> HttpResponse:
    """Enter somebody who teaches."""
    units = units_where(request.actor, "faculty.keep_teacher")
    if not units:
        raise NotFound
    chosen = request.POST.get("unit", "")
    unit = next((one for one in units if str(one.pk) == chosen), units[0])
    form = TeacherForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = enter_teacher(unit=unit, facts=form.facts, actor=request.actor)
        except DoorstepError as problem:
            _tell(form, problem)
        else:
            messages.success(request, _("已登记。接着编进师资库；审核通过以后就能排课。"))
            return redirect("faculty:teacher", made.pk)
    shown = {"form": form, "units": units, "unit": unit}
    return render(request, "faculty/teacher_form.html", shown, status=422 if form.errors else 200)


def teacher_to_keep(request: DoorstepRequest, teacher_id: int) -> Teacher:
    """A teacher one keeps; raises NotFound."""
    found = teacher_by_id(teacher_id, request.actor)
    if not may(request.actor, "faculty.keep_teacher", at=found.place):
        raise NotFound
    return found


@view_rule("faculty.keep_teacher", kind="teacher")
def teacher_edit(request: DoorstepRequest, teacher_id: int) -> HttpResponse:
    """Change what is said of a teacher."""
    found = teacher_to_keep(request, teacher_id)
    names = ("name", "category", "title", "topics", "specialty", "languages", "art_forms", "most_a_month")
    initial = {name: getattr(found, name) for name in names}
    initial |= {"school": found.school_id, "home": found.home_id}
    form = TeacherForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change_teacher(teacher=found, facts=form.facts, actor=request.actor)
        except DoorstepError as problem:
            _tell(form, problem)
        else:
            messages.success(request, _("已保存。"))
            return redirect("faculty:teacher", found.pk)
    shown = {"form": form, "teacher": found}
    return render(request, "faculty/teacher_form.html", shown, status=422 if form.errors else 200)


@view_rule("faculty.keep_teacher", kind="teacher")
def teacher_person(request: DoorstepRequest, teacher_id: int) -> HttpResponse:
    """Say which member of the roster a teacher is."""
    found = teacher_to_keep(request, teacher_id)
    people = namesakes(found, request.actor)
    problem = ""
    if request.method == "POST":
        chosen = request.POST.get("person", "")
        person = next((one for one in people if str(one.pk) == chosen), None)
        if chosen and person is None:
            raise NotFound
        try:
            find_on_roster(teacher=found, person=person, actor=request.actor)
        except DoorstepError as refusal:
            problem = refusal.text
        else:
            messages.success(request, _("已记下。有账号的话，登录后能看到自己的课。") if person else _("已保存。"))
            return redirect("faculty:teacher", found.pk)
    shown = {"teacher": found, "people": people, "problem": problem}
    return render(request, "faculty/teacher_person.html", shown, status=422 if problem else 200)
