"""What somebody who wants a venue would get: the times meant, and what stands in the way of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doorstep.bases.models import Reservation, Venue
from doorstep.bases.queries.claims import Slot, slots_of, terms_of
from doorstep.bases.rules.claims import Claim, RoomTerms
from doorstep.bases.rules.recurrence import days_of
from doorstep.bases.rules.reserving import FAR, LONG, MANY, PAST, SEATS, ReservationLimits, reservation_fault
from doorstep.core import clock
from doorstep.core.policies import policies_at

if TYPE_CHECKING:
    from doorstep.directory.models import Unit

LIMITS = ("venue.hold_hours", "venue.longest_hours", "venue.days_ahead", "venue.most_repeats", "venue.misses")
_LONGEST_MONTH = 31
_WHY = {
    PAST: gettext_lazy("开始的时间已经过了。请改成以后的时间。"),
    LONG: gettext_lazy("一次最多用 %(longest)s 个小时。请核对起止时间。"),
    FAR: gettext_lazy("最多提前 %(days)s 天约。请改近一点的日子。"),
    MANY: gettext_lazy("重复预约一次最多排 %(most)s 次。请把最后一天改早一点。"),
    SEATS: gettext_lazy("%(venue)s只有 %(seats)s 座，坐不下 %(heads)s 人。请改少人数，或换一个场地。"),
}


def reservation_limits() -> ReservationLimits:
    """What reservations made today must keep to. Source: policies `venue.*`."""
    found = policies_at(LIMITS, on=clock.today())
    return ReservationLimits(*(found[key].integer for key in LIMITS))


@dataclass(frozen=True, slots=True)
class Wanted:
    """When a venue is wanted, by the local clock; an end that is not after the beginning lies on the next day.

    `repeat` is weekly, fortnightly, monthly, or "" for once; `until` is the last day. A vehicle, or a mobile school,
    is `way_minutes` on the road before and after.
    """

    first_on: date
    begins: time
    ends: time
    repeat: str = ""
    until: date | None = None
    way_minutes: int = 0

    def claims(self, venue_id: int, heads: int, terms: RoomTerms, most: int) -> list[Claim]:
        """One claim for each time; of a last day far off no more than show that it is over `most`."""
        reach = self.first_on + timedelta(days=_LONGEST_MONTH * (most + 1))
        days = days_of(self.first_on, self.repeat, min(self.until or self.first_on, reach))
        return [self._claim(day, venue_id, heads, terms) for day in days]

    def _claim(self, day: date, venue_id: int, heads: int, terms: RoomTerms) -> Claim:
        starts = datetime.combine(day, self.begins, tzinfo=clock.LOCAL_ZONE)
        last = day if self.ends > self.begins else day + timedelta(days=1)
        ends = datetime.combine(last, self.ends, tzinfo=clock.LOCAL_ZONE)
        way = timedelta(minutes=self.way_minutes)
        free = ends + way + timedelta(minutes=terms.buffer_minutes)
        return Claim(
            venue_id, starts, ends, heads, free, way_minutes=self.way_minutes, held_from=starts - way, lane=terms.lane
        )


@dataclass(frozen=True, slots=True)
class Booking:
    """What a unit wants a venue for, and when; with `is_hold` only for a while, until it is confirmed.

    With `skips` those times of a series that cannot be had are left out.
    """

    wanted: Wanted
    purpose: str
    heads: int
    kind: str = Reservation.Kind.MEETING
    is_hold: bool = False
    skips: bool = False


@dataclass(frozen=True, slots=True)
class Planned:
    """What would come of a booking: why it cannot be at all, or each time with what stands in its way."""

    fault: str
    slots: Sequence[Slot]

    @property
    def taken(self) -> list[Slot]:
        """The times that cannot be had."""
        return [slot for slot in self.slots if not slot.is_free]

    @property
    def free(self) -> list[Slot]:
        """The times that can be had."""
        return [slot for slot in self.slots if slot.is_free]


def planned(booking: Booking, venue: Venue, unit: Unit, limits: ReservationLimits) -> Planned:
    """What would come of a booking now; the same few queries for one time and for a row of them."""
    wanted = booking.wanted
    if wanted.repeat and (wanted.until is None or wanted.until < wanted.first_on):
        return Planned(_("最后一天不能早于第一天。请改一下。"), ())
    terms = terms_of([venue])[venue.pk]
    claims = wanted.claims(venue.pk, booking.heads, terms, limits.most_repeats)
    fault = reservation_fault(claims, limits, venue.seats, clock.now())
    if fault:
        values = {"longest": limits.longest_hours, "days": limits.days_ahead, "most": limits.most_repeats}
        values |= {"seats": venue.seats, "heads": booking.heads}
        return Planned(str(_WHY[fault]) % {**values, "venue": venue.name}, ())
    return Planned("", slots_of(claims, venue, terms, unit))
