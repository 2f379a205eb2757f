"""Who teaches what in the demo city: 145 pools, more than 2,000 teachers, the 1 + 15 courses and local ones."""

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
GENERAL_COURSE = "“四下基层”总论：把心贴近人民"
SUB_COURSES = (
    "宣传党的路线方针政策下基层", "调查研究下基层", "信访接待下基层", "现场办公下基层", "摆脱贫困的理论与实践", "弱鸟先飞与滴水穿石",
    "连家船民上岸的启示", "下党乡的变迁", "赤溪村：中国扶贫第一村", "森林是水库、钱库、粮库", "闽东苏区精神", "畲族文化与民族团结",
    "基层治理的宁德经验", "海上养殖综合治理", "新时代党支部工作规范",
)  # fmt: skip
LOCAL_COURSES = (
    "高山晚熟葡萄冬季管护", "茶园病虫害绿色防控", "食用菌菌棒制作", "太子参连作障碍", "大黄鱼深水网箱养殖", "村级集体经济怎样分红",
    "民间调解二十例", "防汛防台一线指挥", "电信诈骗怎样防", "农村宅基地政策问答", "党员档案怎样整理", "发展党员工作流程",
    "主题党日怎样开", "流动党员怎样管", "短视频带货入门", "合作社财务公开", "老区故事会", "畲歌里的家风", "海带栽培与加工", "民宿经营与服务",
)  # fmt: skip
MODES = Urn.of(("theory", 30), ("scenario", 12), ("case", 24), ("on_site", 18), ("practice", 16))


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


@dataclass(frozen=True, slots=True)
class PlannedCourse:
    """A course that can be ordered."""

    id: int
    code: str
    title: str
    mode: str
    minutes: int
    kind: str
    unit: PlannedUnit


def plan_courses(tree: Tree, *, seed: int) -> list[PlannedCourse]:
    """The general course, its fifteen sub-courses, and local courses of the counties."""
    rng = stream(seed, "courses")
    city = tree.by_code["350900"]
    courses = [PlannedCourse(1, "KC-00", GENERAL_COURSE, "theory", 180, "general", city)]
    for number, title in enumerate(SUB_COURSES, start=1):
        courses.append(
            PlannedCourse(len(courses) + 1, f"KC-{number:02d}", title, MODES.one(rng), 180, "sub", city)
        )
    counties = [unit for unit in tree.units if unit.kind == "county"]
    for number, title in enumerate(LOCAL_COURSES):
        unit = counties[number % len(counties)]
        code = f"KC-{unit.code}-{number // len(counties) + 1:02d}"
        minutes = rng.choice((90, 120, 180))
        courses.append(PlannedCourse(len(courses) + 1, code, title, MODES.one(rng), minutes, "local", unit))
    return courses


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
            person = own[number] if number < len(own) else None
            category = "village" if person else CATEGORIES.one(rng)
            sex, born = rng.choice("112"), rng.randrange(1958, 1998)
            local = category in ("village", "local")
            teachers.append(
                PlannedTeacher(
                    len(teachers) + 1,
                    person.name if person else surnames.one(rng) + given_name(rng, sex, born),
                    person.id if person else None,
                    category,
                    rng.choice(TITLES[category]),
                    rng.choice(SPECIALTIES[category]),
                    spoken.get(pool.unit.county, "mandarin") if local else "mandarin",
                    pool,
                )
            )
    return teachers
