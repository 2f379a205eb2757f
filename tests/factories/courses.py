"""Courses in every stage, for tests."""

from __future__ import annotations

from typing import Any

from doorstep.catalogue.models import Course
from doorstep.catalogue.rules.courses import CourseFacts
from doorstep.catalogue.services.courses import hand_in_course, write_course
from doorstep.catalogue.services.courses_review import accept_course
from doorstep.directory.models import Unit
from tests.factories.classes import SYSTEM


def course_facts(**changes: Any) -> CourseFacts:
    """Ninety minutes about vines, an hour of them with the hands."""
    values: dict[str, Any] = {
        "title": "葡萄冬季管护",
        "kind": "local",
        "mode": "practice",
        "theory_minutes": 30,
        "skill_minutes": 60,
        "outline": "剪枝\n清园",
        "languages": ("mandarin", "mindong_ningde"),
        "audiences": ("farmers",),
    }
    return CourseFacts(**{**values, **changes})


def course_body(**changes: Any) -> dict[str, Any]:
    """The same as the form sends it."""
    facts = course_facts()
    names = ("title", "kind", "mode", "theory_minutes", "skill_minutes", "outline")
    body = {name: getattr(facts, name) for name in names}
    return {**body, "languages": list(facts.languages), "audiences": list(facts.audiences), **changes}


def draft_course(unit: Unit, **changes: Any) -> Course:
    """A course that nobody has accepted yet."""
    return write_course(unit=unit, facts=course_facts(**changes), actor=SYSTEM)


def given_course(unit: Unit, **changes: Any) -> Course:
    """A course that may be taught."""
    values = {"skill_minutes": 0, **changes} if "theory_minutes" in changes else changes
    course = draft_course(unit, **values)
    version = hand_in_course(course=course, actor=SYSTEM)
    accept_course(course=course, on_trial=False, note="", seen=version.revision, actor=SYSTEM)
    return Course.objects.select_related("unit").get(pk=course.pk)


def short_courses(unit: Unit, count: int = 5, minutes: int = 40) -> list[Course]:
    """So many short courses, taught in turn on site and by theory."""
    return [
        given_course(
            unit, title=f"短课 {n}", mode=("on_site", "theory")[n % 2], theory_minutes=minutes if n % 2 else 0,
            skill_minutes=0 if n % 2 else minutes,
        )
        for n in range(count)
    ]  # fmt: skip
