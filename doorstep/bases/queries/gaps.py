"""Which functions of the network each township has, and how far it is to those it lacks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, F, IntegerField, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from doorstep.bases.models import Base, Venue
from doorstep.bases.queries.belts import road
from doorstep.bases.queries.booking import default_reach, open_across
from doorstep.bases.queries.near import minutes_between
from doorstep.bases.queries.travel import in_force, known_minutes
from doorstep.bases.rules.belts import Road
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.policies import policy_at
from doorstep.directory.queries import units_visible_to

if TYPE_CHECKING:
    from doorstep.directory.models import Unit

SCHOOL, POINT, MOBILE = Base.Kind.TOWNSHIP_SCHOOL, Base.Kind.TEACHING_POINT, Base.Kind.MOBILE_SCHOOL
# Function -> the bases that offer it; a hall is counted by its seats.
FUNCTIONS: dict[str, Q] = {
    "school": Q(kind=SCHOOL),
    "point": Q(kind=POINT),
    "mobile": Q(kind=MOBILE),
    "demonstration": Q(kind=Base.Kind.DEMONSTRATION),
    "flagged": Q(is_flagged=True),
}
HALL = "hall"
ALL = (*FUNCTIONS, HALL)


def townships_with_functions(actor: Actor) -> QuerySet[Unit]:
    """The townships `actor` may see; for each function how many places in it offer it (`has_…`), and the minutes to
    the nearest that does, known or estimated (`near_…`; None where the township lies nowhere known).

    And whether one that is elsewhere is open to it across borders (`open_…`). A hall is a venue of at least
    policy:map.hall_seats seats.
    """
    rows = (
        units_visible_to(actor)
        .filter(kind="township", valid_to__isnull=True)
        .select_related("parent__division", "division")
    )
    # Without any way known there is nothing to look up, place by place.
    today = Today(road(), default_reach(), in_force().exists())
    for name, is_meant in FUNCTIONS.items():
        rows = _with(rows, name, Base.objects.filter(is_meant, valid_to__isnull=True), "", today)
    seats = policy_at("map.hall_seats", on=clock.today()).integer
    halls = Venue.objects.rooms().filter(is_active=True, seats__gte=seats, base__valid_to__isnull=True)
    return _with(rows, HALL, halls, "base__", today)


@dataclass(frozen=True, slots=True)
class Today:
    """What holds for all functions alike: how minutes are estimated, who may come where nothing is said, known ways."""

    road: Road
    usual: str
    knows_ways: bool


def _with(rows: QuerySet[Unit], name: str, places: QuerySet[Any], to_base: str, today: Today) -> QuerySet[Unit]:
    one = Value(1)
    here = places.filter(**{f"{to_base}place__startswith": OuterRef("path")}).order_by().values(n=one)
    lat, lng = OuterRef("division__lat"), OuterRef("division__lng")
    minutes: Any = minutes_between(lat, lng, F(f"{to_base}lat"), F(f"{to_base}lng"), today.road)
    if today.knows_ways:
        known = known_minutes([OuterRef(OuterRef("division_id"))], to_base)
        minutes = Coalesce(known, minutes, output_field=IntegerField())
    there = places.order_by().annotate(minutes=minutes)
    nearest = there.values(n=one).annotate(least=Min("minutes")).values("least")
    count = here.annotate(count=Count("pk")).values("count")
    opened = open_across(OuterRef("county"), OuterRef("path"), to_base, usual=today.usual)
    return rows.annotate(
        **{
            f"open_{name}": Exists(places.filter(opened)),
            f"has_{name}": Coalesce(Subquery(count, output_field=IntegerField()), 0),
            f"near_{name}": Subquery(nearest, output_field=IntegerField()),
        }
    )
