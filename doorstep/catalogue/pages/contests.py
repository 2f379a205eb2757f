"""Contests of courses: the list, one contest as each of those who take part sees it, and its buttons."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from doorstep.catalogue.models import Contest
from doorstep.catalogue.queries.contests import (
    PHASES,
    contest_by_id,
    contest_to_hold,
    contests_listed,
    criteria_of,
    entry_of_own,
    figure_of,
    figures_of,
    juror_of,
    jurors_of,
    objections_of,
    phase_of,
    publicity_ends,
    results_of,
)
from doorstep.catalogue.queries.contests_blind import entries_to_vote, own_entries
from doorstep.catalogue.rules.contests import ENTERING, JUDGING, OVER
from doorstep.catalogue.services.contests import call_contest, cancel_contest, finish_contest, publish_contest
from doorstep.catalogue.services.contests_entries import take_back_entry
from doorstep.core import clock
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, listing_of, register_list
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest
from doorstep.core.turning import Turn, press, press_one_of
from doorstep.core.views import view_rule
from doorstep.directory.queries import units_where

CONTESTS = register_list(
    ListSpec(
        name="catalogue.contests",
        action="catalogue.view_contest",
        title=gettext_lazy("精品课程评选"),
        columns=(
            ListColumn(
                "title",
                gettext_lazy("名称"),
                lambda c: c.title,
                "link",
                url=lambda c: reverse("catalogue:contest", args=[c.pk]),
                sort=("title",),
            ),
            ListColumn("status", gettext_lazy("状态"), lambda c: c.status, "status", sort=("status",)),
            ListColumn("enters", gettext_lazy("报名截止"), lambda c: c.enters_until, "date", sort=("enters_until",)),
            ListColumn("judged", gettext_lazy("打分截止"), lambda c: c.judged_until, "date", sort=("judged_until",)),
            ListColumn("entries", gettext_lazy("参评（门）"), lambda c: c.entry_count, "number", sort=("entry_count",)),
            ListColumn("unit", gettext_lazy("主办单位"), lambda c: c.unit.short_name, sort=("place", "title")),
        ),
        source=lambda actor, params: contests_listed(actor),
        default_sort=("-enters_from", "title"),
        filters=(
            ListFilter("q", gettext_lazy("名称"), lambda rows, v: rows.filter(title__icontains=v), "text"),
            ListFilter(
                "status", gettext_lazy("状态"), lambda rows, v: rows.filter(status=v), choices=Contest.Status.choices
            ),
        ),
        empty_text=gettext_lazy("还没有评选。由市里发布评选通知，各单位再拿已审核的课程来报。"),
        row_line2=lambda c: c.unit.short_name,
    )
)


@view_rule("catalogue.view_contest", kind="list")
@require_GET
def contests(request: DoorstepRequest) -> HttpResponse:
    """The contests one may see."""
    listing = listing_of(CONTESTS, request.actor, request.GET.dict())
    may_call = bool(units_where(request.actor, "catalogue.call_contest"))
    return render(request, "catalogue/contests.html", {"listing": listing, "may_call": may_call})


@view_rule("catalogue.view_contest", kind="contest")
@require_GET
def contest(request: DoorstepRequest, contest_id: int) -> HttpResponse:
    """One contest: what it is about, and what one can do in it today."""
    return contest_page(request, contest_by_id(contest_id, request.actor))


def contest_again(request: DoorstepRequest, contest_id: int, problem: str) -> HttpResponse:
    """The page of a contest as it is now, with what was refused."""
    return contest_page(request, contest_by_id(contest_id, request.actor), problem)


def contest_page(request: DoorstepRequest, found: Contest, problem: str = "") -> HttpResponse:
    """The page of a contest, with what was refused just now."""
    actor, phase, today = request.actor, phase_of(found), clock.today()
    holds = may(actor, "catalogue.call_contest", at=found.place)
    voting, voted = entries_to_vote(found, actor)
    ends = publicity_ends(found) if found.published_on else None
    is_juror = phase == JUDGING and juror_of(found, actor) is not None
    in_publicity = found.status == Contest.Status.PUBLISHED
    shown: dict[str, Any] = {
        "contest": found,
        "phase": PHASES.get(phase, ""),
        "criteria": criteria_of(found),
        "figures": figures_of(found),
        "entries_of_unit": figure_of(found, "entries_of_unit"),
        "publicity_days": figure_of(found, "publicity_days"),
        "own": own_entries(found, actor) if found.called_on else [],
        "may_enter": phase == ENTERING and bool(units_where(actor, "catalogue.enter_contest")),
        "is_juror": is_juror,
        "voting": voting,
        "voted": voted,
        "results": results_of(found),
        "ends": ends,
        "may_object": in_publicity and bool(ends and today <= ends) and may(actor, "catalogue.object_contest"),
        "objections": objections_of(found, actor, every=holds) if found.published_on else [],
        "holds": holds,
        "in_publicity": in_publicity,
        "may_publish": holds and phase == OVER,
        "may_finish": holds and in_publicity and bool(ends and today > ends),
        "jurors": jurors_of(found) if holds else [],
        "problem": problem,
    }
    return render(request, "catalogue/contest.html", shown, status=422 if problem else 200)


@view_rule("catalogue.call_contest", kind="contest")
@require_POST
def contest_turn(request: DoorstepRequest, contest_id: int) -> HttpResponse:
    """Call a contest, cancel it, publish its result, finish it."""
    found = contest_to_hold(contest_id, request.actor)
    page = partial(contest_again, request, found.pk)
    to = reverse("catalogue:contest", args=[found.pk])
    if request.POST.get("answer") == "cancel":
        note = request.POST.get("note", "")[:200]
        return press(request, _("已取消，原因写在页面上。"), cancel_contest, to=to, page=page, contest=found, note=note)
    turns: dict[str, Turn] = {
        "call": (call_contest, _("已发布，各单位可以来报课程了。")),
        "publish": (publish_contest, _("已公示，公示期里可以提异议。")),
        "finish": (finish_contest, _("评选结束，获评的课程已定为精品。")),
    }
    return press_one_of(request, turns, to=to, page=page, contest=found)


@view_rule("catalogue.enter_contest", kind="contest_entry")
@require_POST
def entry_back(request: DoorstepRequest, contest_id: int, entry_id: int) -> HttpResponse:
    """Leave a course out again."""
    found = contest_by_id(contest_id, request.actor)
    entry = entry_of_own(entry_id, found, request.actor)
    to = reverse("catalogue:contest", args=[found.pk])
    page = partial(contest_again, request, found.pk)
    return press(request, _("已撤回，报名截止以前还可以再报。"), take_back_entry, to=to, page=page, entry=entry)
