"""What classes gave within one year, for higher floors that plan by the year: people, comings and hours, kept apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import DecimalField, IntegerField, QuerySet
from django.db.models.expressions import RawSQL


class ClassFigures(NamedTuple):
    """The three measures, never mixed: people each once, comings to a class, hours."""

    persons: int = 0
    person_times: int = 0
    hours: Decimal = Decimal(0)


# As in the figures of a year: hours and people count in the year of the day, a coming once, in the year of the first
# day of the class that gives hours. {wanted} are rows (grp, training_class_id, wanted).
_NET = """
SELECT o.grp, p.person_id, p.year, o.wanted, sum(p.hours) AS hours,
       min(p.year) OVER (PARTITION BY o.grp, o.wanted, p.person_id, p.training_class_id) AS first_year
FROM ({wanted}) o JOIN records_posting p ON p.training_class_id = o.training_class_id
GROUP BY o.grp, o.wanted, p.person_id, p.training_class_id, p.year HAVING sum(p.hours) > 0
"""
_GROUPS = """
SELECT t.grp, t.training_class_id, %s::int AS wanted
FROM unnest(%s::bigint[], %s::bigint[]) t (grp, training_class_id)
"""
_BY_GROUP = f"""
SELECT grp, count(DISTINCT person_id), count(*) FILTER (WHERE first_year = wanted), sum(hours)
FROM ({_NET.format(wanted=_GROUPS)}) n WHERE year = wanted GROUP BY grp
"""  # noqa: S608 - text of ours


def figures_of_groups(groups: Iterable[tuple[int, int]], year: int) -> Mapping[int, ClassFigures]:
    """Group -> what its classes gave in a year; `groups` are pairs (group, class id), in a group each person is one."""
    pairs = sorted(set(groups))
    if not pairs:
        return {}
    keys, classes = (list(column) for column in zip(*pairs, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(_BY_GROUP, [year, keys, classes])
        return {row[0]: ClassFigures(*row[1:]) for row in cursor.fetchall()}


def with_year_figures(rows: QuerySet[Any], wanted: str) -> QuerySet[Any]:
    """Rows with `persons`, `person_times` and `given_hours` of some classes in some year.

    `wanted` is SQL of a higher floor, tied to the outer row, that gives rows (training_class_id, wanted year).
    """
    found: QuerySet[Any] = rows.annotate(
        persons=_figure("count(DISTINCT person_id)", wanted, IntegerField()),
        person_times=_figure("count(*) FILTER (WHERE first_year = wanted)", wanted, IntegerField()),
        given_hours=_figure("coalesce(sum(hours), 0)", wanted, DecimalField()),
    )
    return found


def _figure(what: str, wanted: str, output: IntegerField | DecimalField) -> RawSQL:  # type: ignore[type-arg]
    inner = f"SELECT 0 AS grp, w.training_class_id, w.wanted FROM ({wanted}) w"  # noqa: S608 - text of ours
    return RawSQL(f"(SELECT {what} FROM ({_NET.format(wanted=inner)}) n WHERE year = wanted)", (), output)  # noqa: S608
