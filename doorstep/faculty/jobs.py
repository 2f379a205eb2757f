"""Background work of the faculty: teachers who have not answered are reminded."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from doorstep.core.actors import system_actor


# 09:15 where the teachers are: after the quiet hours, when offices are open. The queue counts in UTC.
@app.periodic(cron="15 1 * * *")
@app.task(name="faculty.remind", queue="events", lock="faculty.remind", retry=RetryStrategy(max_attempts=3, wait=60))
def remind_teachers(timestamp: int) -> None:
    """Remind the teachers who are awaited soon and have not said whether they come."""
    from doorstep.faculty.services.engagements import remind_engagements_due

    remind_engagements_due(actor=system_actor("faculty.remind_teachers"))
