"""Visits of the planned city."""

from __future__ import annotations

from doorstep.core import clock
from doorstep.demo.loading.copying import copy_rows
from doorstep.demo.rules.city import City
from doorstep.demo.rules.visits import plan_visits


def load_visits(city: City) -> None:
    """Write who came to see which place, entered on the evening of the day."""
    planned = plan_visits(city.network, members=len(city.people), seed=city.seed, as_of=city.as_of)
    copy_rows(
        "bases_visit",
        "county id year base_id visited_on kind local_count outside_count key revision entered_at",
        (
            (
                visit.base.unit.county, visit.id, visit.day.year, visit.base.id, visit.day, visit.kind, visit.local,
                visit.outside, visit.key, 1, clock.at_local(visit.day, 18),
            )
            for visit in planned
        ),
    )  # fmt: skip
