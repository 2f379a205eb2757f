"""Which venues are near: minutes on the road from where a unit lies, loaded or estimated."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import (
    Case,
    Exists,
    F,
    FloatField,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import ASin, Cast, Ceil, Coalesce, Cos, Greatest, Power, Radians, Sin, Sqrt

from doorstep.bases.models import Base, Closure, OpenHours, Venue
from doorstep.bases.queries.belts import road
from doorstep.bases.queries.travel import codes_at, known_minutes
from doorstep.bases.queries.venues import venues_in_use
from doorstep.bases.rules.belts import EARTH_KM, Road, straight_km
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.directory.queries.divisions import placed_divisions

if TYPE_CHECKING:
    from doorstep.directory.models import Unit


def point_of(unit: Unit) -> tuple[float, float] | None:
    """Where a unit lies, in WGS84 degrees: by its own division, else by the one of the nearest unit above it."""
    one = placed_divisions([unit]).get(unit.pk)
    return (one.lat, one.lng) if one and one.lat is not None and one.lng is not None else None


def codes_of(unit: Unit) -> tuple[str, ...]:
    """The codes by which ways from a unit may be known: those of the division in which `point_of` finds it."""
    found = placed_divisions([unit]).get(unit.pk)
    return codes_at("", found.code) if found else ()


def km_from(unit: Unit, point: tuple[float, float]) -> float | None:
    """The straight line from where a unit lies to a point in WGS84 degrees, in km; None when that is not known."""
    there = point_of(unit)
    return straight_km(*point, *there) if there else None


def venues_near(actor: Actor, point: tuple[float, float] | None, codes: Sequence[str] = ()) -> QuerySet[Venue]:
    """The venues `actor` may see and plan with, each with `minutes` from `point`, loaded (`is_known`) or estimated.

    Loaded are those from the division with `codes` to the base, its village or its township. The estimate is that of
    `road()`: straight line, detour, mean speed; a base is known as well as its coordinates, or those of its township
    where it has none. Bases of which neither is known are left out; near no point is nothing.
    """
    rows = venues_in_use(actor).exclude(base__kind=Base.Kind.BELT)
    if point is None:
        return rows.annotate(minutes=Value(0), is_known=Value(False)).none()
    lat, lng = (Value(degrees, FloatField()) for degrees in point)
    there_lat = Coalesce("base__lat", "base__division__lat", "base__division__parent__lat")
    there_lng = Coalesce("base__lng", "base__division__lng", "base__division__parent__lng")
    rows = rows.annotate(there_lat=there_lat, there_lng=there_lng, known=known_minutes(codes))
    rows = rows.filter(Q(there_lat__isnull=False) | Q(known__isnull=False))
    estimated = minutes_between(lat, lng, F("there_lat"), F("there_lng"), road())
    return rows.annotate(
        minutes=Coalesce("known", estimated, output_field=IntegerField()),
        is_known=Case(When(known__isnull=False, then=Value(True)), default=Value(False)),
    )


def minutes_between(lat: Any, lng: Any, there_lat: Any, there_lng: Any, known: Road) -> Cast:
    """In SQL what `Road.minutes` says of two points in WGS84 degrees: whole minutes, rounded up."""
    up = Power(Sin(Radians(there_lat - lat) / 2.0), 2)
    over = Power(Sin(Radians(there_lng - lng) / 2.0), 2)
    half = up + Cos(Radians(lat)) * Cos(Radians(there_lat)) * over
    by_km = Value(2 * EARTH_KM * known.detour_percent * 60 / (100 * known.kmh), FloatField())
    # At most 1 whatever the rounding, and unknown where a point is: LEAST would make a number of that.
    share = half / Greatest(Value(1.0), half, output_field=FloatField())
    minutes = Ceil(ASin(Sqrt(share)) * by_km)
    return Cast(minutes, IntegerField())


def open_on(rows: QuerySet[Venue], day: date) -> QuerySet[Venue]:
    """Those that have hours on a day, or no hours at all, and are not closed for the whole of it."""
    weekday = day.isoweekday()
    own = OpenHours.objects.filter(venue=OuterRef("pk"))
    base = OpenHours.objects.filter(base=OuterRef("base"), venue__isnull=True)
    by_hours = (
        Exists(own.filter(weekday=weekday))
        | ~Exists(own) & Exists(base.filter(weekday=weekday))
        | ~Exists(own) & ~Exists(base)
    )
    begins, ends = clock.at_local(day, 0), clock.at_local(day, 23, 59)
    closed = Closure.objects.filter(
        Q(venue__isnull=True) | Q(venue=OuterRef("pk")), base=OuterRef("base"), lifted_at__isnull=True,
        starts_at__lte=begins, ends_at__gte=ends,
    )  # fmt: skip
    return rows.filter(by_hours).filter(~Exists(closed))
