"""May a unit from elsewhere hold a class at a base, by what the keeper of the base has said?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

OWN, TOWNSHIP, COUNTY, NETWORK = "own", "township", "county", "network"
# How many steps of a place lead down to the township: city/county/township/.
TOWNSHIP_STEPS = 3
FAR, BARRED, QUIET, LATE = "far", "barred", "quiet", "late"


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a base, or the unit that asks for it, stands: its place in the tree and the code of its county."""

    place: str
    county: str


@dataclass(frozen=True, slots=True)
class Booking:
    """What a keeper asks of guests: how far away they may be, days of notice, days without guests, whom not, and
    whether they are asked first."""

    reach: str
    notice_days: int = 0
    quiet_days: Collection[int] = ()
    barred: Collection[str] = ()
    asks_first: bool = False


def is_of_the_line(base: Ground, guest: Ground) -> bool:
    """Whether a unit is the base's own: the one it belongs to, one below it, or one above it."""
    return guest.place.startswith(base.place) or base.place.startswith(guest.place)


def township_of(place: str) -> str:
    """The place of the township a place lies in; of a county, the county itself."""
    return "".join(f"{step}/" for step in place.split("/")[:-1][:TOWNSHIP_STEPS])


def is_near_enough(booking: Booking, base: Ground, guest: Ground) -> bool:
    """Whether a unit from elsewhere is within the reach that the keeper opened the base to."""
    if booking.reach == TOWNSHIP:
        return township_of(base.place) == township_of(guest.place)
    return booking.reach == NETWORK or (booking.reach == COUNTY and base.county == guest.county)


def is_to_ask(booking: Booking, base: Ground, guest: Ground) -> bool:
    """Whether a unit has a room of a base only once its keeper agrees; the base's own line never asks."""
    return booking.asks_first and not is_of_the_line(base, guest)


def hindrance(booking: Booking, base: Ground, guest: Ground, day: date, booked_on: date | None) -> str:
    """Why a unit cannot hold a class at a base on `day`: far, barred, quiet, late, or "" when it can.

    The base's own line is bound by none of it. `booked_on` None is for what was asked for before: no notice is due.
    """
    if is_of_the_line(base, guest):
        return ""
    if any(guest.place.startswith(place) for place in booking.barred):
        return BARRED
    if not is_near_enough(booking, base, guest):
        return FAR
    if day.isoweekday() in booking.quiet_days:
        return QUIET
    if booked_on is not None and 0 <= (day - booked_on).days < booking.notice_days:
        return LATE
    return ""
