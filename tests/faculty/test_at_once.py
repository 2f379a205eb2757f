"""Sixteen at one moment: a coaching counted once, a duty never overfilled, a link made once; without the lock it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from doorstep.core import clock
from doorstep.faculty.models import Coaching, StandingLink, TechnicianDuty, TechnicianSent
from doorstep.faculty.services import technicians
from doorstep.faculty.services.links import link_to_base
from doorstep.faculty.services.stations import note_coaching
from doorstep.faculty.services.technicians import send_technician, set_duty
from tests.bases.test_at_once import WRITERS, gathered
from tests.cast import Cast
from tests.factories.classes import SYSTEM, make_base
from tests.factories.guiding import given_school, given_staff, given_station
from tests.factories.teachers import given_teacher
from tests.faculty.test_technicians import department

QUOTA = 3


@contextmanager
def without(table: str, name: str) -> Iterator[None]:
    """What the table itself refuses is let through meanwhile; what came of it is taken away again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [name])
        stated = cursor.fetchone()
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [name])
        (index,) = cursor.fetchone()
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}" if stated else f"DROP INDEX {name}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {stated[0]}" if stated else index)


def test_a_coaching_is_counted_once_however_many_enter_it(cast_committed: Cast) -> None:
    county = cast_committed.unit("jiaocheng")
    station, teacher, today = given_station(county), given_teacher(county), clock.today()
    given_staff(station, teacher, since=today)
    school = given_school(station, cast_committed.unit("huotong"), since=today)

    def enter(_number: int) -> None:
        note_coaching(school=school, teacher=teacher, on=today, subject="备课", findings="案例太少", actor=SYSTEM)

    assert gathered(enter) == {"done": 1, "coaching_taken": WRITERS - 1}
    assert Coaching.objects.count() == 1
    with without("faculty_coaching", "coaching_counted_once"):
        assert gathered(enter)["done"] > 1


def test_a_department_never_sends_more_than_it_owes(cast_committed: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    bureau, year = department(cast_committed), clock.today().year
    duty = set_duty(
        department=bureau, served=cast_committed.unit("huotong"), year=year, quota=QUOTA, lessons=2, actor=SYSTEM
    )
    teachers = [given_teacher(bureau) for _ in range(WRITERS)]

    def send(number: int) -> None:
        send_technician(duty=duty, teacher=teachers[number], actor=SYSTEM)

    assert gathered(send) == {"done": QUOTA, "duty_full": WRITERS - QUOTA}
    assert TechnicianSent.objects.count() == QUOTA
    TechnicianSent.objects.all().delete()
    monkeypatch.setattr(technicians, "_lock", lambda found: TechnicianDuty.objects.get(pk=found.pk))
    assert gathered(send)["done"] > QUOTA


def test_a_teacher_is_linked_to_a_school_once(cast_committed: Cast) -> None:
    base = make_base(cast_committed.unit("huotong"))
    teacher = given_teacher(cast_committed.unit("jiaocheng"))
    since = clock.today() - timedelta(days=1)

    def link(_number: int) -> Any:
        return link_to_base(teacher=teacher, unit=base.unit, base_id=base.pk, since=since, actor=SYSTEM)

    assert gathered(link) == {"done": 1, "standing_link_held": WRITERS - 1}
    assert StandingLink.objects.count() == 1
    with without("faculty_standinglink", "standing_link_once"):
        assert gathered(link)["done"] > 1
