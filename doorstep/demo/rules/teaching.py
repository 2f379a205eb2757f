"""Who teaches in the demo city: 145 pools, more than 2,000 teachers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from doorstep.demo.rules.lots import Urn, stream
from doorstep.demo.rules.names import given_name
from doorstep.demo.rules.network import Network
from doorstep.demo.rules.people import PlannedPerson
from doorstep.demo.rules.tree import PlannedUnit, Tree

TOWNSHIP_TEACHERS, COUNTY_TEACHERS, CITY_TEACHERS, THEME_TEACHERS = 12, 36, 120, 20
THEME_POOLS = "党的创新理论 党性教育 乡村振兴 产业技能 基层治理 畲族文化 红色故事 生态文明 海上养殖".split()

# Category, share, titles, specialties.
CATEGORIES = Urn.of(("school", 10), ("expert", 8), ("official", 22), ("village", 30), ("local", 30))
TITLES = {
    "school": ("高级讲师", "讲师", "助理讲师", "副教授"),
    "expert": ("教授", "副教授", "高级农艺师", "研究员"),
    "official": ("县处级干部", "乡科级干部", "驻村第一书记"),
    "village": ("村党组织书记", "驻村指导员", "大学生村官"),
    "local": ("乡土教员", "非遗传承人", "种植能手", "养殖能手", "老党员"),
}
SPECIALTIES = {
    "school": ("党的创新理论", "党章党规", "党史国史"),
    "expert": ("茶树栽培", "食用菌栽培", "乡村规划", "大黄鱼养殖"),
    "official": ("基层治理", "乡村振兴政策", "安全生产", "信访调解"),
    "village": ("村级组织建设", "集体经济", "移风易俗", "矛盾调解"),
    "local": ("葡萄冬季管护", "茶园病虫害防治", "太子参种植", "海上养殖", "畲歌畲语", "红色故事"),
}


@dataclass(frozen=True, slots=True)
class PlannedPool:
    """A pool of teachers of a unit."""

    id: int
    unit: PlannedUnit
    name: str


@dataclass(frozen=True, slots=True)
class PlannedTeacher:
    """A teacher; a member of the roster or from outside."""

    id: int
    name: str
    person_id: int | None
    category: str
    title: str
    specialty: str
    dialect: str
    pool: PlannedPool


def plan_pools(tree: Tree, network: Network) -> list[tuple[PlannedPool, int]]:
    """The city's, the counties', the townships' and the thematic pools, each with its number of teachers."""
    city = tree.by_code["350900"]
    wanted = [(city, "宁德市党员教育师资库", CITY_TEACHERS)]
    wanted += [(city, f"宁德市{theme}专题师资库", THEME_TEACHERS) for theme in THEME_POOLS]
    for unit in tree.units:
        if unit.kind == "county":
            wanted.append((unit, f"{unit.short_name.removesuffix('委组织部')}党员教育师资库", COUNTY_TEACHERS))
        elif unit.id in network.school_of:
            wanted.append((unit, f"{network.school_of[unit.id].name}师资库", TOWNSHIP_TEACHERS))
    return [(PlannedPool(n, unit, name), size) for n, (unit, name, size) in enumerate(wanted, start=1)]


def plan_teachers(
    pools: Sequence[tuple[PlannedPool, int]],
    people: Sequence[PlannedPerson],
    surnames: Urn[str],
    dialects: Sequence[Mapping[str, str]],
    *,
    seed: int,
) -> list[PlannedTeacher]:
    """The teachers of every pool; two of each township pool are leaders of its branches."""
    rng = stream(seed, "teachers")
    leaders: dict[int, list[PlannedPerson]] = defaultdict(list)
    for person in people:
        if person.is_leader and person.unit.group:
            leaders[person.unit.group.id].append(person)
    spoken = {code: d["code"] for d in dialects for code in d["county_codes"].split(",")}
    teachers: list[PlannedTeacher] = []
    for pool, size in pools:
        own = leaders[pool.unit.id][:2] if pool.unit.kind == "township" else []
        for number in range(size):
            known = own[number] if number < len(own) else None
            category = "village" if known else CATEGORIES.one(rng)
            sex, born = rng.choice("112"), rng.randrange(1958, 1998)
            local = category in ("village", "local")
            teachers.append(
                PlannedTeacher(
                    len(teachers) + 1,
                    known.name if known else surnames.one(rng) + given_name(rng, sex, born),
                    known.id if known else None,
                    category,
                    rng.choice(TITLES[category]),
                    rng.choice(SPECIALTIES[category]),
                    spoken.get(pool.unit.county, "mandarin") if local else "mandarin",
                    pool,
                )
            )
    return teachers
