"""Background work of classes: seats that go back, classes that begin, orders that nobody answers."""

from __future__ import annotations

from django.utils.translation import gettext as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from doorstep.core import clock
from doorstep.core.actors import system_actor
from doorstep.core.exports import Column
from doorstep.core.jobs import actor_of_task, failing, leave_workbook
from doorstep.core.tasks import language_of, task_by_id


@app.task(name="classes.export_will", queue="exports")
def export_will(task_id: str) -> None:
    """Write the workbook of what was chosen and assigned, with the rights of the person who asked for it."""
    from doorstep.classes.queries.will import unit_with_will, will_of, will_rows

    with language_of(task_id):
        task = task_by_id(task_id)
        with failing(task):
            actor = actor_of_task(task)
            unit = unit_with_will(int(task.params["unit"]), actor)
            found = will_of(unit, int(task.params["year"]))
            note = _("人次来几次算几次，人数每人只算一次，两样不相加；比例取一位小数，不进位。")
            note += _("数字更新到 %(t)s。") % {"t": f"{clock.local(found.as_of):%Y-%m-%d %H:%M}"}
            columns = [Column("part", _("分类")), Column("line", _("项目"))]
            columns += [Column(str(n), word, "number") for n, word in enumerate(will_heads())]
            called = f"{task.title}.xlsx"
            leave_workbook(task, actor, columns=columns, rows=will_rows(found), called=called, note=note)


# 00:10 where the trainees are; the queue counts in UTC.
@app.periodic(cron="10 16 * * *")
@app.task(
    name="classes.count_will", queue="events", lock="classes.count_will", retry=RetryStrategy(max_attempts=5, wait=60)
)
def count_will(timestamp: int) -> None:
    """Count the years that pages show, and the coming one, anew; changes since then are followed as they happen."""
    from doorstep.classes.queries.will import YEARS_BACK
    from doorstep.classes.services.will_keeping import recount_will

    this_year = clock.today().year
    for year in range(this_year - YEARS_BACK, this_year + 2):
        recount_will(year=year, actor=system_actor("classes.count_will"))


def will_heads() -> tuple[str, ...]:
    """What each figure of a line of the workbook is."""
    return (
        *(_("自选（人次）"), _("安排（人次）"), _("自选占人次（%）"), _("自己选过的（人）"), _("参加的（人）")),
        *(_("自己点的单"), _("安排的单"), _("自己点的占单数（%）")),
    )


@app.task(name="classes.send_outside_text", queue="events", retry=RetryStrategy(max_attempts=10, exponential_wait=4))
def send_outside_text(text_id: int) -> None:
    """Send a short message to a group from outside, once what it tells of has been committed."""
    from doorstep.classes.services.outside_ends import send_text

    send_text(text_id=text_id, actor=system_actor("classes.text_outside"))


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


@app.periodic(cron="*/10 * * * *")
@app.task(
    name="classes.offer_days",
    queue="events",
    lock="classes.offer_days",
    retry=RetryStrategy(max_attempts=3, wait=60),
)
def offer_days(timestamp: int) -> None:
    """Keep days that came free for the orders that wait, and give on those that were not taken in time."""
    from doorstep.classes.services.order_waiting import offer_days as give_out

    give_out(actor=system_actor("classes.offer_days"))


@app.periodic(cron="25 16 * * *")
@app.task(
    name="classes.watch_orders",
    queue="events",
    lock="classes.watch_orders",
    retry=RetryStrategy(max_attempts=3, wait=60),
)
def watch_orders(timestamp: int) -> None:
    """After midnight: let orders lapse whose time is past, and tell the level above of those nobody answered."""
    from doorstep.classes.queries.orders import orders_overdue, orders_past
    from doorstep.classes.services.orders import lapse_order, tell_overdue

    actor = system_actor("classes.watch_orders")
    for order in orders_past():
        lapse_order(order=order, actor=actor)
    for order in orders_overdue():
        tell_overdue(order=order, actor=actor)


@app.periodic(cron="40 16 * * *")
@app.task(
    name="classes.erase_outside",
    queue="events",
    lock="classes.erase_outside",
    retry=RetryStrategy(max_attempts=3, wait=60),
)
def erase_outside(timestamp: int) -> None:
    """After midnight: erase contacts of groups from outside whose time is over."""
    from doorstep.classes.services.outside_ends import erase_due

    erase_due(actor=system_actor("classes.erase_outside"))
