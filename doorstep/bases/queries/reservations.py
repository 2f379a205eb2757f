"""Reservations as people see them: of one's units and of the venues one keeps, by day and week, what is still to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from doorstep.bases.models import Base, Reservation, ReservationSeries, Venue
from doorstep.bases.queries.claims import claim_of, standing, times_of
from doorstep.bases.queries.venues import open_hours, times_words
from doorstep.bases.rules.opening import spans_of_day
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import may, visible_to

PLACES = ("venue__base__place", "unit__path")
DAYS_TOLD = 14  # for how long a unit is told that its series was released
WEEK = 7


def reservations_visible_to(actor: Actor, action: str = "bases.view_reservation") -> QuerySet[Reservation]:
    """The reservations of one's units and of the venues one keeps, with venue, base and unit."""
    rows = visible_to(actor, action, Reservation.objects.all(), place=PLACES)
    return rows.select_related("venue__base", "unit", "series")


def reservation_by_id(reservation_id: int, actor: Actor) -> Reservation:
    """One reservation that `actor` may see; raises NotFound."""
    found = reservations_visible_to(actor).filter(pk=reservation_id).first()
    if found is None:
        raise NotFound
    return found


def reservation_told(reservation_id: int) -> Reservation:
    """One with its venue, base and unit, for telling those concerned."""
    return Reservation.objects.select_related("venue__base", "unit").get(pk=reservation_id)


def series_told(series_id: int) -> ReservationSeries:
    """A series with its venue, base and unit, for telling those concerned."""
    return ReservationSeries.objects.select_related("venue__base", "unit").get(pk=series_id)


def status_of(row: Reservation) -> str:
    """How a reservation stands, as a status word."""
    if row.state != Reservation.State.LIVE:
        return row.state
    if row.expires_at is None:
        return "booked"
    if row.expires_at <= clock.now():
        return str(Reservation.State.RELEASED)
    return "asked" if row.is_asked else "held"


def left_of_series(series: ReservationSeries) -> QuerySet[Reservation]:
    """What of a series is still to come."""
    return series.reservations.filter(state=Reservation.State.LIVE, starts_at__gt=clock.now()).order_by("starts_at")


@dataclass(frozen=True, slots=True)
class DayOfVenue:
    """One venue on one day: when it is open, who has it, in words; what one may not see is only taken."""

    venue: Venue
    hours: str
    uses: Sequence[tuple[str, str, int | None]]


def week_of(base: Base, monday: date, actor: Actor) -> list[tuple[date, list[DayOfVenue]]]:
    """The seven days of a week with the venues in use; a use as (times, what for, id of a reservation one may open)."""
    venues = list(base.venues.filter(is_active=True).order_by("-seats", "pk"))
    hours = open_hours((base.pk, venue.pk) for venue in venues)
    starts = clock.at_local(monday, 0)
    rows = standing().filter(venue__in=venues, held_from__lt=starts + timedelta(days=WEEK), free_at__gt=starts)
    known: dict[tuple[int, date], list[Reservation]] = {}
    for row in rows.select_related("unit").order_by("starts_at", "pk"):
        first, last = clock.local(row.starts_at).date(), clock.local(row.ends_at - timedelta(microseconds=1)).date()
        for n in range((last - first).days + 1):
            known.setdefault((row.venue_id, first + timedelta(days=n)), []).append(row)
    keeps = may(actor, "bases.view_reservation", at=base.place)
    days = []
    for day in (monday + timedelta(days=n) for n in range(WEEK)):
        told = []
        for venue in venues:
            spans = hours[base.pk, venue.pk]
            of_day = times_words(spans_of_day(spans, day))
            uses = [_use(row, actor, keeps) for row in known.get((venue.pk, day), ())]
            told.append(DayOfVenue(venue, of_day if spans else "*", uses))
        days.append((day, told))
    return days


def _use(row: Reservation, actor: Actor, keeps: bool) -> tuple[str, str, int | None]:
    sees = keeps or may(actor, "bases.view_reservation", at=row.unit.path)
    return times_of(claim_of(row)), f"{row.unit.short_name}　{row.purpose}" if sees else "", row.pk if sees else None


def holds_to_confirm(actor: Actor) -> QuerySet[Reservation]:
    """The holds of one's units that run out if nobody confirms them, the soonest first."""
    held = standing().filter(expires_at__isnull=False, is_asked=False)
    rows = visible_to(actor, "bases.reserve_venue", held, place="unit__path")
    return rows.select_related("venue__base", "unit").order_by("expires_at", "pk")


def reservations_to_answer(actor: Actor) -> QuerySet[Reservation]:
    """What guests would like to have in this actor's own bases, the first time of a series; the soonest due first."""
    first = Reservation.objects.filter(series=OuterRef("series"), is_asked=True, starts_at__lt=OuterRef("starts_at"))
    asked = standing().filter(is_asked=True).exclude(Exists(first))
    rows = visible_to(actor, "bases.keep_base", asked, place="venue__base__place")
    rows = rows.filter(venue__base__place__in=[grant.place for grant in actor.grants])
    return rows.select_related("venue__base", "unit").order_by("expires_at", "pk")


def series_released(actor: Actor) -> QuerySet[ReservationSeries]:
    """The series of one's units that were lately released because nobody came, the latest first."""
    since = clock.now() - timedelta(days=DAYS_TOLD)
    rows = ReservationSeries.objects.filter(ended_for=ReservationSeries.Ending.MISSES, ended_at__gt=since)
    mine = visible_to(actor, "bases.reserve_venue", rows, place="unit__path")
    return mine.select_related("venue__base", "unit").order_by("-ended_at", "pk")


def reservation_counts() -> dict[str, int]:
    """How many reservations hold their venue or held it."""
    return {"reservation": Reservation.objects.filter(state=Reservation.State.LIVE).count()}
