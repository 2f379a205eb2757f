"""What is kept for an order until it is answered; meals, beds and coaches; waiting for a day of a route."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from doorstep.bases.models import Base, Reservation
from doorstep.bases.services.reservations import VenueNotFree
from doorstep.bases.services.venues import set_reception
from doorstep.catalogue.services.packages_life import publish_package
from doorstep.catalogue.services.routes import hand_in_route, publish_route
from doorstep.classes.models import KeptDay, Order
from doorstep.classes.queries.order_turns import turn_shown
from doorstep.classes.rules.orders import Wish
from doorstep.classes.rules.reception import KINDS, Needs, exceeds, short_of
from doorstep.classes.services import opening, order_refusals, order_teachers, order_waiting, orders, refusals
from doorstep.core import clock
from doorstep.core.invariants import check_invariants
from doorstep.faculty.models import Engagement
from doorstep.faculty.services.refusals import TeacherTaken
from tests.cast import Cast
from tests.factories.browsers import signed_in
from tests.factories.classes import SYSTEM, half_day, make_base, make_class
from tests.factories.courses import given_course
from tests.factories.orders import make_order, package_at
from tests.factories.packages import make_package
from tests.factories.reservations import reserve
from tests.factories.routes import make_route
from tests.factories.teachers import given_teacher

TODAY = date(2026, 11, 24)
DAY = date(2026, 12, 7)
OTHER = DAY + timedelta(days=2)
LIVE = Reservation.objects.filter(state="live")
FIGURES = st.builds(Needs, *(st.integers(0, 5) for _ in KINDS))


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


def holds() -> None:
    assert [f for f in check_invariants() if not f.holds] == []


def countered(cast: Cast, package: Any, **changes: Any) -> Order:
    order = make_order(cast.unit("kengtou"), package, DAY, **changes)
    return orders.counter_order(order=order, wish=Wish(OTHER, "morning"), actor=cast.actor("township"))


@given(stated=FIGURES, taken=FIGURES, wanted=FIGURES)
def test_what_is_short_is_the_first_figure_that_does_not_reach(stated: Needs, taken: Needs, wanted: Needs) -> None:
    over = [
        kind
        for kind in KINDS
        if getattr(wanted, kind) and getattr(taken, kind) + getattr(wanted, kind) > getattr(stated, kind)
    ]
    short = short_of(stated, taken, wanted)
    assert (short.kind if short else None) == (over[0] if over else None)
    assert exceeds(wanted, taken) == any(getattr(wanted, kind) > getattr(taken, kind) for kind in KINDS)
    assert taken + wanted == wanted + taken


def test_another_day_is_kept_until_it_is_answered(cast: Cast, school: Base, package: Any) -> None:
    set_reception(base=school, people=50, actor=SYSTEM)
    order = countered(cast, package)
    held = LIVE.get()
    assert (held.starts_at, held.heads, held.unit) == (clock.at_local(OTHER, 8, 30), 30, cast.unit("huotong"))
    assert held.expires_at == clock.at_local(TODAY + timedelta(days=4), 0)
    assert held.purpose == f"留给改期的点单 {order.code}"
    assert [(day.base, day.day, day.people) for day in KeptDay.objects.all()] == [(school, OTHER, 30)]
    with pytest.raises(VenueNotFree):
        reserve(cast.unit("shiqiao"), school.venues.get(), OTHER, 9, 10)
    with pytest.raises(refusals.VenueTaken):
        make_class(school.unit, sessions=[half_day(OTHER, base_id=school.pk, venue_id=school.venues.get().pk)])
    second = make_order(cast.unit("shiqiao"), package, OTHER)
    with pytest.raises(order_refusals.OrderNoRoom):
        orders.accept_order(order=second, wish_number=1, actor=SYSTEM)
    with pytest.raises(order_refusals.OrderNoRoom):
        countered(cast, package)
    with pytest.raises(refusals.ReceptionFull):
        make_class(school.unit, sessions=[half_day(OTHER, 14, base_id=school.pk)], capacity=21)
    holds()
    agreed = orders.agree_order(order=order, actor=cast.actor("secretary"))
    assert agreed.training_class is not None
    assert LIVE.get().holder == f"class:{agreed.training_class.pk}"
    assert (LIVE.get().expires_at, KeptDay.objects.count()) == (None, 0)
    holds()


@pytest.mark.parametrize("how", ["refuse", "withdraw", "lapse"])
def test_what_was_kept_is_free_again(cast: Cast, school: Base, package: Any, how: str) -> None:
    order = countered(cast, package)
    secretary = cast.actor("secretary")
    if how == "refuse":
        orders.refuse_order(order=order, actor=secretary)
    elif how == "withdraw":
        orders.withdraw_order(order=order, reason="changed", actor=secretary)
    else:
        with clock.frozen(clock.at_local(TODAY + timedelta(days=4), 1)):
            reserve(cast.unit("shiqiao"), school.venues.get(), OTHER, 13, 14)  # run out, though the job was not there
            assert LIVE.filter(kind="other").count() == 0
            assert orders.lapse_order(order=order, actor=SYSTEM)
    assert (LIVE.filter(kind="other").count(), KeptDay.objects.count()) == (0, 0)
    reserve(cast.unit("shiqiao"), school.venues.get(), OTHER, 8, 12)
    holds()


def test_a_day_given_back_by_a_counter_offer_goes_to_who_waits(cast: Cast, school: Base, package: Any) -> None:
    order = countered(cast, package)
    waiting = make_order(cast.unit("shiqiao"), package, OTHER, waits=True)
    assert order_waiting.offer_days(actor=SYSTEM) == 0
    orders.refuse_order(order=order, actor=cast.actor("secretary"))
    assert order_waiting.offer_days(actor=SYSTEM) == 1
    assert Order.objects.get(pk=waiting.pk).status == "offered"
    holds()


def test_meals_beds_and_coaches_are_asked_for_and_counted(cast: Cast, school: Base, package: Any) -> None:
    set_reception(base=school, people=200, meals=40, beds=0, parking=1, guides=2, actor=SYSTEM)
    for needs, why in (
        (Needs(beds=3), "霍童镇党校接待不了：床位一共 0，要了 3。请少要一些、自己解决，或换一个套餐。"),
        (Needs(meals=41), "霍童镇党校接待不了：用餐位一共 40，要了 41。请少要一些、自己解决，或换一个套餐。"),
    ):
        with pytest.raises(order_refusals.OrderNeedsTooMuch) as refused:
            make_order(cast.unit("kengtou"), package, DAY, needs=needs)
        assert refused.value.text == why
    first = make_order(cast.unit("kengtou"), package, DAY, needs=Needs(meals=30, parking=1))
    assert (first.meals, first.beds, first.parking, first.guides) == (30, 0, 1, 0)
    held = orders.accept_order(order=first, wish_number=1, actor=SYSTEM).training_class
    assert held is not None
    assert (held.meals, held.parking) == (30, 1)
    second = make_order(cast.unit("shiqiao"), package, DAY, part="afternoon", needs=Needs(meals=11))
    with pytest.raises(order_refusals.OrderNoRoom) as full:
        orders.accept_order(order=second, wish_number=1, actor=SYSTEM)
    assert "那天用餐位只有 40，已经排了 30，还要 11" in full.value.text
    waits = make_order(cast.unit("shiqiao"), package, DAY, part="afternoon", needs=Needs(meals=11), waits=True)
    assert order_waiting.offer_days(actor=SYSTEM) == 0
    with pytest.raises(refusals.ReceptionShort) as short:
        make_class(school.unit, sessions=[half_day(DAY, 19, base_id=school.pk)], needs=Needs(parking=1))
    assert short.value.text == (
        "12月7日霍童镇党校大巴车位只有 1，已经排了 1，还要 1，不够。请改日期，或少要一些、自己解决。"
    )
    facts: dict[str, Any] = {"title": held.title, "form": held.form, "capacity": 30, "base_id": None, "head_id": None}
    facts |= {"nominate_by": None, "note": "", "actor": SYSTEM}
    with pytest.raises(refusals.ReceptionShort):
        opening.edit_class(training_class=held, **facts, needs=Needs(meals=41))
    changed = opening.edit_class(training_class=held, **facts, needs=Needs(meals=29, guides=2))
    assert (changed.meals, changed.parking, changed.guides) == (29, 0, 2)
    assert order_waiting.offer_days(actor=SYSTEM) == 1
    assert Order.objects.get(pk=waits.pk).status == "offered"
    holds()


def test_a_day_of_a_route_comes_free_for_who_waits(cast: Cast, school: Base) -> None:
    far = make_base(cast.unit("huotong"), name="坑头村教学点")
    unit = cast.unit("huotong")
    given_course(unit)
    route = make_route(unit, [school, far])
    hand_in_route(route=route, actor=SYSTEM)
    publish_route(route=route, version=1, actor=SYSTEM)
    package = make_package(unit, route_id=route.pk, course_ids=(), least_people=10)
    publish_package(package=package, revision=package.revision, actor=SYSTEM)
    package.refresh_from_db()
    with pytest.raises(order_refusals.OrderCannotWait):
        make_order(cast.unit("kengtou"), package, DAY, waits=True)
    for base in (school, far):
        set_reception(base=base, people=50, actor=SYSTEM)
    with pytest.raises(order_refusals.OrderDaysFree):
        make_order(cast.unit("kengtou"), package, DAY, waits=True)
    blocking = make_class(unit, sessions=[half_day(DAY, base_id=far.pk)], capacity=40)
    first = make_order(cast.unit("kengtou"), package, DAY, waits=True)
    second = make_order(cast.unit("shiqiao"), package, DAY, waits=True)
    assert order_waiting.offer_days(actor=SYSTEM) == 0
    opening.cancel_class(training_class=blocking, reason="台风", actor=SYSTEM)
    assert order_waiting.offer_days(actor=SYSTEM) == 1
    assert [Order.objects.get(pk=one.pk).status for one in (first, second)] == ["offered", "waiting"]
    assert order_waiting.offer_days(actor=SYSTEM) == 0
    order_waiting.pass_offer(order=first, actor=SYSTEM)
    assert order_waiting.offer_days(actor=SYSTEM) == 1
    taken = order_waiting.take_offer(order=second, actor=SYSTEM)
    assert taken.training_class is not None
    assert (taken.status, KeptDay.objects.count()) == ("accepted", 0)
    holds()


def test_a_lesson_waits_for_its_teacher_who_is_kept_for_the_first_in_turn(cast: Cast, school: Base) -> None:
    teacher = given_teacher(school.unit, on=TODAY)
    course = given_course(school.unit)
    course.teachers.add(teacher)
    asked: dict[str, Any] = {"course": course, "location": "坑头村文化礼堂", "waits": True}
    with pytest.raises(order_refusals.OrderDaysFree):
        make_order(cast.unit("kengtou"), None, DAY, **asked)
    blocking = make_class(school.unit, sessions=[half_day(DAY, teacher_id=teacher.pk)])
    first = make_order(cast.unit("kengtou"), None, DAY, **asked)
    with clock.frozen(clock.now() + timedelta(minutes=5)):
        second = make_order(cast.unit("shiqiao"), None, DAY, **asked)
    assert (turn_shown(first)["nth"], turn_shown(second)["nth"]) == (1, 2)
    assert order_waiting.offer_days(actor=SYSTEM) == 0
    opening.cancel_class(training_class=blocking, reason="台风", actor=SYSTEM)
    assert order_waiting.offer_days(actor=SYSTEM) == 1
    held = Engagement.objects.get(status="offered")
    assert (held.teacher, held.key, held.starts_at) == (teacher, f"order:{first.pk}:0", clock.at_local(DAY, 8, 30))
    with pytest.raises(TeacherTaken):
        make_class(school.unit, sessions=[half_day(DAY, teacher_id=teacher.pk)])
    assert order_waiting.offer_days(actor=SYSTEM) == 0
    order_waiting.pass_offer(order=first, actor=SYSTEM)
    assert not Engagement.objects.filter(status="offered").exists()
    assert order_waiting.offer_days(actor=SYSTEM) == 1
    taken = order_waiting.take_offer(order=second, actor=cast.actor("sibling_secretary"))
    assert taken.training_class is not None
    session = taken.training_class.sessions.get()
    assert (session.teacher, session.location) == (teacher, "坑头村文化礼堂")
    assert Engagement.objects.get(status="offered").key == f"session:{session.pk}"
    orders.withdraw_order(order=first, reason="no_room", actor=SYSTEM)
    holds()


def test_who_was_quicker_with_the_teacher_keeps_them(cast: Cast, school: Base, monkeypatch: pytest.MonkeyPatch) -> None:
    teacher = given_teacher(school.unit, on=TODAY)
    course = given_course(school.unit)
    course.teachers.add(teacher)
    blocking = make_class(school.unit, sessions=[half_day(DAY, teacher_id=teacher.pk)])
    order = make_order(cast.unit("kengtou"), None, DAY, course=course, location="坑头村", waits=True)
    opening.cancel_class(training_class=blocking, reason="台风", actor=SYSTEM)
    real = order_teachers.keep_teachers

    def late(*given: Any) -> None:
        make_class(school.unit, sessions=[half_day(DAY, teacher_id=teacher.pk)], title="快一步")
        real(*given)

    monkeypatch.setattr(order_waiting, "keep_teachers", late)
    assert order_waiting.offer_days(actor=SYSTEM) == 0
    assert Order.objects.get(pk=order.pk).status == "waiting"
    holds()


def test_needs_are_filled_in_and_shown(cast: Cast, school: Base, package: Any) -> None:
    set_reception(base=school, people=200, meals=40, actor=SYSTEM)
    browser = signed_in(cast.accounts["secretary"])
    page = reverse("classes:order_package", args=[package.pk])
    assert "多少人用餐" in browser.get(page).content.decode()
    body = {"people": "30", "part": "morning", "contact": "陈国梁", "day": f"{DAY}", "meals": "50"}
    answer = browser.post(page, body)
    assert answer.status_code == 422
    assert "用餐位一共 40，要了 50" in answer.content.decode()
    assert browser.post(page, {**body, "meals": "20"}).status_code == 302
    order = Order.objects.get()
    assert order.meals == 20
    assert "用餐位 20" in browser.get(reverse("classes:order", args=[order.pk])).content.decode()
    held = make_class(school.unit)
    clerk = signed_in(cast.accounts["township"])
    edit = reverse("classes:edit", args=[held.pk])
    assert "几辆大巴要停" in clerk.get(edit).content.decode()
    sent = {"title": held.title, "form": "lecture", "capacity": "40", "meals": "12", "beds": "", "guides": "1"}
    assert clerk.post(edit, sent).status_code == 302
    held.refresh_from_db()
    assert (held.meals, held.beds, held.guides) == (12, 0, 1)
