"""Whatever a sheet looks like, its heading is found and only people are read as people."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from doorstep.directory.rules.headers import find_layout, key_of_heading, settled
from doorstep.directory.rules.roster_source import XlsxSource, spread_merged
from doorstep.directory.rules.roster_types import Status
from tests.directory.roster.sample import GOOD, HEADINGS, KEYS, checker, layout_of

ROW = [GOOD.get(key, "") for key in KEYS]


def checked(*rows: Sequence[Any], **options: Any) -> list[tuple[int, str, str]]:
    """Row number, status and first finding of every row of a sheet."""
    sheet = [(number, list(cells)) for number, cells in enumerate(rows, 1)]
    layout = find_layout(sheet)
    assert layout is not None
    layout = settled(layout, [row for row in sheet if row[0] >= layout.header_row + layout.header_rows])
    check = checker(layout, **options)
    results = [check.check(number, cells) for number, cells in sheet]
    return [(r.row, r.status.value, r.problems[0].code if r.problems else "") for r in results]


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("姓名", "name"),
        ("姓 名", "name"),
        ("姓\n名", "name"),
        ("＊姓名", "name"),
        ("姓名（必填）", "name"),
        ("党员姓名", "name"),
        ("公民身份证号", "id_number"),
        ("身份证号码（18位）", "id_number"),
        ("證件號碼", "id_number"),
        ("性別", "sex"),
        ("出生年月", "birth_date"),
        ("出生\n年月日", "birth_date"),
        ("名族", "ethnicity"),
        ("文化程度", "education"),
        ("政治面貌", "person_category"),
        ("预/正", "person_category"),
        ("黨員類別", "person_category"),
        ("所在支部", "branch"),
        ("所在党支部名称", "branch"),
        ("入党时间", "join_date"),
        ("入党日期（年月日）", "join_date"),
        ("转正时间", "formal_date"),
        ("党内职务", "post"),
        ("联系电话", "mobile"),
        ("联系电话（手机）", "mobile"),
        ("手机号", "mobile"),
        ("家庭住址", "address"),
        ("党籍状态", "membership_state"),
        ("是否失联党员", "lost_contact"),
        ("外出流向", "flow_to"),
        ("备注", "remark"),
        ("父亲姓名", ""),
        ("入党介绍人姓名", ""),
        ("书记联系电话", ""),
        ("序号", ""),
        ("", ""),
    ],
)
def test_headings(heading: str, key: str) -> None:
    assert key_of_heading(heading)[0] == key


def test_titles_above_and_totals_below() -> None:
    rows = checked(
        ["宁德市××乡党员花名册（截至2026年10月）"],
        ["填报单位：下党乡党委", "", "", "2026年10月8日"],
        HEADINGS,
        ROW,
        [""] * 14,
        ["合计", "1人"],
        ["填表人：某某", "", "审核人："],
        ["注：正式党员填转正日期"],
    )
    codes = [row[2] for row in rows]
    assert codes == [
        "row.title",
        "row.title",
        "row.heading",
        "",
        "row.blank",
        "row.total",
        "row.footnote",
        "row.footnote",
    ]
    assert {row[1] for row in rows if row[2]} == {"skip"}


def test_a_heading_printed_on_every_page() -> None:
    rows = checked(HEADINGS, ROW, HEADINGS, [2, *ROW[1:2], "350999198802290247", "女", *ROW[4:]])
    assert [row[2] for row in rows[:3]] == ["row.heading", "", "row.heading_again"]


def test_two_rows_of_headings() -> None:
    top = ["序号", "基本情况", "", "", "人员类别", "所在党支部", "联系方式", "", "党内职务", "", "党籍状态"]
    low = ["", "姓名", "身份证号", "性别", "", "", "手机", "固定电话", "书记", "组织委员", ""]
    row = ["1", "章昌明", "350999196503120150", "男", "正式", GOOD["branch"], "13800000000", "", "", "是", "正常"]
    layout = layout_of(top, low, row)
    keys = {use.index: use.key for use in layout.columns}
    assert (keys[1], keys[4], keys[6], keys[7], keys[8], keys[9]) == (
        "name",
        "person_category",
        "mobile",
        "landline",
        "post:2",
        "post:4",
    )
    result = checker(layout).check(3, row)
    assert (result.status, result.fields["post"]) == (Status.OK, "4")


def test_a_post_column_with_names_is_no_post() -> None:
    layout = layout_of([*HEADINGS, "支部书记"], [*ROW, "李某某"])
    assert layout.columns[-1].key == ""


def test_posts_in_yes_no_columns() -> None:
    layout = layout_of([*HEADINGS, "支部书记", "组织委员", "宣传委员"], [*ROW, "√", "", "是"])
    assert checker(layout).check(2, [*ROW, "√", "", "是"]).fields["post"] == "2;5"


def test_numbers_only_and_sections() -> None:
    rows = checked(HEADINGS, ["一、下党村党支部（共 1 人）"], ROW, ["2"], [3.0])
    assert [row[2] for row in rows] == ["row.heading", "row.section", "", "row.only_number", "row.only_number"]


def test_the_section_above_is_proposed_as_branch() -> None:
    headings = [h for h in HEADINGS if h != "所在党支部"]
    row = [cell for cell, h in zip(ROW, HEADINGS, strict=True) if h != "所在党支部"]
    check = checker(layout_of(headings, row))
    check.check(2, ["寿宁县下党乡碑坑村党支部"])
    problem = next(p for p in check.check(3, row).problems if p.field == "branch")
    assert (problem.code, problem.suggestion) == ("branch.missing", "350924209207")


def test_merged_cells_carry_their_value(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for cells in (
        ["花名册", "", ""],
        ["姓名", "身份证号", "所在党支部"],
        ["甲甲", "1", "坑头村党支部"],
        ["乙乙", "2", ""],
        ["丙丙", "3", "石桥"],
    ):
        page.append(cells)
    page.merge_cells("A1:C1")
    page.merge_cells("C3:C4")
    page.row_dimensions[4].hidden = True
    page.column_dimensions["B"].hidden = True
    book.save(tmp_path / "m.xlsx")
    source = XlsxSource(tmp_path / "m.xlsx")
    facts = source.facts("Sheet")
    rows = list(spread_merged(source.rows("Sheet"), facts.merged))
    assert [cells[2] for _, cells in rows[2:]] == ["坑头村党支部", "坑头村党支部", "石桥"]
    assert (facts.hidden_rows, facts.hidden_columns) == (1, 1)


def test_a_merged_block_that_begins_where_no_row_is_spreads_nothing() -> None:
    rows = [(1, ["甲", "乙"]), (4, ["", "丙"])]
    assert list(spread_merged(iter(rows), [(3, 5, 0, 0)])) == rows


def test_no_heading_at_all() -> None:
    assert find_layout([(1, ["一", "二"]), (2, ["三", "四"])]) is None
    assert find_layout([]) is None


def test_the_users_columns_win() -> None:
    layout = layout_of(["姓名", "编码", "手机"], ["章昌明", "350999196503120150", "13800000000"])
    changed = layout.with_choices({"1": "id_number", "2": ""})
    assert [use.key for use in changed.columns] == ["name", "id_number", ""]


def test_of_two_columns_for_one_thing_the_better_named_is_read() -> None:
    layout = layout_of(["姓名", "身份证号", "户籍所在地", "家庭住址"], ["章昌明", "1", "甲", "乙"])
    assert [(use.key, use.how) for use in layout.columns[2:]] == [("", "second"), ("address", "exact")]


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (["是", "否", "√", "可能"], ["2", None, "2", "yes_no.unreadable"]),
        (["是", "可能"], ["2", "yes_no.unreadable"]),
        (["陈国梁", "无", "林秀珍"], [None, None, None]),
    ],
)
def test_one_answer_that_is_neither_yes_nor_no_is_told_and_the_others_are_read(
    values: list[str], found: list[str | None]
) -> None:
    row = ROW[: KEYS.index("post")] + ROW[KEYS.index("post") + 1 :] if "post" in KEYS else ROW
    headings = [heading for key, heading in zip(KEYS, HEADINGS, strict=True) if key != "post"]
    people = [[*row, value] for value in values]
    layout = layout_of([*headings, "支部书记"], *people)
    told = [checker(layout).check(number, cells) for number, cells in enumerate(people, 2)]
    assert [one.problems[0].code if one.problems else one.fields.get("post") for one in told] == found
