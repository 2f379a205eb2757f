"""One check less: every place in the product where a check can be taken away, and which cells must notice."""

from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from django.db.models import Q

import doorstep
from doorstep.attendance.services import arrival_book
from doorstep.core import permissions
from doorstep.core.listing import all_lists
from doorstep.core.permissions import Permission, Scope
from tests.house.matrix.acts import ACTS, Act, problem
from tests.house.matrix.doors import Matrix, all_doors
from tests.house.matrix.lists import (
    API_LISTS,
    PAGES,
    QUERIES,
    api_list_problem,
    list_problem,
    page_problem,
    query_problem,
)
from tests.house.matrix.oracle import tables
from tests.house.matrix.world import ROLES, Seat, World

ROOT = Path(doorstep.__file__).parent
EVERY_ROLE = frozenset(ROLES)
CHECKS = ("require", "may", "visible_to", "visible_filter")
ASKED = {ROOT / "core" / "permissions.py"}  # where the checks themselves are written
# Without these the answer is the same in every cell, whoever asks: all of them, with the reason.
EQUIVALENT = {
    "bases.pages.entering.base_edit: may #1": "it takes a field off the form; change_base asks the same",
    "classes.services.opening.clone_class: require #0": "open_class asks the same of the same unit before it writes",
    "catalogue.services.cases.make_course_of: require #0": "write_course asks the same of the same unit",
    "classes.services.orders.accept_order: require #0": "open_class asks the same roles at the same unit",
    "classes.services.sessions.check_move: require #0": "check_engagements, with which it ends, asks the same roles",
    "classes.services.feeds.revoke_feed: require #0": "an address is looked for among one's own alone",
    "classes.read_contract: auditor base city county township subtree -> anywhere": "view_order, which finds the "
    "order, holds the same roles to the same subtree",
    "directory.pages.units.unit_move: visible_to #0": "move_unit asks the same of the unit that was chosen",
    "directory.services.unit_changes.found_units: require #0": "found_unit asks the same of the same unit",
    "notices.api._must_reach: require #0": "it holds back narrowed tokens, of which the matrix has none; "
    "tests/notices/test_proof.py has",
    "classes.pages.leave.leave_take_back: may #0": "take_back_leave asks the same and refuses as well",
    **{
        f"classes.{action}: outside subtree -> every role": "no role of the network is held outside the tree of units"
        for action in ("view_order", "place_order", "order_from_outside", "keep_contract")
    },
    f"classes.view_own: {' '.join(sorted(ROLES))} self -> anywhere": "the page reads one's own classes, whoever asks",
}

# Every check that was seen noticed when it was taken away. One that is not here yet is tried in every run.
SEEN = tuple((Path(__file__).parent / "checks.txt").read_text("utf-8").splitlines())

# Whose rows the lists of the API are.
API_OWNERS = {
    "reservations": "bases",
    "orders": "classes",
    "units": "directory",
    "people": "directory",
    "classes": "classes",
    "enrolments": "classes",
    "check-ins": "attendance",
    "postings": "records",
    "messages": "notices",
    "messages/sent": "notices",
}


@dataclass(frozen=True)
class Mutant:
    """A check taken away: a call in a function, or the limits of a row of a table."""

    name: str
    module: str = ""
    check: str = ""
    line: int = 0
    row: Permission | None = None
    widened: Permission | None = None

    def __str__(self) -> str:
        return self.name


def _checks(node: ast.AST) -> list[tuple[str, ast.Call]]:
    """The calls of checks in a part of the source, in its order, with their names."""
    calls = [n for n in ast.walk(node) if isinstance(n, ast.Call)]
    found = [(c.func.id, c) for c in calls if isinstance(c.func, ast.Name) and c.func.id in CHECKS]
    return sorted(found, key=lambda named: (named[1].lineno, named[1].col_offset))


def _guards(function: ast.FunctionDef) -> set[int]:
    """The lines of `may` calls on which a refusal hangs: an `if` asks, and the function can raise."""
    if not any(isinstance(node, ast.Raise) for node in ast.walk(function)):
        return set()
    tests = [node.test for node in ast.walk(function) if isinstance(node, ast.If)]
    return {call.lineno for test in tests for _, call in _checks(test)}


def _sites(path: Path) -> Iterator[Mutant]:
    """The checks of a module; outside of services, a `may` that only decides what a page offers is none."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    module = ".".join(parts).removesuffix(".__init__")
    tree = ast.parse(path.read_text("utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    inside = {id(call): f for f in functions for _, call in _checks(f)}
    guards = {line for function in functions for line in _guards(function)}
    numbers: dict[str, int] = {}
    for check, call in _checks(tree):
        owner = inside.get(id(call))
        function = owner.name if owner else "module"
        number = numbers[function] = numbers.get(function, -1) + 1
        if check != "may" or parts[1] == "services" or call.lineno in guards:
            yield Mutant(f"{module}.{function}: {check} #{number}", module, check, call.lineno)


def _widened(row: Permission) -> Iterator[tuple[str, Permission]]:
    """A row without its place, and a row without its roles."""
    if row.roles and row.scope is not Scope.ANYWHERE:
        yield "anywhere", replace(row, scope=Scope.ANYWHERE)
    if not row.roles >= EVERY_ROLE and row.scope is not Scope.SELF:
        yield "every role", replace(row, roles=EVERY_ROLE)


@cache
def all_mutants() -> tuple[Mutant, ...]:
    """Every check in the product's source, and every row of the tables that has a limit."""
    files = [p for p in sorted(ROOT.glob("*/**/*.py")) if p.parent.name != "migrations" and p not in ASKED]
    sites = [mutant for path in files for mutant in _sites(path)]
    rows = [
        Mutant(f"{action}: {' '.join(sorted(row.roles))} {row.scope.value} -> {what}", row=row, widened=widened)
        for action, found in tables().items()
        for row in found
        for what, widened in _widened(row)
    ]
    return tuple(sites + rows)


def _idle(check: str) -> Callable[..., Any]:
    """The check that lets everything through."""
    passing: dict[str, Callable[..., Any]] = {
        "require": lambda *a, **k: None,
        "may": lambda *a, **k: True,
        "visible_to": lambda actor, action, rows, **k: rows,
        "visible_filter": lambda *a, **k: Q(),
    }
    return passing[check]


def _read_the_tables_anew() -> None:
    """The statement of arrivals has the permission table in it, and is made once a process."""
    arrival_book._taking.cache_clear()
    arrival_book._recalling.cache_clear()


@contextmanager
def taken_away(mutant: Mutant) -> Iterator[None]:
    """While open, the product runs without the check."""
    if mutant.row is not None and mutant.widened is not None:
        rows = permissions._table[mutant.row.action]
        kept = list(rows)
        rows[rows.index(mutant.row)] = mutant.widened
        _read_the_tables_anew()
        try:
            yield
        finally:
            rows[:] = kept
            _read_the_tables_anew()
        return
    module = importlib.import_module(f"doorstep.{mutant.module}")
    real = getattr(module, mutant.check)

    def maybe(*args: Any, **kwargs: Any) -> Any:
        caller = sys._getframe(1)
        is_site = caller.f_lineno == mutant.line and caller.f_code.co_filename == module.__file__
        return (_idle(mutant.check) if is_site else real)(*args, **kwargs)

    setattr(module, mutant.check, maybe)
    try:
        yield
    finally:
        setattr(module, mutant.check, real)


def _is_near(act: Act, mutant: Mutant, world: World) -> bool:
    """True when the service stands where the check was, or needs the action of the row."""
    if mutant.row is None:
        return act.module == mutant.module
    return any(need.action == mutant.row.action for need in act.needs(world, world.seats[0]))


# Where somebody sits, the furthest from the objects first.
FURTHEST = ("", "other_county", "sibling", "descendant", "ancestor", "own")


def _nearness(seat: Seat) -> int:
    _, _, where = seat.who.name.partition("@")
    return FURTHEST.index(where)


def _cells(mutant: Mutant, matrix: Matrix) -> Iterator[Callable[[], str]]:
    """The cells in which the loss may show, the nearest first: services, then queries and lists, then addresses.

    The furthest away are asked first: whoever has no role at all, other counties, the township beside.
    """
    world = matrix.world
    everybody = sorted(world.everybody, key=_nearness)
    for act in (act for act in ACTS if _is_near(act, mutant, world)):
        yield from (partial(problem, act, world, seat) for seat in everybody)
    action = mutant.row.action if mutant.row else ""
    app = action.split(".")[0] or mutant.module.split(".")[0]
    rows: list[tuple[str, Callable[[Seat], str]]] = [
        *((name, partial(query_problem, name, world)) for name in QUERIES),
        *((spec.name, partial(list_problem, spec, world)) for spec in all_lists()),
        *((name, partial(page_problem, name, world)) for name in PAGES),
        *((API_OWNERS[name], partial(api_list_problem, name, world)) for name in API_LISTS),
    ]
    doors = [door for door in all_doors() if door.action and action in ("", door.action)]
    own = [door for door in doors if door.action == action or door.module == mutant.module]
    near = [cell for name, cell in rows if name.startswith(app)]
    for cell in near if not own else []:
        yield from (partial(cell, seat) for seat in everybody)
    seats = sorted(world.seats, key=_nearness)
    for door in own:
        if matrix.answers(door):
            yield from (partial(matrix.problem, door, seat) for seat in seats)
    for cell in [*(near if own else []), *(cell for name, cell in rows if not name.startswith(app))]:
        yield from (partial(cell, seat) for seat in everybody)
    for door in sorted(doors, key=lambda door: not door.action.startswith(f"{app}.")):
        if door not in own and matrix.answers(door):
            yield from (partial(matrix.problem, door, seat) for seat in seats)


def noticed(mutant: Mutant, matrix: Matrix) -> str:
    """What the first cell that notices says, or nothing when the mutant survives.

    The same cell must have nothing to say once the check is back.
    """
    for cell in _cells(mutant, matrix):
        with taken_away(mutant):
            said = cell()
        if said:
            assert not (anyway := cell()), f"says so with the check in place too: {anyway}"
            return said
    return ""
