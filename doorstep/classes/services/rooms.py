"""The venues and vehicles that a class holds: exactly those of its sessions, in the same transaction as they."""

from __future__ import annotations

from dataclasses import replace

from doorstep.bases.queries.vehicles import schools_whole
from doorstep.bases.services.claims import hold_venues, let_venues_go
from doorstep.classes.models import TrainingClass
from doorstep.classes.queries.bringing import claims_brought, with_school
from doorstep.classes.queries.plans import living_sessions, plan_of
from doorstep.classes.queries.venues import HOLDER, claims_of
from doorstep.classes.rules.timetable import SessionPlan
from doorstep.classes.services.locking import note_revised
from doorstep.core import clock
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


def take_school_along(training_class: TrainingClass, base_id: int | None) -> list[SessionPlan]:
    """Let a mobile school go with the sessions to come of a locked class that is held at it from now on.

    Those in a venue, or at another base, stay as they are; the school at which the class was held before is left at
    home. Returns what these sessions plan now, nothing where the class stays where it was.
    """
    if base_id == training_class.base_id:
        return []
    left = {room.pk for rooms in schools_whole([training_class.base_id or 0]).values() for room in rooms}
    coming = [s for s in living_sessions(training_class) if s.starts_at > clock.now() and not (s.venue_id or s.base_id)]
    plans = [plan_of(session) for session in coming]
    wanted = with_school([replace(p, brings=tuple(pk for pk in p.brings if pk not in left)) for p in plans], base_id)
    for session, old, new in zip(coming, plans, wanted, strict=True):
        if old.brings != new.brings:
            session.brings = list(new.brings)
            session.save(update_fields=["brings"])
            note_revised(training_class, session.pk)
    return wanted
