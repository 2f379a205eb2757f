"""The rules of reservations over small worlds: recurrence, who is in the way, when else, how many at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from doorstep.bases.rules.claims import (
    Claim,
    RoomTerms,
    free_moments,
    in_the_way,
    most_heads,
    other_times,
    overlap,
    spans_of,
)
from doorstep.bases.rules.recurrence import FORTNIGHTLY, MONTHLY, WEEKLY, days_of
from doorstep.bases.rules.reserving import ReservationLimits, misses_in_a_row, reservation_fault

START = datetime(2026, 12, 7, tzinfo=UTC)
days = st.dates(date(2023, 1, 1), date(2032, 12, 31))


def claim(starts: int, length: int = 2, *, heads: int = 10, late: int = 0, venue: int = 1, holder: str = "") -> Claim:
    """A claim in whole hours after START."""
    begins, ends = START + timedelta(hours=starts), START + timedelta(hours=starts + length)
    return Claim(venue, begins, ends, heads, ends + timedelta(hours=late), holder)


claims = st.builds(
    claim, st.integers(0, 60), st.integers(1, 5), heads=st.integers(1, 30), late=st.integers(0, 2),
    venue=st.integers(1, 2),
)  # fmt: skip


@given(days, st.sampled_from([WEEKLY, FORTNIGHTLY, MONTHLY]), st.integers(0, 800))
def test_what_repeats_keeps_its_weekday_and_misses_no_turn(first: date, repeat: str, reach: int) -> None:
    until = first + timedelta(days=reach)
    found = days_of(first, repeat, until)
    assert found == sorted(set(found))
    assert all(day.weekday() == first.weekday() and first <= day <= until for day in found)
    if repeat == MONTHLY:
        months = [day.year * 12 + day.month for day in found]
        assert months == list(range(months[0], months[0] + len(months))) if found else first.day > 28
        ranks = {(day.day - 1) // 7 for day in found}
        assert ranks <= ({3, 4} if first.day > 28 else {(first.day - 1) // 7})
    else:
        step = 7 if repeat == WEEKLY else 14
        assert found[0] == first
        assert all((after - before).days == step for before, after in pairwise(found))
        assert (until - found[-1]).days < step


def test_the_ends_of_months_and_years() -> None:
    assert days_of(date(2024, 2, 29), MONTHLY, date(2024, 6, 30)) == [
        date(2024, 2, 29), date(2024, 3, 28), date(2024, 4, 25), date(2024, 5, 30), date(2024, 6, 27),
    ]  # fmt: skip
    assert days_of(date(2026, 12, 31), MONTHLY, date(2027, 2, 28)) == [
        date(2026, 12, 31), date(2027, 1, 28), date(2027, 2, 25),
    ]  # fmt: skip
    assert days_of(date(2027, 12, 30), WEEKLY, date(2028, 1, 7)) == [date(2027, 12, 30), date(2028, 1, 6)]
    assert days_of(date(2028, 2, 29), "", date(2028, 12, 31)) == [date(2028, 2, 29)]


@given(claims, claims)
def test_claims_overlap_when_they_share_an_hour(one: Claim, other: Claim) -> None:
    def hours(c: Claim) -> set[tuple[int, datetime]]:
        count = int((c.free_at - c.starts_at) / timedelta(hours=1))
        return {(c.venue_id, c.starts_at + timedelta(hours=n)) for n in range(count)}

    assert overlap(one, other) == overlap(other, one) == bool(hours(one) & hours(other))


@given(claims, st.lists(claims, max_size=6), st.booleans(), st.integers(10, 60))
def test_who_is_in_the_way(wanted: Claim, held: list[Claim], is_shared: bool, seats: int) -> None:
    room = RoomTerms(seats, is_shared)
    found = in_the_way(wanted, held, room)
    near = [one for one in held if overlap(wanted, one)]
    if not is_shared:
        assert (found is None) == (not near)
    else:
        moments = [wanted.starts_at + timedelta(hours=n) for n in range(8)]
        inside = [at for at in moments if at < wanted.free_at]
        most = max(sum(o.heads for o in near if o.starts_at <= at < o.free_at) for at in inside)
        assert most == most_heads(wanted, held)
        assert (found is None) == (not near or most + wanted.heads <= seats)


@given(claims, st.lists(claims, max_size=6))
def test_other_times_are_free_near_and_as_long(wanted: Claim, held: list[Claim]) -> None:
    found = other_times(wanted, held, RoomTerms(60), 3)
    far = [abs(one.starts_at - wanted.starts_at) for one in found]
    assert far == sorted(far)
    for one, away in zip(found, far, strict=True):
        assert in_the_way(one, held, RoomTerms(60)) is None
        assert (one.length, one.heads, one.venue_id) == (wanted.length, wanted.heads, wanted.venue_id)
        assert timedelta() < away <= timedelta(days=3)


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 3)), max_size=6), st.integers(0, 4))
def test_nobody_waits_for_oneself(parts: list[tuple[int, int]], late: int) -> None:
    at, held = 0, []
    for length, gap in parts:
        held.append(claim(at, length))
        at += length + gap
    free = free_moments(held, [late * 60] * len(held))
    for one, after, free_at in zip(held, [*held, None][1:], free, strict=True):
        due = one.ends_at + timedelta(hours=late)
        assert free_at == (min(due, after.starts_at) if after else due)


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 3), st.integers(0, 150)), max_size=6), st.integers(0, 90))
def test_the_way_is_held_and_none_lies_between_uses_of_one_holder(parts: list[tuple[int, int, int]], late: int) -> None:
    at = 0
    wanted: list[Claim] = []
    for number, (length, gap, way) in enumerate(parts):
        # One lane under two names, as of the rooms of a mobile school.
        wanted.append(replace(claim(at, length, venue=1 + number % 2), way_minutes=way, lane=-7))
        at += length + gap
    found = spans_of(wanted, [late] * len(wanted))
    for one, asked in zip(found, wanted, strict=True):
        road = timedelta(minutes=asked.way_minutes)
        assert asked.starts_at - road <= one.begins <= asked.starts_at
        assert asked.ends_at <= one.free_at <= asked.ends_at + road + timedelta(minutes=late)
    for one, after in pairwise(found):
        assert one.free_at <= after.begins
        assert not overlap(one, after)
    if found:
        assert found[0].begins == wanted[0].starts_at - timedelta(minutes=wanted[0].way_minutes)
        assert found[-1].free_at == wanted[-1].ends_at + timedelta(minutes=wanted[-1].way_minutes + late)


def test_what_a_booking_must_keep_to() -> None:
    limits = ReservationLimits(hold_hours=48, longest_hours=5, days_ahead=3, most_repeats=2, misses=3)

    def fault(*wanted: Claim, seats: int = 10) -> str:
        return reservation_fault(wanted, limits, seats, START)

    assert fault(claim(1)) == ""
    assert fault(claim(0)) == "past"
    assert fault(claim(1, 6)) == "long"
    assert fault(claim(1), claim(3), claim(5)) == "many"
    assert fault(claim(1), claim(73)) == "far"
    assert fault(claim(1), seats=9) == "seats"
    assert misses_in_a_row(["unused", "live", "unused", "unused"], "unused") == 2
    assert misses_in_a_row([], "unused") == 0
