"""Routes over some places, for tests."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from typing import Any

from doorstep.bases.models import Base
from doorstep.catalogue.models import Course, Route
from doorstep.catalogue.rules.routes import RoutePlan, StopPlan
from doorstep.catalogue.services.routes import plan_route
from doorstep.directory.models import Unit
from tests.factories.classes import SYSTEM
from tests.factories.courses import given_course


def make_course(unit: Unit) -> Course:
    """A course that `unit` and those below may teach."""
    return given_course(unit, title="摆脱贫困", mode="on_site", kind="general", theory_minutes=90)


def stop_plan(base: Base, **changes: Any) -> StopPlan:
    """An hour at a place where nobody has to guide, ten minutes from the stop before."""
    values = {"base_id": base.pk, "dwell_minutes": 60, "needs_no_guide": True, "way_minutes": 10, **changes}
    return StopPlan(**values)


def route_plan(places: Sequence[Base], **changes: Any) -> RoutePlan:
    """A morning from 8:30 on, an hour at each place, with a course at the first when there is one."""
    course = Course.objects.order_by("pk").first()
    stops = tuple(stop_plan(base, course_id=course.pk if course and not n else None) for n, base in enumerate(places))
    values: dict[str, Any] = {"name": "霍童溪一日行", "theme": "乡村振兴", "starts": time(8, 30), "stops": stops}
    return RoutePlan(**{**values, **changes})


def make_route(unit: Unit, places: Sequence[Base], **changes: Any) -> Route:
    """A draft of `unit` over some places."""
    return plan_route(unit=unit, plan=route_plan(places, **changes), actor=SYSTEM)


def route_body(places: Sequence[Base], **changes: Any) -> dict[str, Any]:
    """The same as the form sends it."""
    body: dict[str, Any] = {"name": "霍童溪一日行", "theme": "乡村振兴", "starts": "08:30", "stops": len(places)}
    for number, base in enumerate(places):
        row = {"base": base.pk, "dwell": 60, "way": 10, "no_guide": "on"}
        body |= {f"stop-{number}-{name}": value for name, value in row.items()}
    return {**body, **changes}
