"""Which half days count towards a person's day: the closed rolls of every class held that day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db import connection

# A day's ceiling is shared by all classes of that day, so the days of one class are read with their neighbours.
_SITTINGS = """
WITH days AS (
    SELECT m.person_id, s.held_on
    FROM classes_session s JOIN attendance_mark m ON m.session_id = s.id
    WHERE s.training_class_id = %(class)s AND (%(people)s::bigint[] IS NULL OR m.person_id = ANY(%(people)s))
    GROUP BY 1, 2
)
SELECT m.person_id, s.held_on, s.id, s.training_class_id, s.credit_unit, s.hours, s.part, m.state,
       s.is_cancelled OR coalesce(e.status, '') NOT IN ('nominated', 'confirmed') AS is_withdrawn,
       c.place, c.is_concentrated, e.unit_id, c.county, c.title
FROM days d
JOIN attendance_mark m ON m.person_id = d.person_id
JOIN classes_session s ON s.id = m.session_id AND s.held_on = d.held_on
JOIN attendance_roll r ON r.training_class_id = s.training_class_id AND r.closed_at IS NOT NULL
JOIN classes_trainingclass c ON c.id = s.training_class_id
LEFT JOIN classes_enrolment e ON e.training_class_id = c.id AND e.person_id = m.person_id
ORDER BY m.person_id, s.held_on, s.starts_at, s.id
"""


class SittingRow(NamedTuple):
    """One mark on a closed roll, with what its credit depends on."""

    person_id: int
    held_on: date
    session_id: int
    training_class_id: int
    credit_unit: str
    hours: Decimal
    part: str
    state: str
    is_withdrawn: bool
    place: str
    is_concentrated: bool
    enrolled_unit_id: int | None
    class_county: str
    class_title: str


def sittings_sharing_days(training_class_id: int, person_ids: Collection[int] | None = None) -> list[SittingRow]:
    """The marks on closed rolls of the class's people on the days of the class, by person, day and hour.

    Includes the marks other classes gave them on those days. `person_ids` narrows to some people.
    """
    with connection.cursor() as cursor:
        people = list(person_ids) if person_ids is not None else None
        cursor.execute(_SITTINGS, {"class": training_class_id, "people": people})
        return [SittingRow(*row) for row in cursor.fetchall()]
