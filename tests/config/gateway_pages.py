"""A small site behind the gateway: says what it was asked, sends long answers, counts what it was asked to close."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import django

django.setup()

from doorstep.attendance.api.door import CheckInDoor  # noqa: E402  (needs the settings)
from doorstep.config.gateway import Gateway  # noqa: E402

PIECE = b"0123456789abcdef" * 4096
PIECES = 40
closed: list[str] = []


class Long:
    """An answer of many pieces, of which one is empty, that must be closed."""

    def __iter__(self) -> Iterator[bytes]:
        for number in range(PIECES):
            yield PIECE if number != 1 else b""

    def close(self) -> None:
        closed.append("long")


def pages(environ: dict[str, Any], start_response: Any) -> Any:
    """Answer by path."""
    path = environ["PATH_INFO"]
    if path == "/long":
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(PIECE) * (PIECES - 1)))])
        return Long()
    if path == "/nothing":
        start_response("304 Not Modified", [("ETag", '"x"')])
        return []
    if path == "/closed":
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(closed).encode()]
    body = environ["wsgi.input"].read()
    said = {name: value for name, value in environ.items() if isinstance(value, str)}
    said["body"] = hashlib.sha256(body).hexdigest()
    start_response("201 Created", [("Content-Type", "application/json"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
    return [json.dumps(said).encode()[:10], json.dumps(said).encode()[10:]]


application = Gateway(pages, CheckInDoor(), threads=2)
