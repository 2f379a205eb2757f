"""A past day's coverage: at once, or worked out in the background when that takes longer than a page may."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.events import record
from doorstep.core.models import LongTask
from doorstep.core.permissions import require
from doorstep.core.services import ListExported
from doorstep.core.tasks import start_task
from doorstep.coverage.jobs import export_coverage, work_out_day
from doorstep.coverage.queries.days import KIND, day_params, day_work, figures_kept, takes_long
from doorstep.coverage.queries.figures import Coverage, coverage_of
from doorstep.coverage.rules import last_day

if TYPE_CHECKING:
    from doorstep.directory.models import Unit


def coverage_or_work(*, unit: Unit, year: int, on: date | None, actor: Actor) -> Coverage | LongTask:
    """The coverage of a unit as it stood on a day, or the work that will find it when nobody would wait so long.

    Work on the same day that is under way is joined, and what it found is answered for half an hour.
    """
    require(actor, "coverage.view_coverage", at=unit.path)
    known = None
    if takes_long(unit, year, on):
        task = day_work(unit, year, on, actor) or _begun(unit, year, on, actor)
        known = figures_kept(task)
        if known is None:
            return task
    return coverage_of(unit, year, on=on, known=known, actor=actor)


@transaction.atomic
def _begun(unit: Unit, year: int, on: date | None, actor: Actor) -> LongTask:
    title = _("%(unit)s截至 %(day)s 的覆盖") % {"unit": unit.short_name, "day": on or year}
    params = {**day_params(unit, year, on), "back": _page(unit, year, on)}
    task = start_task(kind=KIND, title=title, place=unit.path, params=params, actor=actor)
    work_out_day.defer(task_id=str(task.pk))
    return task


@transaction.atomic
def start_coverage_export(*, unit: Unit, year: int, on: date | None, actor: Actor) -> LongTask:
    """Begin the workbook of a unit's coverage on a day; the job writes what `actor` may see."""
    require(actor, "coverage.view_coverage", at=unit.path)
    day = on or last_day(year, clock.today())
    words = {"unit": unit.short_name, "year": year, "day": day}
    title = _("%(unit)s%(year)s年参训情况（截至 %(day)s）") % words
    params = {**day_params(unit, year, on), "back": _page(unit, year, on)}
    task = start_task(kind="list_export", title=title, place=unit.path, params=params, actor=actor)
    record(
        ListExported("coverage.units", str(task.pk)),
        actor=actor,
        place=unit.path,
        county="",
        subject=("task", task.pk),
        detail={"params": day_params(unit, year, on)},
    )
    export_coverage.defer(task_id=str(task.pk))
    return task


def _page(unit: Unit, year: int, on: date | None) -> str:
    asked = {"year": year, **({"on": on} if on else {})}
    return f"{reverse('coverage:unit', args=[unit.pk])}?{urlencode(asked)}"
