"""What is taught, and where, in what one can order: by the package as it stands, as it was kept, or one course."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from doorstep.catalogue.models import Course, Package, PackageVersion, RouteStop
from doorstep.catalogue.queries.courses import IN_USE, course_by_id
from doorstep.catalogue.queries.packages import package_by_id, standing_of
from doorstep.catalogue.queries.packages_kept import kept_rule
from doorstep.catalogue.queries.packages_told import price_said
from doorstep.catalogue.rules.packages import price_of
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class OfferItem:
    """Something that is taught or seen, and the base where it is; None for a place the guest names."""

    title: str
    base_id: int | None = None
    course_id: int | None = None
    mode: str = ""


@dataclass(frozen=True, slots=True)
class Offer:
    """What one can order: so many half days for so many people, with what it holds in order; whether it travels."""

    title: str
    theme: str
    half_days: int
    least_people: int
    most_people: int
    items: tuple[OfferItem, ...]
    is_route: bool = False

    @property
    def base_ids(self) -> tuple[int, ...]:
        """The bases one comes to, each once."""
        return tuple(dict.fromkeys(item.base_id for item in self.items if item.base_id))

    def moved_to(self, base_id: int | None) -> Offer:
        """The same at another base; a route stays where it goes."""
        if base_id is None or self.is_route:
            return self
        return replace(self, items=tuple(replace(item, base_id=base_id) for item in self.items))


def audience_choices() -> list[tuple[str, Any]]:
    """For whom something may be ordered, each with its word."""
    return list(Course.Audience.choices)


def price_sentence(version: PackageVersion, people: int) -> str:
    """What so many pay by a version, in a sentence; "" where it says nothing of so many."""
    price = price_of(kept_rule(version.content), people)
    return price_said(price) if price else ""


def package_to_order(package_id: int, actor: Actor) -> Package:
    """A published package that `actor` may see, with its unit; raises NotFound."""
    package = package_by_id(package_id, actor)
    if standing_of(package) != Package.Status.PUBLISHED:
        raise NotFound
    return package


def course_to_order(course_id: int, actor: Actor) -> Course:
    """A course that may be taught, with the unit that gives it; raises NotFound."""
    course = course_by_id(course_id, actor)
    if course.stage not in IN_USE:
        raise NotFound
    return course


def offer_of_package(package: Package) -> Offer:
    """What a package holds today. Two queries at most."""
    if package.route_id:
        items = _stops(package.route_id)
    else:
        lines = package.lines.select_related("course").order_by("number")
        items = tuple(_taught([line.course for line in lines], package.base_id))
    return Offer(
        title=package.name,
        theme=package.theme,
        half_days=package.half_days,
        least_people=package.least_people,
        most_people=package.most_people,
        items=items,
        is_route=package.route_id is not None,
    )


def offer_of_version(version: PackageVersion) -> Offer:
    """What a package held when it was kept; where the stops of its route lie is as the route stands today."""
    kept = version.content
    least, most = kept["people"]
    if kept["route"]:
        items = _stops(kept["route"]["id"])
    else:
        ids = [course["id"] for course in kept["courses"]]
        found = Course.objects.in_bulk(ids)
        items = tuple(_taught([found[pk] for pk in ids], kept["base"]["id"] if kept["base"] else None))
    return Offer(kept["name"], kept["theme"], kept["half_days"], least, most, items, kept["route"] is not None)


def offer_of_course(course: Course, most_people: int) -> Offer:
    """A course as a half day that is brought to where the guests are."""
    items = tuple(_taught([course], None))
    return Offer(course.title, course.get_kind_display(), 1, 1, most_people, items)


def _stops(route_id: int) -> tuple[OfferItem, ...]:
    stops = RouteStop.objects.filter(route=route_id).select_related("base", "course").order_by("number")
    return tuple(
        OfferItem(
            title=stop.course.title if stop.course else stop.base.name,
            base_id=stop.base_id,
            course_id=stop.course_id,
            mode=stop.course.mode if stop.course else "",
        )
        for stop in stops
    )


def _taught(courses: Iterable[Course], base_id: int | None) -> Iterable[OfferItem]:
    return (OfferItem(course.title, base_id, course.pk, course.mode) for course in courses)
