"""Whole small worlds at random: four classes that share days and people, from the seats to the figures at the top.

A pure model walks beside the services; at every look the database must say exactly what the model says.
`DOORSTEP_OPERATIONS` sets how many operations, `DOORSTEP_SEED` draws others.
"""

from __future__ import annotations

import json
import os
import random
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Sum

from doorstep.attendance.services.arrivals import check_in, check_in_many
from doorstep.attendance.services.rolls import close_roll, correct_mark, mark_roll
from doorstep.classes.models import Enrolment, Leave, Quota, Session, TrainingClass
from doorstep.classes.queries.people import enrolment_of, nominees
from doorstep.classes.services.leave import ask_leave, decide_leave, report_back, take_back_leave
from doorstep.classes.services.opening import cancel_class
from doorstep.classes.services.people import confirm_seats, nominate, replace_person, withdraw_seat
from doorstep.classes.services.seats import call_in_seats, hand_down_seats, pass_on_seats, return_seats
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import DoorstepError
from doorstep.core.invariants import check_invariants
from doorstep.core.jobs import deliver
from doorstep.coverage.jobs import fold, turn_day
from doorstep.coverage.models import Delta, KeptYear, Standing, Tally
from doorstep.coverage.services import rebuild_year
from doorstep.directory.jobs.days import turn_day as place_people
from doorstep.directory.models import Person
from doorstep.directory.services.people import move_member
from doorstep.records.models import Posting
from tests.attendance.class_model import CAME, DOOR, Held, compare, hours_due
from tests.cast import Cast
from tests.factories.classes import half_day, hours, make_class, make_people

pytestmark = pytest.mark.django_db

OPERATIONS = int(os.environ.get("DOORSTEP_OPERATIONS", "20000"))
SEED = int(os.environ.get("DOORSTEP_SEED", "1"))
STEPS, LOOK = 500, 100  # operations in the life of a world; how often everything is compared
DAYS = (date(2026, 3, 2), date(2026, 12, 30))  # a plain week, and one over New Year
MOMENTS = ((-2, 12, 0), (0, 8, 35), (0, 14, 0), (0, 20, 0), (1, 9, 0), (1, 15, 0), (2, 8, 45), (4, 9, 0))
BRANCHES = {"kengtou": 10, "shiqiao": 9, "huangjia": 7, "xiangyang": 6}
STAFF = ("city", "city", "city", "county", "county", "township", "other_county", "base")
KEEPERS = ("city", "city", "city", "city", "county", "township", "secretary", "sibling_township", "other_county")
STRANGERS = ("teacher", "trainee", "auditor")
STATES = ("present", "present", "late", "early", "absent", "absent", "personal_leave", "sick_leave", "official_leave")
COUNTED = "members leaders trained trained_leaders met met_leaders person_times hours".split()
LATE_AFTER = 10  # minutes, policy:attendance.late_after_minutes
# How often each operation comes, and the jobs of the queue.
ACTS = {"nominate": 4, "confirm": 2, "replace": 1, "withdraw": 1, "hand_down": 1, "pass_on": 1, "call_in": 0.3}
ACTS |= {"cancel": 0.06, "leave": 2, "decide": 2, "arrive": 5, "mark": 2, "close": 1, "correct": 3, "move": 2}
JOBS: dict[str, Callable[..., Any]] = {"core.deliver": deliver.func, "coverage.fold": fold.func}


class World:
    """Four classes, forty people of four branches in two counties, and what should be true of them."""

    def __init__(self, cast: Cast, chance: random.Random, first: date) -> None:
        self.cast, self.chance, self.first = cast, chance, first
        self.actors = {name: cast.actor(name) for name in cast.accounts}
        self.branches = [cast.unit(name) for name in BRANCHES]
        self.people = [p.pk for p in cast.people.values()]
        self.people += [p.pk for name, n in BRANCHES.items() for p in make_people(cast.unit(name), n)]
        self.paths = {unit.pk: unit.path for unit in cast.units.values()}
        self.classes = [Held(row) for row in self._classes()]
        self.done: Counter[str] = Counter()
        rebuild_year(year=first.year, actor=cast.system)

    def _classes(self) -> Iterator[TrainingClass]:
        day = [self.first + timedelta(days=n) for n in range(4)]
        yield self._class("huotong", 6, [half_day(day[0]), half_day(day[0], 14)])
        evening = hours("夜校", clock.at_local(day[0], 19), Decimal("1.5"))
        yield self._class("huotong", 5, [evening, half_day(day[1])])
        yield self._class("jiaocheng", 8, [half_day(d, hour) for d in day[1:3] for hour in (8, 14)])
        yield self._class("ningde", 12, [half_day(d, hour) for d in day for hour in (8, 14)])

    def _class(self, unit: str, capacity: int, sessions: list[Any]) -> TrainingClass:
        return make_class(self.cast.unit(unit), sessions=sessions, capacity=capacity)

    def actor(self, names: tuple[str, ...]) -> Actor:
        return self.actors[self.chance.choice(STRANGERS if self.chance.random() < 0.03 else names)]

    def some(self, held: Held, most: int, seated: float = 0.8) -> list[int]:
        """A few people: mostly such as hold a seat in the class, or else such as gave one up, or anybody."""
        known = held.seats if self.chance.random() < seated else held.gone if self.chance.random() < 0.4 else ()
        pool = sorted(known) or self.people
        return self.chance.sample(pool, min(len(pool), self.chance.randint(1, most)))

    def session(self, held: Held) -> Session:
        """Mostly one whose door may be open."""
        near = [s for s in held.sessions if s.starts_at - DOOR <= clock.now() <= s.ends_at]
        return self.chance.choice(near if near and self.chance.random() < 0.8 else held.sessions)

    # Seats

    def nominate(self, held: Held) -> None:
        chosen, actor = self.some(held, 3, seated=0.1), self.actor(KEEPERS)
        people, rough = nominees(chosen), self.chance.random() < 0.8
        rows = nominate(training_class=held.row, people=people, accept_overlap=rough, reason="补", actor=actor)
        assert not held.seats.keys() & set(chosen), "a second seat for the same person"
        assert all(p.place.startswith(actor.grants[0].place) for p in people), "somebody else's member"
        self._seat(held, rows)

    def _seat(self, held: Held, rows: list[Enrolment]) -> None:
        units = dict(Quota.objects.filter(training_class=held.row).values_list("pk", "unit"))
        for row in rows:
            unit = units[row.quota_id] if row.quota_id else None
            held.seats[row.person_id], held.under[row.person_id] = row.status, unit
            assert unit is None or row.place.startswith(self.paths[unit]), "a seat of a quota that is not theirs"
        held.must_be_possible()

    def confirm(self, held: Held) -> None:
        chosen = self.some(held, 3, seated=0.95)
        confirm_seats(training_class=held.row, person_ids=chosen, actor=self.actor(STAFF))
        held.must_be_possible()
        assert set(chosen) <= held.seats.keys(), "confirmed without a seat"
        held.seats |= dict.fromkeys(chosen, "confirmed")

    def replace(self, held: Held) -> None:
        (leaving, *_), coming, actor = self.some(held, 1), self.chance.choice(self.people), self.actor(KEEPERS)
        seat = enrolment_of(held.row, leaving, actor)
        row = replace_person(enrolment=seat, by=nominees([coming])[0], accept_overlap=True, actor=actor)
        assert coming not in held.seats, "a second seat for the same person"
        held.give_up(leaving)
        self._seat(held, [row])

    def withdraw(self, held: Held) -> None:
        (who, *_), actor = self.some(held, 1), self.actor(KEEPERS)
        withdraw_seat(enrolment=enrolment_of(held.row, who, actor), reason="有事", actor=actor)
        held.give_up(who)
        held.must_be_possible()

    def hand_down(self, held: Held) -> None:
        units = self.chance.sample(sorted(self.paths), 2)
        table = {unit: self.chance.randrange(5) for unit in units}
        rows = hand_down_seats(training_class=held.row, table=table, actor=self.actor(STAFF))
        self._quotas(held, rows)
        for unit, total in table.items():
            below = [n for u, n in held.quotas.items() if self.paths[u].startswith(self.paths[unit])]
            assert sum(below) == total, "a unit and all below it have other seats than they were handed"

    def _quotas(self, held: Held, rows: list[Quota]) -> None:
        held.quotas = {row.unit_id: row.seats for row in rows}
        held.must_be_possible()

    def pass_on(self, held: Held) -> None:
        rows = list(Quota.objects.filter(training_class=held.row).order_by("pk"))
        if not rows:
            self.hand_down(held)
            return
        quota, actor, number = self.chance.choice(rows), self.actor(KEEPERS), self.chance.randrange(4)
        whole, unit = sum(held.quotas.values()), self.chance.choice(sorted(self.paths))
        if self.chance.random() < 0.6:
            after = pass_on_seats(quota=quota, table={unit: number}, actor=actor)
            assert sum(q.seats for q in after) == whole, "seats lost or made by passing them on"
        else:
            return_seats(quota=quota, seats=number, actor=actor)
        self._quotas(held, list(Quota.objects.filter(training_class=held.row)))

    def call_in(self, held: Held) -> None:
        call_in_seats(training_class=held.row, actor=self.actor(STAFF))
        held.quotas = {unit: held.used(unit) for unit in held.quotas}
        held.must_be_possible()

    def cancel(self, held: Held) -> None:
        cancel_class(training_class=held.row, reason="台风", actor=self.actor(STAFF))
        assert not held.seats or clock.now() < held.sessions[0].starts_at, "cancelled with people in it"
        held.seats, held.status = {}, "cancelled"

    # Leave

    def leave(self, held: Held) -> None:
        (who, *_), actor, kind = self.some(held, 1), self.actor(KEEPERS), self.chance.choice(["personal", "official"])
        days = self.chance.sample(held.sessions, self.chance.choice((1, 1, 2)))
        seat = enrolment_of(held.row, who, actor)
        row = ask_leave(enrolment=seat, sessions=days, kind=kind, reason="家事", actor=actor)
        assert who in held.seats, "leave without a seat"
        held.leaves[row.pk] = (who, days, kind, "asked")

    def decide(self, held: Held) -> None:
        if not held.leaves:
            self.leave(held)
            return
        pk = self.chance.choice(sorted(held.leaves))
        (who, days, kind, status), row, way = held.leaves[pk], Leave.objects.get(pk=pk), self.chance.randrange(5)
        if way < 3:
            decide_leave(leave=row, approve=way < 2, note="", actor=self.actor(STAFF))
            after = "approved" if way < 2 else "declined"
        elif way == 3:
            take_back_leave(leave=row, actor=self.actor(KEEPERS))
            after = "taken_back"
        else:
            back = self.chance.choice(days or held.sessions)
            report_back(leave=row, first=back, actor=self.actor(KEEPERS))
            days, after = [s for s in days if s.starts_at < back.starts_at], "approved"
        assert (status == "approved") == (way == 4), "decided twice"
        held.leaves[pk] = (who, days, kind, after)

    # The roll

    def arrive(self, held: Held) -> None:
        session, actor, shift = self.session(held), self.actor(STAFF), self.chance.choice((0, 0, -5, -30, -90, 30))
        who, moment = self.some(held, 4, seated=0.9), clock.now() + timedelta(minutes=shift)
        who += who[:1] if self.chance.random() < 0.2 else []
        if len(who) == 1:
            check_in(session=session, person_id=who[0], method="roll_call", arrived_at=moment, actor=actor)
            refused = [False]
        else:
            rows = [(person, moment, uuid.uuid4()) for person in who]
            told = check_in_many(session=session, people=rows, method="device", upload=uuid.uuid4().hex, actor=actor)
            refused = [bool(outcome.refusal) for outcome in told]
        for person in [p for p, no in zip(who, refused, strict=True) if not no]:
            self._arrived(held, session, person, moment)

    def _arrived(self, held: Held, session: Session, person: int, moment: datetime) -> None:
        key = session.pk, person
        if key in held.arrivals:
            return
        held.must_be_open(session, moment)
        assert person in held.seats, "let in without a seat"
        assert moment <= session.ends_at, "let in when the door is shut"
        held.arrivals[key] = moment
        if held.marks.get(key) not in CAME:
            late = moment > session.starts_at + timedelta(minutes=LATE_AFTER)
            held.marks[key] = "late" if late else "present"

    def mark(self, held: Held) -> None:
        session, whole = self.session(held), self.chance.random() < 0.2
        marks = {person: self.chance.choice(STATES) for person in self.some(held, 3, seated=0.95)}
        mark_roll(session=session, marks=marks, is_rest_present=whole, actor=self.actor(STAFF))
        held.must_be_open(session, clock.now())
        assert marks.keys() <= held.seats.keys(), "marked who is not on the roll"
        held.marks |= {(session.pk, person): state for person, state in marks.items()}
        for person in held.seats if whole else ():
            held.marks.setdefault((session.pk, person), held.on_leave(session.pk, person) or "present")

    def close(self, held: Held) -> None:
        early = self.chance.random() < 0.03
        actor, absent = self.actor(STAFF), self.chance.random() < 0.7
        close_roll(training_class=held.row, accept_absent=absent, accept_early=early, actor=actor)
        held.must_be_open(held.sessions[-1], clock.now())
        assert early or clock.now() >= held.sessions[-1].ends_at, "closed before its end without a word"
        for session, person in ((s.pk, p) for s in held.sessions for p in held.seats):
            held.marks.setdefault((session, person), held.on_leave(session, person) or "absent")
        held.status = "closed"
        for person in held.seats:
            held.judge(person)

    def correct(self, held: Held) -> None:
        session, (who, *_), state = self.chance.choice(held.sessions), self.some(held, 1), self.chance.choice(STATES)
        correct_mark(session=session, person_id=who, state=state, reason="看错", actor=self.actor(STAFF))
        assert held.status == "closed", "corrected an open roll"
        assert (session.pk, who) in held.marks, "corrected what was never marked"
        held.marks[session.pk, who] = state
        held.judge(who)

    def move(self, held: Held) -> None:
        who, unit = self.some(held, 1, seated=0.5)[0], self.chance.choice(self.branches)
        day = clock.today() + timedelta(days=self.chance.choice((-3, -1, 0, 0, 1, 2)))
        move_member(person=Person.objects.get(pk=who), unit=unit, on=day, actor=self.actor(("city", "city", *STAFF)))

    def fitting(self, act: str) -> list[Held]:
        """Mostly classes in which the operation could go through."""
        wanted = "closed" if act == "correct" else "living"
        fit = [held for held in self.classes if held.status == wanted]
        return fit if fit and self.chance.random() < 0.9 else self.classes

    def step(self) -> None:
        """One operation; a refusal changes nothing, as the next look shows."""
        (name,) = self.chance.choices(list(ACTS), list(ACTS.values()))
        try:
            getattr(self, name)(self.chance.choice(self.fitting(name)))
            self.done[name] += 1
        except DoorstepError as refusal:
            self.done[f"{name} {refusal.code}"] += 1

    def deliver(self) -> None:
        """Do what the queue holds, in any order, some of it twice, until nothing is left."""
        with connection.cursor() as cursor:
            while True:
                cursor.execute("DELETE FROM procrastinate_jobs RETURNING id, task_name, args::text")
                jobs = sorted(cursor.fetchall())
                if not jobs:
                    return
                jobs += [job for job in jobs if self.chance.random() < 0.1]
                self.chance.shuffle(jobs)
                for _, name, args in jobs:
                    JOBS[name](**json.loads(args))

    # What must be true

    def look(self, told: str) -> None:
        """The database against the model, then every stated invariant, then the figures against a full rebuild."""
        self.deliver()
        for held in self.classes:
            compare(held, told)
        due = hours_due(self.classes)
        sums = Posting.objects.values_list("session", "person").annotate(sum=Sum("hours"))
        assert {(s, p): n for s, p, n in sums if n} == due, told
        assert [(f.name, f.offenders) for f in check_invariants() if not f.holds] == [], told
        self._look_at_coverage(due, told)

    def _look_at_coverage(self, due: dict[tuple[int, int], Decimal], told: str) -> None:
        sessions = {s.pk: s for held in self.classes for s in held.sessions}
        past = {key: n for key, n in due.items() if sessions[key[0]].held_on <= clock.today()}
        years = sorted(KeptYear.objects.values_list("year", flat=True))
        before = [self._figures(year) for year in years]
        assert not Delta.objects.exists(), told
        for year, (_, tallies) in zip(years, before, strict=True):
            mine = [n for (s, _), n in past.items() if sessions[s].held_on.year == year]
            comings = [(sessions[s], person) for s, person in sorted(past, reverse=True)]
            begun = {(person, s.training_class_id): s.held_on.year for s, person in comings}
            top = next(row for row in tallies if row["unit_id"] == self.cast.unit("ningde").pk)
            assert (top["members"], top["hours"]) == (len(self.people), sum(mine)), told
            assert top["person_times"] == sum(first == year for first in begun.values()), told
            rebuild_year(year=year, actor=self.cast.system)
        assert [self._figures(year) for year in years] == before, told

    def _figures(self, year: int) -> tuple[list[Any], list[dict[str, Any]]]:
        standings = Standing.objects.filter(year=year).order_by("person", "unit", "county").values()
        tallies = Tally.objects.filter(year=year).exclude(members=0, hours=0, person_times=0).order_by("unit")
        return list(standings), list(tallies.values("unit_id", *COUNTED))

    def live(self, steps: int, told: str) -> None:
        """From two days before the first class until after the last one."""
        day = None
        for number in range(steps):
            offset, hour, minute = MOMENTS[number * len(MOMENTS) // steps]
            moment = clock.at_local(self.first + timedelta(days=offset), hour, minute)
            with clock.frozen(moment + timedelta(seconds=number)):
                if day != clock.today():
                    day = clock.today()
                    place_people.func(0)
                    turn_day.func(0)
                self.go_on(number % LOOK == LOOK - 1 or number == steps - 1, f"{told} step {number} at {clock.now()}")

    def go_on(self, with_look: bool, told: str) -> None:
        try:
            self.step()
            if with_look:
                self.look(told)
            elif self.chance.random() < 0.05:
                self.deliver()
        except Exception as fault:
            fault.add_note(told)
            raise


def world_of(cast: Cast, part: int, seed: int = SEED) -> World:
    chance = random.Random(f"{seed} {part}")
    first = DAYS[part % len(DAYS)]
    with clock.frozen(clock.at_local(first - timedelta(days=10), 12)), connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")  # what a worker of an earlier test left behind
        return World(cast, chance, first)


@pytest.mark.parametrize("part", range(max(1, OPERATIONS // STEPS)))
def test_nothing_done_at_random_breaks_a_world(cast: Cast, part: int) -> None:
    world = world_of(cast, part)
    world.live(STEPS, f"DOORSTEP_SEED={SEED} part {part}")
    never = {"nominate", "confirm", "withdraw", "arrive", "mark", "move"} - world.done.keys()
    assert not never, f"DOORSTEP_SEED={SEED} part {part} never did {never}: {world.done}"


FAULTS = (
    "UPDATE classes_trainingclass SET seats_taken = seats_taken + 1 WHERE seats_taken < capacity",
    "UPDATE classes_quota SET seats = seats + 1",
    "UPDATE classes_enrolment SET status = 'withdrawn' WHERE status = 'confirmed'",
    "UPDATE attendance_mark SET state = 'sick_leave' WHERE state = 'present'",
    "DELETE FROM attendance_mark WHERE state = 'absent'",
    "INSERT INTO records_posting SELECT (jsonb_populate_record(p, "
    "jsonb_build_object('id', gen_random_uuid(), 'revision', 99))).* FROM records_posting p LIMIT 1",
    "UPDATE coverage_standing SET hours = hours + 1 WHERE hours > 0",
    "UPDATE coverage_tally SET hours = hours + 1",
)


def test_a_look_sees_every_fault(cast: Cast) -> None:
    world = world_of(cast, 0, seed=1)
    world.live(STEPS, "before")
    with clock.frozen(clock.at_local(world.first + timedelta(days=MOMENTS[-1][0]), 10)):
        for fault in FAULTS:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(fault)
                assert cursor.rowcount, f"changes nothing: {fault}"
                with pytest.raises(AssertionError):
                    world.look("after")
                transaction.set_rollback(True)
            world.look("as before")
