"""Asking for leave and deciding on it, step by step."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest

from doorstep.classes.models import Enrolment, Leave, TrainingClass
from doorstep.classes.queries.leave import (
    approved_leave,
    approved_sessions,
    leave_to_end,
    leaves_of,
    leaves_visible_to,
    leaves_waiting,
    may_decide,
    weight_of,
)
from doorstep.classes.queries.people import nominees
from doorstep.classes.services import leave, people, refusals
from doorstep.core.clock import at_local, frozen
from doorstep.core.errors import NotPermitted
from doorstep.core.models import Activity
from tests.cast import Cast
from tests.factories.browsers import signed_in
from tests.factories.classes import half_day, make_class

DAY = date(2026, 12, 7)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with frozen(at_local(date(2026, 11, 23), 12)):
        yield


@pytest.fixture
def seat(cast: Cast) -> Enrolment:
    """林秀珍 in a class of eight half days led by the teacher."""
    days = [DAY + timedelta(days=n) for n in range(4)]
    opened = make_class(
        cast.unit("huotong"),
        sessions=[half_day(day, hour) for day in days for hour in (8, 14)],
        head_id=cast.accounts["teacher"].pk,
    )
    rows = people.nominate(
        training_class=opened, people=nominees([cast.person("林秀珍").pk]), actor=cast.actor("township")
    )
    return rows[0]


def asked(cast: Cast, seat: Enrolment, number: int, by: str = "trainee") -> Leave:
    chosen = list(seat.training_class.sessions.order_by("number"))[:number]
    return leave.ask_leave(enrolment=seat, sessions=chosen, kind="sick", reason="就医", actor=cast.actor(by))


def test_a_half_day_is_decided_by_the_head(cast: Cast, seat: Enrolment) -> None:
    TrainingClass.objects.update(head=cast.accounts["secretary"])
    seat.training_class.refresh_from_db()
    request = asked(cast, seat, 1)
    assert list(leaves_waiting(cast.actor("secretary"))) == [request]
    done = leave.decide_leave(leave=request, approve=True, note="", actor=cast.actor("secretary"))
    assert done.status == "approved"
    session = seat.training_class.sessions.order_by("number")[0]
    assert approved_leave(seat.training_class_id) == {(session.pk, seat.person_id): "sick"}
    with pytest.raises(refusals.LeaveDecidedAlready):
        leave.decide_leave(leave=request, approve=False, note="", actor=cast.actor("township"))


def test_a_head_who_may_not_decide_is_not_asked_to(cast: Cast, seat: Enrolment) -> None:
    request = asked(cast, seat, 1)  # the teacher who leads this class stands on no roster
    assert not may_decide(request, cast.actor("teacher"))
    assert not leaves_waiting(cast.actor("teacher")).exists()
    assert list(leaves_waiting(cast.actor("township"))) == [request]


def test_longer_leave_goes_higher(cast: Cast, seat: Enrolment) -> None:
    TrainingClass.objects.update(head=cast.accounts["secretary"])
    seat.training_class.refresh_from_db()
    request = asked(cast, seat, 2)
    with pytest.raises(refusals.LeaveGoesHigher) as caught:
        leave.decide_leave(leave=request, approve=True, note="", actor=cast.actor("secretary"))
    assert caught.value.text.startswith("林秀珍请 2 个半天，按规定由教务批。")
    leave.decide_leave(leave=request, approve=True, note="", actor=cast.actor("township"))


def test_the_longest_leave_is_for_the_department(cast: Cast, seat: Enrolment) -> None:
    request = asked(cast, seat, 7)
    with pytest.raises(refusals.LeaveGoesHigher) as caught:
        leave.decide_leave(leave=request, approve=True, note="", actor=cast.actor("township"))
    assert "县级组织部" in caught.value.text
    with pytest.raises(NotPermitted):
        leave.decide_leave(leave=request, approve=True, note="", actor=cast.actor("other_county"))
    assert (
        leave.decide_leave(leave=request, approve=True, note="住院", actor=cast.actor("county")).decision_note == "住院"
    )


def test_who_cannot_approve_may_still_decline(cast: Cast, seat: Enrolment) -> None:
    request = asked(cast, seat, 7)
    done = leave.decide_leave(leave=request, approve=False, note="请先补材料", actor=cast.actor("township"))
    assert done.status == "declined"
    assert asked(cast, seat, 7).status == "asked"


def test_nobody_decides_on_their_own(cast: Cast, seat: Enrolment) -> None:
    TrainingClass.objects.update(head=cast.accounts["trainee"])
    seat.training_class.refresh_from_db()
    request = asked(cast, seat, 1)
    with pytest.raises(refusals.LeaveIsOwn):
        leave.decide_leave(leave=request, approve=True, note="", actor=cast.actor("trainee"))


def test_who_may_ask(cast: Cast, seat: Enrolment) -> None:
    with pytest.raises(NotPermitted):
        asked(cast, seat, 1, by="sibling_secretary")
    request = asked(cast, seat, 1, by="secretary")
    with pytest.raises(refusals.LeaveTwice) as caught:
        asked(cast, seat, 2)
    assert "11月23日 12:00" in caught.value.text
    leave.take_back_leave(leave=request, actor=cast.actor("trainee"))
    with pytest.raises(refusals.LeaveDecidedAlready):
        leave.take_back_leave(leave=request, actor=cast.actor("trainee"))
    asked(cast, seat, 2)


def test_only_sessions_to_come(cast: Cast, seat: Enrolment) -> None:
    with frozen(at_local(DAY, 12)), pytest.raises(refusals.LeaveSessionsWrong):
        asked(cast, seat, 1)
    with pytest.raises(refusals.LeaveSessionsWrong):
        asked(cast, seat, 0)
    other = make_class(cast.unit("huotong"), day=date(2026, 12, 20))
    with pytest.raises(refusals.LeaveSessionsWrong):
        leave.ask_leave(
            enrolment=seat, sessions=list(other.sessions.all()), kind="sick", reason="", actor=cast.actor("trainee")
        )
    people.withdraw_seat(enrolment=seat, reason="", actor=cast.actor("township"))
    with pytest.raises(refusals.NotInThisClass):
        asked(cast, seat, 1)


def test_what_leave_comes_to(cast: Cast, seat: Enrolment) -> None:
    chosen = list(seat.training_class.sessions.order_by("number"))
    one = weight_of(seat.training_class, chosen[:1], [])
    assert (one.hours, one.class_hours, one.is_too_much, str(one.approver)) == (4, 32, False, "班主任")
    two = weight_of(seat.training_class, chosen[1:2], chosen[:1])
    assert (two.hours_in_all, two.is_too_much, two.ceiling) == (Decimal(8), True, "1/7")


def test_who_sees_a_request(cast: Cast, seat: Enrolment) -> None:
    request = asked(cast, seat, 1)
    for name in ("trainee", "secretary", "township", "county", "city", "auditor", "teacher", "base"):
        assert list(leaves_visible_to(cast.actor(name))) == [request], name
    for name in ("sibling_secretary", "sibling_township", "other_county"):
        assert list(leaves_visible_to(cast.actor(name))) == [], name
    assert list(leaves_of(seat.training_class, cast.actor("township"))) == [request]


def test_back_early_only_the_half_days_away_count(cast: Cast, seat: Enrolment) -> None:
    request = asked(cast, seat, 3)
    with pytest.raises(refusals.LeaveNotRunning):
        leave.report_back(leave=request, first=None, actor=cast.actor("trainee"))
    leave.decide_leave(leave=request, approve=True, note="", actor=cast.actor("county"))
    sessions = list(seat.training_class.sessions.order_by("number"))
    with frozen(sessions[0].ends_at):
        assert leave_to_end(seat.person_id) == [request]
        with pytest.raises(refusals.LeaveSessionsWrong):
            leave.report_back(leave=request, first=sessions[3], actor=cast.actor("trainee"))
        with pytest.raises(NotPermitted):
            leave.report_back(leave=request, first=None, actor=cast.actor("other_county"))
        done = leave.report_back(leave=request, first=sessions[1], actor=cast.actor("trainee"))
        assert leave_to_end(seat.person_id) == []
    assert approved_leave(seat.training_class_id) == {(sessions[0].pk, seat.person_id): "sick"}
    assert done.sessions_away == sessions[:1]
    assert done.sessions.count() == 3
    told = Activity.objects.get(event="classes.leave_ended")
    assert (told.detail["half_days"], told.detail["counted"]) == (3, 1)
    assert told.account_id == cast.actor("trainee").account_id
    with pytest.raises(refusals.LeaveNotRunning):
        leave.report_back(leave=done, first=None, actor=cast.actor("trainee"))
    # what was cut off may be asked for again, what was taken may not
    again = leave.ask_leave(
        enrolment=seat, sessions=sessions[1:2], kind="sick", reason="又发烧", actor=cast.actor("trainee")
    )
    assert approved_sessions(again) == sessions[:1]
    with pytest.raises(refusals.LeaveTwice):
        leave.ask_leave(enrolment=seat, sessions=sessions[:1], kind="sick", reason="就医", actor=cast.actor("trainee"))


def test_leave_taken_to_its_end_counts_whole(cast: Cast, seat: Enrolment) -> None:
    request = asked(cast, seat, 1)
    leave.decide_leave(leave=request, approve=True, note="", actor=cast.actor("township"))
    done = leave.report_back(leave=request, first=None, actor=cast.actor("township"))
    assert done.back_from is None
    assert len(done.sessions_away) == 1
    assert len(approved_leave(seat.training_class_id)) == 1


@pytest.mark.parametrize(
    "name", ["trainee", "secretary", "base", "township", "county", "city", "teacher", "auditor", "sibling_township"]
)
def test_who_may_note_that_somebody_is_back(cast: Cast, seat: Enrolment, name: str) -> None:
    request = asked(cast, seat, 1)
    leave.decide_leave(leave=request, approve=True, note="", actor=cast.actor("township"))
    page = f"/leave/{request.pk}/"
    client = signed_in(cast.accounts[name])
    may_end = name not in ("teacher", "auditor", "sibling_township")
    assert ("从哪一课起回来上课" in client.get(page).content.decode()) == may_end
    assert client.post(f"{page}back/", {"from": ""}).status_code == (302 if may_end else 404)
    request.refresh_from_db()
    assert (request.returned_by_id == cast.accounts[name].pk) == may_end


def test_the_head_of_the_class_may_note_it_too(cast: Cast, seat: Enrolment) -> None:
    head = cast.accounts["teacher"]
    head.person = cast.person("雷金妹")
    head.save(update_fields=["person"])
    TrainingClass.objects.filter(pk=seat.training_class_id).update(head=head)
    request = asked(cast, seat, 1)
    leave.decide_leave(leave=request, approve=True, note="", actor=cast.actor("township"))
    assert signed_in(head).post(f"/leave/{request.pk}/back/", {"from": ""}).status_code == 302
    request.refresh_from_db()
    assert request.returned_by_id == head.pk
