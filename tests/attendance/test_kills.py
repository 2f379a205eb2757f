"""kill -9 of the web server in bursts and of the worker at the ledger: nothing told is lost, nothing is doubled."""

from __future__ import annotations

import http.client
import json
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import connection

from doorstep.attendance.models import CheckIn, Mark, Roll
from doorstep.attendance.services.rolls import close_roll, mark_roll
from doorstep.classes.models import Enrolment, Session, TrainingClass
from doorstep.core import clock
from doorstep.core.invariants import check_invariants
from doorstep.core.models import Activity
from doorstep.coverage.services.refreshing import rebuild_year
from doorstep.directory.models import Membership, Person
from doorstep.directory.services.accounts import issue_token
from doorstep.records.models import Posting
from tests.attendance.conftest import Room, broken_invariants, make_room
from tests.cast import Cast
from tests.factories.programs import Program, gate, running, wait_for_jobs

KILLS = 20
CLIENTS = 8
PEOPLE, SESSIONS = 100, 30
BURST_SECONDS = 0.3
Start = Callable[[str], Program]


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


@pytest.fixture
def start(room: Room) -> Iterator[Start]:
    """Starts programs of the product."""
    with running() as start:
        yield start


@pytest.mark.slow
def test_kill_9_in_bursts_loses_nothing_acknowledged(room: Room, start: Start) -> None:
    cast = room.cast
    _token, secret = issue_token(
        account=cast.accounts["township"], name="x", scopes=[], days=1, actor=cast.actor("township")
    )
    crowd = Crowd(fill(room), secret)
    server = start("serve")
    for _ in range(KILLS):
        server.wait()
        threads = crowd.rush(server.port)
        coming = start("serve")  # comes up while this one is at work
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


@pytest.mark.slow
def test_kill_9_between_closing_a_roll_and_its_credit_posts_it_once(room: Room, start: Start) -> None:
    cast, held = room.cast, room.training_class
    rebuild_year(year=held.year, actor=cast.system)
    before_posting = "LOCK TABLE records_posting IN SHARE MODE"
    before_it_is_told = (
        "SELECT 1 FROM procrastinate_jobs WHERE task_name = 'core.deliver' AND status = 'doing' FOR UPDATE"
    )
    worker = start("worker")
    room.tomorrow.delete()
    TrainingClass.objects.filter(pk=held.pk).update(ends_on=held.starts_on)
    mark_roll(session=room.session, marks={}, is_rest_present=True, actor=cast.actor("township"))
    # Killed in the middle of posting, and again when all is posted but the queue does not know it yet.
    with gate() as posting:
        posting.hold(before_posting)
        close_roll(training_class=held, accept_early=True, actor=cast.actor("township"))
        posting.wait()
        worker.kill()
    assert Roll.objects.get(training_class=held).closed_at is not None
    assert not Posting.objects.exists()
    with gate() as posting, gate() as told:
        posting.hold(before_posting)
        _age_the_dead()
        worker = start("worker")
        posting.wait()
        told.hold(before_it_is_told)
        posting.open()
        told.wait()
        worker.kill()
        told.cut()
    assert Posting.objects.count() == len(room.people)
    _age_the_dead()
    worker = start("worker")
    wait_for_jobs()
    worker.kill()
    assert Posting.objects.count() == len(room.people)
    assert Posting.objects.values("session", "person").distinct().count() == len(room.people)
    assert Activity.objects.filter(event="records.credit_posted").count() == 1
    assert [finding.name for finding in check_invariants() if not finding.holds] == []


def _age_the_dead() -> None:
    """Let an hour pass for the workers that were killed."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
