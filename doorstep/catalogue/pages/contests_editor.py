"""Writing the call of a contest, naming who judges, entering a course."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doorstep.catalogue.models import Contest, Course
from doorstep.catalogue.pages.routes_forms import ManyChoices
from doorstep.catalogue.queries.contests import (
    contest_by_id,
    contest_to_hold,
    courses_to_enter,
    days_of,
    editions_to_enter,
    juror_by_id,
    jurors_of,
    jurors_to_choose,
)
from doorstep.catalogue.rules.contests import ContestDays
from doorstep.catalogue.services.contests import (
    ContestFacts,
    change_contest,
    name_juror,
    release_juror,
    write_contest,
)
from doorstep.catalogue.services.contests_entries import enter_course
from doorstep.core.errors import NotFound
from doorstep.core.fields import day_field
from doorstep.core.numbers import whole
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.turning import press, said_above
from doorstep.core.views import view_rule
from doorstep.directory.queries import units_where

if TYPE_CHECKING:
    from doorstep.catalogue.models import Edition

MOST_FOUND = 20  # accounts shown to choose jurors from


class ContestForm(forms.Form):
    """What a call says."""

    title = forms.CharField(
        label=gettext_lazy("名称"), max_length=80, help_text=gettext_lazy("写上年份，例如“2026 年精品课程评选”")
    )
    about = forms.CharField(
        label=gettext_lazy("评选什么，怎么参评"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5})
    )
    enters_from = day_field(gettext_lazy("报名从哪天"))
    enters_until = day_field(gettext_lazy("报名到哪天"), help_text=gettext_lazy("第二天开始打分"))
    judged_until = day_field(gettext_lazy("打分到哪天"), help_text=gettext_lazy("评委打分和支部投票都到这天为止"))
    has_votes = forms.BooleanField(label=gettext_lazy("支部书记和党员也投票，一人一票"), required=False)

    @property
    def facts(self) -> ContestFacts:
        """The call that a valid form means."""
        data = self.cleaned_data
        days = ContestDays(data["enters_from"], data["enters_until"], data["judged_until"])
        return ContestFacts(data["title"], data["about"], days, data["has_votes"])


@view_rule("catalogue.call_contest", kind="own_place")
def contest_new(request: DoorstepRequest) -> HttpResponse:
    """Draft a contest."""
    units = units_where(request.actor, "catalogue.call_contest")
    if not units:
        raise NotFound
    form = ContestForm(posted(request))
    if request.method == "POST" and form.is_valid():
        with said_above(form):
            made = write_contest(unit=units[0], facts=form.facts, actor=request.actor)
            messages.success(request, _("已存成草稿。请好评委，再发布评选通知。"))
            return redirect("catalogue:contest", made.pk)
    return _answer(request, form)


@view_rule("catalogue.call_contest", kind="contest_draft")
def contest_edit(request: DoorstepRequest, contest_id: int) -> HttpResponse:
    """Change a draft."""
    found = contest_to_hold(contest_id, request.actor)
    days = days_of(found)
    said = {name: getattr(days, name) for name in ("enters_from", "enters_until", "judged_until")}
    initial = {"title": found.title, "about": found.about, "has_votes": found.has_votes, **said}
    form = ContestForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        seen = whole(request.POST.get("version", "")) or 0
        with said_above(form):
            change_contest(contest=found, facts=form.facts, version=seen, actor=request.actor)
            messages.success(request, _("已保存。"))
            return redirect("catalogue:contest", found.pk)
    return _answer(request, form, contest=found, version=request.POST.get("version", found.version))


def _answer(request: DoorstepRequest, form: ContestForm, **shown: Any) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "catalogue/contest_form.html", {"form": form, **shown}, status=status)


@view_rule("catalogue.call_contest", kind="contest_draft")
def contest_jurors(request: DoorstepRequest, contest_id: int) -> HttpResponse:
    """Who judges; POST names somebody or releases a juror."""
    found = contest_to_hold(contest_id, request.actor)
    to = reverse("catalogue:contest_jurors", args=[found.pk])
    if request.method != "POST":
        return _jurors(request, found)
    page = partial(_jurors, request, found)
    if leaving := whole(request.POST.get("release", "")):
        juror = juror_by_id(leaving, found)
        return press(request, _("已不再是评委。"), release_juror, to=to, page=page, juror=juror)
    account = whole(request.POST.get("account", "")) or 0
    return press(request, _("已请为评委。"), name_juror, to=to, page=page, contest=found, account_id=account)


def _jurors(request: DoorstepRequest, contest: Contest, problem: str = "") -> HttpResponse:
    """The page of the jurors: those named, and who is found under the name asked for."""
    asked, jurors = request.GET.get("q", "").replace("\0", "").strip(), jurors_of(contest)
    named = [juror.account_id for juror in jurors]
    rows = jurors_to_choose().exclude(pk__in=named)
    found = list(rows.filter(display_name__icontains=asked)[: MOST_FOUND + 1]) if asked else []
    shown = {
        "contest": contest,
        "jurors": jurors,
        "may_change": contest.status in (Contest.Status.DRAFT, Contest.Status.CALLED),
        "asked": asked,
        "found": found[:MOST_FOUND],
        "is_more": len(found) > MOST_FOUND,
        "problem": problem,
    }
    return render(request, "catalogue/contest_jurors.html", shown, status=422 if problem else 200)


class EntryForm(forms.Form):
    """A course and what it is taught from."""

    course = forms.TypedChoiceField(label=gettext_lazy("哪门课"), coerce=int, widget=ManyChoices)
    edition = forms.TypedChoiceField(
        label=gettext_lazy("用的教材"),
        coerce=int,
        required=False,
        empty_value=None,
        help_text=gettext_lazy("评委会看到教材的文件。文件里写着单位和姓名的，请先换成没有写的"),
    )
    statement = forms.CharField(
        label=gettext_lazy("好在哪里"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("讲过几次、听的人怎么说。不要写单位和姓名，写了也会遮住"),
    )

    def __init__(self, *args: Any, courses: list[Course], editions: list[Edition], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(one.pk, f"{one.title}　{one.unit.short_name}") for one in courses]
        books = [
            (one.pk, _("%(title)s　第 %(n)s 版") % {"title": one.material.title, "n": one.number}) for one in editions
        ]
        self.fields["course"].choices = offered  # type: ignore[attr-defined]
        self.fields["edition"].choices = [("", _("不附教材")), *books]  # type: ignore[attr-defined]


@view_rule("catalogue.enter_contest", kind="contest_open")
def contest_enter(request: DoorstepRequest, contest_id: int) -> HttpResponse:
    """Enter a reviewed course: choose it, then what it is taught from."""
    found, actor = contest_by_id(contest_id, request.actor), request.actor
    if not units_where(actor, "catalogue.enter_contest"):
        raise NotFound
    courses = list(courses_to_enter(found, actor))
    asked = whole(request.POST.get("course", "") or request.GET.get("course", ""))
    course = next((one for one in courses if one.pk == asked), None)
    editions = list(editions_to_enter(course)) if course else []
    form = EntryForm(posted(request), initial={"course": asked}, courses=courses, editions=editions)
    if course is not None and request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with said_above(form):
            enter_course(
                contest=found, course=course, edition_id=data["edition"], statement=data["statement"], actor=actor
            )
            messages.success(request, _("已报名。报名截止以前可以撤回。"))
            return redirect("catalogue:contest", found.pk)
    shown = {"contest": found, "form": form, "course": course, "courses": courses}
    return render(request, "catalogue/contest_enter.html", shown, status=422 if form.errors else 200)
