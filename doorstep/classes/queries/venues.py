"""Which venues of classes cannot be used as planned, and which could be instead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from doorstep.bases.queries.booking import ground_of
from doorstep.bases.queries.claims import first_in_the_way, settled, terms_of
from doorstep.bases.queries.places import venues_for
from doorstep.bases.queries.venues import Use, obstacles
from doorstep.bases.rules.claims import Claim
from doorstep.classes.models import Session, TrainingClass
from doorstep.classes.rules.timetable import SessionPlan
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.permissions import visible_to

if TYPE_CHECKING:
    from doorstep.bases.models import Venue
    from doorstep.directory.models import Unit

_ALIVE = (TrainingClass.Status.DRAFT, TrainingClass.Status.OPEN, TrainingClass.Status.RUNNING)
_NAMED = 2
_LOOKED_AT = 40
_AHEAD = 200


def shut_sessions(sessions: Iterable[Session]) -> dict[int, str]:
    """Session id -> why its venue cannot be used then; only sessions still to come are looked at."""
    moment = clock.now()
    coming = [s for s in sessions if s.venue_id and s.base_id and not s.is_cancelled and s.starts_at > moment]
    uses = [Use(s.base_id, s.venue_id, s.starts_at, s.ends_at) for s in coming if s.base_id]
    return {coming[number].pk: why for number, why in obstacles(uses, booked_on=None).items()}


def sessions_shut(actor: Actor) -> list[tuple[Session, str]]:
    """The sessions to come, of classes `actor` may change, whose venue cannot be used then, with the reason."""
    rows = Session.objects.filter(
        venue__isnull=False, is_cancelled=False, starts_at__gt=clock.now(), training_class__status__in=_ALIVE
    )
    mine = visible_to(actor, "classes.edit_class", rows, place="training_class__place")
    coming = list(mine.select_related("training_class").order_by("starts_at", "pk")[:_AHEAD])
    shut = shut_sessions(coming)
    return [(session, shut[session.pk]) for session in coming if session.pk in shut]


HOLDER = "class:"  # and the number of the class: how its claims on venues are told from those of others


def claims_of(plans: Iterable[SessionPlan], capacity: int, *, class_id: int | None = None) -> list[Claim]:
    """What planned sessions want of venues; `class_id` is whose they are. When each is free again is not said here."""
    return [
        Claim(p.venue_id, p.starts_at, p.ends_at, capacity, p.ends_at, f"{HOLDER}{class_id}" if class_id else "")
        for p in plans
        if p.venue_id
    ]


def free_venues(unit: Unit, plan: SessionPlan, capacity: int) -> list[Venue]:
    """Other venues a class of `unit` could use at the time of `plan`, rooms of the same base first."""
    rows = venues_for(unit).filter(seats__gte=capacity).exclude(pk=plan.venue_id or 0)
    near = sorted(rows[:_LOOKED_AT], key=lambda venue: venue.base_id != plan.base_id)
    wanted = [replace(claim, venue_id=venue.pk) for venue in near for claim in claims_of([plan], capacity)]
    terms = terms_of(near)
    taken = first_in_the_way(settled(wanted, terms), terms)
    uses = [Use(venue.base_id, venue.pk, plan.starts_at, plan.ends_at) for venue in near]
    shut = obstacles(uses, booked_on=clock.today(), guest=ground_of(unit))
    return [venue for number, venue in enumerate(near) if number not in taken and number not in shut]


def instead(unit: Unit, plan: SessionPlan, capacity: int) -> str:
    """The way out for somebody whose venue is not free: another time, or the venues that are."""
    free = free_venues(unit, plan, capacity)[:_NAMED]
    if not free:
        return _("请改时间，或换一个场地。")
    rooms = [
        _("%(base)s%(venue)s（%(seats)s 座）")
        % {"base": "" if venue.base_id == plan.base_id else venue.base.name, "venue": venue.name, "seats": venue.seats}
        for venue in free
    ]
    return _("请改时间，或换%(rooms)s，那时空着。") % {"rooms": _("、").join(rooms)}
