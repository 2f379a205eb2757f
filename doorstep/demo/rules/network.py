"""Where the demo city trains and who teaches there: academy, bases, schools, teaching points, pools, courses."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from doorstep.bases.rules.belts import straight_km
from doorstep.demo.rules.lots import stream
from doorstep.demo.rules.tree import PlannedUnit, Tree

Row = Mapping[str, str]

TEACHING_POINTS, FLAGGED_POINTS, MOBILE_SCHOOLS, BELTS, MICRO_SITES = 812, 22, 68, 15, 60
HOSTS = ("党员中心户", "党建院落", "小区党群服务点")  # of micro-sites, at a household, in a courtyard, in an estate
OPENED = date(2019, 3, 1)

# Besides the two of the places list: township, name, theme.
DEMONSTRATION_BASES = (
    ("350902105", "霍童古镇乡村振兴示范基地", "乡村振兴"),
    ("350921103", "溪南畲乡文化示范基地", "畲族文化"),
    ("350922205", "前洋农村改革示范基地", "农村改革"),
    ("350923203", "龙潭文创兴村示范基地", "文创兴村"),
    ("350926100", "双城太子参产业实训示范基地", "产业实训"),
    ("350981108", "下岐造福工程示范基地", "造福工程"),
    ("350982105", "赤溪脱贫攻坚示范基地", "摆脱贫困"),
    ("350982200", "柏洋基层治理示范基地", "基层治理"),
)
THEMES = "乡村振兴 红色教育 生态文明 产业实训 基层治理 廉政教育 移风易俗 非遗传承 畲族文化 海上养殖".split()
KINDS = {
    "academy": "academy", "demo_base": "demonstration_base", "site": "teaching_point", "site_22": "teaching_point",
    "route_site": "teaching_point", "cloud_hall": "lecture_hall", "lecture_hall": "lecture_hall",
    "mobile_school": "mobile_school",
}  # fmt: skip
COASTAL = {"350902", "350921", "350981", "350982"}


@dataclass(slots=True, eq=False)
class PlannedBase:
    """A base to be, with its rooms as (name, seats)."""

    id: int
    code: str
    kind: str
    name: str
    unit: PlannedUnit
    division: str | None
    theme: str
    capacity: int
    is_flagged: bool
    has_network: bool
    lat: float | None
    lng: float | None
    opened: date
    venues: list[PlannedVenue] = field(default_factory=list)
    host: str = ""


@dataclass(slots=True, eq=False)
class PlannedVenue:
    """A room of a base."""

    id: int
    base: PlannedBase
    name: str
    seats: int


@dataclass(slots=True)
class Network:
    """All bases with what is needed to look them up."""

    bases: list[PlannedBase] = field(default_factory=list)
    venues: list[PlannedVenue] = field(default_factory=list)
    belts: list[tuple[PlannedBase, list[PlannedBase]]] = field(default_factory=list)
    school_of: dict[int, PlannedBase] = field(default_factory=dict)

    def add(
        self,
        code: str,
        kind: str,
        name: str,
        unit: PlannedUnit,
        rooms: Sequence[tuple[str, int]],
        *,
        division: str | None,
        theme: str = "",
        point: tuple[float, float] | None = None,
        is_flagged: bool = False,
        has_network: bool = True,
    ) -> PlannedBase:
        """One more base with its rooms."""
        base = PlannedBase(
            len(self.bases) + 1, code, kind, name, unit, division, theme, max((s for _, s in rooms), default=0),
            is_flagged, has_network, point[0] if point else None, point[1] if point else None,
            max(OPENED, unit.valid_from),
        )  # fmt: skip
        for title, seats in rooms:
            venue = PlannedVenue(len(self.venues) + 1, base, title, seats)
            self.venues.append(venue)
            base.venues.append(venue)
        self.bases.append(base)
        return base

    def of_kind(self, kind: str) -> list[PlannedBase]:
        """The bases of a kind."""
        return [base for base in self.bases if base.kind == kind]


@dataclass(frozen=True, slots=True)
class _Ground:
    """What the planning of the network stands on."""

    tree: Tree
    rng: random.Random
    divisions: Mapping[str, Row]
    villages: Sequence[Row]
    network: Network


def plan_network(
    tree: Tree, divisions: Sequence[Row], villages: Sequence[Row], places: Sequence[Row], *, seed: int
) -> Network:
    """The academy, bases, schools, points and halls; adds a work unit to `tree` for each that stands on its own."""
    ground = _Ground(tree, stream(seed, "network"), {r["code"]: r for r in divisions}, villages, Network())
    for row in places:
        if row["kind"] != "base":
            _place(ground, row)
    for code, name, theme in DEMONSTRATION_BASES:
        _demonstration_base(ground, f"JD-{code}", code, name, theme, None, code)
    for unit in [u for u in tree.units if u.kind == "township" and u.group is u]:
        _school(ground, unit)
    _mobile_schools(ground)
    _teaching_points(ground)
    _belts(ground)
    _micro_sites(ground, stream(seed, "micro_sites"))
    return ground.network


def _point(row: Row, rng: random.Random, spread: float = 0.0) -> tuple[float, float]:
    return (
        round(float(row["lat"]) + rng.uniform(-spread, spread), 5),
        round(float(row["lng"]) + rng.uniform(-spread, spread), 5),
    )


def _place(ground: _Ground, row: Row) -> None:
    """A place of the shipped list; the academy and demonstration bases become work units of their own."""
    kind = KINDS[row["kind"]]
    point = (float(row["lat"]), float(row["lng"]))
    division = row["village_code"] or row["township_code"]
    if kind == "academy":
        house = _house(ground, "XY-01", ground.tree.by_code["350900"], row["name"])
        rooms = [("报告厅", 200), ("一号教室", 100), ("二号教室", 60), ("研讨室", 30)]
        ground.network.add("XY-01", kind, row["name"], house, rooms, division=division, theme=row["theme"], point=point)
    elif kind == "demonstration_base":
        _demonstration_base(ground, f"JD-{row['id']}", row["township_code"], row["name"], row["theme"], point, division)
    else:
        ground.network.add(
            f"DD-{row['id']}", kind, row["name"], ground.tree.by_code[row["township_code"]], [("现场", 60)],
            division=division, theme=row["theme"], point=point, is_flagged=row["kind"] == "site_22",
            has_network=kind != "mobile_school",
        )  # fmt: skip


def _house(ground: _Ground, code: str, parent: PlannedUnit, name: str) -> PlannedUnit:
    return ground.tree.add(parent, "work_unit", code, name, name, sector="6")


def _demonstration_base(
    ground: _Ground, code: str, township: str, name: str, theme: str, point: tuple[float, float] | None, division: str
) -> None:
    house = _house(ground, code, ground.tree.by_code[township], name)
    rooms = [("报告厅", 120), ("教室", 60), ("现场教学区", 100)]
    found = point or _point(ground.divisions[township], ground.rng, 0.01)
    ground.network.add(code, "demonstration_base", name, house, rooms, division=division, theme=theme, point=found)


def _school(ground: _Ground, unit: PlannedUnit) -> None:
    """The party school of a township: in its own house or in the culture centre."""
    row = ground.divisions[unit.division or ""]
    name = f"{row['name']}党校"
    rooms = [("多功能厅", ground.rng.choice((100, 100, 120, 150))), ("教室", ground.rng.choice((40, 50, 60)))]
    base = ground.network.add(
        f"DX-{unit.code}", "township_school", name, unit, rooms, division=unit.division, theme="党员教育培训",
        point=_point(row, ground.rng),
    )  # fmt: skip
    ground.network.school_of[unit.id] = base


def _mobile_schools(ground: _Ground) -> None:
    schools = ground.network.of_kind("township_school")
    wanted = MOBILE_SCHOOLS - len(ground.network.of_kind("mobile_school"))
    for school in sorted(ground.rng.sample(schools, wanted), key=lambda b: b.id):
        at_sea = school.unit.county in COASTAL and ground.rng.random() < 0.4
        title = school.name.removesuffix("党校")
        ground.network.add(
            f"LD-{school.unit.code}", "mobile_school", f"{title}{'海上渔排' if at_sea else '山区'}流动党校",
            school.unit, [("流动课堂", 40)], division=school.division, theme="送学上门", has_network=not at_sea,
            point=None if school.lat is None or school.lng is None else (school.lat, school.lng),
        )  # fmt: skip


def _teaching_points(ground: _Ground) -> None:
    """On-site teaching points in villages drawn by lot, each village at most once."""
    known = ground.network.of_kind("teaching_point")
    taken = {base.division for base in ground.network.bases}
    schools = {base.unit.code: base for base in ground.network.of_kind("township_school")}
    free = [row for row in ground.villages if row["code"] not in taken and row["parent_code"] in schools]
    chosen = sorted(ground.rng.sample(free, TEACHING_POINTS - len(known)), key=lambda r: r["code"])
    flags = FLAGGED_POINTS - sum(base.is_flagged for base in known)
    flagged = set(ground.rng.sample(range(len(chosen)), flags))
    for number, row in enumerate(chosen):
        school = schools[row["parent_code"]]
        theme = ground.rng.choice(THEMES if school.unit.county in COASTAL else THEMES[:8])
        ground.network.add(
            f"DD-{row['code']}", "teaching_point", f"{row['short_name']}{theme}现场教学点", school.unit,
            [("现场", ground.rng.choice((40, 60, 80, 100)))], division=row["code"], theme=theme,
            point=_point(ground.divisions[school.unit.code], ground.rng, 0.02), is_flagged=number in flagged,
        )  # fmt: skip


def _belts(ground: _Ground) -> None:
    """A belt grows from a demonstration base or flagged point: the nearest schools, and points of its theme there."""
    network = ground.network
    schools = network.of_kind("township_school")
    points = network.of_kind("teaching_point")
    seeds = network.of_kind("demonstration_base") + sorted((p for p in points if p.is_flagged), key=lambda p: p.code)
    grown: set[str] = set()
    for seed in seeds:
        here = (seed.division or "")[:9]
        near = sorted((s for s in schools if s.unit.county == seed.unit.county), key=lambda s: _km(seed, s))[:3]
        towns = [school.unit.code for school in near]
        if len(network.belts) == BELTS or here in grown or here not in towns:
            continue
        grown.add(here)
        theme = seed.theme.split("/")[0]
        same = [p for p in points if p.unit.code in towns and p.theme == theme and p is not seed]
        title = "".join(ground.divisions[town]["short_name"] for town in towns[:2])
        county = ground.tree.by_code[seed.unit.county]
        belt = network.add(f"SFD-{here}", "belt", f"{title}{theme}示范带", county, [], division=None, theme=theme)
        network.belts.append((belt, [seed, *near, *same[:4]]))


def _micro_sites(ground: _Ground, rng: random.Random) -> None:
    """A few chairs at a household, in a courtyard or on the ground floor of an estate, in villages drawn by lot."""
    schools = {base.unit.code: base for base in ground.network.of_kind("township_school")}
    villages = [row for row in ground.villages if row["parent_code"] in schools]
    for row in sorted(rng.sample(villages, MICRO_SITES), key=lambda r: r["code"]):
        school, host = schools[row["parent_code"]], rng.choice(HOSTS)
        site = ground.network.add(
            f"WK-{row['code']}", "micro_site", f"{row['short_name']}{host}微课堂", school.unit,
            [("小课堂", rng.choice((8, 12, 15, 20, 30)))], division=row["code"], theme=rng.choice(THEMES[:8]),
            point=_point(ground.divisions[school.unit.code], rng, 0.02),
        )  # fmt: skip
        site.host = host


def _km(one: PlannedBase, other: PlannedBase) -> float:
    known = one.lat is not None and one.lng is not None and other.lat is not None and other.lng is not None
    return straight_km(one.lat, one.lng, other.lat, other.lng) if known else 0.0  # type: ignore[arg-type]
