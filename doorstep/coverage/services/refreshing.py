"""How standings follow what changed: derived anew for the people touched, the differences appended."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection, transaction

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.permissions import require
from doorstep.coverage.jobs import fold
from doorstep.coverage.models import KeptYear
from doorstep.coverage.queries.deriving import DERIVED, deriving
from doorstep.coverage.services.folding import hold, rebuild_tallies

# The rows before and after are compared inside the statement, so that what is appended is exactly what changed.
_REFRESH = """, old AS (
    SELECT county, person_id, unit_id, is_home, is_leader, required, earned, is_trained, is_met, person_times, hours
    FROM coverage_standing
    WHERE year = %(year)s AND (%(people)s::bigint[] IS NULL OR person_id = ANY(%(people)s))
), changed AS (
    SELECT * FROM fresh EXCEPT SELECT * FROM old
), gone AS (
    SELECT * FROM old EXCEPT SELECT * FROM fresh
), dropped AS (
    DELETE FROM coverage_standing s USING gone g
    WHERE s.year = %(year)s AND s.county = g.county AND s.person_id = g.person_id AND s.unit_id = g.unit_id
      AND NOT EXISTS (SELECT FROM changed c
                      WHERE c.county = g.county AND c.person_id = g.person_id AND c.unit_id = g.unit_id)
), written AS (
    INSERT INTO coverage_standing (county, year, person_id, unit_id, is_home, is_leader, required, earned,
                                   is_trained, is_met, person_times, hours)
    SELECT county, %(year)s, person_id, unit_id, is_home, is_leader, required, earned, is_trained, is_met,
           person_times, hours
    FROM changed
    ON CONFLICT (county, year, person_id, unit_id) DO UPDATE SET
        is_home = excluded.is_home, is_leader = excluded.is_leader, required = excluded.required,
        earned = excluded.earned, is_trained = excluded.is_trained, is_met = excluded.is_met,
        person_times = excluded.person_times, hours = excluded.hours
)
"""

_APPEND = """
INSERT INTO coverage_delta (year, unit_id, members, leaders, trained, trained_leaders, met, met_leaders,
                            person_times, hours)
SELECT %(year)s, unit_id, sum(sign * is_home::int), sum(sign * is_leader::int), sum(sign * is_trained::int),
       sum(sign * (is_trained AND is_leader)::int), sum(sign * is_met::int),
       sum(sign * (is_met AND is_leader)::int), sum(sign * person_times), sum(sign * hours)
FROM (SELECT 1 AS sign, * FROM changed UNION ALL SELECT -1, * FROM gone) d
GROUP BY unit_id
"""

# A year that is rebuilt adds up its tallies from the standings: deltas would only lie there dead.
_COUNT = "SELECT count(*) FROM changed"


@transaction.atomic
def refresh_standings(*, person_ids: Collection[int], years: Collection[int] | None = None, actor: Actor) -> int:
    """Derive the standings of some people anew in the kept years; return how many units' figures changed.

    The differences are appended as deltas, and folding them is left to a worker. A year that is not kept yet is
    worked out whole. Run again it changes nothing.
    """
    require(actor, "coverage.rebuild")
    if not person_ids:
        return 0
    kept = set(KeptYear.objects.values_list("year", flat=True))
    wanted = set(years) if years is not None else kept | {clock.today().year}
    for year in sorted(wanted - kept):
        rebuild_year(year=year, actor=actor)
    changed = sum(_derive(year, person_ids) for year in sorted(wanted & kept))
    if changed:
        fold.defer()
    return changed


@transaction.atomic
def rebuild_year(*, year: int, actor: Actor) -> None:
    """Derive everybody's standing of a year and every unit's tally anew, and keep the year current from now on."""
    require(actor, "coverage.rebuild")
    hold("refresh")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '128MB'")  # a whole year is sorted and hashed in memory
        cursor.execute("\n".join((DERIVED, _REFRESH, _COUNT)), deriving(year))
    rebuild_tallies(year=year, actor=actor)


def _derive(year: int, people: Collection[int]) -> int:
    hold("refresh")
    with connection.cursor() as cursor:
        cursor.execute("\n".join((DERIVED, _REFRESH, _APPEND)), deriving(year, people=people))
        return int(cursor.rowcount)
