"""The tables promise what the design says: growing tables split by county, ledgers that only grow."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, connection, transaction

pytestmark = pytest.mark.django_db

GROWING = (
    "core_activity",
    "classes_enrolment",
    "attendance_checkin",
    "attendance_mark",
    "records_posting",
    "coverage_standing",
    "bases_visit",
    "catalogue_movement",
)
APPEND_ONLY = (
    "core_activity",
    "attendance_checkin",
    "records_posting",
    "catalogue_packageversion",
    "catalogue_movement",
)


def rows(sql: str, *values: object) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


@pytest.mark.parametrize("table", GROWING)
def test_growing_tables_carry_county_and_year(table: str) -> None:
    columns = {r[0] for r in rows("SELECT column_name FROM information_schema.columns WHERE table_name = %s", table)}
    assert {"county", "year"} <= columns


@pytest.mark.parametrize("table", GROWING)
def test_every_unique_key_of_a_growing_table_contains_the_county(table: str) -> None:
    keys = rows(
        "SELECT i.indexrelid::regclass::text, array_agg(a.attname::text) FROM pg_index i "
        "JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) "
        "WHERE i.indrelid = %s::regclass AND i.indisunique GROUP BY i.indexrelid",
        table,
    )
    assert keys
    assert [name for name, columns in keys if "county" not in columns] == []


def test_foreign_keys_between_growing_tables_contain_the_county() -> None:
    found = rows(
        "SELECT c.conname, array_agg(a.attname::text) FROM pg_constraint c "
        "JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = ANY (c.conkey) "
        "WHERE c.contype = 'f' AND c.conrelid = ANY (%s::text[]::regclass[]) "
        "AND c.confrelid = ANY (%s::text[]::regclass[]) "
        "GROUP BY c.conname",
        list(GROWING),
        list(GROWING),
    )
    assert [name for name, columns in found if "county" not in columns] == []


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_ledgers_refuse_update_and_delete(table: str) -> None:
    events = rows(
        "SELECT count(*) FROM pg_trigger t WHERE t.tgrelid = %s::regclass AND NOT t.tgisinternal "
        "AND t.tgname LIKE 'pgtrigger_append_only%%' AND t.tgenabled <> 'D' AND (t.tgtype::int & 24) = 24",
        table,
    )
    assert events == [(1,)]


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_ledgers_refuse_to_be_emptied(table: str) -> None:
    with pytest.raises(ProgrammingError, match="Cannot empty"), transaction.atomic():
        rows(f"TRUNCATE {table} CASCADE")


def test_no_extension_is_needed() -> None:
    assert rows("SELECT extname FROM pg_extension ORDER BY 1") == [("plpgsql",)]
