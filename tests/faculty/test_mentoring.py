"""Mentor pairs: one at a time and subject, goals, observed lessons, a sign-off that gives something."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from doorstep.core import clock
from doorstep.core.errors import NotFound, NotPermitted
from doorstep.core.invariants import check_invariants
from doorstep.directory.models import RoleGrant
from doorstep.directory.queries import actor_of_account
from doorstep.faculty.models import Mentorship, Observation, Teacher
from doorstep.faculty.queries.invariants_guiding import STATED
from doorstep.faculty.queries.mentoring import (
    goal_standings,
    mentors_for,
    mentorship_by_id,
    mentorship_counts,
    mentorships_of,
    mentorships_visible_to,
    observation_by_id,
    observations_of,
)
from doorstep.faculty.rules.mentoring import MET, goals_unmet, latest_marks
from doorstep.faculty.services import mentoring
from doorstep.faculty.services import mentoring_refusals as refusals
from doorstep.faculty.services.mentoring import (
    begin_mentorship,
    close_mentorship,
    observe_lesson,
    withdraw_observation,
)
from doorstep.faculty.services.refusals import TeacherNotActive
from doorstep.faculty.services.station_refusals import WithdrawalReasonMissing
from doorstep.faculty.services.teachers import find_on_roster, turn_teacher
from tests.cast import Cast
from tests.factories.classes import SYSTEM
from tests.factories.guiding import FOUNDED, GOALS, given_lesson, given_pair
from tests.factories.teachers import given_teacher

TODAY = date(2026, 11, 24)
SignIn = Callable[[str], Client]
MARKS = st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), max_size=6)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


@pytest.fixture
def mentor(cast: Cast) -> Teacher:
    """A teacher of the county, who is a member with an account."""
    teacher = given_teacher(cast.unit("jiaocheng"), on=TODAY, name="甘师傅")
    return find_on_roster(teacher=teacher, person=cast.person("陈国梁"), actor=SYSTEM)


@pytest.fixture
def apprentice(cast: Cast) -> Teacher:
    """A young teacher of the township."""
    return given_teacher(cast.unit("huotong"), on=TODAY, name="小钟")


def broken() -> list[str]:
    own = {stated.name for stated in STATED}
    return [finding.name for finding in check_invariants() if finding.name in own and not finding.holds]


@given(MARKS)
def test_the_last_mark_that_was_seen_counts(lessons: list[list[int]]) -> None:
    goals = ["甲", "乙", "丙"]
    seen = [[marks[n] for marks in lessons if marks[n]] for n in range(3)]
    assert latest_marks(3, lessons) == [marks[-1] if marks else 0 for marks in seen]
    unmet = goals_unmet(goals, lessons)
    assert unmet == [goal for goal, marks in zip(goals, seen, strict=True) if not marks or marks[-1] != MET]


def test_a_lesson_with_every_goal_met_makes_ready() -> None:
    assert goals_unmet(["甲"], [[1], [3], [0]]) == []
    assert goals_unmet(["甲"], [[3], [2]]) == ["甲"]


def test_begun_by_the_office_of_the_apprentice(cast: Cast, mentor: Teacher, apprentice: Teacher) -> None:
    said: dict[str, Any] = {"mentor": mentor, "apprentice": apprentice, "subject": "history", "goals": [" 备课 ", ""]}
    given: dict[str, Any] = {**said, "on": FOUNDED, "actor": cast.actor("township")}
    for name in ("sibling_township", "other_county", "base", "secretary", "auditor"):
        with pytest.raises(NotPermitted):
            begin_mentorship(**{**given, "actor": cast.actor(name)})
    with pytest.raises(refusals.OwnMentor, match="小钟"):
        begin_mentorship(**{**given, "mentor": apprentice})
    for goals in ([], [" "], ["x"] * 11, ["x" * 101]):
        with pytest.raises(refusals.GoalsMissing):
            begin_mentorship(**{**given, "goals": goals})
    with pytest.raises(refusals.PairDayWrong):
        begin_mentorship(**{**given, "on": TODAY + timedelta(1)})
    pair = begin_mentorship(**given)
    assert (pair.goals, pair.status, pair.word) == (["备课"], "open", "mentoring")
    other = given_teacher(cast.unit("jiaocheng"))
    with pytest.raises(refusals.PairOpen, match="党史"):
        begin_mentorship(**{**given, "mentor": other})
    begin_mentorship(**{**given, "mentor": other, "subject": "law"})  # another subject
    with pytest.raises(IntegrityError, match="mentorship_one_open"), transaction.atomic():
        Mentorship.objects.create(mentor=other, apprentice=apprentice, subject="history", goals=["x"], begun_on=FOUNDED)
    with pytest.raises(IntegrityError, match="mentor_is_somebody_else"), transaction.atomic():
        Mentorship.objects.create(mentor=other, apprentice=other, subject="x", goals=["x"], begun_on=FOUNDED)
    turn_teacher(teacher=other, end=True, reason="调离", actor=SYSTEM)
    with pytest.raises(TeacherNotActive):
        begin_mentorship(**{**given, "mentor": other, "subject": "safety"})
    assert mentorship_counts() == {"mentorship": 2}


def test_a_mentor_has_so_many_apprentices(cast: Cast, mentor: Teacher) -> None:
    unit = cast.unit("huotong")
    pairs = [given_pair(mentor, given_teacher(unit)) for _n in range(3)]
    with pytest.raises(refusals.MentorFull, match="3"):
        given_pair(mentor, given_teacher(unit))
    close_mentorship(mentorship=pairs[0], signed=False, on=TODAY, note="调离", actor=cast.actor("township"))
    given_pair(mentor, given_teacher(unit))


def test_the_mentor_tells_of_lessons(cast: Cast, mentor: Teacher, apprentice: Teacher) -> None:
    pair, own = given_pair(mentor, apprentice), cast.actor("secretary")
    said: dict[str, Any] = {"mentorship": pair, "lesson": "下党故事", "marks": [1, 0], "remarks": "再慢一点"}
    given: dict[str, Any] = {**said, "on": TODAY, "actor": own}
    for name in ("sibling_secretary", "sibling_township", "base", "teacher", "trainee"):
        with pytest.raises(NotPermitted):
            observe_lesson(**{**given, "actor": cast.actor(name)})
    for on in (FOUNDED - timedelta(1), TODAY + timedelta(1)):
        with pytest.raises(refusals.PairDayWrong):
            observe_lesson(**{**given, "on": on})
    for empty in ({"lesson": " "}, {"remarks": ""}):
        with pytest.raises(refusals.ObservationUnsaid):
            observe_lesson(**{**given, **empty})
    for marks in ([3], [0, 0], [3, 4]):
        with pytest.raises(refusals.MarksWrong):
            observe_lesson(**{**given, "marks": marks})
    first = observe_lesson(**given)
    with pytest.raises(refusals.ObservationTaken, match="下党故事"):
        observe_lesson(**given)
    assert [one.mark for one in goal_standings(pair, observations_of(pair))] == [1, 0]
    with pytest.raises(WithdrawalReasonMissing):
        withdraw_observation(observation=first, reason=" ", actor=own)
    with pytest.raises(NotPermitted):
        withdraw_observation(observation=first, reason="x", actor=cast.actor("base"))
    withdraw_observation(observation=first, reason="记错了", actor=own)
    with pytest.raises(refusals.ObservationGone):
        withdraw_observation(observation=first, reason="x", actor=own)
    observe_lesson(**{**given, "actor": cast.actor("township")})
    with pytest.raises(NotFound):
        observation_by_id(first.pk, cast.actor("sibling_secretary"))
    assert observation_by_id(first.pk, own) == first
    assert broken() == []


def test_signed_off_after_enough_lessons_and_all_goals(cast: Cast, mentor: Teacher, apprentice: Teacher) -> None:
    pair = given_pair(mentor, apprentice)
    given: dict[str, Any] = {"mentorship": pair, "signed": True, "on": TODAY, "note": "能独立讲"}
    given["actor"] = cast.actor("township")
    given_lesson(pair, lesson="第一课")
    given_lesson(pair, lesson="第二课")
    with pytest.raises(refusals.LessonsTooFew, match="2"):
        close_mentorship(**given)
    given_lesson(pair, lesson="第三课", marks=[3, 2])
    with pytest.raises(refusals.GoalsUnmet, match=GOALS[1]):
        close_mentorship(**given)
    given_lesson(pair, lesson="第四课", marks=[0, 3])
    with pytest.raises(refusals.ClosingNoteMissing):
        close_mentorship(**{**given, "note": " "})
    for on in (FOUNDED - timedelta(1), TODAY + timedelta(1)):
        with pytest.raises(refusals.PairDayWrong):
            close_mentorship(**{**given, "on": on})
    for name in ("secretary", "sibling_township", "base"):
        with pytest.raises(NotPermitted):
            close_mentorship(**{**given, "actor": cast.actor(name)})
    account = cast.accounts["secretary"]  # the mentor's own, who works in the office too
    RoleGrant.objects.create(account=account, role="township", unit=cast.unit("huotong"), valid_from=FOUNDED)
    with pytest.raises(refusals.OwnSignOff):
        close_mentorship(**{**given, "actor": actor_of_account(account)})
    closed = close_mentorship(**given)
    assert (closed.status, closed.word, closed.closed_on) == ("signed", "signed_off", TODAY)
    assert Teacher.objects.get(pk=apprentice.pk).topics == ["farming", "history"]  # found as a substitute from now on
    for change in (
        lambda: close_mentorship(**given),
        lambda: given_lesson(pair, lesson="第五课"),
        lambda: withdraw_observation(observation=Observation.objects.earliest("pk"), reason="x", actor=SYSTEM),
    ):
        with pytest.raises(refusals.PairClosed, match="已出师"):
            change()
    again = given_pair(mentor, apprentice)
    for number in range(3):
        given_lesson(again, lesson=f"{number}")
    close_mentorship(**{**given, "mentorship": again})
    assert Teacher.objects.get(pk=apprentice.pk).topics == ["farming", "history"]
    assert broken() == []


def test_ended_with_a_reason(cast: Cast, mentor: Teacher, apprentice: Teacher) -> None:
    pair = given_pair(mentor, apprentice)
    closed = close_mentorship(mentorship=pair, signed=False, on=TODAY, note="师傅调离", actor=cast.actor("township"))
    assert (closed.status, closed.word, closed.closing_note) == ("ended", "pair_ended", "师傅调离")
    later = given_pair(given_teacher(cast.unit("jiaocheng")), apprentice)
    assert mentorships_of(apprentice) == [later, pair]
    assert "history" not in Teacher.objects.get(pk=apprentice.pk).topics


def test_who_sees_a_pair(cast: Cast, mentor: Teacher, apprentice: Teacher) -> None:
    pair = given_pair(mentor, apprentice)
    for name in ("city", "county", "township", "base", "secretary", "auditor"):
        assert [row.pk for row in mentorships_visible_to(cast.actor(name))] == [pair.pk], name
    for name in ("other_county", "sibling_township", "teacher", "trainee", "sibling_secretary"):
        assert not mentorships_visible_to(cast.actor(name)).exists(), name
        with pytest.raises(NotFound):
            mentorship_by_id(pair.pk, cast.actor(name))
    find_on_roster(teacher=apprentice, person=cast.person("林秀珍"), actor=SYSTEM)
    assert mentorship_by_id(pair.pk, cast.actor("trainee")) == pair
    assert mentors_for(apprentice, cast.actor("township")) == [mentor]


class TestPages:
    def test_paired_observed_and_signed_off(
        self, cast: Cast, mentor: Teacher, apprentice: Teacher, sign_in: SignIn
    ) -> None:
        township, own = sign_in("township"), sign_in("secretary")
        new = reverse("faculty:mentorship_new", args=[apprentice.pk])
        said: dict[str, Any] = {"mentor": mentor.pk, "subject": "history", "goals": "备课\n\n试讲", "on": "2026-11-24"}
        assert "找师傅" in township.get(reverse("faculty:teacher", args=[apprentice.pk])).content.decode()
        assert township.get(new).status_code == 200
        assert township.post(new, {**said, "goals": " "}).status_code == 422
        assert township.post(new, {**said, "goals": "x" * 101}).status_code == 422
        assert township.post(new, {**said, "on": "2026-11-25"}).status_code == 422
        assert township.post(new, said).status_code == 302
        assert township.post(new, said).status_code == 422
        pair = Mentorship.objects.get()
        page, observe, close = (
            reverse(f"faculty:{name}", args=[pair.pk]) for name in ("mentorship", "observation_new", "mentorship_close")
        )
        assert "甘师傅带小钟" in own.get(reverse("classes:teaching")).content.decode()
        assert "记一次听课" in own.get(page).content.decode()
        assert own.get(close).status_code == 404
        seen = {"on": "2026-11-24", "lesson": "下党故事", "mark-0": "3", "mark-1": "0", "remarks": "很好"}
        assert own.post(observe, {**seen, "mark-0": "0"}).status_code == 422
        assert own.post(observe, {**seen, "on": "2026-11-25"}).status_code == 422
        assert own.post(observe, {**seen, "mark-0": "4"}).status_code == 422
        assert own.post(observe, seen)["Location"] == page
        take_back = reverse("faculty:observation_withdraw", args=[Observation.objects.get().pk])
        assert own.post(take_back, {}).status_code == 422
        assert own.post(take_back, {"reason": "记错了"})["Location"] == page
        assert "撤回的原因：记错了" in own.get(page).content.decode()
        for number in range(3):
            assert own.post(observe, {**seen, "lesson": f"{number}", "mark-1": "3"}).status_code == 302
        answer = {"answer": "sign", "on": "2026-11-24", "note": "能独立讲"}
        assert township.post(close, {**answer, "on": "2026-11-25"}).status_code == 422
        assert township.post(close, answer)["Location"] == page
        assert "已出师" in township.get(page).content.decode()
        assert township.post(close, {**answer, "answer": "end"}).status_code == 422
        assert "记一次听课" not in own.get(page).content.decode()
        rows = reverse("faculty:mentorships")
        for query, count in (
            ({}, 1), ({"status": "signed"}, 1), ({"status": "open"}, 0), ({"subject": "history"}, 1), ({"q": "小"}, 1),
        ):  # fmt: skip
            assert len(township.get(rows, query).context["listing"].rows) == count, query
        base = sign_in("base")
        assert [base.get(one).status_code for one in (page, observe, close, new)] == [200, 404, 404, 404]

    def test_nobody_to_learn_from(self, cast: Cast, apprentice: Teacher, sign_in: SignIn) -> None:
        page = sign_in("township").get(reverse("faculty:mentorship_new", args=[apprentice.pk]))
        assert "没有可以当师傅的老师" in page.content.decode()

    @pytest.mark.parametrize("number", [1, 3])
    def test_pages_ask_few_questions(
        self, cast: Cast, mentor: Teacher, apprentice: Teacher, sign_in: SignIn, number: int
    ) -> None:
        pair = given_pair(mentor, apprentice)
        for n in range(number):
            given_lesson(pair, lesson=f"{n}")
        for _n in range(number - 1):
            given_pair(mentor, given_teacher(cast.unit("huotong")))
        township, asked = sign_in("township"), {}
        township.get("/")
        for name, args in (
            ("mentorships", []), ("mentorship", [pair.pk]), ("observation_new", [pair.pk]),
            ("mentorship_close", [pair.pk]), ("mentorship_new", [apprentice.pk]),
        ):  # fmt: skip
            with CaptureQueriesContext(connection) as queries:
                assert township.get(reverse(f"faculty:{name}", args=args)).status_code == 200, name
            asked[name] = len(queries)
        assert asked == {
            "mentorships": 4, "mentorship": 5, "observation_new": 3, "mentorship_close": 3, "mentorship_new": 5,
        }  # fmt: skip


def _race(mentor: Teacher, apprentices: list[Teacher]) -> list[str]:
    """Two offices give one mentor the last apprentice, at one moment; what became of each."""
    start = Barrier(2)

    def pair(apprentice: Teacher) -> str:
        with clock.frozen(clock.at_local(TODAY, 12)):
            start.wait()
            try:
                given_pair(mentor, apprentice)
            except refusals.MentorFull as problem:
                return problem.code
            finally:
                connections.close_all()
            return "paired"

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(pair, apprentices))


def test_two_offices_at_one_moment_do_not_overload_a_mentor(
    cast_committed: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the teachers locked one of them is refused; without the lock both go through."""
    unit = cast_committed.unit("huotong")
    mentor = given_teacher(cast_committed.unit("jiaocheng"))
    for _n in range(2):
        given_pair(mentor, given_teacher(unit))
    two = [given_teacher(unit), given_teacher(unit)]
    assert _race(mentor, two) == ["mentor_full", "paired"]
    Mentorship.objects.filter(apprentice__in=two).delete()
    together, save = Barrier(2), Mentorship.save

    def save_together(pair: Mentorship, *args: Any, **kwargs: Any) -> None:
        together.wait(10)
        save(pair, *args, **kwargs)

    monkeypatch.setattr(mentoring, "_lock", lambda *ids: Teacher.objects.in_bulk(ids))
    monkeypatch.setattr(Mentorship, "save", save_together)
    assert _race(mentor, two) == ["paired", "paired"]
