"""Taking arrivals: who, when, once."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doorstep.attendance.models import CheckIn, Mark
from doorstep.attendance.queries import codes
from doorstep.attendance.rules.marks import DoorPolicy, door_refusal, mark_of_times
from doorstep.attendance.services.arrivals import arrive, check_in, check_in_many
from doorstep.attendance.services.refusals import (
    InFuture,
    NotEnrolled,
    RollIsClosed,
    SessionOff,
    TicketGone,
    TooEarly,
    TooLate,
)
from doorstep.classes.models import Enrolment, Session, TrainingClass
from doorstep.core import clock
from doorstep.core.errors import NotPermitted
from doorstep.core.models import Activity, Policy
from doorstep.core.replays import KeyReused
from tests.attendance.conftest import Room, broken_invariants


def scan(room: Room, name: str = "林秀珍", **more: object) -> object:
    person = room.cast.person(name)
    given_values = {"session": room.session, "method": "personal_code", "actor": room.cast.actor("township"), **more}
    return check_in(person_id=person.pk, **given_values)  # type: ignore[arg-type]


def test_an_arrival_is_written_once_marked_and_traced(room: Room) -> None:
    first = scan(room)
    second = scan(room)
    assert (first.status, first.mark, first.name) == ("accepted", "present", "林秀珍")  # type: ignore[attr-defined]
    assert second.status == "known"  # type: ignore[attr-defined]
    assert second.arrived_at == first.arrived_at  # type: ignore[attr-defined]
    assert CheckIn.objects.count() == 1
    assert Mark.objects.get().state == "present"
    events = list(Activity.objects.filter(subject_kind="session").values_list("event", flat=True).order_by("at"))
    assert events == ["attendance.checked_in", "attendance.seen_again"]
    assert broken_invariants() == []


def test_the_same_key_gets_the_same_answer(room: Room, closed: Callable[[Room], None]) -> None:
    key = uuid.uuid4()
    first = scan(room, key=key)
    closed(room)
    assert scan(room, key=key) == first
    with pytest.raises(KeyReused):
        scan(room, "黄德旺", key=key)
    assert CheckIn.objects.count() == 1


def test_late_by_the_policy_of_the_place(room: Room) -> None:
    with clock.frozen(room.session.ends_at):
        outcome = scan(room, arrived_at=room.session.starts_at + timedelta(minutes=11))
    assert outcome.mark == "late"  # type: ignore[attr-defined]
    assert Mark.objects.get().state == "late"
    Policy.objects.create(
        key="attendance.late_after_minutes", value="20", place=room.training_class.place, valid_from="2020-01-01",
        source="ours", status="local",
    )  # fmt: skip
    with clock.frozen(room.session.ends_at):
        later = scan(room, "黄德旺", arrived_at=room.session.starts_at + timedelta(minutes=19))
    assert later.mark == "present"  # type: ignore[attr-defined]


def test_refusals(room: Room, closed: Callable[[Room], None]) -> None:
    with pytest.raises(NotEnrolled):
        scan(room, "谢长春")
    with pytest.raises(TooEarly) as early:
        scan(room, session=room.tomorrow)
    assert f"{clock.local(room.tomorrow.starts_at):%m-%d %H:%M}" in early.value.text
    with clock.frozen(room.session.ends_at + timedelta(hours=1)), pytest.raises(TooLate):
        scan(room, arrived_at=room.session.ends_at + timedelta(minutes=1))
    with pytest.raises(InFuture):
        scan(room, arrived_at=clock.now() + timedelta(minutes=5))
    Session.objects.filter(pk=room.session.pk).update(is_cancelled=True)
    with pytest.raises(SessionOff):
        scan(room)
    closed(room)
    with pytest.raises(RollIsClosed):
        scan(room)
    assert not CheckIn.objects.exists()


def test_a_replaced_or_withdrawn_person_is_not_let_in(room: Room) -> None:
    Enrolment.objects.filter(person=room.people[0]).update(status="replaced")
    with pytest.raises(NotEnrolled):
        scan(room)


@pytest.mark.parametrize("name", ["sibling_township", "other_county", "secretary", "trainee", "teacher", "auditor"])
def test_only_those_who_run_the_class_take_arrivals(room: Room, name: str) -> None:
    with pytest.raises(NotPermitted):
        scan(room, actor=room.cast.actor(name))
    assert not CheckIn.objects.exists()


@pytest.mark.parametrize("name", ["township", "county", "city", "base"])
def test_those_above_may(room: Room, name: str) -> None:
    scan(room, actor=room.cast.actor(name))


def test_who_was_marked_away_and_comes_is_present(room: Room) -> None:
    person = room.people[0]
    Mark.objects.create(
        county=person.county, year=room.session.held_on.year, session=room.session, person=person, state="absent",
        source="roll_call", marked_at=clock.now(),
    )  # fmt: skip
    scan(room)
    mark = Mark.objects.get()
    assert (mark.state, mark.source, mark.revision) == ("present", "check_in", 1)


def test_sixty_at_once_each_with_its_own_outcome(room: Room) -> None:
    now, names = clock.now(), [p.pk for p in room.people]
    stranger = room.cast.person("谢长春").pk
    people = [(names[n % 4] if n % 5 else stranger, now, uuid.uuid4()) for n in range(60)]
    sent = {"session": room.session, "people": people, "method": "device", "actor": room.cast.actor("township")}
    outcomes = check_in_many(upload="u-1", **sent)  # type: ignore[arg-type]
    assert len(outcomes) == 60
    assert [o.refusal for o in outcomes[::5]] == ["not_enrolled"] * 12
    assert sum(o.status == "accepted" and not o.refusal for o in outcomes) == 4
    assert CheckIn.objects.count() == 4
    assert Activity.objects.filter(event="attendance.arrivals_uploaded").count() == 1
    again = check_in_many(upload="u-1", **sent)  # type: ignore[arg-type]
    assert again == outcomes
    assert CheckIn.objects.count() == 4
    assert check_in_many(upload="u-2", **{**sent, "people": []}) == []  # type: ignore[arg-type]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(minutes=st.integers(-90, 200))
def test_the_statement_decides_as_the_rules_do(room: Room, minutes: int) -> None:
    session = room.session
    with clock.frozen(session.ends_at + timedelta(hours=5)):
        when = session.starts_at + timedelta(minutes=minutes)
        person = room.people[0].pk
        sent = [(person, when, uuid.uuid4())]
        county = room.cast.actor("county")
        (outcome,) = check_in_many(session=session, people=sent, method="device", upload="x", actor=county)
    policy = DoorPolicy(60, 10, 0, 10)
    if CheckIn.objects.exists() and outcome.status == "known":
        return
    assert outcome.refusal == door_refusal(when, session.starts_at, session.ends_at, policy)
    if not outcome.refusal:
        assert outcome.mark == mark_of_times(when, None, session.starts_at, session.ends_at, policy)


def test_own_arrival_needs_a_good_ticket(room: Room) -> None:
    trainee = room.cast.actor("trainee")
    assert trainee.account_id
    good = codes.read_ticket(codes.new_ticket(room.session.pk, trainee.account_id))
    anothers = codes.read_ticket(codes.new_ticket(room.session.pk, trainee.account_id + 1))
    elsewhere = codes.read_ticket(codes.new_ticket(room.tomorrow.pk, trainee.account_id))
    for bad in (None, anothers, elsewhere):
        with pytest.raises(TicketGone):
            arrive(session=room.session, ticket=bad, actor=trainee)
    with clock.frozen(clock.now() + timedelta(minutes=11)), pytest.raises(TicketGone):
        arrive(session=room.session, ticket=good, actor=trainee)
    assert arrive(session=room.session, ticket=good, actor=trainee).status == "accepted"
    assert CheckIn.objects.get().method == "room_code"


def test_a_draft_class_takes_nobody(room: Room) -> None:
    TrainingClass.objects.filter(pk=room.training_class.pk).update(status="draft")
    with pytest.raises(SessionOff):
        scan(room)
