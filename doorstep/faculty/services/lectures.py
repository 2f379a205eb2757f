"""Lectures that were given: entered once, corrected and taken back with the reason in the log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.permissions import require
from doorstep.faculty.events import LectureCorrected, LectureEntered, LectureTakenBack
from doorstep.faculty.models import GroupTopic, Lecture, LectureGroup, Teacher, TourStop
from doorstep.faculty.queries.lectures import lecture_at, lecture_limits, lecture_of_stop, lesson_at
from doorstep.faculty.queries.spots import Spot
from doorstep.faculty.rules.lecturing import LectureLimits, Standing, heads_fault, lecture_fault
from doorstep.faculty.services import group_refusals as refusals
from doorstep.faculty.services.groups import lock_group, tell_of_group
from doorstep.faculty.services.tours import must_be_member, must_be_of_year

_WHY = {
    "times": _("结束要晚于开始，在同一天。请核对时间。"),
    "future": _("宣讲还没有讲完，讲完再登记。还在计划的请排进巡讲。"),
    "closed": _("%(day)s 这一天宣讲团还没有成立，或已经撤销。请核对日期。"),
    "late": _("只能登记最近 %(days)s 天的宣讲，%(day)s 太早了。请核对日期，或报上级说明。"),
    "none": _("听的人次要大于 0。请填来了多少人次。"),
    "many": _("一场最多登记 %(most)s 人次，填的是 %(found)s。请核对。"),
}


@dataclass(frozen=True, slots=True)
class LectureFacts:
    """A lecture as it was given; moments on the local clock, heads are person-times."""

    teacher_id: int
    topic_id: int
    spot: Spot
    starts_at: datetime
    ends_at: datetime
    heads: int
    where: str = ""
    stop_id: int | None = None


def _check(fault: str, heads: int, day: str, limits: LectureLimits) -> None:
    """Say what is wrong; raises LectureWrong where something is."""
    if fault:
        values = {"most": limits.most_people, "found": heads, "days": limits.most_days_late, "day": day}
        raise refusals.LectureWrong(why=str(_WHY[fault]) % values)


def _stop_for(group: LectureGroup, stop_id: int | None) -> None:
    """The sitting that was given is one of the group's, not cancelled. Raises StopCancelled, StopGiven."""
    if stop_id is None:
        return
    if TourStop.objects.get(pk=stop_id, tour__group=group).cancelled_at is not None:
        raise refusals.StopCancelled
    if lecture_of_stop(stop_id):
        raise refusals.StopGiven


def _counted(facts: LectureFacts) -> refusals.LectureCounted:
    other = lecture_at(facts.teacher_id, facts.starts_at, facts.ends_at)
    starts, ends = (clock.local(at) for at in ((other or facts).starts_at, (other or facts).ends_at))
    return refusals.LectureCounted(
        name=Teacher.objects.get(pk=facts.teacher_id).name, day=starts.date().isoformat(),
        times=f"{starts:%H:%M}–{ends:%H:%M}", group=other.group.name if other else "",
    )  # fmt: skip


@transaction.atomic
def enter_lecture(*, group: LectureGroup, facts: LectureFacts, actor: Actor) -> Lecture:
    """Count a lecture that a member of the group gave; what a class counts, or another group has counted, is refused.

    Raises LectureWrong, TopicOtherYear, NotMember, StopCancelled, StopGiven, LectureOfClass, LectureCounted.
    Source: policy:lecture.most_people, policy:lecture.most_days_late.
    """
    require(actor, "faculty.keep_group", at=group.place)
    locked = lock_group(group.pk)
    limits, day = lecture_limits(locked.place), facts.starts_at.date().isoformat()
    standing, now = Standing(locked.founded_on, locked.ended_on), clock.local(clock.now())
    fault = lecture_fault(facts.starts_at, facts.ends_at, facts.heads, now=now, group=standing, limits=limits)
    _check(fault, facts.heads, day, limits)
    topic = GroupTopic.objects.get(pk=facts.topic_id, group=locked)
    must_be_of_year(topic, facts.starts_at)
    must_be_member(locked, facts.teacher_id, facts.starts_at)
    _stop_for(locked, facts.stop_id)
    if lesson := lesson_at(facts.teacher_id, facts.starts_at, facts.ends_at):
        raise refusals.LectureOfClass(name=lesson.teacher.name, title=lesson.title)
    lecture = Lecture(
        group=locked, topic=topic, teacher_id=facts.teacher_id, stop_id=facts.stop_id, unit_id=facts.spot.unit_id,
        base_id=facts.spot.base_id, where=facts.where.strip(), starts_at=facts.starts_at, ends_at=facts.ends_at,
        given_on=facts.starts_at.date(), heads=facts.heads, place=locked.place, county=locked.county,
        entered_at=clock.now(), entered_by_id=actor.account_id,
    )  # fmt: skip
    try:
        with transaction.atomic():
            lecture.save()
    except IntegrityError:
        raise _counted(facts) from None
    tell_of_group(LectureEntered(locked.pk, lecture.pk), locked, actor, day=day, heads=lecture.heads)
    return lecture


def _locked(lecture: Lecture, reason: str, revision: int) -> Lecture:
    """The lecture, locked, as it was seen. Raises LectureVoid, LectureChangedMeanwhile, EndingReasonMissing."""
    rows = Lecture.objects.select_for_update(of=("self",)).select_related("group", "topic")
    locked = rows.get(pk=lecture.pk)
    if locked.voided_at is not None:
        raise refusals.LectureVoid
    if locked.revision != revision:
        raise refusals.LectureChangedMeanwhile
    if not reason.strip():
        raise refusals.EndingReasonMissing
    return locked


@transaction.atomic
def correct_lecture(
    *, lecture: Lecture, topic: GroupTopic, heads: int, reason: str, revision: int, actor: Actor
) -> Lecture:
    """Say anew about what a lecture was and how many heard it; a wrong day or place is taken back and entered anew.

    Raises LectureVoid, LectureChangedMeanwhile, EndingReasonMissing, LectureWrong, TopicOtherYear.
    """
    require(actor, "faculty.keep_group", at=lecture.place)
    locked = _locked(lecture, reason, revision)
    limits = lecture_limits(locked.place)
    _check(heads_fault(heads, limits), heads, locked.given_on.isoformat(), limits)
    kept = GroupTopic.objects.get(pk=topic.pk, group=locked.group_id)
    must_be_of_year(kept, clock.local(locked.starts_at))
    before = {"topic": locked.topic_id, "heads": locked.heads}
    locked.topic, locked.heads = kept, heads
    locked.revision += 1
    locked.save(update_fields=["topic", "heads", "revision"])
    tell_of_group(LectureCorrected(locked.group_id, locked.pk), locked.group, actor, before=before, topic=kept.pk,
                  heads=heads, reason=reason.strip())  # fmt: skip
    return locked


@transaction.atomic
def take_back_lecture(*, lecture: Lecture, reason: str, revision: int, actor: Actor) -> Lecture:
    """Count a lecture no more; it stays on record.

    Raises LectureVoid, LectureChangedMeanwhile, EndingReasonMissing.
    """
    require(actor, "faculty.keep_group", at=lecture.place)
    locked = _locked(lecture, reason, revision)
    locked.voided_at = clock.now()
    locked.revision += 1
    locked.save(update_fields=["voided_at", "revision"])
    tell_of_group(LectureTakenBack(locked.group_id, locked.pk), locked.group, actor, heads=locked.heads,
                  reason=reason.strip())  # fmt: skip
    return locked
