"""How many arrivals at once become few commits: one thread writes for all who wait."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Sequence
from itertools import groupby

from doorstep.attendance.services.arrival_book import Arrival, Outcome
from doorstep.attendance.services.lines import Lines
from doorstep.attendance.services.refusals import NotAcknowledged

# Rows of one statement; more would make the last one wait longer than the next batch would.
_MOST = 128
_PATIENCE = 15.0

# After a batch of so many rows more are on their way: waiting this many seconds for them makes fewer, larger commits.
_CROWD = 6
_GATHERING = 0.002
_CROWD_IS_OVER = 0.1


class _Waiting:
    """An arrival on its way, and who waits for what becomes of it."""

    __slots__ = ("arrival", "future", "loop", "outcome")

    def __init__(self, arrival: Arrival, loop: asyncio.AbstractEventLoop) -> None:
        self.arrival = arrival
        self.loop = loop
        self.future: asyncio.Future[Outcome] = loop.create_future()
        self.outcome: Outcome | None = None

    def give_up(self) -> None:
        """Nothing was heard in time: not acknowledged, whatever is written later; the key makes sending again safe."""
        if not self.future.done():
            self.future.set_exception(NotAcknowledged())

    def settle(self) -> None:
        """Tell what became of it, on its own loop."""
        if self.outcome is None:
            self.give_up()
        elif not self.future.done():
            self.future.set_result(self.outcome)


class BurstWriter:
    """Takes single arrivals on event loops; each is answered when its row is durable.

    A thread of its own writes everything that waits in one statement and one commit. A statement that fails is
    repeated row by row, so that one bad row refuses only itself; keys make the repetition harmless.
    """

    def __init__(self, lines: Lines, *, most: int = _MOST, patience: float = _PATIENCE) -> None:
        self._lines = lines
        self._most = most
        self._patience = patience
        self._changed = threading.Condition()
        self._queue: deque[_Waiting] = deque()
        self._thread: threading.Thread | None = None
        self._is_idle = False
        self._is_closing = False

    async def take(self, arrival: Arrival) -> Outcome:
        """Write one arrival together with others; raises NotAcknowledged."""
        loop = asyncio.get_running_loop()
        mine = _Waiting(arrival, loop)
        with self._changed:
            if self._is_closing:
                raise NotAcknowledged
            self._queue.append(mine)
            if self._is_idle:
                self._changed.notify_all()
            elif self._thread is None:
                self._thread = threading.Thread(target=self._run, name="arrivals", daemon=True)
                self._thread.start()
        patience = loop.call_later(self._patience, mine.give_up)
        try:
            return await mine.future
        finally:
            patience.cancel()

    def close(self, seconds: float) -> bool:
        """Take nothing more and write what is on its way; False when that took longer than `seconds`."""
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()
        if self._thread:
            self._thread.join(seconds)
        return not (self._thread and self._thread.is_alive())

    def _run(self) -> None:
        last_count, last_at = 0, 0.0
        while self._wait_for_some():
            if last_count > _CROWD and time.monotonic() - last_at < _CROWD_IS_OVER:
                time.sleep(_GATHERING)
            with self._changed:
                batch = [self._queue.popleft() for _ in range(min(self._most, len(self._queue)))]
            self._write([waiting for waiting in batch if not waiting.future.done()])
            last_count, last_at = len(batch), time.monotonic()
            for loop, waiting in groupby(batch, key=lambda one: one.loop):
                _tell(loop, list(waiting))

    def _wait_for_some(self) -> bool:
        """True once somebody waits, False once nobody does any more."""
        with self._changed:
            while not self._queue:
                if self._is_closing:
                    return False
                self._is_idle = True
                self._changed.wait()
                self._is_idle = False
            return True

    def _write(self, batch: Sequence[_Waiting]) -> None:
        """Find the outcome of each; those left without one are not acknowledged."""
        if not batch:
            return
        try:
            with self._lines.borrow() as line:
                outcomes = line.take([waiting.arrival for waiting in batch])
            for waiting, outcome in zip(batch, outcomes, strict=True):
                waiting.outcome = outcome
        except NotAcknowledged:
            pass
        except Exception:
            # Whatever it was, the thread must live on: others wait behind it.
            self._write_singly(batch)

    def _write_singly(self, batch: Sequence[_Waiting]) -> None:
        for waiting in batch:
            try:
                with self._lines.borrow() as line:
                    (waiting.outcome,) = line.take([waiting.arrival])
            except Exception:
                waiting.outcome = None


def _tell(loop: asyncio.AbstractEventLoop, batch: Sequence[_Waiting]) -> None:
    """Settle many in one call: each call into a loop from outside wakes it."""
    if not loop.is_closed():
        loop.call_soon_threadsafe(_settle, batch)


def _settle(batch: Sequence[_Waiting]) -> None:
    for waiting in batch:
        waiting.settle()
