"""Who keeps out of what, what hides a name, what points come to, who wins."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.catalogue.rules.contests import (
    BEFORE,
    ENTERING,
    HIDDEN,
    JUDGING,
    OVER,
    OWN_LESSON,
    OWN_UNIT,
    ContestDays,
    ContestFigures,
    EntryFacts,
    Judged,
    JurorFacts,
    blinded,
    conflict_of,
    judged_too_little,
    phase_on,
    placed,
    points_faults,
    score_of,
    telling_names,
    voter_key,
)

DAYS = ContestDays(date(2026, 11, 2), date(2026, 11, 13), date(2026, 11, 27))
FIGURES = ContestFigures(3, 2, Decimal(80), 20)


@pytest.mark.parametrize(
    ("day", "phase"),
    [
        (date(2026, 11, 1), BEFORE),
        (date(2026, 11, 2), ENTERING),
        (date(2026, 11, 13), ENTERING),
        (date(2026, 11, 14), JUDGING),
        (date(2026, 11, 27), JUDGING),
        (date(2026, 11, 28), OVER),
    ],
)
def test_what_it_is_at(day: date, phase: str) -> None:
    assert phase_on(DAYS, day) == phase


def test_days_follow_each_other() -> None:
    assert DAYS.are_in_order
    day = DAYS.enters_until
    assert not ContestDays(day, day, day).are_in_order
    assert not ContestDays(day, day - timedelta(days=1), day + timedelta(days=1)).are_in_order
    assert ContestDays(day, day, day + timedelta(days=1)).are_in_order


@pytest.mark.parametrize(
    ("places", "place", "said"),
    [
        (("1/2/5/",), "1/2/5/", OWN_UNIT),  # one's own unit
        (("1/2/",), "1/2/5/", OWN_UNIT),  # a unit below one's own
        (("1/2/5/9/",), "1/2/5/", OWN_UNIT),  # the unit above one's own
        (("1/2/6/",), "1/2/5/", ""),  # beside it
        (("1/2/50/",), "1/2/5/", ""),  # a place whose number begins alike
        (("1/",), "1/2/5/", ""),  # whoever holds the contest is above everybody
        (("1/",), "1/", OWN_UNIT),  # and of its own courses keeps out
        (("1/2/",), "1/", ""),  # to which everybody else is below
        (("1/3/", "1/2/5/"), "1/2/5/", OWN_UNIT),  # any one of several
        ((), "1/2/5/", ""),
    ],
)
def test_nobody_judges_a_course_of_their_own_line(places: tuple[str, ...], place: str, said: str) -> None:
    assert conflict_of(JurorFacts(1, 7, places), EntryFacts(place, frozenset(), frozenset()), top="1/") == said


def test_nobody_judges_what_they_wrote_or_teach() -> None:
    juror = JurorFacts(1, 7, ("1/3/",))
    assert conflict_of(juror, EntryFacts("1/2/", frozenset({1}), frozenset()), top="1/") == OWN_LESSON
    assert conflict_of(juror, EntryFacts("1/2/", frozenset(), frozenset({7})), top="1/") == OWN_LESSON
    assert conflict_of(juror, EntryFacts("1/2/", frozenset({7}), frozenset({1})), top="1/") == ""
    nobody = JurorFacts(1, None, ("1/3/",))
    assert conflict_of(nobody, EntryFacts("1/2/", frozenset(), frozenset()), top="1/") == ""


def test_names_are_hidden_the_longest_first() -> None:
    names = telling_names(["中共蕉城区霍童镇委员会", "霍童镇党委", "蕉城区委组织部"], ["林秀珍", "林"])
    assert names == ["中共蕉城区霍童镇委员会", "蕉城区委组织部", "霍童镇党委", "林秀珍", "蕉城区", "霍童镇"]
    said = blinded("霍童镇党委的林秀珍老师讲蕉城区霍童镇的葡萄", names)
    assert said == f"{HIDDEN}的{HIDDEN}老师讲{HIDDEN}{HIDDEN}的葡萄"


@given(
    st.lists(st.text(alphabet="甲乙丙丁", min_size=2, max_size=4), max_size=4),
    st.text(alphabet="甲乙丙丁戊", max_size=30),
)
def test_no_name_is_left_standing(names: list[str], text: str) -> None:
    ordered = telling_names((), names)
    hidden = blinded(text, ordered)
    assert [name for name in ordered if name in hidden] == []


def test_points_are_whole_and_within() -> None:
    most = {"a": 30, "b": 20}
    assert points_faults({"a": 30, "b": 0}, most) == []
    assert points_faults({"a": 31, "b": -1}, most) == ["a", "b"]
    assert points_faults({"a": None, "c": 1}, most) == ["a", "b"]


def test_score_is_the_mean_and_the_share_of_votes() -> None:
    one = Judged(1, 1, (90, 81, 80), votes=10)
    assert one.mean == Decimal("83.67")
    assert score_of(one, 20, 0) == Decimal("83.67")
    assert score_of(one, 0, 20) == Decimal("83.67")
    assert score_of(one, 20, 20) == Decimal("76.94")  # 83.67 × 80 % + 50 × 20 %
    assert Judged(1, 1, ()).mean == 0


def test_equal_scores_share_a_rank_and_win_together() -> None:
    every = [Judged(n, n, (points,)) for n, points in enumerate((85, 90, 85, 84, 70), start=1)]
    told = [(p.number, p.rank, p.is_winner) for p in placed(every, ContestFigures(1, 2, Decimal(80), 0))]
    assert told == [(2, 1, True), (1, 2, True), (3, 2, True), (4, 4, False), (5, 5, False)]
    strict = placed(every, ContestFigures(1, 5, Decimal("85.01"), 0))
    assert [p.number for p in strict if p.is_winner] == [2]
    assert placed([], FIGURES) == []


@given(st.lists(st.tuples(st.lists(st.integers(0, 100), min_size=1, max_size=5), st.integers(0, 50)), max_size=8))
def test_ranks_follow_scores(given_points: list[tuple[list[int], int]]) -> None:
    every = [Judged(n, n, tuple(sums), votes) for n, (sums, votes) in enumerate(given_points, start=1)]
    found = placed(every, FIGURES)
    assert sorted(p.entry_id for p in found) == [one.entry_id for one in every]
    for p in found:
        assert 0 <= p.score <= 100
        assert p.rank == 1 + sum(other.score > p.score for other in found)
        assert p.is_winner == (p.rank <= 2 and p.score >= 80)


def test_too_few_jurors_are_told_by_number() -> None:
    every = [Judged(11, 1, (1, 2, 3)), Judged(12, 2, (1, 2)), Judged(13, 3, ())]
    assert judged_too_little(every, 3) == [2, 3]


def test_a_person_has_one_vote_whatever_their_accounts() -> None:
    assert voter_key(5, 7) == voter_key(6, 7) == "person-7"
    assert voter_key(7, None) == "account-7"
