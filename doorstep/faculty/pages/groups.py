"""Lecture groups: the list, one with members, topics, tours and what it gave, and how it is kept."""

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
from doorstep.core.errors import NotFound
from doorstep.core.fields import day_field
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, listing_of, register_list
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest, posted
from doorstep.core.turning import press, said_above
from doorstep.core.views import view_rule
from doorstep.directory.queries import units_where
from doorstep.faculty.models import LectureGroup
from doorstep.faculty.pages.fields import Offer, offered_teachers
from doorstep.faculty.queries.groups import (
    group_by_id,
    groups_told,
    member_by_id,
    members_of,
    teachers_to_join,
    topic_by_id,
    topics_of,
    tours_of,
)
from doorstep.faculty.queries.lectures import lecture_sums, lectures_visible_to
from doorstep.faculty.services.groups import (
    change_group,
    found_group,
    join_group,
    leave_group,
    turn_group,
    write_topic,
)

SHOWN = 10
_IN_USE = (("1", gettext_lazy("在用")), ("0", gettext_lazy("已撤销")))

GROUPS = register_list(
    ListSpec(
        name="faculty.groups",
        action="faculty.view_teacher",
        title=gettext_lazy("宣讲团"),
        columns=(
            ListColumn(
                "name",
                gettext_lazy("名称"),
                lambda g: g.name,
                "link",
                url=lambda g: reverse("faculty:group", args=[g.pk]),
                sort=("name",),
            ),
            ListColumn("level", gettext_lazy("级别"), lambda g: g.get_level_display(), sort=("level", "place")),
            ListColumn("unit", gettext_lazy("单位"), lambda g: g.unit.short_name, sort=("place", "name")),
            ListColumn("leader", gettext_lazy("团长"), lambda g: g.leader.name if g.leader else ""),
            ListColumn("size", gettext_lazy("成员（人）"), lambda g: g.size, "number", sort=("size",)),
            ListColumn("given", gettext_lazy("今年宣讲（场）"), lambda g: g.given, "number", sort=("given",)),
            ListColumn("heads", gettext_lazy("今年听讲（人次）"), lambda g: g.heads, "number", sort=("heads",)),
            ListColumn("standing", gettext_lazy("状态"), lambda g: "stopped" if g.ended_on else "valid", "status"),
        ),
        source=lambda actor, params: groups_told(actor).select_related("unit", "leader"),
        default_sort=("place", "name"),
        filters=(
            ListFilter("q", gettext_lazy("名称"), lambda rows, v: rows.filter(name__icontains=v), "text"),
            ListFilter(
                "level",
                gettext_lazy("级别"),
                lambda rows, v: rows.filter(level=v),
                choices=LectureGroup.Level.choices,
            ),
            ListFilter(
                "active",
                gettext_lazy("在用"),
                lambda rows, v: rows.filter(ended_on__isnull=v == "1"),
                choices=_IN_USE,
            ),
            ListFilter(
                "silent",
                gettext_lazy("今年"),
                lambda rows, v: rows.filter(given=0) if v == "1" else rows.filter(given__gt=0),
                choices=(("1", gettext_lazy("今年还没有宣讲")), ("0", gettext_lazy("今年讲过"))),
            ),
        ),
        empty_text=gettext_lazy("还没有宣讲团。先建一个，再把老师加进去。"),
        empty_url="faculty:group_new",
        empty_action=gettext_lazy("建宣讲团"),
        empty_needs="faculty.keep_group",
        row_line2=lambda g: f"{g.get_level_display()}　{g.unit.short_name}",
    )
)


@view_rule("faculty.view_teacher", kind="list")
@require_GET
def groups(request: DoorstepRequest) -> HttpResponse:
    """The groups one may see, each with who is in it and what it gave this year."""
    listing = listing_of(GROUPS, request.actor, request.GET.dict())
    may_found = bool(units_where(request.actor, "faculty.keep_group"))
    return render(request, "faculty/groups.html", {"listing": listing, "may_found": may_found})


class GroupForm(forms.Form):
    """A new group."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=80, help_text=gettext_lazy("例如：霍童镇理论宣讲团"))
    founded_on = day_field(gettext_lazy("哪天成立"))


@view_rule("faculty.keep_group", kind="own_place")
def group_new(request: DoorstepRequest) -> HttpResponse:
    """Begin a group."""
    units = units_where(request.actor, "faculty.keep_group")
    if not units:
        raise NotFound
    chosen = request.POST.get("unit", "")
    unit = next((one for one in units if str(one.pk) == chosen), units[0])
    form = GroupForm(posted(request), initial={"founded_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        with said_above(form):
            made = found_group(unit=unit, **form.cleaned_data, actor=request.actor)
            messages.success(request, _("已建好。接着加成员、写专题。"))
            return redirect("faculty:group", made.pk)
    shown = {"form": form, "units": units, "unit": unit}
    return render(request, "faculty/group_form.html", shown, status=422 if form.errors else 200)


@view_rule("faculty.view_teacher", kind="lecture_group")
@require_GET
def group(request: DoorstepRequest, group_id: int) -> HttpResponse:
    """One group: who is in it, what it lectures about, where it goes, what it gave each year."""
    return _page(request, group_id)


def _page(request: DoorstepRequest, group_id: int, problem: str = "") -> HttpResponse:
    found = group_by_id(group_id, request.actor)
    given = lectures_visible_to(request.actor).filter(group=found).order_by("-starts_at", "-pk")
    shown = {
        "group": found,
        "members": members_of(found),
        "topics": topics_of(found, clock.today().year),
        "tours": list(tours_of(found)[:SHOWN]),
        "sums": lecture_sums(found),
        "lectures": list(given.filter(voided_at=None)[:SHOWN]),
        "may_keep": may(request.actor, "faculty.keep_group", at=found.place),
        "problem": problem,
    }
    return render(request, "faculty/group.html", shown, status=422 if problem else 200)


def group_to_keep(request: DoorstepRequest, group_id: int) -> LectureGroup:
    """A group one keeps; raises NotFound."""
    found = group_by_id(group_id, request.actor)
    if not may(request.actor, "faculty.keep_group", at=found.place):
        raise NotFound
    return found


class LeadForm(forms.Form):
    """What a group is called and who leads it."""

    name = forms.CharField(label=gettext_lazy("名称"), max_length=80)
    leader = forms.TypedChoiceField(label=gettext_lazy("团长"), required=False, coerce=int, empty_value=None)


@view_rule("faculty.keep_group", kind="lecture_group")
def group_edit(request: DoorstepRequest, group_id: int) -> HttpResponse:
    """Call a group otherwise, and say who leads it."""
    found = group_to_keep(request, group_id)
    sent = posted(request)
    form = LeadForm(sent, initial={"name": found.name, "leader": found.leader_id})
    members = [(one.teacher_id, one.teacher.name) for one in members_of(found)]
    form.fields["leader"].choices = [("", _("还没有定")), *members]  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        with said_above(form):
            change_group(group=found, name=data["name"], leader_id=data["leader"], actor=request.actor)
            messages.success(request, _("已保存。"))
            return redirect("faculty:group", found.pk)
    return step_page(request, found, form, _("修改宣讲团"))


def step_page(
    request: DoorstepRequest,
    group: LectureGroup,
    form: forms.Form,
    title: str,
    about: str = "",
    offer: Offer | None = None,
) -> HttpResponse:
    """A form of a group on a page of its own."""
    shown: dict[str, Any] = {"group": group, "form": form, "title": title, "about": about, "offer": offer}
    return render(request, "faculty/group_step.html", shown, status=422 if form.errors else 200)


@view_rule("faculty.keep_group", kind="lecture_group")
@require_POST
def group_turn(request: DoorstepRequest, group_id: int) -> HttpResponse:
    """Let a group go round no longer, or again."""
    found = group_to_keep(request, group_id)
    end = request.POST.get("answer") == "end"
    return press(
        request,
        _("已撤销，讲过的都还在。") if end else _("已恢复。"),
        turn_group,
        to=reverse("faculty:group", args=[found.pk]),
        page=lambda problem: _page(request, group_id, problem),
        group=found,
        end=end,
        reason=request.POST.get("reason", "")[:200],
    )


class JoinForm(forms.Form):
    """Who joins, from which day on."""

    teacher = forms.TypedChoiceField(label=gettext_lazy("哪位老师"), coerce=int)
    on = day_field(gettext_lazy("从哪天起"))


@view_rule("faculty.keep_group", kind="lecture_group")
def group_join(request: DoorstepRequest, group_id: int) -> HttpResponse:
    """Put a teacher one sees into a group."""
    found = group_to_keep(request, group_id)
    offer = offered_teachers(request, teachers_to_join(request.actor, found))
    form = JoinForm(posted(request), initial={"on": clock.today()})
    form.fields["teacher"].choices = offer.words  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        teacher = offer.teachers[form.cleaned_data["teacher"]]
        with said_above(form):
            join_group(group=found, teacher=teacher, on=form.cleaned_data["on"], actor=request.actor)
            messages.success(request, _("%(name)s已入团。") % {"name": teacher.name})
            return redirect("faculty:group", found.pk)
    about = _("一位老师可以在几个团里。名单里没有的，先登记教师。")
    return step_page(request, found, form, _("加一位成员"), about, offer)


class LeaveForm(forms.Form):
    """From which day on, and why."""

    on = day_field(gettext_lazy("从哪天起不在团"))
    reason = forms.CharField(label=gettext_lazy("原因"), max_length=200, help_text=gettext_lazy("例如：调离、年龄到限"))


@view_rule("faculty.keep_group", kind="group_member")
def group_leave(request: DoorstepRequest, group_id: int, member_id: int) -> HttpResponse:
    """Take somebody out of a group."""
    found = group_to_keep(request, group_id)
    member = member_by_id(member_id, found)
    form = LeaveForm(posted(request), initial={"on": clock.today()})
    if request.method == "POST" and form.is_valid():
        with said_above(form):
            leave_group(member=member, **form.cleaned_data, actor=request.actor)
            messages.success(request, _("%(name)s已退出。") % {"name": member.teacher.name})
            return redirect("faculty:group", found.pk)
    return step_page(request, found, form, _("退出宣讲团"), member.teacher.name)


class TopicForm(forms.Form):
    """What is lectured about in a year."""

    year = forms.IntegerField(label=gettext_lazy("哪一年"), min_value=2000, max_value=2100)
    title = forms.CharField(label=gettext_lazy("专题"), max_length=80)
    outline = forms.CharField(
        label=gettext_lazy("讲什么"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 6})
    )


@view_rule("faculty.keep_group", kind="lecture_group")
def topic_new(request: DoorstepRequest, group_id: int) -> HttpResponse:
    """Say what a group lectures about in a year."""
    found = group_to_keep(request, group_id)
    form = TopicForm(posted(request), initial={"year": clock.today().year})
    if request.method == "POST" and form.is_valid():
        with said_above(form):
            write_topic(group=found, **form.cleaned_data, actor=request.actor)
            messages.success(request, _("已保存。"))
            return redirect("faculty:group", found.pk)
    return step_page(request, found, form, _("写专题"), _("一个专题管一年，第二年另写。"))


@view_rule("faculty.keep_group", kind="group_topic")
def topic(request: DoorstepRequest, topic_id: int) -> HttpResponse:
    """Say a topic otherwise."""
    written = topic_by_id(topic_id, request.actor)
    found = group_to_keep(request, written.group_id)
    initial = {name: getattr(written, name) for name in ("year", "title", "outline")}
    form = TopicForm(posted(request), initial=initial)
    if request.method == "POST" and form.is_valid():
        with said_above(form):
            write_topic(group=found, topic=written, **form.cleaned_data, actor=request.actor)
            messages.success(request, _("已保存。"))
            return redirect("faculty:group", found.pk)
    return step_page(request, found, form, _("改专题"))
