"""Who is covered, for machines."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpResponse
from ninja import Query, Router, Schema, Status

from doorstep.core import clock
from doorstep.core.api import Day, Id, TaskOut, Year, task_out
from doorstep.core.api import words as _
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule
from doorstep.coverage.queries.figures import Coverage, Figures, unit_in_reach
from doorstep.coverage.services import coverage_or_work

router = Router(tags=["coverage"])


class FiguresOut(Schema):
    """Members each once, comings each time, hours: three measures that are never mixed."""

    members: int
    leaders: int
    trained: int
    trained_leaders: int
    met: int
    met_leaders: int
    left: int
    percent: float | None
    person_times: int
    hours: float


class UnitFiguresOut(FiguresOut):
    """The figures of a unit with all below it."""

    unit: int
    name: str


class CoverageOut(Schema):
    """A unit's coverage: the whole, each unit directly below, and what belongs to the unit itself.

    `on` is the day it is for, `as_of` the moment up to which what was recorded is counted in.
    """

    unit: int
    year: int
    on: date
    as_of: datetime
    is_current: bool
    whole: FiguresOut
    own: FiguresOut
    children: list[UnitFiguresOut]


class CoverageFilters(Schema):
    """Which year (this one when not said), and as it stood on which day."""

    year: Year | None = None
    on: Day | None = None


_NAMES = tuple(FiguresOut.model_fields)


def _figures_out(figures: Figures) -> FiguresOut:
    return FiguresOut(**{name: getattr(figures, name) for name in _NAMES})


_AGAIN_SECONDS = "2"
_ANSWERS: Any = {200: CoverageOut, 202: TaskOut}


@router.get("/coverage/{int:unit_id}", response=_ANSWERS, summary=_("一个单位的参训覆盖"))
@view_rule("coverage.view_coverage", kind="unit")
def coverage(
    request: DoorstepRequest, response: HttpResponse, unit_id: Id, filters: Query[CoverageFilters]
) -> CoverageOut | Status[TaskOut]:
    """The coverage of a unit and of the units directly below it, in a year, as it stood on a day.

    A past day of a large unit is worked out in the background: 202 with the work, 200 once that is done.
    """
    unit = unit_in_reach(unit_id, request.actor)
    year = filters.year or (filters.on or clock.today()).year
    found = coverage_or_work(unit=unit, year=year, on=filters.on, actor=request.actor)
    if isinstance(found, Coverage):
        return _coverage_out(found)
    work = task_out(found)
    response["Location"], response["Retry-After"] = work.address, _AGAIN_SECONDS
    return Status(202, work)


def _coverage_out(found: Coverage) -> CoverageOut:
    return CoverageOut(
        unit=found.unit.pk,
        year=found.year,
        on=found.on,
        as_of=found.as_of,
        is_current=found.is_current,
        whole=_figures_out(found.whole),
        own=_figures_out(found.own),
        children=[
            UnitFiguresOut(unit=below.pk, name=below.short_name, **_figures_out(figures).model_dump())
            for below, figures in found.children
        ],
    )
