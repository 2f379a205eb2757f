"""Many arrivals in one commit: none lost with another, none acknowledged before it is safe."""

from __future__ import annotations

import asyncio
import threading
import uuid
from typing import Any

import psycopg
import pytest

from doorstep.attendance.models import CheckIn
from doorstep.attendance.services import arrival_book
from doorstep.attendance.services.arrival_book import Arrival
from doorstep.attendance.services.arrival_statement import recalling, taking
from doorstep.attendance.services.burst import BurstWriter
from doorstep.attendance.services.lines import Line, Lines
from doorstep.attendance.services.refusals import NotAcknowledged
from doorstep.core import clock
from tests.attendance.conftest import Room, make_room
from tests.cast import Cast
from tests.factories.loops import waited

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def room(cast_committed: Cast) -> Room:
    """A room that other connections see."""
    return make_room(cast_committed)


class BrokenLine:
    """A connection on which many rows at once fail, and one person's row always does."""

    def __init__(self, line: Line, bad: int) -> None:
        self._line, self._bad = line, bad
        self.close = line.close

    def take(self, rows: list[Arrival], *, upload: str = "") -> list[Any]:
        if len(rows) > 1 or rows[0].person_id == self._bad:
            raise psycopg.errors.DeadlockDetected("tests")
        return self._line.take(rows, upload=upload)


def test_the_statements_are_made_once_and_nothing_to_write_is_nothing() -> None:
    assert (arrival_book._taking(), arrival_book._recalling()) == (taking(), recalling())
    assert "INSERT INTO attendance_checkin" in taking()
    BurstWriter(Lines())._write([])


def test_a_failed_batch_is_repeated_row_by_row(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = room.people[3].pk
    monkeypatch.setattr("doorstep.attendance.services.lines.Line", lambda: BrokenLine(Line(), bad))
    lines = Lines()
    writer, done, lost = BurstWriter(lines), [], []
    account = room.cast.accounts["township"].pk

    def take(person: int) -> None:
        arrival = Arrival(room.session.pk, person, clock.now(), "roll_call", uuid.uuid4(), account_id=account)
        try:
            done.append(waited(writer.take(arrival)).name)
        except NotAcknowledged:
            lost.append(person)

    threads = [threading.Thread(target=take, args=(person.pk,)) for person in room.people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == sorted(p.name for p in room.people[:3])
    assert lost == [bad]
    assert writer.close(1)
    lines.close()


def test_a_commit_with_a_warning_is_not_acknowledged(room: Room) -> None:
    line = Line()
    account = room.cast.accounts["township"].pk
    arrival = Arrival(room.session.pk, room.people[0].pk, clock.now(), "roll_call", uuid.uuid4(), account_id=account)
    connection = line._connection
    connection.execute(
        "CREATE FUNCTION pg_temp.warn() RETURNS trigger LANGUAGE plpgsql AS "
        "$$BEGIN RAISE WARNING 'canceling wait for synchronous replication'; RETURN NULL; END$$"
    )
    connection.execute(
        "CREATE CONSTRAINT TRIGGER warns AFTER INSERT ON attendance_checkin DEFERRABLE INITIALLY DEFERRED "
        "FOR EACH ROW EXECUTE FUNCTION pg_temp.warn()"
    )
    try:
        with pytest.raises(NotAcknowledged):
            line.take([arrival])
    finally:
        connection.execute("DROP TRIGGER warns ON attendance_checkin")
    # the same key again is safe, and answers as the first would have
    (outcome,) = line.take([arrival])
    assert (outcome.status, CheckIn.objects.count()) == ("accepted", 1)
    line.close()


class Stuck:
    """A connection that hears nothing until it is let go, and then breaks in a way nobody foresaw."""

    def __init__(self, held: threading.Event) -> None:
        self._held = held
        self.begun = threading.Event()

    def take(self, rows: list[Arrival], *, upload: str = "") -> list[Any]:
        self.begun.set()
        self._held.wait()
        raise RuntimeError("tests")

    def close(self) -> None: ...


async def _both(writer: BurstWriter, *arrivals: Arrival) -> list[Any]:
    return await asyncio.gather(*(writer.take(arrival) for arrival in arrivals), return_exceptions=True)


def arrivals_of(room: Room, count: int) -> list[Arrival]:
    account = room.cast.accounts["township"].pk
    return [
        Arrival(room.session.pk, person.pk, clock.now(), "roll_call", uuid.uuid4(), account_id=account)
        for person in room.people[:count]
    ]


def test_waiting_has_an_end_and_who_comes_after_is_served(room: Room) -> None:
    held, lines = threading.Event(), Lines()
    stuck = Stuck(held)
    lines._idle.append(stuck)  # type: ignore[arg-type]
    writer = BurstWriter(lines, patience=0.5)
    one, two, three, four = arrivals_of(room, 4)

    async def crowd() -> str:
        # one is being written and two waits behind it when patience ends: neither is acknowledged
        first = asyncio.create_task(_both(writer, one))
        await asyncio.to_thread(stuck.begun.wait)
        said = [*await _both(writer, two), *await first]
        assert [type(answer) for answer in said] == [NotAcknowledged, NotAcknowledged]
        held.set()
        return (await writer.take(three)).name

    assert waited(crowd()) == room.people[2].name
    # who was written after all is told so when it comes again; who was not begun with is not written
    assert set(CheckIn.objects.values_list("key", flat=True)) == {one.key, three.key}
    assert writer.close(2)
    with pytest.raises(NotAcknowledged):
        waited(writer.take(four))
    lines.close()


def test_a_writer_that_is_stuck_is_not_waited_for_without_end(room: Room) -> None:
    held, lines = threading.Event(), Lines()
    lines._idle.append(Stuck(held))  # type: ignore[arg-type]
    writer = BurstWriter(lines, patience=0.05)
    with pytest.raises(NotAcknowledged):
        waited(writer.take(arrivals_of(room, 1)[0]))
    assert not writer.close(0.05)
    held.set()
    assert writer.close(2)
    lines.close()


class Warned:
    """A connection whose commits are answered with a warning."""

    def take(self, rows: list[Arrival], *, upload: str = "") -> list[Any]:
        raise NotAcknowledged

    def close(self) -> None: ...


def test_a_warning_is_acknowledged_to_nobody(room: Room) -> None:
    lines = Lines()
    lines._idle.append(Warned())  # type: ignore[arg-type]
    writer = BurstWriter(lines)
    with pytest.raises(NotAcknowledged):
        waited(writer.take(arrivals_of(room, 1)[0]))
    assert writer.close(1)
    lines.close()


def test_a_line_that_breaks_in_an_unforeseen_way_ends_nobody_elses_turn(room: Room) -> None:
    held, lines = threading.Event(), Lines()
    held.set()
    lines._idle.append(Stuck(held))  # type: ignore[arg-type]
    writer = BurstWriter(lines)
    arrivals = arrivals_of(room, 2)
    assert [said.name for said in waited(_both(writer, *arrivals))] == [p.name for p in room.people[:2]]
    assert writer.close(1)
    lines.close()
