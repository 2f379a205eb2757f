"""Every case of the reference list of dirty data comes out as the list says."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import pytest

from doorstep.directory.rules.roster_types import Level
from tests.directory.roster.sample import check_values, codes_of, id_number

CASES = [
    case
    for case in csv.DictReader(Path(__file__).with_name("dirty_cases.csv").open(encoding="utf-8"))
    if case["field"] not in ("row", "file")
]
# Cases that speak of more than one cell.
_SEVERAL: dict[str, dict[str, Any]] = {
    "earlier than join_date": {"join_date": "1990-07-01", "formal_date": "1989-07-01"},
    "probationary with formal date": {"person_category": "预备党员", "formal_date": "2024-01-01"},
    "scientific notation (number cell)": {},
}


def _values(case: dict[str, str]) -> dict[str, Any]:
    if case["case"] in _SEVERAL and _SEVERAL[case["case"]]:
        return _SEVERAL[case["case"]]
    values: dict[str, Any] = {case["field"]: case["raw"]}
    if case["raw"] == "女性":
        values["id_number"] = id_number("350999", "19650312", "016")
    if case["field"] == "id_number" and case["expected"] and case["expected"] != "350999196503120150":
        values["formal_date"] = "2010-07-01"
    return values


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['field']}-{case['case']}")
def test_dirty_case(case: dict[str, str]) -> None:
    flag_off = "flag off" in case["case"]
    result = check_values(options={"allow_demo": not flag_off}, **_values(case))
    outcome = re.split("[:, ]", case["outcome"])[0]
    found = [p for p in result.problems if p.field == case["field"] and p.level is not Level.NOTE]
    if outcome == "ok":
        assert not found, codes_of(result)
    elif case["case"].startswith("code swapped"):
        assert codes_of(result) == {"code.by_number"}  # right for this person; the share over the file decides
    else:
        assert result.status.value == outcome, codes_of(result)
    if case["expected"] and outcome in ("ok", "warn") and case["field"] not in ("branch", "join_date"):
        expected = case["expected"]
        if case["field"] == "birth_date":
            assert str(result.fields["birth_date"]).startswith(expected)
        else:
            assert result.fields[case["field"]] == expected
