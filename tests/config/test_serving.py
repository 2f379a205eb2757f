"""A worker whose database went away ends, so that it is started again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, cast

from procrastinate import App

from doorstep.config.serving import _work
from tests.factories.loops import waited

LONG = 60.0


class Queue:
    """A queue whose database is away: who asks it waits, and a cancellation comes back as a lost connection."""

    def __init__(self) -> None:
        self.job_manager = self
        self.is_asked = asyncio.Event()

    @asynccontextmanager
    async def open_async(self) -> AsyncIterator[None]:
        """Nothing to open."""
        yield

    async def run_worker_async(self, **_settings: Any) -> None:
        """Give up as soon as somebody waits for the database."""
        await self.is_asked.wait()

    async def get_stalled_jobs(self, **_how: Any) -> list[Any]:
        """Wait; the first cancellation is taken for something else."""
        is_first = not self.is_asked.is_set()
        self.is_asked.set()
        try:
            await asyncio.sleep(LONG)
        except asyncio.CancelledError:
            if is_first:
                raise ConnectionError("lost") from None
            raise
        return []


async def ends_within(seconds: float) -> bool:
    """Whether the work is over that soon after the worker has given up."""
    work = asyncio.create_task(_work(cast("App", Queue())))
    done, _waiting = await asyncio.wait({work}, timeout=seconds)
    return work in done


def test_a_worker_that_lost_its_database_ends_though_a_cancellation_got_lost() -> None:
    assert waited(ends_within(2))
