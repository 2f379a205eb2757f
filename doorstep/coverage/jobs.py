"""Background work of coverage: fold what changed, and follow the calendar."""

from __future__ import annotations

from datetime import timedelta

from django.utils.translation import gettext as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from doorstep.core import clock
from doorstep.core.actors import system_actor
from doorstep.core.exports import Column
from doorstep.core.jobs import actor_of_task, failing, leave_workbook
from doorstep.core.tasks import StoppedByOwner, fail_task, finish_task, language_of, progress, task_by_id
from doorstep.coverage.queries.days import as_result, coverage_of_work, figures_of_work
from doorstep.coverage.queries.figures import Coverage


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


@app.task(name="coverage.export", queue="exports")
def export_coverage(task_id: str) -> None:
    """Write the workbook of a unit's coverage with the rights, and in the language, of the person who asked for it."""
    with language_of(task_id):
        task = task_by_id(task_id)
        with failing(task):
            actor = actor_of_task(task)
            found = coverage_of_work(task_id, actor=actor, tell=lambda done, total: progress(task_id, done, total))
            note = _("人数每人只算一次，人次来几次算几次；比例取一位小数，不进位。")
            called = f"{task.title}.xlsx"
            leave_workbook(task, actor, columns=_columns(), rows=_rows(found), called=called, note=note)


def _columns() -> list[Column]:
    words = (
        *(_("应训（人）"), _("参训（人）"), _("参训比例（%）"), _("还没参训（人）"), _("学时达标（人）")),
        *(_("参训（人次）"), _("学时"), _("其中书记和班子成员应训（人）"), _("参训（人）"), _("学时达标（人）")),
    )
    return [Column("unit", _("单位")), *(Column(str(n), word, "number") for n, word in enumerate(words))]


def _rows(found: Coverage) -> list[list[object]]:
    """The units directly below in the order of the page, what belongs to the unit itself, the whole."""
    named = [(unit.short_name, figures) for unit, figures in found.children]
    if found.children and (found.own.members or found.own.person_times):
        named.append((_("直属本级"), found.own))
    return [
        [name, f.members, f.trained, f.percent, f.left, f.met, f.person_times, f.hours]
        + [f.leaders, f.trained_leaders, f.met_leaders]
        for name, f in [*named, (_("合计"), found.whole)]
    ]


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
