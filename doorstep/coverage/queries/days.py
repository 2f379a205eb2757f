"""Which past days take longer to work out than a page may, and which were worked out just now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.tasks import latest_task, task_by_id
from doorstep.coverage.models import Tally
from doorstep.coverage.queries.figures import Figures, figures_as_of
from doorstep.coverage.queries.kept import kept_years
from doorstep.coverage.rules import last_day
from doorstep.directory.queries import children_of, units_by_ids

if TYPE_CHECKING:
    from doorstep.core.models import LongTask
    from doorstep.directory.models import Unit

KIND = "coverage.day"
# About a second's work: so many members of a unit are worked out while the page waits.
AT_ONCE = 60_000
# What was worked out is shown again for so long; hours posted late for that day appear after it.
_SHOWN_FOR = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class DayFigures:
    """Figures of units as they stood on a day, and when they were worked out."""

    figures: Mapping[int, Figures]
    worked_out_at: datetime


def takes_long(unit: Unit, year: int, on: date | None) -> bool:
    """True for a past day, or a year not kept, of a unit with more members than are worked out in about a second."""
    today = clock.today()
    if (on is None or on >= last_day(year, today)) and (year == today.year or year in kept_years()):
        return False
    newest = Tally.objects.filter(unit=unit).order_by("-year").values_list("members", flat=True).first()
    return (newest or 0) > AT_ONCE


def day_params(unit: Unit, year: int, on: date | None) -> dict[str, Any]:
    """How the work on a day is known again."""
    return {"unit": unit.pk, "year": year, "on": on.isoformat() if on else ""}


def day_work(unit: Unit, year: int, on: date | None, actor: Actor) -> LongTask | None:
    """The work on a day that is under way, or done not long ago, for the same person."""
    task = latest_task(kind=KIND, params=day_params(unit, year, on), actor=actor)
    if task is None or task.status in ("failed", "stopped"):
        return None
    is_old = task.finished_at is not None and clock.now() - task.finished_at > _SHOWN_FOR
    return None if is_old else task


def figures_kept(task: LongTask) -> DayFigures | None:
    """The figures a finished piece of work has left."""
    if task.status != "done" or task.finished_at is None:
        return None
    rows = {
        int(unit): Figures(**{**row, "hours": Decimal(row["hours"])}) for unit, row in task.result["figures"].items()
    }
    return DayFigures(rows, task.finished_at)


def figures_of_day(task_id: str) -> dict[int, Figures]:
    """The figures that a piece of work asks for: of its unit and of those directly below it on that day."""
    task = task_by_id(task_id)
    year, on = task.params["year"], task.params["on"]
    latest = last_day(year, clock.today())
    day = min(date.fromisoformat(on), latest) if on else latest
    unit = units_by_ids([task.params["unit"]])[task.params["unit"]]
    return figures_as_of([unit.pk, *(child.pk for child in children_of(unit, on=day))], year, day)


def as_result(figures: Mapping[int, Figures]) -> dict[str, Any]:
    """Figures as a piece of work keeps them."""
    return {"figures": {str(unit): {**asdict(row), "hours": str(row.hours)} for unit, row in figures.items()}}
