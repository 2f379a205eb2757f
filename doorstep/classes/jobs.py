"""Background work of classes: unused seats go back at the deadline, a class runs from its first session on."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from doorstep.core.actors import system_actor


@app.periodic(cron="*/10 * * * *")
@app.task(
    name="classes.return_seats",
    queue="events",
    lock="classes.return_seats",
    retry=RetryStrategy(max_attempts=3, wait=60),
)
def return_seats(timestamp: int) -> None:
    """Call in the unused seats of every class whose nominations are over."""
    from doorstep.classes.queries.seats import classes_with_due_seats
    from doorstep.classes.services.seats import return_due_seats

    for training_class in classes_with_due_seats():
        return_due_seats(training_class=training_class, actor=system_actor("classes.return_seats"))


@app.periodic(cron="*/5 * * * *")
@app.task(
    name="classes.start_due",
    queue="events",
    lock="classes.start_due",
    retry=RetryStrategy(max_attempts=3, wait=60),
)
def start_due(timestamp: int) -> None:
    """Let every class run whose first session has begun; branches put nobody forward from then on."""
    from doorstep.classes.queries.classes import classes_to_start
    from doorstep.classes.services.opening import start_class

    for training_class in classes_to_start():
        start_class(training_class=training_class, actor=system_actor("classes.start_due"))
