"""What real rosters hold besides good rows, and what the check says of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.directory.rules.codes import clean_code, clean_posts
from doorstep.directory.rules.dates import clean_date
from doorstep.directory.rules.id_number import check_digit, clean_id_number
from doorstep.directory.rules.person_fields import clean_mobile, clean_name
from doorstep.directory.rules.reference import code_lists, roster_columns
from doorstep.directory.rules.regions import clean_destination
from doorstep.directory.rules.roster_rows import CheckOptions, RosterChecker
from doorstep.directory.rules.roster_texts import COLUMN_NAMES, TEXTS
from doorstep.directory.rules.roster_types import Cleaned, Level, Status
from doorstep.directory.rules.unit_names import UnitIndex, Village
from tests.directory.roster.sample import (
    CITY,
    FIGURES,
    GOOD,
    HEADINGS,
    KEYS,
    TODAY,
    check_values,
    checker,
    codes_of,
    id_number,
    layout_of,
    network,
    unit_path,
)


def told(cleaned: Cleaned) -> tuple[str, list[str]]:
    return cleaned.value, [problem.code for problem in cleaned.problems]


@pytest.mark.parametrize(
    ("raw", "value", "codes"),
    [
        ("350999196503120150", "350999196503120150", []),
        ("350999-19650312-0150", "350999196503120150", ["id.normalised"]),
        ("\u200b350999196503120150\ufeff", "350999196503120150", ["id.normalised"]),
        ("“350999196503120150”", "350999196503120150", ["id.normalised"]),
        ("3509991965031201S0", "", ["id.lookalike"]),
        ("35099919650312029×", "", ["id.lookalike"]),
        ("35099919650312029Х", "", ["id.lookalike"]),
        ("35099919650312015", "", ["id.length"]),
        ("3509991965031201500", "", ["id.length"]),
        ("350999********0150", "", ["id.masked"]),
        ("350999196503120000", "", ["id.rounded"]),
        ("350999196513320150", "", ["id.checksum", "id.birth_impossible"]),
        ("350999189903120150", "", ["id.checksum", "id.birth_too_early"]),
        ("350999196503120150/350999198802290247", "", ["id.several"]),
        ("身份证350999196503120150（已核对）", "", ["id.with_text"]),
        ("身份证350999196503120151", "", ["id.characters"]),
        ("000000000000000000", "", ["id.rounded", "id.birth_impossible", "id.region_unknown"]),
        ("护照E12345678", "", ["id.characters"]),
        ("", "", ["id.missing"]),
        ("无", "", ["id.missing"]),
        (3.50999196503120e17, "", ["id.lost_digits"]),
        (350999196503120150, "", ["id.lost_digits"]),
        ("350999650230015", "", ["id.legacy_wrong"]),
    ],
)
def test_id_numbers(raw: Any, value: str, codes: list[str]) -> None:
    assert told(clean_id_number(raw, today=TODAY, allow_demo=True)) == (value, codes)


@pytest.mark.parametrize(
    ("region", "birth", "code"),
    [
        ("352229", "19650312", None),  # 寿宁县 to 1998
        ("352202", "19890101", None),
        ("350924", "20010101", None),
        ("352229", "19990601", None),  # still given out in the year after the last list
        ("352229", "20050101", "id.region_retired"),
        ("350999", "19650312", "id.region_demo"),
        ("999999", "19650312", "id.region_unknown"),
    ],
)
def test_regions_by_year_of_birth(region: str, birth: str, code: str | None) -> None:
    cleaned = clean_id_number(id_number(region, birth, "015"), today=TODAY, allow_demo=False)
    assert [p.code for p in cleaned.problems] == ([code] if code else [])


@given(st.dates(date(1925, 1, 1), date(2008, 1, 1)), st.integers(0, 999))
def test_one_changed_digit_is_always_found(birth: date, serial: int) -> None:
    number = id_number("350999", birth.strftime("%Y%m%d"), f"{serial:03d}")
    assert clean_id_number(number, today=TODAY, allow_demo=True).value == number
    for position in range(14, 17):
        other = str((int(number[position]) + 1) % 10)
        changed = number[:position] + other + number[position + 1 :]
        assert clean_id_number(changed, today=TODAY, allow_demo=True).is_wrong


@given(st.from_regex(r"[1-9][0-9]{16}", fullmatch=True))
def test_check_digit_is_the_standards(body: str) -> None:
    weights = [2 ** (17 - place) % 11 for place in range(17)]
    total = sum(int(digit) * weight for digit, weight in zip(body, weights, strict=True))
    assert check_digit(body) == "10X98765432"[total % 11]


@pytest.mark.parametrize(
    ("raw", "value", "codes"),
    [
        ("1965.03.12", "1965-03-12", []),
        ("1965/3/12", "1965-03-12", []),
        ("1965-3", "1965-03", []),
        ("１９６５．３", "1965-03", []),
        ("1965年03月", "1965-03", []),
        ("1965 3 12", "1965-03-12", []),
        ("1965—03—12", "1965-03-12", []),
        ("1965－3", "1965-03", []),
        ("1965-03-12 00:00:00", "1965-03-12", []),
        (datetime(1965, 3, 12), "1965-03-12", []),  # noqa: DTZ001 - as workbooks hold it
        (date(1965, 3, 12), "1965-03-12", []),
        (19650312.0, "1965-03-12", []),
        (1965.12, "1965-12", []),
        ("一九六五年三月十二日", "1965-03-12", ["date.chinese_digits"]),
        ("二〇〇一年十一月", "2001-11", ["date.chinese_digits"]),
        ("65.3", "1965-03", ["date.two_digit_year"]),
        ("05年7月", "2005-07", ["date.two_digit_year"]),
        ("1965.03.00", "1965-03", ["date.day_zero"]),
        (1965.1, "", ["date.lost_zero"]),
        ("650312", "", ["date.six_digits"]),
        (23813, "", ["date.serial"]),
        ("03/04/1965", "", ["date.order"]),
        ("Mar-1965", "", ["date.english"]),
        ("1990年7月入党", "", ["date.with_text"]),
        ("1990.7-1991.7", "", ["date.several"]),
        ("农历1965年3月", "", ["date.lunar"]),
        ("1965-13", "", ["date.month_impossible"]),
        ("1965-02-29", "", ["date.day_impossible"]),
        ("2030-01-01", "", ["date.in_future"]),
        ("1850-01-01", "", ["date.too_early"]),
        ("不知道什么时候", "", ["date.unreadable"]),
        ("不详", "", []),
        ("—", "", []),
    ],
)
def test_dates(raw: Any, value: str, codes: list[str]) -> None:
    assert told(clean_date(raw, "join_date", today=TODAY)) == (value, codes)


@given(st.dates(date(1921, 1, 1), TODAY))
def test_a_date_in_any_of_its_forms_is_that_date(day: date) -> None:
    forms = [
        day.isoformat(),
        day.strftime("%Y%m%d"),
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}.{day.month}.{day.day}",
    ]
    assert {clean_date(form, "join_date", today=TODAY).value for form in forms} == {day.isoformat()}


@given(st.text(max_size=40) | st.floats() | st.integers() | st.none() | st.booleans())
def test_no_cell_whatever_brings_a_cleaner_down(raw: Any) -> None:
    text = str(raw)
    for cleaned in (
        clean_id_number(raw, today=TODAY, allow_demo=True),
        clean_name(text),
        clean_mobile(text),
        clean_code(text, "ethnicity", "ethnicity"),
        clean_posts(text),
        clean_destination(text),
    ):
        assert all(problem.code in TEXTS for problem in cleaned.problems)
    if not isinstance(raw, float) or raw == raw and abs(raw) != float("inf"):
        assert all(problem.code in TEXTS for problem in clean_date(raw, "join_date", today=TODAY).problems)


@pytest.mark.parametrize(
    ("raw", "value", "codes"),
    [
        ("钟 立 春", "钟立春", ["name.normalised"]),
        ("欧阳建国", "欧阳建国", []),
        ("阿不都．买买提", "阿不都·买买提", ["name.normalised"]),
        ("张三（已故）", "", ["name.with_marks"]),
        ("1.李四", "", ["name.with_marks"]),
        ("李?明", "", ["name.unreadable"]),
        ("陈\ue863", "", ["name.unreadable"]),
        ("张", "", ["name.length"]),
        ("赵6", "", ["name.digits"]),
        ("Alice Wang", "Alice Wang", ["name.foreign"]),
        ("O'Neil-Müller", "O'Neil-Müller", ["name.foreign"]),
        ("=cmd|calc", "", ["name.signs"]),
        ("'=1+1", "", ["name.digits"]),
        ("＝张三", "", ["name.signs"]),
        ("+张三", "", ["name.signs"]),
        ("-张三", "", ["name.signs"]),
        ("@SUM", "", ["name.signs"]),
        ("Wang|Li", "", ["name.signs"]),
        ("a_b", "", ["name.signs"]),
        ("张三<b>", "", ["name.with_marks"]),
        ("虎𬇙生", "虎𬇙生", []),
        ("", "", ["name.missing"]),
    ],
)
def test_names(raw: str, value: str, codes: list[str]) -> None:
    assert told(clean_name(raw)) == (value, codes)


@pytest.mark.parametrize(
    ("raw", "value", "codes"),
    [
        ("138 0000 0000", "13800000000", ["mobile.normalised"]),
        ("+86 138 0000 0000", "13800000000", ["mobile.normalised"]),
        (13800000000.0, "13800000000", []),
        ("1.38E+10", "", ["mobile.lost_digits"]),
        ("138****0000", "", ["mobile.masked"]),
        ("13800000000/13900000000", "", ["mobile.several"]),
        ("138OOOOOOOO", "", ["mobile.letters"]),
        ("13800000000.0", "", ["mobile.point_zero"]),
        ("+86 138-0000-0000.00", "", ["mobile.point_zero"]),
        ("1380000000.00", "", ["mobile.length"]),
        ("13800000000.5", "", ["mobile.length"]),
        ("0593-2876543", "", ["mobile.landline"]),
        ("1380000000", "", ["mobile.length"]),
        ("12800000000", "", ["mobile.beginning"]),
        ("138000000001", "", ["mobile.length"]),
        ("13800000000（儿子）", "", ["mobile.with_text"]),
        ("无", "", []),
    ],
)
def test_mobiles(raw: Any, value: str, codes: list[str]) -> None:
    assert told(clean_mobile(raw)) == (value, codes)


@pytest.mark.parametrize(
    ("raw", "field", "value", "codes"),
    [
        ("畬族", "ethnicity", "22", ["code.normalised"]),
        ("漢", "ethnicity", "01", ["code.normalised"]),
        ("余族", "ethnicity", "", ["code.unknown"]),
        ("大學本科畢業", "education", "21", ["code.normalised"]),
        ("初小", "education", "83", ["code.rough"]),
        ("高中/中专", "education", "", ["code.several"]),
        ("21", "education", "21", ["code.by_number"]),
        ("77", "education", "", ["code.number_unknown"]),
        ("群众", "person_category", "", ["category.outsider"]),
        ("已故", "person_category", "", ["category.gone"]),
        ("預備黨員", "person_category", "2", ["code.normalised"]),
        ("停止党籍", "membership_state", "2", []),
        ("开除党籍", "membership_state", "", ["category.gone"]),
    ],
)
def test_codes(raw: str, field: str, value: str, codes: list[str]) -> None:
    assert told(clean_code(raw, field, field)) == (value, codes)


@pytest.mark.parametrize("code_list", ["ethnicity", "education", "person_category", "membership_state", "party_post"])
def test_every_name_of_a_list_is_its_code(code_list: str) -> None:
    for code, name in code_lists()[code_list].items():
        assert clean_code(name, "x", code_list).value == code


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("副书记兼组织委员", "3;4"),
        ("书记（兼）", "2"),
        ("无", "0"),
        ("会计", ""),
        ("支部书记、村委会主任", "2"),
        ("组织委员、宣传委员", "4;5"),
    ],
)
def test_posts(raw: str, value: str) -> None:
    assert clean_posts(raw).value == value


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("浙江省杭州市西湖区", "330106"),
        ("浙江杭州", "330100"),
        ("上海", "310000"),
        ("廣東省深圳市", "440300"),
        ("鼓楼区", ""),
        ("意大利", "意大利"),
        ("吉林省乾安县", "220723"),
    ],
)
def test_destinations(raw: str, value: str) -> None:
    assert clean_destination(raw).value == value


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        ({"sex": "女"}, {"sex.mismatch"}),
        ({"birth_date": "1966-03"}, {"birth.mismatch"}),
        ({"birth_date": 1965.3}, set()),
        ({"birth_date": "65年3月"}, set()),
        ({"join_date": "1980-01-01", "formal_date": "1981-01-01"}, {"join.too_young"}),
        ({"join_date": "1979-01-01", "formal_date": "1980-01-01"}, {"join.as_child"}),
        ({"join_date": "1960-01-01", "formal_date": "1961-01-01"}, {"join.before_birth"}),
        ({"join_date": "", "formal_date": "1970-01-01"}, {"join.as_child"}),
        ({"join_date": "", "formal_date": "1960-01-01"}, {"join.before_birth"}),
        ({"id_number": "", "join_date": "", "formal_date": ""}, {"required.empty", "formal.missing"}),
        (
            {"id_number": id_number("350999", "20200312", "015"), "formal_date": ""},
            {"formal.missing", "category.too_young"},
        ),
        ({"join_date": "1983-03-12", "formal_date": "1984-03-12"}, set()),
        ({"join_date": "1990-07", "formal_date": "1989-07"}, {"formal.before_join"}),
        ({"join_date": "1990-07-01", "formal_date": "1990-12-01"}, {"formal.too_soon"}),
        ({"join_date": "1990-07-01", "formal_date": "1993-06-30"}, set()),
        ({"join_date": "1990-07-01", "formal_date": "1993-07-01"}, {"formal.too_late"}),
        ({"join_date": "1990", "formal_date": "1993-12"}, {"date.year_only"}),
        ({"join_date": "1990-07-01", "formal_date": ""}, {"formal.missing"}),
        ({"name": "#NAME?"}, {"cell.error_value"}),
        ({"id_number": "#REF!"}, {"cell.error_value"}),
        ({"join_date": "#VALUE!"}, {"cell.error_value"}),
        ({"mobile": "#N/A"}, set()),
        ({"join_date": "1990", "formal_date": "1992-01"}, {"date.year_only"}),
        ({"person_category": "预备党员", "formal_date": "2024-01-01"}, {"formal.probationary"}),
        ({"person_category": "预备党员", "join_date": "2020-01-01", "formal_date": ""}, {"category.long_probation"}),
        ({"person_category": "积极分子", "join_date": "2020-01-01", "formal_date": ""}, {"join.not_a_member"}),
        ({"person_category": "发展对象", "formal_date": "2020-01-01"}, {"formal.not_a_member"}),
        ({"name": ""}, {"required.empty"}),
        ({"membership_state": ""}, {"required.empty"}),
        ({"person_category": ""}, {"required.empty"}),
        ({"branch": ""}, {"branch.missing"}),
        ({"branch": "宁德市"}, {"branch.not_a_branch"}),
        ({"branch": "没有这个支部"}, {"branch.unknown"}),
    ],
)
def test_values_that_do_not_fit_together(values: dict[str, Any], codes: set[str]) -> None:
    assert codes_of(check_values(**values)) == codes


def test_a_whole_number_among_words_is_proposed_and_not_taken() -> None:
    told_of = check_values(id_number="身份证:350999196503120150", mobile="13800000000（儿子）")
    proposals = {problem.field: problem.suggestion for problem in told_of.problems}
    assert proposals == {"id_number": "350999196503120150", "mobile": "13800000000"}
    assert not {"id_number", "mobile"} & told_of.fields.keys()


def test_every_error_of_a_row_is_told() -> None:
    result = check_values(
        id_number="35O999196503120150", ethnicity="余族", branch="下党村党支部", mobile="138", education="x"
    )
    assert codes_of(result) >= {"id.lookalike", "code.unknown", "branch.several", "mobile.length"}
    assert result.status is Status.ERROR


def test_lost_contact_takes_half_a_year() -> None:
    layout = layout_of([*HEADINGS, "是否失联", "失去联系日期"])
    row = [GOOD.get(key, "") for key in KEYS]
    check = checker(layout)
    assert codes_of(check.check(2, [*row, "是", "2026-08"])) == {"lost.too_short"}
    assert codes_of(checker(layout).check(2, [*row, "是", "2026-01"])) == set()
    assert codes_of(checker(layout).check(2, [*row, "是", ""])) == {"lost.no_date"}
    assert codes_of(checker(layout).check(2, [*row, "", "2025-01"])) == {"lost.not_said"}


@pytest.mark.parametrize(
    ("raw", "codes"),
    [
        ("中共寿宁县下党乡下党村支部委员会", ["350924209201"]),
        ("中国共产党寿宁县下党乡下党村支部委员会", ["350924209201"]),
        ("寿宁县下党乡下党村党支部", ["350924209201"]),
        ("下党乡下党村", ["350924209201"]),
        ("下黨鄉下黨村黨支部", ["350924209201"]),
        ("寿宁凤阳下党村支部", ["350924106208"]),
        ("350924209201", ["350924209201"]),
        ("佳阳乡佳阳村党支部", ["350982202201"]),
        ("虎贝镇黄家村党支部", ["350902110205"]),
        ("下党村党支部", ["350924106208", "350924209201"]),
        ("赤溪村支部", ["350902106202", "350981206214", "350982105210"]),
        ("福鼎赤溪村支部", ["350982105210"]),
        ("屏南赤溪村支部", []),
        ("", []),
    ],
)
def test_units_by_the_names_people_write(raw: str, codes: list[str]) -> None:
    found = UnitIndex(network(), home="1/").match(raw).found
    assert sorted(unit.code for unit in found) == codes


def test_own_units_are_offered_first_and_others_only_named() -> None:
    result = check_values(home=unit_path("350924209"), branch="下党村党支部")
    problem = next(p for p in result.problems if p.field == "branch")
    assert problem.level is Level.AMBIGUOUS
    assert [choice.value for choice in problem.choices] == ["350924209201"]
    assert "凤阳镇" in problem.params["names"]


@pytest.mark.parametrize("raw", ["下党村党支部", "寿宁下党村支部"])
def test_a_village_of_that_name_without_a_branch_makes_the_name_unclear_too(raw: str) -> None:
    units = [unit for unit in network() if unit.code != "350924106208"]
    villages = [Village("下党村", (CITY, "寿宁县", place)) for place in ("下党乡", "凤阳镇")]
    index = UnitIndex(units, home="1/", villages=villages)
    check = RosterChecker(layout_of(HEADINGS), index, CheckOptions(today=TODAY, home="1/", allow_demo=True, **FIGURES))
    result = check.check(2, [{**GOOD, "branch": raw}.get(key, "") for key in KEYS])
    problem = next(p for p in result.problems if p.field == "branch")
    assert result.status is Status.AMBIGUOUS
    assert [choice.value for choice in problem.choices] == ["350924209201"]
    assert (problem.params["count"], problem.params["places"]) == (2, "寿宁县凤阳镇下党村")
    for clear in ("下党乡下党村党支部", "中共寿宁县下党乡下党村支部委员会", "350924209201", "碑坑村党支部"):
        assert not index.match(clear).bare
    assert not index.match("下党乡党委").bare
    assert index.match("凤阳镇下党村党支部").found == ()


def test_swapped_codes_are_read_when_the_user_says_so() -> None:
    assert codes_of(check_values(sex="2")) == {"code.by_number", "sex.mismatch"}
    assert codes_of(check_values(sex="2", options={"swapped_sex": True})) == {"code.by_number"}


def test_a_chosen_unit_holds_for_every_row_that_writes_it_so() -> None:
    result = check_values(branch="下党村党支部", options={"branches": {"下党村党支部": "350924106208"}})
    assert result.fields["branch"] == "350924106208"


def test_a_sheet_without_standing_means_normal_and_says_so() -> None:
    headings = [h for h in HEADINGS if h != "党籍状态"]
    row = [GOOD.get(key, "") for key in KEYS][:-1]
    result = checker(layout_of(headings, row)).check(2, row)
    assert (result.status, result.fields["membership_state"]) == (Status.OK, "1")
    assert codes_of(result) == {"membership_state.column_missing"}


def test_every_key_has_a_name_and_every_text_its_two_parts() -> None:
    imported = {column.key for column in roster_columns() if column.requirement != "不导入"}
    assert imported <= COLUMN_NAMES.keys()
    assert all(what and why for what, why in TEXTS.values())
