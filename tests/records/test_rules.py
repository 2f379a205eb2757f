"""Hours from marks: by the half day or the hour, under a day's ceiling."""

from __future__ import annotations

from decimal import Decimal
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from doorstep.records.rules import (
    Booked,
    CreditPolicy,
    Sitting,
    State,
    hours_earned,
    lines_towards,
    session_value,
    share_of,
)

RULE = CreditPolicy(Decimal(4), Decimal(1), Decimal(8), Decimal(1), Decimal("0.5"), Decimal(0))
OTHER_PLACE = CreditPolicy(Decimal(3), Decimal(1), Decimal(6), Decimal(1), Decimal(1), Decimal(0))

sittings = st.builds(
    Sitting,
    session_id=st.integers(1, 99),
    credit_unit=st.sampled_from(["half_day", "hour"]),
    hours=st.decimals(0, 4, places=1),
    state=st.sampled_from(get_args(State)),
    is_withdrawn=st.booleans(),
)


def half_day(number: int, state: State = "present") -> Sitting:
    return Sitting(number, "half_day", Decimal(0), state)


def test_a_full_day_is_two_half_days() -> None:
    assert [c.hours for c in hours_earned([(half_day(1), RULE), (half_day(2), RULE)])] == [4, 4]


def test_an_evening_on_top_of_a_full_day_earns_nothing() -> None:
    day = [(half_day(1), RULE), (half_day(2), RULE), (Sitting(3, "hour", Decimal(2), "present"), RULE)]
    assert [(c.value, c.before, c.hours) for c in hours_earned(day)] == [(4, 0, 4), (4, 4, 4), (2, 8, 0)]


def test_the_ceiling_cuts_the_sitting_that_would_pass_it() -> None:
    day = [(Sitting(1, "hour", Decimal("2.5"), "present"), RULE), (half_day(2), RULE), (half_day(3), RULE)]
    assert [c.hours for c in hours_earned(day)] == [Decimal("2.5"), 4, Decimal("1.5")]


def test_another_place_counts_six_and_three() -> None:
    day = [(half_day(1), OTHER_PLACE), (half_day(2), OTHER_PLACE), (half_day(3), OTHER_PLACE)]
    assert [c.hours for c in hours_earned(day)] == [3, 3, 0]


def test_leave_and_absence_earn_nothing_and_early_counts_by_policy() -> None:
    assert {state: share_of(state, RULE) for state in get_args(State)} == {
        "present": 1,
        "late": 1,
        "early": Decimal("0.5"),
        "personal_leave": 0,
        "sick_leave": 0,
        "official_leave": 0,
        "absent": 0,
    }


def test_a_withdrawn_trainee_earns_nothing() -> None:
    assert session_value(Sitting(1, "half_day", Decimal(0), "present", is_withdrawn=True), RULE) == 0


@given(st.lists(sittings, max_size=6))
def test_a_day_never_exceeds_its_ceiling_and_never_takes_away(day: list[Sitting]) -> None:
    credits = hours_earned([(sitting, RULE) for sitting in day])
    assert sum(c.hours for c in credits) == min(RULE.day_max, sum(session_value(s, RULE) for s in day))
    assert all(0 <= c.hours <= c.value for c in credits)


@given(
    st.decimals(0, 8, places=1),
    st.decimals(0, 8, places=1).filter(bool),
    st.integers(1, 5),
)
def test_lines_bring_the_ledger_exactly_to_the_target(target: Decimal, standing: Decimal, revision: int) -> None:
    for booked in (Booked(standing, revision), Booked(Decimal(0), revision), Booked(Decimal(0), 0)):
        steps = lines_towards(target, booked)
        assert booked.hours + sum(step.hours for step in steps) == target
        assert all(step.revision == booked.revision for step in steps if step.kind == "reversal")
        assert all(step.revision == booked.revision + 1 for step in steps if step.kind == "credit")
        settled = Booked(target, max([booked.revision, *(step.revision for step in steps)]))
        assert lines_towards(target, settled) == []
