"""Numbers as they are typed: only whole ones, only as long as ours are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from doorstep.core.numbers import LONGEST, whole


@given(st.integers(0, 10**LONGEST - 1))
def test_every_number_of_ours_is_read(number: int) -> None:
    assert whole(str(number)) == number


@given(st.text(max_size=12))
def test_whatever_is_typed_is_a_small_number_or_none(text: str) -> None:
    found = whole(text)
    assert found is None or 0 <= found < 10**LONGEST


def test_what_is_none() -> None:
    assert [whole(text) for text in ("", " 1", "-1", "1.5", "x", "9" * 5000)] == [None] * 6
