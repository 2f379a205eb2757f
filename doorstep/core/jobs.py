"""Background work of core: deliver what was recorded, write exported lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.events import deliver_now
from doorstep.core.exports import Column, Sheet, write_workbook
from doorstep.core.listing import ListSpec, exported, filtered_rows, list_named
from doorstep.core.models import LongTask
from doorstep.core.tasks import StoppedByOwner, fail_task, finish_task, language_of, progress

_actor_of: Callable[[int], Actor] | None = None


def set_actor_loader(loader: Callable[[int], Actor]) -> None:
    """Tell core how to find the actor of an account; the directory does so when it loads."""
    global _actor_of
    _actor_of = loader


@app.task(name="core.deliver", queue="events", retry=RetryStrategy(max_attempts=10, exponential_wait=2))
def deliver(event: str, fields: dict[str, Any], key: str = "", account_id: int | None = None) -> None:
    """Run the handlers of one recorded event; repeated on failure, so handlers are repeatable."""
    deliver_now(event, fields, key=key, account_id=account_id)


@app.task(name="core.export_list", queue="exports")
def export_list(task_id: str) -> None:
    """Write the workbook of a list with the rights, and in the language, of the person who asked for it."""
    with language_of(task_id):
        _write_list(LongTask.objects.get(pk=task_id))


def _write_list(task: LongTask) -> None:
    actor, spec = actor_of_task(task), list_named(task.params["list"])
    columns = [Column(c.key, str(c.title), c.kind if c.kind in ("number", "date") else "text") for c in spec.columns]
    called = f"{task.title} {clock.local(clock.now()):%Y-%m-%d}.xlsx"
    with failing(task):
        rows, sums = _export_rows(spec, actor, task), list(_sums(spec, actor, task))
        leave_workbook(task, actor, columns=columns, rows=rows, called=called, beside=sums)


def _sums(spec: ListSpec, actor: Actor, task: LongTask) -> Iterator[Sheet]:
    """The sums over the rows of a list, where it has any."""
    if spec.sums is not None:
        rows, _order, _is_filtered = filtered_rows(spec, actor, task.params["params"])
        yield spec.sums(actor, rows)


def actor_of_task(task: LongTask) -> Actor:
    """Who asked for a piece of work, with the rights of today."""
    assert _actor_of is not None
    assert task.account_id is not None
    return _actor_of(task.account_id)


@contextmanager
def failing(task: LongTask) -> Iterator[None]:
    """What goes wrong with an export is told to who asked for it, and goes on."""
    try:
        yield
    except StoppedByOwner:
        return
    except Exception:
        fail_task(task.pk, error=_("导出没有做成。请稍后再试一次。"))
        raise


def leave_workbook(
    task: LongTask,
    actor: Actor,
    *,
    columns: Sequence[Column],
    rows: Iterable[Sequence[object]],
    called: str,
    note: str = "",
    beside: Sequence[Sheet] = (),
) -> None:
    """Finish an export: its workbook has the title of the task, who asked and when, and a note to the figures.

    The sheets `beside` follow the one with `rows`.
    """
    file, stamp = f"exports/{task.pk}.xlsx", f"{clock.local(clock.now()):%Y-%m-%d %H:%M}"
    footer = "　".join(part for part in (actor.name, stamp, note) if part)
    path = settings.MEDIA_ROOT / file
    count = write_workbook(path, title=task.title, columns=columns, rows=rows, footer=footer, beside=beside)
    finish_task(task.pk, result={"rows": count}, file=file, name=called)


def _export_rows(spec: ListSpec, actor: Actor, task: LongTask) -> Iterator[list[object]]:
    rows, _sort, _direction = filtered_rows(spec, actor, task.params["params"])
    for number, row in enumerate(rows.iterator(chunk_size=2000), start=1):
        if number % 2000 == 0:
            progress(task.pk, number, 0)
        yield [exported(column, row) for column in spec.columns]
