"""What is kept for an order until it is answered: its rooms, and the places of its people at the bases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from doorstep.bases.queries.places import venues_at
from doorstep.bases.queries.venues import receptions_of
from doorstep.bases.services.claims import drop_kept, keep_venues, lock_venues
from doorstep.classes.models import KeptDay, Order
from doorstep.classes.queries.bringing import claims_brought, with_school
from doorstep.classes.queries.orders import offer_of_order
from doorstep.classes.queries.receiving import needs_of
from doorstep.classes.queries.venues import claims_of
from doorstep.classes.rules.reception import KINDS
from doorstep.classes.rules.timetable import SessionPlan
from doorstep.classes.services.locking import lock_bases

if TYPE_CHECKING:
    from doorstep.bases.models import Reservation
    from doorstep.catalogue.queries.offers import Offer


def lock_offer(offer: Offer) -> None:
    """Be the only one who plans in the rooms of an offer, and counts the guests of its bases."""
    lock_venues(venues_at(offer.base_ids))
    lock_bases(receptions_of(offer.base_ids))


def keep_for(order: Order, sessions: Sequence[SessionPlan], until: datetime, purpose: str) -> list[Reservation]:
    """Keep the rooms of planned sessions for a locked order, and the places of its people at their bases.

    A mobile school without a room for them is kept as a whole, ways included, as their class will have it.

    The offer is locked before, so that what was free still is. Raises VenueHeld.
    """
    claims = claims_of((plan for plan in sessions if plan.venue_id), order.people)
    claims += claims_brought(with_school(sessions), order.people, order.provider)
    rows = keep_venues(claims=claims, unit_id=order.provider_id, purpose=purpose, until=until)
    needs = needs_of(order)
    days = sorted({(plan.base_id, plan.held_on) for plan in sessions if plan.base_id})
    KeptDay.objects.bulk_create(
        KeptDay(order=order, base_id=base_id, day=day, until=until, **{kind: getattr(needs, kind) for kind in KINDS})
        for base_id, day in days
    )
    return rows


def drop_for(order: Order, reservation_ids: Sequence[int]) -> None:
    """Give back what is kept for a locked order: these reservations, and the places at bases."""
    lock_offer(offer_of_order(order).moved_to(order.counter_base_id))
    drop_kept(reservation_ids)
    KeptDay.objects.filter(order=order).delete()


def end_counter(order: Order) -> None:
    """Give back what is kept for the other day that was offered for a locked order, if anything is."""
    if order.counter_on is not None:
        drop_for(order, list(order.kept.values_list("pk", flat=True)))
