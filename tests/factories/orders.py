"""Orders of a branch, for tests."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from doorstep.bases.models import Base
from doorstep.catalogue.models import Package
from doorstep.catalogue.services.packages_life import publish_package
from doorstep.classes.models import Order
from doorstep.classes.rules.orders import Wish
from doorstep.classes.services.order_placing import OrderFacts, place_order
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.directory.models import Unit
from tests.factories.classes import SYSTEM
from tests.factories.courses import given_course
from tests.factories.packages import make_package


def package_at(base: Base, **changes: Any) -> Package:
    """A published half day at a base, of the unit the base belongs to."""
    given_course(base.unit, title=f"课{base.pk}")
    package = make_package(base.unit, base_id=base.pk, **{"least_people": 10, **changes})
    publish_package(package=package, revision=package.revision, actor=SYSTEM)
    return Package.objects.select_related("unit").get(pk=package.pk)


def order_facts(package: Package | None, *days: date, **changes: Any) -> OrderFacts:
    """Thirty people in the morning of some days, in ten days' time where none is said."""
    wished = days or (clock.today() + timedelta(days=10),)
    part = changes.pop("part", "morning")
    values: dict[str, Any] = {
        "wishes": [Wish(day, part) for day in wished],
        "people": 30,
        "contact": "陈国梁",
        "phone": "13900001234",
        "package": package,
    }
    return OrderFacts(**{**values, **changes})


def make_order(unit: Unit, package: Package | None, *days: date, actor: Actor = SYSTEM, **changes: Any) -> Order:
    """An order of `unit` that waits for an answer."""
    return place_order(unit=unit, facts=order_facts(package, *days, **changes), actor=actor)
