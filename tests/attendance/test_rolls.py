"""The roll by hand: marking, closing, correcting."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest

from doorstep.attendance.models import Mark, Roll
from doorstep.attendance.queries.rolls import found_on, session_in_hand, sheet_of
from doorstep.attendance.services.refusals import (
    NotEnrolled,
    NothingToMark,
    ReasonMissing,
    RollIsClosed,
    RollNotOpen,
    RollStillOpen,
    SessionOff,
    SessionsAhead,
    SessionsNotOver,
    UnmarkedLeft,
)
from doorstep.attendance.services.rolls import close_roll, correct_mark, mark_roll
from doorstep.classes.models import Enrolment, Leave, TrainingClass
from doorstep.classes.services.people import withdraw_seat
from doorstep.classes.services.sessions import cancel_session
from doorstep.core import clock
from doorstep.core.errors import NotPermitted
from doorstep.core.models import Activity, Policy
from tests.attendance.conftest import Room, broken_invariants


def states(room: Room) -> dict[tuple[str, int], str]:
    rows = Mark.objects.values_list("person__name", "session__number", "state")
    return {(name, number): state for name, number, state in rows}


def tomorrow_noon(room: Room) -> AbstractContextManager[object]:
    """When the second session is over."""
    return clock.frozen(room.tomorrow.ends_at + timedelta(minutes=1))


def approve(room: Room, name: str, kind: str = "sick") -> None:
    leave = Leave.objects.create(
        training_class=room.training_class, person=room.cast.person(name), kind=kind, reason="看病", status="approved",
        place=room.training_class.place, asked_at=clock.now(),
    )  # fmt: skip
    leave.sessions.add(room.session)


def test_marks_are_set_changed_and_traced(room: Room) -> None:
    actor, person = room.cast.actor("township"), room.people[0].pk
    assert mark_roll(session=room.session, marks={person: "late"}, actor=actor) == 1
    assert mark_roll(session=room.session, marks={person: "late"}, actor=actor) == 0
    assert mark_roll(session=room.session, marks={person: "early"}, actor=actor) == 1
    assert states(room) == {("林秀珍", 1): "early"}
    details = [row.detail["marks"] for row in Activity.objects.filter(event="attendance.roll_marked").order_by("at")]
    assert details == [{str(person): ["", "late"]}, {str(person): ["late", "early"]}]


def test_all_others_present_respects_leave(room: Room) -> None:
    approve(room, "黄德旺")
    actor = room.cast.actor("township")
    mark_roll(session=room.session, marks={room.people[0].pk: "absent"}, actor=actor)
    assert mark_roll(session=room.session, marks={}, is_rest_present=True, actor=actor) == 3
    assert states(room) == {
        ("林秀珍", 1): "absent", ("黄德旺", 1): "sick_leave", ("雷金妹", 1): "present", ("彭有顺", 1): "present",
    }  # fmt: skip
    counts = sheet_of(room.training_class).counts(room.session.pk)
    assert counts == {"expected": 3, "present": 2, "leave": 1, "open": 0}


def test_marking_refusals(room: Room, closed: Callable[[Room], None]) -> None:
    actor = room.cast.actor("township")
    with pytest.raises(NotEnrolled):
        mark_roll(session=room.session, marks={room.cast.person("谢长春").pk: "present"}, actor=actor)
    with pytest.raises(NothingToMark):
        mark_roll(session=room.session, marks={room.people[0].pk: "asleep"}, actor=actor)
    with pytest.raises(NothingToMark):
        mark_roll(session=room.session, marks={}, actor=actor)
    with pytest.raises(NotPermitted):
        mark_roll(session=room.session, marks={}, actor=room.cast.actor("sibling_township"))
    room.session.is_cancelled = True
    room.session.save(update_fields=["is_cancelled"])
    with pytest.raises(SessionOff):
        mark_roll(session=room.session, marks={room.people[0].pk: "present"}, actor=actor)
    closed(room)
    with pytest.raises(RollIsClosed):
        mark_roll(session=room.session, marks={room.people[0].pk: "present"}, actor=actor)


def test_nobody_is_marked_before_the_door_opens(room: Room) -> None:
    actor, marks = room.cast.actor("township"), {room.people[0].pk: "present"}
    opens = room.tomorrow.starts_at - timedelta(hours=1)
    with clock.frozen(opens - timedelta(seconds=1)):
        for more in ({"marks": marks}, {"marks": {}, "is_rest_present": True}):
            with pytest.raises(RollNotOpen) as early:
                mark_roll(session=room.tomorrow, actor=actor, **more)  # type: ignore[arg-type]
    local = {
        name: f"{clock.local(at):%m-%d %H:%M}" for name, at in (("starts", room.tomorrow.starts_at), ("opens", opens))
    }
    assert early.value.params == local
    assert states(room) == {}
    with clock.frozen(opens):
        assert mark_roll(session=room.tomorrow, marks=marks, actor=actor) == 1


def test_the_office_may_open_the_roll_later(room: Room) -> None:
    actor, marks = room.cast.actor("township"), {room.people[0].pk: "present"}
    Policy.objects.create(
        key="attendance.opens_minutes_before", value="15", unit="分钟", valid_from=date(2026, 1, 1),
        place=room.training_class.place, source="乡镇通知",
    )  # fmt: skip
    with clock.frozen(room.tomorrow.starts_at - timedelta(minutes=16)), pytest.raises(RollNotOpen):
        mark_roll(session=room.tomorrow, marks=marks, actor=actor)
    with clock.frozen(room.tomorrow.starts_at - timedelta(minutes=15)):
        assert mark_roll(session=room.tomorrow, marks=marks, actor=actor) == 1


def test_closing_waits_for_sessions_to_come_or_to_be_cancelled(room: Room) -> None:
    actor, held = room.cast.actor("township"), room.training_class
    mark_roll(session=room.session, marks={}, is_rest_present=True, actor=actor)
    with pytest.raises(SessionsAhead) as ahead:
        close_roll(training_class=held, accept_absent=True, accept_early=True, actor=actor)
    assert ahead.value.params == {"count": 1, "starts": f"{clock.local(room.tomorrow.starts_at):%m-%d %H:%M}"}
    assert not Roll.objects.exists()
    cancel_session(session=room.tomorrow, reason="台风", actor=actor)
    close_roll(training_class=held, accept_early=True, actor=actor)
    assert states(room) == {(person.name, 1): "present" for person in room.people}


def test_closing_asks_then_makes_absent_and_withdraws(room: Room) -> None:
    actor, held = room.cast.actor("township"), room.training_class
    approve(room, "黄德旺")
    with clock.frozen(room.tomorrow.starts_at):
        for session in (room.session, room.tomorrow):
            mark_roll(session=session, marks={room.people[0].pk: "present", room.people[2].pk: "present"}, actor=actor)
        with pytest.raises(SessionsNotOver) as early:
            close_roll(training_class=held, actor=actor)
    assert early.value.params == {"count": 1, "ends": f"{clock.local(room.tomorrow.ends_at):%m-%d %H:%M}"}
    with tomorrow_noon(room):
        with pytest.raises(UnmarkedLeft) as asked:
            close_roll(training_class=held, actor=actor)
        assert asked.value.params == {"count": 3, "people": 2}
        roll = close_roll(training_class=held, accept_absent=True, actor=actor)
        with pytest.raises(RollIsClosed):
            close_roll(training_class=held, accept_absent=True, actor=actor)
    assert roll.present_count == 2
    assert states(room)[("黄德旺", 1)] == "sick_leave"
    assert states(room)[("彭有顺", 2)] == "absent"
    held.refresh_from_db()
    assert held.status == "closed"
    # half of the hours on leave is more than a seventh; two half days absent are one day, not two
    left = list(Enrolment.objects.filter(status="withdrawn").values_list("person__name", flat=True))
    assert left == ["黄德旺"]
    told = Activity.objects.get(event="attendance.roll_closed")
    assert told.detail["withdrawn"] == {str(room.people[1].pk): "leave_too_long"}
    assert broken_invariants() == []


def test_a_roll_with_every_mark_closes_as_it_stands(room: Room) -> None:
    actor = room.cast.actor("township")
    with clock.frozen(room.tomorrow.starts_at):
        for session in (room.session, room.tomorrow):
            mark_roll(session=session, marks={person.pk: "present" for person in room.people}, actor=actor)
        before = states(room)
        roll = close_roll(training_class=room.training_class, accept_early=True, actor=actor)
    assert states(room) == before
    assert roll.present_count == len(room.people)
    assert not Enrolment.objects.filter(status="withdrawn").exists()


def test_closing_early_by_word(room: Room) -> None:
    actor = room.cast.actor("township")
    with clock.frozen(room.tomorrow.starts_at - timedelta(minutes=60)):
        close_roll(training_class=room.training_class, accept_absent=True, accept_early=True, actor=actor)
    assert Roll.objects.get().closed_at is not None
    with pytest.raises(NotPermitted):
        close_roll(training_class=room.training_class, actor=room.cast.actor("secretary"))


def test_a_cancelled_class_has_no_roll_to_close(room: Room) -> None:
    TrainingClass.objects.filter(pk=room.training_class.pk).update(status="cancelled")
    with pytest.raises(SessionOff):
        close_roll(training_class=room.training_class, actor=room.cast.actor("township"))


def test_corrections_need_a_reason_and_leave_a_trace(room: Room) -> None:
    actor, person = room.cast.actor("township"), room.people[0].pk
    with pytest.raises(RollStillOpen):
        correct_mark(session=room.session, person_id=person, state="present", reason="有签名", actor=actor)
    with tomorrow_noon(room):
        close_roll(training_class=room.training_class, accept_absent=True, actor=actor)
    with pytest.raises(ReasonMissing):
        correct_mark(session=room.session, person_id=person, state="present", reason="  ", actor=actor)
    with pytest.raises(NothingToMark):
        correct_mark(session=room.session, person_id=person, state="", reason="有签名", actor=actor)
    stranger = room.cast.person("谢长春").pk
    with pytest.raises(NotEnrolled):
        correct_mark(session=room.session, person_id=stranger, state="present", reason="有签名", actor=actor)
    sibling = room.cast.actor("sibling_township")
    with pytest.raises(NotPermitted):
        correct_mark(session=room.session, person_id=person, state="present", reason="有签名", actor=sibling)
    mark = correct_mark(session=room.session, person_id=person, state="present", reason="有签名", actor=actor)
    assert (mark.state, mark.source, mark.revision) == ("present", "correction", 1)
    same = correct_mark(session=room.session, person_id=person, state="present", reason="再点一次", actor=actor)
    assert same.revision == 1
    told = Activity.objects.get(event="attendance.mark_corrected")
    assert (told.detail["before"], told.detail["after"], told.detail["reason"]) == ("absent", "present", "有签名")


def seat_of(room: Room, name: str) -> Enrolment:
    return Enrolment.objects.get(person__name=name, training_class=room.training_class)


def test_a_correction_lifts_what_closing_made_of_leave_and_brings_it_back(room: Room) -> None:
    actor, person = room.cast.actor("township"), room.cast.person("黄德旺").pk
    approve(room, "黄德旺")
    with tomorrow_noon(room):
        mark_roll(session=room.tomorrow, marks={p.pk: "present" for p in room.people}, actor=actor)
        close_roll(training_class=room.training_class, accept_absent=True, actor=actor)
    assert (seat_of(room, "黄德旺").status, seat_of(room, "黄德旺").left_for) == ("withdrawn", "leave_too_long")

    correct_mark(session=room.session, person_id=person, state="present", reason="签到表有签名", actor=actor)
    seat = seat_of(room, "黄德旺")
    assert (seat.status, seat.left_for, seat.ended_at) == ("nominated", "", None)
    room.training_class.refresh_from_db()
    assert room.training_class.seats_taken == 4
    told = Activity.objects.get(event="classes.seat_given_back")
    assert (told.detail["lifted"], told.account_id) == ("leave_too_long", actor.account_id)

    correct_mark(session=room.session, person_id=person, state="personal_leave", reason="认错人了", actor=actor)
    assert (seat_of(room, "黄德旺").status, seat_of(room, "黄德旺").left_for) == ("withdrawn", "leave_too_long")
    assert Activity.objects.filter(event="classes.seat_released").count() == 1
    assert broken_invariants() == []


def test_a_correction_of_one_mark_too_few_changes_no_seat(room: Room) -> None:
    actor, person = room.cast.actor("township"), room.cast.person("黄德旺").pk
    with tomorrow_noon(room):
        mark_roll(session=room.session, marks={person: "sick_leave"}, actor=actor)
        mark_roll(session=room.tomorrow, marks={person: "sick_leave"}, actor=actor)
        close_roll(training_class=room.training_class, accept_absent=True, actor=actor)
    assert Roll.objects.get().present_count == 0
    correct_mark(session=room.session, person_id=person, state="present", reason="签到表有签名", actor=actor)
    assert seat_of(room, "黄德旺").status == "withdrawn"
    assert Roll.objects.get().present_count == 1


def test_a_seat_given_up_by_word_is_not_given_back(room: Room) -> None:
    actor, person = room.cast.actor("township"), room.cast.person("黄德旺").pk
    mark_roll(session=room.session, marks={person: "sick_leave"}, actor=actor)
    withdraw_seat(enrolment=seat_of(room, "黄德旺"), reason="本人要求", actor=actor)
    with tomorrow_noon(room):
        close_roll(training_class=room.training_class, accept_absent=True, actor=actor)
    correct_mark(session=room.session, person_id=person, state="present", reason="签到表有签名", actor=actor)
    assert (seat_of(room, "黄德旺").status, seat_of(room, "黄德旺").left_for) == ("withdrawn", "")


def test_people_are_found_by_name_and_initials(room: Room) -> None:
    sheet = sheet_of(room.training_class)
    assert [e.person.name for e in found_on(sheet, "秀珍")] == ["林秀珍"]
    assert [e.person.name for e in found_on(sheet, "ljm")] == ["雷金妹"]
    assert len(found_on(sheet, " ")) == 4
    assert found_on(sheet, "没有") == []


def test_the_session_in_hand(room: Room) -> None:
    both = [room.session, room.tomorrow]
    assert session_in_hand(both) == room.session
    assert session_in_hand(both, str(room.tomorrow.pk)) == room.tomorrow
    assert session_in_hand(both, "0") == room.session
    with clock.frozen(room.tomorrow.ends_at + timedelta(days=3)):
        assert session_in_hand(both) == room.tomorrow
    assert session_in_hand([]) is None
