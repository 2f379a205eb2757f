"""What happens to bases with time: evidence for standards runs out, and so do the holds of venues."""

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


@app.periodic(cron="*/10 * * * *")
@app.task(
    name="bases.expire_holds", queue="events", lock="bases.expire_holds", retry=RetryStrategy(max_attempts=3, wait=60)
)
def expire_holds_due(timestamp: int) -> None:
    """Let go of the holds that nobody confirmed in time."""
    from doorstep.bases.services.using import expire_holds

    expire_holds(actor=system_actor("bases.expire_holds"))
