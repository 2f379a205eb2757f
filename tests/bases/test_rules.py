"""When an item of a standard counts as had."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.bases.rules.standards import (
    ACCEPTED,
    HAD,
    RETURNED,
    WAITING,
    Filed,
    Item,
    aspects_of,
    item_state,
    kind_of_file,
    lacking_since,
    last_good_day,
)

TODAY = date(2026, 11, 24)
LINK = Item("standard.township_school.teachers.link", "骨干教师联系书", 12, "x@1")
POOL = Item("standard.township_school.teachers.pool", "师资库人数不少于", 10, "x@1")
days = st.dates(date(2024, 1, 1), date(2028, 12, 31))
pieces = st.lists(st.builds(Filed, st.sampled_from([WAITING, ACCEPTED, RETURNED]), days), max_size=5)


@pytest.mark.parametrize(
    ("issued", "months", "last"),
    [
        (date(2026, 3, 2), 12, date(2027, 3, 1)),
        (date(2026, 1, 31), 1, date(2026, 2, 27)),
        (date(2024, 2, 29), 12, date(2025, 2, 27)),
        (date(2026, 12, 1), 1, date(2026, 12, 31)),
        (date(2025, 12, 1), 36, date(2028, 11, 30)),
    ],
)
def test_the_last_day_of_so_many_months(issued: date, months: int, last: date) -> None:
    assert last_good_day(issued, months) == last


@pytest.mark.parametrize(
    ("filed", "code"),
    [
        ([], "to_upload"),
        ([Filed(WAITING, TODAY)], "waiting"),
        ([Filed(RETURNED, TODAY)], "declined"),
        ([Filed(ACCEPTED, TODAY + timedelta(31))], "valid"),
        ([Filed(ACCEPTED, TODAY + timedelta(30))], "expires"),
        ([Filed(ACCEPTED, TODAY)], "expires"),
        ([Filed(ACCEPTED, TODAY - timedelta(1))], "expired"),
        ([Filed(RETURNED, TODAY), Filed(ACCEPTED, TODAY + timedelta(99))], "valid"),
        ([Filed(WAITING, TODAY), Filed(ACCEPTED, TODAY - timedelta(1))], "waiting"),
        ([Filed(RETURNED, TODAY), Filed(ACCEPTED, TODAY - timedelta(1))], "declined"),
        ([Filed(ACCEPTED, TODAY - timedelta(1)), Filed(RETURNED, TODAY)], "expired"),
    ],
)
def test_how_an_item_stands_by_its_evidence(filed: list[Filed], code: str) -> None:
    state = item_state(LINK, filed, 0, TODAY, 30)
    assert (state.code, state.is_had) == (code, code in ("valid", "expires"))


@pytest.mark.parametrize(("figure", "code"), [(0, "short"), (9, "short"), (10, "enough"), (11, "enough")])
def test_how_an_item_stands_by_its_figure(figure: int, code: str) -> None:
    state = item_state(POOL, [Filed(ACCEPTED, TODAY)], figure, TODAY, 30)
    assert (state.code, state.figure, state.until) == (code, figure, None)


@given(pieces, days, st.integers(0, 60))
def test_an_item_is_had_exactly_when_something_accepted_is_still_good(
    filed: list[Filed], today: date, notice: int
) -> None:
    is_good = any(one.status == ACCEPTED and one.expires_on >= today for one in filed)
    assert item_state(LINK, filed, 0, today, notice).is_had == is_good


@given(pieces, days)
def test_what_is_had_stays_so_until_its_last_day(filed: list[Filed], today: date) -> None:
    state = item_state(LINK, filed, 0, today, 30)
    if state.is_had:
        assert state.until is not None
        assert item_state(LINK, filed, 0, state.until, 30).code == "expires"
        assert item_state(LINK, filed, 0, state.until + timedelta(1), 30).code not in HAD


def test_items_by_aspect_keep_their_order() -> None:
    states = [item_state(item, [], 0, TODAY, 30) for item in (LINK, POOL)]
    assert aspects_of(states) == {"teachers": states}
    assert (LINK.name, POOL.is_filed) == ("link", False)


def test_since_when_an_aspect_is_lacking() -> None:
    gone = [item_state(LINK, [Filed(ACCEPTED, TODAY - timedelta(n))], 0, TODAY, 30) for n in (4, 9)]
    never, good = item_state(LINK, [], 0, TODAY, 30), item_state(POOL, [], 10, TODAY, 30)
    assert lacking_since([*gone, good], TODAY) == TODAY - timedelta(8)
    assert lacking_since([*gone, never], TODAY) == TODAY
    assert lacking_since([good], TODAY) == TODAY


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"%PDF-1.7", "pdf"),
        (b"\xff\xd8\xff\xe0", "jpg"),
        (b"\x89PNG\r\n\x1a\n", "png"),
        (b"<svg onload=", ""),
        (b"MZ", ""),
        (b"", ""),
    ],
)
def test_a_file_is_what_its_first_bytes_say(head: bytes, kind: str) -> None:
    assert kind_of_file(head) == kind
