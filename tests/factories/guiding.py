"""Guidance stations, mentor pairs and rights to teach, for tests."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from doorstep.core import clock
from doorstep.directory.models import Unit
from doorstep.faculty.models import (
    Coaching,
    Mentorship,
    Observation,
    Station,
    StationSchool,
    StationStaff,
    Teacher,
    TeachingRight,
    TrainerCourse,
)
from doorstep.faculty.services.mentoring import begin_mentorship, observe_lesson
from doorstep.faculty.services.stations import found_station, note_coaching, serve_school, staff_station
from doorstep.faculty.services.training import (
    Taught,
    TrainerCourseFacts,
    finish_trainee,
    grant_right,
    hold_trainer_course,
)
from tests.factories.classes import SYSTEM

FOUNDED = date(2026, 1, 5)
GOALS = ("能备一课", "能用本地话讲")
MET = 3


def given_station(unit: Unit, **changes: Any) -> Station:
    """A station of a unit."""
    values: dict[str, Any] = {"name": "党校教师指导站", "on": FOUNDED, **changes}
    return found_station(unit=unit, **values, actor=SYSTEM)


def given_staff(station: Station, teacher: Teacher, since: date = FOUNDED) -> StationStaff:
    """A teacher who works at a station."""
    return staff_station(station=station, teacher=teacher, since=since, actor=SYSTEM)


def given_school(station: Station, unit: Unit, since: date = FOUNDED) -> StationSchool:
    """A school that a station serves."""
    return serve_school(station=station, unit=unit, since=since, actor=SYSTEM)


def given_coaching(school: StationSchool, teacher: Teacher, **changes: Any) -> Coaching:
    """A coaching session at a school."""
    values: dict[str, Any] = {"on": FOUNDED, "subject": "备课", "findings": "案例太少", **changes}
    return note_coaching(school=school, teacher=teacher, **values, actor=SYSTEM)


def given_pair(mentor: Teacher, apprentice: Teacher, **changes: Any) -> Mentorship:
    """A mentor and an apprentice."""
    values: dict[str, Any] = {"subject": "history", "goals": GOALS, "on": FOUNDED, **changes}
    return begin_mentorship(mentor=mentor, apprentice=apprentice, **values, actor=SYSTEM)


def given_lesson(pair: Mentorship, **changes: Any) -> Observation:
    """A lesson in which every goal was met."""
    values: dict[str, Any] = {
        "on": clock.today(), "lesson": "下党故事", "marks": [MET] * len(pair.goals), "remarks": "很好", **changes,
    }  # fmt: skip
    return observe_lesson(mentorship=pair, **values, actor=SYSTEM)


def given_right(teacher: Teacher, taught: Taught, until: date | None = None) -> TeachingRight:
    """The right to teach something, granted today, for a year where no day is said."""
    last = until or clock.today().replace(year=clock.today().year + 1)
    return grant_right(teacher=teacher, taught=taught, basis="蕉委组〔2026〕9号", until=last, actor=SYSTEM)


def given_trainer_course(unit: Unit, taught: Taught, **changes: Any) -> TrainerCourse:
    """Two days for teachers, twelve hours."""
    values: dict[str, Any] = {
        "title": "骨干教师班", "starts_on": date(2026, 3, 2), "ends_on": date(2026, 3, 3), "hours": Decimal(12),
        **changes,
    }  # fmt: skip
    return hold_trainer_course(unit=unit, facts=TrainerCourseFacts(**values), taught=taught, actor=SYSTEM)


def passed(course: TrainerCourse, teacher: Teacher) -> None:
    """A teacher passes a trainer course."""
    finish_trainee(course=course, teacher=teacher, hours=course.hours, passed=True, actor=SYSTEM)
