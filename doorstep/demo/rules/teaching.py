"""Who teaches in the demo city: 145 pools, more than 2,000 teachers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from doorstep.demo.rules.lots import Urn, stream
from doorstep.demo.rules.names import given_name
from doorstep.demo.rules.network import Network
from doorstep.demo.rules.people import PlannedPerson
from doorstep.demo.rules.tree import PlannedUnit, Tree

TOWNSHIP_TEACHERS, COUNTY_TEACHERS, CITY_TEACHERS, THEME_TEACHERS = 12, 36, 120, 20
THEME_POOLS = "党的创新理论 党性教育 乡村振兴 产业技能 基层治理 畲族文化 红色故事 生态文明 海上养殖".split()

# Category, share, titles, specialties.
CATEGORIES = Urn.of(
    ("school", 10), ("expert", 8), ("official", 20), ("village", 26), ("local", 26), ("part_time", 6), ("guide", 4)
)
TITLES = {
    "school": ("高级讲师", "讲师", "助理讲师", "副教授"),
    "expert": ("教授", "副教授", "高级农艺师", "研究员"),
    "official": ("县处级干部", "乡科级干部", "驻村第一书记"),
    "village": ("村党组织书记", "驻村指导员", "大学生村官"),
    "local": ("乡土教员", "非遗传承人", "种植能手", "养殖能手", "老党员"),
    "part_time": ("中学教师", "农技站干部", "律师"),
    "guide": ("讲解员", "志愿讲解员"),
}
SPECIALTIES = {
    "school": ("党的创新理论", "党章党规", "党史国史"),
    "expert": ("茶树栽培", "食用菌栽培", "乡村规划", "大黄鱼养殖"),
    "official": ("基层治理", "乡村振兴政策", "安全生产", "信访调解"),
    "village": ("村级组织建设", "集体经济", "移风易俗", "矛盾调解"),
    "local": ("葡萄冬季管护", "茶园病虫害防治", "太子参种植", "海上养殖", "畲歌畲语", "红色故事"),
    "part_time": ("农技推广", "法律常识", "电商直播"),
    "guide": ("红色故事", "乡村振兴政策"),
}
TOPICS = {
    "党的创新理论": "theory", "党章党规": "charter", "党史国史": "history", "茶树栽培": "farming",
    "食用菌栽培": "farming", "乡村规划": "revival", "大黄鱼养殖": "fishery", "基层治理": "governance",
    "乡村振兴政策": "revival", "安全生产": "safety",
    "信访调解": "law", "村级组织建设": "branch", "集体经济": "trade", "移风易俗": "customs", "矛盾调解": "law",
    "葡萄冬季管护": "farming", "茶园病虫害防治": "farming", "太子参种植": "farming", "海上养殖": "fishery",
    "畲歌畲语": "she_culture", "红色故事": "history", "农技推广": "farming", "法律常识": "law", "电商直播": "trade",
}  # fmt: skip
ALSO = ("governance", "customs", "ecology", "branch")  # what many speak about besides
ARTS = {"畲歌畲语": ("she_song",), "红色故事": ("story",)}
THEMES = 9  # how many of the pools are the city's thematic ones
VETTED_MONTHS = {"school": 36, "expert": 24, "official": 24}  # the others are looked at every year
ABSENT = ("出差", "农忙", "住院", "参加县里培训", "家里有事")
LEFT_FOR = ("调离", "年龄到限", "外出务工")


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
    languages: tuple[str, ...]
    pool: PlannedPool

    @property
    def topics(self) -> tuple[str, ...]:
        """What they teach about: their specialty, and for some of them one thing more."""
        also = ALSO[self.id % len(ALSO)]
        return tuple(dict.fromkeys((TOPICS[self.specialty], *((also,) if self.id % 3 == 0 else ()))))

    @property
    def art_forms(self) -> tuple[str, ...]:
        """What they can tell in besides speech."""
        return ARTS.get(self.specialty, ("kuaiban",) if self.id % 29 == 0 else ())


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
            category = "local" if known else CATEGORIES.one(rng)
            sex, born = rng.choice("112"), rng.randrange(1958, 1998)
            local = category in ("village", "local", "guide")
            dialect = spoken.get(pool.unit.county, "mandarin") if local else "mandarin"
            teachers.append(
                PlannedTeacher(
                    len(teachers) + 1,
                    known.name if known else surnames.one(rng) + given_name(rng, sex, born),
                    known.id if known else None,
                    category,
                    rng.choice(TITLES[category]),
                    rng.choice(SPECIALTIES[category]),
                    tuple(dict.fromkeys((dialect, "mandarin"))),
                    pool,
                )
            )
    return teachers


@dataclass(frozen=True, slots=True)
class Standing:
    """Who is in which pool since when, how they are vetted, when they are away, as the tables have it."""

    places: list[tuple[int, int, date, date | None, str]] = field(default_factory=list)
    vettings: list[tuple[int, date, bool, date | None, str, str]] = field(default_factory=list)
    absences: list[tuple[int, date, date, str]] = field(default_factory=list)


def plan_standing(
    pools: Sequence[PlannedPool], teachers: Sequence[PlannedTeacher], *, seed: int, as_of: date
) -> Standing:
    """Everybody in their pool, some in a thematic one too, a few gone from it; nearly all vetted, some no longer."""
    rng, found = stream(seed, "teachers' standing"), Standing()
    themes = pools[1 : 1 + THEMES]
    for teacher in teachers:
        joined = as_of - timedelta(days=rng.randrange(400, 1400))
        found.places.append((teacher.id, teacher.pool.id, joined, None, ""))
        if teacher.pool not in themes and rng.random() < 0.06:
            left = joined + timedelta(days=300) if rng.random() < 0.25 else None
            other = rng.choice(themes)
            found.places.append((teacher.id, other.id, joined, left, rng.choice(LEFT_FOR) if left else ""))
        luck, days, away = rng.random(), rng.randrange(10, 330), rng.random() < 0.04
        is_known = teacher.person_id is not None  # their own pages show lessons to come
        found.vettings.extend(_vettings(teacher, 1 if is_known else luck, max(days, 200) if is_known else days, as_of))
        if away and not is_known:
            first = as_of + timedelta(days=rng.randrange(5, 40))
            found.absences.append((teacher.id, first, first + timedelta(days=rng.randrange(0, 6)), rng.choice(ABSENT)))
    return found


def _vettings(
    teacher: PlannedTeacher, luck: float, days: int, as_of: date
) -> list[tuple[int, date, bool, date | None, str, str]]:
    """One vetting for nearly everybody; of some it has lapsed or ends soon, a few were not passed or never vetted."""
    if luck < 0.01:
        return []
    if luck < 0.015:
        return [(teacher.id, as_of - timedelta(days=days), False, None, "教案还没有交，交了再审", "")]
    months = VETTED_MONTHS.get(teacher.category, 12)
    lasts = timedelta(days=months * 365 // 12)
    until = (
        as_of - timedelta(days=days // 12) if luck < 0.05 else as_of + timedelta(days=min(days + 31, lasts.days - 1))
    )
    if 0.05 <= luck < 0.08:
        until = as_of + timedelta(days=days // 15 + 1)
    rule = f"teacher.vetting_months.{teacher.category}@1"
    return [(teacher.id, until - lasts, True, until, "", rule)]
