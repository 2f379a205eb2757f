"""When a line is behind, when a plan is due, which sittings a line becomes."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.planning.rules import (
    BEHIND,
    HELD,
    OPENED,
    PLANNED,
    differences,
    due_on,
    first_day,
    is_told,
    sittings_of,
    standing_of,
)


@pytest.mark.parametrize(
    ("status", "month_to", "today", "expected"),
    [
        (None, 3, date(2026, 3, 31), PLANNED),
        (None, 3, date(2026, 4, 1), BEHIND),
        ("draft", 3, date(2026, 4, 1), BEHIND),
        ("cancelled", 3, date(2026, 4, 1), BEHIND),
        ("draft", 12, date(2026, 12, 31), PLANNED),
        (None, 12, date(2027, 1, 1), BEHIND),
        ("open", 3, date(2026, 6, 1), OPENED),
        ("running", 3, date(2026, 6, 1), OPENED),
        ("closed", 3, date(2026, 1, 1), HELD),
    ],
)
def test_how_a_line_stands(status: str | None, month_to: int, today: date, expected: str) -> None:
    assert standing_of(status, year=2026, month_to=month_to, today=today) == expected


def test_due_and_told() -> None:
    due = due_on(2026, "03-31")
    assert due == date(2026, 3, 31)
    assert not is_told(due, 60, date(2026, 1, 29))
    assert is_told(due, 60, date(2026, 1, 30))


@given(st.integers(1, 60), st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_half_days_follow_each_other_two_a_day(count: int, first: date) -> None:
    found = sittings_of(first, count)
    assert len(found) == count
    assert found == sorted(found)
    assert found[-1][0] == first + timedelta(days=(count - 1) // 2)
    assert {begins for _day, begins, _ends in found} <= {time(8, 30), time(14)}


def test_the_first_day_offered_lies_ahead() -> None:
    assert first_day(2026, 6, date(2026, 1, 1)) == date(2026, 6, 1)
    assert first_day(2026, 3, date(2026, 6, 10)) == date(2026, 6, 17)
    assert first_day(2026, 12, date(2026, 12, 28)) == date(2026, 12, 31)


@given(
    st.dictionaries(st.sampled_from("abc"), st.integers(0, 2)),
    st.dictionaries(st.sampled_from("abc"), st.integers(0, 2)),
)
def test_differences_lead_from_before_to_after(before: dict[str, int], after: dict[str, int]) -> None:
    old, new = differences(before, after)
    assert old.keys() == new.keys()
    assert {**before, **new} == {**before, **after}
    assert all(old[name] != new[name] for name in new)
