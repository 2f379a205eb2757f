"""Mentor pairs: begun with goals, observed lesson by lesson, signed off or ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.events import record
from doorstep.core.permissions import require
from doorstep.core.policies import policy_at
from doorstep.faculty.events import LessonObserved, MentorshipBegun, MentorshipClosed, ObservationTakenBack
from doorstep.faculty.models import Mentorship, Observation, Teacher, Topic
from doorstep.faculty.rules.mentoring import goals_unmet
from doorstep.faculty.services import mentoring_refusals as refusals
from doorstep.faculty.services.refusals import TeacherNotActive
from doorstep.faculty.services.station_refusals import WithdrawalReasonMissing

if TYPE_CHECKING:
    from _typeshed import DataclassInstance as Event

MOST_GOALS = 10  # that fit on a phone's screen
OPEN, SIGNED, ENDED = Mentorship.Status


def _tell(happened: Event, pair: Mentorship, actor: Actor, **detail: object) -> None:
    at = pair.apprentice
    subject = ("mentorship", pair.pk)
    record(happened, actor=actor, place=at.place, county=at.county, subject=subject, detail=detail)


def _lock(*teachers: int) -> dict[int, Teacher]:
    """These teachers, locked in the order of their ids: the pairs of a mentor and of an apprentice come in turn."""
    rows = Teacher.objects.select_for_update(of=("self",)).filter(pk__in=teachers)
    return {teacher.pk: teacher for teacher in rows.order_by("pk")}


def _lock_open(pair: Mentorship) -> Mentorship:
    """A pair as it is now, its teachers locked. Raises PairClosed."""
    _lock(pair.mentor_id, pair.apprentice_id)
    found = Mentorship.objects.select_related("mentor", "apprentice").get(pk=pair.pk)
    if found.status != OPEN:
        raise refusals.PairClosed(status=found.get_status_display())
    return found


@transaction.atomic
def begin_mentorship(
    *, mentor: Teacher, apprentice: Teacher, subject: str, goals: Sequence[str], on: date, actor: Actor
) -> Mentorship:
    """Let one teacher take on another, with goals for one subject.

    Raises OwnMentor, TeacherNotActive, GoalsMissing, PairDayWrong, MentorFull, PairOpen.
    Source: policy:mentor.most_apprentices.
    """
    require(actor, "faculty.keep_mentorship", at=apprentice.place)
    if mentor.pk == apprentice.pk:
        raise refusals.OwnMentor(name=mentor.name)
    locked = _lock(mentor.pk, apprentice.pk)
    if off := next((one for one in locked.values() if not one.is_active), None):
        raise TeacherNotActive(name=off.name)
    told = [goal.strip() for goal in goals if goal.strip()]
    if not 0 < len(told) <= MOST_GOALS or any(len(goal) > 100 for goal in told):
        raise refusals.GoalsMissing(most=MOST_GOALS)
    if on > clock.today():
        raise refusals.PairDayWrong(first=clock.today().isoformat())
    most = policy_at("mentor.most_apprentices", on=clock.today(), place=mentor.place).integer
    held = Mentorship.objects.filter(mentor=mentor, status=OPEN).count()
    if held >= most:
        raise refusals.MentorFull(name=mentor.name, n=held, most=most)
    try:
        with transaction.atomic():
            pair = Mentorship.objects.create(
                mentor=locked[mentor.pk], apprentice=locked[apprentice.pk], subject=subject, goals=told, begun_on=on
            )
    except IntegrityError:
        raise refusals.PairOpen(name=apprentice.name, subject=Topic(subject).label) from None
    _tell(MentorshipBegun(pair.pk, mentor.pk, apprentice.pk), pair, actor, on_subject=subject, goals=told)
    return pair


@transaction.atomic
def observe_lesson(
    *, mentorship: Mentorship, on: date, lesson: str, marks: Sequence[int], remarks: str, actor: Actor
) -> Observation:
    """Tell of a lesson the mentor sat in on; `marks` are `Observation.Mark`, one for each goal in their order.

    Raises PairClosed, PairDayWrong, ObservationUnsaid, MarksWrong, ObservationTaken.
    """
    require(actor, "faculty.observe_lesson", at=mentorship.apprentice.place, owner=mentorship.mentor.person_id)
    pair = _lock_open(mentorship)
    if not pair.begun_on <= on <= clock.today():
        raise refusals.PairDayWrong(first=pair.begun_on.isoformat())
    if not lesson.strip() or not remarks.strip():
        raise refusals.ObservationUnsaid
    if len(marks) != len(pair.goals) or not set(marks) <= set(Observation.Mark.values) or not any(marks):
        raise refusals.MarksWrong
    told = lesson.strip()[:120]
    try:
        with transaction.atomic():
            seen = Observation.objects.create(
                mentorship=pair, observed_on=on, lesson=told, marks=list(marks), remarks=remarks.strip()[:400],
                entered_at=clock.now(), entered_by_id=actor.account_id,
            )  # fmt: skip
    except IntegrityError:
        raise refusals.ObservationTaken(day=on.isoformat(), lesson=told) from None
    _tell(LessonObserved(pair.pk, seen.pk), pair, actor, on=on.isoformat(), marks=list(marks))
    return seen


@transaction.atomic
def withdraw_observation(*, observation: Observation, reason: str, actor: Actor) -> None:
    """Take back an observed lesson that was entered wrongly.

    Raises PairClosed, WithdrawalReasonMissing, ObservationGone.
    """
    require(
        actor,
        "faculty.observe_lesson",
        at=observation.mentorship.apprentice.place,
        owner=observation.mentorship.mentor.person_id,
    )
    locked = _lock_open(observation.mentorship)
    if not reason.strip():
        raise WithdrawalReasonMissing
    found = Observation.objects.get(pk=observation.pk)
    if found.withdrawn_for:
        raise refusals.ObservationGone
    found.withdrawn_for = reason.strip()[:200]
    found.save(update_fields=["withdrawn_for"])
    _tell(ObservationTakenBack(locked.pk, found.pk), locked, actor, reason=found.withdrawn_for)


@transaction.atomic
def close_mentorship(*, mentorship: Mentorship, signed: bool, on: date, note: str, actor: Actor) -> Mentorship:
    """Sign an apprentice off, who from then on teaches the subject, or end the pair with a reason.

    Raises PairClosed, OwnSignOff, ClosingNoteMissing, PairDayWrong, LessonsTooFew, GoalsUnmet.
    Source: policy:mentor.least_observations.
    """
    require(actor, "faculty.keep_mentorship", at=mentorship.apprentice.place)
    pair = _lock_open(mentorship)
    people = {pair.mentor.person_id, pair.apprentice.person_id} - {None}
    if signed and actor.person_id in people:
        raise refusals.OwnSignOff
    if not note.strip():
        raise refusals.ClosingNoteMissing
    if not pair.begun_on <= on <= clock.today():
        raise refusals.PairDayWrong(first=pair.begun_on.isoformat())
    if signed:
        _must_be_ready(pair, on)
        _give_subject(pair)
    pair.status, pair.closed_on = SIGNED if signed else ENDED, on
    pair.closing_note, pair.closed_by_id = note.strip()[:200], actor.account_id
    pair.save(update_fields=["status", "closed_on", "closing_note", "closed_by"])
    _tell(MentorshipClosed(pair.pk, pair.mentor_id, pair.apprentice_id), pair, actor, signed=signed, note=note.strip())
    return pair


def _must_be_ready(pair: Mentorship, on: date) -> None:
    """Raise LessonsTooFew, GoalsUnmet."""
    rows = pair.observations.filter(withdrawn_for="", observed_on__lte=on).order_by("observed_on", "pk")
    lessons = [row.marks for row in rows]
    least = policy_at("mentor.least_observations", on=on, place=pair.apprentice.place).integer
    if len(lessons) < least:
        raise refusals.LessonsTooFew(n=len(lessons), least=least)
    if unmet := goals_unmet(pair.goals, lessons):
        raise refusals.GoalsUnmet(goals=_("、").join(unmet))


def _give_subject(pair: Mentorship) -> None:
    """The apprentice teaches the subject: whoever looks for a substitute finds them."""
    apprentice = pair.apprentice
    if pair.subject not in apprentice.topics:
        apprentice.topics = [*apprentice.topics, pair.subject]
        apprentice.save(update_fields=["topics"])
