"""kill -9 of the web server in the middle of bursts: nothing acknowledged is lost, nothing is doubled."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from doorstep.attendance.models import CheckIn, Mark
from doorstep.classes.models import Enrolment, Session
from doorstep.core import clock
from doorstep.core.models import Activity
from doorstep.directory.models import Membership, Person
from doorstep.directory.services.accounts import issue_token
from tests.attendance.conftest import Room, broken_invariants, make_room
from tests.cast import Cast

KILLS = 20
CLIENTS = 8
PEOPLE, SESSIONS = 100, 30
BURST_SECONDS = 0.3
ROOT = Path(__file__).resolve().parents[2]


class Server:
    """A web server of the product, in a process group of its own."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        known = connection.settings_dict
        host = f"?host={known['HOST']}" if known["HOST"].startswith("/") else ""
        place = "" if host else f"{known['HOST']}:{known['PORT'] or 5432}"
        url = f"postgresql://{known['USER']}:{known['PASSWORD']}@{place}/{known['NAME']}{host}"
        env = {**os.environ, "DATABASE_URL": url, "DOORSTEP_PORT": str(self.port), "DOORSTEP_DATA": str(settings.DATA)}
        command = [sys.executable, "-c", "from doorstep.config.serving import serve; serve()"]
        self.process = subprocess.Popen(command, cwd=ROOT, env=env, start_new_session=True)

    def wait(self) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise TimeoutError("the server did not come up")

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Crowd:
    """Requests that are sent until they are acknowledged, always under the same key."""

    def __init__(self, requests: list[tuple[str, str]], secret: str) -> None:
        self.waiting = requests
        self.acknowledged: list[str] = []
        self._secret = secret
        self._lock = threading.Lock()

    def storm(self, port: int) -> None:
        """One client: sends until the server is gone or nothing is left."""
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        headers = {"Authorization": f"Bearer {self._secret}", "Content-Type": "application/json"}
        while True:
            with self._lock:
                if not self.waiting:
                    return
                key, body = self.waiting.pop()
            try:
                line.request("POST", "/api/v1/check-ins", body, {**headers, "Idempotency-Key": key})
                answer = line.getresponse()
                answer.read()
                is_done = answer.status == 201
            except (OSError, http.client.HTTPException):
                is_done = False
            with self._lock:
                if not is_done:
                    self.waiting.append((key, body))
                    return
                self.acknowledged.append(key)

    def rush(self, port: int) -> list[threading.Thread]:
        threads = [threading.Thread(target=self.storm, args=(port,)) for _ in range(CLIENTS)]
        for thread in threads:
            thread.start()
        return threads


def fill(room: Room) -> list[tuple[str, str]]:
    """Many people and sessions in the room's class; every pair is one request."""
    branch, now = room.cast.unit("kengtou"), clock.now()
    held = room.training_class
    people = Person.objects.bulk_create(
        Person(
            county=branch.county, place=branch.path, name=f"学员{n}", category="full", created_at=now, updated_at=now
        )
        for n in range(PEOPLE)
    )
    Membership.objects.bulk_create(
        Membership(person=p, unit=branch, county=branch.county, valid_from=held.starts_on) for p in people
    )
    Enrolment.objects.bulk_create(
        Enrolment(
            county=branch.county, year=held.year, training_class=held, person=p, unit=branch, place=branch.path,
            status="confirmed", nominated_at=now,
        )
        for p in people
    )  # fmt: skip
    sessions = Session.objects.bulk_create(
        Session(
            training_class=held, number=10 + n, title=f"课{n}", held_on=room.session.held_on, part="morning",
            starts_at=now + timedelta(seconds=n), ends_at=now + timedelta(hours=3),
        )
        for n in range(SESSIONS)
    )  # fmt: skip
    return [(str(uuid.uuid4()), json.dumps({"session": s.pk, "person": p.pk})) for s in sessions for p in people]


@pytest.fixture
def room(cast_committed: Cast) -> Room:
    """A room that other processes see."""
    return make_room(cast_committed)


@pytest.mark.slow
def test_kill_9_in_bursts_loses_nothing_acknowledged(room: Room) -> None:
    cast = room.cast
    _token, secret = issue_token(
        account=cast.accounts["township"], name="x", scopes=[], days=1, actor=cast.actor("township")
    )
    crowd = Crowd(fill(room), secret)
    server = Server()
    for _ in range(KILLS):
        server.wait()
        threads = crowd.rush(server.port)
        coming = Server()  # comes up while this one is at work
        time.sleep(BURST_SECONDS)
        server.kill()
        for thread in threads:
            thread.join()
        # at the moment of death: all that was acknowledged is there
        keys = {str(key) for key in CheckIn.objects.values_list("key", flat=True)}
        assert set(crowd.acknowledged) <= keys
        server = coming
    assert len(crowd.acknowledged) == len(set(crowd.acknowledged)) > KILLS
    server.wait()
    for thread in crowd.rush(server.port):
        thread.join()
    server.kill()
    assert not crowd.waiting
    assert set(crowd.acknowledged) == {str(key) for key in CheckIn.objects.values_list("key", flat=True)}
    assert CheckIn.objects.count() == Mark.objects.count() == PEOPLE * SESSIONS
    assert Activity.objects.filter(event="attendance.checked_in").count() == PEOPLE * SESSIONS
    assert broken_invariants() == []
