"""Random operations on classes, one after the other, right and wrong ones: the database stays what a small model says.

`DOORSTEP_OPERATIONS` sets how many, `DOORSTEP_SEED` another order of them.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import Sum

from doorstep.attendance.models import Mark
from doorstep.attendance.services.rolls import close_roll, correct_mark, mark_roll
from doorstep.classes.models import Enrolment, TrainingClass
from doorstep.classes.queries.people import enrolment_of, nominees
from doorstep.classes.services.people import confirm_seats, nominate, replace_person, withdraw_seat
from doorstep.classes.services.seats import hand_down_seats
from doorstep.core import clock
from doorstep.core.errors import DoorstepError
from doorstep.core.invariants import check_invariants
from doorstep.coverage.services.refreshing import rebuild_year
from doorstep.records.models import Posting
from doorstep.records.services import post_credit
from tests.cast import Cast
from tests.factories.classes import make_class, make_people

pytestmark = pytest.mark.django_db

OPERATIONS = int(os.environ.get("DOORSTEP_OPERATIONS", "6000"))
SEED = int(os.environ.get("DOORSTEP_SEED", "1"))
STEPS = 250  # operations in the life of one class
HOLDING = ("nominated", "confirmed")
STATES = ("present", "late", "early", "absent", "personal_leave", "official_leave")
CREDITED = ("present", "late", "early")
HALF_DAY = 4  # hours of credit, policy:credit.half_day
Act = Callable[[], None]
WORKERS = ("city", "county", "township", "township", "township", "secretary", "other_county", "trainee")


class Life:
    """A class of six seats for fourteen people of two branches, and what should be true of it."""

    def __init__(self, cast: Cast, chance: random.Random) -> None:
        self.cast, self.chance = cast, chance
        self.training_class = make_class(cast.unit("huotong"), capacity=6)
        self.sessions = list(self.training_class.sessions.all())
        self.branches = [cast.unit("kengtou"), cast.unit("shiqiao")]
        self.people = [p.pk for unit in self.branches for p in make_people(unit, 7)]
        self.seated: dict[int, str] = {}
        self.marks: dict[tuple[int, int], str] = {}
        self.is_closed = False
        self.before: list[Act] = [
            self.nominate,
            self.nominate,
            self.confirm,
            self.replace,
            self.withdraw,
            self.hand_down,
        ]
        self.later: list[Act] = [*self.before, self.mark, self.mark, self.correct, self.correct, self.close]

    def actor(self) -> str:
        return self.chance.choice(WORKERS)

    def one(self) -> int:
        return self.chance.choice(self.people)

    def nominate(self) -> None:
        chosen = self.chance.sample(self.people, self.chance.choice((1, 1, 2, 4)))
        actor = self.cast.actor(self.actor())
        rows = nominate(
            training_class=self.training_class, people=nominees(chosen), accept_overlap=True, reason="补", actor=actor
        )
        assert not set(chosen) & self.seated.keys(), "a second seat for the same person"
        self.seated |= {row.person_id: row.status for row in rows}

    def confirm(self) -> None:
        chosen = self.chance.sample(self.people, 2)
        confirm_seats(training_class=self.training_class, person_ids=chosen, actor=self.cast.actor(self.actor()))
        self.seated |= dict.fromkeys(chosen, "confirmed")

    def replace(self) -> None:
        leaving, coming = self.chance.sample(self.people, 2)
        actor = self.cast.actor(self.actor())
        row = replace_person(
            enrolment=enrolment_of(self.training_class, leaving, actor),
            by=nominees([coming])[0],
            accept_overlap=True,
            actor=actor,
        )
        del self.seated[leaving]
        self.seated[coming] = row.status

    def withdraw(self) -> None:
        who, actor = self.one(), self.cast.actor(self.actor())
        withdraw_seat(enrolment=enrolment_of(self.training_class, who, actor), reason="有事", actor=actor)
        del self.seated[who]

    def hand_down(self) -> None:
        table = {unit.pk: self.chance.randrange(5) for unit in self.branches}
        hand_down_seats(training_class=self.training_class, table=table, actor=self.cast.actor(self.actor()))

    def mark(self) -> None:
        session, who = self.chance.choice(self.sessions), self.chance.sample(self.people, 2)
        marks = {person: self.chance.choice(STATES) for person in who}
        mark_roll(session=session, marks=marks, actor=self.cast.actor(self.actor()))
        self.marks |= {(session.pk, person): state for person, state in marks.items()}

    def correct(self) -> None:
        session, who, state = self.chance.choice(self.sessions), self.one(), self.chance.choice(STATES)
        correct_mark(session=session, person_id=who, state=state, reason="看错", actor=self.cast.actor(self.actor()))
        self.marks[session.pk, who] = state

    def close(self) -> None:
        if self.chance.random() < 0.9:
            return
        actor = self.cast.actor(self.actor())
        close_roll(training_class=self.training_class, accept_absent=True, accept_early=True, actor=actor)
        self.is_closed = True

    def step(self) -> None:
        """One operation; a refusal changes nothing, as the next comparison shows."""
        acts = self.later if clock.now() >= self.sessions[0].starts_at else self.before
        try:
            with transaction.atomic():
                self.chance.choice(acts)()
        except DoorstepError:
            return

    def compare(self, told: str) -> None:
        """The database against the model, then every stated invariant."""
        if self.is_closed:
            post_credit(training_class_id=self.training_class.pk, actor=self.cast.system)
        rebuild_year(year=self.training_class.year, actor=self.cast.system)
        held = Enrolment.objects.filter(training_class=self.training_class)
        now = {row.person_id: row.status for row in held if row.status in HOLDING}
        if not self.is_closed:  # closing ends seats by the rules of withdrawal, which the invariants know
            assert now == self.seated, told
        found = TrainingClass.objects.get(pk=self.training_class.pk)
        assert found.seats_taken == held.filter(status__in=(*HOLDING, "finished")).count() <= found.capacity, told
        marks = {(m.session_id, m.person_id): m.state for m in Mark.objects.filter(session__in=self.sessions)}
        assert {key: marks.get(key) for key in self.marks} == self.marks, told
        self._compare_credit(marks, told)
        assert [(f.name, f.offenders) for f in check_invariants() if not f.holds] == [], told

    def _compare_credit(self, marks: dict[tuple[int, int], str], told: str) -> None:
        lines = Posting.objects.filter(session__in=self.sessions).values_list("session_id", "person_id")
        sums = {(session, person): int(hours) for session, person, hours in lines.annotate(s=Sum("hours")) if hours}
        # Who gave the seat up earns nothing; so does who was on leave for one of two half days: more than a seventh.
        stayed = self.seated.keys() - {person for (_, person), state in marks.items() if state == "personal_leave"}
        earned = {key: HALF_DAY for key, state in marks.items() if state in CREDITED and key[1] in stayed}
        assert sums == (earned if self.is_closed else {}), told


@pytest.mark.parametrize("part", range(max(1, OPERATIONS // STEPS // 3)))
def test_nothing_done_at_random_breaks_a_class(cast: Cast, part: int) -> None:
    chance = random.Random(f"{SEED} {part}")
    life = Life(cast, chance)
    begins = clock.at_local(life.sessions[0].held_on, 7)
    for act in (begins - timedelta(days=3), begins + timedelta(hours=3), begins + timedelta(days=1)):
        with clock.frozen(act):
            for number in range(STEPS):
                life.step()
                if number % 125 == 124:
                    life.compare(f"DOORSTEP_SEED={SEED} part {part} at {act} step {number}")


def test_the_comparison_sees_a_fault(cast: Cast) -> None:
    life = Life(cast, random.Random(1))
    life.compare("before")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE classes_trainingclass SET seats_taken = 1 WHERE id = %s", [life.training_class.pk])
    with pytest.raises(AssertionError):
        life.compare("after")
