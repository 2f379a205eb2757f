"""Orders that wait for a day: who gets it, for how long it is kept, and what becomes of it; nobody is passed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from doorstep.bases.models import Base, Reservation
from doorstep.bases.services.reservations import cancel_reservation, confirm_hold
from doorstep.classes import jobs
from doorstep.classes.handlers import waiting as handlers
from doorstep.classes.models import Order, OrderOffer, TrainingClass
from doorstep.classes.queries.order_turns import orders_in_turn, turn_shown
from doorstep.classes.queries.orders import counters_to_reply, unmet_orders
from doorstep.classes.rules.order_turns import InTurn, in_turn
from doorstep.classes.rules.orders import Wish
from doorstep.classes.services import opening, order_refusals, order_waiting, orders
from doorstep.core import clock
from doorstep.core.errors import DoorstepError, NotPermitted
from doorstep.core.invariants import check_invariants
from doorstep.core.models import Policy
from tests.bases.test_at_once import both
from tests.cast import Cast
from tests.factories.browsers import signed_in
from tests.factories.classes import SYSTEM, half_day, make_base, make_class
from tests.factories.courses import given_course
from tests.factories.orders import make_order, order_facts, package_at
from tests.factories.reservations import reserve

TODAY = date(2026, 11, 24)
DAY = date(2026, 12, 7)


@pytest.fixture(autouse=True)
def _noon(request: pytest.FixtureRequest) -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


@pytest.fixture
def school(cast: Cast) -> Base:
    return make_base(cast.unit("huotong"))


@pytest.fixture
def package(school: Base) -> Any:
    return package_at(school)


def full_day(school: Base, day: date = DAY) -> TrainingClass:
    """A class that has the only room of the school on the morning of a day."""
    session = half_day(day, base_id=school.pk, venue_id=school.venues.get().pk)
    return make_class(school.unit, sessions=[session], capacity=80)


def waiting_order(cast: Cast, package: Any, unit: str = "kengtou", last: date = DAY, **changes: Any) -> Order:
    days = (DAY,) if last == DAY else (DAY, last)
    return make_order(cast.unit(unit), package, *days, waits=True, **changes)


def give_out() -> int:
    return order_waiting.offer_days(actor=SYSTEM)


def stands(*placed: Order) -> list[str]:
    return [Order.objects.get(pk=order.pk).status for order in placed]


def holds() -> None:
    assert [f for f in check_invariants() if not f.holds] == []


def kept() -> list[tuple[datetime, datetime | None]]:
    rows = Reservation.objects.filter(state="live", kind="other").order_by("pk")
    return list(rows.values_list("starts_at", "expires_at"))


def test_a_day_that_comes_free_is_kept_for_the_first_who_takes_it_in_one_step(
    cast: Cast, school: Base, package: Any
) -> None:
    blocking = full_day(school)
    first = waiting_order(cast, package, actor=cast.actor("secretary"))
    with clock.frozen(clock.now() + timedelta(minutes=5)):
        second = waiting_order(cast, package, "shiqiao")
    assert stands(first, second) == ["waiting", "waiting"]
    assert give_out() == 0
    opening.cancel_class(training_class=blocking, reason="台风", actor=SYSTEM)
    assert give_out() == 1
    assert stands(first, second) == ["offered", "waiting"]
    offer = first.offers.get()
    assert (offer.day, offer.part, offer.outcome) == (DAY, "morning", "open")
    assert offer.until == clock.now() + timedelta(hours=24)
    assert offer.reason == "今年已点到 0 个班；点到得少的单位先轮到，一样多的先来先得。"
    assert kept() == [(clock.at_local(DAY, 8, 30), offer.until)]
    assert give_out() == 0
    assert list(counters_to_reply(cast.actor("secretary"))) == [first]
    assert Order.objects.get(pk=first.pk).reply_by == date(2026, 11, 25)
    for name in ("sibling_secretary", "other_county", "auditor", "trainee"):
        with pytest.raises(NotPermitted):
            order_waiting.take_offer(order=first, actor=cast.actor(name))
    taken = order_waiting.take_offer(order=first, actor=cast.actor("secretary"))
    assert taken.status == "accepted"
    held = taken.training_class
    assert held is not None
    assert (held.unit, held.capacity, held.starts_on) == (cast.unit("huotong"), 30, DAY)
    assert held.sessions.get().venue == school.venues.get()
    assert kept() == []
    assert first.offers.get().outcome == "taken"
    assert give_out() == 0
    assert stands(second) == ["waiting"]
    with pytest.raises(order_refusals.OrderStandsSo):
        order_waiting.take_offer(order=first, actor=cast.actor("secretary"))
    holds()


def test_what_is_not_wanted_goes_to_the_next(cast: Cast, school: Base, package: Any) -> None:
    blocking = full_day(school)
    first = waiting_order(cast, package)
    second = waiting_order(cast, package, "shiqiao")
    opening.cancel_class(training_class=blocking, reason="台风", actor=SYSTEM)
    give_out()
    for name in ("sibling_secretary", "other_county", "auditor"):
        with pytest.raises(NotPermitted):
            order_waiting.pass_offer(order=first, actor=cast.actor(name))
    order_waiting.pass_offer(order=first, actor=cast.actor("secretary"))
    assert kept() == []
    assert give_out() == 1
    assert stands(first, second) == ["waiting", "offered"]
    assert Order.objects.get(pk=first.pk).reply_by is None
    with pytest.raises(order_refusals.OrderStandsSo):
        order_waiting.pass_offer(order=first, actor=cast.actor("secretary"))
    # Taken back, and the day is kept for nobody: the first has had it already.
    orders.withdraw_order(order=second, reason="changed", actor=cast.actor("sibling_secretary"))
    assert second.offers.get().outcome == "gone"
    assert kept() == []
    assert give_out() == 0
    holds()


def test_what_is_not_taken_in_time_goes_to_the_next(cast: Cast, school: Base, package: Any) -> None:
    blocking = full_day(school)
    first = waiting_order(cast, package)
    second = waiting_order(cast, package, "shiqiao")
    opening.cancel_class(training_class=blocking, reason="台风", actor=SYSTEM)
    give_out()
    with clock.frozen(clock.now() + timedelta(hours=24)):
        with pytest.raises(order_refusals.OfferIsOver) as caught:
            order_waiting.take_offer(order=first, actor=cast.actor("secretary"))
        assert caught.value.text.startswith("这个空位只留到11月25日 12:00，已经给了后面的单位。")
        jobs.offer_days(0)
        assert stands(first, second) == ["waiting", "offered"]
        assert first.offers.get().outcome == "expired"
        holds()


def test_a_day_is_never_kept_beyond_its_beginning(cast: Cast, school: Base, package: Any) -> None:
    blocking = full_day(school)
    reserve(cast.unit("huotong"), school.venues.get(), DAY, 13, 18)
    waiting_order(cast, package, part="any")
    with clock.frozen(clock.at_local(DAY - timedelta(days=1), 20)):
        opening.cancel_class(training_class=blocking, reason="台风", actor=SYSTEM)
        assert give_out() == 1
        offer = OrderOffer.objects.get()
        assert (offer.part, offer.until) == ("morning", clock.at_local(DAY, 8, 30))


def test_a_whole_day_is_kept_as_a_whole(cast: Cast, school: Base) -> None:
    package = package_at(school, name="一天的课", half_days=2)
    blocking = full_day(school)
    order = waiting_order(cast, package, part="whole")
    opening.cancel_class(training_class=blocking, reason="台风", actor=SYSTEM)
    assert give_out() == 1
    assert order.offers.get().part == "whole"
    assert [at for at, _until in kept()] == [clock.at_local(DAY, 8, 30), clock.at_local(DAY, 14)]
    taken = order_waiting.take_offer(order=order, actor=cast.actor("secretary")).training_class
    assert taken is not None
    assert taken.sessions.count() == 2
    holds()


def test_units_that_had_fewer_classes_come_first_where_that_is_the_rule(cast: Cast, school: Base, package: Any) -> None:
    blocking = full_day(school)
    had = make_order(cast.unit("kengtou"), package, DAY + timedelta(days=3))
    orders.accept_order(order=had, wish_number=1, actor=SYSTEM)
    gone = make_order(cast.unit("shiqiao"), package, DAY + timedelta(days=4))
    cancelled = orders.accept_order(order=gone, wish_number=1, actor=SYSTEM).training_class
    assert cancelled is not None
    opening.cancel_class(training_class=cancelled, reason="台风", actor=SYSTEM)
    first = waiting_order(cast, package)
    second = waiting_order(cast, package, "shiqiao")
    assert [order.pk for order in orders_in_turn()] == [second.pk, first.pk]
    assert turn_shown(first) == {
        "nth": 2,
        "turn_words": "今年已点到 1 个班；点到得少的单位先轮到，一样多的先来先得。",
    }
    Policy.objects.filter(key="order.fair_share").update(value="arrival")
    assert [order.pk for order in orders_in_turn(package.pk)] == [first.pk, second.pk]
    assert turn_shown(first) == {"nth": 1, "turn_words": "先来先得。"}
    opening.cancel_class(training_class=blocking, reason="台风", actor=SYSTEM)
    give_out()
    assert stands(first, second) == ["offered", "waiting"]
    assert first.offers.get().reason == "先来先得。"


TURN = st.builds(
    InTurn,
    order_id=st.integers(1, 9),
    placed_at=st.integers(0, 3).map(lambda n: clock.at_local(date(2026, 1, 1 + n), 9)),
    had=st.integers(0, 2),
    fewest_first=st.booleans(),
)


@given(st.lists(TURN, max_size=6, unique_by=lambda one: one.order_id))
def test_everybody_has_one_turn_and_nobody_with_less_waits_longer(orders: list[InTurn]) -> None:
    turn = in_turn(orders)
    assert sorted(one.order_id for one in turn) == sorted(one.order_id for one in orders)
    for before, after in zip(turn, turn[1:], strict=False):
        if before.fewest_first == after.fewest_first:
            one = (before.had if before.fewest_first else 0, before.placed_at, before.order_id)
            assert one < (after.had if after.fewest_first else 0, after.placed_at, after.order_id)


def test_the_room_must_be_large_enough_and_the_day_in_the_window(cast: Cast, school: Base, package: Any) -> None:
    Reservation.objects.all().delete()
    venue = school.venues.get()
    blocks = [reserve(cast.unit("huotong"), venue, DAY + timedelta(days=n), 8, 12)[0] for n in range(3)]
    large = waiting_order(cast, package, last=DAY + timedelta(days=1), people=50)
    cancel_reservation(reservation=blocks[2], actor=SYSTEM)
    assert give_out() == 0
    school.venues.update(seats=40)
    cancel_reservation(reservation=blocks[1], actor=SYSTEM)
    assert give_out() == 0
    small = waiting_order(cast, package, "shiqiao")
    cancel_reservation(reservation=blocks[0], actor=SYSTEM)
    assert give_out() == 1
    assert stands(large, small) == ["waiting", "offered"]
    assert small.offers.get().day == DAY
    holds()


def test_who_could_have_a_day_now_does_not_wait_and_some_cannot(cast: Cast, school: Base, package: Any) -> None:
    with pytest.raises(order_refusals.OrderDaysFree) as caught:
        waiting_order(cast, package)
    assert caught.value.text == "12月7日现在就约得到，不用排候补。请在日历上选这一天，直接点单。"
    assert not Order.objects.exists()
    with pytest.raises(order_refusals.OrderCannotWait):
        make_order(cast.unit("kengtou"), None, DAY, waits=True, location="x", course=given_course(school.unit))
    school.venues.update(seats=20)
    with pytest.raises(order_refusals.OrderCannotWait) as told:
        waiting_order(cast, package)
    assert "没有坐得下 30 人的固定场地" in told.value.text


def test_an_order_that_waits_for_an_answer_may_wait_for_a_day_instead(cast: Cast, school: Base, package: Any) -> None:
    order = make_order(cast.unit("kengtou"), package, DAY)
    with pytest.raises(order_refusals.OrderDaysFree):
        order_waiting.wait_for_day(order=order, actor=cast.actor("secretary"))
    full_day(school)
    for name in ("sibling_secretary", "other_county", "auditor"):
        with pytest.raises(NotPermitted):
            order_waiting.wait_for_day(order=order, actor=cast.actor(name))
    assert order_waiting.wait_for_day(order=order, actor=cast.actor("secretary")).status == "waiting"
    with pytest.raises(order_refusals.OrderStandsSo):
        order_waiting.wait_for_day(order=order, actor=cast.actor("secretary"))
    with pytest.raises(NotPermitted):
        order_waiting.offer_days(actor=cast.actor("township"))
    # Its provider may say no, with the reason; else it lapses when its last day has come, as a need that was not met.
    other = waiting_order(cast, package, "shiqiao")
    orders.decline_order(order=other, reason="not_fitting", actor=cast.actor("township"))
    with clock.frozen(clock.at_local(DAY, 1)):
        assert give_out() == 0
        jobs.watch_orders(0)
    assert list(Order.objects.order_by("pk").values_list("status", "reason")) == [
        ("lapsed", "no_room"),
        ("declined", "not_fitting"),
    ]
    assert unmet_orders(cast.actor("township")).count() == 2
    holds()


def test_a_day_is_not_kept_for_an_order_that_was_taken_back_meanwhile(cast: Cast, school: Base, package: Any) -> None:
    full_day(school)
    order = waiting_order(cast, package)
    orders.withdraw_order(order=Order.objects.get(pk=order.pk), reason="changed", actor=SYSTEM)
    assert order_waiting._keep(order, (Wish(DAY, "morning"), []), SYSTEM) is False
    assert kept() == []


def test_everything_that_frees_a_room_gives_days_out(cast: Cast, school: Base, package: Any) -> None:
    blocking = full_day(school)
    order = waiting_order(cast, package)
    for follow in (
        handlers.follow_cancelled,
        handlers.follow_unused,
        handlers.follow_expired,
        handlers.follow_class,
        handlers.follow_change,
        handlers.follow_waiting,
        handlers.follow_passed,
        handlers.follow_withdrawn,
    ):
        opening.cancel_class(training_class=blocking, reason="台风", actor=SYSTEM)
        follow(None)  # type: ignore[arg-type]
        assert stands(order) == ["offered"]
        # Handlers may run twice.
        follow(None)  # type: ignore[arg-type]
        assert OrderOffer.objects.filter(outcome="open").count() == 1
        orders.withdraw_order(order=order, reason="changed", actor=SYSTEM)
        follow(None)  # type: ignore[arg-type]
        blocking = full_day(school)
        order = waiting_order(cast, package)


def test_a_keeper_who_confirms_what_is_kept_has_the_room(cast: Cast, school: Base, package: Any) -> None:
    blocking = full_day(school)
    order = waiting_order(cast, package)
    opening.cancel_class(training_class=blocking, reason="台风", actor=SYSTEM)
    give_out()
    confirm_hold(reservation=Reservation.objects.get(state="live"), actor=cast.actor("township"))
    with pytest.raises(order_refusals.OrderNoRoom):
        order_waiting.take_offer(order=order, actor=cast.actor("secretary"))
    assert stands(order) == ["offered"]
    order_waiting.pass_offer(order=order, actor=cast.actor("secretary"))
    assert Reservation.objects.filter(state="live").count() == 1
    holds()


# --- several hands at once, on real transactions -------------------------------------------------------


def _sixteen(cast: Cast, number: int = 0) -> list[Order]:
    """Three orders that wait for one morning, which has just come free."""
    school = make_base(cast.unit("huotong"))
    package = package_at(school, name=f"一堂党课{number}")
    blocking = full_day(school)
    placed = [waiting_order(cast, package, unit) for unit in ("kengtou", "shiqiao", "kengtou")]
    opening.cancel_class(training_class=blocking, reason="台风", actor=SYSTEM)
    return placed


def test_of_sixteen_who_give_out_one_day_it_is_kept_once_and_for_the_first(cast_committed: Cast) -> None:
    placed = _sixteen(cast_committed)
    assert both(*[give_out] * 16) == ["done"] * 16
    assert stands(*placed) == ["offered", "waiting", "waiting"]
    assert len(kept()) == 1
    # A double tap opens one class.
    secretary = cast_committed.actor("secretary")
    take = partial(order_waiting.take_offer, order=placed[0], actor=secretary)
    assert both(take, take, give_out) == ["done", "done", "order_stands_so"]
    assert TrainingClass.objects.exclude(status="cancelled").count() == 1
    holds()


def test_without_locks_they_get_into_each_others_way(cast_committed: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same hands with every lock taken away are stopped by the tables only."""
    monkeypatch.setattr(order_waiting, "_lock_turns", lambda: None)
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_how: rows)

    def run() -> None:
        try:
            give_out()
        except IntegrityError as error:
            raise order_refusals.OrderCannotWait(title="x", people=0) from error

    said: list[str] = []
    for number in range(5):
        _sixteen(cast_committed, number)
        said = both(*[run] * 16)
        if said != ["done"] * 16:
            break
    assert set(said) - {"done"}


# --- pages ---------------------------------------------------------------------------------------------


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def test_waiting_is_asked_for_on_the_form_and_answered_on_the_page(cast: Cast, school: Base, package: Any) -> None:
    blocking = full_day(school)
    client: Client = signed_in(cast.accounts["secretary"])
    address = reverse("classes:order_package", args=[package.pk])
    assert "想要的日子都满了？排候补" in text_of(client.get(address))
    form = {"people": "30", "contact": "陈国梁", "part": "morning", "wait": "1"}
    none = client.post(address, {**form, "wait_from": "", "wait_until": "x"})
    assert none.status_code == 422
    free = client.post(address, {**form, "wait_from": "2026-12-07", "wait_until": "2026-12-08"})
    assert "12月8日现在就约得到" in text_of(free)
    sent = client.post(address, {**form, "wait_from": "2026-12-07", "wait_until": "2026-12-07"}, follow=True)
    page = text_of(sent)
    assert "已排进候补，有空位就给您留着。" in page
    assert "候补第 1 位" in page
    assert "2026-12-07 到 2026-12-07 都可以" in page
    order = Order.objects.get()
    at = reverse("classes:order", args=[order.pk])
    school_page = text_of(signed_in(cast.accounts["township"]).get(at))
    assert "不接，写明原因" in school_page
    assert "接哪一天" not in school_page
    opening.cancel_class(training_class=blocking, reason="台风", actor=SYSTEM)
    give_out()
    assert "候补有空位了" in text_of(client.get("/"))
    page = text_of(client.get(at))
    assert "有空位了" in page
    assert "就要这天" in page
    assert "就要这天" not in text_of(signed_in(cast.accounts["auditor"]).get(at))
    reply = reverse("classes:order_reply", args=[order.pk])
    assert "您的点单还在候补" in text_of(client.post(reply, {"answer": "pass"}, follow=True))
    assert "留过没有要的 1 天" in text_of(client.get(at))
    OrderOffer.objects.all().delete()
    give_out()
    assert "已确认，班已开好，可以提名了。" in text_of(client.post(reply, {"answer": "take"}, follow=True))
    assert "已答复" not in text_of(client.get(at))


def test_an_order_is_put_on_the_list_from_its_page(cast: Cast, school: Base, package: Any) -> None:
    order = make_order(cast.unit("kengtou"), package, DAY)
    client: Client = signed_in(cast.accounts["secretary"])
    at, reply = (reverse(f"classes:{name}", args=[order.pk]) for name in ("order", "order_reply"))
    assert "日子都满了，排候补" in text_of(client.get(at))
    refused = client.post(reply, {"answer": "wait"})
    assert refused.status_code == 422
    assert "现在就约得到，不用排候补" in text_of(refused)
    full_day(school)
    assert "已排进候补" in text_of(client.post(reply, {"answer": "wait"}, follow=True))
    declined = signed_in(cast.accounts["township"]).post(
        reverse("classes:order_answer", args=[order.pk]),
        {"answer": "decline", "decline-reason": "other", "decline-note": ""},
    )
    assert declined.status_code == 422


def test_a_page_of_an_order_that_waits_takes_few_queries(
    cast: Cast, school: Base, package: Any, django_assert_num_queries: Any
) -> None:
    full_day(school)
    placed = [waiting_order(cast, package, unit) for unit in ("kengtou", "shiqiao", "kengtou")]
    client: Client = signed_in(cast.accounts["secretary"])
    with django_assert_num_queries(8):
        assert client.get(reverse("classes:order", args=[placed[2].pk])).status_code == 200


def test_only_what_is_meant_is_refused(cast: Cast, school: Base, package: Any) -> None:
    full_day(school)
    facts = order_facts(package, DAY, waits=True)
    assert facts.waits
    with pytest.raises(DoorstepError):
        make_order(cast.unit("kengtou"), package, DAY, people=9, waits=True)
    page = reverse("classes:order_package", args=[package.pk])
    said = signed_in(cast.accounts["secretary"]).post(page, {"people": "30", "contact": "陈国梁", "wait": "1"})
    assert (said.status_code, "请写上从哪天到哪天都可以" in text_of(said)) == (422, True)
