"""What becomes of reservations: nobody came, a hold ran out, a series is let go; and how a venue is shared."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from doorstep.bases.events import HoldsExpired, ReservationUnanswered, ReservationUnused, SeriesReleased, SharingSet
from doorstep.bases.models import Base, Reservation, ReservationSeries, Venue
from doorstep.bases.queries.claims import standing
from doorstep.bases.queries.planned import reservation_limits
from doorstep.bases.queries.reservations import left_of_series
from doorstep.bases.rules.reserving import misses_in_a_row
from doorstep.bases.services.claims import HELD_ONCE, lock_venues
from doorstep.bases.services.reservations import ReservationOfClass, ReservationOver, locked_reservation
from doorstep.bases.services.standards import locked_base, tell
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import Invalid, Refused
from doorstep.core.events import record
from doorstep.core.permissions import require
from doorstep.directory.queries import top_place


class StillShared(Refused):
    """Several use the venue at the same time to come."""

    code = "venue_still_shared"
    template = _("以后还有几家同时约了“%(venue)s”，不能改成一次一家。请先和他们商量，取消重叠的预约再改。")


class NotToShare(Invalid):
    """What goes somewhere is with one at a time."""

    code = "venue_not_to_share"
    template = _("“%(venue)s”要开出去，一次只能给一家用。请不要勾选几家同时用。")


@transaction.atomic
def mark_unused(*, reservation: Reservation, actor: Actor) -> Reservation:
    """Say that nobody came; after so many misses in a row what is left of a series is free again.

    Source: policy:venue.misses. Raises ReservationOver, ReservationOfClass.
    """
    require(actor, "bases.keep_base", at=reservation.venue.base.place)
    found, base = locked_reservation(reservation)
    if found.kind == Reservation.Kind.CLASS:
        raise ReservationOfClass
    moment = clock.now()
    if found.state != Reservation.State.LIVE or found.starts_at > moment:
        raise ReservationOver
    found.state, found.ended_at = Reservation.State.UNUSED, moment
    found.save(update_fields=["state", "ended_at"])
    tell(ReservationUnused(base.pk, found.pk), base, actor)
    if found.series and found.series.ended_at is None:
        _judge(found.series, base, actor)
    return found


def _judge(series: ReservationSeries, base: Base, actor: Actor) -> None:
    """Let a series go of which nobody came to the last times."""
    held = (Reservation.State.LIVE, Reservation.State.UNUSED)
    past = series.reservations.filter(starts_at__lte=clock.now(), state__in=held).order_by("starts_at")
    misses = misses_in_a_row(list(past.values_list("state", flat=True)), Reservation.State.UNUSED)
    if misses < reservation_limits().misses:
        return
    moment = clock.now()
    count = left_of_series(series).update(state=Reservation.State.RELEASED, ended_at=moment)
    series.ended_at, series.ended_for = moment, ReservationSeries.Ending.MISSES
    series.save(update_fields=["ended_at", "ended_for"])
    tell(SeriesReleased(base.pk, series.pk), base, actor, misses=misses, times=count)


@transaction.atomic
def expire_holds(*, actor: Actor) -> int:
    """Let go of the holds whose time has run out, those that nobody else is writing just now; returns how many."""
    require(actor, "bases.expire_holds")
    moment = clock.now()
    due = Reservation.objects.filter(state=Reservation.State.LIVE, expires_at__lte=moment)
    ids = list(due.select_for_update(skip_locked=True).values_list("pk", flat=True))
    count = Reservation.objects.filter(pk__in=ids).update(state=Reservation.State.RELEASED, ended_at=moment)
    _tell_unanswered(actor)
    if count:
        place, county = top_place()
        record(HoldsExpired(count), actor=actor, place=place, county=county)
    return count


def _tell_unanswered(actor: Actor) -> None:
    """Say once of every booking that its keeper did not answer, also where the next who came has let go of it."""
    rows = Reservation.objects.filter(is_asked=True, state=Reservation.State.RELEASED)
    told: set[int] = set()
    for row in rows.select_for_update(of=("self",), skip_locked=True).select_related("venue__base").order_by("pk"):
        if row.series_id is None or row.series_id not in told:
            tell(ReservationUnanswered(row.venue.base_id, row.pk), row.venue.base, actor)
        told |= {row.series_id} if row.series_id else set()
        Reservation.objects.filter(pk=row.pk).update(is_asked=False)


@transaction.atomic
def set_sharing(*, venue: Venue, is_shared: bool, buffer_minutes: int | None = None, actor: Actor) -> Venue:
    """Say whether several may use a venue at a time, and the minutes between two uses; None is as everywhere.

    What is booked keeps its minutes. Raises StillShared, NotToShare.
    """
    require(actor, "bases.keep_base", at=venue.base.place)
    base = locked_base(venue.base_id)
    found = lock_venues([venue.pk])[venue.pk]
    if is_shared and (found.is_vehicle or found.lane != found.pk):
        raise NotToShare(venue=found.name)
    before = {"shared": found.is_shared, "minutes": found.buffer_minutes}
    found.is_shared, found.buffer_minutes = is_shared, buffer_minutes
    found.save(update_fields=["is_shared", "buffer_minutes"])
    try:
        with transaction.atomic():
            standing().filter(venue=found, free_at__gt=clock.now()).update(is_shared=is_shared)
    except IntegrityError as error:
        if HELD_ONCE not in str(error):
            raise
        raise StillShared(venue=found.name) from None
    after = {"shared": is_shared, "minutes": buffer_minutes}
    tell(SharingSet(base.pk, found.pk), base, actor, before=before, after=after)
    return found
