"""Contests of courses: called, entered, judged blind, voted in once, published, objected to, finished."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction

from doorstep.catalogue.models import Contest, ContestEntry, ContestScore, ContestVote, Course
from doorstep.catalogue.queries.contests import (
    contests_visible_to,
    courses_to_enter,
    criteria_of,
    judged_in,
    jurors_of,
    jurors_to_choose,
    objections_of,
    publicity_ends,
    results_of,
    tally_of,
)
from doorstep.catalogue.queries.contests_blind import contests_to_judge, entries_to_judge, entries_to_vote, own_entries
from doorstep.catalogue.rules.contests import ContestDays
from doorstep.catalogue.services import contests as life
from doorstep.catalogue.services import contests_entries as taking_part
from doorstep.catalogue.services import contests_refusals as refusals
from doorstep.catalogue.services.contests import (
    call_contest,
    cancel_contest,
    change_contest,
    finish_contest,
    name_juror,
    publish_contest,
    release_juror,
    write_contest,
)
from doorstep.catalogue.services.contests_entries import (
    answer_objection,
    enter_course,
    judge_entry,
    object_to_entry,
    take_back_entry,
    vote_for,
)
from doorstep.catalogue.services.courses import choose_teachers
from doorstep.catalogue.services.courses_review import retire_course
from doorstep.core import clock
from doorstep.core.errors import NotFound, NotPermitted
from doorstep.core.invariants import check_invariants
from doorstep.core.models import Activity, Policy
from doorstep.faculty.models import Teacher
from tests.bases.test_at_once import both
from tests.cast import Cast
from tests.factories.classes import SYSTEM
from tests.factories.contests import (
    AFTER,
    ENTERED,
    FIRST,
    JUDGED,
    at,
    called_contest,
    contest_facts,
    draft_contest,
    entry_of,
    full_points,
    later,
)
from tests.factories.courses import draft_course, given_course
from tests.factories.materials import make_edition
from tests.factories.teachers import given_teacher

DURING = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with at(DURING):
        yield


def _judges(cast: Cast) -> list[Any]:
    """Three who judge nothing of Huotong: the county beside, the township beside, the city."""
    return [cast.accounts[name] for name in ("other_county", "sibling_township", "city")]


def _contest(cast: Cast, *titles: str, **changes: Any) -> Contest:
    courses = [given_course(cast.unit("huotong"), title=title) for title in titles or ("葡萄冬季管护",)]
    return called_contest(cast.unit("ningde"), courses, _judges(cast), **changes)


def _judge_all(cast: Cast, contest: Contest, less: int = 0, number: int = 1) -> None:
    for name in ("other_county", "sibling_township", "city"):
        judge_entry(entry=entry_of(contest, number), points=full_points(contest, less), actor=cast.actor(name))


def test_drafted_changed_called_and_cancelled(cast: Cast) -> None:
    city, unit = cast.actor("city"), cast.unit("ningde")
    with pytest.raises(NotPermitted):
        write_contest(unit=cast.unit("jiaocheng"), facts=contest_facts(), actor=cast.actor("county"))
    with pytest.raises(refusals.ContestDaysWrong):
        write_contest(unit=unit, facts=contest_facts(days=ContestDays(JUDGED, ENTERED, FIRST)), actor=city)
    draft = write_contest(unit=unit, facts=contest_facts(), actor=city)
    with pytest.raises(refusals.ContestTaken):
        write_contest(unit=unit, facts=contest_facts(), actor=city)
    assert list(contests_visible_to(cast.actor("county"))) == []
    assert list(contests_visible_to(city)) == [draft]
    with pytest.raises(refusals.ContestDaysPast):
        call_contest(contest=draft, actor=city)
    days = ContestDays(DURING, JUDGED, AFTER)
    change_contest(contest=draft, facts=contest_facts(days=days, has_votes=True), version=1, actor=city)
    with pytest.raises(refusals.ContestChangedMeanwhile):
        change_contest(contest=draft, facts=contest_facts(), version=1, actor=city)
    called = call_contest(contest=draft, actor=city)
    assert (called.status, called.called_on, called.has_votes) == ("running", DURING, True)
    assert list(contests_visible_to(cast.actor("trainee"))) == [draft]
    with pytest.raises(refusals.ContestStandsSo):
        change_contest(contest=draft, facts=contest_facts(), version=2, actor=city)
    with pytest.raises(refusals.ContestNoteMissing):
        cancel_contest(contest=draft, note=" ", actor=city)
    assert cancel_contest(contest=draft, note="改到明年", actor=city).status == "cancelled"
    with pytest.raises(refusals.ContestStandsSo):
        cancel_contest(contest=draft, note="x", actor=city)


def test_only_reviewed_courses_of_ones_own_are_entered_in_time_and_so_many(cast: Cast) -> None:
    contest, township = called_contest(cast.unit("ningde")), cast.actor("township")
    here, courses = cast.unit("huotong"), [given_course(cast.unit("huotong"), title=f"课{n}") for n in range(3)]
    other = given_course(cast.unit("hubei"), title="别处的课")
    enter = partial(enter_course, contest=contest, edition_id=None, statement=" 好 ", actor=township)
    with pytest.raises(refusals.ContestStandsSo):
        enter(course=courses[0])  # judged already
    with at(ENTERED):
        assert list(courses_to_enter(contest, township)) == courses
        with pytest.raises(NotPermitted):
            enter(course=other)
        with pytest.raises(refusals.CourseNotForContest):
            enter(course=draft_course(here, title="草稿"))
        book, foreign = make_edition(here, courses=[courses[0]]), make_edition(here, title="别的书")
        with pytest.raises(NotFound):
            enter(course=courses[0], edition_id=foreign.pk)
        first = enter(course=courses[0], edition_id=book.pk)
        assert (first.number, first.version.number, first.edition_id, first.statement) == (1, 1, book.pk, "好")
        with pytest.raises(refusals.CourseEnteredAlready):
            enter(course=courses[0])
        second = enter(course=courses[1])
        with pytest.raises(refusals.EntriesUsedUp):
            enter(course=courses[2])
        take_back_entry(entry=second, actor=township)
        with pytest.raises(refusals.ContestStandsSo):
            take_back_entry(entry=second, actor=township)
        assert list(courses_to_enter(contest, township)) == courses[1:]
        assert enter(course=courses[2]).number == 3  # no number is given twice
        with pytest.raises(NotPermitted):
            take_back_entry(entry=first, actor=cast.actor("sibling_township"))
    with pytest.raises(refusals.ContestStandsSo):
        take_back_entry(entry=first, actor=township)


def test_jurors_are_named_released_and_named_again(cast: Cast) -> None:
    contest, city = called_contest(cast.unit("ningde")), cast.actor("city")
    names = set(jurors_to_choose().values_list("username", flat=True))
    assert names == {"city", "county", "other_county", "township", "sibling_township", "base", "teacher"}
    name = partial(name_juror, contest=contest, actor=city)
    with pytest.raises(NotFound):
        name(account_id=cast.accounts["secretary"].pk)
    juror = name(account_id=cast.accounts["county"].pk)
    with pytest.raises(refusals.JurorNamedAlready):
        name(account_id=cast.accounts["county"].pk)
    release_juror(juror=juror, actor=city)
    with pytest.raises(refusals.ContestStandsSo):
        release_juror(juror=juror, actor=city)
    assert jurors_of(contest) == []
    assert name(account_id=cast.accounts["county"].pk) == juror
    assert [(one.account.username, one.judged) for one in jurors_of(contest)] == [("county", 0)]  # type: ignore[attr-defined]


def test_the_jury_is_blind(cast: Cast) -> None:
    here = cast.unit("huotong")
    teacher = given_teacher(here, on=FIRST, name="周老师")
    course = given_course(here, title="霍童镇的葡萄", outline="霍童镇党委请周老师讲\n蕉城区的雨季")
    choose_teachers(course=course, teacher_ids=[teacher.pk], actor=SYSTEM)
    contest = called_contest(cast.unit("ningde"), [course], _judges(cast), has_votes=True)
    ContestEntry.objects.update(statement="township 写的，坑头村讲过", entered_by=cast.accounts["township"])
    (shown,), kept_out = entries_to_judge(contest, cast.actor("other_county"))
    assert (shown.title, shown.outline, kept_out) == ("○○的葡萄", "○○请○○讲\n○○的雨季", 0)
    assert "○○ 写的" in shown.statement
    (voted,), _ = entries_to_vote(contest, cast.actor("secretary"))
    assert voted.title == shown.title
    assert not hasattr(shown, "course")
    with at(ENTERED):
        assert entries_to_judge(contest, cast.actor("other_county")) == ([], 0)
        assert entries_to_vote(contest, cast.actor("secretary")) == ([], None)


def test_nobody_judges_their_own(cast: Cast) -> None:
    here = cast.unit("huotong")
    wrote = given_course(cast.unit("hubei"), title="虎𬇙的课")
    jurors = [
        cast.accounts[name] for name in ("county", "township", "base", "other_county", "sibling_township", "city")
    ]
    contest = called_contest(cast.unit("ningde"), [given_course(here), wrote], jurors)
    entry = entry_of(contest)
    for name in ("county", "township", "base"):
        with pytest.raises(refusals.OwnEntry):
            judge_entry(entry=entry, points=full_points(contest), actor=cast.actor(name))
    assert [one.number for one in entries_to_judge(contest, cast.actor("township"))[0]] == [2]
    assert entries_to_judge(contest, cast.actor("county")) == ([], 2)
    # A teacher of the course keeps out of it wherever they work.
    teacher = given_teacher(here, on=FIRST, name="陈老师")
    Teacher.objects.update(person=cast.person("谢长春"))
    choose_teachers(course=entry.course, teacher_ids=[teacher.pk], actor=SYSTEM)
    cast.accounts["other_county"].person = cast.person("谢长春")
    cast.accounts["other_county"].save()
    with pytest.raises(refusals.OwnEntry):
        judge_entry(entry=entry, points=full_points(contest), actor=cast.actor("other_county"))
    # So does whoever handed it in.
    ContestEntry.objects.filter(pk=entry.pk).update(entered_by=cast.accounts["sibling_township"])
    with pytest.raises(refusals.OwnEntry):
        judge_entry(entry=entry, points=full_points(contest), actor=cast.actor("sibling_township"))
    judge_entry(entry=entry, points=full_points(contest), actor=cast.actor("city"))
    assert ContestScore.objects.values("juror").distinct().count() == 1


def test_points_are_given_anew_in_time_by_jurors_alone(cast: Cast) -> None:
    contest, juror = _contest(cast), cast.actor("other_county")
    judge = partial(judge_entry, entry=entry_of(contest), actor=juror)
    assert [(one, n) for one, n in contests_to_judge(juror)] == [(contest, 1)]
    with pytest.raises(refusals.PointsWrong, match="内容"):
        judge(points=full_points(contest, less=-1))
    judge(points=full_points(contest))
    judge(points=full_points(contest, less=4))
    assert (judged_in(contest)[0].sums, ContestScore.objects.count()) == ((96,), len(criteria_of(contest)))
    assert contests_to_judge(juror) == []
    with pytest.raises(refusals.NotAJuror):
        judge_entry(entry=entry_of(contest), points=full_points(contest), actor=cast.actor("teacher"))
    with pytest.raises(NotPermitted):
        judge_entry(entry=entry_of(contest), points=full_points(contest), actor=cast.actor("secretary"))
    release_juror(juror=contest.jurors.get(account=cast.accounts["other_county"]), actor=SYSTEM)
    assert judged_in(contest)[0].sums == ()
    with pytest.raises(refusals.NotAJuror):
        judge(points=full_points(contest))
    with pytest.raises(refusals.NotAJuror):
        judge(points=full_points(contest), actor=SYSTEM)
    for day in (ENTERED, later(JUDGED, 1)):
        with at(day), pytest.raises(refusals.ContestStandsSo):
            judge_entry(entry=entry_of(contest), points=full_points(contest), actor=cast.actor("city"))
    ContestEntry.objects.update(taken_back_at=clock.now())
    with pytest.raises(NotFound):
        judge_entry(entry=entry_of(contest), points=full_points(contest), actor=cast.actor("city"))


def test_one_vote_a_person_that_may_go_elsewhere(cast: Cast) -> None:
    contest, secretary = _contest(cast, "甲课", "乙课", has_votes=True), cast.actor("secretary")
    first, second = entry_of(contest, 1), entry_of(contest, 2)
    vote_for(entry=first, actor=secretary)
    vote_for(entry=second, actor=secretary)
    vote_for(entry=second, actor=cast.actor("trainee"))
    assert list(ContestVote.objects.order_by("voter").values_list("entry__number", flat=True)) == [2, 2]
    assert entries_to_vote(contest, secretary)[1] == second.pk
    assert [one.votes for one in judged_in(contest)] == [0, 2]
    with pytest.raises(NotPermitted):
        vote_for(entry=first, actor=cast.actor("county"))
    with pytest.raises(NotPermitted):
        vote_for(entry=first, actor=SYSTEM)
    with at(ENTERED), pytest.raises(refusals.ContestStandsSo):
        vote_for(entry=first, actor=secretary)
    with pytest.raises(IntegrityError), transaction.atomic():
        ContestVote.objects.update(voter="person-1")
    plain = _contest(cast, "丙课", title="只由评委打分")
    with pytest.raises(refusals.NoVotesHere):
        vote_for(entry=entry_of(plain), actor=secretary)
    assert entries_to_vote(plain, secretary) == ([], None)
    told = Activity.objects.filter(event="catalogue.contest_voted")
    assert [set(one.detail) & {"entry", "entry_id"} for one in told] == [set(), set(), set()]


def test_published_objected_to_answered_and_finished(cast: Cast) -> None:
    contest, city = _contest(cast, "甲课", "乙课"), cast.actor("city")
    other = given_course(cast.unit("saiqi"), title="赛岐的课")
    with at(ENTERED):
        enter_course(contest=contest, course=other, edition_id=None, statement="", actor=SYSTEM)
    _judge_all(cast, contest, number=1)
    _judge_all(cast, contest, less=25, number=2)
    with at(AFTER), pytest.raises(refusals.JudgedTooLittle, match="第 3 号"):
        publish_contest(contest=contest, actor=city)
    for name in ("sibling_township", "city", "county"):
        if name == "county":
            name_juror(contest=contest, account_id=cast.accounts[name].pk, actor=SYSTEM)
        judge_entry(entry=entry_of(contest, 3), points=full_points(contest, less=10), actor=cast.actor(name))
    with pytest.raises(refusals.ContestStandsSo):
        publish_contest(contest=contest, actor=city)  # judged until the 27th
    assert results_of(contest) == []
    object_to = partial(object_to_entry, actor=cast.actor("trainee"))
    with pytest.raises(refusals.ContestStandsSo):
        object_to(entry=entry_of(contest), text="x")
    with at(AFTER):
        published = publish_contest(contest=contest, actor=city)
        told = [(e.number, e.rank, str(e.score), e.is_winner) for e in results_of(published)]
        assert told == [(1, 1, "100.00", True), (3, 2, "90.00", True), (2, 3, "75.00", False)]
        with pytest.raises(refusals.ContestNoteMissing):
            object_to(entry=entry_of(contest), text=" ")
        objection = object_to(entry=entry_of(contest, 3), text="这门课是抄的")
        assert objections_of(published, cast.actor("secretary"), every=False) == []
        assert objections_of(published, SYSTEM, every=False) == []
        assert objections_of(published, cast.actor("trainee"), every=False) == [objection]
        assert objections_of(published, city, every=True) == [objection]
        with pytest.raises(refusals.ContestStandsSo):
            finish_contest(contest=contest, actor=city)
    ends = publicity_ends(published)
    assert ends == later(AFTER, 5)
    with at(later(ends, 1)):
        with pytest.raises(refusals.ContestStandsSo):
            object_to(entry=entry_of(contest), text="晚了")
        with pytest.raises(refusals.ObjectionsOpen):
            finish_contest(contest=contest, actor=city)
        with pytest.raises(refusals.ContestNoteMissing):
            answer_objection(objection=objection, upheld=True, answer=" ", actor=city)
        answer_objection(objection=objection, upheld=True, answer="查实了", actor=city)
        with pytest.raises(refusals.ContestStandsSo):
            answer_objection(objection=objection, upheld=False, answer="x", actor=city)
        assert finish_contest(contest=contest, actor=city).status == "done"
        with pytest.raises(refusals.ContestStandsSo):
            finish_contest(contest=contest, actor=city)
    stages = dict(Course.objects.values_list("title", "stage"))
    assert stages == {"甲课": "premium", "乙课": "reviewed", "赛岐的课": "reviewed"}
    assert [f.name for f in check_invariants(limit=1) if not f.holds] == []


def test_an_objection_that_fails_changes_nothing_and_a_retired_winner_stays_retired(cast: Cast) -> None:
    contest = _contest(cast, "甲课", "乙课")
    _judge_all(cast, contest)
    _judge_all(cast, contest, number=2)
    with at(AFTER):
        publish_contest(contest=contest, actor=SYSTEM)
        objection = object_to_entry(entry=entry_of(contest), text="不好", actor=cast.actor("trainee"))
        answer_objection(objection=objection, upheld=False, answer="看过了，没有问题", actor=SYSTEM)
        retire_course(course=entry_of(contest, 2).course, reason="老师调走了", actor=SYSTEM)
    with at(later(AFTER, 6)):
        finish_contest(contest=contest, actor=SYSTEM)
    assert list(Course.objects.order_by("pk").values_list("stage", flat=True)) == ["premium", "disabled"]


def test_figures_are_those_of_the_day_of_the_call(cast: Cast) -> None:
    contest = _contest(cast)
    for name, value in (("contest.fewest_jurors", "9"), ("contest.criterion.content", "99")):
        old = Policy.objects.get(key=name)
        Policy.objects.filter(pk=old.pk).update(valid_to=DURING)
        Policy.objects.create(
            key=name, value=value, unit=old.unit, scope=old.scope, rule=old.rule, source="x", status="local",
            valid_from=DURING, version=2, place="",
        )  # fmt: skip
    _judge_all(cast, contest)
    with at(AFTER):
        assert publish_contest(contest=contest, actor=SYSTEM).status == "in_publicity"
    later_on = called_contest_today(cast)
    assert max(one.most for one in criteria_of(later_on)) == 99


def called_contest_today(cast: Cast) -> Contest:
    """Another contest, under the figures of today."""
    draft = draft_contest(cast.unit("ningde"), title="明年的", days=ContestDays(DURING, JUDGED, AFTER))
    return call_contest(contest=draft, actor=SYSTEM)


def test_the_tally_is_for_the_office_that_holds_it(cast: Cast) -> None:
    contest = _contest(cast, "甲课", "乙课", has_votes=True)
    _judge_all(cast, contest, less=1)
    vote_for(entry=entry_of(contest, 2), actor=cast.actor("secretary"))
    rows = tally_of(contest.pk, cast.actor("city")).order_by("number")
    told = [(row.number, row.jurors, str(row.mean), row.vote_count) for row in rows]  # type: ignore[attr-defined]
    assert told == []  # the city judges in it
    release_juror(juror=contest.jurors.get(account=cast.accounts["city"]), actor=SYSTEM)
    rows = tally_of(contest.pk, cast.actor("city")).order_by("number")
    told = [(row.number, row.jurors, str(row.mean), row.vote_count) for row in rows]  # type: ignore[attr-defined]
    assert told == [(1, 2, "99.00", 0), (2, 0, "None", 1)]
    for name in ("county", "township", "auditor", "secretary"):
        assert list(tally_of(contest.pk, cast.actor(name))) == []
    assert [row.number for row in tally_of(contest.pk, SYSTEM).order_by("number")] == [1, 2]
    name_juror(contest=contest, account_id=cast.accounts["city"].pk, actor=SYSTEM)
    with at(AFTER):
        Contest.objects.update(status="in_publicity", published_on=AFTER)
        assert tally_of(contest.pk, cast.actor("city")).count() == 2


def test_a_juror_of_the_office_learns_whose_it_is_with_everybody_else(cast: Cast) -> None:
    own = given_course(cast.unit("ningde"), title="市里的课")
    contest = called_contest(cast.unit("ningde"), [given_course(cast.unit("huotong")), own], _judges(cast))
    assert [one.number for one in own_entries(contest, cast.actor("city"))] == [2]
    assert [one.number for one in own_entries(contest, cast.actor("township"))] == [1]
    release_juror(juror=contest.jurors.get(account=cast.accounts["city"]), actor=SYSTEM)
    assert [one.number for one in own_entries(contest, cast.actor("city"))] == [1, 2]
    name_juror(contest=contest, account_id=cast.accounts["city"].pk, actor=SYSTEM)
    Contest.objects.update(status="in_publicity", published_on=AFTER)
    contest.refresh_from_db()
    assert [one.number for one in own_entries(contest, cast.actor("city"))] == [1, 2]


# ---- at once


def in_time(day: date, work: Callable[[], object]) -> Callable[[], object]:
    """The work as if it were that day; a thread has its own clock."""

    def done() -> object:
        with at(day):
            return work()

    return done


def test_two_enter_at_once_and_get_their_own_numbers(cast_committed: Cast) -> None:
    cast = cast_committed
    courses = [given_course(cast.unit(name), title="课") for name in ("huotong", "hubei")]
    with at(FIRST):
        contest = called_contest(cast.unit("ningde"))
        enter = partial(enter_course, contest=contest, edition_id=None, statement="", actor=SYSTEM)
        works = [in_time(FIRST, partial(enter, course=course)) for course in courses]
    assert both(*works) == ["done", "done"]
    assert sorted(contest.entries.values_list("number", flat=True)) == [1, 2]


def test_ten_clicks_are_one_vote(cast_committed: Cast) -> None:
    cast = cast_committed
    with at(DURING):
        contest = _contest(cast, "甲课", "乙课", has_votes=True)
        vote = partial(vote_for, actor=cast.actor("secretary"))
        clicks = [in_time(DURING, partial(vote, entry=entry_of(contest, n % 2 + 1))) for n in range(10)]
    assert both(*clicks) == ["done"] * 10
    assert ContestVote.objects.count() == 1


def _vote_while_published(cast: Cast, contest: Contest) -> tuple[list[str], int]:
    """A vote that arrives in the last second while the result is worked out: what was said, and the votes counted."""
    said: list[str] = []
    gate = Barrier(2)

    def publish() -> None:
        with at(AFTER), transaction.atomic():
            locked = life.locked_contest(contest, "running")
            gate.wait(10)
            publish_contest(contest=locked, actor=SYSTEM)
            said.append("published")
        connections.close_all()

    def vote() -> None:
        gate.wait(10)
        with at(DURING):
            try:
                vote_for(entry=entry_of(contest), actor=cast.actor("secretary"))
                said.append("voted")
            except refusals.ContestStandsSo:
                said.append("late")
        connections.close_all()

    threads = [Thread(target=work) for work in (publish, vote)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return said, ContestVote.objects.count()


def test_no_vote_comes_in_after_the_count_and_without_the_lock_one_would(
    cast_committed: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = cast_committed
    with at(DURING):
        contest = _contest(cast, has_votes=True)
        _judge_all(cast, contest)
    assert _vote_while_published(cast, contest) == (["published", "late"], 0)
    with at(DURING):
        other = _contest(cast, "另一门", title="第二次", has_votes=True)
        _judge_all(cast, other)

    def unlocked(contest: Contest, *statuses: str) -> Contest:
        return Contest.objects.select_related("unit").get(pk=contest.pk)

    monkeypatch.setattr(taking_part, "locked_contest", unlocked)
    said, votes = _vote_while_published(cast, other)
    assert "voted" in said
    assert votes == 1
