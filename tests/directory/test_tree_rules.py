"""Which units stand below which, and what they are called for short."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.directory.models import Unit
from doorstep.directory.rules.shaded import Told, counties_shaded, townships_shaded
from doorstep.directory.rules.tree import free_codes, kinds_below, names_in, office_names, short_name_of


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("中共蕉城区霍童镇坑头村支部委员会", "蕉城区霍童镇坑头村党支部"),
        ("中国共产党霍童镇坑头村总支部委员会", "霍童镇坑头村党总支"),
        ("中共蕉城区霍童镇委员会", "蕉城区霍童镇党委"),
        ("中共蕉城区城南街道工作委员会", "蕉城区城南街道党工委"),
        ("霍童中学", "霍童中学"),
        ("委员会", "委员会"),
    ],
)
def test_a_short_name_is_derived_from_the_full_one(name: str, short: str) -> None:
    assert short_name_of(name) == short


@pytest.mark.parametrize(
    ("name", "above", "short"),
    [
        ("中共霍童镇坑头村支部委员会", "中共蕉城区霍童镇委员会", "坑头村党支部"),
        ("中共蕉城区霍童镇坑头村支部委员会", "中共蕉城区霍童镇委员会", "坑头村党支部"),
        ("中共坑头村支部委员会", "中共蕉城区霍童镇委员会", "坑头村党支部"),
        ("中共镇直机关支部委员会", "中共蕉城区霍童镇委员会", "镇直机关党支部"),
        ("霍童镇", "中共蕉城区霍童镇委员会", "霍童镇"),
    ],
)
def test_a_short_name_leaves_out_the_place_of_the_unit_above(name: str, above: str, short: str) -> None:
    assert short_name_of(name, above) == short


@pytest.mark.parametrize(
    ("division", "names"),
    [
        (("city", "宁德市", "地级市", ""), ("中共宁德市委组织部", "宁德市委组织部")),
        (("county", "蕉城区", "市辖区", "宁德市"), ("中共宁德市蕉城区委组织部", "蕉城区委组织部")),
        (("county", "寿宁县", "县", "宁德市"), ("中共寿宁县委组织部", "寿宁县委组织部")),
        (("township", "霍童镇", "镇", "蕉城区"), ("中共蕉城区霍童镇委员会", "霍童镇党委")),
        (("township", "城南街道", "街道", "蕉城区"), ("中共蕉城区城南街道工作委员会", "城南街道党工委")),
    ],
)
def test_the_office_of_a_division_is_called_by_its_level(division: tuple[str, ...], names: tuple[str, str]) -> None:
    assert office_names(*division) == names


def test_each_line_is_a_unit_and_may_bring_its_short_name() -> None:
    text = "中共坑头村支部委员会\n\n 中共石桥村支部委员会，石桥支部 \n中共外表村支部委员会\t外表支部\n，无名\n"
    assert names_in(text, "中共霍童镇委员会") == [
        ("中共坑头村支部委员会", "坑头村党支部"),
        ("中共石桥村支部委员会", "石桥支部"),
        ("中共外表村支部委员会", "外表支部"),
    ]


def test_every_kind_has_its_rule_and_nothing_stands_below_a_branch() -> None:
    kinds = set(Unit.Kind.values)
    assert {below for kind in kinds for below in kinds_below(kind)} == kinds - {"city"}
    assert kinds_below("branch") == ()
    assert kinds_below("general_branch") == ("branch",)
    assert "township" not in kinds_below("township")


@given(st.sets(st.integers(1, 500)), st.integers(1, 50))
def test_no_code_is_given_twice(numbers: set[int], wanted: int) -> None:
    taken = [*(f"u-{n:02d}" for n in numbers), "u-J01", "other-900"]
    fresh = free_codes("u", taken, wanted)
    assert len(set(fresh)) == wanted
    assert not set(fresh) & set(taken)


def test_codes_go_on_after_the_highest() -> None:
    assert free_codes("350902102", ["350902102-02", "350902102-J09", "350902102-07-01"], 2) == [
        "350902102-03",
        "350902102-04",
    ]


def test_what_has_no_outline_is_on_no_map() -> None:
    said = Told(3, "12 人次")
    assert counties_shaded([("999999", said)]) is None
    assert townships_shaded("999999", [("霍童", 119.4, 26.8, said)]) is None
    drawn = counties_shaded([("350902", said), ("999999", said)])
    assert drawn is not None
    assert [(one.name, one.told, one.fill, one.ink) for one in drawn.shapes] == [("蕉城区", said, "#8fb9cc", "#1a1d21")]
