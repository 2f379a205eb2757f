"""Background work of notices: messages that are due leave, old ones are removed."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from doorstep.core.actors import system_actor


@app.periodic(cron="* * * * *")
@app.task(name="notices.send_due", queue="events", lock="notices.send_due", queueing_lock="notices.send_due")
def send_messages_due(timestamp: int) -> None:
    """Send what is due by the channels people chose; the next minute follows up on what failed."""
    from doorstep.notices.services.sending import send_due

    send_due(actor=system_actor("notices.send_due"))


# 00:35 where the trainees are; the queue counts in UTC.
@app.periodic(cron="35 16 * * *")
@app.task(name="notices.prune", queue="events", lock="notices.prune", retry=RetryStrategy(max_attempts=3, wait=60))
def prune(timestamp: int) -> None:
    """Remove messages older than they are kept."""
    from doorstep.notices.services.messages import prune_messages

    prune_messages(actor=system_actor("notices.prune"))


# 09:05 where the trainees are: after the quiet hours, when offices are open.
@app.periodic(cron="5 1 * * *")
@app.task(name="notices.remind", queue="events", lock="notices.remind", retry=RetryStrategy(max_attempts=3, wait=60))
def remind_circulars(timestamp: int) -> None:
    """Ask again for circulars whose last day is near or just over."""
    from doorstep.notices.services.reminders import remind_circulars_due

    remind_circulars_due(actor=system_actor("notices.remind_circulars"))
