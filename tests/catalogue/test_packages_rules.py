"""What a package costs for how many people, and what speaks against it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.catalogue.rules.packages import (
    FREE,
    GROUP,
    PERSON,
    STEPS,
    CourseLine,
    HostLine,
    PackageLimits,
    PackagePlan,
    PackageState,
    PriceRule,
    PriceStep,
    RouteLine,
    package_faults,
    price_of,
    unpriced,
    wrong_step,
)

LIMITS = PackageLimits(half_day_minutes=300, most_half_days=10, most_people=500)
COURSE = CourseLine("摆脱贫困", 90)
STEPPED = PriceRule(STEPS, steps=(PriceStep(1, 20, 80_000, GROUP), PriceStep(21, 50, 3_000, PERSON)))


def plan(**changes: Any) -> PackagePlan:
    values: dict[str, Any] = {"name": "x", "theme": "x", "half_days": 1, "least_people": 10, "most_people": 50}
    return PackagePlan(**{**values, **changes})


def codes(state: PackageState) -> list[str]:
    return [fault.code for fault in package_faults(state, LIMITS)]


@pytest.mark.parametrize(
    ("rule", "people", "own", "fen", "payers"),
    [
        (PriceRule(), 40, 0, 0, 40),
        (PriceRule(PERSON, 3_050), 40, 0, 122_000, 40),
        (PriceRule(PERSON, 3_050, own_is_free=True), 40, 10, 91_500, 30),
        (PriceRule(PERSON, 3_050), 40, 10, 122_000, 40),
        (PriceRule(PERSON, 3_050, own_is_free=True), 40, 99, 0, 0),
        (PriceRule(GROUP, 80_000), 40, 0, 80_000, 40),
        (PriceRule(GROUP, 80_000, own_is_free=True), 40, 39, 80_000, 1),
        (PriceRule(GROUP, 80_000, own_is_free=True), 40, 40, 0, 0),
        (STEPPED, 20, 0, 80_000, 20),
        (STEPPED, 21, 0, 63_000, 21),
        (replace(STEPPED, own_is_free=True), 30, 20, 30_000, 10),
    ],
)
def test_what_a_group_pays(rule: PriceRule, people: int, own: int, fen: int, payers: int) -> None:
    price = price_of(rule, people, own)
    assert price is not None
    assert (price.fen, price.people, price.payers) == (fen, people, payers)


def test_of_so_many_nothing_is_said() -> None:
    assert price_of(STEPPED, 51) is None
    assert price_of(PriceRule(STEPS), 1) is None


@pytest.mark.parametrize(
    ("spans", "least", "most", "expected"),
    [
        ([(1, 50)], 10, 50, []),
        ([(1, 20), (21, 50)], 10, 50, []),
        ([(21, 50), (1, 20)], 10, 50, []),
        ([(1, 20), (31, 40)], 10, 50, [(21, 30), (41, 50)]),
        ([(15, 20)], 10, 12, [(10, 12)]),
        ([(60, 90)], 10, 50, [(10, 50)]),
        ([], 10, 50, [(10, 50)]),
        ([(1, 9), (10, 50)], 10, 50, []),
        ([(1, 5), (30, 50)], 10, 50, [(10, 29)]),
    ],
)
def test_the_head_counts_without_a_price(spans: Any, least: int, most: int, expected: Any) -> None:
    rule = PriceRule(STEPS, steps=tuple(PriceStep(first, last, 1, PERSON) for first, last in spans))
    assert unpriced(rule, least, most) == expected
    assert unpriced(replace(rule, kind=PERSON), least, most) == []


STEP = st.builds(
    PriceStep,
    st.integers(1, 60),
    st.integers(1, 60),
    st.integers(0, 10**7),
    st.sampled_from([PERSON, GROUP]),
)
RULE = st.builds(
    PriceRule,
    st.sampled_from([FREE, PERSON, GROUP, STEPS]),
    st.integers(0, 10**7),
    st.lists(STEP, max_size=5).map(tuple),
    st.booleans(),
)


@given(RULE, st.integers(1, 60), st.integers(0, 60))
def test_prices_in_general(rule: PriceRule, people: int, own: int) -> None:
    price = price_of(rule, people, own)
    if price is None:
        assert rule.kind == STEPS
        return
    assert isinstance(price.fen, int)
    assert 0 <= price.payers <= people
    whole = price_of(replace(rule, own_is_free=False), people, own)
    assert whole is not None
    assert 0 <= price.fen <= whole.fen
    assert price_of(rule, people, own) == price
    if price.step.per == PERSON:
        assert price.fen == price.step.fen * price.payers
    else:
        assert price.fen in (0, price.step.fen)


@given(RULE, st.integers(1, 60), st.integers(0, 20))
def test_a_gap_is_where_no_price_is_found(rule: PriceRule, least: int, more: int) -> None:
    """Holds also where steps overlap; those that end before they begin are refused before."""
    if any(step.last < step.first for step in rule.steps):
        return
    without = {n for first, last in unpriced(rule, least, least + more) for n in range(first, last + 1)}
    assert without == {n for n in range(least, least + more + 1) if price_of(rule, n) is None}


@given(st.lists(STEP, max_size=5))
def test_a_step_is_wrong_exactly_where_two_speak_of_the_same(steps: list[PriceStep]) -> None:
    turned = [step for step in steps if step.last < step.first]
    told = [sum(step.first <= n <= step.last for step in steps) for n in range(1, 61)]
    assert (wrong_step(steps) is not None) == bool(turned or max(told) > 1)


def test_an_empty_step_begins_at_somebody() -> None:
    nobody = PriceStep(0, 5, 1, PERSON)
    assert wrong_step([nobody]) == nobody


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (PackageState(plan(), courses=(COURSE,)), []),
        (PackageState(plan()), ["empty"]),
        (PackageState(plan(), courses=(replace(COURSE, is_in_use=False),)), ["course_retired"]),
        (PackageState(plan(), courses=(COURSE,) * 4), ["too_short"]),
        (PackageState(plan(half_days=11), courses=(COURSE,)), ["too_long"]),
        (PackageState(plan(most_people=501), courses=(COURSE,)), ["too_many"]),
        (PackageState(plan(), route=RouteLine("r", 300)), []),
        (PackageState(plan(), route=RouteLine("r", 301)), ["too_short"]),
        (PackageState(plan(), route=RouteLine("r", 300, is_open=False)), ["route_lapsed"]),
        (PackageState(plan(), route=RouteLine("r", 300, capacity=49, narrowest="祠堂")), ["too_small"]),
        (PackageState(plan(), route=RouteLine("r", 300, capacity=50)), []),
        (PackageState(plan(), courses=(COURSE,), hosts=(HostLine("祠堂", capacity=49),)), ["too_small"]),
        (PackageState(plan(), courses=(COURSE,), hosts=(HostLine("祠堂", capacity=50),)), []),
        (PackageState(plan(), route=RouteLine("r", 1), hosts=(HostLine("祠堂", capacity=49),)), []),
        (PackageState(plan(), courses=(COURSE,), hosts=(HostLine("祠堂", people=49),)), ["too_many_a_day"]),
        (PackageState(plan(), courses=(COURSE,), hosts=(HostLine("祠堂", people=50),)), []),
        (PackageState(plan(), courses=(COURSE,), hosts=(HostLine("祠堂", is_in_use=False),)), ["host_gone"]),
        (PackageState(plan(meals=1), courses=(COURSE,)), ["nowhere_to_eat"]),
        (PackageState(plan(meals=1), courses=(COURSE,), hosts=(HostLine("祠堂", meals=90),)), ["nowhere_to_eat"]),
        (PackageState(plan(meals=1), courses=(COURSE,), hosts=(HostLine("祠堂", eats=True),)), ["no_meals"]),
        (
            PackageState(plan(meals=1), courses=(COURSE,), hosts=(HostLine("祠", meals=49, eats=True),)),
            ["eat_in_turns"],
        ),
        (PackageState(plan(meals=1), courses=(COURSE,), hosts=(HostLine("祠", meals=50, eats=True),)), []),
        (PackageState(plan(price=PriceRule(PERSON, 1)), courses=(COURSE,)), ["no_source"]),
        (PackageState(plan(price=PriceRule(PERSON, 1), price_source="区委"), courses=(COURSE,)), []),
        (PackageState(plan(price=STEPPED, price_source="区委", most_people=60), courses=(COURSE,)), ["no_price"]),
    ],
)
def test_what_speaks_against_a_package(state: PackageState, expected: list[str]) -> None:
    assert codes(state) == expected


def test_what_bars_comes_first_and_how_many_half_days_are_wanted() -> None:
    eating = HostLine("祠堂", meals=20, eats=True)
    state = PackageState(plan(meals=1), courses=(replace(COURSE, minutes=601),), hosts=(eating,))
    first, second = package_faults(state, LIMITS)
    assert (first.code, first.bars, first.values["wanted"]) == ("too_short", True, 3)
    assert (second.code, second.bars) == ("eat_in_turns", False)
