"""Trainer courses and rights to teach: earned there, granted, withdrawn. No right, no assignment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.events import record
from doorstep.core.permissions import require
from doorstep.core.policies import PolicyValue, policy_at
from doorstep.faculty.events import RightGiven, RightRuleSet, RightWithdrawn, TraineeFinished, TrainerCourseHeld
from doorstep.faculty.models import RightRule, Teacher, TeachingRight, Trainee, TrainerCourse
from doorstep.faculty.rules.rights import has_enough_hours
from doorstep.faculty.rules.vetting import months_later
from doorstep.faculty.services import training_refusals as refusals
from doorstep.faculty.services.station_refusals import WithdrawalReasonMissing
from doorstep.faculty.services.telling import lock_active, lock_teacher, tell

if TYPE_CHECKING:
    from doorstep.directory.models import Unit

MOST_HOURS = Decimal("999.9")


@dataclass(frozen=True, slots=True)
class Taught:
    """What a right is for, in the words of whoever keeps the courses: its own name for it and the one people know."""

    key: str
    title: str


@dataclass(frozen=True, slots=True)
class TrainerCourseFacts:
    """What is said of a trainer course; `hours` are 学时, both days are included."""

    title: str
    starts_on: date
    ends_on: date
    hours: Decimal


@transaction.atomic
def set_right_rule(*, taught: Taught, place: str, county: str, needed: bool, actor: Actor) -> None:
    """Say that something at a place is taught by those alone who have the right to, or by anybody again.

    Who is asked already stays asked. Said twice it is said once.
    """
    require(actor, "faculty.train_teacher", at=place)
    said = {"taught": taught.title[:160], "place": place, "county": county, "set_at": clock.now()}
    if needed:
        defaults = {**said, "set_by_id": actor.account_id}
        _rule, is_changed = RightRule.objects.get_or_create(key=taught.key, defaults=defaults)
    else:
        gone, _rows = RightRule.objects.filter(key=taught.key).delete()
        is_changed = bool(gone)
    if is_changed:
        subject, event = ("right_rule", taught.key), RightRuleSet(taught.key)
        record(event, actor=actor, place=place, county=county, subject=subject, detail={"needed": needed})


@transaction.atomic
def hold_trainer_course(*, unit: Unit, facts: TrainerCourseFacts, taught: Taught, actor: Actor) -> TrainerCourse:
    """Hold a course for teachers; who passes it may teach `taught`. Raises TrainerCourseWrong, TrainerCourseTaken."""
    require(actor, "faculty.train_teacher", at=unit.path)
    title = facts.title.strip()[:120]
    if not title or not 0 < facts.hours <= MOST_HOURS or facts.ends_on < facts.starts_on:
        raise refusals.TrainerCourseWrong
    try:
        with transaction.atomic():
            course = TrainerCourse.objects.create(
                unit=unit, place=unit.path, county=unit.county, title=title, starts_on=facts.starts_on,
                ends_on=facts.ends_on, hours=facts.hours, key=taught.key, taught=taught.title[:160],
            )  # fmt: skip
    except IntegrityError:
        day = facts.starts_on.isoformat()
        raise refusals.TrainerCourseTaken(unit=unit.short_name, day=day, title=title) from None
    subject, event = ("trainer_course", course.pk), TrainerCourseHeld(course.pk)
    record(event, actor=actor, place=course.place, county=course.county, subject=subject, detail={"key": course.key})
    return course


@transaction.atomic
def finish_trainee(*, course: TrainerCourse, teacher: Teacher, hours: Decimal, passed: bool, actor: Actor) -> Trainee:
    """Say how a teacher did in a trainer course; who passed has the right from its last day on. Said again it corrects.

    Raises TeacherNotActive, OwnRight, TraineeElsewhere, TrainingNotOver, TraineeHoursWrong, TraineeHoursFew.
    Source: policy:training.least_share, policy:training.right_months.
    """
    require(actor, "faculty.train_teacher", at=course.place)
    locked = lock_active(teacher)
    _must_be_anothers(locked, actor)
    if not locked.place.startswith(course.place):
        raise refusals.TraineeElsewhere(name=locked.name, unit=course.unit.short_name)
    _check_result(course, hours, passed)
    said = {"hours": hours, "is_passed": passed, "entered_at": clock.now()}
    row, _is_new = Trainee.objects.update_or_create(course=course, teacher=locked, defaults=said)
    held = TeachingRight.objects.filter(trainer_course=course, teacher=locked, withdrawn_for="").first()
    tell(TraineeFinished(course.pk, locked.pk), locked, actor, hours=str(hours), passed=passed)
    if held and not passed:
        _withdraw(held, _("培训结果更正"), locked, actor)
    elif passed and not held:
        lasts = _lasts(locked)
        until = months_later(course.ends_on, lasts.integer)
        right = TeachingRight(
            teacher=locked, key=course.key, taught=course.taught, source=TeachingRight.Source.COURSE,
            basis=course.title, trainer_course=course, given_on=course.ends_on, valid_until=until,
            rule=lasts.reference,
        )  # fmt: skip
        _give(right, actor)
    return row


def _check_result(course: TrainerCourse, hours: Decimal, passed: bool) -> None:
    """Raise TrainingNotOver, TraineeHoursWrong, TraineeHoursFew."""
    if clock.today() < course.ends_on:
        raise refusals.TrainingNotOver(title=course.title, day=course.ends_on.isoformat())
    if not 0 <= hours <= course.hours:
        raise refusals.TraineeHoursWrong(most=course.hours)
    share = policy_at("training.least_share", on=course.ends_on, place=course.place)
    if passed and not has_enough_hours(hours, course.hours, share.ratio):
        raise refusals.TraineeHoursFew(hours=hours, share=share.text)


def _must_be_anothers(teacher: Teacher, actor: Actor) -> None:
    if teacher.person_id is not None and teacher.person_id == actor.person_id:
        raise refusals.OwnRight


def _lasts(teacher: Teacher) -> PolicyValue:
    """How many months a right lasts. Source: policy:training.right_months."""
    return policy_at("training.right_months", on=clock.today(), place=teacher.place)


def _give(right: TeachingRight, actor: Actor) -> TeachingRight:
    right.entered_at, right.entered_by_id = clock.now(), actor.account_id
    right.save()
    until = right.valid_until.isoformat()
    tell(RightGiven(right.teacher_id, right.pk), right.teacher, actor, key=right.key, source=right.source, until=until)
    return right


@transaction.atomic
def grant_right(*, teacher: Teacher, taught: Taught, basis: str, until: date, actor: Actor) -> TeachingRight:
    """Grant the right to teach something from today on, by a document, until a day that is not included.

    Raises TeacherNotActive, OwnRight, BasisMissing, RightDayWrong, RightHeld. Source: policy:training.right_months.
    """
    require(actor, "faculty.train_teacher", at=teacher.place)
    locked, today = lock_active(teacher), clock.today()
    _must_be_anothers(locked, actor)
    if not basis.strip():
        raise refusals.BasisMissing
    lasts = _lasts(locked)
    last = months_later(today, lasts.integer)
    if not today < until <= last:
        raise refusals.RightDayWrong(last=last.isoformat())
    rows = TeachingRight.objects.filter(teacher=locked, key=taught.key, withdrawn_for="", valid_until__gte=until)
    if held := rows.order_by("-valid_until").first():
        day = held.valid_until.isoformat()
        raise refusals.RightHeld(name=locked.name, taught=taught.title, day=day)
    right = TeachingRight(
        teacher=locked, key=taught.key, taught=taught.title[:160], source=TeachingRight.Source.GRANT,
        basis=basis.strip()[:200], given_on=today, valid_until=until, rule=lasts.reference,
    )  # fmt: skip
    return _give(right, actor)


@transaction.atomic
def withdraw_right(*, right: TeachingRight, reason: str, actor: Actor) -> None:
    """Take a right back; who is asked already stays asked. Raises WithdrawalReasonMissing, RightGone."""
    require(actor, "faculty.train_teacher", at=right.teacher.place)
    locked = lock_teacher(right.teacher)
    if not reason.strip():
        raise WithdrawalReasonMissing
    found = TeachingRight.objects.get(pk=right.pk)
    if found.withdrawn_for:
        raise refusals.RightGone
    _withdraw(found, reason, locked, actor)


def _withdraw(right: TeachingRight, reason: str, teacher: Teacher, actor: Actor) -> None:
    right.withdrawn_for = reason.strip()[:200]
    right.save(update_fields=["withdrawn_for"])
    tell(RightWithdrawn(teacher.pk, right.pk), teacher, actor, key=right.key, reason=right.withdrawn_for)
