"""What the public pages are put together from, each asked of the app that owns it; no person anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from doorstep.bases.queries.places import base_counts
from doorstep.bases.queries.public import named_places, public_base_ids, public_belts
from doorstep.catalogue.queries.cases_public import first_cases, named_cases, public_case_ids
from doorstep.catalogue.queries.packages_public import (
    first_packages,
    named_packages,
    public_package_ids,
    public_package_total,
)
from doorstep.catalogue.queries.public import (
    first_routes,
    named_courses,
    named_routes,
    public_courses,
    public_route_total,
    public_routes,
    scenic_route_ids,
)
from doorstep.classes.queries.public import coming_classes, named_campaigns, named_classes, public_campaign_ids
from doorstep.core import clock
from doorstep.notices.queries.public import fixed_texts, public_news
from doorstep.web.queries.portal_pictures import package_cards, route_cards

ROUTES_FIRST, CLASSES_FIRST, NEWS_FIRST, PACKAGES_FIRST, CASES_FIRST = 3, 5, 3, 3, 3
HITS = 20  # of one kind in the search
# Seconds: the counts as long as whoever carries the page may keep it; what is offered so short that whoever published
# it may wait for it.
COUNTS_KEPT, OFFERS_KEPT = 300, 60
IN_SITEMAP = 40_000  # pages of one kind; a sitemap may hold 50,000


@dataclass(frozen=True, slots=True)
class Found:
    """One find of the public search."""

    title: str
    note: str
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """The finds of one kind."""

    title: str
    hits: list[Found]


def front_page() -> dict[str, Any]:
    """The front page: some routes and packages, what begins soon, cases, the latest news, the network in numbers."""
    offers = cache.get_or_set(f"portal.offers.{clock.today()}.{get_language()}", _offers, OFFERS_KEPT)
    return {
        "texts": fixed_texts(),
        **(offers or {}),
        "cases": first_cases(CASES_FIRST),
        "classes": coming_classes(CLASSES_FIRST),
        "news": public_news(most=NEWS_FIRST),
        "counts": cache.get_or_set(f"portal.counts.{clock.today()}", _counts, COUNTS_KEPT),
    }


def _offers() -> dict[str, Any]:
    """The half of the front page that takes most of its time."""
    return {
        "cards": route_cards(first_routes(ROUTES_FIRST)),
        "packages": package_cards(first_packages(PACKAGES_FIRST)),
    }


def _counts() -> dict[str, int]:
    return {**base_counts(), **public_route_total(), **public_package_total()}


def found_publicly(text: str) -> list[Group]:
    """What anybody may find by Chinese or pinyin initials: routes, packages, places, courses, cases, coming classes,
    campaigns and series.

    Never people.
    """
    routes = [
        Found(one.name, f"{one.county_name}　{one.theme}", reverse("web:portal_route", args=[one.id]))
        for one in named_routes(text, HITS)
    ]
    packages = [
        Found(one.name, f"{one.county_name}　{one.theme}", reverse("web:portal_package", args=[one.id]))
        for one in named_packages(text, HITS)
    ]
    cases = [Found(one.title, one.unit, reverse("web:portal_case", args=[one.id])) for one in named_cases(text, HITS)]
    places = [
        Found(one.name, f"{one.kind_word}　{one.county_name}", reverse("web:portal_base", args=[one.id]))
        for one in named_places(text, HITS)
    ]
    courses = [
        Found(one.title, one.kind_word, reverse("web:portal_course", args=[one.id]))
        for one in named_courses(text, HITS)
    ]
    classes = [
        Found(one.title, f"{one.starts_on:%Y-%m-%d}　{one.where}", reverse("web:portal_class", args=[one.id]))
        for one in named_classes(text, HITS)
    ]
    campaigns = [
        Found(
            one.title,
            f"{one.get_kind_display()}　{one.unit.short_name}",
            reverse("web:portal_campaign", args=[one.pk]),
        )
        for one in named_campaigns(text, HITS)
    ]
    groups = [
        (_("精品路线"), routes),
        (_("教学套餐"), packages),
        (_("阵地"), places),
        (_("课程"), courses),
        (_("实践案例"), cases),
        (_("近期开班"), classes),
        (_("活动和系列讲座"), campaigns),
    ]
    return [Group(title, hits) for title, hits in groups if hits]


def sitemap_paths() -> list[str]:
    """Every public page by its path, the lists first."""
    lists = "routes packages bases belts courses cases classes campaigns how_to news map".split()
    paths = [reverse(f"web:{name}") for name in ("portal", *(f"portal_{one}" for one in lists))]
    by_kind: list[tuple[str, Any]] = [
        ("portal_route", public_routes().order_by("pk").values_list("pk", flat=True)[:IN_SITEMAP]),
        ("portal_package", public_package_ids(IN_SITEMAP)),
        ("portal_case", public_case_ids(IN_SITEMAP)),
        ("portal_belt", [belt.id for belt in public_belts()]),
        ("portal_course", public_courses().order_by("pk").values_list("pk", flat=True)[:IN_SITEMAP]),
        ("portal_campaign", public_campaign_ids(IN_SITEMAP)),
        ("portal_class", [one.id for one in coming_classes(IN_SITEMAP)]),
        ("portal_article", [one.id for one in public_news(most=IN_SITEMAP)]),
        ("portal_base", public_base_ids(IN_SITEMAP)),
    ]
    views = [reverse("catalogue:public_route_view", args=[pk]) for pk in scenic_route_ids(IN_SITEMAP)]
    return [*paths, *(reverse(f"web:{name}", args=[pk]) for name, ids in by_kind for pk in ids), *views]
