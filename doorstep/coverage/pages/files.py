"""A person's training file, with what the year still asks."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from doorstep.attendance.queries.codes import qr_data_uri
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import may
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule
from doorstep.coverage.pages.units import asked_year
from doorstep.coverage.queries.people import PersonStanding, standing_of
from doorstep.directory.queries import line_of
from doorstep.records.queries import FileYear, TrainingFile, proven, training_file_of

_YEARS_DRAWN = 6
_TALLEST = 84


@view_rule("records.view_file", kind="own_person")
@require_GET
def mine(request: DoorstepRequest) -> HttpResponse:
    """To one's own training file."""
    if request.actor.person_id is None:
        raise NotFound
    return redirect("coverage:training_file", request.actor.person_id)


@view_rule("records.view_file", kind="person")
@require_GET
def training_file(request: DoorstepRequest, person_id: int) -> HttpResponse:
    """A person's file: one year at a time, or all years, every line with its reason."""
    return render(request, "coverage/file.html", _context(request, person_id))


@view_rule("records.view_file", kind="person")
@require_GET
def training_file_print(request: DoorstepRequest, person_id: int) -> HttpResponse:
    """A year of the file as the form to sign and seal."""
    context = _context(request, person_id)
    year = context["year"]
    proof = context["file"].proof(year)
    address = f"{reverse('coverage:file_check')}?{urlencode({'number': proof.number, 'code': proof.code})}"
    posts = [p.post_name for p in context["file"].posts if p.valid_from.year <= year and not _ended_before(p, year)]
    context |= {"proof": proof, "qr": qr_data_uri(request.build_absolute_uri(address)), "posts": posts}
    return render(request, "coverage/file_print.html", context)


def _ended_before(post: Any, year: int) -> bool:
    return post.valid_to is not None and post.valid_to <= date(year, 1, 1)


@view_rule("", kind="none")
@require_GET
def file_check(request: DoorstepRequest) -> HttpResponse:
    """Whether a printed file is ours: number and code must belong together; names are shown to those in reach only."""
    number, code = request.GET.get("number", ""), request.GET.get("code", "")
    printed = proven(number, code)
    now = None
    if printed:
        try:
            now = training_file_of(printed.person_id, request.actor)
        except NotFound:
            now = None
    context = {"number": number, "code": code, "asked": bool(number or code), "printed": printed, "file": now}
    if printed and now:
        context["of_year"] = now.year(printed.year)
    return render(request, "coverage/file_check.html", context)


def _context(request: DoorstepRequest, person_id: int) -> dict[str, Any]:
    found = training_file_of(person_id, request.actor)
    year = asked_year(request.GET)
    stands = standing_of(person_id)
    every = request.GET.get("all") == "1"
    return {
        "file": found,
        "person": found.person,
        "unit": found.unit,
        "line": _line(found, request.actor),
        "year": year,
        "years": [(y, found.pending_in(y.year)) for y in (_all_years(found) if every else [found.year(year)])],
        "is_all": every,
        "known_years": sorted({clock.today().year, *(y.year for y in found.years)}, reverse=True),
        "of_year": found.year(year),
        "pending": found.pending_in(year),
        "standing": stands.get(year),
        "gap": _gap(stands.get(year)),
        "bars": _bars(found, stands),
        "may_reveal": may(request.actor, "directory.reveal_person", at=found.unit.path if found.unit else None),
        "is_own": person_id == request.actor.person_id,
    }


def _all_years(found: TrainingFile) -> list[FileYear]:
    """The years with lines, and those in which something is still to be credited; newest first."""
    known = {year.year for year in found.years} | {line.held_on.year for line in found.pending}
    return [found.year(year) for year in sorted(known, reverse=True)]


def _line(found: TrainingFile, actor: Actor) -> list[Any]:
    if found.unit is None:
        return []
    return [u for u in line_of(found.unit) if may(actor, "coverage.view_coverage", at=u.path)]


def _gap(standing: PersonStanding | None) -> Any:
    """Hours still missing this year, None when nothing is asked."""
    return max(standing.required - standing.earned, 0) if standing else None


def _bars(found: TrainingFile, stands: dict[int, PersonStanding]) -> list[dict[str, Any]]:
    """The last years as bars: hours, height in the picture, whether the year's requirement was met."""
    this = clock.today().year
    years = range(this - _YEARS_DRAWN + 1, this + 1)
    hours = {year: found.year(year).hours for year in years}
    most = max([*hours.values(), *(s.required for s in stands.values())], default=0) or 1
    return [
        {
            "year": year,
            "hours": hours[year],
            "x": 4 + 50 * index,
            "middle": 25 + 50 * index,
            "height": int(hours[year] * _TALLEST / most),
            "top": 100 - int(hours[year] * _TALLEST / most),
            "label": 96 - int(hours[year] * _TALLEST / most),
            "is_met": year in stands and stands[year].earned >= stands[year].required,
        }
        for index, year in enumerate(years)
    ]
