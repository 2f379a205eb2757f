"""What a class should be after each operation, worked out apart from the services, and whether the tables say so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from doorstep.attendance.models import CheckIn, Mark
from doorstep.classes.models import Enrolment, Quota, Session, TrainingClass

CAME = ("present", "late", "early")
DOOR = timedelta(hours=1)  # policy:attendance.opens_minutes_before
# The shipped policies: hours of a half day, hours a day gives at most, leave and absence a class bears.
HALF_DAY, DAY_MAX, LEAVE_MAX, ABSENT_MAX = Decimal(4), Decimal(8), Fraction(1, 7), 2


class Held:
    """What the model knows of one class."""

    def __init__(self, row: TrainingClass) -> None:
        self.row, self.sessions = row, list(row.sessions.order_by("starts_at"))
        self.seats: dict[int, str] = {}  # person -> nominated or confirmed; given up by word: gone from here
        self.under: dict[int, int | None] = {}  # person -> unit from whose quota the seat is
        self.quotas: dict[int, int] = {}  # unit -> seats it holds itself
        self.gone: set[int] = set()  # who gave a seat up by word
        self.left: set[int] = set()  # whom closing made leave
        self.marks: dict[tuple[int, int], str] = {}
        self.arrivals: dict[tuple[int, int], datetime] = {}
        self.leaves: dict[int, tuple[int, list[Session], str, str]] = {}  # id -> person, sessions, kind, status
        self.status = "living"

    def worth(self, session: Session) -> Decimal:
        return HALF_DAY if session.credit_unit == "half_day" else session.hours

    def has_left(self, person: int) -> bool:
        """More than a seventh of the hours on leave, or two days absent."""
        states = {s: self.marks[s.pk, person] for s in self.sessions}
        away = sum(self.worth(s) for s, state in states.items() if state in ("personal_leave", "sick_leave"))
        absent = sum(self.worth(s) for s, state in states.items() if state == "absent")
        return absent >= ABSENT_MAX * DAY_MAX or Fraction(away) > LEAVE_MAX * Fraction(
            sum(map(self.worth, self.sessions))
        )

    def judge(self, person: int) -> None:
        if person in self.seats:
            (self.left.add if self.has_left(person) else self.left.discard)(person)

    def give_up(self, person: int) -> None:
        del self.seats[person]
        self.gone.add(person)

    def on_leave(self, session: int, person: int) -> str:
        of_person = [leave for leave in self.leaves.values() if leave[0] == person and leave[3] == "approved"]
        kinds = [f"{kind}_leave" for _, sessions, kind, _ in of_person if session in {s.pk for s in sessions}]
        assert len(kinds) <= 1, "leave granted twice for one session"
        return kinds[0] if kinds else ""

    def used(self, unit: int | None) -> int:
        return sum(self.under[p] == unit for p in self.seats.keys() - self.left)

    def must_be_open(self, session: Session, moment: datetime) -> None:
        """Nobody comes, is marked or is missed before the door of a session opens, or after the roll was closed."""
        assert self.status == "living", "on the roll after the end"
        assert moment >= session.starts_at - DOOR, "on the roll before the door opened"

    def must_be_possible(self) -> None:
        """Never more people than seats: of the class, of a quota, of what is left beside the quotas."""
        assert self.status == "living", "changed after its end"
        assert len(self.seats) <= self.row.capacity, "over capacity"
        assert all(self.used(unit) <= self.quotas.get(unit, 0) for unit in self.under.values() if unit), "over a quota"
        assert self.used(None) + sum(self.quotas.values()) <= self.row.capacity, "quotas over capacity"


def hours_due(classes: Sequence[Held]) -> dict[tuple[int, int], Decimal]:
    """What every closed class owes: the hours of those who came and stayed, eight a day at most."""
    spent: dict[tuple[int, date], Decimal] = defaultdict(Decimal)
    due = {}
    closed = [(s, held) for held in classes if held.status == "closed" for s in held.sessions]
    for session, held in sorted(closed, key=lambda pair: (pair[0].starts_at, pair[0].pk)):
        for person in held.seats.keys() - held.left:
            if held.marks[session.pk, person] in CAME:
                value = min(held.worth(session), DAY_MAX - spent[person, session.held_on])
                spent[person, session.held_on] += value
                if value:
                    due[session.pk, person] = value
    return due


def compare(held: Held, told: str) -> None:
    """The tables of a class against the model: its state, seats, counters, quotas, marks and arrivals."""
    row = TrainingClass.objects.get(pk=held.row.pk)
    statuses = {"living": ("open", "running"), "closed": ("closed",), "cancelled": ("cancelled",)}
    assert row.status in statuses[held.status], told
    rows = Enrolment.objects.filter(training_class=row)
    seats = rows.filter(status__in=["nominated", "confirmed"]).values_list("person", "status", "quota__unit")
    staying = {p: (status, held.under[p]) for p, status in held.seats.items() if p not in held.left}
    assert sorted((p, (status, unit)) for p, status, unit in seats) == sorted(staying.items()), told
    assert row.seats_taken == len(staying), told
    assert set(rows.exclude(left_for="").values_list("person", flat=True)) == held.left, told
    quotas = {q.unit_id: (q.seats, q.used) for q in Quota.objects.filter(training_class=row)}
    assert quotas == {unit: (seats, held.used(unit)) for unit, seats in held.quotas.items()}, told
    marks = [((m.session_id, m.person_id), m.state) for m in Mark.objects.filter(session__in=held.sessions)]
    assert sorted(marks) == sorted(held.marks.items()), told
    came = CheckIn.objects.filter(session__in=held.sessions).values_list("session", "person", "arrived_at")
    assert sorted(((s, p), at) for s, p, at in came) == sorted(held.arrivals.items()), told
