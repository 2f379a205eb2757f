"""What the race tests of classes take away for their controls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from doorstep.bases.services import claims, reservations
from doorstep.classes.services import order_keeping, planning
from tests.bases.test_reservations_at_once import _no_lock


@contextmanager
def without(table: str, constraint: str, *emptied: str) -> Iterator[None]:
    """A table without one of its constraints; afterwards it and what hangs on it are emptied, and it is there again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [constraint])
        (stated,) = cursor.fetchone()
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for one in (*emptied, table):
                cursor.execute(f"DELETE FROM {one}")
            cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} {stated}")


@pytest.fixture
def unheld(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Takes the locks of rooms and their constraint away when it is called; they are there again afterwards."""
    held = without("bases_reservation", "reservation_venue_held_once", "classes_order_kept")

    def off() -> None:
        for room in (claims, reservations, planning, order_keeping):
            monkeypatch.setattr(room, "lock_venues", _no_lock)
        held.__enter__()

    yield off
    held.__exit__(None, None, None)
