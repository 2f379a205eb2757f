"""How the roll of a class stands: people, half days, marks, leave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from django.db.models import Count, Max, QuerySet, Sum, Value

from doorstep.attendance.models import CheckIn, Mark, Roll
from doorstep.attendance.rules.closing import ClosingPolicy, Sitting, withdrawal
from doorstep.attendance.rules.marks import CAME, LEAVES, leave_mark
from doorstep.classes.queries.classes import sessions_of
from doorstep.classes.queries.hosts import hosting
from doorstep.classes.queries.leave import approved_leave, credit_policy
from doorstep.classes.queries.people import enrolments_of, seats_mark
from doorstep.classes.rules.timetable import session_hours
from doorstep.core import clock
from doorstep.core.actors import Actor, system_actor
from doorstep.core.permissions import visible_to
from doorstep.core.policies import policies_at, policy_at
from doorstep.directory.rules.search_keys import initials_of, normal_name

if TYPE_CHECKING:
    from doorstep.classes.models import Enrolment, Session, TrainingClass

Marks = dict[tuple[int, int], str]  # (person id, session id) -> mark
_CLOSING = ("attendance.leave_max_ratio", "attendance.absence_days_dismiss")


@dataclass
class Sheet:
    """The roll of one class: who is on it, what was held, the marks set and the leave approved."""

    training_class: TrainingClass
    sessions: list[Session]
    enrolments: list[Enrolment]
    marks: Marks
    leave: Marks
    closed: Roll | None

    def standing(self, person_id: int, session_id: int) -> str:
        """The mark, or what approved leave would make it, or nothing."""
        return self.marks.get((person_id, session_id)) or self.leave.get((person_id, session_id), "")

    def counts(self, session_id: int) -> dict[str, int]:
        """For one session: `expected` people less those on leave, `present`, `leave`, and `open` without a mark."""
        states = [self.standing(e.person_id, session_id) for e in self.enrolments]
        leave = sum(state in LEAVES for state in states)
        return {
            "expected": len(states) - leave,
            "present": sum(state in CAME for state in states),
            "leave": leave,
            "open": sum((e.person_id, session_id) not in self.marks for e in self.enrolments),
        }


def sheet_of(training_class: TrainingClass) -> Sheet:
    """The roll of a class the caller may see, people by name."""
    sessions = [s for s in sessions_of(training_class) if not s.is_cancelled]
    seats = enrolments_of(training_class, system_actor("roll"))
    closed = Roll.objects.filter(training_class=training_class, closed_at__isnull=False).first()
    holding = ["nominated", "confirmed", *(["withdrawn"] if closed else [])]
    rows = Mark.objects.filter(session__in=sessions).values_list("person_id", "session_id", "state")
    leave = {
        (person, session): leave_mark(kind) for (session, person), kind in approved_leave(training_class.pk).items()
    }
    return Sheet(
        training_class,
        sessions,
        list(seats.filter(status__in=holding)),
        {(person, session): state for person, session, state in rows},
        leave,
        closed,
    )


def found_on(sheet: Sheet, text: str) -> list[Enrolment]:
    """The people of a sheet whose name or pinyin initials contain `text`; all for an empty one."""
    wanted = normal_name(text)
    if not wanted:
        return sheet.enrolments
    return [e for e in sheet.enrolments if wanted in normal_name(e.person.name) or wanted in initials_of(e.person.name)]


def session_in_hand(sessions: Sequence[Session], asked: str = "") -> Session | None:
    """The session asked for, else the one going on or coming next today, else the last one."""
    if asked.isdigit():
        for session in sessions:
            if session.pk == int(asked):
                return session
    moment = clock.now()
    coming = [s for s in sessions if s.ends_at >= moment]
    left = coming or list(sessions[-1:])
    return left[0] if left else None


def not_open_yet(sessions: Sequence[Session]) -> dict[int, datetime]:
    """session id -> when check-in and the roll open, of those sessions where that is still to come.

    They are of one class. One query for each day that has sessions ahead, none when all have begun.
    Source: policy:attendance.opens_minutes_before, in force on the day of the session.
    """
    now, key = clock.now(), "attendance.opens_minutes_before"
    ahead = [session for session in sessions if session.starts_at > now]
    places = {session.held_on: session.training_class.place for session in ahead}
    before = {day: timedelta(minutes=policy_at(key, on=day, place=place).integer) for day, place in places.items()}
    opening = {session.pk: session.starts_at - before[session.held_on] for session in ahead}
    return {session: opens for session, opens in opening.items() if opens > now}


def sittings_of(sheet: Sheet) -> list[Sitting]:
    """The sessions as the closing rules weigh them, by the policies of the class's first day."""
    policy = credit_policy(on=sheet.training_class.starts_on, place=sheet.training_class.place)
    hours = {s.pk: session_hours(s.credit_unit, s.hours, policy) for s in sheet.sessions}
    return [Sitting(pk, value, Fraction(value) / Fraction(policy.day_max)) for pk, value in hours.items()]


def closing_policy(training_class: TrainingClass) -> ClosingPolicy:
    """How much leave and absence a class bears."""
    rows = policies_at(_CLOSING, on=training_class.starts_on, place=training_class.place)
    return ClosingPolicy(rows[_CLOSING[0]].ratio, rows[_CLOSING[1]].ratio)


def marks_of_person(marks: Mapping[tuple[int, int], str], person_id: int) -> dict[int, str]:
    """session id -> mark of one person."""
    return {session: state for (person, session), state in marks.items() if person == person_id}


# What was received before a look may be committed after it: so much is looked at again.
_OVERLAP = timedelta(seconds=2)


def latest_arrivals(session: Session, most: int, since: datetime | None = None) -> list[CheckIn]:
    """The last to arrive at a session, the newest first, with the person; at one moment the higher id is newer.

    With `since`, the time of the newest one seen before, all who came from two seconds before it on, `most` at most:
    some of them have been seen, none is left out.
    """
    rows = CheckIn.objects.filter(session=session).select_related("person").order_by("-received_at", "-person_id")
    return list((rows.filter(received_at__gte=since - _OVERLAP) if since else rows)[:most])


def room_mark(session: Session) -> list[tuple[object, ...]]:
    """Short sums over what the screen of a room shows: the same as long as nothing there has changed, in two queries.

    Only changes that undo each other within a moment leave it as it was.
    """
    came = CheckIn.objects.filter(session=session).values("session")
    came = came.annotate(n=Count("person"), at=Max("received_at"), turns=Value(0))
    marks = Mark.objects.filter(session=session).values("session")
    marks = marks.annotate(n=Count("person"), at=Max("marked_at"), turns=Sum("revision"))
    shown = ("what", "n", "at", "turns")
    rows = came.annotate(what=Value("came")).values_list(*shown)
    sums = sorted(rows.union(marks.annotate(what=Value("mark")).values_list(*shown), all=True))
    return [*sums, *seats_mark(session.training_class_id), (session.training_class.status,)]


def arrivals_visible_to(actor: Actor) -> QuerySet[CheckIn]:
    """The arrivals at classes whose roll `actor` may see."""
    sharing = hosting("session__training_class")
    rows = CheckIn.objects.all()
    return visible_to(actor, "attendance.view_roll", rows, place="session__training_class__place", shared=sharing)


def arrival_of(session: Session, person_id: int) -> CheckIn | None:
    """A person's arrival at a session, or None."""
    return CheckIn.objects.filter(session=session, person=person_id).first()


def mark_of(session: Session, person_id: int) -> Mark | None:
    """A person's mark at a session, or None."""
    return Mark.objects.filter(session=session, person=person_id).first()


def withdrawals(sheet: Sheet) -> dict[int, str]:
    """person id -> why they would count as withdrawn if the roll were closed with the marks it has."""
    sittings, policy = sittings_of(sheet), closing_policy(sheet.training_class)
    reasons = {
        e.person_id: withdrawal(marks_of_person(sheet.marks, e.person_id), sittings, policy) for e in sheet.enrolments
    }
    return {person: reason for person, reason in reasons.items() if reason}
