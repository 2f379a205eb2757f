"""Claims on the rooms of the planned city: those of its sessions, and those of meetings."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from doorstep.core import clock
from doorstep.demo.loading.copying import copy_rows, run
from doorstep.demo.rules.city import City
from doorstep.demo.rules.reservations import EVENING, PlannedBooking, PlannedUse, plan_bookings

TABLES = ("bases_reservationseries", "bases_reservation")
ASKED, HELD = 10, 2  # days: how long before, and for how long

# Classes come first: a meeting that would fall into a session was not booked.
_CLAIMS = """
INSERT INTO bases_reservation (
    venue_id, lane, unit_id, kind, state, purpose, heads, held_from, starts_at, ends_at, free_at, buffer_minutes,
    is_shared, holder, part, asked_at, reason
)
SELECT s.venue_id, CASE b.kind WHEN 'mobile_school' THEN -b.id ELSE s.venue_id END, c.unit_id, 'class', 'live',
       c.title, c.capacity, s.starts_at, s.starts_at, s.ends_at, s.ends_at, 0, FALSE,
       'class:' || c.id, s.id, c.created_at, ''
FROM classes_session s JOIN classes_trainingclass c ON c.id = s.training_class_id
JOIN bases_venue v ON v.id = s.venue_id JOIN bases_base b ON b.id = v.base_id
WHERE s.venue_id IS NOT NULL AND NOT s.is_cancelled ORDER BY s.id
"""
# A vehicle goes out once a day with a class of the unit it belongs to.
_TAKEN_ALONG = """
UPDATE classes_session s SET brings = ARRAY[p.venue_id] FROM (
    SELECT DISTINCT ON (v.id, s.held_on) v.id AS venue_id, s.id AS session_id
    FROM bases_venue v JOIN bases_base b ON b.id = v.base_id JOIN classes_trainingclass c ON c.unit_id = b.unit_id
    JOIN classes_session s ON s.training_class_id = c.id
    WHERE v.kind = 'coach' AND NOT s.is_cancelled AND s.held_on > %(as_of)s AND c.status = 'open'
    ORDER BY v.id, s.held_on, s.starts_at, s.id
) p WHERE p.session_id = s.id
"""
_GOING = """
INSERT INTO bases_reservation (
    venue_id, lane, unit_id, kind, state, purpose, heads, held_from, starts_at, ends_at, free_at, buffer_minutes,
    is_shared, holder, part, asked_at, reason
)
SELECT v.id, v.id, c.unit_id, 'class', 'live', c.title, c.capacity, s.starts_at, s.starts_at, s.ends_at,
       s.ends_at + interval '15 minutes', 15, FALSE, 'class:' || c.id, s.id, c.created_at, ''
FROM classes_session s JOIN classes_trainingclass c ON c.id = s.training_class_id
JOIN bases_venue v ON v.id = ANY (s.brings)
WHERE NOT s.is_cancelled ORDER BY s.id
"""
_MEETINGS = """
INSERT INTO bases_reservation (
    venue_id, lane, unit_id, kind, state, purpose, heads, held_from, starts_at, ends_at, free_at, buffer_minutes,
    is_shared, holder, series_id, asked_at, expires_at, ended_at, reason
)
SELECT venue_id, venue_id, unit_id, 'meeting', state, purpose, heads, starts_at, starts_at, ends_at, ends_at, 0,
       FALSE,
       '', series_id, asked_at, expires_at, ended_at, ''
FROM unnest(%(venues)s::bigint[], %(units)s::bigint[], %(states)s::text[], %(purposes)s::text[], %(heads)s::int[],
            %(starts)s::timestamptz[], %(ends)s::timestamptz[], %(series)s::bigint[], %(asked)s::timestamptz[],
            %(expires)s::timestamptz[], %(ended)s::timestamptz[])
     AS t (venue_id, unit_id, state, purpose, heads, starts_at, ends_at, series_id, asked_at, expires_at, ended_at)
ON CONFLICT DO NOTHING
"""


def load_reservations(city: City) -> None:
    """Write the claims of sessions, then the meetings that find room beside them."""
    run(_CLAIMS)
    run(_TAKEN_ALONG, as_of=city.as_of)
    run(_GOING)
    bookings = list(plan_bookings(city.network, city.tree.units, seed=city.seed, as_of=city.as_of))
    copy_rows(
        "bases_reservationseries",
        "id venue_id unit_id repeat first_on until booked_at ended_at ended_for",
        (_series(booking) for booking in bookings if booking.repeat),
    )
    rows = [_use(booking, use, city.as_of) for booking in bookings for use in booking.uses]
    names = ("venues", "units", "states", "purposes", "heads", "starts", "ends", "series", "asked", "expires", "ended")
    run(_MEETINGS, **{name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)})


def _series(booking: PlannedBooking) -> tuple[Any, ...]:
    first, last = booking.uses[0].day, booking.uses[-1].day
    ended = clock.at_local(booking.ended, EVENING + 2) if booking.ended else None
    why = "misses" if ended else ""
    return booking.id, booking.venue.id, booking.unit.id, booking.repeat, first, last, _asked(first), ended, why


def _use(booking: PlannedBooking, use: PlannedUse, as_of: date) -> tuple[Any, ...]:
    starts = clock.at_local(use.day, EVENING, 30)
    ends = starts + timedelta(minutes=90)
    gone = clock.at_local(booking.ended, EVENING + 2) if booking.ended else None
    ended = {"live": None, "unused": ends}.get(use.state, gone)
    expires = min(clock.at_local(as_of + timedelta(days=HELD), 9), starts) if use.is_hold else None
    asked = _asked(booking.uses[0].day)
    series = booking.id if booking.repeat else None
    facts = (booking.venue.id, booking.unit.id, use.state, booking.purpose, booking.heads)
    return *facts, starts, ends, series, asked, expires, ended


def _asked(first: date) -> datetime:
    """A moment before the first time, never after the city's present."""
    return min(clock.at_local(first - timedelta(days=ASKED), 9), clock.now())
