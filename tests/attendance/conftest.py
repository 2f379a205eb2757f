"""A class with a session going on, and people in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from doorstep.attendance.models import Roll
from doorstep.attendance.queries import invariants
from doorstep.classes.models import Session, TrainingClass
from doorstep.core import clock
from doorstep.core.invariants import check_invariants
from doorstep.directory.models import Person
from tests.cast import Cast
from tests.factories.rolls import seat

OWN = {stated.name for stated in invariants()}
SEATED = ("林秀珍", "黄德旺", "雷金妹", "彭有顺")


@dataclass
class Room:
    """A class of Huotong, its session of this hour and one tomorrow, and who sits in it."""

    cast: Cast
    training_class: TrainingClass
    session: Session
    tomorrow: Session
    people: list[Person]


def make_room(cast: Cast) -> Room:
    """Four people of two townships in a class of Huotong that began five minutes ago."""
    unit, now = cast.unit("huotong"), clock.now()
    held = TrainingClass.objects.create(
        code="room", title="农村党员冬训班", form="lecture", status="running", unit=unit, place=unit.path,
        county=unit.county, year=clock.local(now).year, level="township", capacity=100, seats_taken=len(SEATED),
        starts_on=clock.local(now).date(), ends_on=clock.local(now).date() + timedelta(1), created_at=now,
    )  # fmt: skip
    sessions = []
    for number, begins in enumerate((now - timedelta(minutes=5), now + timedelta(days=1)), start=1):
        sessions.append(
            Session.objects.create(
                training_class=held,
                number=number,
                title=f"第 {number} 课",
                held_on=clock.local(begins).date(),
                part="morning",
                starts_at=begins,
                ends_at=begins + timedelta(hours=3),
            )  # fmt: skip
        )
    people = [cast.person(name) for name in SEATED]
    for person in people:
        seat(held, person)
    return Room(cast, held, sessions[0], sessions[1], people)


def broken_invariants() -> list[str]:
    """Which of the app's own invariants do not hold."""
    return [finding.name for finding in check_invariants() if finding.name in OWN and not finding.holds]


@pytest.fixture
def room(cast: Cast) -> Room:
    """A room with a session going on."""
    return make_room(cast)


@pytest.fixture
def closed() -> Callable[[Room], None]:
    """Closes a roll without asking."""

    def close(room: Room) -> None:
        Roll.objects.update_or_create(training_class=room.training_class, defaults={"closed_at": clock.now()})
        TrainingClass.objects.filter(pk=room.training_class.pk).update(status="closed")

    return close
