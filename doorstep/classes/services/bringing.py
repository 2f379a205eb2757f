"""May what goes out with the sessions of a class be had then: in use, lent, open to the unit, and with nobody else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from doorstep.bases.queries.booking import ground_of
from doorstep.bases.queries.claims import first_in_the_way, settled, taken_words, terms_of
from doorstep.bases.queries.vehicles import vehicles_named
from doorstep.bases.queries.venues import Use, obstacles
from doorstep.classes.queries.bringing import brought_by, claims_brought, others_free
from doorstep.classes.queries.venues import HOLDER
from doorstep.classes.queries.words import day_text
from doorstep.classes.rules.timetable import SessionPlan
from doorstep.core import clock
from doorstep.core.errors import Invalid, Refused

if TYPE_CHECKING:
    from doorstep.directory.models import Unit


class VehicleTaken(Refused):
    """Somebody else has it then, or it is still on the way."""

    code = "vehicle_taken"
    template = _("%(day)s%(vehicle)s派不出来：%(why)s。%(instead)s")


class VehicleIsThePlace(Invalid):
    """The mobile school in which a session is held need not be taken along."""

    code = "vehicle_is_the_place"
    template = _("课就在%(vehicle)s上，它已经占着了。请不要再勾选它。")


def check_brought(plans: Sequence[SessionPlan], capacity: int, *, unit: Unit, besides: int | None = None) -> None:
    """Raise VehicleTaken, VehicleIsThePlace or NotFound; the venues of the plans are locked before.

    The way there and back counts. What the class `besides` has is not in its way.
    """
    wanted = brought_by(plans)
    if not wanted:
        return
    vehicles = vehicles_named(wanted)
    going = [(plan, vehicles[venue_id]) for plan in plans for venue_id in plan.brings]
    for plan, venue in going:
        if plan.venue_id and plan.base_id == venue.base_id and not venue.is_vehicle:
            raise VehicleIsThePlace(vehicle=venue.name)
    terms = terms_of(vehicles.values())
    holder = f"{HOLDER}{besides}" if besides else ""
    claims = settled(claims_brought(plans, capacity, unit, holder, vehicles), terms)
    uses = [Use(v.base_id, v.pk if v.is_active or v.base.valid_to else None, p.starts_at, p.ends_at) for p, v in going]
    why = obstacles(uses, booked_on=clock.today(), guest=ground_of(unit))
    why |= {number: taken_words(row) for number, row in first_in_the_way(claims, terms).items()}
    for number in sorted(why):
        plan, venue = going[number]
        instead = others_free(claims[number], venue, unit)
        raise VehicleTaken(day=day_text(plan.held_on), vehicle=venue.name, why=why[number], instead=instead)
