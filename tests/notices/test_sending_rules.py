"""When a message may leave, what an address is, and what the texts say."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.core.clock import LOCAL_ZONE
from doorstep.notices.rules.circulars import number_after
from doorstep.notices.rules.sending import SendingHours, is_address, is_quiet, leaves_at, next_try
from doorstep.notices.rules.texts import known_texts, shown_text, state_text

NIGHT = SendingHours(time(21), time(8), time(18))
walls = st.builds(time, st.integers(0, 23), st.integers(0, 59))
moments = st.integers(0, 365 * 24 * 60).map(lambda n: datetime(2026, 1, 1, tzinfo=LOCAL_ZONE) + timedelta(minutes=n))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=LOCAL_ZONE)


@pytest.mark.parametrize(
    ("moment", "is_daily", "leaves"),
    [
        (at(24, 20, 59), False, at(24, 20, 59)),
        (at(24, 21), False, at(25, 8)),
        (at(25, 3), False, at(25, 8)),
        (at(25, 8), False, at(25, 8)),
        (at(24, 12), True, at(24, 18)),
        (at(24, 18), True, at(24, 18)),
        (at(24, 19), True, at(25, 18)),
    ],
)
def test_the_night_and_the_summary(moment: datetime, is_daily: bool, leaves: datetime) -> None:
    assert leaves_at(moment, NIGHT, is_daily=is_daily) == leaves


def test_a_span_within_a_day_and_none_at_all() -> None:
    noon = SendingHours(time(12), time(14), time(13))
    assert [is_quiet(time(hour), noon) for hour in (11, 12, 13, 14)] == [False, True, True, False]
    assert leaves_at(at(24, 10), noon, is_daily=True) == at(24, 14)
    never = SendingHours(time(8), time(8), time(18))
    assert not is_quiet(time(8), never)


@given(moments, walls, walls, walls, st.booleans())
def test_nothing_ever_leaves_in_the_quiet_hours_nor_before_its_time(
    moment: datetime, begins: time, ends: time, digest: time, is_daily: bool
) -> None:
    hours = SendingHours(begins, ends, digest)
    leaves = leaves_at(moment, hours, is_daily=is_daily)
    assert moment <= leaves <= moment + timedelta(days=2)
    assert not is_quiet(leaves.time(), hours)


def test_each_try_waits_twice_as_long() -> None:
    begin = at(24, 9)
    waits = [(next_try(begin, tries, 15) - begin).total_seconds() / 60 for tries in (0, 1, 2, 3)]
    assert waits == [15, 15, 30, 60]


@pytest.mark.parametrize(
    ("channel", "address", "is_one"),
    [
        ("mail", "chen@example.org", True),
        ("mail", "chen", False),
        ("mail", "a b@example.org", False),
        ("mail", "chen@example.org\nBcc: x@example.org", False),
        ("sms", "13900001234", True),
        ("sms", "1390000123", False),
        ("wecom", "chen_guoliang", True),
        ("dingtalk", "陈国梁", False),
    ],
)
def test_what_an_address_is(channel: str, address: str, is_one: bool) -> None:
    assert is_address(channel, address) is is_one


def test_texts_are_filled_and_one_not_known_any_more_gives_its_name() -> None:
    name = state_text("tests.rules", "开班：%(title)s", "%(unit)s%(unknown)s")
    assert shown_text(name, {"title": "冬训班", "unit": "霍童"}) == ("开班：冬训班", "霍童")
    assert shown_text(state_text("tests.short", "好"), {}) == ("好", "")
    assert shown_text("tests.gone", {}) == ("tests.gone", "")


def test_no_title_names_a_person() -> None:
    """Titles leave the product; who it is about stands in the body alone."""
    told = [name for name, text in known_texts().items() if "%(name)s" in str(text.title)]
    assert told == []


def test_the_next_number_of_a_year() -> None:
    assert number_after([], 2026) == "〔2026〕1号"
    assert number_after(["〔2026〕9号", "〔2026〕10号", "〔2025〕30号", "甲"], 2026) == "〔2026〕11号"
