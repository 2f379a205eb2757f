"""How a long roster is judged by several processes at once, as if one had done it.

Each worker reads the whole file but parses and judges only its own pieces of it, in turn. What spans pieces is settled
here, in the order of the sheet: ID numbers that come twice, and the heading of the section a row stands under. Workers
look things up over connections of their own; only this process writes, so the check stays one transaction.
"""

from __future__ import annotations

import contextlib
import gc
import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle
from multiprocessing.connection import Connection, wait
from typing import Any, cast

from django.db import DEFAULT_DB_ALIAS, connection, connections

from doorstep.directory.jobs.roster_judging import Judged, Judging, Reading, RosterTask, row_checker
from doorstep.directory.rules.roster_rows import SeenNumbers, number_key, said_twice
from doorstep.directory.rules.roster_source import Row, XlsxSource
from doorstep.directory.rules.upload_guard import FileRefused
from doorstep.directory.services.roster_lines import COPY_ROWS, RowLines
from doorstep.directory.services.roster_tally import RosterTally, is_kept

LONG = 5000  # rows; a shorter roster is judged before it has been shared out
MOST_WORKERS = 2
GRACE = 5  # seconds a worker has for the piece it is at, once nobody listens any more
Report = Callable[[int, int], None]


def is_worth_sharing(reading: Reading) -> bool:
    """True for a long workbook on a machine with cores to share it among; blocks over several rows keep it together."""
    is_long = isinstance(reading.source, XlsxSource) and reading.facts.rows >= LONG
    return is_long and not reading.facts.merged and (os.cpu_count() or 1) > 1


def lay_down_shared(import_id: int, task: RosterTask, reading: Reading, report: Report) -> RosterTally:
    """Have every row judged and COPY those worth keeping, in order; return what was counted. Raises FileRefused."""
    tally, seen, section = RosterTally(), SeenNumbers(), ""
    # One COPY for all: its lines are sent off, and the server takes them in while the next piece is judged.
    with (
        _workers(import_id, task, reading) as pipes,
        connection.cursor() as cursor,
        cursor.copy(COPY_ROWS) as copy,
    ):
        inbox = _Inbox(pipes)
        behind: Connection[Any, Any] | None = None
        turns = cycle(pipes)
        while True:
            pipe = next(turns)
            told = inbox.next_of(pipe)
            if told is not None:
                numbers, last_section = told
                twice = [(row, found) for row, *key in numbers if (found := seen.take(row, *key))]
                # To a worker that has died meanwhile nothing can be said; that it has is heard next.
                with contextlib.suppress(OSError):
                    pipe.send((twice, section))
                section = last_section or section
            # While this worker goes on, the piece before its own is laid down.
            if behind is not None:
                lines, counted = inbox.next_of(behind)
                copy.write(lines)
                tally.take(counted)
                report(tally.rows, max(reading.facts.rows, tally.rows))
            if told is None:
                break
            behind = pipe
    return tally


class _Inbox:
    """What the workers have said and nobody has asked for yet.

    All are listened to while one is waited for: a worker whose lines fill its pipe would stand still until its turn.
    """

    def __init__(self, pipes: list[Connection[Any, Any]]) -> None:
        self._open = list(pipes)
        self._said: dict[Connection[Any, Any], deque[Any]] = {pipe: deque() for pipe in pipes}

    def next_of(self, pipe: Connection[Any, Any]) -> Any:
        """What this worker says next; raises FileRefused when it said why, or was ended by its limit: too heavy."""
        while not self._said[pipe]:
            if pipe not in self._open:
                raise FileRefused("file.too_heavy")
            for ready in cast("list[Connection[Any, Any]]", wait(self._open)):
                self._listen(ready)
        told = self._said[pipe].popleft()
        if isinstance(told, FileRefused):
            raise told
        return told

    def _listen(self, pipe: Connection[Any, Any]) -> None:
        try:
            self._said[pipe].append(pipe.recv())
        except (EOFError, OSError):
            self._open.remove(pipe)


@contextmanager
def _workers(import_id: int, task: RosterTask, reading: Reading) -> Iterator[list[Connection[Any, Any]]]:
    """The near ends of pipes to workers, each with its own share of the sheet; all have ended with the block."""
    forked = multiprocessing.get_context("fork")
    processes, pipes = [], []
    worker = _Worker(import_id, task, reading)
    # What is there already stays one copy for all: the collector of a worker leaves it alone.
    gc.freeze()
    try:
        for part in range(MOST_WORKERS):
            near, far = forked.Pipe()
            pipes.append(near)
            processes.append(forked.Process(target=worker.run, args=(part, far, list(pipes)), daemon=True))
            processes[-1].start()
            far.close()
        yield pipes
    finally:
        gc.unfreeze()
        # Whoever still works hears at its next word that nobody listens, and ends by itself.
        for pipe in pipes:
            pipe.close()
        for process in processes:
            process.join(GRACE)
            process.kill()
            process.join()


def _connect_anew() -> None:
    """From now on this process has a connection of its own; the parent's and its pool are left untouched."""
    ours = connections.create_connection(DEFAULT_DB_ALIAS)
    options = {name: value for name, value in ours.settings_dict["OPTIONS"].items() if name != "pool"}
    ours.settings_dict = {**ours.settings_dict, "OPTIONS": options}
    connections[DEFAULT_DB_ALIAS] = ours


class _Worker:
    """Judges every n-th piece of a sheet and hands over its lines."""

    _pipe: Connection[Any, Any]

    def __init__(self, import_id: int, task: RosterTask, reading: Reading) -> None:
        assert isinstance(reading.source, XlsxSource)
        self._source, self._sheet = reading.source, reading.facts.sheet
        self._checker = row_checker(task, reading, finds_twice=False)
        self._judging = Judging(task)
        self._lines = RowLines(import_id, reading.layout)

    def run(self, part: int, pipe: Connection[Any, Any], near_ends: list[Connection[Any, Any]]) -> None:
        """The life of the process: the connection to the database stays the parent's, as do the near ends."""
        self._pipe = pipe
        for near in near_ends:
            near.close()
        _connect_anew()
        try:
            self.judge(part)
        except (EOFError, BrokenPipeError):
            os._exit(1)  # nobody listens any more

    def judge(self, part: int) -> None:
        """Judge the pieces whose turn it is, then say that there are no more; or why the file is refused."""
        try:
            for rows in self._source.reopened().parts(self._sheet, part, MOST_WORKERS):
                self._piece(list(rows))
        except FileRefused as refused:
            self._pipe.send(refused)
        else:
            self._pipe.send(None)

    def _piece(self, rows: list[Row]) -> None:
        judged = self._checked(rows, "")
        section, looks_up = self._checker.section, self._checker.wants_section
        numbers = [(row.result.row, *key) for row in judged if (key := number_key(row.result.fields))]
        self._pipe.send((numbers, section))
        twice, section_above = self._pipe.recv()
        if looks_up and section_above:
            judged = self._checked(rows, section_above)
        by_number = {row.result.row: row.result for row in judged} if twice else {}
        for number, found in twice:
            by_number[number].problems.append(said_twice(number, found))
        self._judging.judge(judged)
        tally = RosterTally()
        for row in judged:
            tally.add(row)
        kept = [row for row in judged if is_kept(row)]
        self._pipe.send((self._lines.laid_out(kept).encode(), tally))

    def _checked(self, rows: list[Row], section: str) -> list[Judged]:
        self._checker.section, self._checker.wants_section = section, False
        return [Judged(self._checker.check(number, cells), cells=cells) for number, cells in rows]
