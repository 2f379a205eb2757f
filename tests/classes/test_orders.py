"""Orders from the menu: sent, taken on with a class, answered otherwise, let lie."""

from __future__ import annotations

import time as ticking
from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError
from django.urls import reverse

from doorstep.bases.models import Base
from doorstep.bases.rules.opening import OpenSpan
from doorstep.bases.services.venues import add_venue, close_place, set_hours, set_reception
from doorstep.catalogue.queries.offers import offer_of_package
from doorstep.classes.models import Enrolment, Order, Quota, TrainingClass
from doorstep.classes.queries.order_rooms import days_offered, order_figures
from doorstep.classes.queries.orders import (
    counters_to_reply,
    order_counts,
    orders_overdue,
    orders_past,
    orders_to_answer,
    unmet_orders,
)
from doorstep.classes.queries.people import nominees
from doorstep.classes.rules.orders import WHOLE_DAY, Wish
from doorstep.classes.services import order_refusals, orders
from doorstep.classes.services.order_placing import place_order
from doorstep.classes.services.order_waiting import offer_days
from doorstep.classes.services.people import nominate
from doorstep.classes.services.seats import hand_down_seats
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import Invalid, NotFound, NotPermitted
from doorstep.core.models import Activity
from doorstep.faculty.queries.engagements import living_engagements
from tests.cast import Cast
from tests.factories.browsers import signed_in
from tests.factories.classes import SYSTEM, half_day, make_base, make_class
from tests.factories.messages import told
from tests.factories.orders import make_order, order_facts, package_at
from tests.factories.teachers import given_teacher

TODAY = date(2026, 11, 24)
DAY = date(2026, 12, 7)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


def accepted(order: Order, actor: Actor = SYSTEM) -> Any:
    """The class of an order that is taken on, on the day it would like best."""
    return orders.accept_order(order=order, wish_number=1, actor=actor).training_class


@pytest.fixture
def school(cast: Cast) -> Base:
    return make_base(cast.unit("huotong"))


@pytest.fixture
def package(school: Base) -> Any:
    return package_at(school)


def test_a_branch_orders_and_the_class_is_open_with_room_course_and_seats(cast: Cast, package: Any) -> None:
    order = make_order(cast.unit("kengtou"), package, DAY, actor=cast.actor("secretary"))
    assert (order.status, order.answer_by) == ("placed", date(2026, 11, 26))
    assert order.version == package.versions.get()
    assert list(orders_to_answer(cast.actor("township"))) == [order]
    assert list(orders_to_answer(cast.actor("county"))) == []
    held = accepted(order, cast.actor("township"))
    assert (held.unit, held.capacity, held.status) == (cast.unit("huotong"), 30, "open")
    session = held.sessions.get()
    assert session.venue == package.base.venues.get()
    assert session.course == package.lines.get().course
    assert f"{clock.local(session.starts_at):%m-%d %H:%M}" == "12-07 08:30"
    assert list(Quota.objects.values_list("unit", "seats")) == [(cast.unit("kengtou").pk, 30)]
    told = Activity.objects.filter(subject_kind="order", subject_id=str(order.pk)).order_by("at")
    assert [row.event for row in told] == ["classes.order_placed", "classes.order_accepted"]
    with pytest.raises(order_refusals.OrderStandsSo, match="已接单"):
        orders.accept_order(order=order, wish_number=1, actor=cast.actor("township"))
    assert TrainingClass.objects.count() == 1


def test_of_two_orders_for_the_only_room_the_second_stays_and_is_told_when(cast: Cast, package: Any) -> None:
    first = make_order(cast.unit("kengtou"), package, DAY)
    second = make_order(cast.unit("shiqiao"), package, DAY, part="any")
    orders.accept_order(order=first, wish_number=1, actor=SYSTEM)
    taken = accepted(second)  # the afternoon is free
    assert clock.local(taken.sessions.get().starts_at).hour == 14
    third = make_order(cast.unit("shiqiao"), package, DAY)
    before = TrainingClass.objects.count()
    with pytest.raises(order_refusals.OrderNoRoom) as refused:
        orders.accept_order(order=third, wish_number=1, actor=cast.actor("base"))
    assert refused.value.text == (
        "12月7日排不下：镇党校教室已被占用。点单还在，没有退回。12月8日、12月9日、12月10日有空，可以提改期。"
    )
    assert (Order.objects.get(pk=third.pk).status, TrainingClass.objects.count()) == ("placed", before)
    add_venue(base=package.base, name="多功能厅", seats=60, actor=SYSTEM)
    assert accepted(third).sessions.get().venue.seats == 60


def test_who_was_ordered_for_of_own_will_has_chosen_the_class(cast: Cast, package: Any) -> None:
    kengtou, shiqiao = cast.unit("kengtou"), cast.unit("shiqiao")
    held = accepted(make_order(kengtou, package, DAY))
    assigned = accepted(make_order(kengtou, package, DAY + timedelta(2), is_assigned=True))
    hand_down_seats(training_class=held, table={kengtou.pk: 20, shiqiao.pk: 10}, actor=SYSTEM)
    ours, theirs = cast.person("林秀珍").pk, cast.person("雷金妹").pk
    nominate(training_class=held, people=nominees([ours, theirs]), actor=SYSTEM)
    nominate(training_class=assigned, people=nominees([ours]), actor=SYSTEM)
    chosen = Enrolment.objects.order_by("training_class", "person").values_list("person", "is_self_chosen")
    assert list(chosen) == [(ours, True), (theirs, False), (ours, False)]


def test_another_day_is_offered_agreed_refused_or_lapses(cast: Cast, package: Any) -> None:
    township, secretary = cast.actor("township"), cast.actor("secretary")
    later = Wish(DAY + timedelta(2), "afternoon")
    agreed = make_order(cast.unit("kengtou"), package, DAY)
    with pytest.raises(order_refusals.CounterIsTheWish):
        orders.counter_order(order=agreed, wish=Wish(DAY, "afternoon"), actor=township)
    orders.counter_order(order=agreed, wish=later, note="那天有会", actor=township)
    assert [one.reply_by for one in counters_to_reply(secretary)] == [TODAY + timedelta(3)]
    assert TrainingClass.objects.count() == 0
    with pytest.raises(NotPermitted):
        orders.agree_order(order=agreed, actor=cast.actor("sibling_secretary"))
    held: Any = orders.agree_order(order=agreed, actor=secretary).training_class
    assert (held.starts_on, held.sessions.get().part) == (later.day, "afternoon")
    refused = make_order(cast.unit("kengtou"), package, DAY)
    last = Wish(DAY + timedelta(3), "afternoon")
    orders.counter_order(order=refused, wish=last, actor=township)
    orders.refuse_order(order=refused, actor=secretary)
    lapsed = make_order(cast.unit("kengtou"), package, DAY)
    orders.counter_order(order=lapsed, wish=last, actor=township)
    assert not orders.lapse_order(order=lapsed, actor=SYSTEM)
    with clock.frozen(clock.at_local(TODAY + timedelta(4), 1)):
        assert [one.pk for one in orders_past()] == [lapsed.pk]
        assert orders.lapse_order(order=lapsed, actor=SYSTEM)
        assert not orders.lapse_order(order=lapsed, actor=SYSTEM)
    assert order_counts() == {"order": 3, "unmet_demand": 2}


def test_silence_is_told_to_the_level_above_and_what_was_not_had_is_kept(cast: Cast, package: Any) -> None:
    county = cast.actor("county")
    order = make_order(cast.unit("kengtou"), package, DAY)
    assert orders_overdue() == []
    with clock.frozen(clock.at_local(TODAY + timedelta(3), 1)):
        assert [one.pk for one in orders_overdue()] == [order.pk]
        assert orders.tell_overdue(order=order, actor=SYSTEM)
        assert not orders.tell_overdue(order=order, actor=SYSTEM)
        assert (list(orders_to_answer(county)), orders_overdue()) == ([order], [])
        assert list(orders_to_answer(cast.actor("other_county"))) == []
    with clock.frozen(clock.at_local(DAY, 1)):
        assert orders.lapse_order(order=order, actor=SYSTEM)
    with pytest.raises(NotPermitted):
        orders.lapse_order(order=order, actor=county)
    gone = make_order(cast.unit("kengtou"), package, DAY)
    orders.withdraw_order(order=gone, reason="changed", actor=cast.actor("secretary"))
    for reason in ("", "silent", "other"):
        with pytest.raises(order_refusals.OrderReasonMissing):
            orders.decline_order(order=make_order(cast.unit("kengtou"), package), reason=reason, actor=SYSTEM)
    declined = make_order(cast.unit("shiqiao"), package, DAY)
    orders.decline_order(order=declined, reason="no_teacher", actor=SYSTEM)
    assert set(unmet_orders(county)) == {order, declined}
    assert set(unmet_orders(cast.actor("secretary"))) == {order}


def test_what_cannot_be_ordered_is_told_at_once(cast: Cast, package: Any) -> None:
    unit = cast.unit("kengtou")
    for days, code in (
        ([TODAY + timedelta(2)], "order_too_early"),
        ([TODAY + timedelta(366)], "order_too_late"),
        ([DAY + timedelta(n) for n in range(4)], "order_days"),
        ([DAY, DAY], "order_days"),
    ):
        with pytest.raises(Invalid) as refused:
            make_order(unit, package, *days)
        assert refused.value.code == code
    with pytest.raises(order_refusals.OrderPeopleWrong, match="10 到 50 人"):
        make_order(unit, package, DAY, people=51)
    with pytest.raises(NotPermitted):
        make_order(unit, package, DAY, actor=cast.actor("sibling_secretary"))
    with pytest.raises(order_refusals.OrderPlaceMissing):
        make_order(unit, None, DAY, course=package.lines.get().course)
    assert Order.objects.count() == 0


def test_a_lesson_comes_to_the_door_and_the_same_form_sent_twice_is_one_order(cast: Cast, package: Any) -> None:
    course = package.lines.select_related("course__unit").get().course
    facts = order_facts(None, DAY, course=course, location="坑头村文化礼堂", key=uuid4(), is_assigned=True)
    order = place_order(unit=cast.unit("kengtou"), facts=facts, actor=SYSTEM)
    assert place_order(unit=cast.unit("kengtou"), facts=facts, actor=SYSTEM) == order
    held = accepted(order)
    session = held.sessions.get()
    assert (session.where, session.venue, session.course) == ("坑头村文化礼堂", None, course)


def test_a_lesson_may_be_asked_for_at_a_spot_on_the_map(cast: Cast, package: Any) -> None:
    course = package.lines.select_related("course__unit").get().course
    spot = {"pin": (26.75, 119.48), "township_id": cast.unit("huotong").pk, "location": "葡萄园路口"}
    order = place_order(
        unit=cast.unit("kengtou"), facts=order_facts(None, DAY, course=course, **spot, key=uuid4()), actor=SYSTEM
    )
    session = accepted(order).sessions.get()
    assert (session.lat, session.lng, session.township) == (26.75, 119.48, cast.unit("huotong"))


def test_nothing_chosen_is_no_order_and_a_form_of_somebody_else_is_not_ours(cast: Cast, package: Any) -> None:
    with pytest.raises(NotFound):
        place_order(unit=cast.unit("kengtou"), facts=order_facts(None, DAY), actor=SYSTEM)
    facts = order_facts(package, DAY, key=uuid4())
    place_order(unit=cast.unit("kengtou"), facts=facts, actor=SYSTEM)
    with pytest.raises(IntegrityError):
        place_order(unit=cast.unit("shiqiao"), facts=facts, actor=SYSTEM)


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Pacific/Kiritimati"])
def test_half_days_go_on_over_the_year_and_a_leap_day_wherever_the_server_stands(
    cast: Cast, school: Base, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    monkeypatch.setenv("TZ", zone)
    ticking.tzset()
    longer = package_at(school, half_days=3)
    for night, day, after in (
        (date(2026, 12, 20), date(2026, 12, 31), date(2027, 1, 1)),
        (date(2028, 2, 20), date(2028, 2, 29), date(2028, 3, 1)),
    ):
        with clock.frozen(clock.at_local(night, 0, 30)):  # the day before it in UTC
            order = make_order(cast.unit("kengtou"), longer, day, part=WHOLE_DAY)
            assert order.answer_by == night + timedelta(days=2)
            held: Any = orders.accept_order(order=order, wish_number=1, actor=SYSTEM).training_class
        taught = [(one.held_on, one.part, clock.local(one.starts_at).hour) for one in held.sessions.order_by("number")]
        assert taught == [(day, "morning", 8), (day, "afternoon", 14), (after, "morning", 8)]
        assert (held.starts_on, held.ends_on, held.year) == (day, after, day.year)
    monkeypatch.undo()
    ticking.tzset()


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (Wish(TODAY, "morning"), "order_too_early"),
        (Wish(TODAY + timedelta(366), "morning"), "order_too_late"),
        (Wish(DAY + timedelta(1), WHOLE_DAY), "order_days"),
    ],
)
def test_a_day_that_cannot_be_is_not_offered_instead(cast: Cast, package: Any, wish: Wish, code: str) -> None:
    order = make_order(cast.unit("kengtou"), package, DAY)
    with pytest.raises(Invalid) as refused:
        orders.counter_order(order=order, wish=wish, actor=SYSTEM)
    assert refused.value.code == code


def test_where_no_day_is_free_the_refusal_says_so(cast: Cast, package: Any) -> None:
    order = make_order(cast.unit("kengtou"), package, DAY)
    shut = {"starts_at": clock.at_local(TODAY, 0), "ends_at": clock.at_local(DAY + timedelta(200), 0)}
    close_place(base=package.base, kind="shut", reason="大修", **shut, actor=SYSTEM)
    with pytest.raises(order_refusals.OrderNoRoom, match="近两个月都没有空"):
        orders.accept_order(order=order, wish_number=1, actor=SYSTEM)


def test_a_full_base_is_no_day_to_choose(cast: Cast, package: Any) -> None:
    base, unit = package.base, cast.unit("kengtou")
    set_reception(base=base, people=40, actor=SYSTEM)
    venue = base.venues.get()
    taken = half_day(DAY, base_id=base.pk, venue_id=venue.pk)
    make_class(cast.unit("huotong"), sessions=[taken], capacity=5)
    offer = offer_of_package(package)

    def words(people: int) -> list[tuple[str, tuple[str, ...]]]:
        figures = order_figures(package.unit.path)
        given: Any = {"unit": unit, "provider": package.unit, "people": people, "figures": figures}
        days = days_offered(offer, **given, first=DAY, last=DAY + timedelta(1))
        return [(day.word, day.starts) for day in days]

    assert words(30) == [("free", ("afternoon",)), ("free", ("morning", "afternoon"))]
    assert words(36) == [("full", ()), ("free", ("morning", "afternoon"))]
    set_hours(base=base, spans=[OpenSpan(1, time(8), time(12))], actor=SYSTEM)
    assert words(30) == [("full", ()), ("shut", ())]


def test_who_cannot_come_says_so_and_the_day_goes_to_who_waits(cast: Cast, package: Any) -> None:
    package.lines.get().course.teachers.add(given_teacher(package.unit, on=TODAY))
    order = make_order(cast.unit("kengtou"), package, DAY)
    held = accepted(order)
    nominate(training_class=held, people=nominees([cast.person("林秀珍").pk]), actor=SYSTEM)
    waits = make_order(cast.unit("shiqiao"), package, DAY, waits=True)
    secretary = signed_in(cast.accounts["secretary"])
    page, reply = (reverse(f"classes:{name}", args=[order.pk]) for name in ("order", "order_reply"))
    assert "来不了了" in secretary.get(page).content.decode()
    # Who has taken it on cancels the class itself.
    assert "来不了了" not in signed_in(cast.accounts["township"]).get(page).content.decode()
    body = {"answer": "call_off", "call_off-reason": "other"}
    refused = secretary.post(reply, body)
    assert (refused.status_code, "选“其他”的，请写一句说明" in refused.content.decode()) == (422, True)
    said = secretary.post(reply, {**body, "call_off-note": "村里防汛"}, follow=True).content.decode()
    assert "班已取消，场地空出来了" in said
    held.refresh_from_db()
    assert (held.status, Order.objects.get(pk=order.pk).status) == ("cancelled", "accepted")
    assert (held.seats_taken, living_engagements().count()) == (0, 0)
    assert "classes.order_called_off" in told("classes.order_called_off")["township"]
    offer_days(actor=SYSTEM)
    assert Order.objects.get(pk=waits.pk).status == "offered"
    with pytest.raises(order_refusals.OrderStandsSo, match="已取消"):
        orders.call_off_order(order=order, reason="changed", actor=cast.actor("secretary"))
    with pytest.raises(NotPermitted):
        orders.call_off_order(order=order, reason="changed", actor=cast.actor("sibling_secretary"))


def test_what_others_come_to_is_not_called_off_by_one(cast: Cast, package: Any) -> None:
    kengtou, shiqiao = cast.unit("kengtou"), cast.unit("shiqiao")
    order = make_order(kengtou, package, DAY)
    with pytest.raises(order_refusals.OrderStandsSo, match="待接单"):
        orders.call_off_order(order=order, reason="changed", actor=SYSTEM)
    held = accepted(order)
    hand_down_seats(training_class=held, table={kengtou.pk: 20, shiqiao.pk: 10}, actor=SYSTEM)
    with pytest.raises(order_refusals.OrderSharedSince, match="请霍童镇党委取消"):
        orders.call_off_order(order=order, reason="changed", actor=SYSTEM)
    held.refresh_from_db()
    assert held.status == "open"
