"""How long work tells where it stands: started here, moved on by the job, looked at by its owner."""

from __future__ import annotations

import uuid
from typing import Any

from django.utils.translation import get_language, override
from django.utils.translation import gettext_lazy as _

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound, Refused
from doorstep.core.models import LongTask


class StoppedByOwner(Refused):
    """The person who started the work has stopped it."""

    code = "task_stopped"
    template = _("已按您的要求停止，没有写入任何内容。")


def start_task(*, kind: str, title: str, place: str, params: dict[str, Any], actor: Actor) -> LongTask:
    """A new piece of long work owned by `actor`; the caller defers its job in the same transaction."""
    return LongTask.objects.create(
        kind=kind,
        title=title,
        place=place,
        params={**params, "language": get_language()},
        account_id=actor.account_id,
        created_at=clock.now(),
    )


def latest_task(*, kind: str, params: dict[str, Any], actor: Actor) -> LongTask | None:
    """The newest of one's own tasks of a kind that was started with these parameters, or None."""
    rows = LongTask.objects.filter(account_id=actor.account_id, kind=kind, params__contains=params)
    return rows.order_by("-created_at").first() if actor.account_id else None


def task_by_id(task_id: uuid.UUID | str) -> LongTask:
    """The task that a job works on."""
    return LongTask.objects.get(pk=task_id)


def language_of(task_id: uuid.UUID | str) -> override:
    """The language of the person who started the work, to be used in a `with` around the job."""
    return override(LongTask.objects.values_list("params__language", flat=True).get(pk=task_id))


def progress(task_id: uuid.UUID | str, done: int, total: int, note: str = "") -> None:
    """Say how far the work is; raises StoppedByOwner when it was stopped meanwhile."""
    moved = LongTask.objects.filter(pk=task_id, status__in=["queued", "running"]).update(
        status="running", done=done, total=total, note=note, beat_at=clock.now()
    )
    if not moved:
        raise StoppedByOwner


def finish_task(
    task_id: uuid.UUID | str, *, result: dict[str, Any] | None = None, file: str = "", name: str = ""
) -> None:
    """The work is done; `file` is its result below MEDIA_ROOT, `name` what the person downloads it as."""
    LongTask.objects.filter(pk=task_id).exclude(status="stopped").update(
        status="done", result=result or {}, result_file=file, result_name=name, finished_at=clock.now()
    )


def fail_task(task_id: uuid.UUID | str, *, error: str) -> None:
    """The work could not be done; `error` says in plain words why and what to do."""
    LongTask.objects.filter(pk=task_id).exclude(status="stopped").update(
        status="failed", error=error[:400], finished_at=clock.now()
    )


def stop_task(task_id: uuid.UUID | str, *, actor: Actor) -> None:
    """The owner stops the work; raises NotFound for anybody else's."""
    changed = LongTask.objects.filter(pk=task_id, account_id=actor.account_id, status__in=["queued", "running"]).update(
        status="stopped", finished_at=clock.now()
    )
    if not changed and not LongTask.objects.filter(pk=task_id, account_id=actor.account_id).exists():
        raise NotFound


def task_of(task_id: uuid.UUID | str, actor: Actor) -> LongTask:
    """One's own long task; raises NotFound."""
    try:
        return LongTask.objects.get(pk=task_id, account_id=actor.account_id)
    except LongTask.DoesNotExist:
        raise NotFound from None
