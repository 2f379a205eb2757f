"""The forms of yearly plans: a new one, a line, the class of a line, a reason."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doorstep.catalogue.queries.courses import course_choices, courses_for
from doorstep.core import clock
from doorstep.core.fields import day_field
from doorstep.faculty.queries import teachers_for
from doorstep.planning.models import Plan, PlanLine
from doorstep.planning.services.lines import LineFacts

Choices = list[tuple[Any, Any]]


class NewPlanForm(forms.Form):
    """Whose plan, which year, empty or after the year before."""

    planner = forms.ChoiceField(label=gettext_lazy("谁的计划"))
    year = forms.TypedChoiceField(label=gettext_lazy("年度"), coerce=int)
    start = forms.ChoiceField(
        label=gettext_lazy("从哪里开始"),
        choices=(("copy", gettext_lazy("照抄上一年的，再改")), ("empty", gettext_lazy("编一份空的"))),
    )

    def __init__(self, *args: Any, planners: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        this = clock.today().year
        self.fields["planner"].choices = planners  # type: ignore[attr-defined]
        self.fields["year"].choices = [(one, _("%(year)s 年") % {"year": one}) for one in (this, this + 1)]  # type: ignore[attr-defined]


def _month(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, coerce=int)


class LineForm(forms.Form):
    """What a line says; with the reason where the plan is approved."""

    month_from = _month(gettext_lazy("几月开始"))
    month_to = _month(gettext_lazy("最迟几月办完"))
    title = forms.CharField(label=gettext_lazy("培训内容"), max_length=120)
    course = forms.TypedChoiceField(label=gettext_lazy("课程库里的课"), coerce=int, required=False, empty_value=None)
    audience = forms.CharField(
        label=gettext_lazy("培训对象"), max_length=120, help_text=gettext_lazy("例如：全镇农村党员、村两委成员")
    )
    form = forms.ChoiceField(label=gettext_lazy("班型"), choices=PlanLine.Form.choices)
    sessions = forms.IntegerField(label=gettext_lazy("课次（半天算一次）"), min_value=1, max_value=60)
    heads = forms.IntegerField(label=gettext_lazy("这一期多少人"), min_value=1, max_value=10_000)
    hours = forms.DecimalField(
        label=gettext_lazy("每人多少学时"), min_value=Decimal("0.5"), max_digits=5, decimal_places=1
    )
    lead = forms.CharField(label=gettext_lazy("负责人"), max_length=60, required=False)
    teacher = forms.TypedChoiceField(label=gettext_lazy("谁讲"), coerce=int, required=False, empty_value=None)
    note = forms.CharField(label=gettext_lazy("备注"), max_length=200, required=False)
    reason = forms.CharField(
        label=gettext_lazy("为什么要调整"),
        max_length=200,
        help_text=gettext_lazy("计划已经批准，改了什么、为什么，上级都看得到"),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, plan: Plan, line: PlanLine | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        months = [(n, _("%(n)s月") % {"n": n}) for n in range(1, 13)]
        courses: Choices = course_choices(courses_for(plan.unit))
        if line is not None and line.course is not None:
            courses = [(line.course_id, line.course.title), *courses]
        teachers = {one.pk: f"{one.name}　{one.unit.short_name}" for one in teachers_for(plan.unit)}
        if line is not None and line.teacher is not None:
            teachers.setdefault(line.teacher.pk, line.teacher.name)
        self.fields["month_from"].choices = self.fields["month_to"].choices = months  # type: ignore[attr-defined]
        self.fields["course"].choices = [("", _("不从课程库选")), *courses]  # type: ignore[attr-defined]
        self.fields["teacher"].choices = [("", _("还没定")), *teachers.items()]  # type: ignore[attr-defined]
        if not plan.holds:
            del self.fields["reason"]

    @property
    def facts(self) -> LineFacts:
        """The line a valid form means."""
        data = self.cleaned_data
        same = ("month_from", "month_to", "title", "audience", "form", "sessions", "heads", "hours", "lead", "note")
        return LineFacts(course_id=data["course"], teacher_id=data["teacher"], **{name: data[name] for name in same})


def line_initial(line: PlanLine) -> dict[str, Any]:
    """A line as its form first shows it."""
    names = ("month_from", "month_to", "title", "audience", "form", "sessions", "heads", "hours", "lead", "note")
    return {**{name: getattr(line, name) for name in names}, "course": line.course_id, "teacher": line.teacher_id}


class OpeningForm(forms.Form):
    """The class a line becomes: called what, from which day, for how many, where."""

    title = forms.CharField(label=gettext_lazy("班次名称"), max_length=120)
    starts_on = day_field(gettext_lazy("从哪天开始"))
    capacity = forms.IntegerField(label=gettext_lazy("名额（人）"), min_value=1, max_value=10_000)
    venue = forms.TypedChoiceField(
        label=gettext_lazy("场地"), coerce=int, required=False, empty_value=None,
        help_text=gettext_lazy("现在没定也可以，开班以后在课次里选"),
    )  # fmt: skip
    location = forms.CharField(label=gettext_lazy("不在阵地时的地点"), max_length=120, required=False)

    def __init__(self, *args: Any, venues: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["venue"].choices = [("", _("还没定")), *venues]  # type: ignore[attr-defined]
