"""How the figures of own will and assignment follow from seats and orders; and what is kept of them.

One statement counts what is asked for a year that is not kept, fills the kept figures, brings them up to date and
proves them; only where its lines come from differs.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q

from doorstep.classes.models import Enrolment, Order, WillTally, WillYear
from doorstep.classes.rules.will import WillCount

# A seat counts where somebody holds it, at the unit they belonged to then, in the month in which the class begins; an
# order of the network that was not taken back counts in the month for which it was first wished.
LINES = """
WITH fresh AS MATERIALIZED (
    SELECT e.county, e.year, e.person_id, e.unit_id, extract(month FROM c.starts_on)::int AS month,
           max(e.place) AS place, p.occupation AS trade,
           count(*) FILTER (WHERE e.is_self_chosen)::int AS chosen,
           count(*) FILTER (WHERE NOT e.is_self_chosen)::int AS assigned, 0 AS orders_own, 0 AS orders_assigned
    FROM classes_enrolment e
    JOIN classes_trainingclass c ON c.id = e.training_class_id
    JOIN directory_person p ON p.id = e.person_id
    WHERE e.year IN ({years}) AND e.status IN ('nominated', 'confirmed') AND c.status IN ('open', 'running', 'closed')
      AND {seats}
    GROUP BY 1, 2, 3, 4, 5, 7
    UNION ALL
    SELECT county, extract(year FROM first_on)::int, 0, unit_id, extract(month FROM first_on)::int, max(place), '',
           0, 0, count(*) FILTER (WHERE NOT is_assigned)::int, count(*) FILTER (WHERE is_assigned)::int
    FROM classes_order
    WHERE extract(year FROM first_on)::int IN ({years}) AND outside_id IS NULL AND status <> 'withdrawn' AND {orders}
    GROUP BY 1, 2, 4, 5
)
"""

# Each line counts once for its unit and once for every unit above; a person once in each figure, however many lines.
COUNTED = """
, spread AS (
    SELECT sign, above.id::bigint AS unit_id, year, of.part, of.key, person_id, sum(chosen) AS chosen,
           sum(assigned) AS assigned, sum(orders_own) AS orders_own, sum(orders_assigned) AS orders_assigned
    FROM source
    CROSS JOIN LATERAL unnest(string_to_array(rtrim(place, '/'), '/')) AS above(id)
    CROSS JOIN LATERAL (VALUES ('year', ''), ('month', month::text), ('trade', trade), ('own', '')) AS of(part, key)
    WHERE (of.part <> 'trade' OR person_id <> 0) AND (of.part <> 'own' OR above.id::bigint = unit_id) AND {asked}
    GROUP BY 1, 2, 3, 4, 5, 6
), counted AS (
    SELECT unit_id, year, part, key, sum(sign * chosen)::int AS chosen, sum(sign * assigned)::int AS assigned,
           coalesce(sum(sign) FILTER (WHERE person_id <> 0 AND chosen > 0), 0)::int AS choosers,
           coalesce(sum(sign) FILTER (WHERE person_id <> 0), 0)::int AS persons,
           sum(sign * orders_own)::int AS orders_own, sum(sign * orders_assigned)::int AS orders_assigned
    FROM spread GROUP BY 1, 2, 3, 4
)
"""

LINE_COLUMNS = "county, year, person_id, unit_id, month, place, trade, chosen, assigned, orders_own, orders_assigned"
FIGURES = ("chosen", "assigned", "choosers", "persons", "orders_own", "orders_assigned")
TALLY_COLUMNS = "unit_id, year, part, key, " + ", ".join(FIGURES)
KEPT_YEARS = "SELECT year FROM classes_willyear"
ALL = "true"

_FRESH_ONLY = ", source AS (SELECT 1 AS sign, * FROM fresh)"
# What a page shows: of the unit itself everything in the year, of other years and of those below it the whole.
_SHOWN = """(above.id::bigint = %(unit)s AND year = %(year)s
    OR of.part = 'year' AND (above.id::bigint = %(unit)s OR year = %(year)s AND above.id::bigint = ANY(%(below)s)))"""
_COUNT_NOW = "\n".join(
    (
        LINES.format(
            years="SELECT unnest(%(years)s::int[])", seats="e.place LIKE %(within)s", orders="place LIKE %(within)s"
        ),
        _FRESH_ONLY,
        COUNTED.format(asked=_SHOWN),
        " ".join(("SELECT", TALLY_COLUMNS, "FROM counted")),
    )
)

Counted = dict[tuple[int, int, str, str], WillCount]


def counts_of(
    unit_id: int, place: str, *, below: Collection[int], year: int, years: Collection[int]
) -> tuple[Counted, datetime | None]:
    """What a page shows of a unit at `place`, by unit, year, part and key; and as of when.

    Of `year` it is all of the unit and the whole of the units `below`, of the other `years` the whole of the unit. Kept
    years are read, others counted now; the moment is that of `year`, None when it was counted now.
    """
    kept = dict(WillYear.objects.filter(year__in=years).values_list("year", "counted_at"))
    found: Counted = {}
    if kept:
        whole = Q(unit=unit_id) | Q(unit__in=below, year=year)
        shown = Q(unit=unit_id, year=year) | Q(part=WillTally.Part.YEAR) & whole
        rows = WillTally.objects.filter(shown, year__in=kept)
        for unit, of, part, key, *figures in rows.values_list("unit_id", "year", "part", "key", *FIGURES):
            found[unit, of, part, key] = WillCount(*figures)
    if left := sorted(set(years) - kept.keys()):
        params: dict[str, Any] = {"within": f"{place}%", "unit": unit_id, "below": sorted(below), "year": year}
        with connection.cursor() as cursor:
            cursor.execute(_COUNT_NOW, {**params, "years": left})
            for unit, of, part, key, *figures in cursor.fetchall():
                found[unit, of, part, key] = WillCount(*figures)
    return found, kept.get(year)


def kept_years() -> list[int]:
    """The years whose figures are kept, oldest first."""
    return sorted(WillYear.objects.values_list("year", flat=True))


def people_seated_in(training_class_id: int) -> list[int]:
    """Everybody who has or had a seat in a class."""
    rows = Enrolment.objects.filter(training_class=training_class_id)
    return sorted(rows.values_list("person_id", flat=True))


def unit_of_order(order_id: int) -> int | None:
    """The unit that ordered; None for a group from outside."""
    return Order.objects.values_list("unit_id", flat=True).get(pk=order_id)


# What was changed and not yet told to the handlers may differ.
_DIFFERENT = """
SELECT * FROM (
    SELECT 'missing' AS what, m.* FROM (SELECT {columns} FROM {now} EXCEPT SELECT {columns} FROM {kept}) m
    UNION ALL
    SELECT 'extra', e.* FROM (SELECT {columns} FROM {kept} EXCEPT SELECT {columns} FROM {now}) e
) d
WHERE NOT EXISTS (SELECT FROM procrastinate_jobs WHERE task_name = 'core.deliver' AND status IN ('todo', 'doing'))
"""


def lines_that_differ() -> str:
    """A query for the kept lines that are not what seats and orders of the kept years say."""
    differ = _DIFFERENT.format(columns=LINE_COLUMNS, now="fresh", kept="classes_willline")
    return LINES.format(years=KEPT_YEARS, seats=ALL, orders=ALL) + differ


def tallies_that_differ() -> str:
    """A query for the tallies that are not what the kept lines add up to."""
    kept = "(SELECT * FROM classes_willtally WHERE chosen + assigned + persons + orders_own + orders_assigned <> 0) k"
    differ = _DIFFERENT.format(columns=TALLY_COLUMNS, now="counted", kept=kept)
    lines = "WITH source AS (SELECT 1 AS sign, * FROM classes_willline)"
    return lines + COUNTED.format(asked=ALL) + differ
