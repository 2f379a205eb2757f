"""No right, no assignment: rights are earned in trainer courses or granted, end, and are asked for before a lesson."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from doorstep.catalogue.models import Course
from doorstep.catalogue.queries.rights import course_key
from doorstep.classes.models import TrainingClass
from doorstep.classes.queries.plans import plan_of
from doorstep.classes.queries.teaching import substitutes_for
from doorstep.classes.services.sessions import move_session
from doorstep.core import clock
from doorstep.core.errors import NotFound, NotPermitted
from doorstep.core.invariants import check_invariants
from doorstep.directory.queries import actor_of_account
from doorstep.faculty.models import Engagement, Teacher, TeachingRight, Trainee, TrainerCourse
from doorstep.faculty.queries.invariants_guiding import STATED
from doorstep.faculty.queries.rights import (
    is_right_needed,
    right_by_id,
    rights_ending,
    rights_of,
    rights_told,
    teachers_named,
    trainer_course_by_id,
    training_hours,
)
from doorstep.faculty.rules.rights import has_enough_hours, is_right_held
from doorstep.faculty.services import training_refusals as refusals
from doorstep.faculty.services.refusals import TeacherNotActive
from doorstep.faculty.services.station_refusals import WithdrawalReasonMissing
from doorstep.faculty.services.teachers import find_on_roster, turn_teacher
from doorstep.faculty.services.training import (
    Taught,
    TrainerCourseFacts,
    finish_trainee,
    grant_right,
    hold_trainer_course,
    set_right_rule,
    withdraw_right,
)
from tests.cast import Cast
from tests.factories.classes import SYSTEM, half_day, make_class
from tests.factories.courses import given_course
from tests.factories.guiding import given_right, given_trainer_course, passed
from tests.factories.teachers import given_teacher

TODAY, DAY = date(2026, 11, 24), date(2026, 12, 7)
SignIn = Callable[[str], Client]
DAYS = st.dates(date(2026, 1, 1), date(2026, 2, 28))


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


@pytest.fixture
def teacher(cast: Cast) -> Teacher:
    """A vetted teacher of the township."""
    return given_teacher(cast.unit("huotong"), on=TODAY)


@pytest.fixture
def course(cast: Cast) -> Course:
    """A course of the county that takes a right to teach it."""
    found = given_course(cast.unit("jiaocheng"))
    needs_right(found)
    return found


def taught(course: Course) -> Taught:
    return Taught(course_key(course.pk), course.title)


def needs_right(course: Course, needed: bool = True) -> None:
    set_right_rule(taught=taught(course), place=course.place, county="350902", needed=needed, actor=SYSTEM)


def broken() -> list[str]:
    own = {stated.name for stated in STATED}
    return [finding.name for finding in check_invariants() if finding.name in own and not finding.holds]


def lesson(cast: Cast, teacher: Teacher, course: Course, hour: int = 8) -> TrainingClass:
    sessions = [half_day(DAY, hour, teacher_id=teacher.pk, course_id=course.pk)]
    return make_class(cast.unit("huotong"), sessions=sessions)


@given(st.lists(st.tuples(DAYS, DAYS), max_size=4), DAYS)
def test_held_on_each_day_of_a_span_but_the_last(spans: list[tuple[date, date]], day: date) -> None:
    days = {first + timedelta(n) for first, until in spans for n in range((until - first).days)}
    assert is_right_held(spans, day) is (day in days)


@given(st.integers(0, 100), st.integers(1, 100))
def test_enough_is_a_share_of_the_hours(present: int, planned: int) -> None:
    enough = has_enough_hours(Decimal(present), Decimal(planned), Fraction(4, 5))
    assert enough is (5 * present >= 4 * planned)


def test_no_right_no_assignment(cast: Cast, teacher: Teacher, course: Course) -> None:
    with pytest.raises(refusals.TeacherHasNoRight, match="蕉城区委组织部") as refused:
        lesson(cast, teacher, course)
    assert teacher.name in refused.value.text
    given_right(teacher, taught(course), until=DAY)  # ends the day before
    with pytest.raises(refusals.TeacherHasNoRight):
        lesson(cast, teacher, course)
    given_right(teacher, taught(course), until=DAY + timedelta(1))
    lesson(cast, teacher, course)
    city = given_teacher(cast.unit("ningde"), on=TODAY)
    with pytest.raises(refusals.TeacherHasNoRight, match="宁德市委组织部"):
        lesson(cast, city, course)
    needs_right(course, needed=False)
    lesson(cast, city, course, 14)
    assert list(Engagement.objects.values_list("taught", flat=True)) == [course_key(course.pk)] * 2


def test_a_course_without_the_rule_is_anybodys(cast: Cast, teacher: Teacher) -> None:
    free = given_course(cast.unit("jiaocheng"))
    given_right(given_teacher(cast.unit("huotong")), taught(free))
    lesson(cast, teacher, free)
    assert not is_right_needed(course_key(free.pk))
    assert course_key(None) == ""


def test_what_was_assigned_before_stays(cast: Cast, teacher: Teacher, course: Course) -> None:
    needs_right(course, needed=False)
    session = lesson(cast, teacher, course).sessions.select_related("training_class").get()
    needs_right(course)
    plan = plan_of(session)
    move_session(session=session, plan=half_day(DAY, title="改名", teacher_id=teacher.pk, course_id=plan.course_id),
                 actor=SYSTEM)  # fmt: skip
    assert Engagement.objects.get().title.endswith("改名")
    moved = half_day(DAY, 14, title="改名", teacher_id=teacher.pk, course_id=course.pk)
    with pytest.raises(refusals.TeacherHasNoRight):
        move_session(session=session, plan=moved, actor=SYSTEM)  # another time is another assignment


def test_another_course_takes_its_own_right(cast: Cast, teacher: Teacher, course: Course) -> None:
    free = given_course(cast.unit("jiaocheng"), title="冬季清园")
    session = lesson(cast, teacher, free).sessions.select_related("training_class").get()
    other = half_day(DAY, teacher_id=teacher.pk, course_id=course.pk)
    with pytest.raises(refusals.TeacherHasNoRight):
        move_session(session=session, plan=other, actor=SYSTEM)
    given_right(teacher, taught(course))
    move_session(session=session, plan=other, actor=SYSTEM)
    assert Engagement.objects.get().taught == course_key(course.pk)


def test_what_was_assigned_before_this_was_written_down_stays(cast: Cast, teacher: Teacher, course: Course) -> None:
    needs_right(course, needed=False)
    session = lesson(cast, teacher, course).sessions.select_related("training_class").get()
    Engagement.objects.update(taught=None)
    needs_right(course)
    again = half_day(DAY, title="改名", teacher_id=teacher.pk, course_id=course.pk)
    move_session(session=session, plan=again, actor=SYSTEM)
    assert Engagement.objects.get().taught == course_key(course.pk)


def test_a_substitute_has_the_right(cast: Cast, teacher: Teacher, course: Course) -> None:
    given_right(teacher, taught(course))
    other = given_teacher(cast.unit("huotong"), on=TODAY, name="蓝玉兰")
    given_teacher(cast.unit("huotong"), on=TODAY, name="没资格的")
    given_right(other, taught(course))
    held = lesson(cast, teacher, course)
    session = held.sessions.select_related("training_class__unit", "base", "course", "teacher").get()
    assert [one.teacher for one in substitutes_for(session)] == [other]


def test_granted_by_the_county(cast: Cast, teacher: Teacher, course: Course) -> None:
    said: dict[str, Any] = {"teacher": teacher, "taught": taught(course), "basis": "蕉委组〔2026〕9号"}
    given: dict[str, Any] = {**said, "until": date(2029, 11, 24), "actor": cast.actor("county")}
    for name in ("township", "other_county", "base", "teacher", "auditor"):
        with pytest.raises(NotPermitted):
            grant_right(**{**given, "actor": cast.actor(name)})
    with pytest.raises(refusals.BasisMissing):
        grant_right(**{**given, "basis": " "})
    for until in (TODAY, date(2029, 11, 25)):
        with pytest.raises(refusals.RightDayWrong, match="2029-11-24"):
            grant_right(**{**given, "until": until})
    right = grant_right(**given)
    assert (right.source, right.given_on, right.rule) == ("grant", TODAY, "training.right_months@1")
    with pytest.raises(refusals.RightHeld, match="2029-11-24"):
        grant_right(**given)
    with pytest.raises(WithdrawalReasonMissing):
        withdraw_right(right=right, reason=" ", actor=SYSTEM)
    with pytest.raises(NotPermitted):
        withdraw_right(right=right, reason="x", actor=cast.actor("township"))
    withdraw_right(right=right, reason="教学事故", actor=cast.actor("city"))
    with pytest.raises(refusals.RightGone):
        withdraw_right(right=right, reason="x", actor=SYSTEM)
    assert rights_of(teacher) == []
    grant_right(**given)
    turn_teacher(teacher=teacher, end=True, reason="调离", actor=SYSTEM)
    with pytest.raises(TeacherNotActive):
        grant_right(**given)


def test_nobody_gives_themselves_a_right(cast: Cast, teacher: Teacher, course: Course) -> None:
    account = cast.accounts["county"]
    account.person = cast.person("黄德旺")
    account.save()
    teacher = find_on_roster(teacher=teacher, person=account.person, actor=SYSTEM)
    own = actor_of_account(account)
    with pytest.raises(refusals.OwnRight):
        grant_right(teacher=teacher, taught=taught(course), basis="x", until=DAY, actor=own)
    held = given_trainer_course(cast.unit("jiaocheng"), taught(course))
    with pytest.raises(refusals.OwnRight):
        finish_trainee(course=held, teacher=teacher, hours=Decimal(12), passed=True, actor=own)


def test_a_rule_is_set_by_the_office_of_the_course(cast: Cast) -> None:
    course = given_course(cast.unit("jiaocheng"))
    given: dict[str, Any] = {"taught": taught(course), "place": course.place, "county": "350902"}
    for name in ("township", "other_county", "base"):
        with pytest.raises(NotPermitted):
            set_right_rule(**given, needed=True, actor=cast.actor(name))
    for needed in (True, True, False, False):
        set_right_rule(**given, needed=needed, actor=cast.actor("county"))
        assert is_right_needed(course_key(course.pk)) is needed


def test_a_trainer_course(cast: Cast, course: Course) -> None:
    values: dict[str, Any] = {
        "title": "骨干班",
        "starts_on": date(2026, 3, 2),
        "ends_on": date(2026, 3, 3),
        "hours": Decimal(12),
    }
    given: dict[str, Any] = {"unit": cast.unit("jiaocheng"), "taught": taught(course), "actor": cast.actor("county")}
    for wrong in (
        {"title": " "}, {"hours": Decimal(0)}, {"hours": Decimal(1000)}, {"ends_on": date(2026, 3, 1)},
    ):  # fmt: skip
        with pytest.raises(refusals.TrainerCourseWrong):
            hold_trainer_course(facts=TrainerCourseFacts(**{**values, **wrong}), **given)
    facts = TrainerCourseFacts(**values)
    for name in ("township", "other_county", "base"):
        with pytest.raises(NotPermitted):
            hold_trainer_course(facts=facts, **{**given, "actor": cast.actor(name)})
    held = hold_trainer_course(facts=facts, **given)
    with pytest.raises(refusals.TrainerCourseTaken, match="骨干班"):
        hold_trainer_course(facts=facts, **given)
    assert trainer_course_by_id(held.pk, cast.actor("township")) == held
    with pytest.raises(NotFound):
        trainer_course_by_id(held.pk, cast.actor("other_county"))


def test_passed_and_entitled(cast: Cast, teacher: Teacher, course: Course) -> None:
    held = given_trainer_course(cast.unit("jiaocheng"), taught(course))
    given: dict[str, Any] = {"course": held, "teacher": teacher, "hours": Decimal(12), "passed": True}
    given["actor"] = cast.actor("county")
    for name in ("township", "other_county", "base"):
        with pytest.raises(NotPermitted):
            finish_trainee(**{**given, "actor": cast.actor(name)})
    for hours in (Decimal(-1), Decimal("12.5")):
        with pytest.raises(refusals.TraineeHoursWrong):
            finish_trainee(**{**given, "hours": hours})
    with pytest.raises(refusals.TraineeHoursFew, match="4/5"):
        finish_trainee(**{**given, "hours": Decimal("9.5")})
    with pytest.raises(refusals.TraineeElsewhere, match="钟景芳"):
        finish_trainee(**{**given, "teacher": given_teacher(cast.unit("saiqi"))})
    soon = given_trainer_course(cast.unit("jiaocheng"), taught(course), title="未完", ends_on=TODAY + timedelta(1))
    with pytest.raises(refusals.TrainingNotOver, match="2026-11-25"):
        finish_trainee(**{**given, "course": soon})
    finish_trainee(**given)
    (right,) = rights_of(teacher)
    assert (right.source, right.given_on, right.valid_until) == ("course", date(2026, 3, 3), date(2029, 3, 3))
    finish_trainee(**given)  # said twice
    assert TeachingRight.objects.count() == 1
    lesson(cast, teacher, course)
    finish_trainee(**{**given, "hours": Decimal(6), "passed": False})
    finish_trainee(**{**given, "hours": Decimal(6), "passed": False})
    assert rights_of(teacher) == []
    assert TeachingRight.objects.get().withdrawn_for == "培训结果更正"
    assert (training_hours(teacher.pk, 2026), training_hours(teacher.pk, 2025)) == (Decimal(6), Decimal(0))
    finish_trainee(**given)
    assert (TeachingRight.objects.count(), Trainee.objects.count()) == (2, 1)
    with pytest.raises(IntegrityError, match="right_says_where_from"), transaction.atomic():
        TeachingRight.objects.filter(source="course").update(source="grant")
    assert broken() == []


def test_what_ends_soon_is_said_to_who_can_renew_it(cast: Cast, teacher: Teacher, course: Course) -> None:
    right = given_right(teacher, taught(course), until=date(2027, 1, 23))  # in sixty days
    given_right(given_teacher(cast.unit("huotong")), taught(course), until=date(2027, 1, 24))
    given_right(given_teacher(cast.unit("saiqi")), taught(course), until=DAY)
    given_right(given_teacher(cast.unit("ningde")), taught(course), until=DAY)
    assert list(rights_ending(cast.actor("county"))) == [right]
    assert [one.teacher.county for one in rights_ending(cast.actor("city"))] == ["350900"]
    for name in ("township", "base", "trainee"):
        assert list(rights_ending(cast.actor(name))) == []
    assert {one.teacher_id: one.standing for one in rights_told(cast.actor("township"))}[teacher.pk] == "expiring"
    given_right(teacher, taught(course), until=date(2028, 1, 1))
    assert list(rights_ending(cast.actor("county"))) == []
    with pytest.raises(NotFound):
        right_by_id(right.pk, cast.actor("township"))
    assert right_by_id(right.pk, cast.actor("county")) == right


def test_teachers_are_found_by_their_name(cast: Cast, teacher: Teacher) -> None:
    assert teachers_named("钟", cast.unit("jiaocheng").path) == [teacher]
    assert teachers_named(" ", cast.unit("jiaocheng").path) == []
    assert teachers_named("钟", cast.unit("fuan").path) == []


class TestPages:
    def test_bound_granted_and_withdrawn(self, cast: Cast, teacher: Teacher, sign_in: SignIn) -> None:
        course = given_course(cast.unit("jiaocheng"))
        county, page = sign_in("county"), reverse("catalogue:course_rights", args=[course.pk])
        assert "授课资格" in county.get(reverse("catalogue:course", args=[course.pk])).content.decode()
        assert "这门课现在谁都能讲" in county.get(page).content.decode()
        assert county.post(page, {"answer": "need"})["Location"] == page
        assert "要有授课资格才能排" in county.get(page).content.decode()
        grant = f"{page}?name=钟"
        body = {"teacher": teacher.pk, "basis": "试讲评审", "until": "2027-11-24"}
        assert "没有这位老师" in county.get(f"{page}?name=无").content.decode()
        assert county.post(grant, {**body, "until": "2026-11-24"}).status_code == 422
        assert county.post(grant, body)["Location"] == page
        assert "试讲评审" in county.get(page).content.decode()
        one = reverse("faculty:teacher", args=[teacher.pk])
        assert "到 2027-11-24 为止" in county.get(one).content.decode()
        take_back = reverse("faculty:right_withdraw", args=[TeachingRight.objects.get().pk])
        assert county.post(take_back, {}, follow=True).content.decode().count("请写明撤回的原因") == 1
        assert county.post(take_back, {"reason": "教学事故"})["Location"] == one
        assert "收回的原因：教学事故" in county.get(page).content.decode()
        township = sign_in("township")
        assert township.get(page).status_code == 200
        assert [township.post(page, {"answer": answer}).status_code for answer in ("need", "x")] == [404, 404]
        assert county.post(page, {"answer": "free"})["Location"] == page

    def test_a_trainer_course_and_its_results(self, cast: Cast, teacher: Teacher, sign_in: SignIn) -> None:
        course = given_course(cast.unit("jiaocheng"))
        county, new = sign_in("county"), reverse("catalogue:course_train", args=[course.pk])
        body = {"title": "骨干班", "starts_on": "2026-03-02", "ends_on": "2026-03-03", "hours": "12"}
        assert county.get(new).status_code == 200
        assert county.post(new, {**body, "ends_on": "2026-03-01"}).status_code == 422
        assert county.post(new, body).status_code == 302
        page = reverse("faculty:trainer_course", args=[TrainerCourse.objects.get().pk])
        result = {"teacher": teacher.pk, "hours": "12", "answer": "pass"}
        assert county.post(f"{page}?name=钟", {**result, "hours": "13"}).status_code == 422
        assert county.post(f"{page}?name=钟", result)["Location"] == page
        assert "已通过" in county.get(page).content.decode()
        assert "没有这位老师" in county.get(f"{page}?name=无").content.decode()
        township = sign_in("township")
        assert "钟景芳" in township.get(page).content.decode()
        assert township.post(page, result).status_code == 404
        assert township.get(new).status_code == 404
        for name, query, count in (
            ("rights", {}, 1), ("rights", {"standing": "valid"}, 1), ("rights", {"standing": "expired"}, 0),
            ("rights", {"q": "钟"}, 1), ("trainer_courses", {}, 1), ("trainer_courses", {"q": "无"}, 0),
        ):  # fmt: skip
            assert len(township.get(reverse(f"faculty:{name}"), query).context["listing"].rows) == count, query

    def test_at_home(self, cast: Cast, teacher: Teacher, course: Course, sign_in: SignIn) -> None:
        given_right(teacher, taught(course), until=DAY)
        county = sign_in("county")
        assert "授课资格快到期：钟景芳" in county.get("/").content.decode()
        given_right(given_teacher(cast.unit("hubei")), taught(course), until=DAY)
        assert "2 项授课资格快到期" in county.get("/").content.decode()
        assert "授课资格快到期" not in sign_in("township").get("/").content.decode()

    @pytest.mark.parametrize("number", [1, 3])
    def test_pages_ask_few_questions(
        self, cast: Cast, teacher: Teacher, course: Course, sign_in: SignIn, number: int
    ) -> None:
        held = given_trainer_course(cast.unit("jiaocheng"), taught(course))
        for one in (teacher, *(given_teacher(cast.unit("huotong")) for _n in range(number - 1))):
            passed(held, one)
        county, asked = sign_in("county"), {}
        county.get("/")
        for name, args in (
            ("faculty:rights", []), ("faculty:trainer_courses", []), ("faculty:trainer_course", [held.pk]),
            ("catalogue:course_rights", [course.pk]), ("catalogue:course_train", [course.pk]),
        ):  # fmt: skip
            with CaptureQueriesContext(connection) as queries:
                assert county.get(reverse(name, args=args)).status_code == 200, name
            asked[name] = len(queries)
        assert asked == {
            "faculty:rights": 5, "faculty:trainer_courses": 4, "faculty:trainer_course": 4,
            "catalogue:course_rights": 8, "catalogue:course_train": 4,
        }  # fmt: skip
