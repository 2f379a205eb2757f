"""The headline numbers of the whole network, each asked of the app that owns it."""

from __future__ import annotations

from typing import Any

from doorstep.bases.queries.places import base_counts
from doorstep.bases.queries.reservations import reservation_counts
from doorstep.bases.queries.visits import visit_counts
from doorstep.catalogue.queries.cases import case_counts
from doorstep.catalogue.queries.courses import course_counts
from doorstep.catalogue.queries.materials import material_counts
from doorstep.catalogue.queries.packages import package_counts
from doorstep.catalogue.queries.panoramas import panorama_counts
from doorstep.catalogue.queries.routes import route_counts
from doorstep.classes.queries.classes import class_total
from doorstep.classes.queries.orders import order_counts
from doorstep.classes.queries.outside import outside_totals
from doorstep.classes.queries.will import will_totals
from doorstep.core import clock
from doorstep.directory.queries import roster_counts
from doorstep.faculty.queries import faculty_counts, group_counts, mentorship_counts, point_counts, station_counts
from doorstep.planning.queries import plan_counts
from doorstep.records.queries import figures_by_year


def network_figures() -> dict[str, Any]:
    """Counts by name; `persons`, `person_times` and `hours` are by year and never added up across measures."""
    years = figures_by_year()
    return {
        **base_counts(),
        **visit_counts(),
        **reservation_counts(),
        **faculty_counts(),
        **station_counts(),
        **mentorship_counts(),
        **group_counts(),
        **point_counts(),
        **course_counts(),
        **route_counts(),
        **package_counts(),
        **material_counts(),
        **case_counts(),
        **panorama_counts(),
        **order_counts(),
        **plan_counts(),
        **outside_totals(),
        **will_totals(clock.today().year),
        **roster_counts(),
        "class": class_total(),
        "persons": {str(year.year): year.persons for year in years},
        "person_times": {str(year.year): year.person_times for year in years},
        "hours": {str(year.year): float(year.hours) for year in years},
    }
