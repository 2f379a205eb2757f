"""The few database connections that arrivals have to themselves, and whether what they wrote is safe."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any, Self

import psycopg
from django.db import connections

from doorstep.attendance.services.arrival_book import Arrival, ArrivalBook, Outcome
from doorstep.attendance.services.refusals import NotAcknowledged
from doorstep.attendance.services.uploads import Answered, KeyKnown, Upload, UploadBook, owner_of

# Plans of this one statement: made once, by index, whatever the tables' statistics say at that moment.
_PLANNING = (
    "plan_cache_mode=force_generic_plan",
    *(f"enable_{way}=off" for way in ("seqscan", "hashjoin", "mergejoin", "material", "memoize")),
    "jit=off",
)
_LIMITS = ("statement_timeout=8000", "lock_timeout=4000", "timezone=UTC")

# More writers at once would only wait for each other, and the server has so many connections for all.
_MOST = 8
_PATIENCE = 15.0


def _connect() -> psycopg.Connection[Any]:
    """A connection to Django's database, committing each statement by itself."""
    known = connections["default"].get_connection_params()
    wanted = {k: v for k, v in known.items() if k not in ("cursor_factory", "context", "prepare_threshold", "pool")}
    pooler = os.environ.get("DOORSTEP_PGBOUNCER") == "1"
    if not pooler:
        ours = " ".join(f"-c {one}" for one in (*_PLANNING, *_LIMITS))
        wanted["options"] = f"{wanted.get('options', '')} {ours}".strip()
    return psycopg.connect(**wanted, autocommit=True, prepare_threshold=None if pooler else 0)


@cache
def _numbered(statement: str) -> tuple[str, tuple[str, ...]]:
    """The statement with `$1` for `%(name)s`, and the names in their order; psycopg would look for them each time."""
    names = tuple(dict.fromkeys(re.findall(r"%\((\w+)\)s", statement)))
    return re.sub(r"%\((\w+)\)s", lambda m: f"${names.index(m.group(1)) + 1}", statement), names


class _Cursor(psycopg.RawCursor[Any]):
    """Runs statements with `%(name)s` parameters, prepared once for each connection."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> Self:
        """Run one statement."""
        text, names = _numbered(query)
        return super().execute(text, [params[name] for name in names], **options)


class Line:
    """One connection; a COMMIT that the server answered with a warning is not taken as done."""

    def __init__(self) -> None:
        self._connection = _connect()
        self._connection.add_notice_handler(self._notice)
        self._warned = False

    def _notice(self, notice: psycopg.errors.Diagnostic) -> None:
        self._warned = self._warned or notice.severity_nonlocalized == "WARNING"

    def take(self, rows: Sequence[Arrival], *, upload: str = "") -> list[Outcome]:
        """Write `rows` and return only once they are safe; raises NotAcknowledged or psycopg.Error."""
        self._warned = False
        with _Cursor(self._connection) as cursor:
            outcomes = ArrivalBook(cursor).take(rows, upload=upload)
        if self._warned:
            raise NotAcknowledged
        return outcomes

    def take_once(self, upload: Upload, answered: Answered) -> str:
        """The answer to an upload, the same for the same key, and only once it is safe.

        Whether the key is known is seen when its answer is to be kept; then everything is undone and the answer
        recalled. Raises TokenRefused, KeyReused, NotAcknowledged or psycopg.Error.
        """
        self._warned = False
        try:
            with self._connection.transaction(), _Cursor(self._connection) as cursor:
                answer = UploadBook(cursor).write(upload, answered)
        except KeyKnown:
            with _Cursor(self._connection) as cursor:
                answer = UploadBook(cursor).recall(upload)
        if self._warned:
            raise NotAcknowledged
        return answer

    def owner_of(self, digest: bytes) -> int:
        """The account a token belongs to, whether or not the token still opens a door; raises TokenRefused."""
        with _Cursor(self._connection) as cursor:
            return owner_of(cursor, digest)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


class Lines:
    """Connections kept for the next caller, a few at most; one that failed is thrown away."""

    def __init__(self, *, most: int = _MOST, patience: float = _PATIENCE) -> None:
        self._idle: list[Line] = []
        self._lock = threading.Lock()
        self._turns = threading.BoundedSemaphore(most)
        self._patience = patience

    @contextmanager
    def borrow(self) -> Iterator[Line]:
        """A connection for the time of one write; raises NotAcknowledged when none comes free in time."""
        if not self._turns.acquire(timeout=self._patience):
            raise NotAcknowledged
        try:
            with self._lock:
                line = self._idle.pop() if self._idle else None
            line = line or Line()
            try:
                yield line
            except BaseException:
                line.close()
                raise
            with self._lock:
                self._idle.append(line)
        finally:
            self._turns.release()

    def close(self) -> None:
        """Hang up all idle connections."""
        with self._lock:
            idle, self._idle = self._idle, []
        for line in idle:
            line.close()
