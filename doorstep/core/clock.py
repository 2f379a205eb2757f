"""What time is it, for everybody: one clock that tests can hold."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils import timezone

LOCAL_ZONE = ZoneInfo("Asia/Shanghai")

_frozen: ContextVar[datetime | None] = ContextVar("frozen_clock", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _frozen.get() or timezone.now()


def today() -> date:
    """Today's date where the trainees are (Asia/Shanghai)."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """`moment` on the wall clock of Asia/Shanghai."""
    return moment.astimezone(LOCAL_ZONE)


def day_and_time(moment: datetime) -> str:
    """`moment` on the wall clock of Asia/Shanghai, in few signs: 11-24 08:30."""
    return f"{local(moment):%m-%d %H:%M}"


def at_local(day: date, hour: int, minute: int = 0) -> datetime:
    """The aware moment of a wall-clock time in Asia/Shanghai on `day`."""
    return datetime.combine(day, time(hour, minute), tzinfo=LOCAL_ZONE)


@contextmanager
def frozen(moment: datetime) -> Iterator[datetime]:
    """Hold the clock of this thread at `moment` (tests and the demo city's history)."""
    token = _frozen.set(moment)
    try:
        yield moment
    finally:
        _frozen.reset(token)
