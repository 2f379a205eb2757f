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
from doorstep.core import permissions
from doorstep.core.listing import all_lists
from doorstep.core.permissions import Permission, Scope
from tests.house.matrix.acts import ACTS, Act, problem
from tests.house.matrix.doors import Matrix, all_doors
from tests.house.matrix.lists import API_LISTS, QUERIES, api_list_problem, list_problem, query_problem
from tests.house.matrix.oracle import tables
from tests.house.matrix.world import Seat, World

ROOT = Path(doorstep.__file__).parent
CHECKS = ("require", "may", "visible_to", "visible_filter")
# A second, equal or stricter check stands right behind these: without them the answer is still a refusal.
SHADOWED = {
    ("classes.services.people", "nominate", 0): "each person's place is asked for one by one",
    ("classes.services.people", "withdraw_seats", 0): "every seat is asked for by withdraw_seat",
    ("classes.services.opening", "clone_class", 0): "open_class asks",
    ("directory.services.accounts", "open_account", 0): "grant_role asks",
    ("coverage.services.refreshing", "rebuild_year", 0): "rebuild_tallies asks",
    ("records.queries.files", "training_file_of", 0): "as the tables stand, whoever sees a person may read the file",
}
# Rows that decide nothing alone: another row of the same or a shorter reach is asked as well, or nothing is asked.
SHADOWED_ROWS = {
    "directory.open_account": "directory.grant_role is asked for the first role",
    "coverage.view_left": "coverage.view_coverage is asked for the unit",
    "attendance.own_code": "the page makes one's own code and nobody else's",
    "classes.view_own": "the page reads one's own classes and nobody else's",
}


# Whose rows the lists of the API are.
API_OWNERS = {
    "units": "directory",
    "people": "directory",
    "classes": "classes",
    "enrolments": "classes",
    "check-ins": "attendance",
    "postings": "records",
}


@dataclass(frozen=True)
class Mutant:
    """A check taken away: a call in a function, or the limits of a row of a table."""

    name: str
    module: str = ""
    function: str = ""
    check: str = ""
    number: int = 0
    line: int = 0
    row: Permission | None = None

    def __str__(self) -> str:
        return self.name


def _calls(node: ast.AST) -> list[ast.Call]:
    found = [n for n in ast.walk(node) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]
    return sorted(found, key=lambda call: (call.lineno, call.col_offset))


def _guards(function: ast.FunctionDef) -> set[int]:
    """The lines of `may` calls on which a refusal hangs: `if not may(...): raise ...`."""
    lines = set()
    for node in ast.walk(function):
        if isinstance(node, ast.If) and any(isinstance(inner, ast.Raise) for inner in node.body):
            lines |= {call.lineno for call in _calls(node.test)}
    return lines


def _sites(path: Path) -> Iterator[Mutant]:
    module = path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".").removesuffix(".__init__")
    for function in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(function, ast.FunctionDef):
            continue
        calls = [c for c in _calls(function) if isinstance(c.func, ast.Name) and c.func.id in CHECKS]
        guards = _guards(function)
        for number, call in enumerate(calls):
            check = call.func.id  # type: ignore[attr-defined]
            counts = check == "may" and call.lineno not in guards
            if not counts and (module, function.name, number) not in SHADOWED:
                name = f"{module}.{function.name}: {check} #{number}"
                yield Mutant(name, module, function.name, check, number, call.lineno)


@cache
def all_mutants() -> tuple[Mutant, ...]:
    """Every check of services and queries, and every row of the tables that has a limit."""
    rooms = ("services", "queries")
    files = sorted(p for room in rooms for p in (*ROOT.glob(f"*/{room}.py"), *ROOT.glob(f"*/{room}/*.py")))
    sites = [mutant for path in files for mutant in _sites(path)]
    rows = [
        Mutant(f"{action}: {' '.join(sorted(row.roles))} {row.scope.value} -> anywhere", row=row)
        for action, found in tables().items()
        for row in found
        if action not in SHADOWED_ROWS and row.roles and row.scope is not Scope.ANYWHERE
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


@contextmanager
def taken_away(mutant: Mutant) -> Iterator[None]:
    """While open, the product runs without the check."""
    if mutant.row is not None:
        rows = permissions._table[mutant.row.action]
        kept = list(rows)
        rows[rows.index(mutant.row)] = replace(mutant.row, scope=Scope.ANYWHERE)
        try:
            yield
        finally:
            rows[:] = kept
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


def _cells(mutant: Mutant, matrix: Matrix) -> Iterator[Callable[[], str]]:
    """The cells in which the loss may show: services first, then queries and lists, then addresses."""
    world, everybody = matrix.world, matrix.world.everybody
    for act in (act for act in ACTS if _is_near(act, mutant, world)):
        yield from (partial(problem, act, world, seat, matrix.untouched) for seat in everybody)
    action = mutant.row.action if mutant.row else ""
    app = action.split(".")[0] or mutant.module.split(".")[0]
    rows: list[tuple[str, Callable[[Seat], str]]] = [
        *((name, partial(query_problem, name, world)) for name in QUERIES),
        *((spec.name, partial(list_problem, spec, world)) for spec in all_lists()),
        *((API_OWNERS[name], partial(api_list_problem, name, world)) for name in API_LISTS),
    ]
    for _, cell in sorted(rows, key=lambda row: not row[0].startswith(app)):
        yield from (partial(cell, seat) for seat in everybody)
    doors = [door for door in all_doors() if door.action and action in ("", door.action)]
    for door in sorted(doors, key=lambda door: not door.action.startswith(f"{app}.")):
        if matrix.answers(door):
            yield from (partial(matrix.problem, door, seat) for seat in world.seats)


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
