"""Which county leader is linked to a school, and that they gave the first lesson of a year."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.events import record
from doorstep.core.permissions import require
from doorstep.faculty.events import FirstLessonEntered, FirstLessonTakenBack, LeaderLinked
from doorstep.faculty.models import FirstLesson, LeaderLink
from doorstep.faculty.queries.leaders import leaders_on
from doorstep.faculty.services import link_refusals as refusals
from doorstep.faculty.services.group_refusals import EndingReasonMissing

if TYPE_CHECKING:
    from _typeshed import DataclassInstance as Event

    from doorstep.directory.models import Unit


def _tell(happened: Event, unit: Unit, actor: Actor, **detail: object) -> None:
    record(happened, actor=actor, place=unit.path, county=unit.county, subject=("unit", unit.pk), detail=detail)


@transaction.atomic
def link_leader(
    *, unit: Unit, name: str, post: str, since: date, teacher_id: int | None = None, actor: Actor
) -> LeaderLink:
    """Say which county leader is linked to the school of `unit` from a day on; who was before is so no longer.

    `teacher_id` is who they are among the teachers, so that a class they open the year with counts by itself.
    Raises LeaderTooEarly, LeaderStandsSo.
    """
    require(actor, "faculty.keep_leader", at=unit.path)
    now = LeaderLink.objects.select_for_update().filter(unit=unit, valid_to=None).first()
    if since > clock.today() or (now is not None and since <= now.valid_from):
        raise refusals.LeaderTooEarly(since=now.valid_from.isoformat() if now else since.isoformat())
    said = (name.strip(), post.strip(), teacher_id)
    if now is not None and (now.name, now.post, now.teacher_id) == said:
        raise refusals.LeaderStandsSo(unit=unit.short_name, name=now.name)
    if now is not None:
        now.valid_to = since
        now.save(update_fields=["valid_to"])
    leader = LeaderLink(unit=unit, place=unit.path, county=unit.county, valid_from=since)
    leader.name, leader.post, leader.teacher_id = said
    try:
        with transaction.atomic():
            leader.save()
    except IntegrityError:  # somebody else was quicker
        raise refusals.LeaderTooEarly(since=since.isoformat()) from None
    _tell(LeaderLinked(unit.pk, leader.pk), unit, actor, since=since.isoformat())
    return leader


@transaction.atomic
def enter_first_lesson(*, unit: Unit, given_on: date, title: str, actor: Actor) -> FirstLesson:
    """Say that the leader linked on that day gave the first lesson of its year.

    Raises LessonAhead, LeaderMissing, LessonCounted.
    """
    require(actor, "faculty.enter_first_lesson", at=unit.path)
    if given_on > clock.today():
        raise refusals.LessonAhead(day=given_on.isoformat())
    leader = leaders_on(given_on).filter(unit=unit).first()
    if leader is None:
        raise refusals.LeaderMissing(unit=unit.short_name, day=given_on.isoformat())
    lesson = FirstLesson(leader=leader, unit=unit, place=unit.path, county=unit.county, year=given_on.year)
    lesson.given_on, lesson.title = given_on, title.strip()
    lesson.entered_at, lesson.entered_by_id = clock.now(), actor.account_id
    try:
        with transaction.atomic():
            lesson.save()
    except IntegrityError:
        raise refusals.LessonCounted(unit=unit.short_name, year=given_on.year) from None
    _tell(FirstLessonEntered(unit.pk, lesson.pk), unit, actor, on=given_on.isoformat(), title=lesson.title)
    return lesson


@transaction.atomic
def take_back_first_lesson(*, lesson: FirstLesson, reason: str, actor: Actor) -> None:
    """Say that it was not given after all; gone already is gone. What it was stays in the log.

    Raises EndingReasonMissing.
    """
    require(actor, "faculty.enter_first_lesson", at=lesson.place)
    if not reason.strip():
        raise EndingReasonMissing
    gone, _rows = FirstLesson.objects.filter(pk=lesson.pk).delete()
    if gone:
        said = {"on": lesson.given_on.isoformat(), "title": lesson.title, "reason": reason.strip()}
        _tell(FirstLessonTakenBack(lesson.unit_id, lesson.pk), lesson.unit, actor, **said)
