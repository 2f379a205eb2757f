"""The short way in for check-ins: answered before Django's middleware, one database round trip for many."""

from __future__ import annotations

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

import psycopg

from doorstep.attendance.api.requests import key_of, named_key, read_bulk, read_single, uuid_of
from doorstep.attendance.services.arrival_book import Outcome
from doorstep.attendance.services.burst import BurstWriter
from doorstep.attendance.services.lines import Lines
from doorstep.attendance.services.refusals import NotAcknowledged
from doorstep.attendance.services.uploads import Upload
from doorstep.core import clock
from doorstep.core.errors import DoorstepError, Invalid, TokenRefused, TooLong, problem_of
from doorstep.core.replays import check_key

SINGLE = "/api/v1/check-ins"
BULK = "/api/v1/check-ins/bulk"
LONGEST = 512 * 1024  # bytes of a body
UPLOADS_AT_ONCE = 8
_DRAIN_SECONDS = 10.0
_written = json.JSONEncoder(ensure_ascii=False).encode


class CheckInDoor:
    """Takes check-ins on an event loop; many at once share a statement and a commit.

    `paths` are the addresses it answers, `longest` the bytes of a body it reads.
    """

    paths = frozenset((SINGLE, BULK))
    longest = LONGEST

    def __init__(self) -> None:
        self._lines = Lines()
        self._burst = BurstWriter(self._lines)
        self._owners: dict[bytes, int] = {}
        self._uploads = ThreadPoolExecutor(UPLOADS_AT_ONCE, thread_name_prefix="upload")

    async def answer(self, path: str, *, authorization: str, key: str, body: bytes) -> tuple[int, bytes]:
        """The status and the JSON that answer one request; `authorization` and `key` are headers, "" without them."""
        try:
            digest = _digest(authorization)
            if path == SINGLE:
                return await self._single(digest, key, body)
            loop = asyncio.get_running_loop()
            return 200, await loop.run_in_executor(self._uploads, self._bulk, digest, key, body)
        except DoorstepError as error:
            status, said = error.status, problem_of(error)
        except psycopg.Error:
            status, said = NotAcknowledged.status, problem_of(NotAcknowledged())
        return status, _written(said).encode()

    def close(self) -> None:
        """Finish what is on its way, then hang up."""
        self._burst.close(_DRAIN_SECONDS)
        self._uploads.shutdown()
        self._lines.close()

    async def _single(self, digest: bytes, header: str, body: bytes) -> tuple[int, bytes]:
        said = _read(body)
        text = key_of(said, header)
        if (key := uuid_of(text)) is None:
            loop = asyncio.get_running_loop()
            key = named_key(text, await loop.run_in_executor(self._uploads, self._owner_of, digest))
        outcome = await self._burst.take(read_single(said, digest=digest, key=key, now=clock.now()))
        if error := outcome.error:
            raise error
        return (201 if outcome.status == "accepted" else 200), _written(answer_of(outcome)).encode()

    def _bulk(self, digest: bytes, key: str, body: bytes) -> bytes:
        check_key(key)
        rows = read_bulk(_read(body), digest=digest, key=named_key(key, self._owner_of(digest)), now=clock.now())
        fingerprint = sha256(f"POST {BULK}\n".encode() + body).digest()
        with self._lines.borrow() as line:
            return line.take_once(
                Upload(key, digest, fingerprint, rows.arrivals),
                lambda outcomes: _written({"results": rows.results([answer_of(o) for o in outcomes])}),
            ).encode()

    def _owner_of(self, digest: bytes) -> int:
        """The account of a token, which never changes; whether the token still holds is asked with each write."""
        if digest not in self._owners:
            with self._lines.borrow() as line:
                self._owners[digest] = line.owner_of(digest)
        return self._owners[digest]


def answer_of(outcome: Outcome) -> dict[str, Any]:
    """What is answered for one arrival: status, person, name and mark, or the refusal in code and words."""
    if outcome.refusal or outcome.arrived_at is None:
        return _refusal(outcome)
    return {
        "status": outcome.status,
        "session": outcome.session_id,
        "person": outcome.person_id,
        "name": outcome.name,
        "arrived_at": _local_text(outcome.arrived_at),
        "mark": outcome.mark,
    }


@lru_cache(maxsize=1024)
def _local_text(moment: datetime) -> str:
    """Arrivals of one upload share few moments."""
    return clock.local(moment).isoformat(timespec="seconds")


def _refusal(outcome: Outcome) -> dict[str, Any]:
    error = outcome.error or NotAcknowledged()
    return {"status": "refused", "code": error.code, "text": error.text}


def _digest(authorization: str) -> bytes:
    scheme, _, secret = authorization.partition(" ")
    if scheme.lower() != "bearer" or not secret:
        raise TokenRefused
    return sha256(secret.strip().encode()).digest()


def _read(body: bytes) -> dict[str, Any]:
    if len(body) > LONGEST:
        raise TooLong
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        raise Invalid from None
    if not isinstance(said, dict):
        raise Invalid
    return said
