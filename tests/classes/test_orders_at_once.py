"""Several people at the same order, or at the same room, at the same moment; and anything in any order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doorstep.catalogue.models import Package
from doorstep.catalogue.services.packages_life import publish_package
from doorstep.classes.models import Order, Session, TrainingClass
from doorstep.classes.rules.orders import STEPS, Wish
from doorstep.classes.services import orders
from doorstep.core import clock
from doorstep.core.errors import DoorstepError
from doorstep.core.invariants import check_invariants, stated_invariants
from doorstep.directory.models import Unit
from doorstep.faculty.models import Teacher
from doorstep.faculty.queries.engagements import living_engagements
from doorstep.faculty.services import engagements
from tests.bases.test_at_once import WRITERS, both, gathered
from tests.cast import Cast
from tests.classes.conftest import without
from tests.factories.classes import SYSTEM, make_base
from tests.factories.courses import given_course
from tests.factories.orders import make_order, package_at
from tests.factories.packages import make_package
from tests.factories.teachers import given_teacher


def test_of_a_double_tap_and_of_withdrawing_meanwhile_one_counts(cast_committed: Cast) -> None:
    cast = cast_committed
    package = package_at(make_base(cast.unit("huotong")))
    township, secretary = cast.actor("township"), cast.actor("secretary")
    day = clock.today() + timedelta(days=10)
    twice = make_order(cast.unit("kengtou"), package, day)
    accept = partial(orders.accept_order, order=twice, wish_number=1, actor=township)
    assert both(accept, accept) == ["done", "order_stands_so"]
    torn = make_order(cast.unit("kengtou"), package, day + timedelta(days=1))
    said = both(
        partial(orders.accept_order, order=torn, wish_number=1, actor=township),
        partial(orders.withdraw_order, order=torn, reason="changed", actor=secretary),
    )
    assert said == ["done", "order_stands_so"]
    stands = Order.objects.get(pk=torn.pk)
    assert (stands.status == "accepted") == (stands.training_class_id is not None)
    assert TrainingClass.objects.count() == 1 + (stands.status == "accepted")


def test_of_two_rival_orders_one_gets_the_room_and_the_other_stays(cast_committed: Cast) -> None:
    cast = cast_committed
    package = package_at(make_base(cast.unit("huotong")))
    township, keeper = cast.actor("township"), cast.actor("base")
    for n in range(3):
        day = clock.today() + timedelta(days=10 + n)
        first = make_order(cast.unit("kengtou"), package, day)
        second = make_order(cast.unit("shiqiao"), package, day)
        said = both(
            partial(orders.accept_order, order=first, wish_number=1, actor=township),
            partial(orders.accept_order, order=second, wish_number=1, actor=keeper),
        )
        assert said == ["done", "order_no_room"]
        assert sorted(Order.objects.filter(first_on=day).values_list("status", flat=True)) == ["accepted", "placed"]
        assert Session.objects.filter(held_on=day).count() == 1
    assert [found.name for found in check_invariants() if not found.holds] == []


def _of_four_providers(cast: Cast, make: Any) -> list[Order]:
    """Sixteen orders for one morning, made by four providers: codes of classes of one provider are given one by one."""
    providers = [cast.unit(name) for name in ("ningde", "jiaocheng", "huotong", "hubei")]
    return [order for provider in providers for order in make(provider)]


def test_of_sixteen_orders_for_one_room_one_is_taken_on(cast_committed: Cast, unheld: Any) -> None:
    base = make_base(cast_committed.unit("huotong"))
    package_at(base)
    day = clock.today() + timedelta(days=10)

    def of(provider: Unit, on: date) -> list[Order]:
        package = make_package(provider, name=f"{provider.short_name}{on}", base_id=base.pk)
        publish_package(package=package, revision=package.revision, actor=SYSTEM)
        package = Package.objects.select_related("unit").get(pk=package.pk)
        return [make_order(cast_committed.unit(name), package, on) for name in ("kengtou", "shiqiao") * 2]

    def rush(on: date) -> Counter[str]:
        placed = _of_four_providers(cast_committed, partial(of, on=on))
        return gathered(lambda n: orders.accept_order(order=placed[n], wish_number=1, actor=SYSTEM))

    assert rush(day) == {"done": 1, "order_no_room": WRITERS - 1}
    assert (Order.objects.filter(status="placed").count(), TrainingClass.objects.count()) == (WRITERS - 1, 1)
    assert [found.name for found in check_invariants() if not found.holds] == []
    unheld()
    assert any(rush(day + timedelta(days=n))["done"] > 1 for n in range(1, 6))
    assert "venue_held_by_one_at_a_time" in [found.name for found in check_invariants() if not found.holds]


def test_of_sixteen_lessons_of_one_teacher_one_is_taken_on(
    cast_committed: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    teacher = given_teacher(cast_committed.unit("huotong"), on=clock.today())
    day = clock.today() + timedelta(days=10)

    def of(provider: Unit, on: date) -> list[Order]:
        course = given_course(provider, title=f"{provider.short_name}{on}")
        course.teachers.add(teacher)
        units = [cast_committed.unit(name) for name in ("kengtou", "shiqiao") * 2]
        return [make_order(unit, None, on, course=course, location="文化礼堂") for unit in units]

    def rush(on: date) -> Counter[str]:
        placed = _of_four_providers(cast_committed, partial(of, on=on))
        return gathered(lambda n: orders.accept_order(order=placed[n], wish_number=1, actor=SYSTEM))

    said = rush(day)
    assert (said["done"], said["no_lecturer_free"] + said["teacher_taken"]) == (1, WRITERS - 1)
    assert (TrainingClass.objects.count(), living_engagements().count()) == (1, 1)
    assert [found.name for found in check_invariants() if not found.holds] == []
    monkeypatch.setattr(engagements, "_lock", lambda ids: Teacher.objects.select_related("unit").in_bulk(set(ids)))
    with without("faculty_engagement", "teacher_at_one_place"):
        assert any(rush(day + timedelta(days=n))["done"] > 1 for n in range(1, 6))


ACTS = ("accept", "counter", "decline", "agree", "refuse", "withdraw", "lapse", "overdue")
STEP = st.tuples(st.integers(0, 2), st.sampled_from(ACTS), st.integers(0, 1), st.sampled_from((0, 0, 0, 2, 20)))


def _broken() -> list[str]:
    """The invariants of orders that do not hold."""
    found = []
    for one in stated_invariants():
        with connection.cursor() as cursor:
            cursor.execute(one.sql if one.name.startswith("order_") else "SELECT 1 WHERE false")
            found += [one.name] if cursor.fetchall() else []
    return found


@pytest.fixture
def three(cast: Cast) -> Iterator[tuple[Cast, list[Order]]]:
    """Three orders for two days of one room."""
    with clock.frozen(clock.at_local(date(2026, 11, 24), 12)):
        package = package_at(make_base(cast.unit("huotong")))
        day = date(2026, 12, 7)
        yield (
            cast,
            [
                make_order(cast.unit("kengtou"), package, day),
                make_order(cast.unit("kengtou"), package, day, day + timedelta(days=1)),
                make_order(cast.unit("kengtou"), package, day + timedelta(days=1)),
            ],
        )


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=3, max_size=10))
def test_whatever_is_done_no_order_is_half_done(three: tuple[Cast, list[Order]], steps: list[Any]) -> None:
    cast, placed = three
    township, secretary, moment = cast.actor("township"), cast.actor("secretary"), clock.now()
    with transaction.atomic():
        for number, act, wish, days in steps:
            order, moment = placed[number], moment + timedelta(days=days)
            before = Order.objects.values_list("status", flat=True).get(pk=order.pk)
            acts: dict[str, Any] = {
                "accept": partial(orders.accept_order, wish_number=wish + 1, actor=township),
                "counter": partial(
                    orders.counter_order, wish=Wish(date(2026, 12, 9 + wish), "morning"), actor=township
                ),
                "decline": partial(orders.decline_order, reason="no_teacher", actor=township),
                "agree": partial(orders.agree_order, actor=secretary),
                "refuse": partial(orders.refuse_order, actor=secretary),
                "withdraw": partial(orders.withdraw_order, reason="changed", actor=secretary),
                "lapse": partial(orders.lapse_order, actor=SYSTEM),
                "overdue": partial(orders.tell_overdue, actor=SYSTEM),
            }
            with clock.frozen(moment), suppress(DoorstepError), transaction.atomic():
                acts[act](order=order)
            after = Order.objects.values_list("status", flat=True).get(pk=order.pk)
            assert after == before or (before, act, after) in {(a, step, b) for (a, step), b in STEPS.items()}
        opened = Order.objects.filter(status__in=["accepted", "agreed"])
        assert TrainingClass.objects.count() == opened.count()
        assert {order.training_class_id for order in opened} == set(TrainingClass.objects.values_list("pk", flat=True))
        assert _broken() == []
        transaction.set_rollback(True)
