"""The traps of the administrative data: dates, renames, ambiguous names, swapped codes, rare characters."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from pypinyin import lazy_pinyin

from doorstep.core.actors import system_actor
from doorstep.core.errors import NotPermitted
from doorstep.demo.rules.city import reference_rows
from doorstep.directory.models import Division, DivisionPast
from doorstep.directory.queries.divisions import division_states_on, divisions_named, divisions_on
from doorstep.directory.rules import search_keys
from doorstep.directory.rules.search_keys import is_found, keys_of, normal_name, ways_of_query
from doorstep.directory.services.divisions import load_divisions
from tests.cast import Cast

MID_2023, NOW = date(2023, 6, 30), date(2026, 11, 24)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def divisions(db: None) -> int:
    return load_divisions(actor=system_actor("tests"))


def kinds_on(day: date) -> Counter[str]:
    return Counter(state.kind for state in division_states_on(day, "township"))


def test_126_townships_in_2023_and_127_now() -> None:
    assert kinds_on(MID_2023) == {"街道": 14, "镇": 69, "乡": 35, "民族乡": 8}
    assert kinds_on(NOW) == {"街道": 15, "镇": 69, "乡": 34, "民族乡": 9}
    assert divisions_on(MID_2023, "township").count() == 126
    assert divisions_on(NOW, "township").count() == 127


def test_the_statistics_list_of_130_is_126_and_four_zones() -> None:
    assert {d.name for d in divisions_on(MID_2023, "zone")} >= {"龙安开发区", "东侨开发区"}
    assert divisions_on(MID_2023, "zone").count() == 4
    assert divisions_on(NOW, "zone").count() == 3


def test_a_rename_is_dated() -> None:
    def name(day: date) -> str:
        return next(s.name for s in division_states_on(day, "township") if s.code == "350982202")

    assert name(date(2025, 12, 30)) == "佳阳乡"
    assert name(date(2025, 12, 31)) == "佳阳畲族乡"
    assert [d.code for d in divisions_named("佳阳乡", level="township")] == ["350982202"]


def test_villages_of_the_new_street_belonged_to_the_zone_before() -> None:
    def parent(day: date) -> str | None:
        return next(s.parent_code for s in division_states_on(day, "village") if s.code == "350982500201")

    assert parent(MID_2023) == "350982500"
    assert parent(NOW) == "350982004"


def test_2368_villages_by_county() -> None:
    villages = Division.objects.filter(level="village").values_list("parent__parent__name", flat=True)
    assert Counter(villages) == {
        "福安市": 487, "蕉城区": 339, "霞浦县": 331, "古田县": 292, "福鼎市": 288,
        "寿宁县": 205, "屏南县": 160, "周宁县": 147, "柘荣县": 119,
    }  # fmt: skip
    assert Counter(Division.objects.filter(level="village").values_list("kind", flat=True)) == {
        "village": 2139,
        "community": 227,
        "other": 2,
    }


def test_village_names_are_ambiguous_and_all_of_them_are_found() -> None:
    names = Counter(Division.objects.filter(level="village").values_list("short_name", flat=True))
    several = {name: count for name, count in names.items() if count > 1}
    assert (len(several), sum(several.values())) == (256, 637)
    assert len(divisions_named("后洋", level="village")) == 10
    assert {d.parent.name for d in divisions_named("下党", level="village") if d.parent} == {"下党乡", "凤阳镇"}
    assert len({d.parent_id for d in divisions_named("柏洋", level="village")}) >= 2


def test_township_stems_repeat_between_counties() -> None:
    assert {d.name for d in divisions_named("甘棠", level="township")} == {"甘棠镇", "甘棠乡"}
    assert {d.name for d in divisions_named("城南", level="township")} == {"城南镇", "城南街道"}


def test_the_rare_character_and_the_name_of_older_lists() -> None:
    town = Division.objects.get(code="350902110")
    assert town.name == "虎𬇙镇"
    assert ord(town.name[1]) == 0x2C1D9
    assert divisions_named("虎贝镇", level="township") == [town]
    with pytest.raises(UnicodeEncodeError):
        town.name.encode("gbk")
    assert town.name.encode("gb18030").decode("gb18030") == town.name
    assert "虎𬇙" in keys_of(town.name)
    for written in ("虎贝", "虎贝镇", "虎𬇙", "hubei", "hb"):
        assert is_found(ways_of_query(written), keys_of(town.name))


def test_every_township_is_found_by_its_pinyin_written_out() -> None:
    """Heteronyms and characters of no common list with them: 七都, 柘荣, 硖门, 虎𬇙."""
    towns = [row for row in reference_rows("directory", "divisions.csv") if row["level"] == "township"]
    assert len(towns) > 120
    lost = [row["name"] for row in towns if not is_found(ways_of_query(row["pinyin"]), keys_of(row["name"]))]
    assert lost == []
    villages = {row["name"] for row in reference_rows("directory", "villages.csv")}
    spoken = {name: "".join(lazy_pinyin(normal_name(name))) for name in villages}
    assert [name for name in sorted(villages) if not is_found(ways_of_query(spoken[name]), keys_of(name))] == []
    others = keys_of("寿宁下党“学习小镇”")
    assert [row["name"] for row in towns if is_found(ways_of_query(row["pinyin"]), others)] == ["下党乡"]


def test_streets_whose_codes_the_lists_swap_are_joined_by_name() -> None:
    names = {d.code: d.name for d in Division.objects.filter(code__in=["350921001", "350921002"])}
    assert names == {"350921001": "松港街道", "350921002": "松城街道"}
    villages = Division.objects.filter(parent="350921002").values_list("code", flat=True)
    assert villages
    assert all(code.startswith("350921001") for code in villages)  # the statistics number of 松城


def test_traditional_and_variant_characters_mean_the_same() -> None:
    assert normal_name("佳陽畬族鄉") == normal_name("佳阳畲族乡")


def test_heteronyms_are_read_as_the_places_are_called() -> None:
    pinyin = dict(Division.objects.filter(name__in=["七都镇", "硖门畲族乡", "柘荣县"]).values_list("name", "pinyin"))
    assert pinyin == {"七都镇": "qidu", "硖门畲族乡": "xiamen", "柘荣县": "zherong"}


def test_loading_again_changes_nothing_and_leaves_others_alone() -> None:
    Division.objects.create(code="110101", name="东城区", short_name="东城", level="county", kind="区", valid_from=NOW)
    before = list(Division.objects.order_by("code").values_list())
    load_divisions(actor=system_actor("tests"))
    assert list(Division.objects.order_by("code").values_list()) == before
    assert DivisionPast.objects.count() == 8


def test_nobody_but_the_product_loads_divisions(cast: Cast) -> None:
    for name in cast.accounts:
        with pytest.raises(NotPermitted):
            load_divisions(actor=cast.actor(name))


def test_the_table_of_syllables_is_that_of_the_characters_people_write() -> None:
    search_keys._syllables.cache_clear()  # as in a process that has read no written-out pinyin yet
    table = search_keys._syllables()
    assert {"xia": "下" in table["xia"], "dang": "党" in table["dang"], "yue": "乐" in table["yue"]} == {
        "xia": True, "dang": True, "yue": True,
    }  # fmt: skip
    assert {"m", "n"} & table.keys() == set()
    assert is_found(ways_of_query("xiadang"), keys_of("下党乡"))
    assert not is_found(ways_of_query("xiadang"), keys_of("霍童镇"))
