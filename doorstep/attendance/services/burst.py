"""How many arrivals at once become few commits: whoever is first writes for all who wait."""

from __future__ import annotations

import threading
import time
from collections import deque
from itertools import pairwise

import psycopg

from doorstep.attendance.services.arrival_book import Arrival, Outcome
from doorstep.attendance.services.lines import Lines
from doorstep.attendance.services.refusals import NotAcknowledged

# Rows of one statement; more would make the last one wait longer than the next batch would.
_MOST = 128
_PATIENCE = 15.0

# After a batch of so many rows more are on their way: waiting this many seconds for them makes fewer, larger commits.
_CROWD = 6
_GATHERING = 0.002


class _Waiting:
    """An arrival on its way, and the gate its thread waits at."""

    __slots__ = ("arrival", "failed", "following", "gate", "has_left", "is_served", "leads", "outcome")

    def __init__(self, arrival: Arrival) -> None:
        self.arrival = arrival
        self.outcome: Outcome | None = None
        self.failed = False
        self.leads = False
        self.is_served = False
        self.has_left = False
        self.following: _Waiting | None = None
        self.gate = threading.Lock()
        self.gate.acquire()


class BurstWriter:
    """Takes single arrivals from many threads; each returns when its row is durable.

    One thread at a time leads: it writes everything that waits in one statement and one commit, then hands
    the lead to the first who came meanwhile. A statement that fails is repeated row by row, so that one
    bad row refuses only itself; keys make the repetition harmless.
    """

    def __init__(self, lines: Lines, *, most: int = _MOST, patience: float = _PATIENCE) -> None:
        self._lines = lines
        self._most = most
        self._patience = patience
        self._lock = threading.Lock()
        self._queue: deque[_Waiting] = deque()
        self._is_led = False
        self._last_count = 0

    def take(self, arrival: Arrival) -> Outcome:
        """Write one arrival together with those of other threads; raises NotAcknowledged."""
        mine = _Waiting(arrival)
        with self._lock:
            self._queue.append(mine)
            mine.leads, self._is_led = not self._is_led, True
        if not mine.leads:
            self._wait(mine)
        if mine.leads:
            self._lead(mine)
        if mine.failed or mine.has_left or mine.outcome is None:
            raise NotAcknowledged
        return mine.outcome

    def drain(self, seconds: float) -> bool:
        """Wait until nothing is on its way; False when that took longer than `seconds`."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with self._lock:
                if not self._is_led:
                    return True
            time.sleep(0.01)
        return False

    def _wait(self, mine: _Waiting) -> None:
        if not mine.gate.acquire(timeout=self._patience):
            with self._lock:
                if not (mine.leads or mine.is_served):  # being written still, or not even begun: not acknowledged
                    mine.has_left = True
                    if mine in self._queue:
                        self._queue.remove(mine)
        if mine.following:
            mine.following.gate.release()

    def _lead(self, mine: _Waiting) -> None:
        """Write batches until one's own is done, then pass the lead on."""
        try:
            while mine.outcome is None and not mine.failed:
                if self._last_count > _CROWD:
                    time.sleep(_GATHERING)
                with self._lock:
                    batch = [self._queue.popleft() for _ in range(min(self._most, len(self._queue)))]
                self._last_count = len(batch)
                self._write(batch)
                self._wake([waiting for waiting in batch if waiting is not mine])
        finally:
            with self._lock:
                heir = self._queue[0] if self._queue else None
                if heir is None:
                    self._is_led = False
                else:
                    heir.leads = True
                    heir.gate.release()

    def _wake(self, served: list[_Waiting]) -> None:
        """Wake the first, who wakes the next: sixty threads woken at once would only queue for the interpreter."""
        with self._lock:
            there = [waiting for waiting in served if not waiting.has_left]
            for waiting, following in pairwise(there):
                waiting.following = following
            for waiting in there:
                waiting.is_served = True
        if there:
            there[0].gate.release()

    def _write(self, batch: list[_Waiting]) -> None:
        try:
            with self._lines.borrow() as line:
                outcomes = line.take([waiting.arrival for waiting in batch])
            for waiting, outcome in zip(batch, outcomes, strict=True):
                waiting.outcome = outcome
        except NotAcknowledged:
            for waiting in batch:
                waiting.failed = True
        except (psycopg.Error, ValueError):
            self._write_singly(batch)

    def _write_singly(self, batch: list[_Waiting]) -> None:
        for waiting in batch:
            try:
                with self._lines.borrow() as line:
                    (waiting.outcome,) = line.take([waiting.arrival])
            except (psycopg.Error, NotAcknowledged, ValueError):
                waiting.failed = True
