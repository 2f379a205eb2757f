"""What the web server calls: check-ins are taken on the event loop, pages are rendered by Django in threads."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any

from granian._granian import RSGIProtocolClosed as ProtocolClosed

from doorstep.core.errors import TooLong

if TYPE_CHECKING:
    from granian._granian import RSGIHTTPProtocol as HTTPProtocol
    from granian.rsgi import Scope

    from doorstep.attendance.api.door import CheckInDoor

Environ = dict[str, Any]
Headers = list[tuple[str, str]]
Pages = Callable[[Environ, Any], Iterable[bytes]]

MOST_BYTES = 256 * 1024 * 1024  # of a request: far above what any page takes, which says so in its own words
IN_MEMORY = 1024 * 1024  # of a request; more goes to a file that is gone afterwards
AT_ONCE = 256 * 1024  # of an answer; more is sent piece by piece, so that a large file is never held whole
SEND_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """A page, rendered whole."""

    status: int
    headers: Headers
    body: bytes


class Gateway:
    """One address for machines that check people in and for people who read pages."""

    def __init__(self, pages: Pages, door: CheckInDoor, *, threads: int) -> None:
        self._pages = pages
        self._door = door
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="page")

    async def __rsgi__(self, scope: Scope, protocol: HTTPProtocol) -> None:
        """Serve one request."""
        if scope.method == "POST" and scope.path in self._door.paths:
            await self._arrive(scope, protocol)
            return
        with SpooledTemporaryFile[bytes](IN_MEMORY) as body:
            try:
                length = await _receive(protocol, body, most=MOST_BYTES)
            except TooLong as error:
                protocol.response_str(error.status, [("content-type", "text/plain; charset=utf-8")], error.text)
                return
            environ = environ_of(scope, body, length)
            loop = asyncio.get_running_loop()
            answer = await loop.run_in_executor(self._threads, self._render, environ, protocol, loop)
        if answer:
            _respond(protocol, answer)

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Finish what is on its way when the server stops."""
        self._door.close()

    async def _arrive(self, scope: Scope, protocol: HTTPProtocol) -> None:
        """One body in one piece where its length is told; otherwise no more of it than is taken."""
        headers = scope.headers
        told = headers.get("content-length") or ""
        if told.isdecimal() and int(told) <= self._door.longest:
            body = await protocol()
        else:
            body = await _first_bytes(protocol, self._door.longest + 1)
        authorization, key = headers.get("authorization") or "", headers.get("idempotency-key") or ""
        status, said = await self._door.answer(scope.path, authorization=authorization, key=key, body=body)
        protocol.response_bytes(status, [("content-type", "application/json"), ("cache-control", "no-store")], said)

    def _render(self, environ: Environ, protocol: HTTPProtocol, loop: asyncio.AbstractEventLoop) -> Answer | None:
        """Let Django answer, in this thread from beginning to end: its database connection belongs to the thread.

        A long answer is sent from here and None is given.
        """
        begun: list[tuple[int, Headers]] = []

        def start_response(status: str, headers: Headers, exc_info: Any = None) -> None:
            begun[:] = [(int(status[:3]), [(name.lower(), value.strip()) for name, value in headers])]

        chunks = self._pages(environ, start_response)
        try:
            pieces = iter(chunks)
            start = _gathered(pieces, AT_ONCE)
            status, headers = begun[0]
            if len(start) < AT_ONCE:
                return Answer(status, headers, start)
            transport = protocol.response_stream(status, headers)
            with suppress(ProtocolClosed):  # whoever asked has gone
                for piece in chain([start], pieces):
                    asyncio.run_coroutine_threadsafe(_send(transport, piece), loop).result(SEND_SECONDS)
            return None
        finally:
            if hasattr(chunks, "close"):
                chunks.close()


def _gathered(pieces: Iterator[bytes], least: int) -> bytes:
    """Pieces put together until there are so many bytes, or no more."""
    kept = bytearray()
    for piece in pieces:
        kept += piece
        if len(kept) >= least:
            break
    return bytes(kept)


async def _send(transport: Any, piece: bytes) -> None:
    await transport.send_bytes(piece)


def _respond(protocol: HTTPProtocol, answer: Answer) -> None:
    if answer.body:
        protocol.response_bytes(answer.status, answer.headers, answer.body)
    else:
        protocol.response_empty(answer.status, answer.headers)


async def _receive(protocol: HTTPProtocol, body: IO[bytes], *, most: int) -> int:
    """Write a request's body down; its length in bytes. Raises TooLong."""
    length = 0
    async for piece in protocol:
        length += len(piece)
        if length > most:
            raise TooLong
        body.write(piece)
    body.seek(0)
    return length


async def _first_bytes(protocol: HTTPProtocol, most: int) -> bytes:
    """A body whose length is not told, or too long: at most so much of it."""
    kept = bytearray()
    async for piece in protocol:
        kept += piece
        if len(kept) >= most:
            break
    return bytes(kept[:most])


def environ_of(scope: Scope, body: IO[bytes], length: int) -> Environ:
    """The request as WSGI (PEP 3333) describes it."""
    server, _, port = scope.server.rpartition(":")
    environ: Environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string.encode().decode("latin-1"),
        "CONTENT_LENGTH": str(length),
        "SERVER_NAME": server.strip("[]"),
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    if scope.authority:
        environ["HTTP_HOST"] = scope.authority
    for name, value in scope.headers.items():
        _add_header(environ, name, value)
    return environ


def _add_header(environ: Environ, name: str, value: str) -> None:
    """A header given twice is joined; one with `_` in its name is left out, for it could pass for one with `-`."""
    if "_" in name or name == "content-length":
        return
    if name == "content-type":
        environ["CONTENT_TYPE"] = value
        return
    known = f"HTTP_{name.upper().replace('-', '_')}"
    joint = "; " if name == "cookie" else ","
    environ[known] = f"{environ[known]}{joint}{value}" if known in environ else value
