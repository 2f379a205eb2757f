"""Known travel times as they are read, and what a list of them would change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, Length, Substr

from doorstep.bases.models import Base, TravelPair
from doorstep.bases.rules.belts import Road, Spot
from doorstep.bases.rules.travel import EstimateError, TravelRow, estimate_error
from doorstep.directory.queries.divisions import division_points

TOWNSHIP_DIGITS = 9


def in_force() -> QuerySet[TravelPair]:
    """The travel times that hold today."""
    return TravelPair.objects.filter(valid_to__isnull=True)


def codes_at(code: str, division: str | None) -> tuple[str, ...]:
    """The codes by which the way to a place may be known: its own, those of its village and its township."""
    named = (code, division or "", (division or "")[:TOWNSHIP_DIGITS])
    return tuple(dict.fromkeys(one for one in named if one))


def pairs_among(spots: Sequence[Spot]) -> Mapping[tuple[str, str], int]:
    """(from, to) -> minutes, for whatever is known between some places; one query, none for a single place."""
    codes = {code for spot in spots for code in spot.codes}
    if len(spots) < 2 or not codes:
        return {}
    rows = in_force().filter(origin__in=codes, target__in=codes)
    return {(origin, target): minutes for origin, target, minutes in rows.values_list("origin", "target", "minutes")}


def known_minutes(codes: Sequence[Any], to_base: str = "base__") -> Coalesce | Cast:
    """In SQL what `Road.known` says of the way from a place with these codes to the base of a venue (or, with `to_base`
    "", to a base); NULL if nothing. Codes may be references to columns further out.

    The time to the base itself goes before that to its village or township; the way back stands for the way there.
    """
    if not codes:
        return Cast(Value(None), IntegerField())
    ways = (("origin", "target"), ("target", "origin"))
    return Coalesce(*(_nearest(codes, here, there, to_base) for here, there in ways))


def _nearest(codes: Sequence[Any], here: str, there: str, to_base: str) -> Subquery:
    base, division = OuterRef(f"{to_base}code"), OuterRef(f"{to_base}division_id")
    town = Substr(division, 1, TOWNSHIP_DIGITS)
    is_there = Q(**{there: base}) | Q(**{there: division}) | Q(**{there: town})
    order = Case(
        When(**{there: base}, then=Value(0)),
        When(**{there: division}, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    rows = in_force().filter(is_there, **{f"{here}__in": list(codes)}).exclude(**{f"{there}__in": list(codes)})
    ranked = rows.annotate(rank=order, length=Length(here)).order_by("rank", "-length")
    return Subquery(ranked.values("minutes")[:1])


def known_codes() -> set[str]:
    """Every code that a list of travel times may name."""
    return set(Base.objects.values_list("code", flat=True)) | set(division_points())


@dataclass(slots=True)
class TravelChange:
    """What a list would change: pairs nobody knew, pairs with another time, and how many stay."""

    new: list[TravelRow] = field(default_factory=list)
    changed: list[tuple[TravelPair, TravelRow]] = field(default_factory=list)
    same: int = 0


def travel_change(rows: Iterable[TravelRow]) -> TravelChange:
    """What these rows would change."""
    known = {(pair.origin, pair.target): pair for pair in in_force()}
    change = TravelChange()
    for row in rows:
        pair = known.get((row.origin, row.target))
        if pair is None:
            change.new.append(row)
        elif pair.minutes != row.minutes:
            change.changed.append((pair, row))
        else:
            change.same += 1
    return change


def error_over(rows: Iterable[TravelRow], road: Road) -> EstimateError | None:
    """How far the estimate is from these times, over those of which both ends lie somewhere known."""
    points: dict[str, Any] = dict(division_points())
    points |= {code: (lat, lng) for code, lat, lng in Base.objects.values_list("code", "lat", "lng")}
    compared = []
    for row in rows:
        ends = (Spot(code, "", *points[code]) for code in (row.origin, row.target))
        estimated = road.estimate(*ends)
        if estimated is not None:
            compared.append((estimated, row.minutes))
    return estimate_error(compared)
