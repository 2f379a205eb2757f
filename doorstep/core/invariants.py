"""What must always be true of the data, stated in SQL; `doorstep check-invariants` proves it."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection


@dataclass(frozen=True, slots=True)
class Invariant:
    """A statement about the data; `sql` returns the rows that break it, so none means it holds."""

    name: str
    meaning: str
    sql: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What checking one invariant gave: at most `limit` offending rows."""

    name: str
    meaning: str
    holds: bool
    offenders: list[dict[str, Any]]


def stated_invariants() -> Iterator[Invariant]:
    """Every invariant the apps state in `queries.invariants()`."""
    for app in apps.get_app_configs():
        name = f"{app.name}.queries"
        if not app.name.startswith("doorstep.") or importlib.util.find_spec(name) is None:
            continue
        module = importlib.import_module(name)
        if hasattr(module, "invariants"):
            yield from module.invariants()


def check_invariants(*, limit: int = 20) -> list[Finding]:
    """Run every stated invariant and return what was found, in order of statement."""
    findings = []
    for invariant in stated_invariants():
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT * FROM ({invariant.sql}) AS broken LIMIT {int(limit)}")  # noqa: S608  (our own statements)
            columns = [column.name for column in cursor.description or ()]
            rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
        findings.append(Finding(invariant.name, invariant.meaning, not rows, rows))
    return findings
