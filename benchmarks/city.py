"""A synthetic country for the coverage benchmarks: members in branches of 22, units up to one root, a year of hours."""

from __future__ import annotations

import base64
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

from doorstep.config.postgres import EmbeddedPostgres

YEAR = 2025
MEMBERS_PER_BRANCH = 22
# From the bottom: what stands there, how many of the kind below hang under one.
_LEVELS = (("branch", 0), ("township", 60), ("county", 14), ("city", 9), ("city", 9), ("city", 31))
_SURNAMES = "林陈黄张吴李郑王刘雷蓝钟缪阮叶谢郭周何彭"
_GIVEN = "秀珍德旺国梁金妹建华长春有顺阿庆生丽娟兰青设田明光荣福寿安平宁海山水木火土文武忠孝"

_PEOPLE = """
ANALYZE directory_unit;
INSERT INTO directory_person (id, county, place, name, sex, birth_month_only, ethnicity, education, degree, category,
    membership_state, occupation, work_unit, lost_contact, floating, flow_to, migrant_worker, new_stratum, remark,
    id_number_sealed, mobile_sealed, landline_sealed, address_sealed, created_at, updated_at)
SELECT n, '350902', u.path,
       substr(%(surnames)s, 1 + n %% length(%(surnames)s), 1)
       || substr(%(given)s, 1 + (n / 7) %% length(%(given)s), 1)
       || substr(%(given)s, 1 + (n / 293) %% length(%(given)s), 1),
       '0', false, '', '', '', 'full', 'normal', '', '', false, n %% 9 = 0, '', false, '', '', '', '', '', '', now(), now()
FROM generate_series(1, %(members)s) n JOIN directory_unit u ON u.id = %(branches_from)s + (n - 1) / %(size)s;
INSERT INTO directory_membership (person_id, unit_id, county, is_primary, valid_from, reason)
SELECT n, %(branches_from)s + (n - 1) / %(size)s, '350902', true, '2020-01-01', '' FROM generate_series(1, %(members)s) n;
INSERT INTO directory_post (person_id, unit_id, post, is_leader, valid_from)
SELECT n, %(branches_from)s + (n - 1) / %(size)s, 'secretary', true, '2020-01-01'
FROM generate_series(1, %(members)s, %(size)s) n;
INSERT INTO classes_trainingclass (id, code, title, form, status, unit_id, place, county, year, level, is_concentrated,
    capacity, seats_taken, starts_on, ends_on, note, created_at)
SELECT n, 'c' || n, '班' || n, 'lecture', 'closed', u.id, u.path, '350902', %(year)s, 'township', true, 2000, 0,
       make_date(%(year)s, 3, 1), make_date(%(year)s, 3, 2), '', now()
FROM (SELECT id, path, row_number() OVER (ORDER BY id) AS n FROM directory_unit WHERE kind = 'township') u;
INSERT INTO classes_session (id, training_class_id, number, title, held_on, part, starts_at, ends_at, credit_unit, hours,
    location, mode, is_cancelled)
SELECT (c.id - 1) * 2 + s, c.id, s, '课', make_date(%(year)s, 3, s), 'morning', now(), now() + interval '3 hours',
       'half_day', 0, '', '', false
FROM classes_trainingclass c, generate_series(1, 2) s;
ANALYZE directory_membership, classes_trainingclass;
INSERT INTO records_posting (id, county, year, person_id, unit_id, session_id, training_class_id, earned_on, hours, kind,
    revision, is_concentrated, policies, explanation, posted_at)
SELECT gen_random_uuid(), '350902', %(year)s, m.person_id, m.unit_id, (c.id - 1) * 2 + s, c.id,
       make_date(%(year)s, 3, s), 4, 'credit', 1, true, '', '{}', now()
FROM directory_membership m JOIN directory_unit u ON u.id = m.unit_id
JOIN classes_trainingclass c ON c.unit_id = u.parent_id, generate_series(1, 2) s
WHERE m.person_id %% 5 <> 0;
"""

# Loading millions of rows that are right by construction: the checks would take longer than the rows.
_NO_FOREIGN_KEYS = """
DO $$ DECLARE one record; BEGIN
    FOR one IN SELECT conrelid::regclass AS tab, conname FROM pg_constraint
               WHERE contype = 'f' AND connamespace = 'public'::regnamespace
                 AND conrelid::regclass::text ~ '^(directory|classes|records|attendance)_' LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', one.tab, one.conname);
    END LOOP;
END $$
"""

# What is built once at the end instead of row by row: indexes and constraints other than the primary keys.
_BUILT_AT_THE_END = """
SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
       format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname, pg_get_constraintdef(oid))
FROM pg_constraint WHERE contype IN ('u', 'x') AND conrelid::regclass::text = ANY(%(tables)s)
UNION ALL
SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
FROM pg_index WHERE indrelid::regclass::text = ANY(%(tables)s)
  AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""
_LARGE = ["directory_person", "directory_membership", "directory_searchkey", "records_posting", "coverage_standing"]

_KEYS = """
INSERT INTO directory_searchkey (kind, key, object_id, place)
SELECT DISTINCT 'person', substr(p.name, k, 2), p.id, u.path
FROM directory_person p JOIN directory_membership m ON m.person_id = p.id JOIN directory_unit u ON u.id = m.unit_id,
     generate_series(1, 2) k
"""


@dataclass(frozen=True)
class Country:
    """What was loaded: the ids of the units of each level from the bottom."""

    members: int
    levels: tuple[tuple[str, int, int], ...]

    @property
    def root(self) -> int:
        """The id of the topmost unit."""
        return 1

    def sample(self, how_many: int) -> list[int]:
        """Units of every level in turn, spread over each level."""
        found = []
        for number in range(how_many):
            _, first, count = self.levels[number % len(self.levels)]
            found.append(first + (number * 7919) % count)
        return found


@contextmanager
def scratch_server() -> Iterator[None]:
    """A PostgreSQL of one's own with the product's tables, and Django set up on it."""
    home = Path(tempfile.mkdtemp(prefix="doorstep-benchmark-"))
    server = EmbeddedPostgres(home, durable=False)
    try:
        os.environ |= {
            "DATABASE_URL": server.start(),
            "DOORSTEP_DATA": str(home),
            "DOORSTEP_FIELD_KEY": base64.b64encode(b"benchmarks: thirty-two bytes key").decode(),
            "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "doorstep.config.settings"),
        }
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", skip_checks=True, verbosity=0)
        yield
        from django.db import connections

        connections.close_all()
        connections["default"].close_pool()
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


def load(members: int, *, search_keys: bool = False) -> Country:
    """Put a country of so many members into the empty tables, in place of what was there."""
    import pgtrigger
    from django.db import connection

    counts = [ceil(members / MEMBERS_PER_BRANCH)]
    for _, fan in _LEVELS[1:]:
        if counts[-1] == 1:
            break
        counts.append(ceil(counts[-1] / fan))
    if counts[-1] > 1:
        counts.append(1)
    firsts, following = [0] * len(counts), 1
    for level in range(len(counts) - 1, -1, -1):
        firsts[level], following = following, following + counts[level]
    with connection.cursor() as cursor:
        cursor.execute(_NO_FOREIGN_KEYS)
        with pgtrigger.ignore():
            cursor.execute(
                "TRUNCATE directory_unit, directory_unitplacement, directory_person, directory_membership,"
                " directory_post, classes_trainingclass, classes_session, records_posting, coverage_standing,"
                " coverage_tally, coverage_delta, coverage_keptyear, directory_searchkey RESTART IDENTITY CASCADE"
            )
        for level in range(len(counts) - 1, -1, -1):
            _load_units(cursor, level, counts, firsts)
        cursor.execute(
            "INSERT INTO directory_unitplacement (unit_id, parent_id, path, valid_from)"
            " SELECT id, parent_id, path, valid_from FROM directory_unit"
        )
        params = {"members": members, "size": MEMBERS_PER_BRANCH, "branches_from": firsts[0], "year": YEAR}
        cursor.execute("SET work_mem = '256MB'; SET maintenance_work_mem = '1GB'")
        cursor.execute(_BUILT_AT_THE_END, {"tables": _LARGE})
        built_at_the_end = cursor.fetchall()
        for drop, _ in built_at_the_end:
            cursor.execute(drop)
        cursor.execute(_PEOPLE, {**params, "surnames": _SURNAMES, "given": _GIVEN})
        if search_keys:
            cursor.execute(_KEYS)
        for _, build in built_at_the_end:
            cursor.execute(build)
        cursor.execute("RESET work_mem; RESET maintenance_work_mem")
        cursor.execute("ANALYZE")
    kinds = [_LEVELS[min(level, len(_LEVELS) - 1)][0] for level in range(len(counts))]
    return Country(members, tuple(zip(kinds, firsts, counts, strict=True)))


def _load_units(cursor: Any, level: int, counts: list[int], firsts: list[int]) -> None:
    """One level of the tree, each unit below the one that holds its share of it."""
    kind = _LEVELS[min(level, len(_LEVELS) - 1)][0]
    top = level == len(counts) - 1
    fan = 1 if top else ceil(counts[level] / counts[level + 1])
    cursor.execute(
        """
        INSERT INTO directory_unit (id, code, name, short_name, kind, parent_id, path, depth, county, sector, "order",
                                    external_code, external_scheme, valid_from)
        SELECT n.id, 'u' || n.id, '单位' || n.id, '单位' || n.id, %(kind)s, p.id, coalesce(p.path, '') || n.id || '/',
               %(depth)s, '350902', '', n.id, '', '', '2020-01-01'
        FROM (SELECT %(first)s + i AS id, %(above)s + i / %(fan)s AS parent FROM generate_series(0, %(count)s - 1) i) n
        LEFT JOIN directory_unit p ON p.id = n.parent AND NOT %(top)s
        """,
        {
            "kind": kind,
            "depth": len(counts) - 1 - level,
            "first": firsts[level],
            "above": 0 if top else firsts[level + 1],
            "fan": fan,
            "count": counts[level],
            "top": top,
        },
    )


def own_ms() -> float:
    """CPU milliseconds this thread has used. What the kernel tells of a thread that runs lags by up to a tick."""
    return time.thread_time() * 1e3


def cpu_ms(pid: int) -> float:
    """CPU milliseconds a process has used that waits now, to the nanosecond; other work on the machine does not count."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e6
