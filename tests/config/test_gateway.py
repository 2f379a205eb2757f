"""The gateway hands a page's request to Django as it came, and its answer back as it is, however long."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from doorstep.attendance.api.door import LONGEST, SINGLE
from tests.config.gateway_pages import PIECE, PIECES
from tests.factories.programs import wait_until

ROOT = Path(__file__).resolve().parents[2]
SERVER = """
import sys
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels
Granian("tests.config.gateway_pages:application", port=int(sys.argv[1]), interface=Interfaces.RSGI, workers=1,
        websockets=False, log_level=LogLevels.error).serve()
"""


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The port of a gateway in a process of its own; it needs no database."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        chosen = int(probe.getsockname()[1])
    process = subprocess.Popen([sys.executable, "-c", SERVER, str(chosen)], cwd=ROOT, env=os.environ)
    try:
        wait_until(lambda: listens(chosen), "the gateway comes up", seconds=30)
        yield chosen
    finally:
        process.terminate()
        assert process.wait(20) == 0


@pytest.fixture
def line(port: int) -> Iterator[http.client.HTTPConnection]:
    """A connection to the gateway."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    yield connection
    connection.close()


def test_characters_in_an_address_may_come_as_they_are_written(port: int) -> None:
    """Messengers and old programs do not write them with percent signs."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as raw:
        raw.sendall("GET /a?q=虎𬇙&x=%E8%99%8E HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        answer = http.client.HTTPResponse(raw)
        answer.begin()
        said = json.loads(answer.read())
    assert said["QUERY_STRING"].encode("latin-1").decode() == "q=虎𬇙&x=%E8%99%8E"


def test_a_request_arrives_as_wsgi_describes_it(line: http.client.HTTPConnection) -> None:
    line.putrequest("POST", "/%E8%99%8E%F0%AC%87%99/a%2Fb?q=%E8%99%8E&x=a+b")
    for name, value in (
        ("Cookie", "a=1"), ("Cookie", "b=2"), ("X-Forwarded-For", "10.0.0.1"), ("X-Forwarded-For", "10.0.0.2"),
        ("X_Forwarded_For", "6.6.6.6"), ("Content-Type", "text/plain"), ("Content-Length", "3"),
    ):  # fmt: skip
        line.putheader(name, value)
    line.endheaders(b"abc")
    answer = line.getresponse()
    said = json.loads(answer.read())
    assert (answer.status, answer.headers.get_all("set-cookie")) == (201, ["a=1", "b=2"])
    assert said["PATH_INFO"].encode("latin-1").decode() == "/虎𬇙/a/b"
    assert {name: said.get(name) for name in (
        "REQUEST_METHOD", "QUERY_STRING", "CONTENT_TYPE", "CONTENT_LENGTH", "HTTP_COOKIE", "HTTP_X_FORWARDED_FOR",
        "REMOTE_ADDR", "SCRIPT_NAME", "wsgi.url_scheme", "SERVER_PROTOCOL", "HTTP_HOST", "SERVER_NAME", "SERVER_PORT",
    )} == {
        "REQUEST_METHOD": "POST", "QUERY_STRING": "q=%E8%99%8E&x=a+b", "CONTENT_TYPE": "text/plain",
        "CONTENT_LENGTH": "3", "HTTP_COOKIE": "a=1; b=2", "HTTP_X_FORWARDED_FOR": "10.0.0.1,10.0.0.2",
        "REMOTE_ADDR": "127.0.0.1", "SCRIPT_NAME": "", "wsgi.url_scheme": "http", "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": f"127.0.0.1:{line.port}", "SERVER_NAME": "127.0.0.1", "SERVER_PORT": str(line.port),
    }  # fmt: skip
    assert said["body"] == hashlib.sha256(b"abc").hexdigest()


@pytest.mark.parametrize("is_chunked", [False, True])
def test_a_long_body_arrives_whole(line: http.client.HTTPConnection, is_chunked: bool) -> None:
    body = os.urandom(3_000_000)
    line.request("POST", "/", iter([body[:7], body[7:]]) if is_chunked else body, encode_chunked=is_chunked)
    said = json.loads(line.getresponse().read())
    assert (said["CONTENT_LENGTH"], said["body"]) == ("3000000", hashlib.sha256(body).hexdigest())


def test_a_long_answer_is_sent_piece_by_piece_and_closed(line: http.client.HTTPConnection) -> None:
    line.request("GET", "/long")
    answer = line.getresponse()
    assert answer.headers["content-length"] == str(len(PIECE) * (PIECES - 1))
    assert answer.read() == PIECE * (PIECES - 1)
    line.request("GET", "/closed")
    assert json.loads(line.getresponse().read()) == ["long"]


def test_somebody_who_hangs_up_in_the_middle_frees_the_thread(port: int, line: http.client.HTTPConnection) -> None:
    for _ in range(4):  # more than there are threads
        with socket.create_connection(("127.0.0.1", port)) as gone:
            gone.sendall(b"GET /long HTTP/1.1\r\nHost: x\r\n\r\n")
            gone.recv(10)

    def all_closed() -> bool:
        line.request("GET", "/closed")
        return len(json.loads(line.getresponse().read())) >= 4

    wait_until(all_closed, "long answers are closed", seconds=20)


def test_answers_without_a_body(line: http.client.HTTPConnection) -> None:
    line.request("GET", "/nothing")
    answer = line.getresponse()
    assert (answer.status, answer.headers["etag"], answer.read()) == (304, '"x"', b"")
    line.request("HEAD", "/")
    answer = line.getresponse()
    assert (answer.status, answer.read()) == (201, b"")


@pytest.mark.parametrize("is_chunked", [False, True])
def test_the_door_reads_no_more_than_it_takes(port: int, is_chunked: bool) -> None:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    body = b" " * (LONGEST + 10)
    headers = {"Authorization": "Bearer x"}
    line.request("POST", SINGLE, iter([body]) if is_chunked else body, headers, encode_chunked=is_chunked)
    answer = line.getresponse()
    assert (answer.status, json.loads(answer.read())["code"]) == (413, "too_long")
    line.close()


def test_the_door_answers_by_itself(line: http.client.HTTPConnection) -> None:
    line.request("POST", SINGLE, b"{}")
    answer = line.getresponse()
    assert (answer.status, json.loads(answer.read())["code"]) == (401, "token_refused")
    assert answer.headers["cache-control"] == "no-store"
    line.request("GET", SINGLE)
    assert line.getresponse().status == 201  # anything but POST is a page's
