"""What goes out with the sessions of a class: coaches, boats and mobile schools, and how long they are on the way."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from doorstep.bases.queries.booking import ground_of
from doorstep.bases.queries.claims import first_in_the_way, settled, terms_of
from doorstep.bases.queries.places import bases_by_ids
from doorstep.bases.queries.vehicles import (
    schools_whole,
    vehicle_words,
    vehicles_for,
    vehicles_named,
)
from doorstep.bases.queries.venues import Use, obstacles, venues_named
from doorstep.bases.queries.ways import Place, at_base, minutes_between
from doorstep.bases.rules.claims import Claim
from doorstep.classes.models import Session
from doorstep.classes.rules.timetable import SessionPlan
from doorstep.core import clock

if TYPE_CHECKING:
    from doorstep.bases.models import Venue
    from doorstep.directory.models import Unit

_NAMED, _LOOKED_AT = 3, 24


def brought_by(plans: Iterable[SessionPlan]) -> set[int]:
    """The ids of all that goes out with some sessions."""
    return {venue_id for plan in plans for venue_id in plan.brings}


def with_school(plans: Sequence[SessionPlan], base_id: int | None = None) -> list[SessionPlan]:
    """The sessions of a class at `base_id`, those at a mobile school without a room of it taking the school along.

    It can only be at one place, so it is held with them, ways included, as whatever else goes out.
    """
    roomless = {plan.base_id or base_id for plan in plans if not plan.venue_id} - {None}
    rooms = schools_whole(pk for pk in roomless if pk) if roomless else {}
    return [_taking(plan, rooms.get(plan.base_id or base_id or 0, ())) for plan in plans]


def _taking(plan: SessionPlan, rooms: Sequence[Venue]) -> SessionPlan:
    if plan.venue_id or not rooms or {room.pk for room in rooms} & set(plan.brings):
        return plan
    return replace(plan, brings=tuple(sorted({*plan.brings, rooms[0].pk})))


def brought_words(sessions: Iterable[Session]) -> dict[int, str]:
    """Session id -> what goes out with it, in words; one query for all, none where nothing does."""
    rows = list(sessions)
    wanted = {venue_id for session in rows for venue_id in session.brings}
    names = vehicle_names(wanted)
    return {row.pk: _("、").join(names[pk] for pk in row.brings if pk in names) for row in rows if row.brings}


def vehicle_names(ids: Iterable[int]) -> dict[int, str]:
    """The names of coaches, boats and mobile schools by id, those out of use too."""
    wanted = set(ids)
    return {pk: venue.name for pk, venue in venues_named(wanted).items()} if wanted else {}


def claims_brought(
    plans: Sequence[SessionPlan], heads: int, unit: Unit, holder: str = "", vehicles: dict[int, Venue] | None = None
) -> list[Claim]:
    """What sessions of `unit` want of all that goes out with them, the minutes on the way with it, plan by plan.

    The way is that from where each is at home, loaded or estimated; a mobile school in which a session is held comes to
    the unit.
    """
    going = [(plan, venue_id) for plan in plans for venue_id in plan.brings]
    if not going:
        return []
    known = vehicles if vehicles is not None else vehicles_named(brought_by(plans))
    bases = bases_by_ids(plan.base_id for plan, _venue in going if plan.base_id)
    there = [
        at_base(bases[plan.base_id])
        if plan.base_id and plan.base_id != known[venue_id].base_id
        else Place(unit, pin=plan.pin)
        for plan, venue_id in going
    ]
    homes = [at_base(known[venue_id].base) for _plan, venue_id in going]
    ways = minutes_between(list(zip(homes, there, strict=True)))
    return [
        Claim(venue_id, plan.starts_at, plan.ends_at, heads, plan.ends_at, holder, way_minutes=minutes or 0)
        for (plan, venue_id), minutes in zip(going, ways, strict=True)
    ]


def others_free(claim: Claim, venue: Venue, unit: Unit) -> str:
    """The way out for somebody whose vehicle is not free: another time, or what of its kind is free then."""
    rows = list(vehicles_for(unit, venue.kind).exclude(pk=venue.pk).exclude(base=venue.base_id)[:_LOOKED_AT])
    rows += list(vehicles_for(unit, venue.kind).filter(base=venue.base_id).exclude(pk=venue.pk)[:_LOOKED_AT])
    wanted = [Claim(one.pk, claim.starts_at, claim.ends_at, claim.heads, claim.ends_at) for one in rows]
    terms = terms_of(rows)
    wanted = [settled([one], terms)[0] for one in wanted]
    taken = first_in_the_way(wanted, terms)
    uses = [Use(one.base_id, one.pk, claim.starts_at, claim.ends_at) for one in rows]
    shut = obstacles(uses, booked_on=clock.today(), guest=ground_of(unit))
    free = [vehicle_words(one) for number, one in enumerate(rows) if number not in taken and number not in shut]
    if not free:
        return _("请改时间，或不带它去。")
    return _("请改时间，或换%(others)s，那时空着。") % {"others": _("、").join(free[:_NAMED])}
