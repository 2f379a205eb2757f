"""The short way in for check-ins: answered before Django's middleware, one database round trip each."""

from __future__ import annotations

import atexit
import json
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any

import psycopg

from doorstep.attendance.api.requests import read_bulk, read_single
from doorstep.attendance.services.arrival_book import Outcome
from doorstep.attendance.services.burst import BurstWriter
from doorstep.attendance.services.lines import Lines
from doorstep.attendance.services.refusals import NotAcknowledged, TokenRefused
from doorstep.core import clock
from doorstep.core.errors import DoorstepError, Invalid, TooLong

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

SINGLE = "/api/v1/check-ins"
BULK = "/api/v1/check-ins/bulk"
_LONGEST = 512 * 1024
_DRAIN_SECONDS = 10.0
_written = json.JSONEncoder(ensure_ascii=False).encode
_LINES = {200: "200 OK", 201: "201 Created", 400: "400 Bad Request", 401: "401 Unauthorized", 403: "403 Forbidden",
          404: "404 Not Found", 409: "409 Conflict", 413: "413 Content Too Large", 422: "422 Unprocessable Content",
          503: "503 Service Unavailable"}  # fmt: skip


class CheckInDoor:
    """A WSGI application that takes check-ins itself and passes everything else on."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._lines = Lines()
        self._burst = BurstWriter(self._lines)
        atexit.register(self.close)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request."""
        path = environ["PATH_INFO"]
        if environ["REQUEST_METHOD"] != "POST" or path not in (SINGLE, BULK):
            return self._application(environ, start_response)
        try:
            status, said = (self._single if path == SINGLE else self._bulk)(environ)
        except DoorstepError as error:
            status, said = error.status, {"code": error.code, "text": error.text}
        except psycopg.Error:
            status, said = NotAcknowledged.status, {"code": NotAcknowledged.code, "text": NotAcknowledged().text}
        body = _written(said).encode()
        headers = [
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
        ]
        start_response(_LINES[status], headers)
        return [body]

    def close(self) -> None:
        """Finish what is on its way, then hang up."""
        self._burst.drain(_DRAIN_SECONDS)
        self._lines.close()

    def _single(self, environ: Environ) -> tuple[int, dict[str, Any]]:
        arrival = read_single(
            _body(environ), digest=_digest(environ), key=environ.get("HTTP_IDEMPOTENCY_KEY", ""), now=clock.now()
        )
        outcome = self._burst.take(arrival)
        if error := outcome.error:
            raise error
        return (201 if outcome.status == "accepted" else 200), answer_of(outcome)

    def _bulk(self, environ: Environ) -> tuple[int, dict[str, Any]]:
        digest = _digest(environ)
        upload = read_bulk(_body(environ), digest=digest, key=environ.get("HTTP_IDEMPOTENCY_KEY", ""), now=clock.now())
        outcomes: list[Outcome] = []
        if upload.arrivals:
            with self._lines.borrow() as line:
                outcomes = line.take(upload.arrivals, upload=upload.id)
        if outcomes and all(o.refusal == TokenRefused.code for o in outcomes):
            raise TokenRefused
        return 200, {"results": upload.results([answer_of(o) for o in outcomes])}


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


def _digest(environ: Environ) -> bytes:
    scheme, _, secret = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
    if scheme.lower() != "bearer" or not secret:
        raise TokenRefused
    return sha256(secret.strip().encode()).digest()


def _body(environ: Environ) -> dict[str, Any]:
    try:
        length = int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        raise Invalid from None
    if length > _LONGEST:
        raise TooLong
    try:
        body = json.loads(environ["wsgi.input"].read(length))
    except (ValueError, RecursionError):
        raise Invalid from None
    if not isinstance(body, dict):
        raise Invalid
    return body
