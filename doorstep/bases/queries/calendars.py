"""What keeps the venues of a base besides classes: other reservations, and closures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from doorstep.bases.models import Base, Closure, Reservation, Venue
from doorstep.bases.queries.claims import standing
from doorstep.bases.queries.places import base_by_id
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import may


@dataclass(frozen=True, slots=True)
class Block:
    """A time for which a venue, or with `venue_id` None a whole base, is not to be had."""

    uid: str
    id: int
    venue_id: int | None
    venue: str
    starts_at: datetime
    ends_at: datetime
    kind_word: str
    purpose: str
    changed_at: datetime
    unit: str = ""
    is_seen: bool = True
    is_closure: bool = False
    is_held: bool = False


def base_with_venues(base_id: int, actor: Actor) -> Base:
    """A base that `actor` may see and that has a calendar: belts have none; raises NotFound."""
    base = base_by_id(base_id, actor)
    if base.kind == Base.Kind.BELT:
        raise NotFound
    return base


def venues_shown(base: Base) -> list[Venue]:
    """The venues of a base that are in use, the largest first."""
    rows = Venue.objects.rooms().filter(base=base, is_active=True)
    return list(rows.order_by("-seats", "pk"))


def blocks_of(base: Base, starts_at: datetime, ends_at: datetime, actor: Actor) -> list[Block]:
    """The reservations that are not of classes, and the closures, which reach into a time; the soonest first."""
    rows = standing().exclude(kind=Reservation.Kind.CLASS)
    rows = rows.filter(venue__base=base, starts_at__lt=ends_at, ends_at__gt=starts_at)
    keeps = may(actor, "bases.view_reservation", at=base.place)
    found = [_taken(row, actor, keeps) for row in rows.select_related("unit", "venue").order_by("starts_at", "pk")]
    shut = Closure.objects.filter(base=base, lifted_at=None, starts_at__lt=ends_at, ends_at__gt=starts_at)
    return [*found, *(_shut(row) for row in shut.select_related("venue").order_by("starts_at", "pk"))]


def _taken(row: Reservation, actor: Actor, keeps: bool) -> Block:
    return Block(
        f"reservation-{row.pk}",
        row.pk,
        row.venue_id,
        row.venue.name,
        row.starts_at,
        row.ends_at,
        str(row.get_kind_display()),
        row.purpose,
        row.asked_at,
        unit=row.unit.short_name,
        is_seen=keeps or may(actor, "bases.view_reservation", at=row.unit.path),
        is_held=row.expires_at is not None,
    )


def _shut(row: Closure) -> Block:
    kind = str(row.get_kind_display())
    return Block(
        f"closure-{row.pk}",
        row.pk,
        row.venue_id,
        row.venue.name if row.venue else "",
        row.starts_at,
        row.ends_at,
        kind,
        row.reason or kind,
        row.entered_at,
        is_closure=True,
    )
