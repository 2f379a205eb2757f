"""What is kept for an order until it is answered: its rooms, and the places of its people at the bases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from doorstep.bases.queries.places import venues_at
from doorstep.bases.queries.venues import receptions_of
from doorstep.bases.rules.claims import Claim
from doorstep.bases.services.claims import drop_kept, keep_venues, lock_venues
from doorstep.classes.models import KeptDay, Order
from doorstep.classes.queries.order_lecturers import lecturers_of
from doorstep.classes.queries.orders import offer_of_order
from doorstep.classes.queries.receiving import needs_of
from doorstep.classes.rules.reception import KINDS
from doorstep.classes.rules.timetable import SessionPlan
from doorstep.classes.services.locking import lock_bases
from doorstep.classes.services.order_refusals import NoLecturerFree
from doorstep.faculty.queries.engagements import LIVING, statuses_of
from doorstep.faculty.services.engagements import keep_engagements

if TYPE_CHECKING:
    from doorstep.bases.models import Reservation
    from doorstep.catalogue.queries.offers import Offer
    from doorstep.core.actors import Actor
    from doorstep.faculty.rules.engaging import Ask


def lock_offer(offer: Offer) -> None:
    """Be the only one who plans in the rooms of an offer, and counts the guests of its bases."""
    lock_venues(venues_at(offer.base_ids))
    lock_bases(receptions_of(offer.base_ids))


def keep_for(order: Order, sessions: Sequence[SessionPlan], until: datetime, purpose: str) -> list[Reservation]:
    """Keep the rooms of planned sessions for a locked order, and the places of its people at their bases.

    The offer is locked before, so that what was free still is. Raises VenueHeld.
    """
    claims = [
        Claim(plan.venue_id, plan.starts_at, plan.ends_at, order.people, plan.ends_at)
        for plan in sessions
        if plan.venue_id
    ]
    rows = keep_venues(claims=claims, unit_id=order.provider_id, purpose=purpose, until=until)
    needs = needs_of(order)
    days = sorted({(plan.base_id, plan.held_on) for plan in sessions if plan.base_id})
    KeptDay.objects.bulk_create(
        KeptDay(order=order, base_id=base_id, day=day, until=until, **{kind: getattr(needs, kind) for kind in KINDS})
        for base_id, day in days
    )
    return rows


def keep_lecturer(order: Order, sessions: Sequence[SessionPlan], actor: Actor) -> None:
    """Ask one who gives the lesson of a locked order, so that nobody else has them then; whoever is free and nearest.

    Nothing is asked for what is held at bases. Raises TeacherTaken and the like where somebody was quicker.
    """
    first = sessions[0]
    offer = offer_of_order(order)
    pin = (order.lat, order.lng) if order.lat is not None and order.lng is not None else None
    found = lecturers_of(offer, order.ground, first.held_on, first.held_on, pin)
    if found is None:
        return
    words = {"key": group_of_order(order), "title": _("留给候补的点单 %(title)s") % {"title": order.title}}
    free = found.free(first.starts_at, first.ends_at)
    if not free:
        raise NoLecturerFree
    ask = found.ask(free[0], first.starts_at, first.ends_at, **words, where=order.location)
    _let_lecturers(order, [ask], actor)


def _let_lecturers(order: Order, asks: Sequence[Ask], actor: Actor) -> None:
    place, county = order.provider.path, order.provider.county
    keep_engagements(group=group_of_order(order), asks=asks, place=place, county=county, actor=actor)


def group_of_order(order: Order) -> str:
    """Under which name a teacher is asked for an order that waits."""
    return f"order:{order.pk}"


def lecturer_kept(order: Order) -> int | None:
    """The teacher who is kept for an order, unless they have said no meanwhile."""
    row = statuses_of(group_of_order(order)).get(group_of_order(order))
    return row.teacher_id if row and row.status in LIVING else None


def drop_lecturer(order: Order, actor: Actor) -> None:
    """Let the teacher go who is kept for a locked order, if anybody is."""
    if lecturer_kept(order):
        _let_lecturers(order, [], actor)


def drop_for(order: Order, reservation_ids: Sequence[int]) -> None:
    """Give back what is kept for a locked order: these reservations, and the places at bases."""
    lock_offer(offer_of_order(order).moved_to(order.counter_base_id))
    drop_kept(reservation_ids)
    KeptDay.objects.filter(order=order).delete()


def end_counter(order: Order) -> None:
    """Give back what is kept for the other day that was offered for a locked order, if anything is."""
    if order.counter_on is not None:
        drop_for(order, list(order.kept.values_list("pk", flat=True)))
