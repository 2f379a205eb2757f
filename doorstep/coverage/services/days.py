"""Working a past day out in the background, when it takes longer than a page may."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from doorstep.core.actors import Actor
from doorstep.core.models import LongTask
from doorstep.core.permissions import require
from doorstep.core.tasks import start_task
from doorstep.coverage.jobs import work_out_day
from doorstep.coverage.queries.days import KIND, day_params, day_work

if TYPE_CHECKING:
    from doorstep.directory.models import Unit


@transaction.atomic
def start_day(*, unit: Unit, year: int, on: date | None, back: str, actor: Actor) -> LongTask:
    """Begin to work out how a unit stood on a day; work on the same day that is under way is joined.

    `back` is the address that shows the figures once they are there.
    """
    require(actor, "coverage.view_coverage", at=unit.path)
    running = day_work(unit, year, on, actor)
    if running is not None:
        return running
    title = _("%(unit)s截至 %(day)s 的覆盖") % {"unit": unit.short_name, "day": on or year}
    params = {**day_params(unit, year, on), "back": back}
    task = start_task(kind=KIND, title=title, place=unit.path, params=params, actor=actor)
    work_out_day.defer(task_id=str(task.pk))
    return task
