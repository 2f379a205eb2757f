"""Classes, bases and people in numbers, for tests."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from doorstep.bases.models import Base, Venue
from doorstep.classes.models import TrainingClass
from doorstep.classes.queries.plans import ClassPlan
from doorstep.classes.rules.timetable import SessionPlan
from doorstep.classes.services.opening import open_class
from doorstep.core.actors import Actor, system_actor
from doorstep.core.clock import at_local, now, today
from doorstep.directory.models import Membership, Person, Unit

_serial = count(1)
SYSTEM = system_actor("tests")


def half_day(day: date, hour: int = 8, **changes: Any) -> SessionPlan:
    """A half day of three hours from `hour` on."""
    values: dict[str, Any] = {
        "title": "“四下基层”与群众路线",
        "starts_at": at_local(day, hour, 30),
        "ends_at": at_local(day, hour + 3, 30),
        **changes,
    }
    return SessionPlan(**values)


def plan(day: date | None = None, *, sessions: list[SessionPlan] | None = None, **changes: Any) -> ClassPlan:
    """A lecture class for 40 people with two half days in ten days' time."""
    first = day or today() + timedelta(days=10)
    values: dict[str, Any] = {
        "title": "农村党员冬训班（第三期）",
        "form": "lecture",
        "capacity": 40,
        "sessions": sessions or [half_day(first), half_day(first, 14)],
        **changes,
    }
    return ClassPlan(**values)


def make_class(unit: Unit, *, actor: Actor = SYSTEM, is_draft: bool = False, **changes: Any) -> TrainingClass:
    """An open class of `unit`; `changes` go into its plan."""
    return open_class(unit=unit, plan=plan(**changes), is_draft=is_draft, actor=actor)


def make_base(unit: Unit, *, seats: int = 90, name: str = "霍童镇党校", kind: str = "township_school") -> Base:
    """A base with one room, a township school unless said otherwise."""
    base = Base.objects.create(
        code=f"base-{next(_serial)}",
        kind=kind,
        name=name,
        unit=unit,
        place=unit.path,
        county=unit.county,
        capacity=seats,
        valid_from=date(2020, 1, 1),
    )
    Venue.objects.create(base=base, name="镇党校教室", seats=seats)
    return base


def make_people(unit: Unit, number: int) -> list[Person]:
    """So many members of a unit, straight into the tables."""
    moment = now()
    people = Person.objects.bulk_create(
        Person(
            county=unit.county,
            place=unit.path,
            name=f"学员{next(_serial):05d}",
            category=Person.Category.FULL,
            created_at=moment,
            updated_at=moment,
        )
        for _ in range(number)
    )
    Membership.objects.bulk_create(
        Membership(person=p, unit=unit, county=unit.county, valid_from=date(2020, 1, 1)) for p in people
    )
    return people


def hours(title: str, starts_at: datetime, length: Decimal) -> SessionPlan:
    """A sitting counted by the hour."""
    ends_at = starts_at + timedelta(hours=float(length))
    return SessionPlan(title=title, starts_at=starts_at, ends_at=ends_at, credit_unit="hour", hours=length)
