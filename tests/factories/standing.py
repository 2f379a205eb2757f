"""Rows that most tests begin with: written once by the services, then put back as they were written."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection, models, transaction
from django.db.backends.utils import CursorWrapper

from doorstep.core import clock

# The moment at which the rows are first written; when they are put back, the time of the test takes its place.
WRITTEN_AT = datetime(2026, 11, 23, 4, 5, 6, 123457, tzinfo=UTC)
_IN_JSON = "2026-11-23T04:05:06.123457+00:00"

_TABLES = """
    SELECT c.oid::regclass::text, string_agg(quote_ident(attname), ', ' ORDER BY attnum)
    FROM pg_class c JOIN pg_attribute a ON attrelid = c.oid
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
      AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
      AND NOT (relname = ANY(%s) AND attname = 'id')
    GROUP BY c.oid ORDER BY c.oid
"""
# A trigger writes these when jobs are put back.
_WRITTEN_BY_TRIGGERS = {"procrastinate_events"}
# Jobs outlive the test that queued them, so they get new keys.
_NEW_KEYS = {"procrastinate_jobs"}


@dataclass(frozen=True, slots=True)
class Standing:
    """What a builder wrote, as one script, and what it returned, pickled."""

    script: str
    returned: bytes


def built_once(build: Callable[[], object]) -> Standing:
    """Let `build` write its rows, keep them, and take them back."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_TABLES, [list(_NEW_KEYS)])
        columns = dict(cursor.fetchall())
        _spread_keys(cursor)
        before = _rows(cursor, columns)
        with clock.frozen(WRITTEN_AT):
            returned = build()
        script = [
            f"INSERT INTO {table} ({columns[table]}) SELECT {columns[table]} "
            f"FROM jsonb_populate_recordset(NULL::{table}, $rows$[{','.join(sorted(rows - before[table]))}]$rows$)"
            for table, rows in _rows(cursor, columns).items()
            if rows - before[table]
        ]
        script += [_at_least(cursor, sequence) for sequence in _sequences(cursor)]
        transaction.set_rollback(True)
    return Standing(";\n".join(script), pickle.dumps(returned))


def put_back(standing: Standing) -> object:
    """Write the rows again, as of now, and return fresh copies of what the builder returned."""
    now = clock.now()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(standing.script.replace(_IN_JSON, now.isoformat()))
    return pickle.loads(standing.returned)


def as_of_now(rows: Iterable[models.Model]) -> None:
    """Give copies of rows the times with which they were put back."""
    now = clock.now()
    for row in rows:
        for name, value in vars(row).items():
            if value == WRITTEN_AT:
                setattr(row, name, now)


def _spread_keys(cursor: CursorWrapper) -> None:
    """Let each table count from a number of its own, so that a key of one is seldom a key of another."""
    cursor.execute(
        """
        SELECT setval(s.oid, greatest(nextval(s.oid), 1000 + 137 * row_number() OVER (ORDER BY s.oid)))
        FROM pg_class s WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace
        """
    )


def _sequences(cursor: CursorWrapper) -> list[str]:
    cursor.execute(
        "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace"
    )
    return [name for (name,) in cursor.fetchall()]


def _at_least(cursor: CursorWrapper, sequence: str) -> str:
    """Whoever loads a city sets the counters to what it loaded; they go on behind what is put back."""
    cursor.execute(f"SELECT last_value FROM {sequence}")
    return f"SELECT setval('{sequence}', greatest(last_value, {cursor.fetchone()[0]})) FROM {sequence}"


def _rows(cursor: CursorWrapper, tables: Iterable[str]) -> dict[str, set[str]]:
    every = {}
    for table in tables:
        if table not in _WRITTEN_BY_TRIGGERS:
            cursor.execute(f"SELECT to_jsonb(t)::text FROM {table} t")
            every[table] = {text for (text,) in cursor.fetchall()}
    return every
