"""Belts and their places, as they are read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from django.db.models import Count, Q, QuerySet

from doorstep.bases.models import AspectState, Base, Belt
from doorstep.bases.queries.standards import aspect_word
from doorstep.bases.queries.travel import codes_at, pairs_among
from doorstep.bases.rules.belts import Hop, Road, Spot, hops, too_far
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import visible_to
from doorstep.core.policies import policies_at, policy_at
from doorstep.directory.queries import children_of, units_where
from doorstep.directory.rules.outlines import Sketch, sketched

if TYPE_CHECKING:
    from doorstep.directory.models import Unit

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
    return list(belt.places.select_related("unit", "division").order_by("name", "pk"))


def places_for_belts(county: str) -> list[Base]:
    """What a belt of a county can be made of: every place in use there, by township and kind."""
    rows = Base.objects.filter(county=county, valid_to__isnull=True).exclude(kind=Base.Kind.BELT)
    return list(rows.select_related("unit", "division").order_by("place", "kind", "name", "pk"))


def places_by_ids(ids: Iterable[int]) -> list[Base]:
    """Places by id, in their order; raises NotFound when one is missing or out of use."""
    wanted = set(ids)
    found = list(Base.objects.filter(pk__in=wanted, valid_to__isnull=True).order_by("pk"))
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


def township_of(base: Base) -> str:
    """The township in which a base lies: by its division, else the unit it belongs to."""
    return base.division_id[:TOWNSHIP_DIGITS] if base.division_id else f"unit {base.unit_id}"


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
    return Spot(base.name, township_of(base), base.lat, base.lng, base.pk, codes)


def _spots(places: Sequence[Base]) -> list[Spot]:
    return [spot_of(place) for place in places]


def sketch_of(belt: Belt) -> Sketch | None:
    """The places of a belt on the outline of their county, in the order of `places_of`; None without an outline."""
    places = enumerate(places_of(belt), start=1)
    return sketched([belt.base.county], [(number, place.lng, place.lat) for number, place in places])


def lacking_aspects(base: Base) -> list[str]:
    """What a base's standard still asks for, by the names of its aspects."""
    rows = AspectState.objects.filter(base=base, is_had=False).order_by("pk")
    return [aspect_word(base.kind, state.aspect) for state in rows]
