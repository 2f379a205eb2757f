"""The venues and vehicles that a class holds: exactly those of its sessions, in the same transaction as they."""

from __future__ import annotations

from dataclasses import replace

from doorstep.bases.services.claims import hold_venues, let_venues_go
from doorstep.classes.models import TrainingClass
from doorstep.classes.queries.bringing import claims_brought
from doorstep.classes.queries.plans import living_sessions, plan_of
from doorstep.classes.queries.venues import HOLDER, claims_of
from doorstep.core.actors import Actor


def keep_rooms(training_class: TrainingClass, by: Actor) -> None:
    """Let a locked class hold the venues of its living sessions, what goes out with them, and no others.

    Raises VenueHeld.
    """
    living = living_sessions(training_class)
    sessions = [session for session in living if session.venue_id]
    claims = claims_of((plan_of(session) for session in sessions), training_class.capacity)
    parts = [session.pk for session in sessions] + [session.pk for session in living for _venue in session.brings]
    unit = training_class.unit
    claims += claims_brought([plan_of(session) for session in living], training_class.capacity, unit)
    hold_venues(
        holder=f"{HOLDER}{training_class.pk}",
        claims=[replace(claim, part=part) for claim, part in zip(claims, parts, strict=True)],
        unit_id=training_class.unit_id,
        purpose=training_class.title,
        account_id=by.account_id,
    )


def give_rooms_back(training_class: TrainingClass) -> None:
    """Let the venues of a class go that is not held."""
    let_venues_go(holder=f"{HOLDER}{training_class.pk}")
