"""Everybody concerned is told, once: teachers, people with a seat, secretaries, who ordered and who answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest

from doorstep.bases.models import Base, Venue
from doorstep.bases.rules.opening import OpenSpan
from doorstep.bases.services.reservations import cancel_reservation
from doorstep.bases.services.using import mark_unused
from doorstep.bases.services.venues import set_hours, set_reception
from doorstep.classes.models import Enrolment, Order, TrainingClass
from doorstep.classes.queries.people import nominees
from doorstep.classes.queries.plans import plan_of
from doorstep.classes.rules.orders import Wish
from doorstep.classes.services import orders
from doorstep.classes.services.opening import cancel_class, publish_class
from doorstep.classes.services.order_waiting import offer_days
from doorstep.classes.services.people import confirm_seats, nominate, replace_person, withdraw_seat
from doorstep.classes.services.seats import hand_down_seats
from doorstep.classes.services.sessions import cancel_session, move_session
from doorstep.classes.services.waiting import nominate_or_wait
from doorstep.core import clock
from doorstep.directory.models import Account
from doorstep.directory.queries.recipients import accounts_nearest, accounts_of_people
from doorstep.faculty.models import Engagement, Teacher
from doorstep.faculty.services.engagements import answer_engagement
from doorstep.notices.models import Message
from tests.cast import Cast
from tests.factories.classes import SYSTEM, half_day, make_base, make_class
from tests.factories.messages import told
from tests.factories.orders import make_order, package_at
from tests.factories.reservations import reserve
from tests.factories.teachers import given_teacher

TODAY = date(2026, 11, 24)
DAY = date(2026, 12, 7)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


@pytest.fixture
def held(cast: Cast) -> TrainingClass:
    """A class of the township in which the trainee and another member of the branch hold seats."""
    training_class = make_class(cast.unit("huotong"))
    hand_down_seats(training_class=training_class, table={cast.unit("kengtou").pk: 5}, actor=SYSTEM)
    people = nominees([cast.person("林秀珍").pk, cast.person("黄德旺").pk])
    nominate(training_class=training_class, people=people, actor=cast.actor("secretary"))
    return training_class


@pytest.fixture
def order(cast: Cast) -> Order:
    base = make_base(cast.unit("huotong"))
    set_reception(base=base, people=90, actor=SYSTEM)
    return make_order(cast.unit("kengtou"), package_at(base), DAY, actor=cast.actor("secretary"))


def teaching(cast: Cast, name: str = "钟景芳") -> Teacher:
    """A teacher who is the trainee too, and answers for themselves."""
    teacher = given_teacher(cast.unit("huotong"), on=TODAY, name=name)
    Teacher.objects.filter(pk=teacher.pk).update(person=cast.person("林秀珍"))
    teacher.refresh_from_db()
    return teacher


def one(name: str, account: str, cast: Cast) -> Message:
    return Message.objects.get(text=name, account=cast.accounts[account])


def test_the_nearest_who_may_act_is_told(cast: Cast) -> None:
    """At the place itself; where nobody holds the right, the next level above; never who is not active."""
    place = cast.unit("kengtou").path

    def names(action: str, *places: str) -> list[str]:
        ids = accounts_nearest(action, places)
        return sorted(Account.objects.filter(pk__in=ids).values_list("username", flat=True))

    assert names("classes.nominate", place) == ["secretary"]
    assert names("classes.nominate", cast.unit("xiangyang").path) == ["other_county"]
    assert names("classes.nominate", place, cast.unit("huangjia").path, "") == ["secretary", "sibling_township"]
    assert names("classes.nominate") == []
    assert names("classes.watch_orders", place) == []
    Account.objects.filter(username="secretary").update(is_active=False)
    assert names("classes.nominate", place) == ["township"]
    assert accounts_of_people([cast.person("陈国梁").pk, None]) == []
    assert accounts_of_people([]) == []


def test_an_order_is_told_to_who_answers_and_back_to_who_ordered(cast: Cast, order: Order) -> None:
    assert told("classes.order_placed") == dict.fromkeys(("township", "base"), ["classes.order_placed"])
    accepted = orders.accept_order(order=order, wish_number=1, actor=cast.actor("township"))
    assert told("classes.order_accepted")["secretary"] == ["classes.order_accepted"]
    message = one("classes.order_accepted", "secretary", cast)
    assert (message.title, message.link) == (f"点单已接：{order.title}", f"/orders/{order.pk}/")
    assert "霍童镇党委接了这一单" in message.body
    assert accepted.training_class is not None


def test_another_day_is_told_and_so_is_the_answer(cast: Cast, order: Order) -> None:
    orders.counter_order(
        order=order, wish=Wish(DAY + timedelta(days=1), "morning"), note="那天有会。", actor=cast.actor("township")
    )
    assert told("classes.order_countered") == {"secretary": ["classes.order_countered"]}
    assert "改到 2026-12-08" in one("classes.order_countered", "secretary", cast).body
    assert "那天有会。" in one("classes.order_countered", "secretary", cast).body
    orders.refuse_order(order=order, actor=cast.actor("secretary"))
    assert told("classes.order_refused")["township"] == ["classes.order_refused"]


def test_agreed_declined_withdrawn(cast: Cast, order: Order) -> None:
    package, unit = order.package, cast.unit("kengtou")
    orders.counter_order(order=order, wish=Wish(DAY + timedelta(days=1), "morning"), actor=cast.actor("township"))
    orders.agree_order(order=order, actor=cast.actor("secretary"))
    assert told("classes.order_agreed")["base"] == ["classes.order_agreed"]
    second = make_order(unit, package, DAY + timedelta(days=7), actor=cast.actor("secretary"))
    orders.decline_order(order=second, reason="no_teacher", actor=cast.actor("base"))
    assert told("classes.order_declined") == {
        "township": ["classes.order_agreed"],
        "base": ["classes.order_agreed"],
        "secretary": ["classes.order_declined"],
    }
    third = make_order(unit, package, DAY + timedelta(days=14), actor=cast.actor("secretary"))
    orders.withdraw_order(order=third, reason="changed", actor=cast.actor("secretary"))
    assert told("classes.order_withdrawn")["township"] == ["classes.order_agreed", "classes.order_withdrawn"]


def test_who_waited_is_told_when_it_is_their_turn(cast: Cast, order: Order) -> None:
    """A seat of a full class, and a day of a room that was taken."""
    secretary = cast.actor("secretary")
    full = make_class(cast.unit("huotong"), capacity=1)
    for name in ("黄德旺", "林秀珍"):
        people = nominees([cast.person(name).pk])
        nominate_or_wait(training_class=full, people=people, actor=cast.actor("township"))
    withdraw_seat(enrolment=full.enrolments.get(person=cast.person("黄德旺")), reason="有事", actor=SYSTEM)
    assert told("classes.moved_up").keys() == {"trainee", "secretary"}
    assert one("classes.moved_up", "secretary", cast).title == f"候补轮到了：{full.title}"
    day = DAY + timedelta(days=7)
    assert order.package is not None
    assert order.package.base is not None
    sitting = half_day(day, base_id=order.package.base.pk, venue_id=order.package.base.venues.get().pk)
    taken = make_class(cast.unit("huotong"), sessions=[sitting])
    make_order(cast.unit("kengtou"), order.package, day, waits=True, actor=secretary)
    cancel_class(training_class=taken, reason="台风", actor=SYSTEM)
    offer_days(actor=SYSTEM)
    assert told("classes.order_offered")["secretary"] == ["classes.moved_up", "classes.order_offered"]
    assert "先给你们留着" in one("classes.order_offered", "secretary", cast).body


def test_nobody_answered_is_told_above_and_at_the_end_to_both(cast: Cast, order: Order) -> None:
    with clock.frozen(clock.at_local(order.answer_by + timedelta(days=1), 1)):
        orders.tell_overdue(order=order, actor=SYSTEM)
        assert told("classes.order_overdue") == {"county": ["classes.order_overdue"]}
    with clock.frozen(clock.at_local(DAY + timedelta(days=1), 1)):
        orders.lapse_order(order=order, actor=SYSTEM)
        names = told("classes.order_lapsed")
    assert {name for name, texts in names.items() if "classes.order_lapsed" in texts} == {
        "township", "base", "secretary",
    }  # fmt: skip


def test_seats_are_told_to_whose_they_are_and_to_the_secretary(cast: Cast, held: TrainingClass) -> None:
    assert told("classes.seats_handed_down", "classes.member_nominated") == {
        "secretary": ["classes.seats_handed_down"],
        "trainee": ["classes.nominated"],
    }
    Message.objects.all().delete()
    confirm_seats(training_class=held, person_ids=[cast.person("林秀珍").pk], actor=cast.actor("township"))
    assert told("classes.seat_confirmed") == dict.fromkeys(("secretary", "trainee"), ["classes.seat_confirmed"])
    assert one("classes.seat_confirmed", "trainee", cast).link == f"/classes/{held.pk}/"
    Message.objects.all().delete()
    seat = Enrolment.objects.get(training_class=held, person=cast.person("林秀珍"))
    (by,) = nominees([cast.person("陈国梁").pk])
    replace_person(enrolment=seat, by=by, actor=cast.actor("township"))
    assert told("classes.seat_replaced") == {
        "secretary": ["classes.seat_taken_over"],  # who takes over is the secretary himself
        "trainee": ["classes.seat_replaced"],
    }
    assert "林秀珍的名额由陈国梁接替" in one("classes.seat_replaced", "trainee", cast).body
    Message.objects.all().delete()
    seat = Enrolment.objects.get(training_class=held, person=cast.person("陈国梁"))
    withdraw_seat(enrolment=seat, reason="有事", actor=cast.actor("township"))
    assert told("classes.seat_released") == {"secretary": ["classes.seat_released"]}


def test_a_class_is_told_to_its_head_and_its_end_to_everybody(cast: Cast, held: TrainingClass) -> None:
    withdraw_seat(
        enrolment=Enrolment.objects.get(training_class=held, person=cast.person("黄德旺")), reason="", actor=SYSTEM
    )
    TrainingClass.objects.filter(pk=held.pk).update(head=cast.accounts["teacher"])
    assert told("classes.class_opened") == {"teacher": ["classes.class_opened"]}
    Message.objects.all().delete()
    with clock.frozen(clock.at_local(TODAY, 13)):
        cancel_class(training_class=held, reason="台风", actor=cast.actor("township"))
    everybody = ("base", "secretary", "teacher", "trainee")
    assert told("classes.class_cancelled") == dict.fromkeys(everybody, ["classes.class_cancelled"])


def test_a_draft_is_told_to_nobody_until_it_is_published(cast: Cast) -> None:
    draft = make_class(cast.unit("huotong"), is_draft=True, head_id=cast.accounts["teacher"].pk)
    hand_down_seats(training_class=draft, table={cast.unit("kengtou").pk: 5}, actor=SYSTEM)
    assert told() == {}
    publish_class(training_class=draft, actor=SYSTEM)
    bare = make_class(cast.unit("hubei"), is_draft=True)
    publish_class(training_class=bare, actor=SYSTEM)
    got = told()
    assert set(got) == {"secretary", "teacher"}
    assert set(got["secretary"]) == {"classes.seats_handed_down"}


def test_a_session_that_moves_or_is_cancelled_is_told_to_who_sits_in_it(cast: Cast, held: TrainingClass) -> None:
    first, second = held.sessions.order_by("starts_at")
    plan = plan_of(first)
    move_session(session=first, plan=half_day(DAY, 8, location="村部"), actor=cast.actor("township"))
    told("classes.session_moved")
    message = one("classes.session_moved", "trainee", cast)
    assert message.title == f"课改了时间或地点：{held.title}"
    assert "现在是 2026-12-07 08:30，在村部" in message.body
    cancel_session(session=second, reason="", actor=cast.actor("township"))
    assert told("classes.session_cancelled") == dict.fromkeys(
        ("base", "secretary", "trainee"), ["classes.session_moved", "classes.session_cancelled"]
    )
    Message.objects.all().delete()
    first.refresh_from_db()
    renamed = half_day(DAY, 8, location="村部", title="改个名")
    move_session(session=first, plan=renamed, actor=cast.actor("township"))
    assert told("classes.session_moved", "classes.class_changed")["trainee"] == ["classes.session_moved"]
    assert Message.objects.filter(account=cast.accounts["trainee"]).count() == 1
    assert plan.title != "改个名"


def test_a_teacher_is_asked_let_go_and_heard(cast: Cast) -> None:
    teacher = teaching(cast)
    held = make_class(cast.unit("huotong"), sessions=[half_day(DAY, teacher_id=teacher.pk)])
    engagement = Engagement.objects.get(teacher=teacher)
    assert told("faculty.teacher_engaged") == {"trainee": ["classes.teacher_asked"]}
    guide = given_teacher(cast.unit("huotong"), on=TODAY, category="guide", name="雷树生")
    make_class(cast.unit("huotong"), sessions=[half_day(DAY, teacher_id=guide.pk)])
    assert told("faculty.teacher_engaged")["base"] == ["classes.teacher_booked"]
    assert one("classes.teacher_asked", "trainee", cast).link == "/teaching/"
    answer_engagement(engagement=engagement, accept=True, actor=cast.actor("trainee"))
    assert told("faculty.engagement_answered")["township"][1:] == ["classes.teacher_comes"]
    session = held.sessions.get()
    move_session(session=session, plan=half_day(DAY, 14, teacher_id=teacher.pk), actor=SYSTEM)
    # Asked for the new time, so not told besides that the old one is off.
    assert told("faculty.teacher_engaged", "faculty.teacher_released")["trainee"] == ["classes.teacher_asked"] * 2
    asked = Engagement.objects.get(status="offered")
    answer_engagement(engagement=asked, accept=False, reason="出差", actor=cast.actor("trainee"))
    assert told("faculty.engagement_answered")["base"][1:] == ["classes.teacher_comes", "classes.teacher_declined"]
    message = one("classes.teacher_declined", "base", cast)
    assert ("钟景芳老师" in message.body, "钟景芳" in message.title) == (True, False)


def test_a_teacher_without_an_account_is_told_through_who_keeps_them(cast: Cast) -> None:
    teacher = given_teacher(cast.unit("huotong"), on=TODAY)
    other = teaching(cast, "雷树生")
    held = make_class(cast.unit("huotong"), sessions=[half_day(DAY, teacher_id=teacher.pk)])
    told("faculty.teacher_engaged")
    assert one("classes.teacher_asked", "base", cast).link == f"/teachers/{teacher.pk}/"
    session = held.sessions.get()
    move_session(session=session, plan=half_day(DAY, teacher_id=other.pk), actor=SYSTEM)
    told("faculty.teacher_engaged")
    move_session(session=session, plan=half_day(DAY, teacher_id=teacher.pk), actor=SYSTEM)
    got = told("faculty.teacher_engaged", "faculty.teacher_released")
    assert sorted(got["trainee"]) == ["classes.teacher_asked", "classes.teacher_substituted"]


def test_a_room_that_is_given_back_is_told_to_who_booked_and_who_keeps_it(cast: Cast) -> None:
    base: Base = make_base(cast.unit("huotong"))
    venue = Venue.objects.get(base=base)
    set_hours(base=base, spans=[OpenSpan(day, time(8), time(22)) for day in range(1, 8)], actor=SYSTEM)
    (row,) = reserve(cast.unit("kengtou"), venue, DAY, actor=cast.actor("secretary"))
    cancel_reservation(reservation=row, reason="停电", actor=cast.actor("township"))
    assert told("bases.reservation_cancelled") == dict.fromkeys(("base", "secretary"), ["bases.reservation_cancelled"])
    assert "停电" in one("bases.reservation_cancelled", "secretary", cast).body


def test_a_series_that_nobody_uses_is_told_to_who_booked_it(cast: Cast) -> None:
    venue = Venue.objects.get(base=make_base(cast.unit("huotong")))
    rows = reserve(
        cast.unit("kengtou"), venue, DAY, repeat="weekly", until=DAY + timedelta(days=42), actor=cast.actor("secretary")
    )
    for row in rows[:3]:
        with clock.frozen(row.ends_at):
            mark_unused(reservation=row, actor=cast.actor("township"))
    assert told("bases.series_released") == {"secretary": ["bases.series_released"]}
    assert one("bases.series_released", "secretary", cast).link == f"/bases/venues/{venue.pk}/reserve/"
