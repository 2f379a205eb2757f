"""Figures are dated rows: the right one on its day, at its place, with its source."""

from __future__ import annotations

import csv
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from doorstep.core.errors import NotPermitted
from doorstep.core.models import Policy
from doorstep.core.policies import policies_at, policy_at
from doorstep.core.services import change_policy
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SHIPPED = Path(__file__).resolve().parents[2] / "doorstep/core/reference/policies.csv"


def test_every_shipped_row_is_there_with_its_source() -> None:
    shipped = {(r["key"], r["value"], r["source"]) for r in csv.DictReader(SHIPPED.open(encoding="utf-8"))}
    assert set(Policy.objects.values_list("key", "value", "source")) == shipped


def test_values_speak_in_their_own_kind() -> None:
    found = policies_at(["hours.member.min_per_year", "attendance.leave_max_ratio"], on=date(2026, 1, 1))
    assert found["hours.member.min_per_year"].integer == 32
    assert found["attendance.leave_max_ratio"].ratio == Fraction(1, 7)
    assert found["hours.member.min_per_year"].reference == "hours.member.min_per_year@1"


def test_a_row_of_the_past_is_not_in_force_now() -> None:
    assert policy_at("hours.legacy.rural_member", on=date(2010, 5, 1)).integer == 16
    with pytest.raises(LookupError):
        policy_at("hours.legacy.rural_member", on=date(2026, 1, 1))


def test_a_county_may_have_its_own_figure_from_a_day_on(cast: Cast) -> None:
    place, key = cast.unit("jiaocheng").path, "credit.day_max"
    change_policy(
        key=key, value="6", valid_from=date(2026, 7, 1), place=place, source="县文件", county="350902",
        actor=cast.actor("county"),
    )  # fmt: skip
    below = cast.unit("kengtou").path
    assert policy_at(key, on=date(2026, 6, 30), place=below).integer == 8
    assert policy_at(key, on=date(2026, 7, 1), place=below).integer == 6
    assert policy_at(key, on=date(2026, 7, 1), place=cast.unit("fuan").path).integer == 8
    with pytest.raises(NotPermitted):
        change_policy(
            key=key, value="1", valid_from=date(2026, 7, 1), place=place, source="x", county="350902",
            actor=cast.actor("other_county"),
        )  # fmt: skip


def test_a_new_version_ends_the_one_before_it(cast: Cast) -> None:
    key = "hours.member.min_per_year"
    for value, day in (("40", date(2027, 1, 1)), ("44", date(2028, 1, 1))):
        change_policy(
            key=key, value=value, valid_from=day, place="", source="市文件", county="350900", actor=cast.system
        )
    figures = [policy_at(key, on=date(year, 6, 1)) for year in (2026, 2027, 2028)]
    assert [(f.integer, f.version) for f in figures] == [(32, 1), (40, 2), (44, 3)]


def test_a_figure_that_does_not_exist_has_no_new_version(cast: Cast) -> None:
    with pytest.raises(LookupError, match="no.such.figure"):
        change_policy(
            key="no.such.figure", value="1", valid_from=date(2027, 1, 1), place="", source="x", county="350900",
            actor=cast.system,
        )  # fmt: skip
