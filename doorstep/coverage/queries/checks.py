"""What must always be true of standings and tallies."""

from __future__ import annotations

from doorstep.core import clock
from doorstep.core.invariants import Invariant
from doorstep.coverage.queries.deriving import with_place

_TALLIES = """
WITH own AS (
    SELECT unit_id, is_home::int AS members, is_leader::int AS leaders, is_trained::int AS trained,
           (is_trained AND is_leader)::int AS trained_leaders, is_met::int AS met,
           (is_met AND is_leader)::int AS met_leaders, person_times, hours, year
    FROM coverage_standing
    UNION ALL
    SELECT unit_id, -members, -leaders, -trained, -trained_leaders, -met, -met_leaders, -person_times, -hours, year
    FROM coverage_delta
), placed AS (
    SELECT own.unit_id, own.year, place.path
    FROM (SELECT DISTINCT unit_id, year FROM own) own
    CROSS JOIN LATERAL ({place}) place
), line AS (
    SELECT o.year, a.id::bigint AS unit_id, sum(members) AS members, sum(leaders) AS leaders, sum(trained) AS trained,
           sum(trained_leaders) AS trained_leaders, sum(met) AS met, sum(met_leaders) AS met_leaders,
           sum(person_times) AS person_times, sum(hours) AS hours
    FROM own o JOIN placed p USING (unit_id, year)
    CROSS JOIN LATERAL unnest(string_to_array(rtrim(p.path, '/'), '/')) AS a(id)
    GROUP BY 1, 2
), kept AS (
    SELECT year, unit_id, members, leaders, trained, trained_leaders, met, met_leaders, person_times, hours
    FROM coverage_tally
    WHERE members <> 0 OR leaders <> 0 OR trained <> 0 OR met <> 0 OR person_times <> 0 OR hours <> 0
)
SELECT 'missing' AS what, * FROM (SELECT * FROM line WHERE members <> 0 OR leaders <> 0 OR trained <> 0
    OR met <> 0 OR person_times <> 0 OR hours <> 0 EXCEPT SELECT * FROM kept) m
UNION ALL
SELECT 'extra', * FROM (SELECT * FROM kept EXCEPT SELECT * FROM line) e
"""

# Hours of a day to come are booked already when a roll is closed early; they count from that day on.
_HOURS = """
SELECT coalesce(s.person_id, p.person_id) AS person_id, coalesce(s.year, p.year) AS year
FROM (SELECT person_id, year, sum(hours) AS hours FROM coverage_standing GROUP BY 1, 2) s
FULL JOIN (
    SELECT person_id, year, sum(hours) AS hours FROM records_posting
    WHERE year IN (SELECT year FROM coverage_keptyear) AND earned_on <= date '{today}' GROUP BY 1, 2
) p USING (person_id, year)
WHERE coalesce(s.hours, 0) <> coalesce(p.hours, 0)
  AND NOT EXISTS (SELECT FROM procrastinate_jobs WHERE task_name = 'core.deliver' AND status IN ('todo', 'doing'))
"""


def invariants() -> tuple[Invariant, ...]:
    """The tallies with the deltas that wait equal the standings; every standing is possible in itself."""
    on = f"least(make_date(own.year, 12, 31), date '{clock.today().isoformat()}')"
    return (
        Invariant(
            "tally_is_sum_of_standings",
            "各单位的汇总数加上待并入的增量，等于逐人重算",
            with_place(_TALLIES, unit="own.unit_id", on=on),
        ),
        Invariant(
            "standing_one_home",
            "每人每年最多一个归属单位",
            "SELECT person_id, year FROM coverage_standing WHERE is_home GROUP BY 1, 2 HAVING count(*) > 1",
        ),
        Invariant(
            "standing_hours_are_ledger",
            "每人每年各单位学时之和等于台账到今天为止之和",
            _HOURS.format(today=clock.today().isoformat()),
        ),
    )
