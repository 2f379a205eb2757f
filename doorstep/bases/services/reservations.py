"""Booking a venue without a class: once or again and again, held for a while, confirmed, given back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from doorstep.bases.events import HoldConfirmed, ReservationApproved, ReservationCancelled, VenueReserved
from doorstep.bases.models import Base, Reservation, ReservationSeries, Venue
from doorstep.bases.queries.booking import is_asked_first
from doorstep.bases.queries.claims import alternatives_to
from doorstep.bases.queries.planned import Booking, Planned, planned, reservation_limits
from doorstep.bases.queries.reservations import left_of_series
from doorstep.bases.rules.claims import Claim
from doorstep.bases.services.claims import lock_venues, write_claims
from doorstep.bases.services.standards import tell
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import Invalid, NotFound, Refused
from doorstep.core.permissions import require

if TYPE_CHECKING:
    from doorstep.directory.models import Unit


class ReservationWrong(Invalid):
    """What is wanted cannot be: past, too long, too far away, too often, for too many."""

    code = "reservation_wrong"
    template = _("%(why)s")


class VenueNotFree(Refused):
    """The venue cannot be had then; what could be instead is said with it."""

    code = "venue_not_free"
    template = _("%(when)s%(venue)s约不到：%(why)s。%(instead)s")


class SeriesNotFree(Refused):
    """Some of the times cannot be had."""

    code = "series_not_free"
    template = _("%(n)s 次里有 %(taken)s 次约不到：%(which)s。请改时间，或选“约得到的先约上”。")


class ReservationOver(Refused):
    """It holds nothing any more, or has begun."""

    code = "reservation_over"
    template = _("这次预约已经过了，或者已经取消、放开。请刷新后再看。")


class ReservationAsked(Refused):
    """It waits for the word of the keeper, not of who booked."""

    code = "reservation_asked"
    template = _("这个场地要阵地同意才能用，正在等答复，先给您留着。")


class ReservationOfClass(Refused):
    """The venue of a class goes with its session."""

    code = "reservation_of_class"
    template = _("这是培训班的课次占用的。要改时间或取消，请到班次里改课次。")


_NAMED = 3


@transaction.atomic
def reserve_venue(
    *, unit: Unit, venue: Venue, booking: Booking, key: UUID | None = None, actor: Actor
) -> list[Reservation]:
    """Book a venue for `unit`; the same `key` is the same booking, however often it is sent.

    Who comes second waits for the first and is then told what is free instead. Where the keeper wants to be asked, it
    is held for a guest until they answer.
    Raises ReservationWrong, VenueNotFree, SeriesNotFree.
    """
    require(actor, "bases.reserve_venue", at=unit.path)
    locked = lock_venues([venue.pk])[venue.pk]
    if known := _sent_before(key, unit, locked):
        return known
    limits = reservation_limits()
    found = planned(booking, locked, unit, limits)
    if found.fault:
        raise ReservationWrong(why=found.fault)
    free = _free(found, booking, locked, unit)
    late = min(clock.now() + timedelta(hours=limits.hold_hours), free[0].starts_at)
    is_asked = is_asked_first(locked, unit)
    told: dict[str, Any] = {
        "kind": Reservation.Kind(booking.kind),
        "unit_id": unit.pk,
        "purpose": booking.purpose.strip(),
        "expires_at": late if booking.is_hold or is_asked else None,
        "is_asked": is_asked,
        "asked_by_id": actor.account_id,
        "series": _series(booking, locked, unit, actor) if booking.wanted.repeat else None,
    }
    rows = write_claims(free, {locked.pk: locked}, **told)
    if key:
        Reservation.objects.filter(pk=rows[0].pk).update(key=key)
    first, last = rows[0].starts_at.isoformat(), rows[-1].starts_at.isoformat()
    detail = {"venue": locked.pk, "unit": unit.pk, "first": first, "last": last, "times": len(rows)}
    tell(VenueReserved(locked.base_id, rows[0].pk), locked.base, actor, **detail)
    return rows


def _sent_before(key: UUID | None, unit: Unit, venue: Venue) -> list[Reservation]:
    """What the same booking made when it was sent before; raises NotFound for the key of another one."""
    first = Reservation.objects.filter(key=key).first() if key else None
    if first is None:
        return []
    if (first.unit_id, first.venue_id) != (unit.pk, venue.pk):
        raise NotFound
    return list(first.series.reservations.order_by("starts_at")) if first.series else [first]


def _free(found: Planned, booking: Booking, venue: Venue, unit: Unit) -> list[Claim]:
    """The claims that can be had; raises VenueNotFree or SeriesNotFree when not all that must be can."""
    taken = found.taken
    if not taken or (found.free and booking.skips):
        return [slot.claim for slot in found.free]
    if len(found.slots) == 1:
        slot = taken[0]
        instead = alternatives_to(slot.claim, venue, unit).words
        raise VenueNotFree(when=slot.words, venue=venue.name, why=slot.why, instead=instead)
    named = str(_("；")).join(f"{slot.words} {slot.why}" for slot in taken[:_NAMED])
    more = str(_("等")) if len(taken) > _NAMED else ""
    raise SeriesNotFree(n=len(found.slots), taken=len(taken), which=named + more)


def _series(booking: Booking, venue: Venue, unit: Unit, actor: Actor) -> ReservationSeries:
    wanted = booking.wanted
    return ReservationSeries.objects.create(
        venue=venue,
        unit=unit,
        repeat=ReservationSeries.Repeat(wanted.repeat),
        first_on=wanted.first_on,
        until=wanted.until or wanted.first_on,
        booked_at=clock.now(),
        booked_by_id=actor.account_id,
    )


def locked_reservation(reservation: Reservation) -> tuple[Reservation, Base]:
    """A reservation as it is now, its venue locked before it, and its base; raises NotFound."""
    venue = lock_venues([reservation.venue_id])[reservation.venue_id]
    rows = Reservation.objects.select_for_update(of=("self",)).select_related("unit", "series")
    found = rows.filter(pk=reservation.pk, venue=venue).first()
    if found is None:
        raise NotFound
    return found, venue.base


@transaction.atomic
def confirm_hold(*, reservation: Reservation, actor: Actor) -> Reservation:
    """Turn what was only held into a booking; with a series, all of it. Raises ReservationOver, ReservationAsked."""
    require(actor, "bases.reserve_venue", at=reservation.unit.path)
    found, base = locked_reservation(reservation)
    if found.is_asked:
        raise ReservationAsked
    _book(found)
    tell(HoldConfirmed(base.pk, found.pk), base, actor)
    return found


@transaction.atomic
def approve_reservation(*, reservation: Reservation, actor: Actor) -> Reservation:
    """Let a guest have the room that is held for them; with a series, all of it. Raises ReservationOver.

    Who says no cancels it, with the reason.
    """
    require(actor, "bases.keep_base", at=reservation.venue.base.place)
    found, base = locked_reservation(reservation)
    if not found.is_asked:
        raise ReservationOver
    _book(found)
    tell(ReservationApproved(base.pk, found.pk), base, actor)
    return found


def _book(found: Reservation) -> None:
    """Turn a locked hold, or all of its series, into a booking; raises ReservationOver."""
    if found.state != Reservation.State.LIVE or found.expires_at is None:
        raise ReservationOver
    rows = Reservation.objects.filter(state=Reservation.State.LIVE, expires_at__isnull=False)
    same = rows.filter(series=found.series) if found.series else rows.filter(pk=found.pk)
    same.update(expires_at=None, is_asked=False)
    found.expires_at, found.is_asked = None, False


@transaction.atomic
def cancel_reservation(
    *, reservation: Reservation, reason: str = "", with_rest: bool = False, actor: Actor
) -> Reservation:
    """Give a venue back before its time; `with_rest` all that is left of the series.

    The unit that booked may, and whoever keeps the room. Raises ReservationOver, ReservationOfClass.
    """
    require(actor, "bases.cancel_reservation", at=(reservation.venue.base.place, reservation.unit.path))
    found, base = locked_reservation(reservation)
    if found.kind == Reservation.Kind.CLASS:
        raise ReservationOfClass
    if found.state != Reservation.State.LIVE or found.ends_at <= clock.now():
        raise ReservationOver
    moment = clock.now()
    gone = {"state": Reservation.State.CANCELLED, "ended_at": moment, "reason": reason.strip()}
    Reservation.objects.filter(pk=found.pk).update(**gone)
    count = 1
    if with_rest and found.series:
        count += left_of_series(found.series).update(**gone)
        ended = {"ended_at": moment, "ended_for": ReservationSeries.Ending.CANCELLED}
        ReservationSeries.objects.filter(pk=found.series.pk, ended_at=None).update(**ended)
    found.state, found.ended_at = Reservation.State.CANCELLED, moment
    tell(ReservationCancelled(base.pk, found.pk), base, actor, reason=reason.strip(), times=count)
    return found
