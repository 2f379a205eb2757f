"""Makes classes whose roll is taken: sessions, people, marks, closed or still open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

from django.db.models import F

from doorstep.attendance.models import Mark, Roll
from doorstep.classes.models import Enrolment, Session, TrainingClass
from doorstep.core import clock
from doorstep.directory.models import Membership, Person, Unit

_serial = count(1)
PARTS = {"morning": (9, 12), "afternoon": (14, 17), "evening": (19, 21)}


def make_class(
    unit: Unit,
    days: Sequence[date],
    *,
    parts: Sequence[str] = ("morning", "afternoon"),
    credit_unit: str = "half_day",
    hours: Decimal = Decimal(0),
    title: str = "冬训班",
    is_concentrated: bool = True,
) -> TrainingClass:
    """A running class of `unit` with a session for each part of each day."""
    training_class = TrainingClass.objects.create(
        code=f"C-{next(_serial)}",
        title=title,
        form="lecture",
        status="running",
        unit=unit,
        place=unit.path,
        county=unit.county,
        year=days[0].year,
        level="township",
        is_concentrated=is_concentrated,
        capacity=100,
        starts_on=min(days),
        ends_on=max(days),
        created_at=clock.now(),
    )
    numbers = count(1)
    for day in days:
        for part in parts:
            Session.objects.create(
                training_class=training_class,
                number=next(numbers),
                title=f"{day:%m-%d} {part}",
                held_on=day,
                part=part,
                starts_at=clock.at_local(day, PARTS[part][0]),
                ends_at=clock.at_local(day, PARTS[part][1]),
                credit_unit=credit_unit,
                hours=hours,
            )
    Roll.objects.create(training_class=training_class)
    return training_class


def seat(training_class: TrainingClass, person: Person, status: str = "confirmed") -> Enrolment:
    """A seat of a person in a class, held from the unit they belong to on its first day."""
    day = training_class.starts_on
    home = Membership.objects.filter(person=person, is_primary=True, valid_from__lte=day).latest("valid_from").unit
    TrainingClass.objects.filter(pk=training_class.pk).update(seats_taken=F("seats_taken") + 1)
    return Enrolment.objects.create(
        county=home.county,
        year=training_class.year,
        training_class=training_class,
        person=person,
        unit=home,
        place=home.path,
        status=status,
        nominated_at=clock.now(),
    )


def mark(training_class: TrainingClass, person: Person, states: Mapping[int, str] | str) -> None:
    """Set a person's marks: one state for all sessions, or by session number."""
    for session in training_class.sessions.all():
        state = states if isinstance(states, str) else states.get(session.number, "absent")
        Mark.objects.update_or_create(
            county=training_class.county,
            year=session.held_on.year,
            session=session,
            person=person,
            defaults={"state": state, "source": "roll_call", "marked_at": clock.now()},
        )


def close(training_class: TrainingClass) -> None:
    """Close the roll, as the attendance desk does."""
    Roll.objects.filter(training_class=training_class).update(closed_at=clock.now())
    TrainingClass.objects.filter(pk=training_class.pk).update(status="closed")


def held_class(
    unit: Unit, days: Sequence[date], people: Mapping[Person, Mapping[int, str] | str], **more: object
) -> TrainingClass:
    """A class that has been held: everybody seated, marked, and the roll closed."""
    training_class = make_class(unit, days, **more)  # type: ignore[arg-type]
    for person, states in people.items():
        seat(training_class, person)
        mark(training_class, person, states)
    close(training_class)
    return training_class


def next_days(first: date, how_many: int) -> list[date]:
    """Days in a row."""
    return [first + timedelta(n) for n in range(how_many)]
