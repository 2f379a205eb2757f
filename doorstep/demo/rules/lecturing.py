"""Who goes round and lectures in the demo city, and who looks after which place: 226 groups, 19 liaison points."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from doorstep.demo.rules.lots import Urn, stream
from doorstep.demo.rules.names import given_name
from doorstep.demo.rules.network import Network, PlannedBase
from doorstep.demo.rules.teaching import PlannedTeacher
from doorstep.demo.rules.tree import PlannedUnit, Tree

POINTS, TO_COME = 19, 3  # liaison points; sittings of each tour still to come
THEMES = (
    "全会精神",
    "乡村振兴",
    "红色故事",
    "移风易俗",
    "基层治理",
    "畲族文化",
    "生态文明",
    "安全生产",
    "青年",
    "巾帼",
)
OUTLINE = "讲清楚是什么、为什么、跟我们村有什么关系，留一半时间回答问题。"
WHERES = ("文化礼堂", "村部会议室", "榕树下", "祠堂", "码头", "茶园", "")
POSTS = ("县委常委", "副县长", "人大常委会副主任", "政协副主席", "组织部长", "宣传部长")
FOUND = ("年轻党员想听怎么办电商。", "上课的人坐得满，后排听不清。", "教材不够，下次多带。", "老党员希望用方言讲。")
FOLLOW = ("请电商讲师来一次", "换一套音响", "补发教材", "请会讲方言的老师")
DONE = "已经办好，村里回了话。"
TITLES = ("从下党之路讲起", "把群众的小事办好", "守住绿水青山", "新一年怎么干")
EVENING = 19  # lectures of the demo city are given in the evening, when no class sits
LECTURES, HEADS, MONTHS = (1, 6), (12, 90), 20


@dataclass(frozen=True, slots=True)
class PlannedGroup:
    """A group with its members; the first one leads it."""

    id: int
    unit: PlannedUnit
    level: str
    name: str
    theme: str
    founded: date
    members: tuple[PlannedTeacher, ...]


@dataclass(frozen=True, slots=True)
class PlannedLecture:
    """A lecture that was given, or with no heads a sitting of a tour that is to be."""

    group: PlannedGroup
    teacher: PlannedTeacher
    base: PlannedBase | None
    unit: PlannedUnit
    where: str
    day: date
    heads: int


@dataclass(frozen=True, slots=True)
class PlannedLink:
    """A teacher linked to a base; `point` numbers the liaison points, 0 is none."""

    id: int
    teacher: PlannedTeacher
    base: PlannedBase
    since: date
    point: int = 0


@dataclass(frozen=True, slots=True)
class PlannedLinkVisit:
    """A day under a link, with what is to follow, if anything."""

    link: PlannedLink
    kind: str
    day: date
    findings: str
    follow_up: str
    due: date | None
    done: date | None


@dataclass(frozen=True, slots=True)
class PlannedLeader:
    """The county leader of a school, and when they gave the first lessons."""

    id: int
    unit: PlannedUnit
    name: str
    post: str
    since: date
    lessons: tuple[tuple[date, str], ...]


@dataclass(frozen=True, slots=True)
class Lecturing:
    """Everything of this that is to be loaded."""

    groups: list[PlannedGroup] = field(default_factory=list)
    given: list[PlannedLecture] = field(default_factory=list)
    to_come: list[PlannedLecture] = field(default_factory=list)
    points: list[PlannedBase] = field(default_factory=list)
    links: list[PlannedLink] = field(default_factory=list)
    visits: list[PlannedLinkVisit] = field(default_factory=list)
    leaders: list[PlannedLeader] = field(default_factory=list)


def plan_lecturing(
    tree: Tree,
    network: Network,
    teachers: Sequence[PlannedTeacher],
    surnames: Urn[str],
    free: Mapping[int, date],
    *,
    seed: int,
    as_of: date,
) -> Lecturing:
    """Groups with lectures of nearly two years and tours to come, points and links with visits, leaders of schools.

    `free` holds teacher id -> until when they may be asked, as the diary of classes has it.
    """
    rng, found = stream(seed, "lecturing"), Lecturing()
    by_unit: dict[int, list[PlannedTeacher]] = defaultdict(list)
    for teacher in teachers:
        by_unit[teacher.pool.unit.id].append(teacher)
    found.groups.extend(_groups(tree, network, by_unit, rng, as_of))
    for group in found.groups:
        found.given.extend(_given(group, network, rng, as_of))
    found.to_come.extend(_to_come(found.groups, network, free, rng, as_of))
    city = by_unit[tree.by_code["350900"].id]
    _link(found, network, city, by_unit, rng, as_of)
    for number, school in enumerate(network.school_of.values(), start=1):
        found.leaders.append(_leader(number, school.unit, surnames, rng, as_of))
    return found


def _groups(
    tree: Tree, network: Network, by_unit: Mapping[int, list[PlannedTeacher]], rng: random.Random, as_of: date
) -> Iterator[PlannedGroup]:
    """Ten of the city, ten of each county by theme, one of each township."""
    number = 0
    for unit in tree.units:
        is_school = unit.id in network.school_of
        if unit.kind not in ("city", "county") and not is_school:
            continue
        title = unit.short_name.removesuffix("委组织部").removesuffix("党委").removesuffix("党工委")
        for theme in THEMES[:1] if is_school else THEMES:
            number += 1
            name = f"{title}{'理论' if is_school else theme}宣讲团"
            pool = by_unit[unit.id]
            members = tuple(rng.sample(pool, min(len(pool), 5 if is_school else 7)))
            level = unit.kind if unit.kind in ("city", "county") else "township"
            founded = max(unit.valid_from, as_of - timedelta(days=30 * MONTHS + rng.randrange(300)))
            yield PlannedGroup(number, unit, level, name, theme, founded, members)


def _somewhere(
    group: PlannedGroup, network: Network, rng: random.Random
) -> tuple[PlannedUnit, PlannedBase | None, str]:
    """The group's own unit or a school of its county, often at the school itself."""
    schools = [s for s in network.school_of.values() if s.unit.county == group.unit.county or group.level == "city"]
    school = network.school_of.get(group.unit.id) or rng.choice(schools)
    if rng.random() < 0.3:
        return school.unit, school, ""
    return school.unit, None, rng.choice(WHERES)


def _given(group: PlannedGroup, network: Network, rng: random.Random, as_of: date) -> Iterator[PlannedLecture]:
    """On different days each, so that nobody lectures twice at a time."""
    first = max(group.founded, as_of - timedelta(days=30 * MONTHS))
    days = rng.sample(range((as_of - first).days), rng.randint(*LECTURES))
    for back in days:
        # a teacher may be in groups of several units: each group has evenings of its own
        day = first + timedelta(days=back - back % 7 + group.id % 7)
        if first <= day < as_of:
            unit, base, where = _somewhere(group, network, rng)
            yield PlannedLecture(group, rng.choice(group.members), base, unit, where, day, rng.randint(*HEADS))


def _to_come(
    groups: Sequence[PlannedGroup], network: Network, free: Mapping[int, date], rng: random.Random, as_of: date
) -> Iterator[PlannedLecture]:
    """Every fifth group plans a tour of a few evenings, by members who may be asked."""
    for group in groups[::5]:
        able = [one for one in group.members if free.get(one.id, as_of) > as_of + timedelta(days=60)]
        for number, teacher in enumerate(able[:TO_COME], start=1):
            unit, base, where = _somewhere(group, network, rng)
            day = as_of + timedelta(days=7 * number + group.id % 7)
            if day.year == as_of.year:
                yield PlannedLecture(group, teacher, base, unit, where, day, 0)


def _link(
    found: Lecturing,
    network: Network,
    city: Sequence[PlannedTeacher],
    by_unit: Mapping[int, list[PlannedTeacher]],
    rng: random.Random,
    as_of: date,
) -> None:
    """A teacher of the county for each school and each flagged point; experts of the city for the liaison points."""
    flagged = [base for base in network.of_kind("teaching_point") if base.is_flagged]
    known = [*network.of_kind("demonstration_base"), *flagged]
    found.points.extend(known[:POINTS])
    county = {school.unit.county: school.unit.parent for school in network.school_of.values()}
    for base in [*network.school_of.values(), *flagged]:
        office = county[base.unit.county]
        pool = by_unit[office.id] if office else []
        since = max(base.opened, as_of - timedelta(days=rng.randrange(340, 900)))
        if pool and since < as_of:
            found.links.append(PlannedLink(len(found.links) + 1, rng.choice(pool), base, since))
    experts = [one for one in city if one.category in ("expert", "school", "official")] or list(city)
    for number, base in enumerate(found.points, start=1):
        since = as_of - timedelta(days=rng.randrange(340, 900))
        found.links.append(PlannedLink(len(found.links) + 1, rng.choice(experts), base, since, number))
    for link in found.links:
        found.visits.extend(_visits(link, rng, as_of))


def _visits(link: PlannedLink, rng: random.Random, as_of: date) -> Iterator[PlannedLinkVisit]:
    """Mostly what the year asks for; some fall short, of some points nobody was there for long."""
    span = max(1, min((as_of - link.since).days, as_of.timetuple().tm_yday) - 1)
    kinds = ["visit"] * rng.choice((2, 2, 2, 3, 1)) + ["lesson"] * rng.choice((2, 2, 2, 3, 1))
    if link.point:
        kinds = ["visit"] * rng.choice((3, 4, 5))
        span = min(span, 80) if link.point % 5 else span
    seen: set[tuple[str, date]] = set()
    for kind in kinds:
        back = rng.randrange(1, span + 1)
        if link.point and link.point % 5 == 0:
            back = max(back, min(span, 120))
        day = as_of - timedelta(days=back)
        if day < link.since or (kind, day) in seen:
            continue
        seen.add((kind, day))
        which = rng.randrange(len(FOUND))
        follows = rng.random() < 0.25
        due = day + timedelta(days=30) if follows else None
        done = min(day + timedelta(days=rng.randrange(3, 30)), as_of) if follows and rng.random() < 0.8 else None
        yield PlannedLinkVisit(link, kind, day, FOUND[which], FOLLOW[which] if follows else "", due, done)


def _leader(number: int, unit: PlannedUnit, surnames: Urn[str], rng: random.Random, as_of: date) -> PlannedLeader:
    """A leader since two years ago; nearly all have given the first lesson of each year."""
    name = surnames.one(rng) + given_name(rng, rng.choice("112"), rng.randrange(1966, 1984))
    since = max(unit.valid_from, date(as_of.year - 2, 1, 1) - timedelta(days=rng.randrange(300)))
    lessons = []
    for year in range(since.year + 1, as_of.year + 1):
        day = date(year, 1, 1) + timedelta(days=rng.randrange(4, 58))
        if day < as_of and (year < as_of.year or number % 18):
            lessons.append((day, rng.choice(TITLES)))
    return PlannedLeader(number, unit, name, rng.choice(POSTS), since, tuple(lessons))
