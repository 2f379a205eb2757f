"""Routes of the planned city."""

from __future__ import annotations

from datetime import timedelta

from doorstep.bases.models import Venue
from doorstep.core import clock
from doorstep.demo.loading.copying import copy_rows
from doorstep.demo.rules.city import City
from doorstep.demo.rules.routes import STARTS, PlannedRoute

TABLES = ("catalogue_route", "catalogue_routestop")


def load_routes(city: City) -> None:
    """Write the routes with their stops; where one has lapsed, the room of its first stop is not used any more."""
    gone = {route.id: route.stops[0].base.venues[-1].id for route in city.routes if route.standing == "lapsed"}
    copy_rows(
        "catalogue_route",
        "id name theme unit_id place county starts meeting_point status version return_note published_at",
        (_row(route, city) for route in city.routes),
    )
    stops = ((route, number, stop) for route in city.routes for number, stop in enumerate(route.stops, start=1))
    copy_rows(
        "catalogue_routestop",
        "id route_id number base_id venue_id course_id guide_id needs_no_guide is_meal dwell_minutes note",
        (
            (
                n, route.id, number, stop.base.id, gone.get(route.id) if number == 1 else None, stop.course.id,
                stop.guide.id, False, stop.is_meal, stop.dwell, stop.note,
            )
            for n, (route, number, stop) in enumerate(stops, start=1)
        ),
    )  # fmt: skip
    Venue.objects.filter(pk__in=gone.values()).update(is_active=False)


def _row(route: PlannedRoute, city: City) -> tuple[object, ...]:
    status = "published" if route.standing == "lapsed" else route.standing
    at = clock.at_local(city.as_of, 9) - timedelta(days=30) if status == "published" else None
    unit, meeting = route.unit, f"{route.stops[0].base.name}门口"
    starts = f"{STARTS // 60:02d}:{STARTS % 60:02d}"
    return route.id, route.name, route.theme, unit.id, unit.path, unit.county, starts, meeting, status, 1, "", at
