"""Sixteen people at the same few rooms at once: nobody gets one twice; without the lock it would happen."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import connection, connections

from doorstep.bases.models import Reservation, Venue
from doorstep.bases.services import claims, reservations
from doorstep.bases.services.reservations import cancel_reservation
from doorstep.bases.services.using import expire_holds, set_sharing
from doorstep.bases.services.venues import add_venue
from doorstep.classes.services.opening import cancel_class
from doorstep.core import clock
from doorstep.core.errors import DoorstepError
from doorstep.core.invariants import check_invariants
from tests.cast import Cast, build_cast
from tests.factories.classes import SYSTEM, half_day, make_base, make_class
from tests.factories.policies import ship_policies
from tests.factories.reservations import reserve

WRITERS, TURNS = 16, 6


def at_once(work: Callable[[int], Counter[str]]) -> Counter[str]:
    """What came of it when every writer works in a thread and on a connection of its own."""
    gate = Barrier(WRITERS)

    def run(number: int) -> Counter[str]:
        try:
            gate.wait(30)
            return work(number)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WRITERS) as pool:
        return sum(pool.map(run, range(WRITERS)), Counter[str]())


def broken() -> list[str]:
    return [finding.name for finding in check_invariants() if not finding.holds]


def _one_turn(cast: Cast, rooms: list[Venue], day: date, draw: random.Random) -> str:
    unit, room, hour = (
        cast.unit(draw.choice(("kengtou", "shiqiao", "hubei"))),
        draw.choice(rooms),
        draw.randrange(8, 18),
    )
    lot = draw.random()
    if lot < 0.25:
        opened = make_class(unit, sessions=[half_day(day, hour, venue_id=room.pk)], capacity=10)
        if draw.random() < 0.4:
            cancel_class(training_class=opened, reason="x", actor=SYSTEM)
        return "class"
    if lot < 0.4:
        # Whoever holds until just now has let go already.
        live = Reservation.objects.filter(state="live", venue=room).exclude(kind="class").order_by("?").first()
        if live:
            cancel_reservation(reservation=live, actor=SYSTEM)
        return "cancelled"
    if lot < 0.5:
        Reservation.objects.filter(state="live", expires_at__isnull=False).update(expires_at=clock.now())
        return f"expired {bool(expire_holds(actor=SYSTEM))}"
    reserve(unit, room, day, hour, hour + draw.randrange(1, 4), heads=draw.randrange(1, 30), is_hold=lot > 0.85)
    return "booked"


@pytest.mark.django_db(transaction=True)
def test_sixteen_writers_and_no_room_held_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    ship_policies()
    cast = build_cast()
    school = make_base(cast.unit("huotong"))
    rooms = [school.venues.get(), add_venue(base=school, name="多功能厅", seats=40, actor=SYSTEM)]
    set_sharing(venue=add_venue(base=school, name="大礼堂", seats=60, actor=SYSTEM), is_shared=True, actor=SYSTEM)
    set_sharing(venue=rooms[1], is_shared=False, buffer_minutes=30, actor=SYSTEM)
    rooms = list(Venue.objects.order_by("pk"))
    day = clock.today() + timedelta(days=10)

    def work(number: int) -> Counter[str]:
        draw, said = random.Random(number), Counter[str]()
        for _ in range(TURNS):
            try:
                said[_one_turn(cast, rooms, day, draw)] += 1
            except DoorstepError as refusal:
                said[refusal.code] += 1
        return said

    said = at_once(work)
    assert sum(said.values()) == WRITERS * TURNS
    assert min(said["booked"], said["class"], said["venue_not_free"], said["venue_taken"]) > 0
    assert broken() == []
    hall = list(Reservation.objects.filter(state="live", is_shared=True))
    for one in hall:
        assert sum(c.heads for c in hall if c.starts_at <= one.starts_at < c.free_at) <= 60

    # The control: without the lock of the venue the table itself still refuses; without that too, rooms go twice.
    monkeypatch.setattr(claims, "lock_venues", _no_lock)
    monkeypatch.setattr(reservations, "lock_venues", _no_lock)

    def rush(number: int) -> Counter[str]:
        said = Counter[str]()
        for turn in range(TURNS):
            try:
                reserve(cast.unit("kengtou"), rooms[0], day + timedelta(days=1 + turn), 9, 11)
                said["booked"] += 1
            except DoorstepError as refusal:
                said[refusal.code] += 1
        return said

    assert at_once(rush)["booked"] == TURNS
    assert broken() == []
    with connection.cursor() as cursor:
        Reservation.objects.filter(state="live").update(state="released", ended_at=clock.now())
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'reservation_venue_held_once'"
        )
        (stated,) = cursor.fetchone()
        cursor.execute("ALTER TABLE bases_reservation DROP CONSTRAINT reservation_venue_held_once")
    try:
        assert at_once(rush)["booked"] > TURNS
        assert "venue_held_by_one_at_a_time" in broken()
    finally:
        with connection.cursor() as cursor:
            Reservation.objects.all().delete()
            cursor.execute(f"ALTER TABLE bases_reservation ADD CONSTRAINT reservation_venue_held_once {stated}")


def _no_lock(venue_ids: list[int]) -> dict[int, Venue]:
    return Venue.objects.select_related("base").in_bulk(set(venue_ids))
