"""How one looks for a package: by people, money, time and county, signed in or not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy

from doorstep.catalogue.models import Package
from doorstep.catalogue.rules.packages import PackagePlan
from doorstep.core.numbers import whole

HALF_DAYS = (("1", gettext_lazy("半天")), ("2", gettext_lazy("一天以内")), ("4", gettext_lazy("两天以内")))


def for_people(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    """Packages that take a group of so many."""
    people = whole(value)
    if people is None:
        return rows.none()
    return rows.filter(least_people__lte=people, most_people__gte=people)


def within_budget(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    """By yuan a person; a package that says nothing of its price is not found by it."""
    most = whole(value)
    return rows.none() if most is None else rows.filter(least_fen__lte=most * 100)


def within_half_days(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    """Packages that take so many half days at most."""
    most = whole(value)
    return rows.none() if most is None else rows.filter(half_days__lte=most)


def through_county(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    """Packages of a county, or with a route that passes through it."""
    through = Package.objects.filter(route__stops__base__county=value).values("pk")
    return rows.filter(Q(county=value) | Q(pk__in=through))


def asked_people(params: Mapping[str, str], plan: PackagePlan) -> tuple[int, int]:
    """How many come, the least that may where nothing is said; and how many of them are the unit's own."""
    people = whole(params.get("people", "")) or plan.least_people
    return people, min(whole(params.get("own", "")) or 0, people)
