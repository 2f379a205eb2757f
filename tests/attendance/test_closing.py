"""Marks by the clock, and what closing makes of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.attendance.rules import closing, marks

POLICY = marks.DoorPolicy(opens_before=60, late_after=10, closes_after=0, early_before=10)
STARTS = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
ENDS = STARTS + timedelta(hours=3)
LIMITS = closing.ClosingPolicy(Fraction(1, 7), Fraction(2))


def sittings(count: int) -> list[closing.Sitting]:
    return [closing.Sitting(n, Decimal(4), Fraction(1, 2)) for n in range(count)]


@pytest.mark.parametrize(("minutes", "refusal"), [(-61, "too_early"), (-60, ""), (0, ""), (180, ""), (181, "too_late")])
def test_when_the_door_is_open(minutes: int, refusal: str) -> None:
    assert marks.door_refusal(STARTS + timedelta(minutes=minutes), STARTS, ENDS, POLICY) == refusal


@pytest.mark.parametrize(
    ("came", "left", "mark"),
    [
        (-5, None, "present"), (10, None, "present"), (11, None, "late"),
        (0, 169, "early"), (0, 170, "present"), (11, 100, "late"),
    ],
)  # fmt: skip
def test_mark_of_times(came: int, left: int | None, mark: str) -> None:
    went = None if left is None else STARTS + timedelta(minutes=left)
    assert marks.mark_of_times(STARTS + timedelta(minutes=came), went, STARTS, ENDS, POLICY) == mark


def test_leave_becomes_its_mark() -> None:
    assert [marks.leave_mark(kind) for kind in ("personal", "sick", "official")] == list(marks.LEAVES)


def test_unmarked_lists_what_is_missing() -> None:
    assert closing.unmarked([2, 1], [10, 11], {(1, 10): "present"}) == [(1, 11), (2, 10), (2, 11)]


@given(st.lists(st.sampled_from(marks.MARKS), min_size=1, max_size=30))
def test_withdrawal_follows_the_two_ceilings(states: list[str]) -> None:
    held = sittings(len(states))
    reason = closing.withdrawal(dict(enumerate(states)), held, LIMITS)
    absent = Fraction(states.count("absent"), 2)
    leave = Fraction(states.count("personal_leave") + states.count("sick_leave"), len(states))
    if absent >= 2:
        assert reason == closing.LEFT_BY_ABSENCE
    elif leave > Fraction(1, 7):
        assert reason == closing.LEFT_BY_LEAVE
    else:
        assert reason == ""


@given(st.integers(1, 40))
def test_exactly_a_seventh_is_not_too_much(weeks: int) -> None:
    states = dict.fromkeys(range(weeks), "sick_leave") | dict.fromkeys(range(weeks, 7 * weeks), "present")
    assert closing.withdrawal(states, sittings(7 * weeks), LIMITS) == ""
    assert closing.withdrawal(states | {weeks: "personal_leave"}, sittings(7 * weeks), LIMITS) == closing.LEFT_BY_LEAVE


def test_official_leave_never_counts() -> None:
    assert closing.withdrawal(dict.fromkeys(range(6), "official_leave"), sittings(6), LIMITS) == ""


def test_a_class_without_sessions_loses_nobody() -> None:
    assert closing.withdrawal({}, [], LIMITS) == ""
