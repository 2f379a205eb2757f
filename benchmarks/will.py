"""What was chosen and what was assigned (M84): the page at 200,000 seats beside the keyset floor page of the same run."""

from __future__ import annotations

import os
import time

from benchmarks.city import YEAR, load, scratch_server
from benchmarks.pages import over_floor, times_over
from benchmarks.reports import Report, run_alone

MOST_TIMES = 3.0  # the page budget of P11
PAGES = ("/classes/will/1/?year={year}", "/classes/will/{county}/?year={year}", "/classes/will/{township}/?year={year}")

# Every member has a seat in the class of their township, a third of them of their own will; classes in all months.
_SEATS = """
UPDATE classes_trainingclass SET starts_on = make_date(%(year)s, 1 + (id %% 12)::int, 5), ends_on = make_date(%(year)s, 1 + (id %% 12)::int, 6);
UPDATE directory_person SET occupation = (id %% 9)::text;
INSERT INTO classes_enrolment (county, year, training_class_id, person_id, unit_id, place, status, is_self_chosen,
    nominated_at)
SELECT '350902', %(year)s, c.id, m.person_id, u.id, u.path, 'confirmed', m.person_id %% 3 = 0, now()
FROM directory_membership m JOIN directory_unit u ON u.id = m.unit_id
JOIN classes_trainingclass c ON c.unit_id = u.parent_id;
ANALYZE;
"""


def measure(quick: bool) -> Report:
    """p95 of the page of the city, a county and a township over p95 of the floor; and what keeping the figures costs."""
    members, turns = (20_000, 20) if quick else (200_000, 40)
    os.environ["DOORSTEP_DB_POOL"] = "0"
    with scratch_server():
        country = load(members)
        from django.db import connection

        from doorstep.classes.queries.will_counting import people_seated_in
        from doorstep.classes.services.will_keeping import recount_will, refresh_will
        from doorstep.core.actors import system_actor

        actor = system_actor("benchmark")
        with connection.cursor() as cursor:
            cursor.execute(_SEATS, {"year": YEAR})
        began = time.perf_counter()
        for year in range(YEAR - 2, YEAR + 2):
            recount_will(year=year, actor=actor)
        counted, crowd = time.perf_counter() - began, people_seated_in(1)[:100]
        began = time.perf_counter()
        refresh_will(person_ids=crowd, actor=actor)
        followed = time.perf_counter() - began
        report = over_floor("M84", MOST_TIMES, members, times_over(country, PAGES, turns))
    report.detail |= {"night_s": round(counted, 1), "hundred_seats_ms": round(1000 * followed, 1)}
    return report


if __name__ == "__main__":
    run_alone(measure)
