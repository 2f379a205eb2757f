"""Who of a list takes which free seat: in order, from their own unit's seats, and never one too many."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from doorstep.classes.rules.seats import QuotaState
from doorstep.classes.rules.waiting import Waits, goes_first, moving_up

A, B, TOWN = "/1/2/", "/1/3/", "/1/"


def waits(number: int, place: str, *, pool: bool = False) -> Waits:
    return Waits(number, 100 + number, place, pool)


def quota(pk: int, place: str, seats: int, used: int) -> QuotaState:
    return QuotaState(pk, pk, place, seats, used)


def test_a_seat_of_a_unit_goes_to_the_first_of_that_unit() -> None:
    line = [waits(1, B), waits(2, A), waits(3, A)]
    quotas = [quota(7, A, 2, 1), quota(8, B, 1, 1)]
    assert moving_up(line, quotas, pool=0) == {2: 7}
    assert moving_up(line, quotas, pool=4) == {2: 7}


def test_seats_that_have_just_become_free_are_for_everybody_in_order() -> None:
    line = [waits(1, B), waits(2, A), waits(3, A)]
    full = [quota(7, A, 1, 1), quota(8, B, 1, 1)]
    assert moving_up(line, full, pool=5, spare=2) == {1: None, 2: None}
    # There is never more to be had than there is.
    assert moving_up(line, full, pool=1, spare=3) == {1: None}
    assert moving_up(line, full, pool=0, spare=3) == {}


def test_without_seats_by_unit_the_class_takes_the_first_below_it() -> None:
    line = [waits(1, "/9/"), waits(2, A, pool=True), waits(3, B, pool=True)]
    assert moving_up(line, [], pool=1) == {2: None}
    assert moving_up(line, [], pool=2, spare=1) == {1: None, 2: None}
    # Those to whom the seats are open take the others first: what has just become free stays for who has nothing else.
    assert moving_up([waits(1, A, pool=True), waits(2, "/9/")], [], pool=2, spare=1) == {1: None, 2: None}
    assert moving_up([waits(1, A, pool=True), waits(2, "/9/")], [], pool=1, spare=1) == {1: None}


def test_who_has_a_claim_before_whom() -> None:
    quotas = [quota(7, A, 1, 1), quota(9, TOWN, 2, 0)]
    first = waits(1, A)
    assert goes_first(first, place=A, seat=7, quotas=quotas)
    # A seat from elsewhere for somebody of the same unit is a jump too; one of another unit's own is not.
    assert goes_first(first, place=A, seat=9, quotas=quotas)
    assert goes_first(first, place=A, seat=None, quotas=quotas)
    assert not goes_first(first, place=B, seat=9, quotas=quotas)
    assert not goes_first(first, place=B, seat=None, quotas=quotas)
    assert goes_first(waits(1, A, pool=True), place="/9/", seat=None, quotas=[])


LINE = st.lists(st.tuples(st.sampled_from((A, B, "/9/")), st.booleans()), max_size=8)
FREE = st.integers(0, 3)


@given(LINE, FREE, FREE, st.integers(0, 5), st.integers(0, 5))
def test_never_one_too_many_and_nobody_is_passed(
    line: list[tuple[str, bool]], free_a: int, free_town: int, pool: int, spare: int
) -> None:
    quotas = [quota(7, A, free_a, 0), quota(9, TOWN, free_town + 1, 1)]
    everybody = [waits(n, place, pool=is_open) for n, (place, is_open) in enumerate(line, start=1)]
    seats = moving_up(everybody, quotas, pool=pool, spare=spare)
    taken = list(seats.values())
    assert taken.count(7) <= free_a
    assert taken.count(9) <= free_town
    assert taken.count(None) <= pool
    closed = [one for one in everybody if seats.get(one.number, 0) is None and not one.may_use_pool]
    assert len(closed) <= spare
    for one in everybody:
        if one.number not in seats:
            same = [other for other in everybody if (other.place, other.may_use_pool) == (one.place, one.may_use_pool)]
            assert not [other for other in same if other.number > one.number and other.number in seats]
