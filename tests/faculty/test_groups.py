"""Lecture groups: members from day to day, topics of a year, tours that engage, lectures that are counted once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction
from hypothesis import given
from hypothesis import strategies as st

from doorstep.bases.models import Base
from doorstep.classes.queries.invariants import STATED as CLASSES_STATED
from doorstep.classes.queries.teaching import sessions_in_doubt
from doorstep.core import clock
from doorstep.core.errors import NotPermitted
from doorstep.core.invariants import check_invariants
from doorstep.core.models import Activity
from doorstep.directory.models import Division, Unit
from doorstep.faculty.models import Engagement, GroupMember, Lecture, LectureGroup, Teacher
from doorstep.faculty.queries.groups import group_counts, groups_told, stops_in_doubt, tours_of
from doorstep.faculty.queries.invariants import STATED
from doorstep.faculty.queries.lectures import LectureSum, lecture_sums, summed_lectures
from doorstep.faculty.queries.spots import Spot, spots_around
from doorstep.faculty.rules.lecturing import LectureLimits, Standing, lecture_fault
from doorstep.faculty.services import group_refusals as refusals
from doorstep.faculty.services import lectures
from doorstep.faculty.services.engagements import answer_engagement
from doorstep.faculty.services.groups import (
    change_group,
    found_group,
    join_group,
    leave_group,
    turn_group,
    write_topic,
)
from doorstep.faculty.services.lectures import correct_lecture, enter_lecture, take_back_lecture
from doorstep.faculty.services.refusals import DayInFuture, TeacherNotActive, TeacherTaken
from doorstep.faculty.services.teachers import turn_teacher
from doorstep.faculty.services.tours import add_stop, cancel_stop, plan_tour
from tests.cast import Cast
from tests.factories.classes import SYSTEM, half_day, make_base, make_class
from tests.factories.groups import (
    BEGUN,
    given_group,
    given_lecture,
    given_stop,
    given_tour,
    lecture_facts,
    stop_facts,
    topic_of,
)
from tests.factories.teachers import given_teacher

TODAY, DAY = date(2026, 11, 24), date(2026, 12, 7)
LIMITS = LectureLimits(most_people=100, most_days_late=30)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


@pytest.fixture
def teacher(cast: Cast) -> Teacher:
    return given_teacher(cast.unit("huotong"), on=TODAY)


@pytest.fixture
def group(cast: Cast, teacher: Teacher) -> LectureGroup:
    return given_group(cast.unit("huotong"), teacher)


def broken() -> list[str]:
    own = {stated.name for stated in (*STATED, *CLASSES_STATED)}
    return [finding.name for finding in check_invariants() if finding.name in own and not finding.holds]


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return clock.at_local(day, hour, minute)


@pytest.mark.parametrize(
    ("starts", "ends", "heads", "fault"),
    [
        (at(TODAY, 9), at(TODAY, 10), 1, ""),
        (at(TODAY, 11), at(TODAY, 12), 100, ""),
        (at(TODAY, 10), at(TODAY, 10), 1, "times"),
        (at(TODAY - timedelta(1), 23), at(TODAY, 1), 1, "times"),
        (at(TODAY, 11), at(TODAY, 12, 1), 1, "future"),
        (at(date(2026, 10, 25), 9), at(date(2026, 10, 25), 10), 1, ""),
        (at(date(2026, 10, 24), 9), at(date(2026, 10, 24), 10), 1, "late"),
        (at(TODAY, 9), at(TODAY, 10), 0, "none"),
        (at(TODAY, 9), at(TODAY, 10), 101, "many"),
    ],
)
def test_which_lectures_can_have_been(starts: datetime, ends: datetime, heads: int, fault: str) -> None:
    said = lecture_fault(starts, ends, heads, now=at(TODAY, 12), group=Standing(BEGUN), limits=LIMITS)
    assert said == fault


@given(st.integers(-40, 40), st.integers(-40, 40), st.none() | st.integers(-40, 40))
def test_a_group_holds_from_its_first_day_until_the_day_it_ended(day: int, first: int, last: int | None) -> None:
    ended = None if last is None else TODAY + timedelta(last)
    holds = Standing(TODAY + timedelta(first), ended).holds(TODAY + timedelta(day))
    assert holds == (first <= day and (last is None or day < last))


def test_founded_named_once_and_led_by_a_member(cast: Cast, group: LectureGroup, teacher: Teacher) -> None:
    unit, township = cast.unit("huotong"), cast.actor("township")
    assert (group.level, group_counts()) == ("township", {"lecture_group": 1})
    assert given_group(cast.unit("kengtou"), name="村里的").level == "agency"
    with pytest.raises(refusals.GroupTaken, match="霍童镇党委"):
        found_group(unit=unit, name=group.name, founded_on=BEGUN, actor=township)
    with pytest.raises(DayInFuture):
        found_group(unit=unit, name="x", founded_on=DAY, actor=township)
    for name in ("sibling_township", "base", "teacher", "auditor"):
        with pytest.raises(NotPermitted):
            found_group(unit=unit, name="x", founded_on=BEGUN, actor=cast.actor(name))
    other = given_teacher(unit, name="蓝玉兰")
    with pytest.raises(refusals.LeaderNotMember):
        change_group(group=group, name="x", leader_id=other.pk, actor=township)
    changed = change_group(group=group, name=" 新名 ", leader_id=teacher.pk, actor=township)
    assert (changed.name, changed.leader) == ("新名", teacher)
    assert broken() == []


def test_members_from_day_to_day(cast: Cast, group: LectureGroup, teacher: Teacher) -> None:
    county = given_group(cast.unit("jiaocheng"), teacher, name="区宣讲团")  # one person in two groups
    member = group.members.get()
    join = partial(join_group, group=group, actor=cast.actor("township"))
    with pytest.raises(refusals.MemberHeld):
        join(teacher=teacher, on=TODAY)
    with pytest.raises(DayInFuture):
        join(teacher=given_teacher(cast.unit("huotong")), on=DAY)
    leave = partial(leave_group, member=member, actor=cast.actor("township"))
    change_group(group=group, name=group.name, leader_id=teacher.pk, actor=SYSTEM)
    for wrong, refused in (
        ({"on": DAY, "reason": "x"}, DayInFuture),
        ({"on": TODAY, "reason": " "}, refusals.EndingReasonMissing),
        ({"on": BEGUN, "reason": "x"}, refusals.MemberLeftTooEarly),
    ):
        with pytest.raises(refused):
            leave(**wrong)
    leave(on=date(2026, 6, 1), reason="调离")
    assert LectureGroup.objects.get(pk=group.pk).leader is None
    with pytest.raises(refusals.MemberLeft):
        leave(on=TODAY, reason="x")
    with pytest.raises(refusals.MemberHeld):
        join(teacher=teacher, on=date(2026, 5, 31))
    leave_group(member=join(teacher=teacher, on=TODAY), on=TODAY, reason="点错了", actor=SYSTEM)
    assert GroupMember.objects.filter(group=group).count() == 1  # what began and ended today never was
    turn_teacher(teacher=teacher, end=True, reason="年龄到限", actor=SYSTEM)
    assert county.members.get().left_for == "年龄到限"
    with pytest.raises(TeacherNotActive):
        join(teacher=teacher, on=TODAY)
    assert broken() == []


def test_ended_and_brought_back(cast: Cast, group: LectureGroup, teacher: Teacher) -> None:
    turn = partial(turn_group, group=group, actor=cast.actor("township"))
    stop = given_stop(given_tour(group), DAY)
    with pytest.raises(refusals.EndingReasonMissing):
        turn(end=True)
    with pytest.raises(refusals.GroupStillTours, match="1 场"):
        turn(end=True, reason="x")
    with pytest.raises(refusals.MemberStillAsked, match="1 场"):
        leave_group(member=group.members.get(), on=TODAY, reason="x", actor=SYSTEM)
    cancel_stop(stop=stop, reason="台风", actor=SYSTEM)
    turn(end=True, reason="合并")
    with pytest.raises(refusals.GroupStandsSo):
        turn(end=True, reason="x")
    with pytest.raises(refusals.GroupEnded):
        given_tour(group)
    with pytest.raises(refusals.LectureWrong, match="已经撤销"):
        given_lecture(group, TODAY)
    given_lecture(group)  # of yesterday, when there still was a group
    again = found_group(unit=group.unit, name=group.name, founded_on=TODAY, actor=SYSTEM)
    with pytest.raises(refusals.GroupTaken):
        turn(end=False)
    turn_group(group=again, end=True, reason="x", actor=SYSTEM)
    assert turn(end=False).ended_on is None
    assert broken() == []


def test_topics_are_good_for_a_year(group: LectureGroup) -> None:
    topic, write = topic_of(group), partial(write_topic, group=group, outline="x", actor=SYSTEM)
    with pytest.raises(refusals.TopicTaken, match="2026 年"):
        write(year=2026, title=topic.title)
    last = write(year=2025, title=topic.title)
    with pytest.raises(refusals.TopicOtherYear, match="2025 年"):
        given_lecture(group, topic_id=last.pk)
    old = plan_tour(group=group, topic=last, title="x", actor=SYSTEM)
    with pytest.raises(refusals.TopicOtherYear):
        given_stop(old, DAY)
    with pytest.raises(refusals.TopicUsed):
        write(year=2026, title="改年份", topic=last)
    given_lecture(group)
    with pytest.raises(refusals.TopicUsed):
        write(year=2025, title="改年份", topic=topic)
    assert write(year=2026, title="改名", topic=topic).title == "改名"


def statuses() -> list[str]:
    return list(Engagement.objects.order_by("pk").values_list("status", flat=True))


def test_the_way_of_a_lecturer_counts_and_none_lies_between_two_sittings_at_one_place(
    cast: Cast, group: LectureGroup, teacher: Teacher
) -> None:
    town: dict[str, Any] = {"level": "township", "kind": "镇", "valid_from": date(2000, 1, 1)}
    lies = Division.objects.create(code="350902105", name="霍童镇", short_name="霍童", lat=26.9, lng=119.4, **town)
    Unit.objects.filter(pk=cast.unit("huotong").pk).update(division=lies)
    far = make_base(cast.unit("hubei"), name="虎贝教学点")
    Base.objects.filter(pk=far.pk).update(lat=26.9, lng=119.2)
    tour, spot = given_tour(group), Spot(far.unit_id, far.pk)
    given_stop(tour, DAY, spot=spot)
    given_stop(tour, DAY, hour=11, spot=spot)
    held = Engagement.objects.filter(status="offered").order_by("starts_at")
    way = timedelta(minutes=51)  # 20 km, half as far again on the road, 35 km an hour
    assert list(held.values_list("held_from", "held_until")) == [
        (at(DAY, 9) - way, at(DAY, 10)),
        (at(DAY, 11), at(DAY, 12) + way),
    ]
    with pytest.raises(TeacherTaken):
        make_class(cast.unit("huotong"), sessions=[half_day(DAY, 12, teacher_id=teacher.pk)])


def test_a_tour_asks_its_lecturers_and_nobody_is_in_two_places(
    cast: Cast, group: LectureGroup, teacher: Teacher
) -> None:
    tour = given_tour(group)
    base = make_base(cast.unit("huotong"))
    stop = given_stop(tour, DAY, spot=Spot(base.unit_id, base.pk), where="二楼")
    asked = Engagement.objects.get()
    assert (asked.status, asked.where, asked.key) == ("offered", "霍童镇党校 二楼", f"stop:{stop.pk}")
    with pytest.raises(TeacherTaken):
        make_class(cast.unit("hubei"), sessions=[half_day(DAY, 8, teacher_id=teacher.pk)])
    with pytest.raises(TeacherTaken):
        given_stop(tour, DAY)
    with pytest.raises(refusals.StopPast):
        given_stop(tour, TODAY, hour=11)
    with pytest.raises(refusals.StopPast):
        given_stop(tour, DAY, ends_at=at(DAY, 9))
    with pytest.raises(refusals.StopPast):
        given_stop(tour, DAY, ends_at=at(DAY + timedelta(1), 9))
    with pytest.raises(refusals.NotMember, match="不在"):
        given_stop(tour, DAY, teacher_id=given_teacher(cast.unit("huotong"), on=TODAY).pk)
    given_stop(tour, DAY, hour=14)
    answer_engagement(engagement=asked, accept=False, reason="住院", actor=SYSTEM)
    assert [(one.pk, why) for one, why in stops_in_doubt(cast.actor("township"))] == [(stop.pk, "declined")]
    assert stops_in_doubt(cast.actor("sibling_township")) == []
    assert sessions_in_doubt(cast.actor("township")) == []  # the asker of classes is not told of stops
    cancel_stop(stop=stop, reason="换一天", actor=cast.actor("township"))
    assert (statuses(), stops_in_doubt(cast.actor("township"))) == (["declined", "offered"], [])
    with pytest.raises(refusals.StopCancelled):
        cancel_stop(stop=stop, reason="x", actor=SYSTEM)
    with pytest.raises(NotPermitted):
        add_stop(tour=tour, facts=stop_facts(group, DAY, 18), actor=cast.actor("base"))
    assert broken() == []


def test_a_sitting_is_given_once(group: LectureGroup) -> None:
    tour = given_tour(group)
    stop, other = given_stop(tour, DAY), given_stop(tour, DAY, hour=14)
    with pytest.raises(refusals.EndingReasonMissing):
        cancel_stop(stop=other, reason=" ", actor=SYSTEM)
    cancel_stop(stop=other, reason="x", actor=SYSTEM)
    with clock.frozen(at(DAY, 20)):
        with pytest.raises(refusals.StopCancelled):
            given_lecture(group, DAY, 14, stop_id=other.pk)
        lecture = given_lecture(group, DAY, stop_id=stop.pk)
        with pytest.raises(refusals.StopGiven):
            given_lecture(group, DAY, 15, stop_id=stop.pk)
        with pytest.raises(refusals.StopGiven):
            cancel_stop(stop=stop, reason="x", actor=SYSTEM)
        (told,) = tours_of(group)
        assert (told.size, told.given) == (1, 1)
        take_back_lecture(lecture=lecture, reason="登了两次", revision=1, actor=SYSTEM)
        assert [(one.size, one.given) for one in tours_of(group)] == [(1, 0)]
        given_lecture(group, DAY, stop_id=stop.pk)
        assert broken() == []


def test_counted_once_whichever_group_enters_it(cast: Cast, group: LectureGroup, teacher: Teacher) -> None:
    county = given_group(cast.unit("jiaocheng"), teacher, name="区宣讲团")
    given_lecture(group)
    with pytest.raises(refusals.LectureCounted, match="09:00–10:00 的宣讲已由“霍童镇理论宣讲团”"):
        given_lecture(county, hour=9, starts_at=at(TODAY - timedelta(1), 9, 30))
    given_lecture(county, hour=10)  # the next hour is another lecture
    stranger = given_teacher(cast.unit("huotong"))
    with pytest.raises(refusals.NotMember):
        given_lecture(group, teacher_id=stranger.pk)
    with pytest.raises(NotPermitted):
        enter_lecture(group=county, facts=lecture_facts(county, hour=15), actor=cast.actor("township"))
    (told,) = groups_told(cast.actor("township")).filter(pk=group.pk)
    assert (told.size, told.given, told.heads) == (1, 1, 40)
    assert broken() == []


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"heads": 0}, "要大于 0"),
        ({"heads": 5001}, "最多登记 5000 人次，填的是 5001"),
        ({"day": TODAY, "hour": 12}, "还没有讲完"),
        ({"day": TODAY - timedelta(93)}, "最近 92 天"),
        ({"ends_at": at(TODAY - timedelta(1), 9)}, "结束要晚于开始"),
        ({"day": date(2026, 1, 4)}, "还没有成立"),
    ],
)
def test_what_is_not_written_down(group: LectureGroup, changes: dict[str, Any], why: str) -> None:
    with pytest.raises(refusals.LectureWrong, match=why):
        given_lecture(group, **changes)
    assert not Lecture.objects.exists()


def test_a_lesson_of_a_class_is_no_lecture(cast: Cast, group: LectureGroup, teacher: Teacher) -> None:
    make_class(cast.unit("huotong"), sessions=[half_day(DAY, 8, teacher_id=teacher.pk)])
    with clock.frozen(at(DAY, 20)):
        with pytest.raises(refusals.LectureOfClass, match="由签到计数"):
            given_lecture(group, DAY)
        lecture = given_lecture(group, DAY, hour=15)
        assert broken() == []
        Lecture.objects.filter(pk=lecture.pk).update(starts_at=at(DAY, 9), ends_at=at(DAY, 10))
        assert broken() == ["lecture_is_no_session"]


def test_corrected_and_taken_back_with_a_trace(cast: Cast, group: LectureGroup) -> None:
    lecture, township = given_lecture(group), cast.actor("township")
    correct = partial(correct_lecture, lecture=lecture, topic=topic_of(group), actor=township)
    with pytest.raises(refusals.EndingReasonMissing):
        correct(heads=3, reason=" ", revision=1)
    with pytest.raises(refusals.LectureChangedMeanwhile):
        correct(heads=3, reason="x", revision=2)
    with pytest.raises(refusals.LectureWrong, match="大于 0"):
        correct(heads=0, reason="x", revision=1)
    last = write_topic(group=group, year=2025, title="x", outline="", actor=SYSTEM)
    with pytest.raises(refusals.TopicOtherYear):
        correct_lecture(lecture=lecture, topic=last, heads=1, reason="x", revision=1, actor=township)
    assert correct(heads=35, reason="数错了", revision=1).revision == 2
    told = Activity.objects.get(event="faculty.lecture_corrected").detail
    assert (told["before"]["heads"], told["heads"], told["reason"]) == (40, 35, "数错了")
    with clock.frozen(at(date(2026, 1, 20), 12)):
        given_lecture(group, date(2026, 1, 19), heads=5)
    assert lecture_sums(group) == [LectureSum(2026, 2, 40)]
    take_back = partial(take_back_lecture, lecture=lecture, actor=township)
    take_back(reason="登了两次", revision=2)
    for again in (partial(take_back, reason="x", revision=3), partial(correct, heads=1, reason="x", revision=3)):
        with pytest.raises(refusals.LectureVoid):
            again()
    assert (lecture_sums(group), summed_lectures(Lecture.objects.all())) == (
        [LectureSum(2026, 1, 5)],
        LectureSum(0, 1, 5),
    )


def test_the_database_refuses_too(group: LectureGroup) -> None:
    first, second = given_lecture(group), given_lecture(group, hour=15)
    for wrong in ({"heads": 0}, {"ends_at": first.starts_at}, {"starts_at": first.starts_at}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Lecture.objects.filter(pk=second.pk).update(**wrong)


def test_where_one_can_go(cast: Cast) -> None:
    base = make_base(cast.unit("huotong"))
    spots, groups = spots_around("350902")
    assert spots[f"base-{base.pk}"] == Spot(cast.unit("huotong").pk, base.pk)
    assert [name for name, _rows in groups] == ["蕉城区委组织部"]
    assert f"unit-{cast.unit('fuan').pk}" not in spots
    everywhere, names = spots_around("350900")
    assert f"unit-{cast.unit('fuan').pk}" in everywhere
    assert [name for name, _rows in names] == ["市", "蕉城区委组织部", "福安市委组织部"]


def _race(*acts: Callable[[], object]) -> list[str]:
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        with clock.frozen(at(TODAY, 12)):
            start.wait()
            try:
                act()
            except Exception as problem:
                return str(getattr(problem, "code", type(problem).__name__))
            finally:
                connections.close_all()
            return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


def test_two_groups_that_enter_one_lecture_at_one_moment_count_it_once(
    cast_committed: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The groups are two locks: the constraint alone keeps them apart, and without it the lecture counts twice."""
    cast = cast_committed
    with clock.frozen(at(TODAY, 12)):
        teacher = given_teacher(cast.unit("huotong"), on=TODAY)
        groups = [given_group(cast.unit(name), teacher, name=name) for name in ("huotong", "jiaocheng")]
        acts = [partial(given_lecture, group, TODAY) for group in groups]
    assert _race(*acts) == ["done", "lecture_counted"]
    Lecture.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'lecture_counted_once'")
        (definition,) = cursor.fetchone()
        cursor.execute("ALTER TABLE faculty_lecture DROP CONSTRAINT lecture_counted_once")
        try:
            assert _race(*acts) == ["done", "done"]
        finally:
            Lecture.objects.all().delete()
            cursor.execute(f"ALTER TABLE faculty_lecture ADD CONSTRAINT lecture_counted_once {definition}")


def test_two_who_correct_one_lecture_at_one_moment(cast_committed: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    cast = cast_committed
    with clock.frozen(at(TODAY, 12)):
        group = given_group(cast.unit("huotong"), given_teacher(cast.unit("huotong"), on=TODAY))
        lecture = given_lecture(group)
    change = partial(correct_lecture, lecture=lecture, topic=topic_of(group), reason="x", revision=1, actor=SYSTEM)
    assert _race(partial(change, heads=1), partial(change, heads=2)) == ["done", "lecture_changed"]
    assert lectures.Lecture.objects.get().revision == 2
