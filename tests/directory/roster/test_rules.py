"""The rules of a roster one by one, where the tests of whole rows do not come: odd cells, odd rows, odd names."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

from doorstep.directory.rules.codes import clean_code
from doorstep.directory.rules.dates import clean_date
from doorstep.directory.rules.headers import key_of_heading
from doorstep.directory.rules.id_number import clean_id_number
from doorstep.directory.rules.person_columns import columns_of, differences
from doorstep.directory.rules.person_fields import clean_mobile, clean_name, clean_party_age, clean_text
from doorstep.directory.rules.regions import clean_destination
from doorstep.directory.rules.roster_rows import REMEMBERED_VALUES
from doorstep.directory.rules.roster_types import Cleaned, RowResult
from doorstep.directory.rules.row_kinds import skip_reason
from doorstep.directory.rules.search_keys import keys_of
from doorstep.directory.rules.shared_strings import MARK, SharedStrings, marked
from doorstep.directory.rules.text_forms import text_of
from doorstep.directory.rules.unit_names import BRANCH, UnitEntry, UnitIndex
from tests.directory.roster.sample import GOOD, HEADINGS, KEYS, TODAY, checker, layout_of, network, unit_path

BRANCH_NAME = "中共寿宁县下党乡下党村支部委员会"


def told(cleaned: Cleaned) -> tuple[str, list[str]]:
    return cleaned.value, [problem.code for problem in cleaned.problems]


def test_a_long_name_without_a_dot_is_kept_and_told() -> None:
    assert told(clean_name("欧阳上官令狐")) == ("欧阳上官令狐", ["name.long"])


def test_a_mobile_with_a_fraction_has_lost_digits() -> None:
    assert told(clean_mobile(13900.5)) == ("", ["mobile.lost_digits"])


@pytest.mark.parametrize(
    ("raw", "field", "value", "codes"),
    [
        (" 厦门  打工 ", "remark", "厦门 打工", []),
        ("无", "remark", "", []),
        ("学" * 30, "degree", "学" * 30, []),
        ("学" * 31, "degree", "", ["text.too_long"]),
        ("霍\ufffd镇", "work_unit", "", ["text.unreadable"]),
    ],
)
def test_free_texts(raw: str, field: str, value: str, codes: list[str]) -> None:
    assert told(clean_text(raw, field)) == (value, codes)


@pytest.mark.parametrize(
    ("raw", "value", "codes"),
    [
        ("31", "31", []),
        ("31年", "31", []),
        ("31.5", "31", []),
        ("30年6个月", "30", []),
        ("105", "105", []),
        ("", "", []),
        ("106", "", ["party_age.unreadable"]),
        ("半年", "", ["party_age.unreadable"]),
    ],
)
def test_years_in_the_party(raw: str, value: str, codes: list[str]) -> None:
    assert told(clean_party_age(raw)) == (value, codes)


@pytest.mark.parametrize(
    ("raw", "field", "code_list", "value", "codes"),
    [
        ("种茶能手", "occupation", "member_occupation", "种茶能手", ["occupation.free_text"]),
        ("已故", "person_category", "person_category", "", ["category.gone"]),
    ],
)
def test_words_of_no_list(raw: str, field: str, code_list: str, value: str, codes: list[str]) -> None:
    assert told(clean_code(raw, field, code_list)) == (value, codes)


@pytest.mark.parametrize(
    ("raw", "code", "choices"),
    [
        ("农历1965年三月", "date.lunar", []),
        ("1965年13月1日生", "date.unreadable", []),
        ("31/02/1965", "date.order", []),
        ("14/03/1965", "date.order", ["1965-03-14"]),
        ("03/04/1965", "date.order", ["1965-03-04", "1965-04-03"]),
    ],
)
def test_dates_to_be_chosen_or_written_anew(raw: str, code: str, choices: list[str]) -> None:
    cleaned = clean_date(raw, "birth_date", today=TODAY)
    assert cleaned.value == ""
    assert [(p.code, [c.value for c in p.choices]) for p in cleaned.problems] == [(code, choices)]


@pytest.mark.parametrize(("heading", "key"), [("党员手机号码", "mobile"), ("学历名称", "education")])
def test_headings_with_a_word_too_many_are_similar(heading: str, key: str) -> None:
    assert key_of_heading(heading)[::2] == (key, "similar")


@pytest.mark.parametrize(("raw", "value"), [("350100", "350100"), ("350100000000", "350100"), ("999999", "999999")])
def test_a_destination_by_its_code(raw: str, value: str) -> None:
    assert clean_destination(raw).value == value


def test_a_name_of_signs_alone_is_found_under_nothing() -> None:
    assert keys_of("（…）") == set()
    assert keys_of("（…）", "陈") == keys_of("陈")


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (datetime.fromisoformat("2020-01-02"), "2020-01-02"),
        (datetime.fromisoformat("2020-01-02T03:04"), "2020-01-02 03:04:00"),
        (date(2020, 1, 2), "2020-01-02"),
        (True, "是"),
        (False, "否"),
        (12.0, "12"),
        (None, ""),
    ],
)
def test_cells_as_texts(cell: Any, text: str) -> None:
    assert text_of(cell) == text


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ([1, 5.0, 6.0, 7.0], None),
        (["", "合计", "12", "5", "7"], "row.total"),
        (["小計", "8人"], "row.total"),
        (["合計", 24.0], "row.total"),
        (["總計", 24.0, 12.0, 5.0, 3.0], "row.total"),
        (["", "其中：女党员", 6.0], "row.total"),
        (["其中：預備黨員", 1.0, 2.0, 3.0, 4.0], "row.total"),
        (["說明：本表截至六月", "無", "1"], "row.footnote"),
        (["霍童鎮機關黨支部"], "row.section"),
        (["全镇总人数", "甲", "乙", "丙", "丁"], "row.total"),
        (["", "姓名", "公民身份证号码"], "row.heading_again"),
        (["", "姓名", "公民身份证号码", "性别", "出生日期"], "row.heading_again"),
        (["", *[BRANCH_NAME] * 6], "row.section"),
        (["", *["填表人：张三"] * 6], "row.footnote"),
        (["", *["张三"] * 6], None),
        (["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", "见附件", "再见"], "row.footnote"),
        (["上" * 41], "row.footnote"),
        (["张三"], None),
    ],
)
def test_which_rows_are_people(cells: list[Any], code: str | None) -> None:
    layout = layout_of(HEADINGS)
    reason = skip_reason(5, cells, layout, [use.index for use in layout.columns if use.key])
    assert (reason.code if reason else None) == code


def test_shared_texts_are_read_where_they_lie() -> None:
    texts = SharedStrings(
        b"<sst><si><t>a</t></si><si><r><t>b</t></r><r><t xml:space='preserve'> c</t></r><rPh sb='0'><t>x</t></rPh></si>"
        b"<si/><si><t>&lt;d&amp;</t></si></sst>"
    )
    cells = ["z", f"{MARK}0", f"{MARK}1", f"{MARK}2", f"{MARK}3", f"{MARK}4", f"{MARK}-1", f"{MARK}q", 5]
    texts.fill(cells)
    assert cells == ["z", "a", "b c", "", "<d&", "", "", "", 5]
    assert (texts.is_any, SharedStrings(b"").is_any) == (True, False)


def test_cells_that_point_to_shared_texts_are_marked_however_they_are_written() -> None:
    rows = b'<c r="A1" t="s"><v>0</v></c><c t="s" r="B1"><v>1</v></c><c r="C1" t="n"><v>2</v></c>'
    sign = MARK.encode()
    assert marked(rows) == (
        b'<c r="A1" t="str"><v>' + sign + b'0</v></c><c t="str" r="B1"><v>' + sign + b"1</v></c>"
        b'<c r="C1" t="n"><v>2</v></c>'
    )


def test_a_row_fills_only_the_columns_it_has() -> None:
    assert columns_of({"name": "周P"}) == {"name": "周P"}
    assert columns_of(
        {"birth_date": "1970-02", "person_category": "2", "membership_state": "1", "lost_date": "2025"}
    ) == {
        "birth_date": date(1970, 2, 1),
        "birth_month_only": True,
        "category": "probationary",
        "membership_state": "normal",
        "lost_since": date(2025, 1, 1),
    }


def test_only_what_differs_is_changed_and_no_known_day_is_coarsened() -> None:
    known = {"name": "周P", "birth_date": date(1970, 2, 3), "birth_month_only": False}
    same, coarser = {"name": "周P", "birth_date": "1970-02-03"}, {"name": "周N", "birth_date": "1970-02"}
    other = {"birth_date": "1970-03"}
    assert differences(columns_of(same), known, same) == []
    assert differences(columns_of(coarser), known, coarser) == ["name"]
    assert differences(columns_of(other), known, other) == ["birth_date", "birth_month_only"]


def test_a_general_branch_is_no_branch_and_close_names_are_offered_below_the_home_alone() -> None:
    home = unit_path("350924209")
    group = UnitEntry(
        99, "G", "中共寿宁县下党乡碑坑村总支部", "碑坑村党总支", "general_branch", f"{home}99/", ("下党乡",)
    )
    nameless = UnitEntry(98, "N", "党支部", "党支部", BRANCH, f"{home}98/", ("下党乡",))
    index = UnitIndex([*network(), group, nameless], home=home)
    assert [unit.id for unit in index.match("党支部").found] == [98]
    assert index.match("无此村党支部").found == ()
    assert [unit.id for unit in index.match("碑坑村总支部").found] == [99]
    near = index.match("碑坑自然村支部").near
    assert near
    assert {(unit.kind, unit.path.startswith(home)) for unit in near} == {(BRANCH, True)}
    assert index.match("碑坑村总支部") is index.match("碑坑村总支部")


@pytest.mark.parametrize(
    ("raw", "code", "choices"),
    [
        ("350999650312015", "id.legacy", ["350999196503120150"]),
        ("350999651312015", "id.legacy_wrong", []),
        ("35099919650312O15O", "id.lookalike", ["350999196503120150"]),
    ],
)
def test_id_numbers_that_can_be_put_right(raw: str, code: str, choices: list[str]) -> None:
    cleaned = clean_id_number(raw, today=TODAY, allow_demo=True)
    assert cleaned.value == ""
    assert [(p.code, [c.value for c in p.choices]) for p in cleaned.problems] == [(code, choices)]


EXTRA = ("是否流动党员", "外出流向", "党龄")


def row_told(values: dict[str, str], home: str = "1/", **options: Any) -> RowResult:
    """What is found in a good row with these cells, in a sheet with columns for who is away."""
    headings = [*HEADINGS, *EXTRA]
    row = {**dict(zip(HEADINGS, (GOOD.get(key, "") for key in KEYS), strict=True)), **values}
    return checker(layout_of(headings), home=home, **options).check(2, [row.get(heading, "") for heading in headings])


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        ({"是否流动党员": "否", "外出流向": "福州市"}, {"flow_to.not_floating"}),
        ({"是否流动党员": "是", "外出流向": "福州市"}, set()),
        ({"党龄": "35"}, set()),
        ({"党龄": "30"}, {"party_age.differs"}),
        ({"加入党组织日期": "1920-05-01"}, {"join.before_party", "join.before_birth", "formal.too_late"}),
        ({"出生日期": "12/03/1965"}, {"birth.settled_by_id"}),
        ({"出生日期": "11/10/1965"}, {"date.order"}),
    ],
)
def test_values_of_a_row_that_speak_of_each_other(values: dict[str, str], codes: set[str]) -> None:
    assert {problem.code for problem in row_told(values).problems} == codes


def test_a_birth_date_is_settled_by_the_number_only_if_it_is_one_of_those_meant() -> None:
    assert row_told({"出生日期": "12/03/1965"}).fields["birth_date"] == "1965-03-12"
    assert "birth_date" not in row_told({"出生日期": "11/10/1965"}).fields


def test_several_units_of_a_name_that_are_all_others() -> None:
    home = unit_path("350924209")
    found = row_told({"所在党支部": "赤溪村党支部"}, home=home).problems
    assert [(problem.code, problem.choices) for problem in found] == [("branch.outside", ())]


def test_an_answer_fills_a_column_the_sheet_has_not_got() -> None:
    headings = [heading for heading in HEADINGS if heading not in ("人员类别", "联系电话")]
    row = [GOOD.get(key, "") for key, heading in zip(KEYS, HEADINGS, strict=True) if heading in headings]
    corrections = {2: {"person_category": "正式党员", "mobile": "139 0000 0001"}}
    answered = checker(layout_of(headings), corrections=corrections).check(2, row)
    assert (answered.fields["person_category"], answered.fields["mobile"]) == ("1", "13900000001")
    assert [problem.code for problem in answered.problems] == []
    assert [problem.code for problem in checker(layout_of(headings)).check(2, row).problems] == ["required.column"]


def test_columns_of_posts_that_are_all_no_give_no_post() -> None:
    headings = [*HEADINGS, "支部书记", "组织委员"]
    row = [GOOD.get(key, "") for key in KEYS]
    people = [[*row, "否", "否"], [*row, "是", "否"]]
    layout = layout_of(headings, *people)
    assert [checker(layout).check(n, cells).fields.get("post") for n, cells in enumerate(people, 2)] == [None, "2"]


def test_a_column_of_ever_new_words_is_read_to_its_end() -> None:
    check = checker(layout_of(["姓名", "党龄"]))
    for number in range(REMEMBERED_VALUES + 2):
        check.check(number + 2, ["章昌明", f"{number}.0 年"])
    assert check.check(9, ["章昌明", "31年"]).fields["party_age"] == 31
    assert check.check(10, ["章昌明", "31年"]).fields["party_age"] == 31


@pytest.mark.parametrize("raw", ["3509991965031201S9", "3509991965O312015A", "35099919650312O15"])
def test_a_number_that_is_wrong_however_its_letters_are_read_is_not_put_right(raw: str) -> None:
    cleaned = clean_id_number(raw, today=TODAY, allow_demo=True)
    assert cleaned.value == ""
    assert [(p.code, p.choices) for p in cleaned.problems] == [("id.characters", ())]
