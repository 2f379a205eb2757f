"""Courses: the list, one course with its versions, and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from doorstep.bases.queries.places import county_choices
from doorstep.catalogue.models import Course, CourseVersion
from doorstep.catalogue.queries.courses import (
    IN_USE,
    course_by_id,
    courses_visible_to,
    faults_said,
    parts_of,
    short_ones,
    standing_of,
    versions_of,
    with_standing,
)
from doorstep.catalogue.services.courses import hand_in_course, take_back_course
from doorstep.catalogue.services.courses_review import (
    accept_course,
    bring_back_course,
    drop_premium,
    name_premium,
    pass_trial,
    retire_course,
    return_course,
)
from doorstep.core.actors import Actor
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, listing_of, register_list
from doorstep.core.numbers import whole
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest
from doorstep.core.turning import Turn, press_one_of
from doorstep.core.views import view_rule
from doorstep.directory.queries import named, units_where
from doorstep.faculty.queries import language_choices, language_words

Status = CourseVersion.Status


def _courses(actor: Actor, params: Mapping[str, str]) -> QuerySet[Course]:
    return with_standing(courses_visible_to(actor)).select_related("unit")


def _standing(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    if value in (Status.HANDED_IN, Status.RETURNED):
        return rows.filter(open_status=value)
    return rows.filter(stage=value)


def _has(field: str) -> Any:
    return lambda rows, value: rows.filter(**{f"{field}__contains": [value]})


def _language_filter(actor: Actor) -> list[tuple[str, str]]:
    return language_choices()


COURSES = register_list(
    ListSpec(
        name="catalogue.courses",
        action="catalogue.view_course",
        title=gettext_lazy("课程"),
        columns=(
            ListColumn(
                "title",
                gettext_lazy("名称"),
                lambda c: c.title,
                "link",
                url=lambda c: reverse("catalogue:course", args=[c.pk]),
                sort=("title",),
            ),
            ListColumn("stage", gettext_lazy("状态"), standing_of, "status"),
            ListColumn("kind", gettext_lazy("类别"), lambda c: c.get_kind_display(), sort=("kind", "title")),
            ListColumn("mode", gettext_lazy("怎么上"), lambda c: c.get_mode_display(), sort=("mode", "title")),
            ListColumn("length", gettext_lazy("时长（分钟）"), lambda c: c.length, "number", sort=("length",)),
            ListColumn("languages", gettext_lazy("语言"), lambda c: language_words(c.languages)),
            ListColumn("unit", gettext_lazy("编写单位"), lambda c: c.unit.short_name, sort=("place", "title")),
            ListColumn("code", gettext_lazy("编号"), lambda c: c.code, is_only_exported=True),
        ),
        source=_courses,
        default_sort=("place", "code"),
        filters=(
            ListFilter("q", gettext_lazy("名称或拼音首字母"), lambda rows, v: named(rows, v, kind="course"), "text"),
            ListFilter(
                "stage",
                gettext_lazy("状态"),
                _standing,
                choices=(
                    *Course.Stage.choices,
                    (Status.HANDED_IN, Status.HANDED_IN.label),
                    (Status.RETURNED, Status.RETURNED.label),
                ),
            ),
            ListFilter("kind", gettext_lazy("类别"), lambda rows, v: rows.filter(kind=v), choices=Course.Kind.choices),
            ListFilter(
                "mode", gettext_lazy("怎么上"), lambda rows, v: rows.filter(mode=v), choices=Course.Mode.choices
            ),
            ListFilter("language", gettext_lazy("语言"), _has("languages"), choices=_language_filter),
            ListFilter(
                "art",
                gettext_lazy("艺术形式"),
                lambda rows, v: rows.filter(art_form=v),
                choices=Course.ArtForm.choices,
            ),
            ListFilter("audience", gettext_lazy("讲给谁听"), _has("audiences"), choices=Course.Audience.choices),
            ListFilter(
                "length",
                gettext_lazy("时长"),
                lambda rows, v: short_ones(rows) if v == "short" else rows.none(),
                choices=(("short", gettext_lazy("只看短课")),),
            ),
            ListFilter(
                "county",
                gettext_lazy("县（市、区）"),
                lambda rows, v: rows.filter(unit__county=v),
                choices=county_choices,
            ),
        ),
        empty_text=gettext_lazy("还没有课程。写一门，报送审核，通过后就能排进课表。"),
        row_line2=lambda c: f"{c.get_kind_display()}　{c.unit.short_name}",
    )
)


@view_rule("catalogue.view_course", kind="list")
@require_GET
def courses(request: DoorstepRequest) -> HttpResponse:
    """The courses one may see."""
    listing = listing_of(COURSES, request.actor, request.GET.dict())
    may_write = bool(units_where(request.actor, "catalogue.write_course"))
    return render(request, "catalogue/courses.html", {"listing": listing, "may_write": may_write})


@view_rule("catalogue.view_course", kind="course")
@require_GET
def course(request: DoorstepRequest, course_id: int) -> HttpResponse:
    """One course: what it says, who gives it, which versions it had, and what can be done with it."""
    return _page(request, course_id)


def _page(request: DoorstepRequest, course_id: int, problem: str = "") -> HttpResponse:
    """The page of a course, with what was refused just now."""
    found, actor = course_by_id(course_id, request.actor), request.actor
    may_write = may(actor, "catalogue.write_course", at=found.place)
    versions = [one for one in versions_of(found) if may_write or one.status == Status.ACCEPTED]
    making = next((one for one in versions if one.status != Status.ACCEPTED), None)
    shown = {
        "course": found,
        "status": standing_of(found),
        "making": making,
        "in_force": next((one for one in versions if one.status == Status.ACCEPTED), None),
        "versions": versions,
        "parts": parts_of(found),
        "languages": language_words(found.languages),
        "audiences": _audience_words(found.audiences),
        "teachers": found.teachers.select_related("unit").order_by("name", "pk"),
        "faults": faults_said(making, found.place) if making else [],
        "may_write": may_write,
        "may_order": found.stage in IN_USE and may(actor, "catalogue.freeze_package", at=found.place),
        "may_review": may(actor, "catalogue.review_course", at=found.place),
        "may_name": may(actor, "catalogue.name_premium", at=found.place),
        "is_own": bool(actor.account_id) and actor.account_id in _authors(making),
        "problem": problem,
    }
    return render(request, "catalogue/course.html", shown, status=422 if problem else 200)


def _authors(version: CourseVersion | None) -> tuple[int | None, ...]:
    return (version.written_by_id, version.handed_in_by_id) if version else ()


def _audience_words(codes: list[str]) -> str:
    words = dict(Course.Audience.choices)
    return _("、").join(str(words[code]) for code in codes)


def _seen(request: DoorstepRequest) -> int:
    seen = request.POST.get("seen", "")
    return whole(seen) or 0


@view_rule("catalogue.write_course", kind="course")
@require_POST
def course_turn(request: DoorstepRequest, course_id: int) -> HttpResponse:
    """Hand a course in, take it back, retire it, bring it back."""
    found, note = course_by_id(course_id, request.actor), request.POST.get("note", "")[:200]
    turns: dict[str, Turn] = {
        "hand_in": (hand_in_course, _("已报送，等上级审核。")),
        "take_back": (take_back_course, _("已撤回，可以接着改。")),
        "retire": (partial(retire_course, reason=note), _("已停用，需要时可以恢复。")),
        "bring_back": (bring_back_course, _("已恢复到停用前的样子。")),
    }
    return _pressed(request, turns, found)


def _pressed(request: DoorstepRequest, turns: Mapping[str, Turn], found: Course) -> HttpResponse:
    to = reverse("catalogue:course", args=[found.pk])
    return press_one_of(request, turns, to=to, page=partial(_page, request, found.pk), course=found)


@view_rule("catalogue.review_course", kind="course")
@require_POST
def course_review(request: DoorstepRequest, course_id: int) -> HttpResponse:
    """Accept a course as it was looked at, on trial or for good, or send it back with the reason."""
    found = course_by_id(course_id, request.actor)
    word: dict[str, Any] = {"note": request.POST.get("note", "")[:200], "seen": _seen(request)}
    turns: dict[str, Turn] = {
        "return": (partial(return_course, **word), _("已退回，原因已写给报送单位。")),
        "accept": (partial(accept_course, on_trial=False, **word), _("已通过审核，可以排进课表。")),
        "trial": (partial(accept_course, on_trial=True, **word), _("已同意试讲。")),
        "pass": (pass_trial, _("试讲通过，已审核。")),
    }
    return _pressed(request, turns, found)


@view_rule("catalogue.name_premium", kind="course")
@require_POST
def course_premium(request: DoorstepRequest, course_id: int) -> HttpResponse:
    """Name a course premium, or take that name away."""
    turns: dict[str, Turn] = {
        "drop": (drop_premium, _("已取消精品，课程照常使用。")),
        "name": (name_premium, _("已定为精品课程。")),
    }
    return _pressed(request, turns, course_by_id(course_id, request.actor))
