"""The whole demo city, planned from a seed, a size and a day."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files

from doorstep.demo.rules.accounts import ACCOUNTS, DemoAccount
from doorstep.demo.rules.cases import PlannedCase, plan_cases
from doorstep.demo.rules.courses import PlannedCourse, plan_courses
from doorstep.demo.rules.live import Today, plan_today
from doorstep.demo.rules.materials import PlannedStock, plan_materials
from doorstep.demo.rules.moves import SECRETARY, plan_posts, plan_transfers
from doorstep.demo.rules.names import surname_urns
from doorstep.demo.rules.network import Network, plan_network
from doorstep.demo.rules.organisations import plan_units
from doorstep.demo.rules.packages import PlannedPackage, plan_packages
from doorstep.demo.rules.people import PlannedPerson, PlannedPost, plan_people
from doorstep.demo.rules.routes import PlannedRoute, plan_routes
from doorstep.demo.rules.teaching import (
    PlannedPool,
    PlannedTeacher,
    plan_pools,
    plan_teachers,
)
from doorstep.demo.rules.training import History, plan_history
from doorstep.demo.rules.tree import PlannedUnit, Tree


@dataclass(frozen=True, slots=True)
class Place:
    """Where an account of the demo city is at home."""

    account: DemoAccount
    unit: PlannedUnit
    person: PlannedPerson | None

    @property
    def display_name(self) -> str:
        """The account's own name, or that of its person."""
        return self.account.display_name or (self.person.name if self.person else self.account.username)


@dataclass(frozen=True, slots=True)
class City:
    """Everything that is to be loaded."""

    seed: int
    as_of: date
    tree: Tree
    people: list[PlannedPerson]
    posts: list[PlannedPost]
    network: Network
    courses: list[PlannedCourse]
    pools: list[PlannedPool]
    teachers: list[PlannedTeacher]
    routes: list[PlannedRoute]
    packages: list[PlannedPackage]
    history: History
    today: Today
    accounts: list[Place]
    stock: PlannedStock
    cases: list[PlannedCase]


def reference_rows(app: str, name: str) -> list[dict[str, str]]:
    """The rows of a shipped list."""
    with files(f"doorstep.{app}").joinpath("reference", name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def plan_city(*, members: int, seed: int, as_of: date) -> City:
    """The city as it stands on `as_of` with so many members; the same arguments give the same city."""
    divisions, villages = reference_rows("directory", "divisions.csv"), reference_rows("directory", "villages.csv")
    surnames = surname_urns(reference_rows("demo", "surnames.csv"))
    tree = plan_units(
        divisions, villages, reference_rows("demo", "work_units.csv"), members=members, seed=seed, as_of=as_of
    )
    people = plan_people(tree, surnames, seed=seed, as_of=as_of)
    posts = plan_posts(tree, people, seed=seed, as_of=as_of)
    plan_transfers(tree, people, seed=seed, as_of=as_of)
    network = plan_network(tree, divisions, villages, reference_rows("demo", "places.csv"), seed=seed)
    pools = plan_pools(tree, network)
    dialects = reference_rows("demo", "dialects.csv")
    teachers = plan_teachers(pools, people, surnames["01"], dialects, seed=seed)
    history = plan_history(tree, people, network, seed=seed, as_of=as_of)
    courses = plan_courses(tree, reference_rows("demo", "courses.csv"), dialects, teachers, seed=seed)
    routes = plan_routes(tree, network, courses, teachers, seed=seed)
    today = plan_today(tree, people, network, history, seed=seed, as_of=as_of)
    return City(
        seed,
        as_of,
        tree,
        people,
        posts,
        network,
        courses,
        [pool for pool, _ in pools],
        teachers,
        routes,
        plan_packages(tree, network, courses, routes, seed=seed),
        history,
        today,
        _accounts(tree, people, posts, history, teachers),
        plan_materials(tree, courses, history.classes, seed=seed, as_of=as_of),
        plan_cases(network, courses, seed=seed),
    )


def _accounts(
    tree: Tree,
    people: Sequence[PlannedPerson],
    posts: Sequence[PlannedPost],
    history: History,
    teachers: Sequence[PlannedTeacher],
) -> list[Place]:
    """The demo accounts with their units; the secretary, the teacher and the trainee are members of the roster."""
    by_id: Mapping[int, PlannedPerson] = {p.id: p for p in people}
    places: list[Place] = []
    for account in ACCOUNTS:
        unit = tree.by_code.get(account.unit) or tree.by_code[account.unit[:9]]
        person = None
        if account.role == "secretary":
            person = by_id[_secretary(tree, posts, unit)]
        elif account.role == "teacher":
            known = (t for t in teachers if t.person_id and t.pool.unit is unit and t.category == "local")
            person = by_id[next(t.person_id for t in known if t.person_id != _secretary(tree, posts, unit)) or 0]
        elif account.role == "trainee":
            running = next(c for c in history.classes if c.status == "running")
            person = next((s.person for s in running.seats if not s.person.is_leader), running.seats[0].person)
        home = person.unit if person and account.role != "teacher" else unit
        places.append(Place(account, home, person))
    return places


def _secretary(tree: Tree, posts: Sequence[PlannedPost], unit: PlannedUnit) -> int:
    """The secretary of the first branch below a unit."""
    below = next(u for u in tree.branches() if u.path.startswith(unit.path))
    return next(p.person_id for p in posts if p.unit is below and p.post == SECRETARY and p.until is None)
