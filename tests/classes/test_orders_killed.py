"""Whoever dies in the middle of an order leaves nothing of it, and what they began is done once by the next."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection, connections

from doorstep.bases.models import Reservation
from doorstep.classes.models import KeptDay, Order, OrderOffer, Session, TrainingClass
from doorstep.classes.services import opening, orders
from doorstep.core import clock
from doorstep.core.invariants import check_invariants
from doorstep.core.models import Activity
from doorstep.faculty.models import Engagement
from tests.cast import Cast
from tests.factories.classes import SYSTEM, half_day, make_base, make_class
from tests.factories.orders import make_order, package_at
from tests.factories.programs import gate, running, wait_for_jobs
from tests.factories.teachers import given_teacher


@pytest.fixture
def package(cast_committed: Cast) -> Any:
    """A package whose course names a teacher."""
    base = make_base(cast_committed.unit("huotong"))
    package = package_at(base)
    package.lines.get().course.teachers.add(given_teacher(base.unit, on=clock.today()))
    return package


def holds() -> None:
    assert [found for found in check_invariants() if not found.holds] == []


def written() -> tuple[int, ...]:
    """How many rows there are of each kind that an order leaves behind."""
    tables = (TrainingClass, Session, Reservation, Engagement, OrderOffer, KeptDay)
    return tuple(table.objects.count() for table in tables)


def test_who_dies_while_taking_an_order_on_leaves_nothing_of_it(cast_committed: Cast, package: Any) -> None:
    order = make_order(cast_committed.unit("kengtou"), package)
    said: list[str] = []

    def accept() -> None:
        try:
            orders.accept_order(order=order, wish_number=1, actor=cast_committed.actor("township"))
        except OperationalError:
            said.append("died")
        finally:
            connections.close_all()

    with gate() as last_step:
        # Room, class, session and teacher are written by then; the seats are not.
        last_step.hold("LOCK TABLE classes_quota IN SHARE MODE")
        clerk = threading.Thread(target=accept)
        clerk.start()
        last_step.wait()
        last_step.cut()
        clerk.join(20)
    assert said == ["died"]
    assert (written(), Order.objects.get().status) == ((0, 0, 0, 0, 0, 0), "placed")
    assert not Activity.objects.filter(event="classes.order_accepted").exists()
    orders.accept_order(order=order, wish_number=1, actor=SYSTEM)
    assert written() == (1, 1, 1, 1, 0, 0)
    holds()


@pytest.mark.slow
def test_a_killed_worker_keeps_no_half_of_a_day_and_the_next_keeps_it_once(cast_committed: Cast, package: Any) -> None:
    room, day = package.base.venues.get(), clock.today() + timedelta(days=10)
    taken = half_day(day, base_id=package.base_id, venue_id=room.pk)
    blocking = make_class(cast_committed.unit("huotong"), sessions=[taken], capacity=80)
    order = make_order(cast_committed.unit("kengtou"), package, day, waits=True)
    with running() as start:
        worker = start("worker")
        with gate() as offering:
            # By then the room and the teacher are held for the order; that it was offered the day is not written.
            offering.hold("LOCK TABLE classes_orderoffer IN SHARE MODE")
            opening.cancel_class(training_class=blocking, reason="台风", actor=SYSTEM)
            offering.wait()
            worker.kill()
            offering.cut()
        assert Order.objects.get().status == "waiting"
        assert not Reservation.objects.filter(state="live").exists()
        assert written()[3:] == (0, 0, 0)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour'")
        start("worker")
        wait_for_jobs()
    assert Order.objects.get(pk=order.pk).status == "offered"
    assert (Reservation.objects.filter(state="live").count(), written()[3:]) == (1, (1, 1, 1))
    holds()
