"""Lectures: the list with its two sums, entering one, correcting it or taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, Rows, filtered_rows, listing_of, register_list
from doorstep.core.numbers import whole
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.turning import said_above
from doorstep.core.views import view_rule
from doorstep.faculty.models import Lecture, LectureGroup, TourStop
from doorstep.faculty.pages.fields import SittingForm
from doorstep.faculty.pages.groups import group_to_keep, step_page
from doorstep.faculty.pages.tours import offer_members
from doorstep.faculty.queries.groups import group_by_id, stop_by_id, topics_of
from doorstep.faculty.queries.lectures import lecture_to_correct, lectures_visible_to, summed_lectures
from doorstep.faculty.services.group_refusals import LectureVoid
from doorstep.faculty.services.lectures import LectureFacts, correct_lecture, enter_lecture, take_back_lecture

MOST = 100_000


def _listed(actor: Actor, params: Mapping[str, str]) -> Rows:
    """All one may see, or those of one group."""
    rows = lectures_visible_to(actor)
    asked = params.get("group", "")
    return rows.filter(group=group_by_id(whole(asked) or 0, actor)) if asked else rows


def _subject(actor: Actor, params: Mapping[str, str]) -> str:
    asked = params.get("group", "")
    return group_by_id(whole(asked) or 0, actor).name if asked else ""


LECTURES = register_list(
    ListSpec(
        name="faculty.lectures",
        action="faculty.view_teacher",
        title=gettext_lazy("宣讲场次"),
        columns=(
            ListColumn(
                "group",
                gettext_lazy("宣讲团"),
                lambda one: one.group.name,
                "link",
                url=lambda one: reverse("faculty:group", args=[one.group_id]),
                sort=("group__name",),
            ),
            ListColumn("day", gettext_lazy("日期"), lambda one: one.given_on, "date", sort=("given_on", "starts_at")),
            ListColumn("topic", gettext_lazy("专题"), lambda one: one.topic.title, sort=("topic__title",)),
            ListColumn("teacher", gettext_lazy("谁讲"), lambda one: one.teacher.name, sort=("teacher__name",)),
            ListColumn("spot", gettext_lazy("在哪里"), lambda one: one.spot),
            ListColumn("heads", gettext_lazy("听讲（人次）"), lambda one: one.heads, "number", sort=("heads",)),
            ListColumn(
                "status", gettext_lazy("状态"), lambda one: "taken_back" if one.voided_at else "valid", "status"
            ),
        ),
        source=_listed,
        subject=_subject,
        default_sort=("-given_on", "-starts_at"),
        filters=(
            ListFilter("q", gettext_lazy("宣讲团名称"), lambda rows, v: rows.filter(group__name__icontains=v), "text"),
            ListFilter("from", gettext_lazy("从"), lambda rows, v: rows.filter(given_on__gte=v), "date"),
            ListFilter("until", gettext_lazy("到"), lambda rows, v: rows.filter(given_on__lte=v), "date"),
            ListFilter(
                "level",
                gettext_lazy("级别"),
                lambda rows, v: rows.filter(group__level=v),
                choices=LectureGroup.Level.choices,
            ),
        ),
        empty_text=gettext_lazy("还没有登记宣讲。打开一个宣讲团，点“登记一场”。"),
        row_line2=lambda one: (
            _("%(day)s　%(name)s　%(n)s 人次")
            % {"day": one.given_on.isoformat(), "name": one.teacher.name, "n": one.heads}
        ),
    )
)


@view_rule("faculty.view_teacher", kind="list")
@require_GET
def lectures(request: DoorstepRequest) -> HttpResponse:
    """The lectures one may see, how many they are and how many person-times heard them."""
    params = request.GET.dict()
    listing = listing_of(LECTURES, request.actor, params)
    rows, _order, _is_filtered = filtered_rows(LECTURES, request.actor, params)
    shown = {"listing": listing, "sum": summed_lectures(rows.order_by()), "subject": _subject(request.actor, params)}
    return render(request, "faculty/lectures.html", shown)


class LectureForm(SittingForm):
    """A lecture that was given."""

    topic = forms.TypedChoiceField(label=gettext_lazy("讲哪个专题"), coerce=int)
    heads = forms.IntegerField(
        label=gettext_lazy("听讲（人次）"), min_value=1, max_value=MOST, help_text=gettext_lazy("只记人次，不记姓名")
    )
    field_order = ("topic", "teacher", "spot", "where", "on", "begins", "ends", "heads")


def _stop(request: DoorstepRequest, group: LectureGroup) -> TourStop | None:
    """The sitting that was given, when the address names one of the group's; raises NotFound."""
    asked = request.GET.get("stop", "")
    if not asked:
        return None
    stop = stop_by_id(whole(asked) or 0, request.actor)
    if stop.tour.group_id != group.pk:
        raise NotFound
    return stop


def _as_planned(stop: TourStop | None) -> dict[str, Any]:
    """What the form shows at first: the sitting as it was planned."""
    if stop is None:
        return {"on": clock.today()}
    starts, ends = clock.local(stop.starts_at), clock.local(stop.ends_at)
    spot = f"base-{stop.base_id}" if stop.base_id else f"unit-{stop.unit_id}"
    return {
        "topic": stop.tour.topic_id, "teacher": stop.teacher_id, "spot": spot, "where": stop.where,
        "on": starts.date(), "begins": starts.time(), "ends": ends.time(),
    }  # fmt: skip


@view_rule("faculty.keep_group", kind="lecture_group")
def lecture_new(request: DoorstepRequest, group_id: int) -> HttpResponse:
    """Count a lecture that was given."""
    found = group_to_keep(request, group_id)
    stop = _stop(request, found)
    form = LectureForm(posted(request), initial=_as_planned(stop))
    offer_members(form, found)
    form.fields["topic"].choices = _topics(found)  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        facts = LectureFacts(
            topic_id=data["topic"], heads=data["heads"], stop_id=stop.pk if stop else None, **form.sitting
        )
        with said_above(form):
            enter_lecture(group=found, facts=facts, actor=request.actor)
            messages.success(request, _("已登记一场，%(n)s 人次。") % {"n": data["heads"]})
            return redirect("faculty:tour", stop.tour_id) if stop else redirect("faculty:group", found.pk)
    about = _("讲过的才登记，一场只算一次；培训班的课由签到计数，不要再记。")
    return step_page(request, found, form, _("登记一场宣讲"), about)


def _topics(group: LectureGroup) -> list[tuple[int, str]]:
    return [(one.pk, f"{one.title} {one.year}") for one in topics_of(group)]


class CorrectionForm(forms.Form):
    """About what it was and how many heard it after all, and why it was counted otherwise."""

    topic = forms.TypedChoiceField(label=gettext_lazy("讲哪个专题"), coerce=int)
    heads = forms.IntegerField(label=gettext_lazy("听讲（人次）"), min_value=1, max_value=MOST)
    reason = forms.CharField(
        label=gettext_lazy("为什么改"), max_length=200, required=False, help_text=gettext_lazy("会留在日志里")
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


@view_rule("faculty.keep_group", kind="lecture")
def lecture(request: DoorstepRequest, lecture_id: int) -> HttpResponse:
    """Correct a count, or take it back."""
    found = lecture_to_correct(lecture_id, request.actor)
    if found.voided_at:
        raise LectureVoid
    initial = {"topic": found.topic_id, "heads": found.heads, "version": found.revision}
    form = CorrectionForm(posted(request), initial=initial)
    form.fields["topic"].choices = _topics(found.group)  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        with said_above(form):
            said = _corrected(request, found, form.cleaned_data)
            messages.success(request, said)
            return redirect("faculty:group", found.group_id)
    shown = {"lecture": found, "group": found.group, "form": form}
    return render(request, "faculty/lecture.html", shown, status=422 if form.errors else 200)


def _corrected(request: DoorstepRequest, lecture: Lecture, data: dict[str, Any]) -> str:
    """Write what the form says; gives what is said of it."""
    kept: dict[str, Any] = {"reason": data["reason"], "revision": data["version"], "actor": request.actor}
    if request.POST.get("answer") == "take_back":
        take_back_lecture(lecture=lecture, **kept)
        return _("已撤回，不再计数，记录还在。")
    topic = lecture.group.topics.get(pk=data["topic"])
    correct_lecture(lecture=lecture, topic=topic, heads=data["heads"], **kept)
    return _("已改好。")
