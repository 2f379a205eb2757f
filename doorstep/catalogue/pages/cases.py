"""Practice cases: the list, one case to read and on paper, and what can be done with it."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from doorstep.bases.queries.places import county_choices
from doorstep.catalogue.models import Case
from doorstep.catalogue.queries.cases import (
    case_by_id,
    cases_listed,
    file_of_case,
    theme_words,
    uses_of,
)
from doorstep.catalogue.services.cases import hand_in_case, make_course_of, review_case, take_back_case
from doorstep.core.errors import NotFound
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, listing_of, register_list
from doorstep.core.numbers import whole
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest
from doorstep.core.turning import Turn, press, press_one_of
from doorstep.core.views import kept_file, view_rule
from doorstep.directory.queries import named, units_where


def _used(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    return rows.filter(course_count__gt=0) if value == "1" else rows.filter(course_count=0)


CASES = register_list(
    ListSpec(
        name="catalogue.cases",
        action="catalogue.view_case",
        title=gettext_lazy("实践案例"),
        columns=(
            ListColumn(
                "title",
                gettext_lazy("题目"),
                lambda c: c.title,
                "link",
                url=lambda c: reverse("catalogue:case", args=[c.pk]),
                sort=("title",),
            ),
            ListColumn("status", gettext_lazy("状态"), lambda c: c.status, "status"),
            ListColumn("place", gettext_lazy("哪里的事"), lambda c: c.base.name if c.base else c.unit.short_name),
            ListColumn("unit", gettext_lazy("编写单位"), lambda c: c.unit.short_name, sort=("place", "title")),
            ListColumn("themes", gettext_lazy("主题"), lambda c: _("、").join(theme_words(c))),
            ListColumn(
                "courses", gettext_lazy("转成课程（门）"), lambda c: c.course_count, "number", sort=("course_count",)
            ),
            ListColumn("author", gettext_lazy("作者"), lambda c: c.author, is_only_exported=True),
        ),
        source=lambda actor, params: cases_listed(actor),
        default_sort=("place", "title"),
        filters=(
            ListFilter("q", gettext_lazy("题目或拼音首字母"), lambda rows, v: named(rows, v, kind="case"), "text"),
            ListFilter(
                "theme",
                gettext_lazy("主题"),
                lambda rows, v: rows.filter(themes__contains=[v]),
                choices=Case.Theme.choices,
            ),
            ListFilter(
                "status", gettext_lazy("状态"), lambda rows, v: rows.filter(status=v), choices=Case.Status.choices
            ),
            ListFilter(
                "county", gettext_lazy("县（市、区）"), lambda rows, v: rows.filter(county=v), choices=county_choices
            ),
            ListFilter(
                "used",
                gettext_lazy("转成课程没有"),
                _used,
                choices=(("1", gettext_lazy("转成课程了")), ("0", gettext_lazy("还没转成课程"))),
            ),
        ),
        empty_text=gettext_lazy("还没有案例。把一件做成了的事写下来，报送审核，通过后大家都能拿去上课。"),
        row_line2=lambda c: f"{_('、').join(theme_words(c))}　{c.unit.short_name}",
    )
)


@view_rule("catalogue.view_case", kind="list")
@require_GET
def cases(request: DoorstepRequest) -> HttpResponse:
    """The cases one may see."""
    listing = listing_of(CASES, request.actor, request.GET.dict())
    may_write = bool(units_where(request.actor, "catalogue.write_case"))
    return render(request, "catalogue/cases.html", {"listing": listing, "may_write": may_write})


@view_rule("catalogue.view_case", kind="case")
@require_GET
def case(request: DoorstepRequest, case_id: int) -> HttpResponse:
    """One case: what was done, how it went, who teaches from it."""
    return _page(request, case_id)


def _page(request: DoorstepRequest, case_id: int, problem: str = "") -> HttpResponse:
    """The page of a case, with what was refused just now."""
    found, actor = case_by_id(case_id, request.actor), request.actor
    own = actor.account_id in (found.written_by_id, found.handed_in_by_id)
    shown = {
        "case": found,
        "themes": theme_words(found),
        "files": found.files.order_by("pk"),
        "uses": uses_of(found),
        "may_write": may(actor, "catalogue.write_case", at=found.place),
        "may_review": may(actor, "catalogue.review_case", at=found.place),
        "is_own": bool(actor.account_id) and own,
        "problem": problem,
        "teaching": units_where(actor, "catalogue.write_course") if found.status == Case.Status.ACCEPTED else [],
    }
    return render(request, "catalogue/case.html", shown, status=422 if problem else 200)


@view_rule("catalogue.view_case", kind="case")
@require_GET
def case_print(request: DoorstepRequest, case_id: int) -> HttpResponse:
    """One case on paper."""
    found = case_by_id(case_id, request.actor)
    return render(request, "catalogue/case_print.html", {"case": found, "themes": theme_words(found)})


@view_rule("catalogue.view_case", kind="case_file")
@require_GET
def case_file(request: DoorstepRequest, case_id: int, file_id: int) -> FileResponse:
    """A file that goes with a case, to be kept, never opened in the page."""
    found = file_of_case(case_by_id(case_id, request.actor), file_id)
    return kept_file(found.file, called=found.file_name)


@view_rule("catalogue.write_case", kind="case")
@require_POST
def case_turn(request: DoorstepRequest, case_id: int) -> HttpResponse:
    """Hand a case in, or make it a draft again."""
    found = case_by_id(case_id, request.actor)
    turns: dict[str, Turn] = {
        "hand_in": (hand_in_case, _("已报送，等上级审核。")),
        "take_back": (take_back_case, _("已撤回，又是草稿了。")),
    }
    to = reverse("catalogue:case", args=[found.pk])
    return press_one_of(request, turns, to=to, page=partial(_page, request, found.pk), case=found)


@view_rule("catalogue.review_case", kind="case")
@require_POST
def case_review(request: DoorstepRequest, case_id: int) -> HttpResponse:
    """Accept a case as it was looked at, or return it with the reason."""
    found, accept = case_by_id(case_id, request.actor), request.POST.get("answer") == "accept"
    version, note = request.POST.get("version", ""), request.POST.get("note", "")[:200]
    return press(
        request,
        _("已通过，大家都能看到了。") if accept else _("已退回，原因已写给报送单位。"),
        review_case,
        to=reverse("catalogue:case", args=[found.pk]),
        page=partial(_page, request, found.pk),
        case=found,
        accept=accept,
        note=note,
        version=whole(version) or 0,
    )


@view_rule("catalogue.write_course", kind="accepted_case")
@require_POST
def case_course(request: DoorstepRequest, case_id: int) -> HttpResponse:
    """Make the draft of a course of one's unit from an accepted case."""
    found, units = case_by_id(case_id, request.actor), units_where(request.actor, "catalogue.write_course")
    if not units:
        raise NotFound
    made = make_course_of(case=found, unit=units[0], actor=request.actor)
    messages.success(request, _("已转成一门课的草稿，改好就能报送审核。"))
    return redirect("catalogue:course", made.pk)
