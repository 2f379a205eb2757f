"""The rule of orders: which step may follow, which half days are taken, what is wrong with the days wished for."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from doorstep.classes.rules import orders as rules

STATUSES = tuple({status for status, _step in rules.STEPS} | set(rules.STEPS.values()))
ACTS = tuple({step for _status, step in rules.STEPS})
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
LIMITS = rules.OrderLimits(notice_days=3, days_ahead=365, most_wishes=3)


@given(st.lists(st.sampled_from(ACTS), max_size=8))
def test_an_order_ends_once_and_is_opened_at_most_once(steps: list[str]) -> None:
    status, moves, opened = rules.PLACED, 0, 0
    for step in steps:
        after = rules.next_status(status, step)
        if after is None:
            continue
        assert after != status
        status, moves = after, moves + (after not in (rules.WAITING, rules.OFFERED))
        opened += status in (rules.ACCEPTED, rules.AGREED)
    assert moves <= 2
    assert opened == (status in (rules.ACCEPTED, rules.AGREED))
    if status not in (rules.PLACED, rules.COUNTERED, rules.WAITING, rules.OFFERED):
        assert all(rules.next_status(status, step) is None for step in ACTS)


def test_what_waits_can_always_be_taken_back_or_lapse() -> None:
    for status in (rules.PLACED, rules.COUNTERED):
        assert rules.next_status(status, rules.WITHDRAW) == rules.WITHDRAWN
        assert rules.next_status(status, rules.LAPSE) == rules.LAPSED


@given(DAYS, st.sampled_from((rules.MORNING, rules.AFTERNOON)), st.integers(1, 10))
def test_half_days_follow_each_other(day: date, part: str, count: int) -> None:
    halves = rules.half_days_from(day, part, count)
    assert (len(set(halves)), halves[0]) == (count, rules.HalfDay(day, part))
    order = [2 * half.day.toordinal() + (half.part == rules.AFTERNOON) for half in halves]
    assert order == list(range(order[0], order[0] + count))


@given(st.lists(st.integers(), max_size=12), st.integers(1, 10))
def test_everything_ordered_is_taught_in_its_order(items: list[int], count: int) -> None:
    shares = rules.shares_of(items, count)
    assert len(shares) == count
    if len(items) >= count:
        assert [item for share in shares for item in share] == items
        assert max(map(len, shares)) - min(map(len, shares)) <= 1
    else:
        assert [share for share in shares if share] == shares or not items


@given(DAYS, st.lists(st.integers(-5, 400), max_size=5), st.integers(1, 4))
def test_days_that_are_right_are_few_different_and_in_time(today: date, ahead: list[int], half_days: int) -> None:
    part = rules.WHOLE_DAY if half_days > 1 else rules.ANY_HALF
    wishes = [rules.Wish(today + timedelta(days=n), part) for n in ahead]
    wrong = rules.wrong_wish(wishes, half_days, today, LIMITS)
    is_right = 1 <= len(ahead) <= 3 and len(set(ahead)) == len(ahead) and min(ahead) >= 3 and max(ahead) <= 365
    assert (wrong == "") == is_right
    if is_right:
        turned = [rules.Wish(wish.day, rules.MORNING if half_days > 1 else rules.WHOLE_DAY) for wish in wishes]
        assert rules.wrong_wish(turned, half_days, today, LIMITS) == "part"


@given(DAYS, st.integers(0, 9), st.integers(0, 30))
def test_an_answer_is_due_in_time_and_silence_ends(placed: date, days: int, ahead: int) -> None:
    first = placed + timedelta(days=ahead)
    due = rules.answer_due(placed, days, first)
    assert placed <= due <= first
    assert rules.is_past(rules.PLACED, first, first, None)
    assert not rules.is_past(rules.PLACED, first - timedelta(days=1), first, None)
    assert rules.is_past(rules.COUNTERED, due + timedelta(days=1), first, due)
    assert not rules.is_past(rules.COUNTERED, due, first, due)
    assert not rules.is_past(rules.ACCEPTED, first + timedelta(days=99), first, due)


def test_days_of_rest_are_read_from_spans() -> None:
    found = list(rules.rest_days("2026-10-01/2026-10-03 2027-01-01"))
    assert found == [date(2026, 10, 1), date(2026, 10, 2), date(2026, 10, 3), date(2027, 1, 1)]
    assert rules.starts_of(rules.ANY_HALF) == (rules.MORNING, rules.AFTERNOON)
