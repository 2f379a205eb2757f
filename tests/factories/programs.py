"""The product's own programs as processes of their own, before the database of the tests; made to be killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90


def database_address() -> str:
    """The address of the database of this test, for another process."""
    known = connection.settings_dict
    host = f"?host={known['HOST']}" if known["HOST"].startswith("/") else ""
    place = "" if host else f"{known['HOST']}:{known['PORT'] or 5432}"
    return f"postgresql://{known['USER']}:{known['PASSWORD']}@{place}/{known['NAME']}{host}"


def wait_until(holds: Callable[[], Any], what: str = "", seconds: float = PATIENCE) -> None:
    """Wait for something that must come true; raises AssertionError when it does not."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, f"waited in vain: {what}"
        time.sleep(0.05)


class Program:
    """`doorstep serve` or `doorstep worker`, in a process group of its own."""

    def __init__(self, name: str, data: Path | None = None) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.process = subprocess.Popen(
            [sys.executable, "-m", "doorstep", name],
            cwd=ROOT,
            env={
                **os.environ,
                "DATABASE_URL": database_address(),
                "DOORSTEP_PORT": str(self.port),
                "DOORSTEP_DATA": str(data or settings.DATA),
            },
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def wait(self) -> None:
        """Until the web server takes connections."""
        wait_until(self._listens, "the server comes up")

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True

    def kill(self) -> None:
        """kill -9, of everything that belongs to it."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def kill_alone(self) -> None:
        """kill -9 of its first process; what it started is left to itself."""
        self.process.kill()
        self.process.wait()

    def children(self) -> list[int]:
        """The numbers of the processes it started that still live, also after its own death."""
        found = []
        for folder in Path("/proc").iterdir():
            try:
                words = (folder / "stat").read_text().rpartition(")")[2].split()
            except (OSError, ValueError):
                continue
            if words[0] != "Z" and int(words[2]) == self.process.pid and folder.name != str(self.process.pid):
                found.append(int(folder.name))
        return found


class Gate:
    """A held lock: whoever needs what it holds waits before it, in the middle of whatever they do."""

    def __init__(self) -> None:
        self.line = psycopg.connect(database_address())

    def hold(self, statement: str, *values: Any) -> None:
        """Take a lock by a statement; it is held until `open`."""
        self.line.execute(statement, values)

    def has_waiting(self) -> bool:
        """True when somebody waits before the gate."""
        # From another line: a transaction sees the same activity from its first look to its end.
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE %s = ANY(pg_blocking_pids(pid))",
                [self.line.info.backend_pid],
            )
            return bool(cursor.fetchone()[0])

    def wait(self) -> None:
        """Until somebody waits before the gate."""
        wait_until(self.has_waiting, "somebody comes to the gate")

    def cut(self) -> None:
        """End the lines of those who wait, as if they had died a moment before they asked."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE %s = ANY(pg_blocking_pids(pid))",
                [self.line.info.backend_pid],
            )
        wait_until(lambda: not self.has_waiting(), "the cut lines end")

    def open(self) -> None:
        """Let everybody through."""
        self.line.rollback()


@contextmanager
def gate() -> Iterator[Gate]:
    """A gate that is open again afterwards, whatever happens."""
    made = Gate()
    try:
        yield made
    finally:
        made.line.close()


@contextmanager
def running(data: Path | None = None) -> Iterator[Callable[[str], Program]]:
    """Starts programs, on an empty queue; none of them outlives the block."""
    forget_jobs()
    started: list[Program] = []

    def start(name: str) -> Program:
        started.append(Program(name, data))
        return started[-1]

    try:
        yield start
    finally:
        for program in started:
            program.kill()
        wait_until(lambda: not any(program.children() for program in started), "what was started ends")
        forget_jobs()


def forget_jobs() -> None:
    """Empty the queue: earlier tests leave jobs behind whose rows are gone."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs, procrastinate_workers, procrastinate_events CASCADE")


def jobs_left() -> list[tuple[str, str]]:
    """Task and state of the jobs that are not done yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, status::text FROM procrastinate_jobs WHERE status <> 'succeeded' ORDER BY id")
        return list(cursor.fetchall())


def wait_for_jobs() -> None:
    """Wait until no job is left; raises AssertionError that names those that are."""
    with suppress(AssertionError):
        wait_until(lambda: not jobs_left())
    assert jobs_left() == []
