"""Judging and voting in a contest: entries by their number, without names."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from doorstep.catalogue.models import Contest
from doorstep.catalogue.pages.contests import contest_again
from doorstep.catalogue.queries.contests import contest_by_id, criteria_of, entry_by_id, juror_of
from doorstep.catalogue.queries.contests_blind import BlindEntry, edition_file_of, entries_to_judge
from doorstep.catalogue.services.contests_entries import judge_entry, vote_for
from doorstep.catalogue.services.contests_refusals import NotAJuror, OwnEntry
from doorstep.core.errors import Invalid, NotFound, NotPermitted, Refused
from doorstep.core.numbers import whole
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest
from doorstep.core.turning import press
from doorstep.core.views import kept_file, view_rule


def _judged_by(request: DoorstepRequest, contest_id: int) -> Contest:
    """The contest, for those who judge in it. Raises NotPermitted, NotFound, NotAJuror."""
    actor = request.actor
    if not may(actor, "catalogue.judge_contest"):
        raise NotPermitted(action="catalogue.judge_contest")
    found = contest_by_id(contest_id, actor)
    if juror_of(found, actor) is None:
        raise NotAJuror
    return found


def _blind(request: DoorstepRequest, contest: Contest, entry_id: int) -> BlindEntry:
    """One entry as its juror reads it. Raises NotFound, OwnEntry."""
    entries, _kept_out = entries_to_judge(contest, request.actor)
    found = next((one for one in entries if one.pk == entry_id), None)
    if found is not None:
        return found
    other = entry_by_id(entry_id, contest)
    if entries or _kept_out:
        raise OwnEntry(number=other.number)
    raise NotFound


@view_rule("catalogue.judge_contest", kind="contest_judged")
@require_GET
def contest_judge(request: DoorstepRequest, contest_id: int) -> HttpResponse:
    """What one judges, which of it is done, and of how many one keeps out."""
    found = _judged_by(request, contest_id)
    entries, kept_out = entries_to_judge(found, request.actor)
    shown = {
        "contest": found,
        "entries": [(one, sum(one.points.values()) if one.points else None) for one in entries],
        "kept_out": kept_out,
        "done": sum(bool(one.points) for one in entries),
    }
    return render(request, "catalogue/contest_judge.html", shown)


@view_rule("catalogue.judge_contest", kind="contest_judged_entry")
def contest_points(request: DoorstepRequest, contest_id: int, entry_id: int) -> HttpResponse:
    """One entry without names, and its points; POST gives them and goes on to the next."""
    found = _judged_by(request, contest_id)
    blind, criteria, problem = _blind(request, found, entry_id), criteria_of(found), ""
    sent = {one.key: request.POST.get(one.key, "") for one in criteria} if request.method == "POST" else None
    if sent is not None:
        points = {key: whole(value) for key, value in sent.items()}
        try:
            judge_entry(entry=entry_by_id(entry_id, found), points=points, actor=request.actor)
        except (Invalid, Refused) as refusal:
            problem = refusal.text
        else:
            messages.success(request, _("第 %(n)s 号已打分，打分截止以前还可以改。") % {"n": blind.number})
            return redirect(_next(request, found))
    rows: list[tuple[Any, Any]] = [(one, (sent or blind.points).get(one.key, "")) for one in criteria]
    shown = {"contest": found, "entry": blind, "rows": rows, "problem": problem}
    return render(request, "catalogue/contest_points.html", shown, status=422 if problem else 200)


def _next(request: DoorstepRequest, contest: Contest) -> str:
    """The next entry without points, or the list when all have theirs."""
    entries, _kept_out = entries_to_judge(contest, request.actor)
    waiting = next((one.pk for one in entries if not one.points), None)
    if waiting is None:
        return reverse("catalogue:contest_judge", args=[contest.pk])
    return reverse("catalogue:contest_points", args=[contest.pk, waiting])


@view_rule("catalogue.judge_contest", kind="contest_judged_entry")
@require_GET
def contest_file(request: DoorstepRequest, contest_id: int, entry_id: int) -> FileResponse:
    """What a course is taught from, under the number of the entry."""
    found = _judged_by(request, contest_id)
    blind = _blind(request, found, entry_id)
    file, ending = edition_file_of(blind.pk)
    return kept_file(file, called=f"{blind.number}{ending}")


@view_rule("catalogue.vote_contest", kind="contest_judged")
@require_POST
def contest_vote(request: DoorstepRequest, contest_id: int) -> HttpResponse:
    """Give one's vote, or give it to another entry instead."""
    found = contest_by_id(contest_id, request.actor)
    entry = entry_by_id(whole(request.POST.get("entry", "")) or 0, found)
    page = partial(contest_again, request, found.pk)
    to = reverse("catalogue:contest", args=[found.pk])
    return press(request, _("已投票，截止以前可以改投。"), vote_for, to=to, page=page, entry=entry)
