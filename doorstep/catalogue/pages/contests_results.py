"""What comes of a contest: the tally for the office while it runs, objections to what was published."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from doorstep.catalogue.models import Contest, ContestEntry
from doorstep.catalogue.pages.contests import contest_again
from doorstep.catalogue.queries.contests import (
    contest_by_id,
    contest_to_hold,
    entry_by_id,
    objection_by_id,
    publicity_ends,
    tally_of,
)
from doorstep.catalogue.services.contests_entries import answer_objection, object_to_entry
from doorstep.core.actors import Actor
from doorstep.core.errors import NotPermitted
from doorstep.core.listing import ListColumn, ListFilter, ListSpec, listing_of, register_list
from doorstep.core.numbers import whole
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest
from doorstep.core.turning import press
from doorstep.core.views import view_rule


def _entries(actor: Actor, params: Mapping[str, str]) -> QuerySet[ContestEntry]:
    return tally_of(whole(params.get("contest", "")) or 0, actor)


def _title(actor: Actor, params: Mapping[str, str]) -> str:
    return contest_to_hold(whole(params.get("contest", "")) or 0, actor).title


def _outcome(entry: ContestEntry) -> str:
    """How an entry stands, as a status."""
    if entry.score is None:
        return "entered"
    return "premium" if entry.is_winner else "not_passed"


TALLY = register_list(
    ListSpec(
        name="catalogue.tally",
        action="catalogue.view_tally",
        title=gettext_lazy("计票表"),
        columns=(
            ListColumn("number", gettext_lazy("号"), lambda e: e.number, "number", sort=("number",)),
            ListColumn(
                "title",
                gettext_lazy("课程"),
                lambda e: e.course.title,
                "link",
                url=lambda e: reverse("catalogue:course", args=[e.course_id]),
                sort=("course__title",),
            ),
            ListColumn("outcome", gettext_lazy("状态"), _outcome, "status"),
            ListColumn("jurors", gettext_lazy("打分的评委（位）"), lambda e: e.jurors, "number", sort=("jurors",)),
            ListColumn("mean", gettext_lazy("评委平均（分）"), lambda e: e.mean, "number", sort=("mean",)),
            ListColumn("votes", gettext_lazy("票数"), lambda e: e.vote_count, "number", sort=("vote_count",)),
            ListColumn("score", gettext_lazy("总分"), lambda e: e.score, "number", sort=("score",)),
            ListColumn("rank", gettext_lazy("名次"), lambda e: e.rank, "number", sort=("rank",)),
            ListColumn("unit", gettext_lazy("单位"), lambda e: e.course.unit.short_name, sort=("place", "number")),
        ),
        source=_entries,
        default_sort=("number",),
        filters=(
            ListFilter("q", gettext_lazy("课程名称"), lambda rows, v: rows.filter(course__title__icontains=v), "text"),
            ListFilter(
                "judged",
                gettext_lazy("打过分没有"),
                lambda rows, v: rows.filter(jurors=0) if v == "no" else rows.filter(jurors__gt=0),
                choices=(("no", gettext_lazy("还没有人打分")), ("yes", gettext_lazy("有人打过分"))),
            ),
        ),
        empty_text=gettext_lazy("还没有课程参评。"),
        row_line2=lambda e: e.course.unit.short_name,
        subject=_title,
    )
)


@view_rule("catalogue.view_tally", kind="list")
@require_GET
def contest_tally(request: DoorstepRequest) -> HttpResponse:
    """How the points and votes stand, for the office that holds the contest."""
    params = request.GET.dict()
    asked = whole(params.get("contest", "")) or 0
    listing = listing_of(TALLY, request.actor, params)
    held = contest_to_hold(asked, request.actor) if asked else None
    return render(request, "catalogue/contest_tally.html", {"listing": listing, "contest": held})


@view_rule("catalogue.object_contest", kind="contest_published")
def contest_object(request: DoorstepRequest, contest_id: int, entry_id: int) -> HttpResponse:
    """Say something against a result while it is made public."""
    actor = request.actor
    if not may(actor, "catalogue.object_contest"):
        raise NotPermitted(action="catalogue.object_contest")
    found = contest_by_id(contest_id, actor)
    entry = entry_by_id(entry_id, found)
    if found.published_on is None:
        return contest_again(request, found.pk, _("还没有公示结果，公示以后才能提异议。"))

    def page(problem: str) -> HttpResponse:
        shown = {"contest": found, "entry": entry, "problem": problem, "ends": publicity_ends(found)}
        return render(request, "catalogue/contest_object.html", shown, status=422 if problem else 200)

    if request.method != "POST":
        return page("")
    to = reverse("catalogue:contest", args=[found.pk])
    text = request.POST.get("text", "")[:1000]
    return press(
        request,
        _("已提交，主办单位会答复，答复写在这一页。"),
        object_to_entry,
        to=to,
        page=page,
        entry=entry,
        text=text,
    )


@view_rule("catalogue.call_contest", kind="contest_objection")
@require_POST
def objection_answer(request: DoorstepRequest, contest_id: int, objection_id: int) -> HttpResponse:
    """Answer what was said against a result."""
    found: Contest = contest_to_hold(contest_id, request.actor)
    objection = objection_by_id(objection_id, found)
    return press(
        request,
        _("已答复。"),
        answer_objection,
        to=reverse("catalogue:contest", args=[found.pk]),
        page=partial(contest_again, request, found.pk),
        objection=objection,
        upheld=request.POST.get("answer") == "uphold",
        answer=request.POST.get("note", "")[:1000],
    )
