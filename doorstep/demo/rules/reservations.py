"""Who books the rooms of the demo city without a class: branches for their party days, once, weekly, or held."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from doorstep.demo.rules.lots import stream
from doorstep.demo.rules.network import Network, PlannedVenue
from doorstep.demo.rules.tree import PlannedUnit

PURPOSES = ("支部主题党日", "党员大会", "支委会", "组织生活会", "村务监督会", "老干部座谈会")
AHEAD = 24  # days in which single meetings lie
EVENING = 19  # the hour at which branches meet, when hardly any class sits
WEEKS_BEFORE, WEEKS_AFTER = 5, 12
MISSES = 3
EVERY_LEFT = 4  # of so many rows of bookings one was left alone


@dataclass(slots=True)
class PlannedUse:
    """A meeting on an evening; `state` as reservations have it, `is_hold` when it is only held."""

    day: date
    state: str = "live"
    is_hold: bool = False


@dataclass(slots=True)
class PlannedBooking:
    """A room booked by a branch: once, or with `repeat` again and again; `ended` once it was left alone."""

    id: int
    venue: PlannedVenue
    unit: PlannedUnit
    purpose: str
    heads: int
    repeat: str = ""
    ended: date | None = None
    uses: list[PlannedUse] = field(default_factory=list)


def plan_bookings(network: Network, units: list[PlannedUnit], *, seed: int, as_of: date) -> Iterator[PlannedBooking]:
    """For each school a row of bookings of one of its branches, a meeting of another, a room held by a third."""
    rng, number = stream(seed, "reservations"), 0
    branches: dict[int, list[PlannedUnit]] = {}
    for unit in units:
        if unit.kind == "branch" and unit.parent is not None and unit.valid_to is None:
            branches.setdefault(unit.parent.id, []).append(unit)
    for school in network.of_kind("township_school"):
        near = branches.get(school.unit.id, [])
        if not near or not school.venues:
            continue
        for kind in ("weekly", "", "hold"):
            number += 1
            booking = _booking(number, school.venues[0], rng.choice(near), rng)
            _fill(booking, kind, number, rng, as_of)
            yield booking


def _booking(number: int, venue: PlannedVenue, unit: PlannedUnit, rng: random.Random) -> PlannedBooking:
    heads = min(venue.seats, rng.randint(8, 45))
    return PlannedBooking(number, venue, unit, rng.choice(PURPOSES), heads)


def _fill(booking: PlannedBooking, kind: str, number: int, rng: random.Random, as_of: date) -> None:
    if kind != "weekly":
        day = as_of + timedelta(days=rng.randint(3, AHEAD))
        booking.uses = [PlannedUse(day, is_hold=kind == "hold")]
        return
    booking.repeat = kind
    first = as_of + timedelta(days=rng.randrange(7) - 7 * WEEKS_BEFORE)
    booking.uses = [PlannedUse(first + timedelta(days=7 * week)) for week in range(WEEKS_BEFORE + WEEKS_AFTER)]
    if number // 3 % EVERY_LEFT == 0:
        _leave_alone(booking, as_of)


def _leave_alone(booking: PlannedBooking, as_of: date) -> None:
    """Nobody came the last times, and what was left was let go."""
    past = [use for use in booking.uses if use.day < as_of]
    for use in past[-MISSES:]:
        use.state = "unused"
    booking.ended = past[-1].day
    for use in booking.uses[len(past) :]:
        use.state = "released"
