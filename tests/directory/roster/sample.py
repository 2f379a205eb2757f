"""A small network and quick ways to check rows of a roster without a database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from doorstep.directory.rules.headers import Layout, find_layout, settled
from doorstep.directory.rules.id_number import check_digit
from doorstep.directory.rules.roster_rows import CheckOptions, RosterChecker
from doorstep.directory.rules.roster_types import RowResult
from doorstep.directory.rules.unit_names import UnitEntry, UnitIndex

TODAY = date(2026, 11, 22)
CITY = "宁德市"
PLACES = {
    "350924209": ("寿宁县", "下党乡"),
    "350924106": ("寿宁县", "凤阳镇"),
    "350902106": ("蕉城区", "赤溪镇"),
    "350981206": ("福安市", "松罗乡"),
    "350982105": ("福鼎市", "磻溪镇"),
    "350902110": ("蕉城区", "虎𬇙镇"),
    "350982202": ("福鼎市", "佳阳畲族乡"),
}
VILLAGES = (
    ("350924209201", "下党村"),
    ("350924209207", "碑坑村"),
    ("350924106208", "下党村"),
    ("350902106202", "赤溪村"),
    ("350981206214", "赤溪村"),
    ("350982105210", "赤溪村"),
    ("350902110205", "黄家村"),
    ("350982202201", "佳阳村"),
)
HEADINGS = [
    *("序号", "姓名", "公民身份证号码", "性别", "出生日期", "民族", "学历", "人员类别", "所在党支部"),
    *("加入党组织日期", "转为正式党员日期", "党内职务", "联系电话", "党籍状态"),
]
KEYS = (
    " name id_number sex birth_date ethnicity education person_category branch join_date formal_date post mobile "
    "membership_state"
).split(" ")
GOOD = {
    "name": "章昌明",
    "id_number": "350999196503120150",
    "person_category": "正式党员",
    "branch": "中共寿宁县下党乡下党村支部委员会",
    "formal_date": "1991-07-01",
    "membership_state": "正常",
}


def network() -> list[UnitEntry]:
    """The city, its counties, seven townships and eight villages, three of whose names repeat."""
    units = [UnitEntry(1, "CITY", "中共宁德市委组织部", "市委组织部", "city", "1/", ())]
    paths: dict[str, str] = {}
    for code, (county, township) in PLACES.items():
        if county not in paths:
            paths[county] = f"1/{len(units) + 1}/"
            units.append(
                UnitEntry(len(units) + 1, code[:6], f"中共{county}委组织部", county, "county", paths[county], (CITY,))
            )
        paths[code] = f"{paths[county]}{len(units) + 1}/"
        name = f"中共{county}{township}委员会"
        units.append(UnitEntry(len(units) + 1, code, name, f"{township}党委", "township", paths[code], (CITY, county)))
    for code, village in VILLAGES:
        county, township = PLACES[code[:9]]
        name = f"中共{county}{township}{village}支部委员会"
        path, above = f"{paths[code[:9]]}{len(units) + 1}/", (CITY, county, township)
        units.append(UnitEntry(len(units) + 1, code, name, f"{village}党支部", "branch", path, above))
    return units


def unit_path(code: str) -> str:
    """The path of a unit of the sample network."""
    return next(unit.path for unit in network() if unit.code == code)


# As shipped; the rules themselves know none of them.
FIGURES = {
    "adult_age": 18,
    "child_age": 14,
    "lost_after_months": 6,
    "probation_years": 1,
    "longest_probation_years": 2,
}


def layout_of(headings: Sequence[Any], *rows: Sequence[Any]) -> Layout:
    """The layout found for a sheet of headings and rows."""
    sheet = [(number, list(cells)) for number, cells in enumerate([headings, *rows], 1)]
    layout = find_layout(sheet)
    assert layout is not None
    return settled(layout, sheet[layout.header_row + layout.header_rows - 1 :])


def checker(layout: Layout | None = None, home: str = "1/", **options: Any) -> RosterChecker:
    """A checker for the sample network; region 350999 is allowed unless said otherwise."""
    told = {**FIGURES, "allow_demo": True, **options}
    return RosterChecker(
        layout or layout_of(HEADINGS), UnitIndex(network(), home=home), CheckOptions(today=TODAY, home=home, **told)
    )


def check_values(home: str = "1/", options: dict[str, Any] | None = None, **values: Any) -> RowResult:
    """The result for one good person with some values changed."""
    row = {**GOOD, **values}
    return checker(home=home, **(options or {})).check(2, [row.get(key, "") for key in KEYS])


def codes_of(result: RowResult) -> set[str]:
    """The codes of everything found in a row."""
    return {problem.code for problem in result.problems}


def id_number(region: str, birth: str, serial: str) -> str:
    """An ID number with its right check digit."""
    body = region + birth + serial
    return body + check_digit(body)
