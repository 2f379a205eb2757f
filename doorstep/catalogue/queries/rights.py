"""How courses are called where rights to teach them are kept."""

from __future__ import annotations


def course_key(course_id: int | None) -> str:
    """The name of a course among rights to teach; "" for no course."""
    return f"course:{course_id}" if course_id else ""
