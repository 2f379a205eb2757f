"""Every read of teachers that leaves the app."""

from __future__ import annotations

from doorstep.core.invariants import Invariant
from doorstep.faculty.queries import invariants_guiding
from doorstep.faculty.queries.groups import group_counts
from doorstep.faculty.queries.invariants import STATED
from doorstep.faculty.queries.links import point_counts
from doorstep.faculty.queries.mentoring import mentorship_counts
from doorstep.faculty.queries.pools import faculty_counts, pool_sizes
from doorstep.faculty.queries.stations import station_counts
from doorstep.faculty.queries.teachers import (
    category_choices,
    language_choices,
    language_words,
    teacher_by_id,
    teachers_by_ids,
    teachers_for,
    teachers_near,
    teachers_visible_to,
)

__all__ = [
    "category_choices",
    "faculty_counts",
    "group_counts",
    "invariants",
    "language_choices",
    "language_words",
    "mentorship_counts",
    "point_counts",
    "pool_sizes",
    "station_counts",
    "teacher_by_id",
    "teachers_by_ids",
    "teachers_for",
    "teachers_near",
    "teachers_visible_to",
]


def invariants() -> tuple[Invariant, ...]:
    """What must always be true of teachers."""
    return (*STATED, *invariants_guiding.STATED)
