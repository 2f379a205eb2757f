"""Packages of a unit, for tests."""

from __future__ import annotations

from typing import Any

from doorstep.catalogue.models import Course, Package
from doorstep.catalogue.rules.packages import PackagePlan, PriceRule
from doorstep.catalogue.services.packages import plan_package
from doorstep.directory.models import Unit
from tests.factories.classes import SYSTEM


def package_plan(**changes: Any) -> PackagePlan:
    """A half day for 20 to 50 people with the first course there is, thirty yuan each by a decision of the county."""
    course = Course.objects.filter(stage="reviewed").order_by("pk").first()
    values: dict[str, Any] = {
        "name": "一堂党课",
        "theme": "乡村振兴",
        "half_days": 1,
        "least_people": 20,
        "most_people": 50,
        "course_ids": (course.pk,) if course else (),
        "price": PriceRule("person", 3000),
        "price_source": "区委组织部〔2026〕12 号",
    }
    return PackagePlan(**{**values, **changes})


def make_package(unit: Unit, **changes: Any) -> Package:
    """A draft of `unit`."""
    return plan_package(unit=unit, plan=package_plan(**changes), actor=SYSTEM)


def package_body(**changes: Any) -> dict[str, Any]:
    """The same as the form sends it."""
    plan = package_plan()
    body: dict[str, Any] = {
        "name": plan.name,
        "theme": plan.theme,
        "half_days": 1,
        "least_people": 20,
        "most_people": 50,
        "meals": 0,
        "teacher_count": 0,
        "price_kind": "person",
        "yuan": "30",
        "price_source": plan.price_source,
    }
    body |= {f"course_{number}": pk for number, pk in enumerate(plan.course_ids, start=1)}
    return {**body, **changes}
