"""Which past days take longer to work out than a page may, and which were worked out just now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.tasks import latest_task, task_by_id
from doorstep.coverage.models import Tally
from doorstep.coverage.queries.figures import Coverage, Figures, coverage_of, figures_in_steps
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
    """Figures of units as they stood on a day; what was recorded up to `as_of` is counted in."""

    figures: Mapping[int, Figures]
    as_of: datetime


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
    if task.status != "done":
        return None
    rows = {
        int(unit): Figures(**{**row, "hours": Decimal(row["hours"])}) for unit, row in task.result["figures"].items()
    }
    return DayFigures(rows, datetime.fromisoformat(task.result["as_of"]))


def figures_of_day(unit: Unit, year: int, on: date | None, *, tell: Callable[[int, int], None]) -> DayFigures:
    """The figures of a unit and of those directly below it on a day, in steps; `tell` hears how many people of all
    are done.
    """
    latest = last_day(year, clock.today())
    day, since = min(on, latest) if on else latest, clock.now()
    ids = [unit.pk, *(child.pk for child in children_of(unit, on=day))]
    return DayFigures(figures_in_steps(ids, year, day, tell=tell), since)


def figures_of_work(task_id: str, *, tell: Callable[[int, int], None]) -> DayFigures:
    """The figures that a piece of work asks for."""
    return figures_of_day(*_asked_of(task_id), tell=tell)


def _asked_of(task_id: str) -> tuple[Unit, int, date | None]:
    params = task_by_id(task_id).params
    unit = units_by_ids([params["unit"]])[params["unit"]]
    return unit, params["year"], date.fromisoformat(params["on"]) if params["on"] else None


def coverage_in_steps(
    unit: Unit, year: int, on: date | None, *, actor: Actor, tell: Callable[[int, int], None]
) -> Coverage:
    """`coverage_of` for who can wait: what takes long is worked out in steps, and `tell` hears of them."""
    known = figures_of_day(unit, year, on, tell=tell) if takes_long(unit, year, on) else None
    return coverage_of(unit, year, on=on, known=known, actor=actor)


def coverage_of_work(task_id: str, *, actor: Actor, tell: Callable[[int, int], None]) -> Coverage:
    """The coverage that a piece of work asks for; raises NotFound for what `actor` may not see any more."""
    return coverage_in_steps(*_asked_of(task_id), actor=actor, tell=tell)


def as_result(found: DayFigures) -> dict[str, Any]:
    """Figures as a piece of work keeps them."""
    figures = {str(unit): {**asdict(row), "hours": str(row.hours)} for unit, row in found.figures.items()}
    return {"figures": figures, "as_of": found.as_of.isoformat()}
