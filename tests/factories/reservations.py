"""Bookings of venues, for tests."""

from __future__ import annotations

from datetime import date, time
from typing import Any

from doorstep.bases.models import Reservation, Venue
from doorstep.bases.queries.planned import Booking, Wanted
from doorstep.bases.services.reservations import reserve_venue
from doorstep.core.actors import Actor
from doorstep.directory.models import Unit
from tests.factories.classes import SYSTEM


def booking(
    day: date, begins: int = 9, ends: int = 11, *, repeat: str = "", until: date | None = None, **more: Any
) -> Booking:
    """A meeting of 20 from one hour of a day to another."""
    wanted = Wanted(day, time(begins), time(ends), repeat, until)
    return Booking(wanted, **{"purpose": "支部主题党日", "heads": 20, **more})


def reserve(unit: Unit, venue: Venue, day: date, *times: int, actor: Actor = SYSTEM, **more: Any) -> list[Reservation]:
    """Book a venue; hours and the rest as for `booking`."""
    return reserve_venue(unit=unit, venue=venue, booking=booking(day, *times, **more), actor=actor)
