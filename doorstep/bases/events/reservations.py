"""What happens to the bookings of venues."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from doorstep.core.events import event


@event("bases.venue_reserved", _("预约场地"))
@dataclass(frozen=True, slots=True)
class VenueReserved:
    """A unit booked a venue, once or again and again; the first of the reservations is named."""

    base_id: int
    reservation_id: int


@event("bases.hold_confirmed", _("确认预约"))
@dataclass(frozen=True, slots=True)
class HoldConfirmed:
    """A venue that was only held is booked."""

    base_id: int
    reservation_id: int


@event("bases.reservation_cancelled", _("取消预约"))
@dataclass(frozen=True, slots=True)
class ReservationCancelled:
    """A venue is free again, once or for all that was left of a series."""

    base_id: int
    reservation_id: int


@event("bases.reservation_unused", _("登记没有来用"))
@dataclass(frozen=True, slots=True)
class ReservationUnused:
    """Nobody came to a venue that had been booked."""

    base_id: int
    reservation_id: int


@event("bases.series_released", _("放开重复预约"))
@dataclass(frozen=True, slots=True)
class SeriesReleased:
    """What was left of a series is free again, because nobody came several times in a row."""

    base_id: int
    series_id: int


@event("bases.sharing_set", _("改场地用法"))
@dataclass(frozen=True, slots=True)
class SharingSet:
    """A keeper said whether several may use a venue at a time, and how long lies between two uses."""

    base_id: int
    venue_id: int


@event("bases.holds_expired", _("先留的场地到期"))
@dataclass(frozen=True, slots=True)
class HoldsExpired:
    """Holds ran out and were let go."""

    count: int
