"""Seats and orders of one's own will against assigned ones: by unit, month, year and occupation, in one question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.utils.translation import gettext as _

from doorstep.classes.rules.will import WillCount, joined
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import may
from doorstep.directory.queries import children_of, top_place, unit_by_id
from doorstep.directory.queries.members import occupation_names

if TYPE_CHECKING:
    from doorstep.directory.models import Unit

YEARS_BACK = 2

# A seat counts where somebody holds it, at the unit they belonged to then, in the month in which the class begins; an
# order of the network that was not taken back counts in the month for which it was first wished.
_SEATS = """
WITH seats AS MATERIALIZED (
    SELECT e.person_id, e.is_self_chosen AS own, e.year, extract(month FROM c.starts_on)::int AS month,
           split_part(e.place, '/', %(depth)s) AS child, p.occupation AS trade
    FROM classes_enrolment e
    JOIN classes_trainingclass c ON c.id = e.training_class_id
    JOIN directory_person p ON p.id = e.person_id
    WHERE e.place LIKE %(below)s AND e.year BETWEEN %(first)s AND %(year)s
      AND e.status IN ('nominated', 'confirmed') AND c.status IN ('open', 'running', 'closed')
), keyed AS (
    SELECT 'year' AS kind, year::text AS key, person_id, own FROM seats
    UNION ALL SELECT 'month', month::text, person_id, own FROM seats WHERE year = %(year)s
    UNION ALL SELECT 'unit', child, person_id, own FROM seats WHERE year = %(year)s
    UNION ALL SELECT 'trade', trade, person_id, own FROM seats WHERE year = %(year)s
), people AS (
    SELECT kind, key, person_id, count(*) FILTER (WHERE own) AS chosen, count(*) FILTER (WHERE NOT own) AS assigned
    FROM keyed GROUP BY kind, key, person_id
)
SELECT kind, key, sum(chosen)::int, sum(assigned)::int, count(*) FILTER (WHERE chosen > 0)::int, count(*)::int
FROM people GROUP BY kind, key
"""
_ORDERS = """
WITH orders AS MATERIALIZED (
    SELECT is_assigned, extract(year FROM first_on)::int AS year, extract(month FROM first_on)::int AS month,
           split_part(place, '/', %(depth)s) AS child
    FROM classes_order
    WHERE place LIKE %(below)s AND outside_id IS NULL AND status <> 'withdrawn'
      AND first_on >= make_date(%(first)s, 1, 1) AND first_on < make_date(%(year)s + 1, 1, 1)
), keyed AS (
    SELECT 'year' AS kind, year::text AS key, is_assigned FROM orders
    UNION ALL SELECT 'month', month::text, is_assigned FROM orders WHERE year = %(year)s
    UNION ALL SELECT 'unit', child, is_assigned FROM orders WHERE year = %(year)s
)
SELECT kind, key, count(*) FILTER (WHERE NOT is_assigned)::int, count(*) FILTER (WHERE is_assigned)::int
FROM keyed GROUP BY kind, key
"""
Keyed = Mapping[tuple[str, str], WillCount]


@dataclass(frozen=True, slots=True)
class Will:
    """How a unit with everything below it learns of its own will in a year.

    `months` are the twelve, `years` this and the two before, `units` those directly below in their order with what
    belongs to the unit itself last as None, `trades` occupations by their words.
    """

    unit: Unit
    year: int
    whole: WillCount
    months: list[tuple[int, WillCount]]
    years: list[tuple[int, WillCount]]
    units: list[tuple[Unit | None, WillCount]]
    trades: list[tuple[str, WillCount]]


def unit_with_will(unit_id: int, actor: Actor) -> Unit:
    """A unit whose figures `actor` may see; raises NotFound."""
    unit = unit_by_id(unit_id, actor)
    if not may(actor, "classes.view_will", at=unit.path):
        raise NotFound
    return unit


def will_of(unit: Unit, year: int) -> Will:
    """The figures of a unit in a year; three questions, however many people."""
    counted = _counted(unit.path, year)

    def at(kind: str, key: object) -> WillCount:
        return counted.get((kind, str(key)), WillCount())

    below: list[tuple[Unit | None, WillCount]] = [(one, at("unit", one.pk)) for one in children_of(unit)]
    own = at("unit", "")
    names = occupation_names()
    trades = sorted((names.get(key, key), count) for (kind, key), count in counted.items() if kind == "trade")
    return Will(
        unit=unit,
        year=year,
        whole=at("year", year),
        months=[(month, at("month", month)) for month in range(1, 13)],
        years=[(one, at("year", one)) for one in range(year - YEARS_BACK, year + 1)],
        units=[row for row in [*below, (None, own)] if row[1] != WillCount()],
        trades=trades,
    )


def will_rows(found: Will) -> list[list[object]]:
    """The lines of a workbook: what they are of, which one, then the figures in the order of the page."""
    named = [
        (_("全年"), found.unit.short_name, found.whole),
        *((_("按月"), _("%(n)s月") % {"n": month}, count) for month, count in found.months),
        *((_("按年"), str(year), count) for year, count in found.years),
        *((_("按单位"), unit.short_name if unit else _("直属本级"), count) for unit, count in found.units),
        *((_("按职业"), word or _("没有填"), count) for word, count in found.trades),
    ]
    return [
        [part, word, c.chosen, c.assigned, c.chosen_share, c.choosers, c.persons]
        + [c.orders_own, c.orders_assigned, c.own_share]
        for part, word, c in named
    ]


def _counted(place: str, year: int) -> Keyed:
    parts = place.count("/")
    asked: dict[str, str | int] = {"below": f"{place}%", "depth": parts + 1, "first": year - YEARS_BACK, "year": year}
    found: dict[tuple[str, str], WillCount] = {}
    with connection.cursor() as cursor:
        cursor.execute(_SEATS, asked)
        for kind, key, *counts in cursor.fetchall():
            found[kind, key] = WillCount(*counts)
        cursor.execute(_ORDERS, asked)
        for kind, key, own, assigned in cursor.fetchall():
            orders = WillCount(orders_own=own, orders_assigned=assigned)
            found[kind, key] = joined([found.get((kind, key), WillCount()), orders])
    return found


def will_totals(year: int) -> dict[str, Any]:
    """What the whole network chose and was assigned in a year: person-times, persons and orders, by name."""
    whole = _counted(top_place()[0], year).get(("year", str(year)), WillCount())
    return {
        "self_chosen_person_times": whole.chosen,
        "assigned_person_times": whole.assigned,
        "self_choosing_persons": whole.choosers,
        "own_order": whole.orders_own,
        "assigned_order": whole.orders_assigned,
    }
