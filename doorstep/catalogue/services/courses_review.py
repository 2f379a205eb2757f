"""How far courses come: accepted on trial or for good, named premium, retired, brought back."""

from __future__ import annotations

from django.db import transaction

from doorstep.catalogue.events import CourseBroughtBack, CoursePromoted, CourseRetired, CourseReviewed
from doorstep.catalogue.models import Course, CourseVersion
from doorstep.catalogue.services.courses import locked_course, must_be_ready, open_version, put, save, tell
from doorstep.catalogue.services.courses_refusals import (
    CourseChangedMeanwhile,
    CourseIsOwn,
    CourseNoteMissing,
    CourseStandsSo,
)
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.permissions import require

DRAFT, TRIAL, REVIEWED, PREMIUM, RETIRED = Course.Stage
Status = CourseVersion.Status


def _must_be_anothers(version: CourseVersion, actor: Actor) -> None:
    if actor.account_id is not None and actor.account_id in (version.written_by_id, version.handed_in_by_id):
        raise CourseIsOwn(title=version.title)


def _stand(course: Course, stage: str, actor: Actor, *, note: str = "") -> None:
    """Give a locked course a stage, with who did so and when; a retired one keeps where it came from."""
    course.stage_before = course.stage if stage == RETIRED else ""
    course.stage, course.stage_note = stage, note
    course.stage_at, course.stage_by_id = clock.now(), actor.account_id
    save(course)


@transaction.atomic
def accept_course(*, course: Course, on_trial: bool, note: str, seen: int, actor: Actor) -> CourseVersion:
    """Let what was handed in be taught, on trial or for good: its version is frozen and in force from now on.

    `seen` is the revision one looked at. A premium course stays so unless it goes back on trial.
    Raises CourseStandsSo, CourseChangedMeanwhile, CourseIsOwn, CourseNotReady, CourseTaken.
    """
    require(actor, "catalogue.review_course", at=course.place)
    locked = locked_course(course)
    version = _reviewed(locked, Status.ACCEPTED, note, seen, actor)
    put(locked, version)
    if on_trial or locked.stage != PREMIUM:
        _stand(locked, TRIAL if on_trial else REVIEWED, actor)
    tell(CourseReviewed(locked.pk), locked, actor, version=version.number, stage=locked.stage)
    return version


@transaction.atomic
def return_course(*, course: Course, note: str, seen: int, actor: Actor) -> CourseVersion:
    """Send what was handed in back with the reason.

    Raises CourseStandsSo, CourseChangedMeanwhile, CourseIsOwn, CourseNoteMissing.
    """
    require(actor, "catalogue.review_course", at=course.place)
    locked = locked_course(course)
    version = _reviewed(locked, Status.RETURNED, note, seen, actor)
    tell(CourseReviewed(locked.pk), locked, actor, version=version.number, note=version.review_note)
    return version


def _reviewed(course: Course, status: str, note: str, seen: int, actor: Actor) -> CourseVersion:
    """The version that waits, with the word of who reviewed it as it was looked at."""
    version = open_version(course, Status.HANDED_IN)
    if version.revision != seen:
        raise CourseChangedMeanwhile(title=version.title)
    _must_be_anothers(version, actor)
    if status == Status.ACCEPTED:
        must_be_ready(version, course)
    elif not note.strip():
        raise CourseNoteMissing
    version.status, version.review_note = status, note.strip()
    version.reviewed_at, version.reviewed_by_id = clock.now(), actor.account_id
    version.save(update_fields=["status", "review_note", "reviewed_at", "reviewed_by"])
    return version


def _at_stage(course: Course, stage: str) -> Course:
    locked = locked_course(course)
    if locked.stage != stage:
        raise CourseStandsSo(title=locked.title)
    return locked


@transaction.atomic
def pass_trial(*, course: Course, actor: Actor) -> Course:
    """Let a course that was on trial be taught for good. Raises CourseStandsSo, CourseIsOwn."""
    require(actor, "catalogue.review_course", at=course.place)
    locked = _at_stage(course, TRIAL)
    _must_be_anothers(locked.versions.filter(status=Status.ACCEPTED).latest("number"), actor)
    _stand(locked, REVIEWED, actor)
    tell(CoursePromoted(locked.pk), locked, actor, stage=locked.stage)
    return locked


@transaction.atomic
def name_premium(*, course: Course, actor: Actor) -> Course:
    """Name a reviewed course premium. Raises CourseStandsSo."""
    require(actor, "catalogue.name_premium", at=course.place)
    locked = _at_stage(course, REVIEWED)
    _stand(locked, PREMIUM, actor)
    tell(CoursePromoted(locked.pk), locked, actor, stage=locked.stage)
    return locked


@transaction.atomic
def drop_premium(*, course: Course, actor: Actor) -> Course:
    """Take the name premium away from a course. Raises CourseStandsSo."""
    require(actor, "catalogue.name_premium", at=course.place)
    locked = _at_stage(course, PREMIUM)
    _stand(locked, REVIEWED, actor)
    tell(CoursePromoted(locked.pk), locked, actor, stage=locked.stage)
    return locked


@transaction.atomic
def retire_course(*, course: Course, reason: str, actor: Actor) -> Course:
    """Let a course be taught no more; it can be brought back, and what waited for review is a draft again.

    Raises CourseStandsSo, CourseNoteMissing.
    """
    require(actor, "catalogue.write_course", at=course.place)
    locked = locked_course(course)
    if locked.stage == RETIRED:
        raise CourseStandsSo(title=locked.title)
    if not reason.strip():
        raise CourseNoteMissing
    locked.versions.filter(status=Status.HANDED_IN).update(status=Status.DRAFT)
    _stand(locked, RETIRED, actor, note=reason.strip())
    tell(CourseRetired(locked.pk), locked, actor, reason=locked.stage_note, before=locked.stage_before)
    return locked


@transaction.atomic
def bring_back_course(*, course: Course, actor: Actor) -> Course:
    """Let a retired course stand as it did before. Raises CourseStandsSo, CourseTaken."""
    require(actor, "catalogue.write_course", at=course.place)
    locked = _at_stage(course, RETIRED)
    _stand(locked, locked.stage_before, actor)
    tell(CourseBroughtBack(locked.pk), locked, actor, stage=locked.stage)
    return locked
