"""What the demo city teaches: the 1 + 15 courses, local ones in every stage, short ones, and half days made of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from doorstep.demo.rules.lots import stream
from doorstep.demo.rules.teaching import PlannedTeacher
from doorstep.demo.rules.tree import PlannedUnit, Tree

CITY, TOWNSHIP = "350900", "350902105"
STACK = "stack"
TAUGHT = ("trial", "reviewed", "premium")
RETURN_NOTE = "线狮怎样结合党课还没有写清，请补上讲哪三点、谁来讲。"
POINTS = ("为什么要讲", "这里的人和事", "现场看一看、动手做一做", "回去能用上的一件事")
AGE = timedelta(days=400)


@dataclass(slots=True)
class PlannedCourse:
    """A course; `standing` is a stage, or what became of a draft: waiting, returned."""

    id: int
    title: str
    kind: str
    unit: PlannedUnit
    standing: str
    mode: str
    theory: int
    skill: int
    languages: tuple[str, ...]
    art_form: str
    audiences: tuple[str, ...]
    parts: list[int] = field(default_factory=list)
    teachers: list[PlannedTeacher] = field(default_factory=list)

    @property
    def code(self) -> str:
        """Its code."""
        return f"KC-{self.id:04d}"

    @property
    def is_taught(self) -> bool:
        """True when classes may have it."""
        return self.standing in TAUGHT

    @property
    def outline(self) -> str:
        """What it tells, a point a line."""
        return "\n".join(f"{number}. {point}" for number, point in enumerate(POINTS, start=1))


def plan_courses(
    tree: Tree,
    rows: Sequence[Mapping[str, str]],
    dialects: Sequence[Mapping[str, str]],
    teachers: Sequence[PlannedTeacher],
    *,
    seed: int,
) -> list[PlannedCourse]:
    """The courses of a list in their order; those of counties go to the counties in turn."""
    rng = stream(seed, "courses")
    counties = [unit for unit in tree.units if unit.kind == "county"]
    owners = {"city": tree.by_code[CITY], "township": tree.by_code[TOWNSHIP]}
    # Of several, the one listed first is spoken by most.
    spoken = {code: one["code"] for one in reversed(dialects) for code in one["county_codes"].split(",")}
    pools: dict[int, list[PlannedTeacher]] = defaultdict(list)
    for teacher in teachers:
        pools[teacher.pool.unit.id].append(teacher)
    ids = {row["title"]: number for number, row in enumerate(rows, start=1)}
    courses = []
    for number, row in enumerate(rows, start=1):
        unit = owners.get(row["owner"], counties[number % len(counties)])
        courses.append(
            PlannedCourse(
                number,
                row["title"],
                row["kind"],
                unit,
                row["standing"],
                row["mode"],
                int(row["theory"]),
                int(row["skill"]),
                _languages(row["languages"], spoken.get(unit.county, "mindong_ningde")),
                row["art_form"],
                tuple(row["audiences"].split()),
                [ids[title] for title in row["parts"].split("|") if title],
                rng.sample(pools[unit.id], min(rng.randrange(8, 15), len(pools[unit.id]))),
            )
        )
    return courses


def _languages(listed: str, spoken_here: str) -> tuple[str, ...]:
    return tuple(spoken_here if name == "local" else name for name in listed.split())


def courses_by_county(courses: Sequence[PlannedCourse]) -> dict[str, list[PlannedCourse]]:
    """County code -> what its classes may have besides the general course; "" for classes of the city."""
    taught = [course for course in courses if course.is_taught and course.kind != "general"]
    cities = [course for course in taught if course.unit.kind == "city"]
    counties = {course.unit.county for course in taught if course.unit.kind == "county"}
    found = {
        county: [*cities, *(c for c in taught if c.unit.county == county and c not in cities)] for county in counties
    }
    return {**found, "": cities}
