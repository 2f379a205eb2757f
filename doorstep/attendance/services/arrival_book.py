"""How arrivals are written and what is answered for each."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from operator import itemgetter
from typing import Any, NamedTuple, Protocol, TypeVar

from doorstep.attendance.services.arrival_statement import recalling, taking
from doorstep.attendance.services.refusals import BY_CODE
from doorstep.core import clock
from doorstep.core.errors import DoorstepError

_Value = TypeVar("_Value")

# How far a sender's clock may be ahead before an arrival counts as lying in the future.
CLOCK_TOLERANCE = timedelta(minutes=2)


class Arrival(NamedTuple):
    """One arrival to be written.

    `digest` is that of the access token that vouches for it; without one the caller has asked `require` and
    gives `account_id`. With the method `room_code` and a token, the person is the token's own and `step` is the
    time step of the code. `key` names the arrival: the same key again is the same arrival.
    """

    session_id: int
    person_id: int | None
    arrived_at: datetime
    method: str
    key: uuid.UUID
    digest: bytes | None = None
    account_id: int | None = None
    step: int | None = None
    device: str = ""


class Outcome(NamedTuple):
    """What became of one arrival: accepted, known, or refused with a code and the times of the door."""

    refusal: str
    session_id: int | None
    person_id: int | None
    name: str
    status: str
    arrived_at: datetime | None
    mark: str
    opens_at: datetime | None
    starts_at: datetime | None
    closes_at: datetime | None

    @property
    def error(self) -> DoorstepError | None:
        """The refusal as it is raised or answered, or None."""
        if not self.refusal:
            return None
        times: dict[str, str] = {}
        if self.opens_at and self.starts_at and self.closes_at:
            moments = {"opens": self.opens_at, "starts": self.starts_at, "closes": self.closes_at}
            times = {name: clock.day_and_time(at) for name, at in moments.items()}
        return BY_CODE[self.refusal](**times)


class Cursor(Protocol):
    """What is needed of a database cursor, Django's or a line's own."""

    def execute(self, query: str, params: Mapping[str, Any], /) -> Any:
        """Run one statement with `%(name)s` parameters."""

    def fetchall(self) -> list[tuple[Any, ...]]:
        """All rows of the last statement."""


# Refusals that do not depend on who has arrived before.
_FINAL = ("token_refused", "not_found", "not_permitted")

_taking, _recalling = cache(taking), cache(recalling)


def arrival_parameters(rows: Sequence[Arrival], now: datetime, *, upload: str) -> Mapping[str, Any]:
    """The parameters of the statements for `rows`, arrays as text: adapting ten lists costs more than the write."""
    sessions, people, moments, methods, keys, digests, accounts, steps, devices = zip(*rows, strict=True)
    callers = {digest: n for n, digest in enumerate(dict.fromkeys(filter(None, digests)), start=1)}
    return {
        "n": _array(map(str, range(len(rows)))),
        "caller": _few(digests, lambda digest: str(callers[digest]) if digest else "0"),
        "digests": _array([f'"\\\\x{digest.hex()}"' for digest in callers]),
        "account_id": _few(accounts, _number),
        "session_id": _few(sessions, str),
        "person_id": _array(map(_number, people)),
        "key": _array([key.hex for key in keys]),
        "step": _few(steps, _number),
        "method": _array(methods),
        "arrived_at": _few(moments, lambda moment: f'"{moment.isoformat()}"'),
        "device": _few(devices, _quoted),
        "now": now,
        "today": clock.local(now).date(),
        "latest": now + CLOCK_TOLERANCE,
        "kind": "account" if rows[0].digest is None else "token",
        "upload": upload,
    }


def _array(values: Iterable[str]) -> str:
    return "{" + ",".join(values) + "}"


def _few(values: Sequence[_Value], written: Callable[[_Value], str]) -> str:
    """An array with few different values, each written once."""
    forms = {value: written(value) for value in set(values)}
    return _array([forms[value] for value in values])


def _number(value: int | None) -> str:
    return "NULL" if value is None else str(value)


def _quoted(text: str) -> str:
    if not text:
        return '""'
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


class ArrivalBook:
    """Writes arrivals with the cursor of an open or implied transaction."""

    def __init__(self, cursor: Cursor) -> None:
        self._cursor = cursor

    def take(self, rows: Sequence[Arrival], *, upload: str = "") -> list[Outcome]:
        """Write `rows` in one statement and say for each, in order, what became of it.

        Whoever was seen before gets the answer of that time, whatever has changed since; finding it is a second
        statement with a write of its own. Each arrival leaves an activity row, an `upload` (its id) one a session.
        """
        outcomes = self._run(_taking(), rows, upload)
        again = [n for n, outcome in enumerate(outcomes) if outcome.refusal and outcome.refusal not in _FINAL]
        if again:
            found = self._run(_recalling(), [rows[n] for n in again], upload)
            for n, outcome in zip(again, found, strict=True):
                outcomes[n] = outcome
        return outcomes

    def _run(self, statement: str, rows: Sequence[Arrival], upload: str) -> list[Outcome]:
        self._cursor.execute(statement, arrival_parameters(rows, clock.now(), upload=upload))
        return [Outcome._make(row[1:]) for row in sorted(self._cursor.fetchall(), key=itemgetter(0))]
