"""How teachers of the demo city are guided and trained: stations, mentor pairs, trainer courses, rights to teach."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from doorstep.demo.rules.courses import PlannedCourse
from doorstep.demo.rules.lots import stream
from doorstep.demo.rules.network import PlannedBase
from doorstep.demo.rules.teaching import PlannedTeacher
from doorstep.demo.rules.tree import PlannedUnit, Tree
from doorstep.faculty.rules.vetting import months_later

STAFF, TRAINED, RIGHT_MONTHS, BOUND = 3, 3, 36, 2  # of a station, of a county in a course; courses that take a right
UNCOACHED = 0.2  # of the schools
SUBJECTS = ("备课", "现场教学点讲解", "用本地话讲", "课后交流")
FINDINGS = (
    "案例是外地的，改用本村的。", "讲得太快，老同志跟不上，中间停一停。", "提问少，每一段留一个问题。",
    "板书清楚，别的学校可以照着做。", "教学点的解说词太长，删掉一半。",
)  # fmt: skip
GOALS = ("能独立备一课", "能用本地话讲清楚", "课上有问有答")
REMARKS = ("开头再短一点。", "例子选得好，讲慢些。", "比上次放松多了。", "提问以后多等一会儿。")
LESSONS = ("支部的“三会一课”", "家门口的红色故事", "茶园冬季管护", "移风易俗这几年", "村里的账怎么公开")
POSTS = ("乡镇党委副书记", "乡镇宣传委员", "县委组织部干部", "县委宣传部干部")
GOOD, MEND = "讲得清楚，听的人问得多。", "解说词太长，删掉一半再讲。"
UNGUIDED, DUTIES = 0.15, 4  # of the points; departments of a county
NOT_SEEN, NOT_YET, NEARLY, MET = range(4)


@dataclass(frozen=True, slots=True)
class Guiding:
    """The rows of the tables, each with its id first."""

    stations: list[tuple[int, PlannedUnit, str, date]] = field(default_factory=list)
    staff: list[tuple[int, int, int, date]] = field(default_factory=list)
    schools: list[tuple[int, int, int, date]] = field(default_factory=list)
    coachings: list[tuple[int, int, int, date, str, str]] = field(default_factory=list)
    pairs: list[tuple[int, int, int, str, str, date, date | None, str]] = field(default_factory=list)
    lessons: list[tuple[int, int, date, str, tuple[int, ...], str]] = field(default_factory=list)
    courses: list[tuple[int, PlannedUnit, str, date, PlannedCourse]] = field(default_factory=list)
    trainees: list[tuple[int, int, int, int, bool]] = field(default_factory=list)
    rights: list[tuple[int, int, PlannedCourse, int | None, str, date, date]] = field(default_factory=list)
    bound: list[PlannedCourse] = field(default_factory=list)
    cared: list[tuple[int, PlannedBase, str, str, int, date]] = field(default_factory=list)
    checks: list[tuple[int, int, date, bool, str]] = field(default_factory=list)
    duties: list[tuple[int, PlannedUnit, PlannedUnit, int, int, int]] = field(default_factory=list)
    sent: list[tuple[int, int, int, date]] = field(default_factory=list)


def plan_guiding(
    tree: Tree, teachers: Sequence[PlannedTeacher], courses: Sequence[PlannedCourse], *, seed: int, as_of: date
) -> Guiding:
    """A station a county, two pairs a township and one signed off, and a few courses that take a right to teach."""
    found, pools = Guiding(), defaultdict(list)
    for teacher in teachers:
        pools[teacher.pool.unit.id].append(teacher)
    for county in (unit for unit in tree.units if unit.kind == "county"):
        below = [unit for unit in tree.units if unit.kind == "township" and unit.county == county.county]
        _station(found, county, below, pools[county.id], stream(seed, f"station {county.code}"), as_of)
    rng = stream(seed, "mentor pairs")
    for unit in tree.units:
        if unit.kind == "township" and len(pools[unit.id]) > 4:
            _pairs(found, pools[unit.id], rng, as_of)
    counties = [pools[unit.id] for unit in tree.units if unit.kind == "county"]
    bound = [course for course in courses if course.kind == "sub" and course.is_taught][:BOUND]
    for course in bound:
        _course(found, course, [one for pool in counties for one in pool[:TRAINED]], as_of)
    found.bound.extend(bound)
    return found


def plan_posts_of_guides(
    found: Guiding, bases: Sequence[PlannedBase], teachers: Sequence[PlannedTeacher], *, seed: int, as_of: date
) -> None:
    """An official for a guide of nearly every teaching point, listened to now and then; officials teach in counties."""
    rng, pools, officials = stream(seed, "guides"), defaultdict(list), defaultdict(list)
    for one in teachers:
        pools[one.pool.unit.id].append(one)
        if one.category == "official" and one.pool.unit.kind == "county":
            officials[one.pool.unit.county].append(one.name)
    for base in bases:
        known, names = pools[base.unit.id], officials[base.unit.county]
        if base.kind != "teaching_point" or not known or not names or rng.random() < UNGUIDED:
            continue
        guide = next((one for one in known if one.category == "guide"), rng.choice(known))
        number, since = len(found.cared) + 1, as_of - timedelta(days=rng.randrange(100, 700))
        found.cared.append((number, base, rng.choice(names), rng.choice(POSTS), guide.id, since))
        for n in range(rng.randrange(0, 3)):
            day, good = as_of - timedelta(days=10 + 40 * n), rng.random() < 0.8
            found.checks.append((len(found.checks) + 1, number, day, good, GOOD if good else MEND))


def plan_duties(found: Guiding, tree: Tree, teachers: Sequence[PlannedTeacher], *, as_of: date) -> None:
    """Some departments of each county owe technicians to a township each; most have sent them, some not yet."""
    for county in (unit for unit in tree.units if unit.kind == "county"):
        departments = [one for one in tree.units if one.kind == "committee" and one.county == county.county]
        below = [unit for unit in tree.units if unit.kind == "township" and unit.county == county.county]
        known = [one for one in teachers if one.pool.unit is county and one.category in ("part_time", "expert")]
        for n, (department, served) in enumerate(zip(departments[:DUTIES], below, strict=False)):
            duty = len(found.duties) + 1
            found.duties.append((duty, department, served, as_of.year, 1 + n % 2, 3))
            for one in known[2 * n : 2 * n + 1 + n % 2] if n < DUTIES - 1 else ():
                found.sent.append((len(found.sent) + 1, duty, one.id, as_of - timedelta(days=90)))


def _station(
    found: Guiding, county: PlannedUnit, below: Sequence[PlannedUnit], pool: Sequence[PlannedTeacher], rng: Random,
    as_of: date,
) -> None:  # fmt: skip
    since = as_of - timedelta(days=700)
    number, staff = len(found.stations) + 1, pool[:STAFF]
    name = f"{county.short_name.removesuffix('委组织部')}党校教师指导站"
    found.stations.append((number, county, name, since))
    found.staff.extend((len(found.staff) + n, number, one.id, since) for n, one in enumerate(staff, start=1))
    for unit in below:
        school = len(found.schools) + 1
        found.schools.append((school, number, unit.id, since))
        if staff and rng.random() >= UNCOACHED:
            for subject in rng.sample(SUBJECTS, rng.randrange(1, 3)):
                day = as_of - timedelta(days=rng.randrange(0, min((as_of - date(as_of.year, 1, 1)).days, 300) + 1))
                who = rng.choice(staff).id
                found.coachings.append((len(found.coachings) + 1, school, who, day, subject, rng.choice(FINDINGS)))


def _pairs(found: Guiding, pool: Sequence[PlannedTeacher], rng: Random, as_of: date) -> None:
    """The first two take on somebody each; the first has signed somebody off before."""
    first, second, third, fourth, fifth = pool[:5]
    for mentor, apprentice in ((first, third), (second, fourth)):
        begun = as_of - timedelta(days=rng.randrange(60, 300))
        pair = _pair(found, mentor, apprentice, begun, None)
        for n, day in enumerate(_days(begun, as_of, rng.randrange(0, 4))):
            _lesson(found, pair, day, LESSONS[n], tuple(rng.randrange(NOT_YET, MET + 1) for _ in GOALS), rng)
    begun = as_of - timedelta(days=rng.randrange(500, 600))
    closed = begun + timedelta(days=200)
    pair = _pair(found, first, fifth, begun, closed)
    for n, day in enumerate(_days(begun, closed, 3)):
        _lesson(found, pair, day, LESSONS[n], (MET,) * len(GOALS), rng)


def _days(first: date, last: date, count: int) -> Iterator[date]:
    """So many days, evenly between two."""
    step = (last - first).days // (count + 1)
    return (first + timedelta(days=step * n) for n in range(1, count + 1))


def _pair(found: Guiding, mentor: PlannedTeacher, apprentice: PlannedTeacher, begun: date, closed: date | None) -> int:
    number, status = len(found.pairs) + 1, "signed" if closed else "open"
    note = "听了几次课，能独立讲了。" if closed else ""
    subject = apprentice.topics[0]
    found.pairs.append((number, mentor.id, apprentice.id, subject, status, begun, closed, note))
    return number


def _lesson(found: Guiding, pair: int, day: date, lesson: str, marks: tuple[int, ...], rng: Random) -> None:
    found.lessons.append((len(found.lessons) + 1, pair, day, lesson, marks, rng.choice(REMARKS)))


def _course(found: Guiding, course: PlannedCourse, trained: Sequence[PlannedTeacher], as_of: date) -> None:
    """A trainer course that nearly everybody passed; who is named by the course was granted the right before."""
    number, held = len(found.courses) + 1, as_of - timedelta(days=200 + 7 * len(found.courses))
    found.courses.append((number, course.unit, f"“{course.title}”骨干教师培训班", held, course))
    for n, one in enumerate(trained):
        passed = n % 9 != 8
        found.trainees.append((len(found.trainees) + 1, number, one.id, 12 if passed else 6, passed))
        if passed:
            last = held + timedelta(days=1)
            _right(found, one, course, number, found.courses[-1][2], last, months_later(last, RIGHT_MONTHS))
    for n, one in enumerate(course.teachers):
        given = as_of - timedelta(days=300)
        until = months_later(given, RIGHT_MONTHS) if n else as_of + timedelta(days=20)
        _right(found, one, course, None, "试讲评审通过", given, until)


def _right(
    found: Guiding, teacher: PlannedTeacher, course: PlannedCourse, held: int | None, basis: str, given: date,
    until: date,
) -> None:  # fmt: skip
    found.rights.append((len(found.rights) + 1, teacher.id, course, held, basis, given, until))
