"""The connections arrivals have to themselves: how many, how they are set up, and an arrival at no session."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import psycopg
import pytest

from doorstep.attendance.models import CheckIn
from doorstep.attendance.services.arrivals import check_in
from doorstep.attendance.services.lines import Line, Lines
from doorstep.attendance.services.refusals import NotAcknowledged
from doorstep.classes.models import Session
from doorstep.core import clock
from doorstep.core.errors import DoorstepError
from tests.attendance.conftest import Room

SETTINGS = ("statement_timeout", "lock_timeout", "plan_cache_mode", "enable_seqscan")


@pytest.fixture
def lines() -> Iterator[Lines]:
    """One connection, for which nobody waits long."""
    made = Lines(most=1, patience=0.05)
    yield made
    made.close()


def settings_of(line: Line) -> list[str]:
    return [psycopg.Cursor(line._connection).execute(f"SHOW {name}").fetchone()[0] for name in SETTINGS]  # type: ignore[index]


@pytest.mark.django_db(transaction=True)
def test_who_finds_no_line_free_is_not_acknowledged_and_the_line_comes_back(lines: Lines) -> None:
    with lines.borrow() as first, pytest.raises(NotAcknowledged), lines.borrow():
        pass
    with lines.borrow() as again:
        assert again is first


@pytest.mark.django_db(transaction=True)
def test_a_line_sets_its_own_limits_but_not_through_a_pooler(monkeypatch: pytest.MonkeyPatch) -> None:
    direct = Line()
    assert settings_of(direct) == ["8s", "4s", "force_generic_plan", "off"]
    assert direct._connection.prepare_threshold == 0
    direct.close()
    monkeypatch.setenv("DOORSTEP_PGBOUNCER", "1")
    pooled = Line()
    assert settings_of(pooled)[1:] == ["0", "auto", "on"]
    assert pooled._connection.prepare_threshold is None
    pooled.close()


def test_an_arrival_at_a_session_that_is_gone(room: Room) -> None:
    gone = Session(pk=0, training_class=room.training_class)
    with pytest.raises(DoorstepError) as found:
        check_in(
            session=gone, person_id=room.people[0].pk, method="personal_code", key=uuid.uuid4(),
            arrived_at=clock.now(), actor=room.cast.actor("township"),
        )  # fmt: skip
    assert (found.value.code, found.value.params) == ("not_found", {})
    assert not CheckIn.objects.exists()
