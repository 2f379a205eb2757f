"""Background work of coverage: fold what changed, and follow the calendar."""

from __future__ import annotations

from datetime import timedelta

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from doorstep.core import clock
from doorstep.core.actors import system_actor


@app.task(name="coverage.fold", queue="events", lock="coverage.fold", retry=RetryStrategy(max_attempts=10, wait=1))
def fold() -> None:
    """Fold the deltas that wait; jobs of this kind run one after another."""
    from doorstep.coverage.services import fold_deltas

    fold_deltas(actor=system_actor("coverage.fold"))


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
