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
