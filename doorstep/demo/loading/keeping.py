"""What offices and keepers of the demo city lay down: who on a waiting list comes first, and a base that asks first."""

from __future__ import annotations

from datetime import time, timedelta

from doorstep.bases.models import Base, Venue
from doorstep.bases.queries.planned import Booking, Wanted
from doorstep.bases.services.booking import BookingTerms, set_booking_rule
from doorstep.bases.services.reservations import ReservationWrong, VenueNotFree, approve_reservation, reserve_venue
from doorstep.classes.rules.waiting_order import NEWCOMER, SEATLESS, SECRETARY, SHORT, UNCOVERED
from doorstep.classes.services.waiting_rule import set_waiting_rule
from doorstep.core.actors import Actor
from doorstep.demo.rules.city import City
from doorstep.directory.models import Unit

TABLES = ()
COUNTY, SOURCE = "350902", "县委党校学员候补办法（演示）"
RANKS = {UNCOVERED: 1, SECRETARY: 2, NEWCOMER: 2, SEATLESS: 0, SHORT: 3}
ASKS, TERMS = "JD-xiadang", "约之前先说来做什么；用完关好门窗。"
# Days ahead, who asks for what, whether the keeper has agreed.
ASKED = ((12, "支部书记座谈会", True), (16, "村级财务培训", False), (19, "老党员座谈", False))


def load_keeping(city: City, actor: Actor) -> None:
    """One county gives free seats by criteria; at one base guests ask for a room, and one of them has it."""
    county = Unit.objects.filter(kind="county", county=COUNTY).first()
    if county is not None:
        set_waiting_rule(unit=county, order="criteria", ranks=RANKS, valid_from=city.as_of, source=SOURCE, actor=actor)
    base = Base.objects.filter(code=ASKS).select_related("unit").first()
    room = Venue.objects.rooms().filter(base=base, is_active=True).order_by("-seats", "pk").first()
    if base is None or room is None:
        return
    set_booking_rule(base=base, terms=BookingTerms("network", 3, terms=TERMS, asks_first=True), actor=actor)
    guests = Unit.objects.filter(kind="township", valid_to=None).exclude(county=base.county).order_by("pk")
    for (ahead, purpose, agreed), unit in zip(ASKED, guests, strict=False):
        _ask(base, room, unit, city, (ahead, purpose, agreed), actor)


def _ask(base: Base, room: Venue, unit: Unit, city: City, asked: tuple[int, str, bool], actor: Actor) -> None:
    """A room asked for in the afternoon of a day, or of the next ones where it is not free."""
    ahead, purpose, agreed = asked
    for n in range(7):
        wanted = Wanted(city.as_of + timedelta(days=ahead + n), time(15), time(17))
        booking = Booking(wanted, purpose, min(20, room.seats))
        try:
            rows = reserve_venue(unit=unit, venue=room, booking=booking, actor=actor)
        except (ReservationWrong, VenueNotFree):
            continue
        if agreed:
            approve_reservation(reservation=rows[0], actor=actor)
        return
