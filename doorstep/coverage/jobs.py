"""Background work of coverage: fold what changed, and follow the calendar."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from doorstep.core import clock
from doorstep.core.actors import system_actor
from doorstep.core.tasks import StoppedByOwner, fail_task, finish_task, language_of, progress
from doorstep.coverage.queries.days import as_result, figures_of_work


@app.task(name="coverage.fold", queue="events", lock="coverage.fold", retry=RetryStrategy(max_attempts=10, wait=1))
def fold() -> None:
    """Fold the deltas that wait; jobs of this kind run one after another."""
    from doorstep.coverage.services import fold_deltas

    fold_deltas(actor=system_actor("coverage.fold"))


@app.task(name="coverage.work_out_day", queue="exports")
def work_out_day(task_id: str) -> None:
    """Work out how a unit and those below it stood on a day, with the rights of the person who asked."""

    def tell(done: int, total: int) -> None:
        progress(task_id, done, total, _("正在按那一天的组织关系、隶属和学时重算"))

    with language_of(task_id):
        try:
            found = figures_of_work(task_id, tell=tell)
            progress(task_id, 1, 1, _("算好了，点“返回”看结果。"))
        except StoppedByOwner:
            return
        except Exception:
            fail_task(task_id, error=_("没有算成。请稍后再看一次这一天。"))
            raise
        finish_task(task_id, result=as_result(found))


# 00:05 where the trainees are; the queue counts in UTC.
@app.periodic(cron="5 16 * * *")
@app.task(
    name="coverage.turn_day", queue="events", lock="coverage.turn_day", retry=RetryStrategy(max_attempts=5, wait=60)
)
def turn_day(timestamp: int) -> None:
    """Work the current year out anew: memberships, posts and placements begin and end with the day.

    On the first of January the year before is worked out once more, on its last day.
    """
    from doorstep.coverage.services import rebuild_year

    today = clock.today()
    for year in sorted({today.year, (today - timedelta(days=1)).year}):
        rebuild_year(year=year, actor=system_actor("coverage.turn_day"))
