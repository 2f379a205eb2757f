"""Is a planned class possible: sizes, times, seats in the room, nobody else in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from doorstep.bases.queries.places import venues_by_ids
from doorstep.classes.models import Session, TrainingClass
from doorstep.classes.queries.words import day_text
from doorstep.classes.rules.timetable import SessionPlan, clashes
from doorstep.classes.services.locking import lock_venues
from doorstep.classes.services.refusals import (
    ClassTooLarge,
    HoursMissing,
    NoSessions,
    SessionsClash,
    SessionTimesWrong,
    VenueTaken,
    VenueTooSmall,
)
from doorstep.core import clock
from doorstep.core.policies import policy_at

if TYPE_CHECKING:
    from doorstep.bases.models import Venue

SIZE_POLICY = {TrainingClass.Form.SMALL: "class.size.small", TrainingClass.Form.LECTURE: "class.size.large"}


def check_size(form: str, capacity: int, *, on: date, place: str) -> None:
    """Raise ClassTooLarge when the form of the class does not allow so many people."""
    limit = policy_at(SIZE_POLICY[TrainingClass.Form(form)], on=on, place=place).integer
    if capacity > limit:
        raise ClassTooLarge(form=TrainingClass.Form(form).label, limit=limit, capacity=capacity)


def check_times(plans: Sequence[SessionPlan]) -> None:
    """Raise NoSessions, SessionTimesWrong, HoursMissing or SessionsClash."""
    if not plans:
        raise NoSessions
    for number, plan in enumerate(plans, start=1):
        if plan.ends_at <= plan.starts_at:
            raise SessionTimesWrong(number=number, day=day_text(plan.held_on))
        if plan.credit_unit == Session.Unit.HOUR and plan.hours <= Decimal(0):
            raise HoursMissing(number=number)
    for first, second in clashes(plans):
        raise SessionsClash(first=first + 1, second=second + 1, day=day_text(plans[first].held_on))


def check_venues(plans: Sequence[SessionPlan], capacity: int, *, besides: int | None = None) -> None:
    """Raise VenueTooSmall or VenueTaken; sessions of the class `besides` do not count as others.

    Nobody else plans in these venues until the transaction ends, so what is free now is free when it is written.
    """
    wanted = {plan.venue_id for plan in plans if plan.venue_id}
    lock_venues(wanted)
    venues = venues_by_ids(wanted)
    for venue in venues.values():
        if venue.seats < capacity:
            raise VenueTooSmall(venue=venue.name, seats=venue.seats, capacity=capacity)
    for plan in plans:
        if plan.venue_id:
            _check_free(venues[plan.venue_id], plan.starts_at, plan.ends_at, besides)


def _check_free(venue: Venue, starts_at: datetime, ends_at: datetime, besides: int | None) -> None:
    others = Session.objects.filter(venue=venue, is_cancelled=False, starts_at__lt=ends_at, ends_at__gt=starts_at)
    taken = others.exclude(training_class=besides).select_related("training_class").order_by("starts_at").first()
    if taken is not None:
        raise _taken(venue, taken)


def _taken(venue: Venue, taken: Session) -> VenueTaken:
    """The refusal that names who holds the venue and when."""
    begins, ends = clock.local(taken.starts_at), clock.local(taken.ends_at)
    return VenueTaken(
        day=day_text(begins.date()),
        venue=venue.name,
        title=taken.training_class.title,
        times=f"{begins:%H:%M}–{ends:%H:%M}",
    )
