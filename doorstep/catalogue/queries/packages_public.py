"""What of the menu everybody may read without signing in: nothing but what is published and can be had."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from doorstep.bases.queries.public import HOMES, county_name, county_names
from doorstep.catalogue.models import Course, Package
from doorstep.catalogue.queries.packages import sound_ones, with_least_price
from doorstep.catalogue.queries.packages_filters import (
    HALF_DAYS,
    asked_people,
    for_people,
    through_county,
    within_half_days,
)
from doorstep.catalogue.queries.packages_told import package_shown, plan_of, priced, yuan
from doorstep.catalogue.queries.public import ACCEPTED, MOST_THEMES, PublicStop, home_words, stop_shown
from doorstep.core import clock
from doorstep.core.errors import NotFound
from doorstep.core.listing import ListFilter, ListSpec
from doorstep.core.public import PublicPage, public_page_of
from doorstep.directory.queries import named

if TYPE_CHECKING:
    from doorstep.bases.models import Base

PAGE_SIZE = 24


@dataclass(frozen=True, slots=True)
class PublicPackage:
    """A package in a list: whose, how long in half days, for how many, from how many fen for each."""

    id: int
    name: str
    theme: str
    unit: str
    county: str
    county_name: str
    half_days: int
    least_people: int
    most_people: int
    least_fen: int
    published_on: date
    route_id: int | None
    base_id: int | None

    @property
    def least_yuan(self) -> str:
        """The least that one person pays, in yuan."""
        return yuan(self.least_fen)


@dataclass(frozen=True, slots=True)
class PublicLesson:
    """A course of a package; `id` where it has a page of its own."""

    id: int | None
    title: str
    how: str


@dataclass(frozen=True, slots=True)
class PublicPackagePage:
    """All the portal shows of a package, in words; nobody is named in it. `people` and `own` are who was asked for."""

    package: PublicPackage
    route: str
    stops: tuple[PublicStop, ...]
    base: str
    courses: tuple[PublicLesson, ...]
    segments: str
    teachers: str
    meals: int
    price: str
    price_source: str
    own_is_free: bool
    people: int
    own: int
    priced: str
    terms: str


def _themes(actor: Any) -> list[tuple[str, str]]:
    rows = Package.objects.filter(status=Package.Status.PUBLISHED).order_by("theme")
    return [(theme, theme) for theme in rows.values_list("theme", flat=True).distinct()[:MOST_THEMES]]


_PACKAGES = ListSpec(
    name="portal.packages",
    title=gettext_lazy("教学套餐"),
    columns=(),
    source=lambda actor, params: _offered(),
    default_sort=("county", "name"),
    filters=(
        ListFilter("q", gettext_lazy("名称或拼音首字母"), lambda rows, v: named(rows, v, kind="package"), "text"),
        ListFilter("people", gettext_lazy("多少人去"), for_people, "number"),
        ListFilter("half_days", gettext_lazy("时长"), within_half_days, choices=HALF_DAYS),
        ListFilter("county", gettext_lazy("县（市、区）"), through_county, choices=lambda a: county_names()),
        ListFilter("theme", gettext_lazy("主题"), lambda rows, v: rows.filter(theme=v), choices=_themes),
    ),
    page_size=PAGE_SIZE,
)


def _offered() -> QuerySet[Package]:
    """Every package one can order, with its unit, its base and what it costs at least."""
    rows = with_least_price(sound_ones(Package.objects.filter(status=Package.Status.PUBLISHED)))
    return rows.select_related("unit", "base")


def packages_public() -> list[PublicPackage]:
    """Every package one can order, by county and name; one query."""
    return [_head(package) for package in _offered().order_by("county", "name", "pk")]


def packages_shown(params: Mapping[str, str]) -> PublicPage[PublicPackage]:
    """One page of the packages everybody may order, as `params` ask."""
    return public_page_of(_PACKAGES, params, lambda rows: [_head(package) for package in rows])


def first_packages(most: int) -> list[PublicPackage]:
    """Some packages for the front page, the latest first."""
    return [_head(package) for package in _offered().order_by("-published_at", "-pk")[:most]]


def named_packages(text: str, most: int) -> list[PublicPackage]:
    """The packages whose name matches `text` in Chinese or pinyin initials."""
    rows = named(_offered(), text, kind="package").order_by("name", "pk")
    return [_head(package) for package in rows[:most]]


def packages_of_route(route_id: int, most: int = PAGE_SIZE) -> tuple[list[PublicPackage], bool]:
    """The packages that go along a route, by name, not more than `most`; and whether there are more."""
    rows = _offered().filter(route=route_id).order_by("name", "pk")
    found = [_head(package) for package in rows[: most + 1]]
    return found[:most], len(found) > most


def public_package_total() -> dict[str, int]:
    """How many packages everybody may order: those that lapsed are not among them."""
    return {"package": _offered().count()}


def public_package_ids(most: int) -> list[int]:
    """The ids of the packages one can order."""
    return list(_offered().order_by("pk").values_list("pk", flat=True)[:most])


def package_offered(package_id: int) -> Package:
    """The row of one package one can order, with its unit, for ordering it; raises NotFound for any other."""
    package = _offered().filter(pk=package_id).first()
    if package is None:
        raise NotFound
    return package


def package_public(package_id: int, asked: Mapping[str, str] | None = None) -> PublicPackagePage:
    """One package one can order, with what it costs those who are `asked` for; raises NotFound for any other."""
    package = _offered().filter(pk=package_id).first()
    if package is None:
        raise NotFound
    plan = plan_of(package)
    shown = package_shown(plan, package.place)
    people, own = asked_people(asked or {}, plan)
    return PublicPackagePage(
        package=_head(package),
        route=shown.route.name if shown.route else "",
        stops=tuple(stop_shown(line) for line in shown.day.lines) if shown.day else (),
        base=_place_words(shown.base),
        courses=tuple(_lesson(course) for course in shown.courses),
        segments=shown.segments,
        teachers=shown.teachers,
        meals=package.meals,
        price=shown.price,
        price_source=package.price_source,
        own_is_free=plan.price.own_is_free,
        people=people,
        own=own,
        priced=priced(plan, people, own),
        terms=package.terms,
    )


def _place_words(base: Base | None) -> str:
    if base is None:
        return ""
    return home_words() if base.kind in HOMES else base.name


def _lesson(course: Course) -> PublicLesson:
    how = course.get_mode_display() if course.mode else course.get_kind_display()
    return PublicLesson(course.pk if course.stage in ACCEPTED else None, course.title, str(how))


def _head(package: Package) -> PublicPackage:
    assert package.published_at is not None  # a constraint of the table
    base = package.base
    return PublicPackage(
        id=package.pk,
        name=package.name,
        theme=package.theme,
        unit=package.unit.short_name,
        county=package.county,
        county_name=county_name(package.county),
        half_days=package.half_days,
        least_people=package.least_people,
        most_people=package.most_people,
        least_fen=package.least_fen or 0,  # type: ignore[attr-defined]
        published_on=clock.local(package.published_at).date(),
        route_id=package.route_id,
        base_id=base.pk if base and base.kind not in HOMES else None,
    )
