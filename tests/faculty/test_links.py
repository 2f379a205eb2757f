"""Liaison points, teachers linked to schools with what a year asks of them, county leaders and their first lessons."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from doorstep.bases.models import Base
from doorstep.classes.queries.first_lessons import first_lessons, first_lessons_missing
from doorstep.classes.queries.invariants import STATED as CLASSES_STATED
from doorstep.core import clock
from doorstep.core.errors import NotPermitted
from doorstep.core.invariants import check_invariants
from doorstep.core.models import Activity
from doorstep.faculty.models import FirstLesson, LeaderLink, LiaisonPoint, LinkVisit, StandingLink, Teacher
from doorstep.faculty.queries.invariants import STATED
from doorstep.faculty.queries.links import (
    follow_ups_due,
    link_by_id,
    links_of_bases,
    links_of_point,
    links_of_teacher,
    point_counts,
    points_quiet,
    visits_at,
)
from doorstep.faculty.queries.spots import Spot
from doorstep.faculty.rules.lecturing import Duties, next_visit_due
from doorstep.faculty.services import link_refusals as refusals
from doorstep.faculty.services.group_refusals import EndingReasonMissing
from doorstep.faculty.services.leaders import enter_first_lesson, link_leader, take_back_first_lesson
from doorstep.faculty.services.links import (
    end_link,
    found_point,
    link_to_base,
    link_to_point,
    log_visit,
    settle_follow_up,
    take_back_visit,
    turn_point,
)
from doorstep.faculty.services.refusals import DayInFuture, TeacherNotActive
from doorstep.faculty.services.teachers import find_on_roster, turn_teacher
from doorstep.web.queries.home_links import link_tasks
from tests.cast import Cast
from tests.factories.classes import SYSTEM, half_day, make_base, make_class
from tests.factories.groups import (
    BEGUN,
    given_group,
    given_link,
    given_point,
    given_stop,
    given_tour,
    given_visit,
    visit_facts,
)
from tests.factories.teachers import given_teacher
from tests.faculty.test_groups import _race

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


@pytest.fixture
def base(cast: Cast) -> Base:
    return make_base(cast.unit("huotong"))


@pytest.fixture
def teacher(cast: Cast) -> Teacher:
    return given_teacher(cast.unit("jiaocheng"), on=TODAY)


@pytest.fixture
def link(teacher: Teacher, base: Base) -> StandingLink:
    return given_link(teacher, base)


@pytest.fixture
def point(cast: Cast) -> LiaisonPoint:
    return given_point(cast.unit("ningde"), cast.unit("huotong"))


def broken() -> list[str]:
    own = {stated.name for stated in (*STATED, *CLASSES_STATED)}
    return [finding.name for finding in check_invariants() if finding.name in own and not finding.holds]


@given(st.integers(0, 9), st.integers(0, 9))
def test_visits_do_not_make_up_for_lessons(visits: int, lessons: int) -> None:
    left = Duties(2, 3).left(visits, lessons)
    assert (left.visits, left.lessons) == (max(0, 2 - visits), max(0, 3 - lessons))
    assert left.word == ("met" if visits >= 2 and lessons >= 3 else "behind")


@given(st.none() | st.integers(-400, 400), st.integers(1, 400))
def test_a_point_is_due_again_after_so_many_days(latest: int | None, every: int) -> None:
    seen = None if latest is None else BEGUN + timedelta(latest)
    assert next_visit_due(seen, BEGUN, every) == max(seen or BEGUN, BEGUN) + timedelta(every)


def test_a_point_is_kept_by_the_city(cast: Cast, point: LiaisonPoint, teacher: Teacher) -> None:
    city = cast.actor("city")
    new = partial(found_point, unit=cast.unit("ningde"), spot=Spot(cast.unit("saiqi").pk), founded_on=BEGUN)
    for name in ("county", "township", "auditor"):
        with pytest.raises(NotPermitted):
            new(name="x", actor=cast.actor(name))
    with pytest.raises(refusals.PointTaken):
        new(name=point.name, actor=city)
    with pytest.raises(DayInFuture):
        new(name="x", founded_on=TODAY + timedelta(1), actor=city)
    assert (point.county, point_counts()) == ("350902", {"liaison_point": 1})
    first = given_link(teacher, point)
    with pytest.raises(refusals.LinkHeld, match="霍童理论进基层联系点"):
        given_link(teacher, point, TODAY)
    turn = partial(turn_point, point=point, actor=city)
    with pytest.raises(EndingReasonMissing):
        turn(end=True, reason=" ")
    turn(end=True, reason="合并")
    with pytest.raises(refusals.PointStandsSo):
        turn(end=True, reason="x")
    with pytest.raises(refusals.PointEnded):
        given_link(teacher, point, TODAY)
    first.refresh_from_db()
    assert (first.valid_to, first.ended_for, point_counts()) == (TODAY, "合并", {"liaison_point": 0})
    turn(end=False)
    second = given_link(teacher, point, TODAY)
    assert [one.pk for one in links_of_point(point)] == [second.pk, first.pk]
    turn(end=True, reason="x")  # one that began today lasts today
    second.refresh_from_db()
    assert second.valid_to == TODAY + timedelta(1)
    assert broken() == []


def test_a_point_nobody_visits_is_a_task_of_its_keeper(cast: Cast, point: LiaisonPoint, teacher: Teacher) -> None:
    link, city = given_link(teacher, point), cast.actor("city")

    def told(on: date) -> list[str]:
        with clock.frozen(clock.at_local(on, 9)):
            return [task.words for task in link_tasks(city, on) if task.url == f"/liaison-points/{point.pk}/"]

    assert told(BEGUN + timedelta(89)) == []
    assert told(BEGUN + timedelta(90)) == ["联系点很久没有走访：霍童理论进基层联系点"]
    with clock.frozen(clock.at_local(date(2026, 4, 1), 9)):
        visit = given_visit(link, visited_on=date(2026, 4, 1))
    assert (told(date(2026, 6, 29)), len(told(date(2026, 6, 30)))) == ([], 1)
    assert [one.pk for one in visits_at(point)] == [visit.pk]
    for name in ("county", "township", "secretary"):
        assert list(points_quiet(cast.actor(name))) == []
    (task,) = [one for one in link_tasks(city, TODAY) if "联系点" in one.words]
    assert (task.due, task.note) == (date(2026, 6, 30), "上次 2026-04-01")
    take_back_visit(visit=visit, reason="登错", actor=city)
    (task,) = [one for one in link_tasks(city, TODAY) if "联系点" in one.words]
    assert (task.due, task.note) == (BEGUN + timedelta(90), "还没有走访过")


def test_linked_from_day_to_day(cast: Cast, link: StandingLink, teacher: Teacher, base: Base) -> None:
    township = cast.actor("township")
    new = partial(link_to_base, teacher=teacher, unit=base.unit, base_id=base.pk)
    with pytest.raises(refusals.LinkHeld, match="霍童镇党校"):
        new(since=TODAY, actor=township)
    with pytest.raises(DayInFuture):
        new(since=TODAY + timedelta(1), actor=township)
    for name in ("sibling_township", "other_county", "base", "teacher"):
        with pytest.raises(NotPermitted):
            new(since=TODAY, actor=cast.actor(name))
    assert (links_of_bases([base.pk], BEGUN - timedelta(1)), links_of_bases([base.pk], TODAY)) == ({}, {base.pk: 1})
    given_visit(link, visited_on=date(2026, 6, 1))
    end = partial(end_link, link=link, actor=township)
    for wrong, refused in (
        ({"on": TODAY + timedelta(1), "reason": "x"}, DayInFuture),
        ({"on": TODAY, "reason": " "}, EndingReasonMissing),
        ({"on": BEGUN, "reason": "x"}, refusals.LinkEndedTooEarly),
        ({"on": date(2026, 6, 1), "reason": "x"}, refusals.LinkEndedTooEarly),
    ):
        with pytest.raises(refused):
            end(**wrong)
    assert end(on=date(2026, 6, 2), reason="调整分工").ended_for == "调整分工"
    with pytest.raises(refusals.LinkEnded):
        end(on=TODAY, reason="x")
    with pytest.raises(refusals.VisitOutside):
        given_visit(link)
    again = new(since=date(2026, 6, 2), actor=township)
    assert [one.pk for one in links_of_teacher(teacher, township)] == [again.pk]
    given_visit(again)
    turn_teacher(teacher=teacher, end=True, reason="退休", actor=SYSTEM)
    again.refresh_from_db()
    assert again.valid_to == TODAY + timedelta(1)  # there was a visit today
    with pytest.raises(TeacherNotActive):
        new(since=TODAY, actor=township)
    assert broken() == []


def test_only_the_city_ends_a_link_to_its_point(cast: Cast, point: LiaisonPoint, teacher: Teacher) -> None:
    link = given_link(teacher, point)
    for name in ("county", "township"):
        with pytest.raises(NotPermitted):
            end_link(link=link, on=TODAY, reason="x", actor=cast.actor(name))
        with pytest.raises(NotPermitted):
            link_to_point(teacher=teacher, point=point, since=TODAY, actor=cast.actor(name))
    assert end_link(link=link, on=TODAY, reason="x", actor=cast.actor("city")).valid_to == TODAY


def test_what_a_year_asks_for_and_who_falls_short(cast: Cast, link: StandingLink) -> None:
    def short() -> tuple[int, int, bool]:
        told = link_by_id(link.pk, cast.actor("county"))
        return told.visited, told.taught, told.is_short

    assert short() == (0, 0, True)
    for day in (1, 2):
        given_visit(link, visited_on=date(2026, 3, day))
    lesson = given_visit(link, visited_on=date(2026, 3, 1), kind="lesson")  # a visit and a lesson on one day are two
    assert short() == (2, 1, True)
    given_visit(link, visited_on=date(2026, 4, 1), kind="lesson")
    assert short() == (2, 2, False)
    with pytest.raises(refusals.VisitCounted, match="走访"):
        given_visit(link, visited_on=date(2026, 3, 1))
    take_back_visit(visit=lesson, reason="没上成", actor=cast.actor("base"))
    assert short() == (2, 1, True)
    with clock.frozen(clock.at_local(date(2027, 1, 5), 9)):
        assert short() == (0, 0, True)  # each year anew
    assert broken() == []


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"visited_on": TODAY + timedelta(1)}, refusals.VisitOutside),
        ({"visited_on": BEGUN - timedelta(1)}, refusals.VisitOutside),
        ({"findings": " "}, refusals.FindingsMissing),
        ({"follow_up": "补发教材"}, refusals.FollowUpHalf),
        ({"due_on": TODAY}, refusals.FollowUpHalf),
        ({"follow_up": "补发教材", "due_on": TODAY - timedelta(1)}, refusals.FollowUpHalf),
    ],
)
def test_what_is_not_logged(link: StandingLink, changes: dict[str, Any], refused: type[Exception]) -> None:
    with pytest.raises(refused):
        given_visit(link, **changes)
    assert not LinkVisit.objects.exists()


def test_logged_by_the_teacher_or_at_the_place(cast: Cast, link: StandingLink, teacher: Teacher) -> None:
    find_on_roster(teacher=teacher, person=cast.person("彭有顺"), actor=SYSTEM)
    cast.accounts["sibling_secretary"].person = cast.person("彭有顺")
    cast.accounts["sibling_secretary"].save()
    link = StandingLink.objects.select_related("teacher").get(pk=link.pk)
    own = cast.actor("sibling_secretary")
    assert link_by_id(link.pk, own).pk == link.pk
    log_visit(link=link, facts=visit_facts(), actor=own)
    for name in ("sibling_township", "secretary", "auditor"):
        with pytest.raises(NotPermitted):
            log_visit(link=link, facts=visit_facts(kind="lesson"), actor=cast.actor(name))
    log_visit(link=link, facts=visit_facts(kind="lesson"), actor=cast.actor("base"))


def test_what_is_to_follow_is_done(cast: Cast, link: StandingLink) -> None:
    township = cast.actor("township")
    visit = given_visit(link, follow_up="补发教材", due_on=TODAY + timedelta(9))
    assert [one.pk for one in follow_ups_due(township)] == [visit.pk]
    assert list(follow_ups_due(cast.actor("county"))) == []  # not at the county's own place
    (task,) = [one for one in link_tasks(township, TODAY) if "跟进" in one.words]
    assert (task.due, task.note) == (TODAY + timedelta(9), "钟景芳　霍童镇党校")
    settle = partial(settle_follow_up, visit=visit, actor=township)
    with pytest.raises(refusals.OutcomeMissing):
        settle(outcome=" ")
    assert settle(outcome="发了 20 册").done_on == TODAY
    with pytest.raises(refusals.FollowUpNone):
        settle(outcome="x")
    with pytest.raises(refusals.FollowUpNone):
        settle_follow_up(visit=given_visit(link, kind="lesson"), outcome="x", actor=township)
    with pytest.raises(EndingReasonMissing):
        take_back_visit(visit=visit, reason="", actor=township)
    take_back_visit(visit=visit, reason="登错", actor=township)
    for again in (partial(settle, outcome="x"), partial(take_back_visit, visit=visit, reason="x", actor=township)):
        with pytest.raises(refusals.VisitVoid):
            again()
    assert list(follow_ups_due(township)) == []
    given_visit(link)  # what was taken back may be entered again


def test_the_database_refuses_too(link: StandingLink) -> None:
    visit = given_visit(link)
    for wrong in ({"follow_up": "x"}, {"due_on": TODAY}, {"done_on": TODAY}):
        with pytest.raises(IntegrityError), transaction.atomic():
            LinkVisit.objects.filter(pk=visit.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        StandingLink.objects.filter(pk=link.pk).update(valid_to=link.valid_from)


def standings(cast: Cast, year: int = 2026, who: str = "county") -> dict[str, tuple[str, date | None]]:
    return {one.name: (one.standing, one.given_on) for one in first_lessons(cast.actor(who), year)}


def test_one_leader_after_another(cast: Cast, base: Base) -> None:
    unit, county = base.unit, cast.actor("county")
    new = partial(link_leader, unit=unit, name="郑远帆", post="副区长")
    for name in ("township", "other_county", "base", "auditor"):
        with pytest.raises(NotPermitted):
            new(since=BEGUN, actor=cast.actor(name))
    with pytest.raises(refusals.LeaderTooEarly):
        new(since=TODAY + timedelta(1), actor=county)
    first = new(since=BEGUN, actor=county)
    with pytest.raises(refusals.LeaderTooEarly, match="2026-01-05"):
        new(since=BEGUN, post="区委常委", actor=county)
    with pytest.raises(refusals.LeaderStandsSo):
        new(since=TODAY, actor=county)
    link_leader(unit=unit, name="蔡明珠", post="区委常委", since=TODAY, actor=county)
    first.refresh_from_db()
    assert (first.valid_to, LeaderLink.objects.filter(valid_to=None).get().name) == (TODAY, "蔡明珠")
    LeaderLink.objects.filter(valid_to=None).delete()
    with pytest.raises(refusals.LeaderTooEarly):  # somebody else was quicker: the days overlap
        new(since=date(2026, 6, 1), actor=county)


def test_the_first_lesson_is_entered_once_a_year(cast: Cast, base: Base) -> None:
    unit, township = base.unit, cast.actor("township")
    enter = partial(enter_first_lesson, unit=unit, title="从下党之路讲起", actor=township)
    assert standings(cast) == {"霍童镇党校": ("unlinked", None)}
    assert [task.words for task in link_tasks(cast.actor("county"), TODAY)] == ["1 所乡镇党校没有挂钩县领导"]
    with pytest.raises(refusals.LeaderMissing, match="还没有挂钩"):
        enter(given_on=TODAY)
    link_leader(unit=unit, name="郑远帆", post="副区长", since=BEGUN, actor=SYSTEM)
    with pytest.raises(refusals.LeaderMissing):
        enter(given_on=BEGUN - timedelta(1))
    with pytest.raises(refusals.LessonAhead):
        enter(given_on=TODAY + timedelta(1))
    with clock.frozen(clock.at_local(date(2026, 1, 29), 9)):
        assert standings(cast) == {"霍童镇党校": ("not_planned", None)}
        assert first_lessons_missing(cast.actor("county")) == []
    with clock.frozen(clock.at_local(date(2026, 1, 30), 9)):
        assert standings(cast) == {"霍童镇党校": ("missing", None)}
        (task,) = link_tasks(cast.actor("county"), date(2026, 1, 30))
        assert (task.due, task.words) == (date(2026, 1, 30), "1 所乡镇党校今年的第一课还没上")
        for name in ("township", "other_county", "auditor"):
            assert first_lessons_missing(cast.actor(name)) == []
    lesson = enter(given_on=date(2026, 2, 2))
    assert standings(cast) == {"霍童镇党校": ("done", date(2026, 2, 2))}
    with pytest.raises(refusals.LessonCounted, match="2026 年"):
        enter(given_on=TODAY)
    with pytest.raises(NotPermitted):
        enter_first_lesson(unit=unit, given_on=TODAY, title="x", actor=cast.actor("base"))
    assert broken() == []
    with pytest.raises(EndingReasonMissing):
        take_back_first_lesson(lesson=lesson, reason=" ", actor=township)
    kept = FirstLesson.objects.get()
    take_back_first_lesson(lesson=lesson, reason="日子错了", actor=township)
    take_back_first_lesson(lesson=kept, reason="日子错了", actor=township)  # gone already is gone
    told = Activity.objects.get(event="faculty.first_lesson_taken_back").detail
    assert (told["on"], told["reason"]) == ("2026-02-02", "日子错了")


def test_the_lesson_of_a_class_that_the_leader_gave_counts_by_itself(cast: Cast, base: Base) -> None:
    leader = given_teacher(cast.unit("jiaocheng"), on=date(2026, 1, 2), category="official", name="郑远帆")
    day = date(2026, 3, 2)
    with clock.frozen(clock.at_local(date(2026, 2, 1), 9)):
        make_class(cast.unit("huotong"), sessions=[half_day(day, teacher_id=leader.pk)])
        make_class(cast.unit("hubei"), sessions=[half_day(day, 14, teacher_id=leader.pk)])
    link_leader(unit=base.unit, name="郑远帆", post="副区长", since=day, teacher_id=leader.pk, actor=SYSTEM)
    assert standings(cast) == {"霍童镇党校": ("done", day)}
    assert standings(cast, 2025) == {"霍童镇党校": ("unlinked", None)}
    with clock.frozen(clock.at_local(day, 11)):
        assert standings(cast) == {"霍童镇党校": ("missing", None)}  # it is still going on
    LeaderLink.objects.update(valid_from=day + timedelta(1))
    assert standings(cast) == {"霍童镇党校": ("missing", None)}  # not yet the leader on that day


def test_a_sitting_without_its_lecturer_is_a_task(cast: Cast) -> None:
    teacher = given_teacher(cast.unit("huotong"), on=TODAY)
    tour = given_tour(given_group(cast.unit("huotong"), teacher))
    stop = given_stop(tour, TODAY + timedelta(9))
    stop_engagement = teacher.engagements.get()
    stop_engagement.status, stop_engagement.reason, stop_engagement.answered_at = "declined", "住院", clock.now()
    stop_engagement.save()
    (task,) = link_tasks(cast.actor("township"), TODAY)
    assert (task.due, task.url) == (TODAY + timedelta(9), f"/lecture-stops/{stop.pk}/instead/")


def test_two_who_link_one_teacher_at_one_moment(cast_committed: Cast) -> None:
    cast = cast_committed
    base = make_base(cast.unit("huotong"))
    with clock.frozen(clock.at_local(TODAY, 12)):
        teacher = given_teacher(cast.unit("huotong"), on=TODAY)
    assert _race(partial(given_link, teacher, base), partial(given_link, teacher, base)) == [
        "done",
        "standing_link_held",
    ]
    link = StandingLink.objects.get()
    assert _race(partial(given_visit, link), partial(given_visit, link)) == ["done", "link_visit_counted"]
