"""What happens to people with the day: memberships begin and end, and rights follow."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from doorstep.core.actors import system_actor


# 00:01 where the trainees are, before the figures of the day are worked out; the queue counts in UTC.
@app.periodic(cron="1 16 * * *")
@app.task(
    name="directory.turn_day", queue="events", lock="directory.turn_day", retry=RetryStrategy(max_attempts=5, wait=60)
)
def turn_day(timestamp: int) -> None:
    """Place everybody where they belong from today on."""
    from doorstep.directory.services.people import follow_memberships

    follow_memberships(actor=system_actor("directory.turn_day"))
