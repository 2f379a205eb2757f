"""What a class comes to: the hours each of its people gets, and what its archive holds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any, cast

from django.db.models import Sum

from doorstep.attendance.queries.rolls import Sheet, sheet_of, withdrawals
from doorstep.attendance.rules.marks import CAME
from doorstep.classes.queries.leave import leaves_of
from doorstep.classes.queries.people import enrolments_of
from doorstep.core.actors import Actor
from doorstep.core.policies import policies_at
from doorstep.records.models import Posting
from doorstep.records.queries.policies import KEYS, credit_policy
from doorstep.records.rules import CreditPolicy, Sitting, hours_earned

if TYPE_CHECKING:
    from datetime import date

    from doorstep.classes.models import Enrolment, Session, TrainingClass


@dataclass(frozen=True, slots=True)
class ClassHours:
    """Hours by person id: what the ledger says once they are posted, before that what the marks so far would give."""

    hours: dict[int, Decimal]
    is_posted: bool

    @property
    def total(self) -> Decimal:
        """All hours of the class."""
        return sum(self.hours.values(), Decimal(0))


def hours_of_class(sheet: Sheet) -> ClassHours:
    """The hours of everybody on the roll of a class; a half day without a mark or approved leave gives nothing yet."""
    posted = Posting.objects.filter(training_class=sheet.training_class).values("person").annotate(sum=Sum("hours"))
    booked = {row["person"]: row["sum"] for row in posted} if sheet.closed else {}
    if booked:
        return ClassHours({e.person_id: booked.get(e.person_id, Decimal(0)) for e in sheet.enrolments}, True)
    expected = _expected(sheet)
    return ClassHours(expected, sheet.closed is not None and not any(expected.values()))


def _expected(sheet: Sheet) -> dict[int, Decimal]:
    policies = {
        day: credit_policy(policies_at(KEYS, on=day, place=sheet.training_class.place))
        for day in {session.held_on for session in sheet.sessions}
    }
    leaving = set(withdrawals(replace(sheet, marks=sheet.leave | sheet.marks)))
    return {
        seat.person_id: _hours_of(sheet, seat.person_id, policies, seat.person_id in leaving or _is_out(seat))
        for seat in sheet.enrolments
    }


def _is_out(seat: Enrolment) -> bool:
    return seat.status not in ("nominated", "confirmed")


def _hours_of(sheet: Sheet, person_id: int, policies: dict[date, CreditPolicy], is_leaving: bool) -> Decimal:
    hours = Decimal(0)
    for day, sessions in groupby(sheet.sessions, lambda session: session.held_on):
        held = [_sitting(s, sheet.standing(person_id, s.pk), is_leaving) for s in sessions]
        credits = hours_earned([(sitting, policies[day]) for sitting in held if sitting.state])
        hours += sum((credit.hours for credit in credits), Decimal(0))
    return hours


def _sitting(session: Session, state: str, is_leaving: bool) -> Sitting:
    return Sitting(session.pk, cast(Any, session.credit_unit), session.hours, cast(Any, state), is_leaving)


@dataclass(frozen=True, slots=True)
class ArchiveRow:
    """One person of a class: the seat, the half days they came to, their hours."""

    seat: Enrolment
    came: int
    hours: Decimal


@dataclass(frozen=True, slots=True)
class ClassArchive:
    """What is kept of a class: what was asked, who came, the hours, how the roll was closed."""

    sheet: Sheet
    rows: list[ArchiveRow]
    hours: ClassHours
    asked_count: int
    leave_count: int
    teachers: list[str]

    @property
    def came_count(self) -> int:
        """People who came at least once, each counted once."""
        return sum(row.came > 0 for row in self.rows)

    @property
    def credited_count(self) -> int:
        """Comings that give hours: one for each person of the class with any."""
        return sum(row.hours > 0 for row in self.rows)


def archive_of(training_class: TrainingClass, actor: Actor) -> ClassArchive:
    """The archive of a class that `actor` may see; before the roll is closed, what it would hold now."""
    sheet = sheet_of(training_class)
    hours = hours_of_class(sheet)
    came: dict[int, int] = {}
    for (person_id, _), state in sheet.marks.items():
        came[person_id] = came.get(person_id, 0) + (state in CAME)
    rows = [ArchiveRow(e, came.get(e.person_id, 0), hours.hours.get(e.person_id, Decimal(0))) for e in sheet.enrolments]
    return ClassArchive(
        sheet=sheet,
        rows=rows,
        hours=hours,
        asked_count=enrolments_of(training_class, actor).count(),
        leave_count=leaves_of(training_class, actor).filter(status="approved").count(),
        teachers=sorted({s.teacher.name for s in sheet.sessions if s.teacher}),
    )
