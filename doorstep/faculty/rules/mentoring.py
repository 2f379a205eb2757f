"""When an apprentice is ready: what the observed lessons say of each goal."""

from __future__ import annotations

from collections.abc import Sequence

NOT_SEEN, NOT_YET, NEARLY, MET = range(4)


def latest_marks(goal_count: int, lessons: Sequence[Sequence[int]]) -> list[int]:
    """The last mark of each goal; `lessons` from the first to the last, a goal that was not seen keeps its mark."""
    found = [NOT_SEEN] * goal_count
    for marks in lessons:
        found = [mark or before for before, mark in zip(found, marks, strict=True)]
    return found


def goals_unmet(goals: Sequence[str], lessons: Sequence[Sequence[int]]) -> list[str]:
    """The goals whose last mark is not that they were met."""
    marks = latest_marks(len(goals), lessons)
    return [goal for goal, mark in zip(goals, marks, strict=True) if mark != MET]
