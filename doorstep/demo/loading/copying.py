"""Writes planned rows with COPY, the fastest way in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from django.db import connection
from psycopg import sql

_BLOCK = 4000  # rows sent at once


def _text(value: Any) -> str:
    """A value in COPY's text format; planned texts hold no tabs or backslashes."""
    if value is None:
        return "\\N"
    if value is True:
        return "t"
    if value is False:
        return "f"
    if isinstance(value, bytes):
        return "\\\\x" + value.hex()
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value).replace("\n", "\\n")


def copy_rows(table: str, columns: str, rows: Iterable[Sequence[Any]]) -> None:
    """Append rows to a table; `columns` are separated by spaces. A row's own `id` is kept as it is."""
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns.split()))
    )
    lines: list[str] = []
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            lines.append("\t".join([_text(value) for value in row]))
            if len(lines) == _BLOCK:
                copy.write("\n".join(lines) + "\n")
                lines.clear()
        if lines:
            copy.write("\n".join(lines) + "\n")


def run(statement: str, **params: Any) -> None:
    """Run one statement of the loading."""
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


@contextmanager
def keys_are_known() -> Iterator[None]:
    """For rows made from the very rows their keys point to: the server need not look each key up once more.

    Millions of such look-ups are a quarter of the loading. Only a superuser may leave them out; others do them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('is_superuser') = 'on'")
        may = bool((cursor.fetchone() or (False,))[0])
    if may:
        run("SET LOCAL session_replication_role = replica")
    yield
    if may:
        run("SET LOCAL session_replication_role = origin")


def analyze(table: str) -> None:
    """Let the planner know what has just been loaded."""
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table)))


def advance_sequences(tables: Iterable[str]) -> None:
    """Let the next ids of these tables follow the highest one loaded."""
    for table in tables:
        statement = sql.SQL(
            "SELECT setval(pg_get_serial_sequence({name}, 'id'), coalesce(max(id), 1), max(id) IS NOT NULL) "
            "FROM {table}"
        ).format(name=sql.Literal(table), table=sql.Identifier(table))
        with connection.cursor() as cursor:
            cursor.execute(statement)
