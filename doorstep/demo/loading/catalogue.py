"""What can be ordered in the planned city."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from doorstep.core import clock
from doorstep.demo.loading.copying import copy_rows
from doorstep.demo.rules.city import City
from doorstep.demo.rules.courses import AGE, RETURN_NOTE, PlannedCourse

TABLES = ("catalogue_course", "catalogue_courseversion", "catalogue_course_teachers")
_SAID = "title kind mode theory_minutes skill_minutes outline languages art_form audiences parts"
_RETIRED, _DRAFTS = "disabled", ("waiting", "returned", "draft")
_STATUS = {"waiting": "waiting", "returned": "declined", "draft": "draft"}


def load_catalogue(city: City) -> None:
    """Write the tables of the menu."""
    now = clock.at_local(city.as_of, 9)
    copy_rows(
        "catalogue_course",
        f"id code unit_id place stage stage_before stage_note stage_at {_SAID}",
        (_course(course, now) for course in city.courses),
    )
    copy_rows(
        "catalogue_courseversion",
        f"id course_id number status revision review_note written_at handed_in_at reviewed_at {_SAID}",
        (_version(course, now) for course in city.courses),
    )
    links = ((course.id, teacher.id) for course in city.courses for teacher in course.teachers)
    copy_rows("catalogue_course_teachers", "id course_id teacher_id", ((n, *link) for n, link in enumerate(links, 1)))


def _course(course: PlannedCourse, now: datetime) -> tuple[object, ...]:
    is_retired = course.standing == "retired"
    stage = _RETIRED if is_retired else "draft" if course.standing in _DRAFTS else course.standing
    before, note = ("reviewed", "档案办法改了，内容已经过时") if is_retired else ("", "")
    # A draft is one from its first day; what has become of the others was decided nine days later.
    since = _written(course, now) + timedelta(days=0 if stage == "draft" else 9)
    unit = course.unit
    return (course.id, course.code, unit.id, unit.path, stage, before, note, since, *_says(course))


def _version(course: PlannedCourse, now: datetime) -> tuple[object, ...]:
    written = _written(course, now)
    handed_in = None if course.standing == "draft" else written + timedelta(days=1)
    reviewed = None if course.standing in ("draft", "waiting") else written + timedelta(days=3)
    status = _STATUS.get(course.standing, "passed")
    note = RETURN_NOTE if course.standing == "returned" else ""
    return (course.id, course.id, 1, status, 1, note, written, handed_in, reviewed, *_says(course))


def _written(course: PlannedCourse, now: datetime) -> datetime:
    return now - (timedelta(days=5) if course.standing in _DRAFTS else AGE - timedelta(days=course.id))


def _says(course: PlannedCourse) -> tuple[object, ...]:
    return (
        course.title, course.kind, course.mode, course.theory, course.skill,
        course.outline,
        _listed(course.languages), course.art_form, _listed(course.audiences), _listed(course.parts),
    )  # fmt: skip


def _listed(values: Iterable[object]) -> str:
    return "{" + ",".join(map(str, values)) + "}"
