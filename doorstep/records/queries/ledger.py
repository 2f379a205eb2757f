"""What the ledger says in sums."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from django.db import connection

from doorstep.records.models import Posting


class YearFigures(NamedTuple):
    """The three measures of a year, never mixed: people each once, comings to a class, hours."""

    year: int
    persons: int
    person_times: int
    hours: Decimal


# A coming counts once, in the year of the first session of the class that still gives hours.
_FIGURES = """
WITH net AS (
    SELECT person_id, training_class_id, session_id, year, sum(hours) AS hours
    FROM records_posting GROUP BY 1, 2, 3, 4 HAVING sum(hours) > 0
), times AS (
    SELECT first_year AS year, count(*) AS person_times
    FROM (SELECT min(year) AS first_year FROM net GROUP BY person_id, training_class_id) firsts GROUP BY 1
)
SELECT net.year, count(DISTINCT person_id), max(coalesce(person_times, 0)), sum(hours)
FROM net LEFT JOIN times USING (year) GROUP BY net.year ORDER BY net.year
"""


def figures_by_year() -> list[YearFigures]:
    """Persons, person-times and hours of each year, over everybody in the ledger."""
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES)
        return [YearFigures(*row) for row in cursor.fetchall()]


def years_of_class(training_class_id: int) -> list[int]:
    """The years in which a class gave or took back hours."""
    rows = Posting.objects.filter(training_class_id=training_class_id)
    return sorted(rows.values_list("year", flat=True).distinct())


def people_of_class(training_class_id: int) -> list[int]:
    """The people to whom a class gave or from whom it took back hours."""
    rows = Posting.objects.filter(training_class_id=training_class_id)
    return sorted(rows.values_list("person_id", flat=True).distinct())
