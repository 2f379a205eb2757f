"""Teachers in every standing, for tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from doorstep.directory.models import Unit
from doorstep.faculty.models import Teacher
from doorstep.faculty.services.teachers import TeacherFacts, enter_teacher
from doorstep.faculty.services.vetting import vet_teacher
from tests.factories.classes import SYSTEM


def teacher_facts(**changes: Any) -> TeacherFacts:
    """A grower who speaks the dialect."""
    values = {"name": "钟景芳", "category": "local", "topics": ("farming",), "languages": ("mindong_ningde",)}
    return TeacherFacts(**{**values, **changes})


def teacher_body(**changes: Any) -> dict[str, Any]:
    """The same as the form sends it."""
    facts = teacher_facts()
    return {
        "name": facts.name, "category": facts.category, "topics": list(facts.topics),
        "languages": list(facts.languages), **changes,
    }  # fmt: skip


def given_teacher(unit: Unit, *, on: date | None = None, **changes: Any) -> Teacher:
    """A teacher of `unit`, vetted on a day, or not at all without one."""
    teacher = enter_teacher(unit=unit, facts=teacher_facts(**changes), actor=SYSTEM)
    if on is not None:
        vet_teacher(teacher=teacher, on=on, passed=True, actor=SYSTEM)
    return teacher
