"""In which order people wait: by level, then as they came, and what is said about those before."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from doorstep.classes.rules.waiting_order import (
    ALL_HOURS,
    CRITERIA,
    NEWCOMER,
    NO_HOURS,
    SEATLESS,
    SECRETARY,
    SHORT,
    SOME_HOURS,
    UNCOVERED,
    Facts,
    InLine,
    WaitingRule,
    levels_of,
    merits,
    met_by,
    turns,
)

TODAY = date(2026, 11, 30)
RULE = WaitingRule(((UNCOVERED,), (SECRETARY, NEWCOMER), (SEATLESS,)), secretary_months=6, newcomer_months=24)


def test_criteria_of_one_rank_count_alike_and_those_of_rank_nought_not_at_all() -> None:
    assert levels_of({UNCOVERED: 2, SECRETARY: 1, NEWCOMER: 2, SEATLESS: 0, SHORT: 5}) == (
        (SECRETARY,),
        (UNCOVERED, NEWCOMER),
        (SHORT,),
    )
    assert levels_of(dict.fromkeys(CRITERIA, 0)) == ()
    assert not WaitingRule().is_by_criteria


def test_what_somebody_meets() -> None:
    assert met_by(Facts(), RULE, TODAY) == (UNCOVERED, SEATLESS)
    assert met_by(Facts(hours=SOME_HOURS, has_seat=True), RULE, TODAY) == ()
    new = Facts(hours=SOME_HOURS, secretary_since=date(2026, 5, 31), joined_on=date(2024, 12, 1), has_seat=True)
    assert met_by(new, RULE, date(2026, 11, 29)) == (SECRETARY, NEWCOMER)
    # Half a year after 31 May is 30 November, and from that day on one is new no more.
    assert met_by(new, RULE, TODAY) == (NEWCOMER,)
    assert met_by(new, RULE, date(2026, 12, 1)) == ()
    assert met_by(Facts(hours=SOME_HOURS, secretary_since=date(2026, 12, 1), has_seat=True), RULE, TODAY) == ()
    short = WaitingRule(((SHORT,),))
    assert [met_by(Facts(hours=n), short, TODAY) for n in (NO_HOURS, SOME_HOURS, ALL_HOURS)] == [(SHORT,), (SHORT,), ()]


def test_each_is_told_what_puts_the_others_before() -> None:
    line = [
        InLine(1),
        InLine(2, (SEATLESS,)),
        InLine(3, (UNCOVERED,)),
        InLine(4, (SECRETARY, NEWCOMER)),
        InLine(5, (SECRETARY,)),
        InLine(6, (UNCOVERED,)),
    ]
    found = turns(line, RULE)
    assert [(one.nth, one.number, dict(one.before), one.earlier) for one in found] == [
        (1, 3, {}, 0),
        (2, 6, {}, 1),
        (3, 4, {0: 2}, 0),
        (4, 5, {0: 2, 1: 1}, 0),
        (5, 2, {0: 2, 1: 2}, 0),
        (6, 1, {0: 2, 1: 2, 2: 1}, 0),
    ]
    assert [(one.number, one.earlier) for one in turns(line, WaitingRule())] == [(n, n - 1) for n in range(1, 7)]


@given(
    st.lists(st.sets(st.sampled_from(CRITERIA)), max_size=12),
    st.dictionaries(st.sampled_from(CRITERIA), st.integers(0, 5)),
    st.randoms(),
)
def test_nobody_stands_behind_somebody_who_has_less(met: list[set[str]], ranks: dict[str, int], rng: object) -> None:
    rule = WaitingRule(levels_of(ranks))
    line = [InLine(n, tuple(sorted(one))) for n, one in enumerate(met, start=1)]
    mixed = list(line)
    rng.shuffle(mixed)  # type: ignore[attr-defined]
    found = turns(mixed, rule)
    assert [one.nth for one in found] == list(range(1, len(line) + 1))
    assert sorted(one.number for one in found) == [one.number for one in line]
    keys = [(tuple(-n for n in merits(one.met, rule)), one.number) for one in found]
    assert keys == sorted(keys)
    assert all(one.nth - 1 == sum(one.before.values()) + one.earlier for one in found)
