"""Writing a course, putting short ones together for a half day, and saying who may give it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doorstep.catalogue.models import Course, CourseContent, CourseVersion
from doorstep.catalogue.pages.routes_forms import ManyChoices
from doorstep.catalogue.queries.courses import (
    course_limits,
    course_to_write,
    kinds_of,
    mode_choices,
    parts_of,
    short_courses_for,
)
from doorstep.catalogue.rules.courses import CourseFacts
from doorstep.catalogue.services.courses import change_course, choose_teachers, write_course
from doorstep.catalogue.services.courses_refusals import CourseIsRetired, CourseWaits
from doorstep.core.errors import NotFound
from doorstep.core.numbers import whole
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.turning import said_above
from doorstep.core.views import view_rule
from doorstep.directory.queries import units_where
from doorstep.faculty.queries import language_choices, teachers_for

if TYPE_CHECKING:
    from doorstep.directory.models import Unit

STACK = Course.Kind.STACK
MOST_PARTS = 8  # boxes of the form; more short ones than fill any half day
LONGEST = 1439  # minutes of a day
_WORDS = ("title", "kind", "mode", "theory_minutes", "skill_minutes", "outline", "languages", "art_form", "audiences")


class CourseForm(forms.Form):
    """What a course says."""

    title = forms.CharField(label=gettext_lazy("课程名称"), max_length=120)
    kind = forms.ChoiceField(label=gettext_lazy("类别"))
    mode = forms.ChoiceField(label=gettext_lazy("怎么上"), choices=mode_choices)
    theory_minutes = forms.IntegerField(label=gettext_lazy("理论（分钟）"), min_value=0, max_value=LONGEST, initial=0)
    skill_minutes = forms.IntegerField(
        label=gettext_lazy("技能（分钟）"),
        min_value=0,
        max_value=LONGEST,
        initial=0,
        help_text=gettext_lazy("动手学的时间，和理论分开记"),
    )
    outline = forms.CharField(
        label=gettext_lazy("提纲"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("讲哪几点，一点一行；报送前要写好"),
    )
    languages = forms.MultipleChoiceField(
        label=gettext_lazy("用什么话讲"),
        choices=language_choices,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "checkbox"}),
        initial=["mandarin"],
    )
    art_form = forms.ChoiceField(
        label=gettext_lazy("艺术形式"),
        required=False,
        choices=[("", gettext_lazy("没有，就是讲课")), *Course.ArtForm.choices],
    )
    audiences = forms.MultipleChoiceField(
        label=gettext_lazy("讲给谁听"),
        required=False,
        choices=Course.Audience.choices,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "checkbox"}),
    )

    def __init__(self, *args: Any, unit: Unit, course: Course | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if course is not None:
            del self.fields["kind"]
            return
        self.fields["kind"].choices = [one for one in kinds_of(unit) if one[0] != STACK]  # type: ignore[attr-defined]

    @property
    def facts(self) -> CourseFacts:
        """The course that a valid form means."""
        said = {"kind": "", **self.cleaned_data}
        listed = {name: tuple(said[name]) for name in ("languages", "audiences")}
        return CourseFacts(**{**said, **listed})


class StackForm(CourseForm):
    """A half day of short courses in their order."""

    def __init__(self, *args: Any, unit: Unit, course: Course | None, **kwargs: Any) -> None:
        super().__init__(*args, unit=unit, course=course, **kwargs)
        for name in ("kind", "mode", "theory_minutes", "skill_minutes"):
            self.fields.pop(name, None)
        offered: dict[int, str] = {one.pk: _part_words(one) for one in short_courses_for(unit)}
        for number, part in enumerate(self.initial.get("parts", ()), start=1):
            offered.setdefault(part.course_id, part.title)
            self.initial.setdefault(f"part_{number}", part.course_id)
        choices = [("", _("没有这一节")), *offered.items()]
        for number in range(1, MOST_PARTS + 1):
            box = forms.TypedChoiceField(
                label=_("第 %(n)s 节") % {"n": number}, coerce=int, required=False, empty_value=None, widget=ManyChoices
            )
            box.choices = choices
            self.fields[f"part_{number}"] = box
        names = [f"part_{number}" for number in range(1, MOST_PARTS + 1)]
        self.order_fields(["title", *names])

    @property
    def part_fields(self) -> list[forms.BoundField]:
        """The boxes for the parts."""
        return [self[f"part_{number}"] for number in range(1, MOST_PARTS + 1)]

    @property
    def facts(self) -> CourseFacts:
        """The stack that a valid form means."""
        said = self.cleaned_data
        parts = [said[f"part_{number}"] for number in range(1, MOST_PARTS + 1)]
        return CourseFacts(
            title=said["title"],
            kind=STACK,
            outline=said["outline"],
            languages=tuple(said["languages"]),
            art_form=said["art_form"],
            audiences=tuple(said["audiences"]),
            parts=tuple(part for part in parts if part),
        )


def _part_words(course: Course) -> str:
    minutes = course.theory_minutes + course.skill_minutes
    return _("%(course)s（%(mode)s，%(n)s 分钟）") % {
        "course": course.title,
        "mode": course.get_mode_display(),
        "n": minutes,
    }


def _form(request: DoorstepRequest, unit: Unit, course: Course | None, content: CourseContent | None) -> CourseForm:
    is_stack = content.kind == STACK if content else request.GET.get("kind") == STACK
    initial: dict[str, Any] = {}
    if content is not None:
        initial = {**{name: getattr(content, name) for name in _WORDS}, "parts": parts_of(content)}
    data = posted(request)
    shape = StackForm if is_stack else CourseForm
    return shape(data, initial=initial, unit=unit, course=course)


@view_rule("catalogue.write_course", kind="own_place")
def course_new(request: DoorstepRequest) -> HttpResponse:
    """Write a course, or with `kind=stack` put a half day together."""
    units = units_where(request.actor, "catalogue.write_course")
    if not units:
        raise NotFound
    chosen = request.POST.get("unit") or request.GET.get("unit", "")
    unit = next((one for one in units if str(one.pk) == chosen), units[0])
    form = _form(request, unit, None, None)
    if request.method == "POST" and form.is_valid():
        with said_above(form):
            made = write_course(unit=unit, facts=form.facts, actor=request.actor)
            messages.success(request, _("已存成草稿。"))
            return redirect("catalogue:course", made.pk)
    return _answer(request, form, {"unit": unit, "units": units})


@view_rule("catalogue.write_course", kind="course")
def course_edit(request: DoorstepRequest, course_id: int) -> HttpResponse:
    """Change the version in the making, or begin one beside what is in force."""
    found = course_to_write(course_id, request.actor)
    making = found.versions.exclude(status=CourseVersion.Status.ACCEPTED).first()
    if found.stage == Course.Stage.RETIRED:
        raise CourseIsRetired(title=found.title)
    if making is not None and making.status == CourseVersion.Status.HANDED_IN:
        raise CourseWaits(title=found.title)
    form = _form(request, found.unit, found, making or found)
    if request.method == "POST" and form.is_valid():
        seen = request.POST.get("seen", "")
        with said_above(form):
            change_course(course=found, facts=form.facts, seen=whole(seen) or 0, actor=request.actor)
            messages.success(request, _("已保存。"))
            return redirect("catalogue:course", found.pk)
    seen_now = request.POST.get("seen", making.revision if making else 0)
    return _answer(request, form, {"unit": found.unit, "course": found, "making": making, "seen": seen_now})


def _answer(request: DoorstepRequest, form: CourseForm, shown: Mapping[str, Any]) -> HttpResponse:
    is_stack = isinstance(form, StackForm)
    context = {"form": form, "is_stack": is_stack, **shown}
    if is_stack:
        context["limits"] = course_limits(shown["unit"].path)
    return render(request, "catalogue/course_form.html", context, status=422 if form.errors else 200)


class TeachersForm(forms.Form):
    """Who may give a course."""

    teachers = forms.TypedMultipleChoiceField(
        label=gettext_lazy("授课教师"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )


@view_rule("catalogue.write_course", kind="course")
def course_teachers(request: DoorstepRequest, course_id: int) -> HttpResponse:
    """Choose who may give a course, from the pools of the unit and of those above it."""
    found = course_to_write(course_id, request.actor)
    chosen = {teacher.pk: teacher for teacher in found.teachers.select_related("unit").order_by("name", "pk")}
    offered = {**chosen, **{teacher.pk: teacher for teacher in teachers_for(found.unit)}}
    data = posted(request)
    form = TeachersForm(data, initial={"teachers": list(chosen)})
    words = [(pk, f"{one.name}　{one.unit.short_name}　{one.specialty}") for pk, one in offered.items()]
    form.fields["teachers"].choices = words  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        choose_teachers(course=found, teacher_ids=form.cleaned_data["teachers"], actor=request.actor)
        messages.success(request, _("授课教师已保存。"))
        return redirect("catalogue:course", found.pk)
    ticked = {str(pk) for pk in form["teachers"].value() or ()}
    by_unit: dict[str, list[tuple[Any, bool]]] = {}
    for teacher in offered.values():
        by_unit.setdefault(teacher.unit.short_name, []).append((teacher, str(teacher.pk) in ticked))
    groups = [(name, rows, sum(is_on for _one, is_on in rows)) for name, rows in by_unit.items()]
    shown = {"course": found, "form": form, "groups": groups}
    return render(request, "catalogue/course_teachers.html", shown, status=422 if form.errors else 200)
