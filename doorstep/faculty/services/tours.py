"""Tours: a round of lectures planned sitting by sitting; who is to give one is asked and is nowhere else then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db import transaction

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.permissions import require
from doorstep.core.registry import Journey, ways_of
from doorstep.faculty.events import StopAdded, StopCancelled, StopHandedOver, TourPlanned
from doorstep.faculty.models import GroupTopic, LectureGroup, Teacher, Tour, TourStop
from doorstep.faculty.queries.groups import members_on, stop_key, tour_key
from doorstep.faculty.queries.lectures import lecture_of_stop
from doorstep.faculty.queries.spots import Spot
from doorstep.faculty.queries.teachers import homes_of
from doorstep.faculty.rules.engaging import Ask
from doorstep.faculty.services import group_refusals as refusals
from doorstep.faculty.services.engagements import keep_engagements
from doorstep.faculty.services.groups import lock_group, lock_living, tell_of_group


@dataclass(frozen=True, slots=True)
class StopFacts:
    """Who lectures where and when; moments on the local clock."""

    teacher_id: int
    spot: Spot
    starts_at: datetime
    ends_at: datetime
    where: str = ""


@transaction.atomic
def plan_tour(*, group: LectureGroup, topic: GroupTopic, title: str, actor: Actor) -> Tour:
    """Begin a round of lectures about one of the group's topics. Raises GroupEnded."""
    require(actor, "faculty.keep_group", at=group.place)
    locked = lock_living(group.pk)
    kept = GroupTopic.objects.get(pk=topic.pk, group=locked)
    tour = Tour.objects.create(
        group=locked, topic=kept, title=title.strip(), planned_at=clock.now(), planned_by_id=actor.account_id
    )
    tell_of_group(TourPlanned(locked.pk, tour.pk), locked, actor, title=tour.title)
    return tour


@transaction.atomic
def add_stop(*, tour: Tour, facts: StopFacts, actor: Actor) -> TourStop:
    """Plan one more sitting and ask its teacher, who must be in the group then and free, the way included.

    Raises GroupEnded, StopPast, TopicOtherYear, NotMember, TeacherNotActive, TeacherUnvetted, TeacherAway,
    TeacherTaken, TeacherOverloaded.
    """
    require(actor, "faculty.keep_group", at=tour.group.place)
    return _add(tour, [facts], actor)[0]


@transaction.atomic
def add_stops(*, tour: Tour, planned: Sequence[StopFacts], actor: Actor) -> list[TourStop]:
    """Plan several sittings, all of them or none, by the rules of `add_stop`, whose errors are raised."""
    require(actor, "faculty.keep_group", at=tour.group.place)
    return _add(tour, planned, actor)


def _add(tour: Tour, planned: Sequence[StopFacts], actor: Actor) -> list[TourStop]:
    """The sittings, those that stand so already left as they are: said twice is said once."""
    group = lock_living(tour.group_id)
    made, new = [], []
    for facts in planned:
        day = facts.starts_at.date()
        if facts.starts_at <= clock.now() or facts.ends_at <= facts.starts_at or facts.ends_at.date() != day:
            raise refusals.StopPast
        must_be_of_year(tour.topic, facts.starts_at)
        must_be_member(group, facts.teacher_id, facts.starts_at)
        said: dict[str, Any] = {
            "teacher_id": facts.teacher_id, "unit_id": facts.spot.unit_id, "base_id": facts.spot.base_id,
            "where": facts.where.strip(), "starts_at": facts.starts_at, "ends_at": facts.ends_at,
        }  # fmt: skip
        stop, is_new = TourStop.objects.get_or_create(tour=tour, cancelled_at=None, **said)
        made.append(stop)
        new += [stop] if is_new else []
    _ask(tour, group, actor)
    for stop in new:
        on = clock.local(stop.starts_at).date().isoformat()
        tell_of_group(StopAdded(group.pk, stop.pk), group, actor, teacher=stop.teacher_id, on=on)
    return made


@transaction.atomic
def hand_over_stop(*, stop: TourStop, teacher_id: int, actor: Actor) -> TourStop:
    """Let another member give a sitting to come and ask them; who was asked is let go. Said twice it is said once.

    Raises GroupEnded, StopCancelled, StopPast, NotMember, TeacherNotActive, TeacherUnvetted, TeacherAway,
    TeacherTaken, TeacherOverloaded.
    """
    require(actor, "faculty.keep_group", at=stop.tour.group.place)
    group = lock_living(stop.tour.group_id)
    found = TourStop.objects.select_related("tour__topic").get(pk=stop.pk)
    if found.cancelled_at is not None:
        raise refusals.StopCancelled
    if found.starts_at <= clock.now():
        raise refusals.StopPast
    if found.teacher_id == teacher_id:
        return found
    must_be_member(group, teacher_id, clock.local(found.starts_at))
    before, found.teacher_id = found.teacher_id, teacher_id
    found.save(update_fields=["teacher"])
    _ask(found.tour, group, actor)
    tell_of_group(StopHandedOver(group.pk, found.pk), group, actor, teacher=teacher_id, before=before)
    return found


@transaction.atomic
def cancel_stop(*, stop: TourStop, reason: str, actor: Actor) -> TourStop:
    """Let a sitting not be; its teacher is free again. Raises StopCancelled, StopGiven, EndingReasonMissing."""
    require(actor, "faculty.keep_group", at=stop.tour.group.place)
    group = lock_group(stop.tour.group_id)
    found = TourStop.objects.select_related("tour__topic").get(pk=stop.pk)
    if found.cancelled_at is not None:
        raise refusals.StopCancelled
    if lecture_of_stop(found.pk):
        raise refusals.StopGiven
    if not reason.strip():
        raise refusals.EndingReasonMissing
    found.cancelled_at, found.cancelled_for = clock.now(), reason.strip()[:200]
    found.save(update_fields=["cancelled_at", "cancelled_for"])
    _ask(found.tour, group, actor)
    tell_of_group(StopCancelled(group.pk, found.pk), group, actor, reason=found.cancelled_for)
    return found


def must_be_of_year(topic: GroupTopic, moment: datetime) -> None:
    """A topic is good for its year. Raises TopicOtherYear."""
    if topic.year != moment.year:
        raise refusals.TopicOtherYear(title=topic.title, year=topic.year, day=moment.date().isoformat())


def must_be_member(group: LectureGroup, teacher_id: int, moment: datetime) -> None:
    """Lectures of a group are given by those who are in it on the day. Raises NotMember."""
    if not members_on(group, moment.date()).filter(teacher=teacher_id).exists():
        name = Teacher.objects.get(pk=teacher_id).name
        raise refusals.NotMember(name=name, group=group.name, day=moment.date().isoformat())


def _ways(stops: Sequence[TourStop]) -> dict[int, int]:
    """stop id -> minutes from the home of its teacher to where it is, loaded or estimated; 0 where nobody knows."""
    homes = homes_of({stop.teacher_id for stop in stops})
    journeys = [Journey(homes[stop.teacher_id].pk, stop.unit_id, stop.base_id) for stop in stops]
    return {stop.pk: way or 0 for stop, way in zip(stops, ways_of("bases.ways", journeys), strict=True)}


def _by_teacher(stops: Sequence[TourStop]) -> list[TourStop]:
    return sorted(stops, key=lambda stop: (stop.teacher_id, stop.starts_at))


def _stays(first: TourStop, then: TourStop) -> bool:
    """Whether a lecturer stays where they are from one sitting to the next of a day."""
    where = [(s.teacher_id, clock.local(s.starts_at).date(), s.unit_id, s.base_id, s.where) for s in (first, then)]
    return where[0] == where[1]


def _ask(tour: Tour, group: LectureGroup, actor: Actor) -> None:
    """Let those asked for the tour be those who are to give what is left of it."""
    rows = list(tour.stops.filter(cancelled_at=None).select_related("unit", "base").order_by("starts_at", "pk"))
    ways = _ways(rows)
    stays = {(a.pk, b.pk) for a, b in pairwise(_by_teacher(rows)) if _stays(a, b)}
    before, after = {b for _a, b in stays}, {a for a, _b in stays}
    asks = [
        Ask(
            stop.teacher_id, stop_key(stop.pk), f"{tour.title}　{tour.topic.title}", stop.spot,
            clock.local(stop.starts_at), clock.local(stop.ends_at), ways[stop.pk],
            stays_before=stop.pk in before, stays_after=stop.pk in after,
        )
        for stop in rows
    ]  # fmt: skip
    keep_engagements(group=tour_key(tour.pk), asks=asks, place=group.place, county=group.county, actor=actor)
