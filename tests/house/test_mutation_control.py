"""Take one check away, and the permission matrix fails: these each time, all of them by name."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from doorstep.core.clock import frozen
from tests.house.matrix.doors import Matrix
from tests.house.matrix.mutants import Mutant, all_mutants, noticed
from tests.house.matrix.world import NOON, build_world

pytestmark = pytest.mark.django_db

# DOORSTEP_MUTANTS=all tries every check there is; some of those have a second check behind them and are not noticed.
TAKEN_AWAY = (
    "classes.services.opening.publish_class: require #0",
    "classes.services.opening.cancel_class: require #0",
    "classes.services.leave.decide_leave: require #0",
    "classes.services.seats.return_due_seats: require #0",
    "classes.services.people.replace_person: require #0",
    "classes.queries.classes.quotas_unused: visible_to #0",
    "coverage.services.folding.rebuild_tallies: require #0",
    "directory.services.roster_files.take_in_roster: require #0",
    "directory.services.people.follow_memberships: require #0",
    "directory.queries.search_hits: visible_to #0",
    "directory.found_unit: city county township subtree -> anywhere",
    "core.export_list: auditor base city county secretary township subtree -> anywhere",
    "faculty.view_teacher: auditor base city county township subtree -> anywhere",
    "records.view_file: auditor base city county secretary teacher township trainee self -> anywhere",
)


def chosen() -> list[Mutant]:
    """The checks to be taken away; raises KeyError for a name that is gone."""
    every = {str(mutant): mutant for mutant in all_mutants()}
    return list(every.values()) if os.environ.get("DOORSTEP_MUTANTS") == "all" else [every[n] for n in TAKEN_AWAY]


@pytest.fixture(scope="module")
def matrix(django_db_setup: None, django_db_blocker: Any) -> Iterator[Matrix]:
    """The same world as the matrix has."""
    logging.disable(logging.ERROR)
    with django_db_blocker.unblock(), frozen(NOON), transaction.atomic():
        yield Matrix(build_world())
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)


def test_14_there_is_a_check_to_take_away_in_every_app() -> None:
    apps = {mutant.module.split(".")[0] for mutant in all_mutants() if mutant.module}
    assert {"core", "directory", "classes", "attendance", "records", "coverage"} <= apps


@pytest.mark.parametrize("mutant", chosen(), ids=str)
def test_14_a_missing_check_is_noticed(mutant: Mutant, matrix: Matrix) -> None:
    assert noticed(mutant, matrix), f"nothing noticed that this check is gone: {mutant}"
