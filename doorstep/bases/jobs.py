"""What happens to the standards of bases with the day: evidence runs out."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from doorstep.core.actors import system_actor


# 00:15 where the trainees are; the queue counts in UTC.
@app.periodic(cron="15 16 * * *")
@app.task(name="bases.turn_day", queue="events", lock="bases.turn_day", retry=RetryStrategy(max_attempts=5, wait=60))
def turn_day(timestamp: int) -> None:
    """Judge every base anew by what is good today."""
    from doorstep.bases.services.standards import judge_standards

    judge_standards(actor=system_actor("bases.turn_day"))
