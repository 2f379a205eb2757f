"""Teachers are asked for the sittings of a class, answer, and are never asked for two places at one time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from doorstep.classes.models import Session, TrainingClass
from doorstep.classes.queries.invariants import STATED as CLASSES_STATED
from doorstep.classes.queries.plans import plan_of
from doorstep.classes.queries.teaching import sessions_in_doubt, substitutes_for
from doorstep.classes.services.opening import cancel_class, publish_class
from doorstep.classes.services.sessions import cancel_session, move_session
from doorstep.core import clock
from doorstep.core.errors import NotFound, NotPermitted
from doorstep.core.invariants import check_invariants
from doorstep.faculty.models import Engagement, Teacher
from doorstep.faculty.queries.invariants import STATED
from doorstep.faculty.rules.engaging import Ask
from doorstep.faculty.services import engagements, refusals
from doorstep.faculty.services.absences import note_absence
from doorstep.faculty.services.engagements import answer_engagement
from doorstep.faculty.services.teachers import find_on_roster, turn_teacher
from tests.cast import Cast
from tests.factories.classes import SYSTEM, half_day, make_class
from tests.factories.courses import given_course
from tests.factories.teachers import given_teacher

TODAY, DAY = date(2026, 11, 24), date(2026, 12, 7)
SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


@pytest.fixture
def teacher(cast: Cast) -> Teacher:
    """A local teacher, who answers for themselves."""
    return given_teacher(cast.unit("huotong"), on=TODAY)


def broken() -> list[str]:
    own = {stated.name for stated in (*STATED, *CLASSES_STATED)}
    return [finding.name for finding in check_invariants() if finding.name in own and not finding.holds]


def taught(cast: Cast, teacher: Teacher, *hours: int, unit: str = "huotong", **changes: Any) -> TrainingClass:
    sessions = [half_day(DAY, hour, teacher_id=teacher.pk) for hour in hours or (8,)]
    return make_class(cast.unit(unit), sessions=sessions, **changes)


def statuses() -> list[str]:
    return list(Engagement.objects.order_by("pk").values_list("status", flat=True))


def only() -> Engagement:
    return Engagement.objects.select_related("teacher").latest("pk")


def test_asked_when_a_class_is_opened_and_let_go_when_it_is_cancelled(cast: Cast, teacher: Teacher) -> None:
    held = taught(cast, teacher, 8, 14)
    assert statuses() == ["offered", "offered"]  # staying at one place, no way lies between the two
    fixed = given_teacher(cast.unit("huotong"), on=TODAY, category="village")
    taught(cast, fixed)
    assert statuses()[-1] == "accepted"  # of this category nobody is waited for
    cancel_session(session=held.sessions.get(number=2), reason="x", actor=SYSTEM)
    assert statuses() == ["offered", "cancelled", "accepted"]
    cancel_class(training_class=held, reason="台风", actor=SYSTEM)
    assert statuses() == ["cancelled", "cancelled", "accepted"]
    assert broken() == []


def test_a_draft_asks_nobody_until_it_is_published(cast: Cast, teacher: Teacher) -> None:
    draft = taught(cast, teacher, is_draft=True)
    assert statuses() == []
    publish_class(training_class=draft, actor=SYSTEM)
    assert statuses() == ["offered"]


def test_nobody_is_in_two_places_nor_on_the_way(cast: Cast, teacher: Teacher) -> None:
    taught(cast, teacher, 8)
    for hour in (8, 11):
        with pytest.raises(refusals.TeacherTaken, match="08:30–11:30"):
            taught(cast, teacher, hour, unit="hubei")
    taught(cast, teacher, 14, unit="hubei")
    assert broken() == []


@pytest.mark.parametrize("why", ["unvetted", "lapsed", "away", "overloaded", "gone"])
def test_who_cannot_teach_is_not_asked(cast: Cast, why: str) -> None:
    unit = cast.unit("huotong")
    vetted = {"unvetted": None, "lapsed": date(2025, 12, 7)}.get(why, TODAY)
    teacher = given_teacher(unit, on=vetted, most_a_month=1)
    expected: type[Exception] = refusals.TeacherUnvetted
    if why == "away":
        note_absence(teacher=teacher, starts_on=DAY, ends_on=DAY, reason="农忙", actor=SYSTEM)
        expected = refusals.TeacherAway
    elif why == "overloaded":
        make_class(unit, sessions=[half_day(DAY + timedelta(9), teacher_id=teacher.pk)])
        expected = refusals.TeacherOverloaded
    elif why == "gone":
        turn_teacher(teacher=teacher, end=True, reason="调离", actor=SYSTEM)
        expected = refusals.TeacherNotActive
    with pytest.raises(expected, match=teacher.name):
        taught(cast, teacher)


def test_a_sitting_that_moves_is_asked_for_anew_and_a_name_is_not(cast: Cast, teacher: Teacher) -> None:
    session = taught(cast, teacher).sessions.select_related("training_class").get()
    answer_engagement(engagement=only(), accept=True, actor=SYSTEM)
    moved = {**vars_of(session), "title": "改名"}
    move_session(session=session, plan=half_day(DAY, 8, **moved), actor=SYSTEM)
    assert statuses() == ["accepted"]
    assert "改名" in only().title
    move_session(session=session, plan=half_day(DAY, 14, **moved), actor=SYSTEM)
    assert statuses() == ["cancelled", "offered"]
    other = given_teacher(cast.unit("huotong"), on=TODAY, name="蓝玉兰")
    move_session(session=session, plan=half_day(DAY, 14, **{**moved, "teacher_id": other.pk}), actor=SYSTEM)
    assert statuses() == ["cancelled", "substituted", "offered"]
    assert broken() == []


def test_a_teacher_who_is_not_there_is_not_asked(cast: Cast) -> None:
    starts, ends = clock.at_local(DAY, 8), clock.at_local(DAY, 11)
    ask = Ask(2**40, "session:1", "课", "坑头", starts, ends)
    with pytest.raises(NotFound):
        engagements.keep_engagements(group="class:1", asks=[ask], place="1/", county="350902", actor=SYSTEM)


def vars_of(session: Session) -> dict[str, Any]:
    plan = plan_of(session)
    return {"title": plan.title, "teacher_id": plan.teacher_id}


def test_an_answer(cast: Cast, teacher: Teacher) -> None:
    held = taught(cast, teacher)
    for name in ("sibling_township", "teacher", "secretary"):
        with pytest.raises(NotPermitted):
            answer_engagement(engagement=only(), accept=True, actor=cast.actor(name))
    teacher = find_on_roster(teacher=teacher, person=cast.person("陈国梁"), actor=SYSTEM)
    own = cast.actor("secretary")
    with pytest.raises(refusals.ComingReasonMissing):
        answer_engagement(engagement=only(), accept=False, actor=own)
    answer_engagement(engagement=only(), accept=True, actor=own)
    answer_engagement(engagement=only(), accept=True, actor=own)  # tapped twice
    with pytest.raises(refusals.AbsenceTaken):
        note_absence(teacher=teacher, starts_on=TODAY, ends_on=DAY, reason="x", actor=own)
    with pytest.raises(refusals.StillEngaged):
        turn_teacher(teacher=teacher, end=True, reason="x", actor=SYSTEM)
    answer_engagement(engagement=only(), accept=False, reason="住院", actor=own)
    with pytest.raises(refusals.EngagementAnswered):
        answer_engagement(engagement=only(), accept=True, actor=own)
    assert [(one.training_class_id, why) for one, why in sessions_in_doubt(cast.actor("township"))] == [
        (held.pk, "declined")
    ]
    assert sessions_in_doubt(cast.actor("sibling_township")) == []
    session = held.sessions.select_related("training_class").get()
    move_session(session=session, plan=half_day(DAY, 8, **{**vars_of(session), "title": "改名"}), actor=SYSTEM)
    assert statuses() == ["declined"]  # who said no is not asked again for the same hours
    assert broken() == []


def test_substitutes_can_be_there_and_say_why(cast: Cast, teacher: Teacher) -> None:
    unit = cast.unit("huotong")
    same = given_teacher(cast.unit("jiaocheng"), on=TODAY, name="同题的")
    other = given_teacher(unit, on=TODAY, name="别题的", topics=("law",), languages=("mandarin",))
    given_teacher(unit, name="没审的")
    busy = given_teacher(unit, on=TODAY, name="有课的")
    taught(cast, busy)
    session = taught(cast, teacher).sessions.select_related("training_class__unit", "base", "course", "teacher").get()
    best = substitutes_for(session)
    assert [one.teacher for one in best] == [same, other]
    assert best[0].why == "也讲种植技术，会说闽东语蕉城话，路程不清楚，这个月已排 0 次，最多 4 次。"


class TestPages:
    def test_whom_the_course_does_not_name_is_flagged(self, cast: Cast, teacher: Teacher, sign_in: SignIn) -> None:
        course = given_course(cast.unit("huotong"))
        sessions = [half_day(DAY, teacher_id=teacher.pk, course_id=course.pk)]
        page = reverse("classes:class", args=[make_class(cast.unit("huotong"), sessions=sessions).pk])
        township, flag = sign_in("township"), "这门课没有写这位老师"
        assert flag not in township.get(page).content.decode()  # it names nobody: anybody may give it
        course.teachers.add(given_teacher(cast.unit("huotong")))
        assert flag in township.get(page).content.decode()
        course.teachers.add(teacher)
        assert flag not in township.get(page).content.decode()

    def test_two_clicks_and_somebody_else(self, cast: Cast, teacher: Teacher, sign_in: SignIn) -> None:
        find_on_roster(teacher=teacher, person=cast.person("陈国梁"), actor=SYSTEM)
        held = taught(cast, teacher)
        township, own = sign_in("township"), sign_in("secretary")
        assert "请您讲课" in own.get("/").content.decode()
        page, one = reverse("classes:teaching"), reverse("faculty:engagement", args=[only().pk])
        assert "我来讲" in own.get(page).content.decode()
        assert own.post(one, {"answer": "accept"})["Location"] == page
        assert "请您答复" not in own.get(page).content.decode()
        assert own.post(one, {"answer": "decline"}).status_code == 422
        assert own.post(one, {"answer": "decline", "reason": "住院"}).status_code == 302
        assert "还没有排上您的课" in own.get(page).content.decode()
        assert "老师来不了" in township.get("/").content.decode()
        overview = reverse("classes:class", args=[held.pk])
        assert "换一位老师" in township.get(overview).content.decode()
        instead = reverse("classes:substitutes", args=[held.pk, held.sessions.get().pk])
        assert "那时没有来得了的老师" in township.get(instead).content.decode()
        other = given_teacher(cast.unit("huotong"), on=TODAY, name="蓝玉兰")
        assert township.post(instead, {"teacher": "999999"}).status_code == 404
        assert township.post(instead, {"teacher": other.pk})["Location"] == overview
        assert held.sessions.get().teacher == other
        assert statuses() == ["declined", "offered"]
        assert own.get(reverse("classes:substitutes", args=[held.pk, held.sessions.get().pk])).status_code == 404

    @pytest.mark.parametrize("number", [1, 3])
    def test_pages_ask_few_questions(self, cast: Cast, teacher: Teacher, sign_in: SignIn, number: int) -> None:
        find_on_roster(teacher=teacher, person=cast.person("陈国梁"), actor=SYSTEM)
        for n in range(number):
            given_teacher(cast.unit("huotong"), on=TODAY)
            session = make_class(
                cast.unit("huotong"), sessions=[half_day(DAY + timedelta(n), teacher_id=teacher.pk)]
            ).sessions.get()
        township, own, asked = sign_in("township"), sign_in("secretary"), {}
        township.get("/"), own.get("/")
        for client, name, args in (
            (own, "classes:teaching", []), (own, "faculty:engagement", [only().pk]),
            (township, "classes:substitutes", [session.training_class_id, session.pk]),
        ):  # fmt: skip
            with CaptureQueriesContext(connection) as queries:
                assert client.get(reverse(name, args=args)).status_code == 200, name
            asked[name] = len(queries)
        assert asked == {"classes:teaching": 16, "faculty:engagement": 3, "classes:substitutes": 14}


def _race(cast: Cast, teacher: Teacher) -> list[str]:
    """Two townships ask one teacher for one morning, at one moment; what became of each."""
    start = Barrier(2)

    def ask(name: str) -> str:
        with clock.frozen(clock.at_local(TODAY, 12)):
            start.wait()
            try:
                taught(cast, teacher, unit=name)
            except refusals.TeacherTaken as problem:
                return problem.code
            finally:
                connections.close_all()
            return "asked"

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(ask, ("huotong", "hubei")))


def test_two_who_ask_at_one_moment_get_one_teacher_once(cast_committed: Cast) -> None:
    teacher = given_teacher(cast_committed.unit("huotong"), on=TODAY)
    assert _race(cast_committed, teacher) == ["asked", "teacher_taken"]
    assert Engagement.objects.count() == 1


def test_the_database_alone_keeps_them_apart_and_without_it_nothing_would(
    cast_committed: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The service looks first; blind, the constraint decides, and with that gone too the teacher is in two places."""
    teacher = given_teacher(cast_committed.unit("huotong"), on=TODAY)
    monkeypatch.setattr(engagements, "_check", lambda *given: None)
    assert _race(cast_committed, teacher) == ["asked", "teacher_taken"]
    Engagement.objects.all().delete()
    kept = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'teacher_at_one_place'"
    with connection.cursor() as cursor:
        cursor.execute(kept)
        (definition,) = cursor.fetchone()
        cursor.execute("ALTER TABLE faculty_engagement DROP CONSTRAINT teacher_at_one_place")
        try:
            assert _race(cast_committed, teacher) == ["asked", "asked"]
        finally:
            Engagement.objects.all().delete()
            cursor.execute(f"ALTER TABLE faculty_engagement ADD CONSTRAINT teacher_at_one_place {definition}")
