"""How the kept figures of own will and assignment follow what changed: lines derived anew, their difference added."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import connection, transaction

from doorstep.classes.models import WillLine, WillTally, WillYear
from doorstep.classes.queries.will_counting import ALL, COUNTED, LINES, kept_years
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.permissions import require

_LOCK = 0x77696C6C

# The lines before are read as the statement found them, so what is added is exactly what changed.
_WRITTEN = """
, old AS (
    SELECT * FROM classes_willline WHERE year IN ({years}) AND {lines}
), dropped AS (
    DELETE FROM classes_willline l USING old o
    WHERE (l.county, l.year, l.person_id, l.unit_id, l.month) = (o.county, o.year, o.person_id, o.unit_id, o.month)
      AND NOT EXISTS (SELECT FROM fresh f WHERE (f.county, f.year, f.person_id, f.unit_id, f.month)
                                              = (o.county, o.year, o.person_id, o.unit_id, o.month))
), written AS (
    INSERT INTO classes_willline (county, year, person_id, unit_id, month, place, trade, chosen, assigned,
                                  orders_own, orders_assigned)
    SELECT county, year, person_id, unit_id, month, place, trade, chosen, assigned, orders_own, orders_assigned
    FROM fresh
    ON CONFLICT (county, year, person_id, unit_id, month) DO UPDATE SET
        place = excluded.place, trade = excluded.trade, chosen = excluded.chosen, assigned = excluded.assigned,
        orders_own = excluded.orders_own, orders_assigned = excluded.orders_assigned
), source AS (
    SELECT 1 AS sign, year, person_id, unit_id, month, place, trade, chosen, assigned, orders_own, orders_assigned
    FROM fresh
    UNION ALL
    SELECT -1, year, person_id, unit_id, month, place, trade, chosen, assigned, orders_own, orders_assigned FROM old
)
"""
_ADDED = """
INSERT INTO classes_willtally AS t (unit_id, year, part, key, chosen, assigned, choosers, persons, orders_own,
                                    orders_assigned)
SELECT unit_id, year, part, key, chosen, assigned, choosers, persons, orders_own, orders_assigned FROM counted
WHERE chosen <> 0 OR assigned <> 0 OR choosers <> 0 OR persons <> 0 OR orders_own <> 0 OR orders_assigned <> 0
ON CONFLICT (unit_id, year, part, key) DO UPDATE SET
    chosen = t.chosen + excluded.chosen, assigned = t.assigned + excluded.assigned,
    choosers = t.choosers + excluded.choosers, persons = t.persons + excluded.persons,
    orders_own = t.orders_own + excluded.orders_own, orders_assigned = t.orders_assigned + excluded.orders_assigned
"""


def _statement(*, seats: str, orders: str, lines: str) -> str:
    years = "SELECT unnest(%(years)s::int[])"
    fresh = LINES.format(years=years, seats=seats, orders=orders)
    return "\n".join((fresh, _WRITTEN.format(years=years, lines=lines), COUNTED.format(asked=ALL), _ADDED))


_REFRESH = _statement(
    seats="e.person_id = ANY(%(people)s)",
    orders="unit_id = ANY(%(units)s)",
    lines="(person_id = ANY(%(people)s) OR person_id = 0 AND unit_id = ANY(%(units)s))",
)
_RECOUNT = _statement(seats=ALL, orders=ALL, lines=ALL)


@transaction.atomic
def refresh_will(*, person_ids: Collection[int] = (), unit_ids: Collection[int] = (), actor: Actor) -> int:
    """Count the seats of some people and the orders of some units anew in the kept years; return the figures changed.

    Run again it changes nothing.
    """
    require(actor, "classes.count_will")
    years = kept_years()
    if not years or not (person_ids or unit_ids):
        return 0
    return _write(_REFRESH, {"years": years, "people": sorted(person_ids), "units": sorted(unit_ids)})


@transaction.atomic
def recount_will(*, year: int, actor: Actor) -> None:
    """Count a year anew from all seats and orders, and keep it current from now on."""
    require(actor, "classes.count_will")
    _hold()
    WillLine.objects.filter(year=year).delete()
    WillTally.objects.filter(year=year).delete()
    WillYear.objects.get_or_create(year=year, defaults={"counted_at": clock.now()})
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '128MB'")  # a whole year is sorted and hashed in memory
    _write(_RECOUNT, {"years": [year]})


def _hold() -> None:
    """Be the only one who writes kept figures until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _write(statement: str, params: dict[str, Any]) -> int:
    _hold()
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        changed = int(cursor.rowcount)
    WillYear.objects.filter(year__in=params["years"]).update(counted_at=clock.now())
    return changed
