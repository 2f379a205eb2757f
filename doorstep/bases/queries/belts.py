"""Belts and their places, as they are read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from doorstep.bases.models import AspectState, Base, Belt, Reservation, Visit
from doorstep.bases.queries.standards import aspect_word, lacking_words
from doorstep.bases.queries.travel import codes_at, pairs_among
from doorstep.bases.queries.visits import VisitSum, summed
from doorstep.bases.rules.belts import Hop, Road, Spot, hops, too_far
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import visible_to
from doorstep.core.policies import policies_at, policy_at
from doorstep.directory.queries import children_of, units_where
from doorstep.directory.rules.outlines import Sketch, sketched

if TYPE_CHECKING:
    from doorstep.directory.models import Division, Unit

TOWNSHIP_DIGITS = 9


def belts_visible_to(actor: Actor) -> QuerySet[Base]:
    """The belts `actor` may see, each with the number of its places and of the ones it has."""
    rows = visible_to(actor, "bases.view_base", Base.objects.filter(kind=Base.Kind.BELT, valid_to__isnull=True))
    return rows.select_related("unit", "belt").annotate(
        place_count=Count("belt__places", distinct=True),
        had_count=Count("aspects", filter=Q(aspects__is_had=True), distinct=True),
        aspect_count=Count("aspects", distinct=True),
    )


def belt_by_id(base_id: int, actor: Actor) -> Belt:
    """One belt that `actor` may see; raises NotFound."""
    base = belts_visible_to(actor).filter(pk=base_id).first()
    if base is None:
        raise NotFound
    return base.belt


def places_of(belt: Belt) -> list[Base]:
    """The places of a belt, by name."""
    return list(belt.places.select_related("unit", *LYING).order_by("name", "pk"))


def places_for_belts(county: str) -> list[Base]:
    """What a belt of a county can be made of: every place in use there, by township and kind."""
    rows = Base.objects.filter(county=county, valid_to__isnull=True).exclude(kind=Base.Kind.BELT)
    return list(rows.select_related("unit", "division").order_by("place", "kind", "name", "pk"))


def places_by_ids(ids: Iterable[int]) -> list[Base]:
    """Places by id, in their order; raises NotFound when one is missing or out of use."""
    wanted = set(ids)
    rows = Base.objects.filter(pk__in=wanted, valid_to__isnull=True).select_related(*LYING)
    found = list(rows.order_by("pk"))
    if len(found) != len(wanted):
        raise NotFound
    return found


def belt_units(actor: Actor) -> list[Unit]:
    """The units for which `actor` may put a belt together: their own, and for the city its counties."""
    found: dict[int, Unit] = {}
    for unit in units_where(actor, "bases.plan_belt"):
        below = children_of(unit).filter(kind="county") if unit.kind == "city" else [unit]
        found |= {one.pk: one for one in below}
    return list(found.values())


# What `lies_in` looks at.
LYING = ("division__parent", "unit__division", "unit__parent__division")


def lies_in(base: Base) -> Division | None:
    """Where a base lies: in its own village or township, else in that of its unit, or of the unit above."""
    above = base.unit.parent
    return base.division or base.unit.division or (above.division if above else None)


def township_of(base: Base) -> str:
    """The township in which a base lies: by its division, else the unit it belongs to."""
    division = lies_in(base)
    return division.code[:TOWNSHIP_DIGITS] if division else f"unit {base.unit_id}"


def fewest_townships() -> int:
    """How many townships a belt must join. Source: policy:belt.fewest_townships."""
    return _figure("belt.fewest_townships")


def _figure(key: str) -> int:
    return policy_at(key, on=clock.today()).integer


def road(spots: Sequence[Spot] = ()) -> Road:
    """How long the way between these places is today: as loaded, else estimated. Source: policies `travel.*`."""
    found = policies_at(("travel.detour_percent", "travel.kmh"), on=clock.today())
    return Road(found["travel.detour_percent"].integer, found["travel.kmh"].integer, pairs_among(spots))


def far_places(places: Sequence[Base]) -> tuple[int, list[Hop]]:
    """The most minutes between neighbours (policy:belt.hop_minutes), and the places further away than that."""
    limit = _figure("belt.hop_minutes")
    spots = _spots(places)
    return limit, too_far(spots, road(spots), limit)


def ways_between(places: Sequence[Base]) -> list[Hop]:
    """The places as a chain, each with the minutes from its nearest neighbour, known or estimated."""
    spots = _spots(places)
    return hops(spots, road(spots))


def spot_of(base: Base) -> Spot:
    """A base as the rules of ways see it."""
    codes = codes_at(base.code, base.division_id)
    return Spot(base.name, (base.division_id or "")[:TOWNSHIP_DIGITS], base.lat, base.lng, base.pk, codes)


def _spots(places: Sequence[Base]) -> list[Spot]:
    """The places with their townships; one without coordinates lies where its village or township does."""
    return [_laid(place) for place in places]


def _laid(base: Base) -> Spot:
    spot = replace(spot_of(base), township=township_of(base))
    division = lies_in(base)
    if spot.lat is not None or division is None:
        return spot
    known = division if division.lat is not None else division.parent or division
    return replace(spot, lat=known.lat, lng=known.lng, codes=codes_at(base.code, division.code))


def sketch_of(belt: Belt) -> Sketch | None:
    """The places of a belt on the outline of their county, in the order of `places_of`; None without an outline."""
    places = enumerate(places_of(belt), start=1)
    return sketched([belt.base.county], [(number, place.lng, place.lat) for number, place in places])


def builders_of(places: Sequence[Base]) -> list[tuple[str, int]]:
    """The units that build a belt together, each with how many of its places are theirs, in the order of the tree."""
    rows = sorted(places, key=lambda place: place.place)
    return [(unit.short_name, len(list(group))) for unit, group in groupby(rows, key=lambda place: place.unit)]


@dataclass(frozen=True, slots=True)
class BeltUse:
    """How a belt was used in a year: bookings of its rooms, classes and all, and person-times that came to see it."""

    year: int
    bookings: int
    visits: VisitSum


def belt_use(places: Sequence[Base], year: int) -> BeltUse:
    """How the places of a belt were used together in a year; two queries."""
    begins, ends = clock.at_local(date(year, 1, 1), 0), clock.at_local(date(year + 1, 1, 1), 0)
    booked = Reservation.objects.filter(
        venue__base__in=places, state=Reservation.State.LIVE, expires_at=None, starts_at__gte=begins, starts_at__lt=ends
    )
    return BeltUse(year, booked.count(), summed(Visit.objects.filter(base__in=places, year=year)))


def lacking_aspects(base: Base) -> list[str]:
    """What a base's standard still asks for, by the names of its aspects with what each lacks."""
    rows = AspectState.objects.filter(base=base, is_had=False).order_by("pk")
    words = ((aspect_word(base.kind, state.aspect), lacking_words(state)) for state in rows)
    return [_("%(aspect)s（%(lacks)s）") % {"aspect": aspect, "lacks": lacks} for aspect, lacks in words]
