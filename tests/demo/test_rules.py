"""The plan of the demo city at its edges: hardly any members, seats for people of another organiser."""

from __future__ import annotations

from datetime import date

import pytest

from doorstep.demo.rules.city import plan_city
from doorstep.demo.rules.classes import PlannedClass, PlannedSeat, hand_down
from doorstep.demo.rules.contracts import contract_file, contract_lines
from doorstep.demo.rules.joint import plan_hosts
from doorstep.demo.rules.people import PlannedPerson
from doorstep.demo.rules.scenery import KINDS, drawn
from doorstep.demo.rules.tree import PlannedUnit, Tree
from tests.demo.conftest import AS_OF

DAY = date(2026, 3, 2)


def test_a_city_of_60_members_holds_no_class_without_people() -> None:
    city = plan_city(members=60, seed=1, as_of=AS_OF)
    closed = [c for c in city.history.classes if c.status == "closed"]
    assert len(city.people) == 60
    assert closed
    assert [c.title for c in closed if not c.seats] == []


def member(number: int, unit: PlannedUnit) -> PlannedPerson:
    birth, joined = date(1970, 1, 1), date(1995, 7, 1)
    return PlannedPerson(number, unit, f"学员{number}", "1", birth, "01", "60", "", joined, None, "", "")


def test_only_units_below_the_caller_are_given_seats() -> None:
    tree = Tree()
    county = tree.add(tree.add(None, "city", "1", "市", "市"), "county", "11", "县", "县")
    here, there = (tree.add(county, "township", f"11{n}", f"乡{n}", f"乡{n}") for n in (1, 2))
    branches = [tree.add(unit, "branch", f"{unit.code}1", "支部", "支部") for unit in (here, here, there)]
    seats = [PlannedSeat(member(n, branch)) for n, branch in enumerate((*branches, branches[0]), 1)]
    planned = PlannedClass(1, "c", here, "township", "班", "closed", DAY, None, caller=here, seats=seats)
    hand_down(planned)
    assert [(unit.id, count) for unit, count in planned.quotas.values()] == [(branches[0].id, 2), (branches[1].id, 1)]
    assert planned.share_of(seats[2]) is None


def test_a_class_without_anybody_beside_it_is_held_alone() -> None:
    tree = Tree()
    county = tree.add(tree.add(None, "city", "1", "市", "市"), "county", "11", "县", "县")
    alone = tree.add(county, "township", "111", "乡", "乡")
    held = [PlannedClass(n, f"c{n}", unit, unit.kind, "班", "open", DAY, None, caller=unit)
            for n, unit in enumerate((county, alone) * 40)]  # fmt: skip
    assert plan_hosts(held, [county, alone], seed=1) == []
    beside = tree.add(county, "township", "112", "邻乡", "邻乡")
    found = plan_hosts(held, [county, alone, beside], seed=1)
    assert {(one.planned.unit.id, one.unit.id) for one in found} == {(alone.id, beside.id)}
    assert [one.status for one in found].count("invited") == 1


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_scene_is_drawn_the_same_again_and_no_other_looks_like_it(kind: str) -> None:
    picture = drawn(kind, 7)
    assert picture.width == 2 * picture.height
    assert picture.tobytes() == drawn(kind, 7).tobytes()
    assert picture.tobytes() not in {drawn(other, 7).tobytes() for other in KINDS if other < kind}


def test_a_contract_is_a_file_that_readers_find_their_way_in() -> None:
    lines = contract_lines("青禾市城建集团党委", "寿宁县下党乡党委", "下党一日", "2026-12-10", 24, "2,640")
    content = contract_file(lines)
    assert content.startswith(b"%PDF-1.4")
    table = int(content.rsplit(b"startxref\n", 1)[1].split(b"\n")[0])
    assert content[table:].startswith(b"xref\n0 7\n")
    places = [int(line[:10]) for line in content[table:].splitlines()[3:9]]
    assert [content[at:].split(b"<<", 1)[0] for at in places] == [b"%d 0 obj" % n for n in range(1, 7)]
    said = [bytes.fromhex(part.split(b">")[0].decode()).decode("utf-16-be") for part in content.split(b"Td <")[1:]]
    assert said == lines
