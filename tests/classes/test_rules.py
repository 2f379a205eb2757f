"""The pure rules: seats, timetables, titles, leave."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from doorstep.classes.rules.leave import Approver, LeaveLimits, approver_for, is_too_much
from doorstep.classes.rules.people import Sitting, overlapping
from doorstep.classes.rules.seats import QuotaState, pool_of, quotas_over, seat_people, seat_table
from doorstep.classes.rules.timetable import CreditPolicy, SessionPlan, clashes, moved, part_of, planned_hours
from doorstep.classes.rules.titles import chinese_number, next_title
from doorstep.core.clock import LOCAL_ZONE

EIGHT_A_DAY = CreditPolicy(half_day=Decimal(4), per_hour=Decimal(1), day_max=Decimal(8))
SIX_A_DAY = CreditPolicy(half_day=Decimal(3), per_hour=Decimal(1), day_max=Decimal(6))
LIMITS = LeaveLimits(head=1, office=2, principal=6)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 12, 1, hour, minute, tzinfo=LOCAL_ZONE) + timedelta(days=day - 1)


def plan(day: int, start: int, end: int) -> SessionPlan:
    return SessionPlan("课", at(day, start), at(day, end))


def test_sessions_back_to_back_do_not_clash() -> None:
    assert clashes([plan(1, 8, 10), plan(1, 10, 12), plan(2, 8, 10)]) == []
    assert clashes([plan(1, 8, 11), plan(2, 8, 9), plan(1, 10, 12)]) == [(0, 2)]


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 20), st.integers(1, 3)), max_size=8))
def test_clashes_are_all_overlapping_pairs(times: list[tuple[int, int, int]]) -> None:
    plans = [plan(day, start, start + length) for day, start, length in times]
    pairs = [
        (a, b)
        for a in range(len(plans))
        for b in range(a + 1, len(plans))
        if plans[a].starts_at < plans[b].ends_at and plans[b].starts_at < plans[a].ends_at
    ]
    assert clashes(plans) == pairs


def test_parts_of_the_day() -> None:
    assert [part_of(time(h, m)) for h, m in ((8, 30), (11, 59), (12, 0), (17, 59), (18, 0))] == [
        "morning", "morning", "afternoon", "afternoon", "evening",
    ]  # fmt: skip


def test_a_day_is_capped_and_the_other_profile_counts_less() -> None:
    day, next_day = date(2026, 12, 31), date(2027, 1, 1)
    sessions = [(day, "half_day", Decimal(0))] * 2 + [(day, "hour", Decimal(2)), (next_day, "hour", Decimal("1.5"))]
    assert planned_hours(sessions, EIGHT_A_DAY) == Decimal("9.5")
    assert planned_hours(sessions, SIX_A_DAY) == Decimal("7.5")
    assert planned_hours([], EIGHT_A_DAY) == 0


def test_moving_keeps_gaps_and_hours() -> None:
    later = moved([plan(1, 8, 11), plan(8, 19, 21)], date(2027, 1, 4))
    assert [p.starts_at for p in later] == [at(35, 8), at(42, 19)]
    assert moved([], date(2027, 1, 4)) == []


def test_titles_count_on() -> None:
    assert next_title("农村党员冬训班（第三期）") == "农村党员冬训班（第四期）"
    assert next_title("轮训班第九期") == "轮训班第十期"
    assert next_title("轮训班第十期") == "轮训班第十一期"
    assert next_title("轮训班第19期") == "轮训班第20期"
    assert next_title("轮训班第二十九期") == "轮训班第三十期"
    assert next_title("专题班") == "专题班"
    assert next_title("第十十期") == "第十十期"
    assert next_title("第九十九期") == "第九十九期"


@given(st.integers(1, 98))
def test_every_number_counts_on_by_one(number: int) -> None:
    assert next_title(f"第{chinese_number(number)}期") == f"第{chinese_number(number + 1)}期"


def quota(id: int, place: str, seats: int, used: int = 0) -> QuotaState:
    return QuotaState(id, id * 10, place, seats, used)


def test_the_nearest_quota_gives_the_seat() -> None:
    quotas = [quota(1, "1/2/", 5), quota(2, "1/2/3/", 1)]
    assert [q.id for q in quotas_over("1/2/3/", quotas)] == [2, 1]
    seating = seat_people([(7, "1/2/3/"), (8, "1/2/3/")], quotas, pool=0, run_by_actor=(), may_use_pool=())
    assert dict(seating.seats) == {7: 2}
    assert dict(seating.short) == {8: 2}
    above = seat_people([(7, "1/2/3/"), (8, "1/2/3/")], quotas, pool=0, run_by_actor={1}, may_use_pool=())
    assert dict(above.seats) == {7: 2, 8: 1}
    assert above.is_whole


def test_without_a_quota_only_the_pool_helps() -> None:
    quotas = [quota(1, "1/2/", 5)]
    seating = seat_people([(7, "1/9/"), (8, "1/9/")], quotas, pool=1, run_by_actor=(), may_use_pool={7, 8})
    assert dict(seating.seats) == {7: None}
    assert seating.pool_short == (8,)
    nobody = seat_people([(7, "1/9/")], quotas, pool=1, run_by_actor=(), may_use_pool=())
    assert nobody.without == (7,)


def test_a_quota_of_nothing_is_none() -> None:
    assert quotas_over("1/2/3/", [quota(1, "1/2/3/", 0), quota(2, "1/2/", 3)])[0].id == 2


PLACES = ["1/", "1/2/", "1/2/3/", "1/2/4/", "1/5/", "1/5/6/"]


@st.composite
def quota_lists(draw: st.DrawFn) -> list[QuotaState]:
    found = []
    for number, place in enumerate(draw(st.lists(st.sampled_from(PLACES), unique=True)), start=1):
        seats = draw(st.integers(0, 4))
        found.append(quota(number, place, seats, draw(st.integers(0, seats))))
    return found


@given(quota_lists(), st.lists(st.sampled_from(PLACES), max_size=12), st.integers(0, 4), st.booleans())
def test_seating_never_takes_more_than_there_is(
    quotas: list[QuotaState], places: list[str], pool: int, runs_all: bool
) -> None:
    people = list(enumerate(places))
    seating = seat_people(
        people,
        quotas,
        pool=pool,
        run_by_actor={q.id for q in quotas} if runs_all else set(),
        may_use_pool={n for n, _ in people} if runs_all else set(),
    )
    for q in quotas:
        taken = [n for n, chosen in seating.seats.items() if chosen == q.id]
        assert len(taken) <= q.free
        assert all(places[n].startswith(q.place) for n in taken)
    assert sum(1 for chosen in seating.seats.values() if chosen is None) <= pool
    told = {*seating.seats, *seating.without, *seating.short, *seating.pool_short}
    assert told == {n for n, _ in people}
    assert seating.is_whole is (len(seating.seats) == len(people))


def test_a_table_moves_only_the_difference() -> None:
    quotas = [quota(1, "1/2/", 10, 4), quota(2, "1/2/3/", 5, 2)]
    table = seat_table({10: ("1/2/", 18), 70: ("1/5/", 3)}, quotas)
    assert dict(table.own) == {10: 13, 70: 3}
    assert table.drawn == 6
    less = seat_table({10: ("1/2/", 8)}, quotas)
    assert dict(less.too_few) == {10: 9}


def test_a_total_holds_what_the_same_table_gives_below_it() -> None:
    table = seat_table({10: ("1/2/", 8), 20: ("1/2/3/", 3)}, [])
    assert (dict(table.own), table.drawn) == ({10: 5, 20: 3}, 8)
    moved = seat_table({10: ("1/2/", 8), 20: ("1/2/3/", 1)}, [quota(1, "1/2/", 5, 0), quota(2, "1/2/3/", 3, 0)])
    assert (dict(moved.own), moved.drawn) == ({10: 7, 20: 1}, 0)


@given(quota_lists(), st.sampled_from(PLACES), st.integers(0, 12))
def test_a_table_keeps_what_is_used(quotas: list[QuotaState], place: str, total: int) -> None:
    unit = next((q.unit_id for q in quotas if q.place == place), 990)
    table = seat_table({unit: (place, total)}, quotas)
    held = next((q for q in quotas if q.unit_id == unit), None)
    if unit in table.own:
        assert table.own[unit] >= (held.used if held else 0)
        assert table.drawn == table.own[unit] - (held.seats if held else 0)
    else:
        assert total < table.too_few[unit]


def test_the_pool_is_what_is_not_handed_down() -> None:
    assert pool_of(40, [quota(1, "1/2/", 10, 4), quota(2, "1/5/", 5, 0)], 6) == 23


def test_leave_goes_up_with_its_length() -> None:
    steps = [approver_for(n, LIMITS) for n in (1, 2, 3, 6, 7)]
    assert steps == [
        Approver.HEAD, Approver.OFFICE, Approver.PRINCIPAL, Approver.PRINCIPAL, Approver.DEPARTMENT,
    ]  # fmt: skip


@given(st.integers(1, 40), st.integers(1, 40))
def test_leave_up_to_a_seventh_is_no_withdrawal(leave: int, whole: int) -> None:
    assert is_too_much(Decimal(leave), Decimal(whole), Fraction(1, 7)) is (leave * 7 > whole)


def test_leave_of_a_class_without_hours_is_never_too_much() -> None:
    assert not is_too_much(Decimal(4), Decimal(0), Fraction(1, 7))


def test_overlaps_name_each_person_once() -> None:
    own = [(at(1, 8), at(1, 11))]
    others = [
        Sitting(1, "乙班", at(1, 10), at(1, 12)),
        Sitting(1, "甲班", at(1, 9), at(1, 10)),
        Sitting(2, "丙班", at(1, 11), at(1, 12)),
    ]
    assert [(s.person_id, s.title) for s in overlapping(own, others)] == [(1, "甲班")]
