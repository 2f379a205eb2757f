"""Lecture groups: founded, led, ended; who is in them, what they lecture about."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.events import record
from doorstep.core.permissions import require
from doorstep.faculty.events import GroupChanged, GroupFounded, GroupJoined, GroupLeft, GroupTurned, TopicWritten
from doorstep.faculty.models import GroupMember, GroupTopic, LectureGroup, Teacher
from doorstep.faculty.queries.groups import members_on, stops_ahead
from doorstep.faculty.services import group_refusals as refusals
from doorstep.faculty.services.refusals import DayInFuture
from doorstep.faculty.services.telling import lock_active

if TYPE_CHECKING:
    from _typeshed import DataclassInstance as Event

    from doorstep.directory.models import Unit


def tell_of_group(happened: Event, group: LectureGroup, actor: Actor, **detail: object) -> None:
    """Leave a trace of what happened to a group."""
    subject = ("lecture_group", group.pk)
    record(happened, actor=actor, place=group.place, county=group.county, subject=subject, detail=detail)


def lock_group(group_id: int) -> LectureGroup:
    """The group as it is now, locked: members, tours and lectures come one after another."""
    return LectureGroup.objects.select_for_update(of=("self",)).select_related("unit").get(pk=group_id)


def lock_living(group_id: int) -> LectureGroup:
    """The same, of one that goes round. Raises GroupEnded."""
    locked = lock_group(group_id)
    if locked.ended_on is not None:
        raise refusals.GroupEnded(name=locked.name)
    return locked


def level_of(unit: Unit) -> str:
    """Of which level a group of a unit is: the offices give theirs, every other unit is an agency."""
    level = LectureGroup.Level
    return unit.kind if unit.kind in (level.CITY, level.COUNTY, level.TOWNSHIP) else level.AGENCY


def _save(group: LectureGroup) -> None:
    try:
        with transaction.atomic():
            group.save()
    except IntegrityError:
        raise refusals.GroupTaken(unit=group.unit.short_name, name=group.name) from None


@transaction.atomic
def found_group(*, unit: Unit, name: str, founded_on: date, actor: Actor) -> LectureGroup:
    """Begin a group of `unit`. Raises DayInFuture, GroupTaken."""
    require(actor, "faculty.keep_group", at=unit.path)
    if founded_on > clock.today():
        raise DayInFuture(day=founded_on.isoformat())
    group = LectureGroup(unit=unit, place=unit.path, county=unit.county, level=level_of(unit))
    group.name, group.founded_on = name.strip(), founded_on
    _save(group)
    tell_of_group(GroupFounded(group.pk), group, actor, name=group.name)
    return group


@transaction.atomic
def change_group(*, group: LectureGroup, name: str, leader_id: int | None, actor: Actor) -> LectureGroup:
    """Call a group otherwise, and say who of its members leads it. Raises GroupEnded, LeaderNotMember, GroupTaken."""
    require(actor, "faculty.keep_group", at=group.place)
    locked = lock_living(group.pk)
    if leader_id is not None and not members_on(locked, clock.today()).filter(teacher=leader_id).exists():
        raise refusals.LeaderNotMember
    before = {"name": locked.name, "leader": locked.leader_id}
    locked.name, locked.leader_id = name.strip(), leader_id
    _save(locked)
    tell_of_group(GroupChanged(locked.pk), locked, actor, before=before, name=locked.name, leader=leader_id)
    return locked


@transaction.atomic
def turn_group(*, group: LectureGroup, end: bool, reason: str = "", actor: Actor) -> LectureGroup:
    """Let a group go round no longer, or again; its members stay as they are.

    Raises GroupStandsSo, EndingReasonMissing, GroupStillTours, GroupTaken.
    """
    require(actor, "faculty.keep_group", at=group.place)
    locked = lock_group(group.pk)
    if (locked.ended_on is not None) == end:
        raise refusals.GroupStandsSo(name=locked.name)
    if end and not reason.strip():
        raise refusals.EndingReasonMissing
    if end and (ahead := stops_ahead(locked).count()):
        raise refusals.GroupStillTours(name=locked.name, n=ahead)
    locked.ended_on, locked.ended_for = (clock.today(), reason.strip()[:200]) if end else (None, "")
    _save(locked)
    tell_of_group(GroupTurned(locked.pk), locked, actor, ended=end, reason=reason.strip())
    return locked


@transaction.atomic
def join_group(*, group: LectureGroup, teacher: Teacher, on: date, actor: Actor) -> GroupMember:
    """Put a teacher into a group from a day on; the teacher may be another unit's.

    Raises GroupEnded, TeacherNotActive, DayInFuture, MemberHeld.
    """
    require(actor, "faculty.keep_group", at=group.place)
    locked = lock_living(group.pk)
    member = lock_active(teacher)
    if on > clock.today():
        raise DayInFuture(day=on.isoformat())
    try:
        with transaction.atomic():
            held = GroupMember.objects.create(group=locked, teacher=member, joined_on=on)
    except IntegrityError:
        raise refusals.MemberHeld(name=member.name, group=locked.name) from None
    tell_of_group(GroupJoined(locked.pk, member.pk), locked, actor, on=on.isoformat())
    return held


@transaction.atomic
def leave_group(*, member: GroupMember, on: date, reason: str, actor: Actor) -> None:
    """Take somebody out of a group from a day on, with the reason; who led it does so no more.

    Raises MemberLeft, DayInFuture, EndingReasonMissing, MemberStillAsked, MemberLeftTooEarly.
    """
    require(actor, "faculty.keep_group", at=member.group.place)
    locked = lock_group(member.group_id)
    found = GroupMember.objects.select_related("teacher").get(pk=member.pk)
    if found.left_on is not None:
        raise refusals.MemberLeft(name=found.teacher.name, group=locked.name)
    if on > clock.today():
        raise DayInFuture(day=on.isoformat())
    if not reason.strip():
        raise refusals.EndingReasonMissing
    if ahead := stops_ahead(locked).filter(teacher=found.teacher_id).count():
        raise refusals.MemberStillAsked(name=found.teacher.name, n=ahead)
    end_membership(found, on, reason)
    tell_of_group(GroupLeft(locked.pk, found.teacher_id), locked, actor, on=on.isoformat(), reason=reason.strip())


def end_membership(member: GroupMember, on: date, reason: str) -> None:
    """End somebody's place in a group; one that began today was never held. Raises MemberLeftTooEarly."""
    if on <= member.joined_on:
        if not on == member.joined_on == clock.today():
            raise refusals.MemberLeftTooEarly(name=member.teacher.name, joined=member.joined_on.isoformat())
        member.delete()
    else:
        member.left_on, member.left_for = on, reason.strip()[:200]
        member.save(update_fields=["left_on", "left_for"])
    LectureGroup.objects.filter(pk=member.group_id, leader=member.teacher_id).update(leader=None)


def leave_every_group(teacher: Teacher, reason: str) -> None:
    """Take a locked teacher who does not teach any more out of every group."""
    for member in GroupMember.objects.select_related("teacher").filter(teacher=teacher, left_on=None).order_by("pk"):
        end_membership(member, clock.today(), reason)


@transaction.atomic
def write_topic(
    *, group: LectureGroup, year: int, title: str, outline: str, topic: GroupTopic | None = None, actor: Actor
) -> GroupTopic:
    """Say what a group lectures about in a year, or say a topic otherwise. Raises GroupEnded, TopicUsed, TopicTaken."""
    require(actor, "faculty.keep_group", at=group.place)
    locked = lock_living(group.pk)
    written = GroupTopic.objects.get(pk=topic.pk, group=locked) if topic else GroupTopic(group=locked, year=year)
    if written.year != year and (written.tours.exists() or written.lectures.exists()):
        raise refusals.TopicUsed(title=written.title)
    written.year, written.title, written.outline = year, title.strip(), outline.strip()
    try:
        with transaction.atomic():
            written.save()
    except IntegrityError:
        raise refusals.TopicTaken(year=year, title=written.title) from None
    tell_of_group(TopicWritten(locked.pk, written.pk), locked, actor, year=year, title=written.title)
    return written
