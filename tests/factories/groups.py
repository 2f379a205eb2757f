"""Lecture groups, tours and lectures, points and links, for tests."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from doorstep.bases.models import Base
from doorstep.core import clock
from doorstep.directory.models import Unit
from doorstep.faculty.models import (
    GroupTopic,
    Lecture,
    LectureGroup,
    LiaisonPoint,
    LinkVisit,
    StandingLink,
    Teacher,
    Tour,
    TourStop,
)
from doorstep.faculty.queries.spots import Spot
from doorstep.faculty.services.groups import found_group, join_group, write_topic
from doorstep.faculty.services.lectures import LectureFacts, enter_lecture
from doorstep.faculty.services.links import VisitFacts, found_point, link_to_base, link_to_point, log_visit
from doorstep.faculty.services.tours import StopFacts, add_stop, plan_tour
from tests.factories.classes import SYSTEM

BEGUN = date(2026, 1, 5)


def given_group(unit: Unit, *members: Teacher, name: str = "霍童镇理论宣讲团", topic: str = "全会精神") -> LectureGroup:
    """A group of `unit` with members since January and a topic of this year."""
    group = found_group(unit=unit, name=name, founded_on=BEGUN, actor=SYSTEM)
    for member in members:
        join_group(group=group, teacher=member, on=BEGUN, actor=SYSTEM)
    write_topic(group=group, year=clock.today().year, title=topic, outline="讲三件事。", actor=SYSTEM)
    return group


def topic_of(group: LectureGroup) -> GroupTopic:
    """Its first topic."""
    return group.topics.order_by("pk")[0]


def lecture_facts(group: LectureGroup, day: date | None = None, hour: int = 9, **changes: Any) -> LectureFacts:
    """A lecture of an hour by the first member at the group's own unit, yesterday, heard by 40."""
    at = day or clock.today() - timedelta(days=1)
    member = group.members.order_by("pk")[0]
    values: dict[str, Any] = {
        "teacher_id": member.teacher_id, "topic_id": topic_of(group).pk, "spot": Spot(group.unit_id),
        "starts_at": clock.at_local(at, hour), "ends_at": clock.at_local(at, hour + 1), "heads": 40, **changes,
    }  # fmt: skip
    return LectureFacts(**values)


def given_lecture(group: LectureGroup, day: date | None = None, hour: int = 9, **changes: Any) -> Lecture:
    """The same, entered."""
    return enter_lecture(group=group, facts=lecture_facts(group, day, hour, **changes), actor=SYSTEM)


def given_tour(group: LectureGroup) -> Tour:
    """A tour about its topic."""
    return plan_tour(group=group, topic=topic_of(group), title="全会精神进村巡讲", actor=SYSTEM)


def stop_facts(group: LectureGroup, day: date, hour: int = 9, **changes: Any) -> StopFacts:
    """A sitting of an hour by the first member at the group's own unit."""
    values: dict[str, Any] = {
        "teacher_id": group.members.order_by("pk")[0].teacher_id, "spot": Spot(group.unit_id),
        "starts_at": clock.at_local(day, hour), "ends_at": clock.at_local(day, hour + 1), **changes,
    }  # fmt: skip
    return StopFacts(**values)


def given_stop(tour: Tour, day: date, hour: int = 9, **changes: Any) -> TourStop:
    """The same, planned."""
    return add_stop(tour=tour, facts=stop_facts(tour.group, day, hour, **changes), actor=SYSTEM)


def given_point(unit: Unit, host: Unit, **changes: Any) -> LiaisonPoint:
    """A liaison point of `unit` at `host`, since January."""
    values: dict[str, Any] = {"name": "霍童理论进基层联系点", "spot": Spot(host.pk), "founded_on": BEGUN, **changes}
    return found_point(unit=unit, **values, actor=SYSTEM)


def given_link(teacher: Teacher, target: Base | LiaisonPoint, since: date = BEGUN) -> StandingLink:
    """A teacher linked to a base or to a liaison point since January."""
    if isinstance(target, LiaisonPoint):
        return link_to_point(teacher=teacher, point=target, since=since, actor=SYSTEM)
    return link_to_base(teacher=teacher, unit=target.unit, base_id=target.pk, since=since, actor=SYSTEM)


def visit_facts(**changes: Any) -> VisitFacts:
    """A visit of today with something seen."""
    values: dict[str, Any] = {"kind": "visit", "visited_on": clock.today(), "findings": "党校正在上课", **changes}
    return VisitFacts(**values)


def given_visit(link: StandingLink, **changes: Any) -> LinkVisit:
    """The same, logged."""
    return log_visit(link=link, facts=visit_facts(**changes), actor=SYSTEM)
