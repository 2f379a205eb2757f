"""Sixteen want one coach, one mobile school, one day offered instead: one has it; without locks more would."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from doorstep.bases.models import Base, Reservation, Venue
from doorstep.bases.services.venues import add_venue
from doorstep.classes.models import Order
from doorstep.classes.rules.orders import Wish
from doorstep.classes.services import orders
from doorstep.core import clock
from doorstep.core.invariants import check_invariants
from tests.bases.test_at_once import WRITERS, gathered
from tests.cast import Cast
from tests.factories.classes import SYSTEM, half_day, make_base, make_class
from tests.factories.orders import make_order, package_at
from tests.factories.reservations import reserve


def live() -> int:
    return Reservation.objects.filter(state="live").count()


def anew(take: Callable[[int], object]) -> int:
    """How many have it when it is free again and sixteen want it."""
    Reservation.objects.all().delete()
    return gathered(take)["done"]


def broken() -> list[str]:
    return [finding.name for finding in check_invariants() if not finding.holds]


def test_one_coach_goes_with_one_of_sixteen(cast_committed: Cast, unheld: Any) -> None:
    unit, day = cast_committed.unit("huotong"), clock.today() + timedelta(days=10)
    coach = add_venue(base=make_base(unit), kind="coach", name="45 座客车", seats=45, actor=SYSTEM)

    def take(number: int) -> None:
        if number % 2:
            reserve(unit, coach, day, 8, 12)
        else:
            make_class(unit, sessions=[half_day(day, brings=(coach.pk,))], title=f"班{number}")

    said = gathered(take)
    assert (said["done"], said["venue_not_free"] + said["vehicle_taken"]) == (1, WRITERS - 1)
    assert (live(), broken()) == (1, [])
    unheld()
    assert any(anew(take) > 1 for _turn in range(5))
    assert "venue_held_by_one_at_a_time" in broken()


def test_one_mobile_school_is_at_one_place(cast_committed: Cast, unheld: Any) -> None:
    unit, day = cast_committed.unit("huotong"), clock.today() + timedelta(days=10)
    school = make_base(unit, name="海上渔排流动党校")
    Base.objects.filter(pk=school.pk).update(kind="mobile_school")
    school.refresh_from_db()
    rooms = [school.venues.get(), add_venue(base=school, name="二号船舱", seats=90, actor=SYSTEM)]
    rooms = list(Venue.objects.filter(pk__in=[room.pk for room in rooms]).select_related("base").order_by("pk"))

    def take(number: int) -> None:
        room = rooms[number % 2]
        if number % 4 < 2:
            reserve(unit, room, day, 8, 12)
        elif number % 8 < 4:
            make_class(unit, sessions=[half_day(day, base_id=school.pk, venue_id=room.pk)], title=f"班{number}")
        else:
            make_class(unit, sessions=[half_day(day, brings=(room.pk,))], title=f"班{number}")

    said = gathered(take)
    assert (said["done"], sum(said.values())) == (1, WRITERS)
    assert set(said) <= {"done", "venue_not_free", "venue_taken", "vehicle_taken"}
    assert (live(), broken()) == (1, [])
    unheld()
    assert any(anew(take) > 1 for _turn in range(5))
    assert "venue_held_by_one_at_a_time" in broken()


def test_one_mobile_school_goes_to_one_class_that_names_no_room_of_it(cast_committed: Cast, unheld: Any) -> None:
    # Of several units, because one unit opens its classes one after the other.
    units = [cast_committed.unit(name) for name in ("huotong", "hubei", "jiaocheng")]
    day = clock.today() + timedelta(days=10)
    school = make_base(units[0], name="海上渔排流动党校")
    Base.objects.filter(pk=school.pk).update(kind="mobile_school")

    def take(number: int) -> None:
        plan = half_day(day, base_id=school.pk) if number % 2 else half_day(day, location="渔排")
        make_class(units[number % 3], sessions=[plan], base_id=school.pk, title=f"班{number}")

    def several() -> bool:
        Reservation.objects.all().delete()
        return gathered(take)["done"] > 1

    said = gathered(take)
    assert said == {"done": 1, "vehicle_taken": WRITERS - 1}
    assert (live(), broken()) == (1, [])
    unheld()
    assert any(several() for _ in range(5))
    assert "venue_held_by_one_at_a_time" in broken()


def test_one_day_is_offered_instead_to_one_of_sixteen(cast_committed: Cast, unheld: Any) -> None:
    package = package_at(make_base(cast_committed.unit("huotong")))
    first = clock.today() + timedelta(days=10)
    units = [cast_committed.unit(name) for name in ("kengtou", "shiqiao")]
    placed = [make_order(units[n % 2], package, first + timedelta(days=n)) for n in range(WRITERS)]
    other = first + timedelta(days=WRITERS)

    def offer(number: int) -> None:
        orders.counter_order(order=placed[number], wish=Wish(other, "morning"), actor=SYSTEM)

    assert gathered(offer) == {"done": 1, "order_no_room": WRITERS - 1}
    assert (live(), broken()) == (1, [])
    with pytest.raises(Exception, match="约不到"):
        reserve(units[0], Venue.objects.get(base=package.base), other, 8, 12)
    Order.objects.update(status="placed")
    unheld()
    Reservation.objects.filter(state="live").update(state="released", ended_at=clock.now())
    Order.objects.get(status="placed", counter_on=other).days_kept.all().delete()
    assert gathered(offer)["done"] > 1
