"""What of the menu everybody may read without signing in: nothing but what is published and can be had."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from doorstep.catalogue.models import Package
from doorstep.catalogue.queries.packages import with_least_price, with_standing
from doorstep.catalogue.queries.packages_told import package_shown, plan_of, yuan
from doorstep.core import clock
from doorstep.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class PublicPackage:
    """A package in a list: whose, how long in half days, for how many, from how many fen for each."""

    id: int
    name: str
    theme: str
    unit: str
    county: str
    half_days: int
    least_people: int
    most_people: int
    least_fen: int
    published_on: date

    @property
    def least_yuan(self) -> str:
        """The least that one person pays, in yuan."""
        return yuan(self.least_fen)


@dataclass(frozen=True, slots=True)
class PublicStop:
    """A stop of its route: where, when, with which course."""

    base: str
    arrives: str
    leaves: str
    course: str


@dataclass(frozen=True, slots=True)
class PublicPackagePage:
    """All the portal shows of a package, in words; nobody is named in it."""

    head: PublicPackage
    route: str
    stops: tuple[PublicStop, ...]
    base: str
    courses: tuple[str, ...]
    segments: str
    teachers: str
    meals: int
    price: str
    terms: str


def packages_public() -> list[PublicPackage]:
    """Every package one can order, by county and name; one query."""
    rows = with_least_price(with_standing(Package.objects.filter(status=Package.Status.PUBLISHED)))
    found = rows.filter(Q(is_lapsed=False)).select_related("unit").order_by("county", "name", "pk")
    return [_head(package) for package in found]


def package_public(package_id: int) -> PublicPackagePage:
    """One package one can order; raises NotFound for any other."""
    rows = with_least_price(with_standing(Package.objects.filter(status=Package.Status.PUBLISHED)))
    package = rows.filter(Q(is_lapsed=False), pk=package_id).select_related("unit").first()
    if package is None:
        raise NotFound
    shown = package_shown(plan_of(package), package.place)
    stops = shown.day.lines if shown.day else []
    return PublicPackagePage(
        head=_head(package),
        route=shown.route.name if shown.route else "",
        stops=tuple(
            PublicStop(s.stop.base.name, s.arrives, s.leaves, s.stop.course.title if s.stop.course else "")
            for s in stops
        ),
        base=shown.base.name if shown.base else "",
        courses=tuple(course.title for course in shown.courses),
        segments=shown.segments,
        teachers=shown.teachers,
        meals=package.meals,
        price=shown.price,
        terms=package.terms,
    )


def _head(package: Package) -> PublicPackage:
    assert package.published_at is not None  # a constraint of the table
    return PublicPackage(
        id=package.pk,
        name=package.name,
        theme=package.theme,
        unit=package.unit.short_name,
        county=package.county,
        half_days=package.half_days,
        least_people=package.least_people,
        most_people=package.most_people,
        least_fen=package.least_fen or 0,  # type: ignore[attr-defined]
        published_on=clock.local(package.published_at).date(),
    )
