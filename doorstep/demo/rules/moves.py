"""Who leads the branches, who took over in mid-year, who was transferred."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date, timedelta

from doorstep.demo.rules.lots import stream
from doorstep.demo.rules.people import OLDEST_POST, PlannedPerson, PlannedPost
from doorstep.demo.rules.tree import PlannedUnit, Tree

SECRETARY, DEPUTY, GROUP_LEADER, TOWNSHIP_SECRETARY = "2", "3", "8", "1"
COMMITTEE = (("4", 7), ("5", 9), ("6", 18), ("3", 24))  # post, members a branch needs to have it
CHANGES_OF_POST, TRANSFERS = 0.05, 0.011
NEARBY = 0.7  # of transfers: within the township or the county's committees


def plan_posts(tree: Tree, people: list[PlannedPerson], *, seed: int, as_of: date) -> list[PlannedPost]:
    """Secretaries and committees of all branches and townships; marks the people who lead today."""
    rng = stream(seed, "posts")
    members: dict[int, list[PlannedPerson]] = defaultdict(list)
    for person in people:
        members[person.unit.id].append(person)
    posts: list[PlannedPost] = []
    for unit in tree.branches():
        able = [p for p in members[unit.id] if p.formal and not p.floating and not p.lost_since]
        able.sort(key=lambda p: abs((as_of - p.birth).days / 365 - 48))
        posts += _of_branch(rng, unit, able, as_of)
    for unit in tree.units:
        if unit.kind == "township":
            posts += _of_township(unit, members, tree, as_of)
    by_id = {p.id: p for p in people}
    for post in posts:
        if post.is_leader and post.until is None:
            by_id[post.person_id].is_leader = True
    return posts


def _of_branch(rng: random.Random, unit: PlannedUnit, able: list[PlannedPerson], as_of: date) -> list[PlannedPost]:
    if not able:
        return []
    since = max(OLDEST_POST + timedelta(days=rng.randrange(0, 40)), unit.valid_from, able[0].formal or OLDEST_POST)
    found = []
    if len(able) > 5 and rng.random() < CHANGES_OF_POST:
        # The former secretary left in the course of this year; the present one took over the next day.
        change = date(as_of.year, 1, 1) + timedelta(days=rng.randrange(40, 230))
        if since < change < as_of:
            found.append(PlannedPost(able[5].id, unit, SECRETARY, True, since, change))
            since = change
    found.append(PlannedPost(able[0].id, unit, SECRETARY, True, since, None))
    rest = iter(able[1:])
    for post, size in COMMITTEE:
        person = next(rest, None) if unit.size >= size else None
        if person is not None:
            found.append(PlannedPost(person.id, unit, post, True, _since(rng, person), None))
    if unit.size >= 28 and (person := next(rest, None)):
        found.append(PlannedPost(person.id, unit, GROUP_LEADER, False, _since(rng, person), None))
    return found


def _since(rng: random.Random, person: PlannedPerson) -> date:
    return max(OLDEST_POST + timedelta(days=rng.randrange(0, 60)), person.formal or OLDEST_POST)


def _of_township(
    unit: PlannedUnit, members: dict[int, list[PlannedPerson]], tree: Tree, as_of: date
) -> list[PlannedPost]:
    """The township committee sits in the branch of its own office."""
    office = tree.by_code.get(f"{unit.code}-J01")
    able = [p for p in members[office.id] if p.formal] if office else []
    able.sort(key=lambda p: (as_of - p.birth).days, reverse=True)
    posts = (TOWNSHIP_SECRETARY, DEPUTY, "4", "5", "6")
    start = max(date(2021, 8, 10), unit.valid_from)
    return [
        PlannedPost(person.id, unit, post, True, max(start, person.formal or start), None)
        for person, post in zip(able, posts, strict=False)
    ]


def plan_transfers(tree: Tree, people: list[PlannedPerson], *, seed: int, as_of: date) -> None:
    """Give some people a branch they came from, in this year or the two before."""
    rng = stream(seed, "moves")
    branches = [unit for unit in tree.branches() if unit.moved is None]
    near: dict[int, list[PlannedUnit]] = defaultdict(list)
    for unit in branches:
        near[unit.group.id if unit.group else 0].append(unit)
    first = date(as_of.year - 2, 2, 1)
    for person in people:
        if rng.random() >= TRANSFERS or person.is_leader or person.unit.moved or person.joined >= first:
            continue
        day = first + timedelta(days=rng.randrange(0, max(1, (as_of - first).days - 5)))
        own = near[person.unit.group.id if person.unit.group else 0]
        before = rng.choice(own if rng.random() < NEARBY else branches)
        if before is not person.unit:
            person.came_from, person.came_on = before, day
