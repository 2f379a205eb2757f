"""Who the members of the demo city are: names, ages, numbers, posts, moves."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from doorstep.demo.rules import shares
from doorstep.demo.rules.lots import Urn, stream
from doorstep.demo.rules.names import given_name
from doorstep.demo.rules.shares import PROFILES, Profile
from doorstep.demo.rules.tree import PlannedUnit, Tree
from doorstep.directory.rules.id_number import DEMO_REGION, check_digit

YEAR = 365.25
EARLIEST_AGE = 18.1
MOBILE_PREFIX = "1690"  # a number range that was never given out
OLDEST_POST = date(2021, 11, 20)  # the village elections


@dataclass(slots=True)
class PlannedPerson:
    """A member to be; `unit` is where the person belongs now."""

    id: int
    unit: PlannedUnit
    name: str
    sex: str
    birth: date
    ethnicity: str
    education: str
    occupation: str
    joined: date
    formal: date | None
    id_number: str
    mobile: str
    floating: bool = False
    flow_to: str = ""
    lost_since: date | None = None
    is_leader: bool = False
    came_from: PlannedUnit | None = None
    came_on: date | None = None


@dataclass(frozen=True, slots=True)
class PlannedPost:
    """A post of a person between two dates; codes of list party_post."""

    person_id: int
    unit: PlannedUnit
    post: str
    is_leader: bool
    since: date
    until: date | None


class _Numbers:
    """Hands out ID numbers of the region that was never assigned: no two alike, odd for men, even for women."""

    def __init__(self) -> None:
        self._used: dict[tuple[date, str], int] = defaultdict(int)

    def of(self, birth: date, sex: str) -> str:
        """The next number for a birth date and sex."""
        serial = self._used[birth, sex]
        self._used[birth, sex] = serial + 1
        body = f"{DEMO_REGION}{birth:%Y%m%d}{2 * serial + (1 if sex == '1' else 2):03d}"
        return body + check_digit(body)


def plan_people(tree: Tree, surnames: dict[str, Urn[str]], *, seed: int, as_of: date) -> list[PlannedPerson]:
    """The members of every branch, branch after branch."""
    rng = stream(seed, "people")
    numbers = _Numbers()
    people: list[PlannedPerson] = []
    for unit in tree.branches():
        she = shares.she_share(unit.division or "", unit.county, _in_she_township(unit))
        for person in _members(rng, unit, she, surnames, numbers, as_of, len(people)):
            people.append(person)
    return people


def _in_she_township(unit: PlannedUnit) -> bool:
    above: PlannedUnit | None = unit
    while above is not None and above.kind != "township":
        above = above.parent
    return above is not None and "畲族乡" in above.name


def _members(
    rng: random.Random,
    unit: PlannedUnit,
    she: float,
    surnames: dict[str, Urn[str]],
    numbers: _Numbers,
    as_of: date,
    before: int,
) -> Iterator[PlannedPerson]:
    profile = PROFILES[unit.setting]
    bands = profile.ages.draw(rng, unit.size)
    occupations = profile.occupations.draw(rng, unit.size)
    for number, ((youngest, oldest), occupation) in enumerate(zip(bands, occupations, strict=True), start=before + 1):
        sex = "2" if rng.random() < profile.women else "1"
        age = rng.uniform(youngest, oldest + 1)
        birth = as_of - timedelta(days=int(age * YEAR) + 1)
        ethnicity = _ethnicity(rng, she)
        joined, formal = _joined(rng, birth, age, as_of)
        yield PlannedPerson(
            number,
            unit,
            surnames["22" if ethnicity == "22" else "01"].one(rng) + given_name(rng, sex, birth.year),
            sex,
            birth,
            ethnicity,
            _education(rng, profile, age),
            "08" if age >= shares.RETIREMENT_AGE and occupation != "02" else occupation,
            joined,
            formal,
            numbers.of(birth, sex),
            f"{MOBILE_PREFIX}{number:07d}",
            *_whereabouts(rng, profile, age, as_of),
        )


def _ethnicity(rng: random.Random, she: float) -> str:
    lot = rng.random()
    if lot < she:
        return shares.SHE
    return shares.OTHER_MINORITIES.one(rng) if lot > 1 - shares.OTHER_MINORITY else "01"


def _education(rng: random.Random, profile: Profile, age: float) -> str:
    """Older members went to school for fewer years: the share of college falls with age, the mean stays."""
    old = age >= 56
    tilt = 1.0 if profile.college > 0.9 else (0.45 if old else 1.4)
    if rng.random() < profile.college * tilt:
        return (shares.COLLEGE_OLD if old else shares.COLLEGE).one(rng)
    return (shares.SCHOOL_OLD if old else shares.SCHOOL).one(rng)


def _joined(rng: random.Random, birth: date, age: float, as_of: date) -> tuple[date, date | None]:
    """When the person joined the party, and became a full member a year later; None while on probation."""
    if age < 50 and rng.random() < shares.PROBATIONARY * 1.9:
        return as_of - timedelta(days=rng.randrange(20, 350)), None
    at_age = EARLIEST_AGE + rng.expovariate(1 / 9)
    if at_age > age - 1.2:
        at_age = rng.uniform(EARLIEST_AGE, max(EARLIEST_AGE, age - 1.2))
    joined = birth + timedelta(days=int(at_age * YEAR))
    return joined, _a_year_after(joined)


def _a_year_after(day: date) -> date:
    """The same day of the next year; the first of March after a 29 February."""
    leaps = (day.month, day.day) == (2, 29)
    return date(day.year + 1, 3, 1) if leaps else day.replace(year=day.year + 1)


def _whereabouts(rng: random.Random, profile: Profile, age: float, as_of: date) -> tuple[bool, str, date | None]:
    """Floating and where to, and since when the branch has lost contact."""
    if rng.random() < profile.floating * (1.5 if age < 56 else 0.3):
        lost = as_of - timedelta(days=rng.randrange(200, 1500)) if rng.random() < shares.LOST_CONTACT * 4 else None
        return True, shares.FLOW_TO.one(rng), lost
    return False, "", None
