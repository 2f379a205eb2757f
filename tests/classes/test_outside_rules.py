"""What holds for groups from outside, tried alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.classes.rules import outside
from doorstep.classes.rules.outside import Came, CodeLimits, CodesSent, OutsideCount

NOW = datetime(2026, 12, 31, 23, 50, tzinfo=UTC)
LIMITS = CodeLimits(a_number=5, an_address=20, in_all=500, apart_seconds=60)


@pytest.mark.parametrize(
    ("typed", "number", "is_one"),
    [
        ("138 0000 1234", "13800001234", True),
        ("+86 138-0000-1234", "13800001234", True),
        ("12800001234", "12800001234", False),
        ("1380000123", "1380000123", False),
        ("一三八00001234", "一三八00001234", False),
    ],
)
def test_a_mobile_number_is_read_as_people_write_it(typed: str, number: str, is_one: bool) -> None:
    assert outside.plain_number(typed) == number
    assert outside.is_mobile(number) is is_one


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (CodesSent(0, 0, 0), ""),
        (CodesSent(4, 19, 499, NOW - timedelta(seconds=60)), ""),
        (CodesSent(4, 19, 499, NOW - timedelta(seconds=59)), "soon"),
        (CodesSent(5, 0, 0), "number"),
        (CodesSent(5, 20, 0), "address"),
        (CodesSent(0, 0, 500), "all"),
    ],
)
def test_codes_have_limits_by_number_address_and_in_all(sent: CodesSent, why: str) -> None:
    assert outside.barred(sent, NOW, LIMITS) == why


def test_codes_visits_and_forms_have_their_time() -> None:
    assert [outside.may_be_code(text) for text in ("012345", "12345", "12345a", "")] == [True, False, False, False]
    assert outside.is_spent(4, 5, NOW, NOW + timedelta(seconds=1)) is False
    assert outside.is_spent(5, 5, NOW, NOW + timedelta(seconds=1)) is True
    assert outside.is_spent(0, 5, NOW, NOW) is True
    assert outside.is_idle(NOW - timedelta(minutes=30), NOW, 30) is True
    assert outside.is_idle(NOW - timedelta(minutes=29, seconds=59), NOW, 30) is False
    assert outside.is_too_quick(NOW - timedelta(seconds=3), NOW, 3) is False
    assert outside.is_too_quick(NOW - timedelta(seconds=2), NOW, 3) is True


def test_a_quote_is_answered_while_order_and_quote_are_open() -> None:
    assert outside.quote_answers("placed", "open")
    assert outside.quote_answers("countered", "open")
    assert not outside.quote_answers("accepted", "open")
    assert not outside.quote_answers("placed", "replaced")
    assert outside.lacks_quote("yes", is_agreed=False) is True
    assert outside.lacks_quote("yes", is_agreed=True) is outside.lacks_quote("no", is_agreed=False) is False


def test_a_group_that_comes_again_counts_its_largest_number_as_persons() -> None:
    came = [Came(1, 30), Came(1, 32), Came(2, 10), Came(2, 0)]
    assert outside.outside_count(came) == OutsideCount(classes=4, person_times=72, persons=42)
    assert outside.outside_count([]) == OutsideCount()
    asked = [Came(1, 30, 0), Came(1, 20, 15), Came(2, 10), Came(2, 8)]
    assert outside.outside_count(asked) == OutsideCount(classes=4, person_times=68, persons=45)


@given(st.lists(st.builds(Came, st.integers(1, 5), st.integers(0, 500)), max_size=30))
def test_persons_are_never_more_than_person_times_nor_fewer_than_the_largest_class(came: list[Came]) -> None:
    found = outside.outside_count(came)
    assert found.person_times == sum(one.people for one in came)
    assert max((one.people for one in came), default=0) <= found.persons <= found.person_times


@given(st.lists(st.tuples(st.integers(0, 10**7), st.integers(1, 10**4)), max_size=20))
def test_a_quote_adds_up_in_any_order(lines: list[tuple[int, int]]) -> None:
    assert outside.quote_total(lines) == outside.quote_total(reversed(lines)) == sum(a * b for a, b in lines)
