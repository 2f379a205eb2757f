"""How everybody's standing follows from memberships, posts and the ledger, in one statement.

The pure twin of this SQL is `rules.standings_of`; a test holds the two together on random people.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from doorstep.core import clock
from doorstep.core.policies import policies_by_place
from doorstep.coverage.rules import last_day

# The figures that decide how somebody stands; those of credit are in the ledger's lines already.
KEYS = (
    "hours.member.min_per_year",
    "hours.leader.min_per_year",
    "concentrated.leader.min_per_year",
    "hours.change_of_post",
)

# `people` is null for everybody. A year's lines are read whole; of earlier years only those of classes that were
# running over New Year, because a coming counts once, in the year it began to give hours.
DERIVED = """
WITH net AS MATERIALIZED (
    SELECT p.person_id, p.training_class_id, p.session_id, p.unit_id, p.earned_on,
           bool_or(p.is_concentrated) AS is_concentrated, sum(p.hours) AS hours
    FROM records_posting p
    WHERE p.year = %(year)s AND p.earned_on <= %(on)s
      AND (%(people)s::bigint[] IS NULL OR p.person_id = ANY(%(people)s))
    GROUP BY 1, 2, 3, 4, 5 HAVING sum(p.hours) > 0
), earlier AS (
    SELECT p.person_id, p.training_class_id
    FROM records_posting p
    JOIN classes_trainingclass c
      ON c.id = p.training_class_id AND c.starts_on < %(first)s AND c.ends_on >= %(first)s
    WHERE p.year < %(year)s AND (%(people)s::bigint[] IS NULL OR p.person_id = ANY(%(people)s))
    GROUP BY 1, 2 HAVING sum(p.hours) > 0
), comings AS (
    SELECT f.person_id, f.unit_id, count(*) AS person_times
    FROM (SELECT DISTINCT ON (person_id, training_class_id) person_id, training_class_id, unit_id
          FROM net ORDER BY person_id, training_class_id, earned_on, session_id) f
    LEFT JOIN earlier e USING (person_id, training_class_id)
    WHERE e.person_id IS NULL
    GROUP BY 1, 2
), spent AS (
    SELECT person_id, unit_id, sum(hours) AS hours FROM net GROUP BY 1, 2
), total AS (
    SELECT person_id, sum(hours) AS earned,
           count(DISTINCT training_class_id) FILTER (WHERE is_concentrated) AS concentrated
    FROM net GROUP BY 1
), home AS (
    SELECT m.person_id, m.unit_id
    FROM directory_membership m JOIN directory_person p ON p.id = m.person_id
    WHERE m.is_primary AND m.valid_from <= %(on)s AND (m.valid_to IS NULL OR m.valid_to > %(on)s)
      AND p.category IN ('full', 'probationary') AND p.membership_state = 'normal'
      AND (p.join_date IS NULL OR p.join_date <= %(on)s)
      AND (%(people)s::bigint[] IS NULL OR m.person_id = ANY(%(people)s))
), led AS (
    SELECT person_id, sum(upper(days) - lower(days)) AS days
    FROM (SELECT person_id,
                 unnest(range_agg(daterange(greatest(valid_from, %(first)s), least(valid_to, %(next)s)))) AS days
          FROM directory_post
          WHERE is_leader AND valid_from <= %(on)s AND coalesce(valid_to, %(next)s) > %(first)s
            AND (%(people)s::bigint[] IS NULL OR person_id = ANY(%(people)s))
          GROUP BY person_id) held
    GROUP BY 1
), asked AS MATERIALIZED (
    SELECT u.id AS unit_id, best.*
    FROM (SELECT DISTINCT unit_id FROM home) h JOIN directory_unit u ON u.id = h.unit_id
    CROSS JOIN LATERAL (
        SELECT r.* FROM unnest(%(places)s::text[], %(member)s::numeric[], %(leader)s::numeric[],
                               %(concentrated)s::int[], %(modes)s::text[])
               AS r(place, member, leader, concentrated, mode)
        WHERE starts_with(u.path, r.place) ORDER BY length(r.place) DESC LIMIT 1) best
), stands AS (
    SELECT coalesce(h.person_id, s.person_id) AS person_id, coalesce(h.unit_id, s.unit_id) AS unit_id,
           h.person_id IS NOT NULL AS is_home, coalesce(s.hours, 0) AS hours
    FROM home h FULL JOIN spent s ON s.person_id = h.person_id AND s.unit_id = h.unit_id
), judged AS (
    SELECT s.*, s.is_home AND l.days IS NOT NULL AS is_leader, a.concentrated AS concentrated_min,
           CASE WHEN NOT s.is_home THEN 0 WHEN l.days IS NULL THEN a.member WHEN a.mode = 'full' THEN a.leader
                ELSE round(a.member + (a.leader - a.member) * l.days / %(days)s, 1) END AS required,
           CASE WHEN s.is_home THEN coalesce(t.earned, 0) ELSE 0 END AS earned,
           coalesce(t.concentrated, 0) AS concentrated, coalesce(c.person_times, 0) AS person_times
    FROM stands s
    LEFT JOIN total t ON t.person_id = s.person_id
    LEFT JOIN led l ON l.person_id = s.person_id
    LEFT JOIN asked a ON a.unit_id = s.unit_id
    LEFT JOIN comings c ON c.person_id = s.person_id AND c.unit_id = s.unit_id
), fresh AS (
    SELECT u.county, j.person_id, j.unit_id, j.is_home, j.is_leader, j.required, j.earned,
           j.is_home AND j.earned > 0 AS is_trained,
           j.is_home AND j.earned >= j.required AND (NOT j.is_leader OR j.concentrated >= j.concentrated_min) AS is_met,
           j.person_times, j.hours
    FROM judged j JOIN directory_unit u ON u.id = j.unit_id
)
"""

# The place of a unit in the tree on a day: the last one it had by then, else its first.
_PLACE = """
SELECT p.path FROM directory_unitplacement p WHERE p.unit_id = {unit}
ORDER BY p.valid_from > {on}, CASE WHEN p.valid_from <= {on} THEN p.valid_from END DESC, p.valid_from LIMIT 1
"""


def with_place(sql: str, *, unit: str, on: str = "%(on)s") -> str:
    """`sql` with `{place}` filled in: the path of the unit in the expression `unit` on the day `on`."""
    return sql.replace("{place}", _PLACE.replace("{unit}", unit).replace("{on}", on))


def deriving(year: int, on: date | None = None, people: Collection[int] | None = None) -> dict[str, Any]:
    """The parameters of `DERIVED` for a year, as it stands on `on` (today, or its last day, at most)."""
    latest = last_day(year, clock.today())
    day = min(on, latest) if on else latest
    places = policies_by_place(KEYS, on=day)
    rows = [places[place] for place in places]
    member, leader, concentrated, mode = KEYS
    return {
        "year": year,
        "on": day,
        "first": date(year, 1, 1),
        "next": date(year + 1, 1, 1),
        "days": (date(year + 1, 1, 1) - date(year, 1, 1)).days,
        "people": sorted(people) if people is not None else None,
        "places": list(places),
        "member": [row[member].decimal for row in rows],
        "leader": [row[leader].decimal for row in rows],
        "concentrated": [row[concentrated].integer for row in rows],
        "modes": [row[mode].text for row in rows],
    }
