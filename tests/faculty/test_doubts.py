"""Who relies on a teacher hears in time that they may not be there, and teachers hear what concerns themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from django.test import Client

from doorstep.catalogue.queries.rights import course_key
from doorstep.classes.models import TrainingClass
from doorstep.classes.queries.teaching import sessions_in_doubt
from doorstep.classes.services.sessions import move_session
from doorstep.core import clock
from doorstep.core.errors import NotPermitted
from doorstep.faculty.jobs import remind_teachers
from doorstep.faculty.models import Engagement, Teacher, Tour, TourStop, Trainee
from doorstep.faculty.queries.groups import stops_in_doubt
from doorstep.faculty.queries.rights import trainees_of
from doorstep.faculty.queries.substitutes import substitutes_at
from doorstep.faculty.services import engagements, group_refusals, refusals
from doorstep.faculty.services.engagements import answer_engagement, remind_engagements_due
from doorstep.faculty.services.groups import join_group
from doorstep.faculty.services.links import link_to_base
from doorstep.faculty.services.mentoring import begin_mentorship, close_mentorship
from doorstep.faculty.services.tours import cancel_stop, hand_over_stop
from doorstep.faculty.services.training import Taught, set_right_rule, withdraw_right
from doorstep.faculty.services.vetting import vet_teacher
from doorstep.notices.models import Message
from tests.cast import Cast
from tests.factories.classes import SYSTEM, half_day, make_base, make_class
from tests.factories.courses import given_course
from tests.factories.groups import given_group, given_stop, given_tour
from tests.factories.guiding import given_lesson, given_pair, given_right, given_trainer_course, passed
from tests.factories.materials import make_edition
from tests.factories.messages import told
from tests.factories.teachers import given_teacher

TODAY, DAY = date(2026, 11, 24), date(2026, 12, 7)
SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


@pytest.fixture
def teacher(cast: Cast) -> Teacher:
    """A teacher who has the account of the trainee."""
    return teaching(cast)


def teaching(cast: Cast, **changes: object) -> Teacher:
    teacher = given_teacher(cast.unit("huotong"), on=TODAY, **changes)
    Teacher.objects.filter(pk=teacher.pk).update(person=cast.person("林秀珍"))
    teacher.refresh_from_db()
    return teacher


def taught(cast: Cast, teacher: Teacher, day: date = DAY, hour: int = 8) -> TrainingClass:
    return make_class(cast.unit("huotong"), sessions=[half_day(day, hour, teacher_id=teacher.pk)])


def got(cast: Cast, who: str) -> list[tuple[str, str, str]]:
    rows = Message.objects.filter(account=cast.accounts[who]).order_by("pk")
    return [(one.text, one.title, one.body) for one in rows]


def test_the_answer_for_a_tour_goes_to_who_planned_it_and_to_nobody_else(cast: Cast, teacher: Teacher) -> None:
    """A class that happens to have the number of the tour is not concerned."""
    stranger = make_class(cast.unit("hubei"))
    planned = given_tour(given_group(cast.unit("huotong"), teacher))
    Tour.objects.filter(pk=planned.pk).update(id=stranger.pk)
    tour = Tour.objects.select_related("group", "topic").get(pk=stranger.pk)
    given_stop(tour, DAY)
    Message.objects.all().delete()
    answer_engagement(engagement=Engagement.objects.get(), accept=False, reason="住院", actor=cast.actor("trainee"))
    assert told("faculty.engagement_answered") == {"township": ["faculty.lecturer_declined"]}
    ((_text, title, body),) = got(cast, "township")
    assert (teacher.name in title, teacher.name in body, "住院" in body) == (False, True, True)
    assert Message.objects.get().link == f"/lecture-tours/{tour.pk}/"


def test_a_lesson_that_is_elsewhere_is_told_to_the_teacher(cast: Cast, teacher: Teacher) -> None:
    session = taught(cast, teacher).sessions.select_related("training_class").get()
    answer_engagement(engagement=Engagement.objects.get(), accept=True, actor=cast.actor("trainee"))
    Message.objects.all().delete()
    plan = half_day(DAY, 8, teacher_id=teacher.pk, location="村部")
    move_session(session=session, plan=plan, actor=SYSTEM)
    move_session(session=session, plan=plan, actor=SYSTEM)  # nothing new
    assert told("faculty.engagement_changed")["trainee"] == ["classes.teacher_lesson_changed"]
    assert "还是 2026-12-07 08:30，现在在村部" in got(cast, "trainee")[0][2]
    assert Engagement.objects.get().status == "accepted"


def test_who_did_not_pass_is_replaced_and_knows_why(cast: Cast, teacher: Teacher, sign_in: SignIn) -> None:
    held, later = taught(cast, teacher), taught(cast, teacher, DAY + timedelta(days=2))
    stop = given_stop(given_tour(given_group(cast.unit("huotong"), teacher)), DAY + timedelta(days=1))
    assert sessions_in_doubt(cast.actor("township")) == []
    Message.objects.all().delete()
    vet_teacher(teacher=teacher, on=TODAY, passed=False, note="材料没有交齐", actor=cast.actor("county"))
    found = told("faculty.teacher_vetted")
    assert sorted(found["trainee"]) == ["faculty.vetting_not_passed", "faculty.vetting_passed"]
    # One letter of the lessons, one of the tour, each names all.
    assert found["base"] == ["classes.teacher_unvetted"]
    assert sorted(found["township"]) == ["classes.teacher_unvetted", "faculty.lecturer_unvetted"]
    said = {text: body for text, _title, body in got(cast, "township")}
    first, second = (f"{one.title}　{one.sessions.get().title}" for one in (held, later))
    assert said["classes.teacher_unvetted"] == (
        f"{teacher.name}老师还排着课：2026-12-07 08:30 {first}; 2026-12-09 08:30 {second}。"
        "请换一位老师，或等重新审核通过。"
    )
    assert "2026-12-08" in said["faculty.lecturer_unvetted"]
    assert any("材料没有交齐" in body for _text, _title, body in got(cast, "trainee"))
    assert not any("材料" in title + body for _text, title, body in got(cast, "township"))
    doubts = [(one.training_class_id, why) for one, why in sessions_in_doubt(cast.actor("township"))]
    assert doubts == [(held.pk, "not_vetted"), (later.pk, "not_vetted")]
    assert stops_in_doubt(cast.actor("township")) == [(stop, "not_vetted")]
    assert sessions_in_doubt(cast.actor("sibling_township")) == []
    assert f"{teacher.name}老师没有通过审核" in sign_in("township").get("/").content.decode()
    for engagement in Engagement.objects.filter(status="offered"):
        with pytest.raises(refusals.TeacherUnvetted):
            answer_engagement(engagement=engagement, accept=True, actor=cast.actor("trainee"))
    vet_teacher(teacher=teacher, on=TODAY, passed=True, actor=cast.actor("county"))
    assert sessions_in_doubt(cast.actor("township")) == []
    told("faculty.teacher_vetted")
    assert [title for _text, title, _body in got(cast, "trainee")].count("您通过了教师审核") == 2
    answer_engagement(engagement=Engagement.objects.order_by("pk")[0], accept=True, actor=cast.actor("trainee"))


def test_a_right_that_is_taken_back_is_told_where_it_was_needed(cast: Cast, teacher: Teacher) -> None:
    course = given_course(cast.unit("ningde"))
    matter = Taught(course_key(course.pk), course.title)
    set_right_rule(taught=matter, place=course.unit.path, county=course.unit.county, needed=True, actor=SYSTEM)
    right = given_right(teacher, matter)
    session = half_day(DAY, 8, teacher_id=teacher.pk, course_id=course.pk)
    make_class(cast.unit("huotong"), sessions=[session])
    taught(cast, teacher, DAY + timedelta(days=1))  # of nothing that takes a right
    Message.objects.all().delete()
    withdraw_right(right=right, reason="两年没有讲", actor=cast.actor("county"))
    found = told("faculty.right_given", "faculty.right_withdrawn")
    assert {name: sorted(texts) for name, texts in found.items()} == {
        "trainee": ["faculty.right_given", "faculty.right_withdrawn"],
        "township": ["classes.teacher_right_gone"],
        "base": ["classes.teacher_right_gone"],
    }


def test_who_does_not_answer_is_reminded_once_and_who_waits_for_them_sees_it(cast: Cast, teacher: Teacher) -> None:
    near, far = date(2026, 11, 27), date(2026, 11, 28)
    with clock.frozen(clock.at_local(TODAY - timedelta(days=1), 12)):
        held = taught(cast, teacher, near)
        taught(cast, teacher, far)
    asked_today = given_teacher(cast.unit("huotong"), on=TODAY, name="雷树生")
    taught(cast, asked_today, near, 14)
    doubts = sessions_in_doubt(cast.actor("township"))
    assert [(one.training_class_id, why) for one, why in doubts] == [(held.pk, "silent")]
    with pytest.raises(NotPermitted):
        remind_engagements_due(actor=cast.actor("city"))
    Message.objects.all().delete()
    for _again in range(2):
        remind_teachers(0)
    assert told("faculty.engagement_reminded") == {"trainee": ["classes.teacher_reminded"]}
    assert Message.objects.count() == 1
    engagement = Engagement.objects.order_by("pk")[0]
    assert engagement.reminded_on == TODAY
    answer_engagement(engagement=engagement, accept=True, actor=cast.actor("trainee"))
    assert sessions_in_doubt(cast.actor("township")) == []


def test_a_reminder_that_comes_after_the_answer_says_nothing(cast: Cast, teacher: Teacher) -> None:
    with clock.frozen(clock.at_local(TODAY - timedelta(days=1), 12)):
        taught(cast, teacher, date(2026, 11, 27))
    assert remind_engagements_due(actor=SYSTEM) == 1
    answer_engagement(engagement=Engagement.objects.get(), accept=True, actor=cast.actor("trainee"))
    assert engagements._remind(Engagement.objects.get().pk, SYSTEM) is False
    Message.objects.all().delete()
    assert told("faculty.engagement_reminded") == {}


def test_teachers_hear_of_pairs_groups_and_links(cast: Cast, teacher: Teacher) -> None:
    mentor = given_teacher(cast.unit("huotong"), on=TODAY, name="雷树生")
    pair = begin_mentorship(
        mentor=mentor, apprentice=teacher, subject="farming", goals=["独立备一课"], on=TODAY, actor=SYSTEM
    )
    close_mentorship(mentorship=pair, signed=False, on=TODAY, note="调离", actor=SYSTEM)
    group = given_group(cast.unit("huotong"), mentor)
    join_group(group=group, teacher=teacher, on=TODAY, actor=SYSTEM)
    base = make_base(cast.unit("huotong"))
    link_to_base(teacher=teacher, unit=cast.unit("huotong"), base_id=base.pk, since=TODAY, actor=SYSTEM)
    told("faculty.mentorship_begun", "faculty.mentorship_closed", "faculty.group_joined", "faculty.link_made")
    said = {text: (title, body) for text, title, body in got(cast, "trainee")}
    assert set(said) == {
        "faculty.mentorship_begun", "faculty.mentorship_ended", "faculty.group_joined", "faculty.link_made",
    }  # fmt: skip
    assert not any(name in title for title, _body in said.values() for name in (mentor.name, teacher.name))
    assert said["faculty.mentorship_begun"][1].startswith(f"雷树生带{teacher.name}")
    assert said["faculty.link_made"][0] == f"请您联系：{base.name}"


def test_why_somebody_did_not_pass_is_for_them_and_those_above(cast: Cast, teacher: Teacher, sign_in: SignIn) -> None:
    vet_teacher(teacher=teacher, on=TODAY, passed=False, note="材料没有交齐", actor=cast.actor("county"))
    for name, sees in (("township", True), ("auditor", True), ("trainee", True), ("secretary", False)):
        shown = sign_in(name).get(f"/teachers/{teacher.pk}/")
        if name == "trainee" and shown.status_code == 404:  # their own page says it, whoever may see teachers
            continue
        page = shown.content.decode()
        assert ("没有通过" in page, "材料没有交齐" in page) == (True, sees), name


def test_who_did_not_pass_a_trainer_course_is_for_them_and_those_above(cast: Cast, teacher: Teacher) -> None:
    course = given_course(cast.unit("ningde"))
    matter = Taught(course_key(course.pk), course.title)
    held = given_trainer_course(cast.unit("huotong"), matter)
    passed(held, teacher)
    other = given_teacher(cast.unit("huotong"), on=TODAY, name="雷树生")
    Trainee.objects.create(course=held, teacher=other, hours=1, is_passed=False, entered_at=clock.now())

    def names(who: str) -> list[str]:
        return [one.teacher.name for one in trainees_of(held, cast.actor(who))]

    assert (sorted(names("township")), names("secretary")) == (sorted([teacher.name, other.name]), [teacher.name])


def test_one_s_own_page_has_the_materials_what_was_given_and_what_was_said(
    cast: Cast, teacher: Teacher, sign_in: SignIn
) -> None:
    course = given_course(cast.unit("ningde"))
    edition = make_edition(cast.unit("ningde"), courses=[course])
    session = half_day(DAY, 8, teacher_id=teacher.pk, course_id=course.pk)
    with clock.frozen(clock.at_local(TODAY - timedelta(days=3), 7)):
        taught(cast, teacher, TODAY - timedelta(days=2))
        make_class(cast.unit("huotong"), sessions=[session])
    answer_engagement(engagement=Engagement.objects.latest("starts_at"), accept=True, actor=cast.actor("trainee"))
    mentor = given_teacher(cast.unit("huotong"), on=TODAY, name="雷树生")
    given_lesson(given_pair(mentor, teacher), remarks="提问以后多等一会儿")
    page = sign_in("trainee").get("/teaching/").content.decode()
    for said in (edition.material.title, f'href="/courses/{course.pk}/"', "讲过的课", "提问以后多等一会儿"):
        assert said in page, said


def test_another_member_gives_a_sitting_the_best_first_and_why(cast: Cast, teacher: Teacher, sign_in: SignIn) -> None:
    unit = cast.unit("huotong")
    same = given_teacher(unit, on=TODAY, name="蓝玉兰")
    other = given_teacher(unit, on=TODAY, name="雷树生", topics=("law",), languages=("mandarin",))
    given_teacher(unit, on=TODAY, name="不在团里")
    group = given_group(unit, teacher, same, other, given_teacher(unit, name="没有审核"))
    stop = given_stop(given_tour(group), DAY)
    answer_engagement(engagement=Engagement.objects.get(), accept=False, reason="住院", actor=cast.actor("trainee"))
    assert [(one.teacher, one.why) for one in substitutes_at(stop)] == [
        (same, "也讲种植技术，会说闽东语蕉城话，就在当地，这个月已排 0 次，最多 4 次。"),
        (other, "讲的题目不同，不会说要用的话，就在当地，这个月已排 0 次，最多 4 次。"),
    ]
    township, address = sign_in("township"), f"/lecture-stops/{stop.pk}/instead/"
    assert address in township.get("/").content.decode()
    shown = township.get(address).content.decode()
    assert shown.index("蓝玉兰") < shown.index("雷树生")
    assert ("不在团里" in shown, "没有审核" in shown) == (False, False)
    refused = township.post(address, {"teacher": 999_999})
    assert (refused.status_code, "请从名单里选一位" in refused.content.decode()) == (422, True)
    for _again in range(2):  # tapped twice
        assert township.post(address, {"teacher": same.pk})["Location"] == f"/lecture-tours/{stop.tour_id}/"
    assert TourStop.objects.get().teacher == same
    assert list(Engagement.objects.order_by("pk").values_list("teacher__name", "status")) == [
        (teacher.name, "declined"), (same.name, "offered"),
    ]  # fmt: skip
    with pytest.raises(group_refusals.NotMember):
        hand_over_stop(stop=stop, teacher_id=Teacher.objects.get(name="不在团里").pk, actor=SYSTEM)
    with pytest.raises(NotPermitted):
        hand_over_stop(stop=stop, teacher_id=other.pk, actor=cast.actor("sibling_township"))
    hand_over_stop(stop=stop, teacher_id=other.pk, actor=cast.actor("township"))
    assert list(Engagement.objects.order_by("pk").values_list("status", flat=True)) == [
        "declined", "substituted", "offered",
    ]  # fmt: skip
    assert hand_over_stop(stop=stop, teacher_id=other.pk, actor=SYSTEM).teacher_id == other.pk  # said twice
    assert Engagement.objects.count() == 3
    with clock.frozen(stop.starts_at), pytest.raises(group_refusals.StopPast):
        hand_over_stop(stop=stop, teacher_id=same.pk, actor=SYSTEM)
    cancel_stop(stop=stop, reason="台风", actor=SYSTEM)
    with pytest.raises(group_refusals.StopCancelled):
        hand_over_stop(stop=stop, teacher_id=same.pk, actor=SYSTEM)
