"""Take any one check away, and the permission matrix fails: some at random each time, all of them by name."""

from __future__ import annotations

import logging
import os
import random
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from doorstep.core.clock import frozen
from tests.house.matrix.doors import Matrix
from tests.house.matrix.mutants import Mutant, all_mutants, noticed
from tests.house.matrix.world import NOON, build_world

pytestmark = pytest.mark.django_db

# DOORSTEP_MUTANTS=all tries every one; a number takes so many. The seed is the day, so other checks go each day.
WANTED = os.environ.get("DOORSTEP_MUTANTS", "16")
SEED = os.environ.get("DOORSTEP_SEED", date.today().isoformat())  # noqa: DTZ011


def chosen() -> list[Mutant]:
    """The checks to be taken away this time."""
    every = list(all_mutants())
    return every if WANTED == "all" else random.Random(SEED).sample(every, min(int(WANTED), len(every)))


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
    assert noticed(mutant, matrix), f"nothing noticed that this check is gone: {mutant} (seed {SEED})"
