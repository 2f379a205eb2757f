"""Is a planned class possible: sizes, times, seats in the room, nobody else in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from doorstep.bases.queries.booking import ground_of
from doorstep.bases.queries.claims import first_in_the_way, settled, taken_words, terms_of
from doorstep.bases.queries.near import km_from
from doorstep.bases.queries.venues import Use, obstacles, receptions_of, venues_named
from doorstep.bases.services.claims import lock_venues
from doorstep.catalogue.queries.courses import courses_not_in_use
from doorstep.classes.models import Campaign, Session, TrainingClass
from doorstep.classes.queries.bringing import brought_by
from doorstep.classes.queries.campaigns import campaigns_on
from doorstep.classes.queries.receiving import guests_by_day, kind_words, stated_by
from doorstep.classes.queries.venues import claims_of, instead
from doorstep.classes.queries.words import day_text
from doorstep.classes.rules.reception import PEOPLE, Needs, short_of
from doorstep.classes.rules.timetable import SessionPlan, clashes
from doorstep.classes.services.bringing import check_brought
from doorstep.classes.services.joint_refusals import FieldClassTooLarge, PinHasVenue, PinTooFar, PinUnsaid
from doorstep.classes.services.locking import lock_bases
from doorstep.classes.services.refusals import (
    ClassTooLarge,
    CourseNotTaught,
    HoursMissing,
    NoSessions,
    OutsideCampaign,
    ReceptionFull,
    ReceptionShort,
    SessionsClash,
    SessionTimesWrong,
    VenueShut,
    VenueTaken,
    VenueTooSmall,
)
from doorstep.core import clock
from doorstep.core.policies import policies_at, policy_at
from doorstep.directory.queries import units_by_ids

if TYPE_CHECKING:
    from doorstep.directory.models import Unit

SIZE_POLICY = {TrainingClass.Form.SMALL: "class.size.small", TrainingClass.Form.LECTURE: "class.size.large"}


def check_size(form: str, capacity: int, *, on: date, place: str) -> None:
    """Raise ClassTooLarge when the form of the class does not allow so many people."""
    limit = policy_at(SIZE_POLICY[TrainingClass.Form(form)], on=on, place=place).integer
    if capacity > limit:
        raise ClassTooLarge(form=TrainingClass.Form(form).label, limit=limit, capacity=capacity)


def check_times(plans: Sequence[SessionPlan]) -> None:
    """Raise NoSessions, SessionTimesWrong, HoursMissing or SessionsClash; sessions are numbered by time, as shown."""
    if not plans:
        raise NoSessions
    plans = sorted(plans, key=lambda plan: plan.starts_at)
    for number, plan in enumerate(plans, start=1):
        if plan.ends_at <= plan.starts_at:
            raise SessionTimesWrong(number=number, day=day_text(plan.held_on))
        if plan.credit_unit == Session.Unit.HOUR and plan.hours <= Decimal(0):
            raise HoursMissing(number=number)
    for first, second in clashes(plans):
        raise SessionsClash(first=first + 1, second=second + 1, day=day_text(plans[first].held_on))


def check_courses(plans: Iterable[SessionPlan]) -> None:
    """Raise CourseNotTaught when a session is to give a course that is a draft or retired."""
    for course in courses_not_in_use(plan.course_id for plan in plans if plan.course_id):
        raise CourseNotTaught(course=course.title, stage=course.get_stage_display())


def check_venues(plans: Sequence[SessionPlan], capacity: int, *, unit: Unit, besides: int | None = None) -> None:
    """Raise VenueTooSmall or VenueTaken; sessions of the class `besides` do not count as others.

    Nobody else plans in these venues until the transaction ends, so what is free now is free when it is written.
    """
    wanted = {plan.venue_id for plan in plans if plan.venue_id}
    held = Session.objects.filter(training_class=besides, is_cancelled=False)
    has = {pk for venue, brings in held.values_list("venue", "brings") for pk in (venue, *brings) if pk}
    # All at once, those the class has already among them: two classes never wait for each other's.
    locked = lock_venues(wanted | brought_by(plans) | has)
    venues = {venue_id: locked[venue_id] for venue_id in wanted}
    for venue in venues.values():
        if venue.seats < capacity:
            raise VenueTooSmall(venue=venue.name, seats=venue.seats, capacity=capacity)
    placed = [plan for plan in plans if plan.venue_id]
    terms = terms_of(venues.values())
    taken = first_in_the_way(settled(claims_of(placed, capacity, class_id=besides), terms), terms)
    for number, other in sorted(taken.items()):
        plan = placed[number]
        raise VenueTaken(
            day=day_text(clock.local(other.starts_at).date()),
            venue=venues[plan.venue_id or 0].name,
            why=taken_words(other),
            instead=instead(unit, plan, capacity),
        )


def check_open(plans: Sequence[SessionPlan], capacity: int, *, unit: Unit) -> None:
    """Raise VenueShut when a venue is out of use, closed, out of its hours, not lent, or not open to `unit` then."""
    held = [plan for plan in plans if plan.venue_id]
    venues = venues_named({plan.venue_id for plan in held if plan.venue_id})
    uses = [Use(venues[p.venue_id].base_id, p.venue_id, p.starts_at, p.ends_at) for p in held if p.venue_id]
    shut = obstacles(uses, booked_on=clock.today(), guest=ground_of(unit))
    if shut:
        first = min(shut)
        name, way_out = venues[uses[first].venue_id or 0].name, instead(unit, held[first], capacity)
        raise VenueShut(day=day_text(held[first].held_on), venue=name, why=shut[first], instead=way_out)


def check_reception(plans: Sequence[SessionPlan], needs: Needs, *, besides: int | None = None) -> None:
    """Raise ReceptionFull or ReceptionShort when a base would receive more people on a day than it has said it can.

    Or feed more, put up more, park more coaches, send more guides.

    Nobody else plans at these bases until the transaction ends.
    """
    days = {(plan.base_id, plan.held_on) for plan in plans if plan.base_id}
    stated = receptions_of(base_id for base_id, _day in days)
    wanted = sorted((base_id, day) for base_id, day in days if base_id in stated)
    if not wanted:
        return
    lock_bases(stated)
    guests = guests_by_day(stated, [day for _base, day in wanted], besides)
    for base_id, day in wanted:
        short = short_of(stated_by(stated[base_id]), guests.get((base_id, day), Needs()), needs)
        if short is None:
            continue
        names = {"day": day_text(day), "base": stated[base_id].base.name, "most": short.most, "taken": short.taken}
        if short.kind == PEOPLE:
            raise ReceptionFull(**names, capacity=short.wanted)
        raise ReceptionShort(**names, what=kind_words(short.kind), wanted=short.wanted)


def check_pins(plans: Sequence[SessionPlan], capacity: int, *, place: str) -> None:
    """Raise PinHasVenue, PinUnsaid, FieldClassTooLarge or PinTooFar for sessions at a place that is no base.

    Such a place has no seats to count: how many may come is policy:class.field_people, how far it may lie from its
    township is policy:base.farthest_km.
    """
    pinned = [(number, plan, plan.pin) for number, plan in enumerate(plans, start=1) if plan.pin]
    towns = units_by_ids({plan.township_id for _number, plan, _pin in pinned if plan.township_id}) if pinned else {}
    for number, plan, pin in pinned:
        if plan.venue_id or plan.base_id:
            raise PinHasVenue(number=number)
        town = towns.get(plan.township_id or 0)
        if town is None or town.kind != "township" or not plan.location.strip():
            raise PinUnsaid(number=number)
        figures = policies_at(("class.field_people", "base.farthest_km"), on=plan.held_on, place=place)
        if capacity > (limit := figures["class.field_people"].integer):
            raise FieldClassTooLarge(limit=limit, capacity=capacity)
        km = km_from(town, pin)
        if km is not None and km > figures["base.farthest_km"].integer:
            raise PinTooFar(number=number, where=town.short_name, km=round(km))


def check_places(plans: Sequence[SessionPlan], needs: Needs, *, unit: Unit, besides: int | None = None) -> None:
    """Whether a class of `unit` with its needs can be where it is planned: rooms, hours, vehicles, guests, pins.

    Raises VenueTooSmall, VenueTaken, VenueShut, VehicleTaken, VehicleIsThePlace, NotFound,
    ReceptionFull, ReceptionShort, PinHasVenue, PinUnsaid, FieldClassTooLarge, PinTooFar.
    """
    capacity = needs.people
    check_venues(plans, capacity, unit=unit, besides=besides)
    check_open(plans, capacity, unit=unit)
    check_brought(plans, capacity, unit=unit, besides=besides)
    check_reception(plans, needs, besides=besides)
    check_pins(plans, capacity, place=unit.path)


def check_campaign(campaign: Campaign, *, place: str, starts_on: date) -> None:
    """Raise OutsideCampaign when a class at `place` that begins on `starts_on` cannot count for a campaign."""
    if not campaigns_on(place, starts_on).filter(pk=campaign.pk).exists():
        raise OutsideCampaign(
            title=campaign.title,
            starts=campaign.starts_on.isoformat(),
            ends=campaign.ends_on.isoformat(),
            unit=campaign.unit.short_name,
        )
