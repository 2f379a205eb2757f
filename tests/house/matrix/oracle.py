"""May they? Said again from the tables alone: whole-number paths, no database, none of the product's checks."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import doorstep
from doorstep.core.permissions import Permission

Place = tuple[int, ...]


@dataclass(frozen=True)
class Who:
    """Somebody with roles at places; `person` is who they are on the rosters."""

    name: str
    grants: tuple[tuple[str, Place], ...] = ()
    person: int | None = None
    account: int | None = None


@dataclass(frozen=True)
class Need:
    """One thing that must be allowed: an action at any of some places, or on a person who is the actor."""

    action: str
    places: tuple[Place, ...] = ()
    owner: int | None = None
    at_own: bool = False  # at a place where the actor holds a role
    on_self: bool = False  # on the actor's own person
    accounts: tuple[int, ...] = ()  # accounts that may besides
    shared: tuple[Place, ...] = ()  # where units are that share in it; only rows of that scope look there


def place(path: str) -> Place:
    """'1/12/3/' as (1, 12, 3)."""
    return tuple(int(part) for part in path.split("/") if part)


@cache
def tables() -> dict[str, tuple[Permission, ...]]:
    """The tables as the apps state them, by action; what the product has registered is not looked at."""
    found: dict[str, list[Permission]] = {}
    for file in sorted(Path(doorstep.__file__).parent.glob("*/permissions.py")):
        for row in getattr(importlib.import_module(f"doorstep.{file.parent.name}.permissions"), "TABLE", ()):
            found.setdefault(row.action, []).append(row)
    return {action: tuple(rows) for action, rows in found.items()}


def reaches(scope: str, held: Place, wanted: Place) -> bool:
    """Does a role held at one place reach another?"""
    if scope == "anywhere":
        return True
    if scope == "own":
        return held == wanted
    shorter = min(len(held), len(wanted))
    same_line = held[:shorter] == wanted[:shorter]
    if scope == "subtree":
        return same_line and len(wanted) >= len(held)
    return scope == "line" and same_line and len(wanted) <= len(held)


def allowed(who: Who, need: Need) -> bool:
    """The one function that says what should be."""
    if not need.action:
        return True
    if who.account is not None and who.account in need.accounts:
        return True
    places = tuple(held for _, held in who.grants) if need.at_own else need.places
    owner = who.person if need.on_self else need.owner
    for row in tables()[need.action]:
        scope = row.scope.value
        if scope == "self" and owner is not None and owner == who.person:
            return True
        held_at = [held for role, held in who.grants if role in row.roles and scope != "self"]
        if scope == "anywhere" and held_at:
            return True
        shared = scope == "shared"
        wanted_at, how = (need.shared, "subtree") if shared else (places, scope)
        if any(reaches(how, held, wanted) for held in held_at for wanted in wanted_at):
            return True
    return False


def all_allowed(who: Who, needs: Iterable[Need]) -> bool:
    """Every one of several needs."""
    return all(allowed(who, need) for need in needs)
