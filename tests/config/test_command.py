"""The `doorstep` command says what to do when there is nothing to work on yet."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection


@pytest.fixture
def without_tables(transactional_db: None) -> Iterator[dict[str, str]]:
    """The environment of a program whose database is empty."""
    empty = f"{connection.settings_dict['NAME']}_empty"
    url = urlsplit(os.environ["DATABASE_URL"])
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {empty}")
        cursor.execute(f"CREATE DATABASE {empty}")
    yield {**os.environ, "DATABASE_URL": urlunsplit(url._replace(path=f"/{empty}"))}
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {empty} WITH (FORCE)")


@pytest.mark.parametrize("command", ["demo", "figures --json", "check-invariants", "coverage 3509 2026"])
def test_without_tables_the_command_asks_for_migrate(without_tables: dict[str, str], command: str) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "doorstep", *command.split()], env=without_tables, capture_output=True, text=True
    )
    assert (told.returncode, told.stdout, told.stderr.count("\n")) == (1, "", 1), told.stderr
    assert "doorstep migrate" in told.stderr
