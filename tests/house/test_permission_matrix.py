"""Every address, service and list as every role at every place: exactly what the tables say, and nothing else."""

from __future__ import annotations

import ast
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

import doorstep
from doorstep.core.clock import frozen
from doorstep.core.listing import ListSpec, all_lists
from doorstep.core.permissions import all_actions
from tests.house.matrix.acts import ACTS, Act, problem
from tests.house.matrix.doors import Door, Matrix, all_doors
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
from tests.house.matrix.world import NOON, build_world

# Marked, so that the test database is made; each test lives in a savepoint of the module's transaction.
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def matrix(django_db_setup: None, django_db_blocker: Any) -> Iterator[Matrix]:
    """One world for all cells; each cell is taken back, and the world itself at the end."""
    logging.disable(logging.ERROR)
    with django_db_blocker.unblock(), frozen(NOON), transaction.atomic():
        yield Matrix(build_world())
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)


def _services() -> Iterator[str]:
    """The dotted names of all services that take an actor."""
    root = Path(doorstep.__file__).parent
    for path in sorted([*root.glob("*/services.py"), *root.glob("*/services/*.py")]):
        module = path.relative_to(root).with_suffix("").as_posix().replace("/", ".")
        for node in ast.parse(path.read_text("utf-8")).body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            if "actor" in [a.arg for a in node.args.kwonlyargs]:
                yield f"{module}.{node.name}"


def _actions_in(act: Act) -> set[str]:
    root = Path(doorstep.__file__).parent
    path = root / (act.module.replace(".", "/") + ".py")
    calls = [n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Call)]
    asks = [c for c in calls if ast.unparse(c.func) == "require" and len(c.args) > 1]
    return {c.args[1].value for c in asks if isinstance(c.args[1], ast.Constant)}  # type: ignore[misc]


def test_14_every_address_declares_its_rule() -> None:
    assert [str(door) for door in all_doors() if door.rule is None] == []


def test_14_every_action_is_asked_for_somewhere() -> None:
    asked = {door.action for door in all_doors()} | {rule for act in ACTS for rule in _actions_in(act)}
    assert set(all_actions()) == set(tables())
    assert set(all_actions()) - asked - LISTED_ONLY == set()


# Actions that only decide which rows a list or which decision a service gives.
LISTED_ONLY = {
    "bases.enter_school",
    "bases.enter_top_base",
    "catalogue.view_course",
    "classes.decide_day_leave",
    "classes.help_class",
    "classes.decide_long_leave",
    "directory.edit_person",
    "notices.acknowledge_for_base",
}


def test_14_every_service_is_in_the_matrix() -> None:
    assert set(_services()) == {act.name for act in ACTS}


@pytest.mark.parametrize("act", ACTS, ids=str)
def test_14_every_service_for_every_role(act: Act, matrix: Matrix) -> None:
    assert [said for seat in matrix.world.everybody if (said := problem(act, matrix.world, seat))] == []


@pytest.mark.parametrize("spec", all_lists(), ids=lambda spec: spec.name)
def test_14_every_list_for_every_role(spec: ListSpec, matrix: Matrix) -> None:
    assert [said for seat in matrix.world.everybody if (said := list_problem(spec, matrix.world, seat))] == []


@pytest.mark.parametrize("name", QUERIES)
def test_14_every_query_behind_a_page_for_every_role(name: str, matrix: Matrix) -> None:
    assert [said for seat in matrix.world.everybody if (said := query_problem(name, matrix.world, seat))] == []


@pytest.mark.parametrize("name", PAGES)
def test_14_every_row_a_page_shows_besides_for_every_role(name: str, matrix: Matrix) -> None:
    assert [said for seat in matrix.world.everybody if (said := page_problem(name, matrix.world, seat))] == []


@pytest.mark.parametrize("name", API_LISTS)
def test_14_every_list_of_the_api_for_every_role(name: str, matrix: Matrix) -> None:
    assert [said for seat in matrix.world.everybody if (said := api_list_problem(name, matrix.world, seat))] == []


@pytest.mark.parametrize("door", all_doors(), ids=str)
def test_14_every_role_at_every_place(door: Door, matrix: Matrix) -> None:
    if matrix.answers(door):
        assert [said for seat in matrix.seats if (said := matrix.problem(door, seat))] == []
