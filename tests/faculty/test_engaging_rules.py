"""Never in two places at one time, the way there included; substitutes in an order one can explain."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from doorstep.faculty.rules.engaging import (
    AWAY,
    NOT_TEACHING,
    NOT_VETTED,
    OVERLOADED,
    TAKEN,
    Ask,
    Booked,
    Candidate,
    Wanted,
    obstacle,
    substitutes,
)

NOON = datetime(2026, 12, 7, 12, tzinfo=UTC)
LATE = date(2030, 1, 1)
ASKS = st.builds(
    lambda at, length, way, before, after: Ask(
        1, "k", "", "", NOON + timedelta(minutes=at), NOON + timedelta(minutes=at + length), way, before, after
    ),
    st.integers(-600, 600), st.integers(1, 240), st.integers(0, 120), st.booleans(), st.booleans(),
)  # fmt: skip


def free(**changes: object) -> Booked:
    return Booked(**{"is_active": True, "vetted_until": LATE, "most_a_month": 9, **changes})  # type: ignore[arg-type]


@given(st.lists(ASKS, max_size=6), st.integers(0, 60))
def test_whoever_is_asked_one_after_the_other_is_nowhere_twice(asks: list[Ask], least: int) -> None:
    taken: list[Ask] = []
    for ask in asks:
        if not obstacle(ask, free(held=[one.held(least) for one in taken]), least):
            taken.append(ask)
    for first, second in combinations(taken, 2):
        early, late = sorted((first, second), key=lambda one: one.starts_at)
        ways = (0 if early.stays_after else max(early.way_minutes, least)) + (
            0 if late.stays_before else max(late.way_minutes, least)
        )
        assert late.starts_at - early.ends_at >= timedelta(minutes=ways)


@given(ASKS, st.integers(0, 60))
def test_the_time_held_holds_the_lesson(ask: Ask, least: int) -> None:
    held = ask.held(least)
    assert held.starts_at <= ask.starts_at < ask.ends_at <= held.ends_at


@given(ASKS, st.integers(0, 12), st.integers(1, 12))
def test_asked_as_often_as_the_month_allows(ask: Ask, asked: int, most: int) -> None:
    day = ask.starts_at.date()
    why = obstacle(ask, free(counts={(day.year, day.month): asked}, most_a_month=most), 15)
    assert why == (OVERLOADED if asked >= most else "")


def test_the_gravest_reason_first() -> None:
    ask = Ask(1, "k", "", "", NOON, NOON + timedelta(hours=1))
    day, held = NOON.date(), [ask.held(15)]
    worst = {"is_active": False, "vetted_until": day, "absences": [(day, day)], "held": held, "most_a_month": 0}
    for name, why in (
        ("is_active", NOT_TEACHING), ("vetted_until", NOT_VETTED), ("absences", AWAY), ("held", TAKEN),
        ("most_a_month", OVERLOADED),
    ):  # fmt: skip
        assert obstacle(ask, free(**worst), 15) == why
        del worst[name]
    assert obstacle(ask, free(), 15) == ""
    assert obstacle(ask, free(vetted_until=None), 15) == NOT_VETTED


CODES = st.frozensets(st.sampled_from("abc"), max_size=3)
CANDIDATES = st.lists(
    st.builds(Candidate, st.integers(1, 99), CODES, CODES, st.none() | st.integers(0, 200), st.integers(0, 5),
              st.integers(1, 5)),
    max_size=6, unique_by=lambda one: one.teacher_id,
)  # fmt: skip


@given(CODES, CODES, CANDIDATES)
def test_substitutes_do_not_depend_on_who_was_named_first(
    topics: frozenset[str], languages: frozenset[str], candidates: list[Candidate]
) -> None:
    wanted = Wanted(topics, languages)
    best = substitutes(wanted, candidates)
    assert best == substitutes(wanted, candidates[::-1])
    assert {one.teacher_id for one in best} == {c.teacher_id for c in candidates if c.lessons < c.most_a_month}
    for one, other in zip(best, best[1:], strict=False):
        assert len(one.topics & topics) >= len(other.topics & topics)
        if one.topics & topics == other.topics & topics and one.languages & languages == other.languages & languages:
            assert other.way_minutes is None or one.way_minutes is not None and one.way_minutes <= other.way_minutes
