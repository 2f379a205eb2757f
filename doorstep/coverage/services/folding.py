"""How changes of single units reach every unit above them."""

from __future__ import annotations

from typing import Any, Literal

from django.db import connection, transaction

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.permissions import require
from doorstep.coverage.models import KeptYear
from doorstep.coverage.queries.deriving import with_place
from doorstep.coverage.rules import last_day

_LOCKS = {"refresh": 0x636F7601, "fold": 0x636F7602}

_SUMS = """
    sum(members) AS members, sum(leaders) AS leaders, sum(trained) AS trained,
    sum(trained_leaders) AS trained_leaders, sum(met) AS met, sum(met_leaders) AS met_leaders,
    sum(person_times) AS person_times, sum(hours) AS hours
"""

_OWN_DELTAS = "DELETE FROM coverage_delta WHERE year = %(year)s RETURNING *"

_OWN_STANDINGS = """
    SELECT unit_id, is_home::int AS members, is_leader::int AS leaders, is_trained::int AS trained,
           (is_trained AND is_leader)::int AS trained_leaders, is_met::int AS met,
           (is_met AND is_leader)::int AS met_leaders, person_times, hours
    FROM coverage_standing WHERE year = %(year)s
"""

# Each unit's own figures are added up once, then once for itself and for every unit above it on that day.
_ROLLED = """
WITH source AS ({source}), own AS (
    SELECT unit_id, {sums} FROM source GROUP BY unit_id
), rolled AS (
    SELECT line.id::bigint AS unit_id, {sums}
    FROM own
    CROSS JOIN LATERAL ({place}) place
    CROSS JOIN LATERAL unnest(string_to_array(rtrim(place.path, '/'), '/')) AS line(id)
    GROUP BY 1
)
"""

_ADD = """, added AS (
    UPDATE coverage_tally t SET
        members = t.members + r.members, leaders = t.leaders + r.leaders, trained = t.trained + r.trained,
        trained_leaders = t.trained_leaders + r.trained_leaders, met = t.met + r.met,
        met_leaders = t.met_leaders + r.met_leaders, person_times = t.person_times + r.person_times,
        hours = t.hours + r.hours, folded_at = %(now)s
    FROM rolled r WHERE t.unit_id = r.unit_id AND t.year = %(year)s
    RETURNING t.unit_id
)
INSERT INTO coverage_tally (unit_id, year, members, leaders, trained, trained_leaders, met, met_leaders,
                            person_times, hours, folded_at)
SELECT unit_id, %(year)s, members, leaders, trained, trained_leaders, met, met_leaders, person_times, hours, %(now)s
FROM rolled WHERE unit_id NOT IN (SELECT unit_id FROM added)
"""

_REPLACE = """, dropped AS (
    DELETE FROM coverage_tally WHERE year = %(year)s AND unit_id NOT IN (SELECT unit_id FROM rolled)
)
INSERT INTO coverage_tally AS t (unit_id, year, members, leaders, trained, trained_leaders, met, met_leaders,
                                 person_times, hours, folded_at)
SELECT unit_id, %(year)s, members, leaders, trained, trained_leaders, met, met_leaders, person_times, hours, %(now)s
FROM rolled
ON CONFLICT (unit_id, year) DO UPDATE SET
    members = excluded.members, leaders = excluded.leaders, trained = excluded.trained,
    trained_leaders = excluded.trained_leaders, met = excluded.met, met_leaders = excluded.met_leaders,
    person_times = excluded.person_times, hours = excluded.hours, folded_at = excluded.folded_at
"""


def hold(what: Literal["refresh", "fold"]) -> None:
    """Be the only one who refreshes, or folds, until the transaction ends; always refresh before fold."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCKS[what]])


def _rolled(source: str) -> str:
    return with_place(_ROLLED.replace("{source}", source).replace("{sums}", _SUMS), unit="own.unit_id")


def _run(source: str, write: str, year: int) -> None:
    params: dict[str, Any] = {"year": year, "on": last_day(year, clock.today()), "now": clock.now()}
    with connection.cursor() as cursor:
        cursor.execute("\n".join((_rolled(source), write)), params)


@transaction.atomic
def fold_deltas(*, actor: Actor) -> int:
    """Add the deltas that have come in to their units and all above; return the number of years touched.

    Deltas that arrive meanwhile wait for the next fold.
    """
    require(actor, "coverage.rebuild")
    hold("fold")
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT year FROM coverage_delta ORDER BY year")
        years = [int(row[0]) for row in cursor.fetchall()]
    for year in years:
        _run(_OWN_DELTAS, _ADD, year)
    KeptYear.objects.update(folded_at=clock.now())
    return len(years)


@transaction.atomic
def rebuild_tallies(*, year: int, actor: Actor) -> None:
    """Add up the tallies of a year from the standings, on the tree of today or of the year's last day."""
    require(actor, "coverage.rebuild")
    hold("refresh")
    hold("fold")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM coverage_delta WHERE year = %s", [year])
    _run(_OWN_STANDINGS, _REPLACE, year)
    now = clock.now()
    KeptYear.objects.update_or_create(year=year, defaults={"rebuilt_at": now, "folded_at": now})
