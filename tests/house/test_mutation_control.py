"""Take one check away, and the permission matrix fails: some at random each time, and those not seen before."""

from __future__ import annotations

import logging
import os
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction

from doorstep.core.clock import frozen
from tests.house.matrix.doors import Matrix
from tests.house.matrix.mutants import EQUIVALENT, SEEN, Mutant, all_mutants, noticed
from tests.house.matrix.world import NOON, build_world

pytestmark = pytest.mark.django_db

DRAWN = 20
# DOORSTEP_MUTANTS=all takes every check away in turn; DOORSTEP_SEED draws what another run has drawn.
TRIES_ALL = os.environ.get("DOORSTEP_MUTANTS") == "all"
SEED = os.environ.get("DOORSTEP_SEED") or f"{datetime.now(UTC):%Y-%m-%d}"
EVERY = {str(mutant): mutant for mutant in all_mutants()}
COUNTED = sorted(EVERY.keys() - EQUIVALENT.keys())
NEW = sorted(set(COUNTED) - set(SEEN))


@pytest.fixture(scope="module")
def matrix(django_db_setup: None, django_db_blocker: Any) -> Iterator[Matrix]:
    """The same world as the matrix has."""
    logging.disable(logging.ERROR)
    with django_db_blocker.unblock(), frozen(NOON), transaction.atomic():
        yield Matrix(build_world())
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)


def _must_be_noticed(mutant: Mutant, matrix: Matrix) -> None:
    assert noticed(mutant, matrix), f"nothing noticed that this check is gone: {mutant} (DOORSTEP_SEED={SEED})"


def test_14_there_is_a_check_to_take_away_in_every_app() -> None:
    apps = {mutant.module.split(".")[0] for mutant in EVERY.values() if mutant.module}
    assert {"core", "directory", "classes", "attendance", "records", "coverage"} <= apps


def test_14_no_check_is_gone() -> None:
    """A check or a row of a table that was there is there; what is meant to go leaves `matrix/checks.txt` as well."""
    assert set(SEEN) - set(COUNTED) == set()
    assert EQUIVALENT.keys() - EVERY.keys() == set()


@pytest.mark.parametrize("number", range(len(COUNTED) if TRIES_ALL else DRAWN), ids=COUNTED if TRIES_ALL else None)
def test_14_a_missing_check_is_noticed(number: int, matrix: Matrix) -> None:
    names = COUNTED if TRIES_ALL else random.Random(SEED).sample(COUNTED, DRAWN)
    _must_be_noticed(EVERY[names[number]], matrix)


def test_14_a_missing_check_not_seen_before_is_noticed(matrix: Matrix) -> None:
    for name in NEW:
        _must_be_noticed(EVERY[name], matrix)


if TRIES_ALL:

    @pytest.mark.parametrize("name", EQUIVALENT)
    def test_14_what_counts_as_equivalent_is_not_noticed(name: str, matrix: Matrix) -> None:
        assert noticed(EVERY[name], matrix) == ""
