"""Which committees, work units and branches stand on the real divisions, for so many members."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from doorstep.demo.rules.lots import shared_out, stream
from doorstep.demo.rules.tree import PlannedUnit, Tree

Row = Mapping[str, str]

# Members by county in thousands: shares of the design's sample city, not a statistic.
COUNTY_WEIGHT = {
    "350902": 27.2, "350921": 24.7, "350922": 20.5, "350923": 11.4, "350924": 14.3,
    "350925": 10.9, "350926": 8.5, "350981": 32.9, "350982": 26.0,
}  # fmt: skip
CITY_SHARE = 0.03
VILLAGE_SHARE, TOWNSHIP_SHARE = 0.62, 0.08
VILLAGE_BRANCH, OTHER_BRANCH = 30, 14.6  # members a branch; 21.8 over the whole city
SAMPLE = 20_000  # members of the demo city by default
SHOWCASE = {"350902105": 4.0, "350924209": 3.0, "350902110": 1.5, "350925103": 1.5}
KENGTOU = "350902105209"  # where the demo account of a branch secretary is at home
FIRST_VILLAGES = {
    KENGTOU, "350902105214", "350902105215", "350902105222", "350902105216", "350902105208", "350902105219",
    "350924209201", "350925103212", "350982105210", "350982200204", "350981108241", "350902109219", "350921103225",
    "350902103208", "350923203215", "350922205209", "350924104204", "350981104210",
}  # fmt: skip

# Who gathers the members that belong to no township: code, name, setting, share of the county, work units.
GROUPS = (
    ("JG", "直属机关工作委员会", "直属机关党工委", "agency", "4", 0.11),
    ("JY", "教育局委员会", "教育局党委", "school", "5", 0.07),
    ("WJ", "卫生健康局委员会", "卫健局党委", "hospital", "6", 0.04),
    ("GZ", "国有企业委员会", "国有企业党委", "state_firm", "1", 0.03),
    ("LX", "非公有制企业和社会组织工作委员会", "两新工委", "private_firm", "2", 0.03),
    ("LT", "离退休干部工作委员会", "离退休干部工委", "retired", "9", 0.02),
)
TOWNSHIP_BRANCHES = (
    ("机关", "agency", "4"), ("中心小学", "school", "5"), ("初级中学", "school", "5"), ("卫生院", "hospital", "6"),
    ("企业联合", "private_firm", "2"), ("退休干部", "retired", "9"), ("农村信用社", "state_firm", "1"),
    ("供销社", "state_firm", "1"), ("派出所", "agency", "4"), ("流动党员", "village", "3"),
)  # fmt: skip
_NUMERALS = "一二三四五六七八九十"


def ordinal(number: int) -> str:
    """一, 二, … 十, 十一, … 九十九."""
    tens, ones = divmod(number, 10)
    head = ("" if tens == 1 else _NUMERALS[tens - 1]) + "十" if tens else ""
    return head + (_NUMERALS[ones - 1] if ones else "")


@dataclass(frozen=True, slots=True)
class _Plan:
    """What every step of the planning needs."""

    tree: Tree
    rng: random.Random
    members: int
    villages: Mapping[str, Sequence[Row]]
    work_units: Mapping[str, Sequence[str]]


def plan_units(
    divisions: Sequence[Row],
    villages: Sequence[Row],
    work_units: Sequence[Row],
    *,
    members: int,
    seed: int,
    as_of: date,
) -> Tree:
    """The unit tree of the city as it stands on `as_of`, with the number of members of every branch."""
    by_parent: dict[str, list[Row]] = defaultdict(list)
    for row in villages:
        by_parent[row["parent_code"]].append(row)
    names: dict[str, list[str]] = defaultdict(list)
    for row in work_units:
        names[row["setting"]].append(row["name"])
    plan = _Plan(Tree(), stream(seed, "units"), members, by_parent, names)
    city = plan.tree.add(
        None, "city", "350900", "中共宁德市委组织部", "宁德市委组织部", division="350900", county="350900", sector="4"
    )
    _groups(plan, city, "宁德市", CITY_SHARE * members / sum(g[5] for g in GROUPS))
    here = [row for row in divisions if row["valid_from"] <= as_of.isoformat()]
    counties = [row for row in here if row["level"] == "county"]
    totals = shared_out(round(members * (1 - CITY_SHARE)), [COUNTY_WEIGHT[row["code"]] for row in counties])
    for row, total in zip(counties, totals, strict=True):
        below = [r for r in here if r["parent_code"] == row["code"] and r["level"] in ("township", "zone")]
        _county(plan, city, row, below, total, as_of)
    _give_sizes(plan)
    return plan.tree


def _county(plan: _Plan, city: PlannedUnit, row: Row, below: list[Row], total: int, as_of: date) -> None:
    name = row["name"]
    full = f"宁德市{name}" if row["kind"] == "市辖区" else name
    county = plan.tree.add(
        city, "county", row["code"], f"中共{full}委组织部", f"{name}委组织部", division=row["code"], county=row["code"]
    )
    _townships(plan, county, name, below, total, as_of)
    _groups(plan, county, name, total)


def _townships(plan: _Plan, county: PlannedUnit, name: str, below: list[Row], total: int, as_of: date) -> None:
    """The townships and zones of a county, those that are gone last, with their villages."""
    weights = [_weight(plan, row) for row in below]
    village_branches = shared_out(max(2, round(total * VILLAGE_SHARE / VILLAGE_BRANCH)), weights)
    other_branches = shared_out(max(2, round(total * TOWNSHIP_SHARE / OTHER_BRANCH)), weights)
    made: dict[str, PlannedUnit] = {}
    for row in below:
        made[row["code"]] = _township(plan, county, name, row)
        if row["valid_to"]:
            made[row["code"]].valid_to = date.fromisoformat(row["valid_to"])
    for row, villages, others in zip(below, village_branches, other_branches, strict=True):
        unit = made[row["code"]]
        born = date.fromisoformat(row["valid_from"])
        before = next((made[r["code"]] for r in below if r["valid_to"] == row["valid_from"] <= as_of.isoformat()), None)
        start = len(plan.tree.units)
        _villages(plan, unit, f"{name}{row['name']}", row["code"], villages)
        for number in range(others):
            _township_branch(plan, unit, f"{name}{row['name']}", number)
        if before is not None and before is not unit:
            for moved in plan.tree.units[start:]:
                moved.moved = (before, born)


def _weight(plan: _Plan, row: Row) -> float:
    """How many branches a township gets; a zone that has become a street has none left."""
    count = len(plan.villages[row["code"]])
    if row["valid_to"] or not count:
        return 0.0
    # The smaller the sample, the more of it is kept for the places people will look at first.
    emphasis = min(1.0, SAMPLE / plan.members)
    return float(count**0.8) * (1 + (SHOWCASE.get(row["code"], 1.0) - 1) * emphasis)


def _township(plan: _Plan, county: PlannedUnit, name: str, row: Row) -> PlannedUnit:
    kind, title = row["kind"], row["name"]
    works = kind in ("街道", "开发区")
    unit = plan.tree.add(
        county,
        "committee" if row["level"] == "zone" else "township",
        row["code"],
        f"中共{name}{title}{'工作委员会' if works else '委员会'}",
        f"{title}{'党工委' if works else '党委'}",
        division=row["code"],
        sector="7" if kind == "街道" else "3",
    )
    if row["valid_from"] > "2000-01-01":
        unit.valid_from = date.fromisoformat(row["valid_from"])
        unit.group = county  # too young for a school of its own
    return unit


def _village_label(row: Row) -> str:
    """坑头村委会 is 坑头村, 海滨社区居委会 is 海滨社区, 洞天居委会 is 洞天社区."""
    name = row["name"]
    if row["kind"] == "village":
        return name.removesuffix("委会")
    if row["kind"] == "community":
        return name.removesuffix("居委会").removesuffix("社区") + "社区"
    return name


def _villages(plan: _Plan, unit: PlannedUnit, place: str, code: str, branches: int) -> None:
    def turn(row: Row) -> tuple[bool, bool, float]:
        return row["code"] != KENGTOU, row["code"] not in FIRST_VILLAGES, plan.rng.random()

    villages = sorted(plan.villages[code], key=turn)
    if not villages or branches <= 0:
        return
    chosen = sorted(villages[:branches], key=lambda r: r["code"])
    extra = shared_out(branches - len(chosen), [plan.rng.uniform(0.3, 1.0) ** 2 for _ in chosen])
    for row, more in zip(chosen, extra, strict=True):
        setting = "community" if row["kind"] == "community" else "village"
        sector = "7" if setting == "community" else "3"
        _branches(plan, unit, row["code"], place, _village_label(row), more + 1, setting, sector, row["code"])


def _branches(
    plan: _Plan,
    parent: PlannedUnit,
    code: str,
    place: str,
    label: str,
    count: int,
    setting: str,
    sector: str,
    division: str | None = None,
) -> None:
    """One branch, or a general branch (five and more: a committee) with numbered branches."""
    if count == 1:
        name, short = f"中共{place}{label}支部委员会", f"{label}党支部"
        plan.tree.add(parent, "branch", code, name, short, division=division, sector=sector, setting=setting)
        return
    large = count >= 5
    above = plan.tree.add(
        parent,
        "committee" if large else "general_branch",
        code,
        f"中共{place}{label}{'委员会' if large else '总支部委员会'}",
        f"{label}{'党委' if large else '党总支'}",
        division=division,
        sector=sector,
    )
    for number in range(1, count + 1):
        which = f"{label}第{ordinal(number)}"
        plan.tree.add(
            above,
            "branch",
            f"{code}-{number:02d}",
            f"中共{place}{which}支部委员会",
            f"{which}党支部",
            sector=sector,
            setting=setting,
        )


def _township_branch(plan: _Plan, unit: PlannedUnit, place: str, number: int) -> None:
    round_, which = divmod(number, len(TOWNSHIP_BRANCHES))
    label, setting, sector = TOWNSHIP_BRANCHES[which]
    town = unit.short_name.removesuffix("党工委").removesuffix("党委")
    label = f"{town}{label}" + (f"第{ordinal(round_ + 1)}" if round_ else "")
    name = f"中共{place}{label.removeprefix(town)}支部委员会"
    code = f"{unit.code}-J{number + 1:02d}"
    plan.tree.add(unit, "branch", code, name, f"{label}党支部", sector=sector, setting=setting)


def _groups(plan: _Plan, top: PlannedUnit, name: str, total: float) -> None:
    """The committees that gather agencies, schools, hospitals, firms and the retired of a county or the city."""
    for code, full, short, setting, sector, share in GROUPS:
        count = max(1, round(total * share / OTHER_BRANCH))
        group = plan.tree.add(
            top,
            "committee",
            f"{top.code}-{code}",
            f"中共{name}{full}",
            f"{name}{short}",
            sector=sector,
        )
        names = plan.work_units[setting]
        per_name = shared_out(count, [plan.rng.uniform(0.5, 1.5) / (1 + 0.2 * i) for i in range(len(names))])
        for number, (label, branches) in enumerate(zip(names, per_name, strict=True), start=1):
            if branches:
                _work_unit(plan, group, f"{group.code}-{number:02d}", name, label, branches, setting, sector)


def _work_unit(
    plan: _Plan, group: PlannedUnit, code: str, name: str, label: str, count: int, setting: str, sector: str
) -> None:
    """Schools, hospitals and firms are legal persons and stand as units of their own; agencies need not."""
    titled = f"{name}{label}"
    if setting in ("school", "hospital", "state_firm", "private_firm"):
        house = plan.tree.add(group, "work_unit", code, titled, titled, sector=sector)
        _branches(plan, house, f"{code}-Z", "", titled, count, setting, sector)
    else:
        _branches(plan, group, code, "", titled, count, setting, sector)


def _give_sizes(plan: _Plan) -> None:
    """Draw the size of every branch so that all of them add up to the members of the city."""
    branches = plan.tree.branches()
    draws = []
    for unit in branches:
        mean = VILLAGE_BRANCH if unit.setting in ("village", "community") else OTHER_BRANCH
        draw = plan.rng.gauss(mean, mean * 0.3)
        draws.append(mean * 1.2 if unit.code in FIRST_VILLAGES else min(max(draw, mean * 0.3), mean * 1.9))
    for unit, size in zip(branches, shared_out(plan.members, draws), strict=True):
        unit.size = size
