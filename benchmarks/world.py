"""A database for the check-in benchmarks: rooms full of people, all of whom may arrive now."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import psycopg

from benchmarks.processes import parent_of
from doorstep.config.postgres import EmbeddedPostgres

ROOT = Path(__file__).resolve().parent.parent
TOKEN = "ds_benchmark_token"
PEOPLE_PER_CLASS = 100

_LOAD = """
INSERT INTO directory_unit (id, code, name, short_name, kind, parent_id, path, depth, county, sector, "order", external_code, external_scheme, valid_from)
  VALUES (1, 'u1', '市', '市', 'city', NULL, '1/', 1, '350900', '', 0, '', '', '2020-01-01'),
         (2, 'u2', '区', '区', 'county', 1, '1/2/', 2, '350902', '', 0, '', '', '2020-01-01'),
         (3, 'u3', '镇', '镇', 'township', 2, '1/2/3/', 3, '350902', '', 0, '', '', '2020-01-01'),
         (4, 'u4', '支部', '支部', 'branch', 3, '1/2/3/4/', 4, '350902', '', 0, '', '', '2020-01-01');
INSERT INTO directory_account (id, password, username, display_name, is_active, is_demo, must_change_password, language, type_size, session_epoch, created_at, phone_sealed)
  VALUES (1, '!', 'school', 'school', true, false, false, 'zh-hans', 'normal', 0, now(), '');
INSERT INTO directory_rolegrant (account_id, role, unit_id, valid_from) VALUES (1, 'township', 3, '2020-01-01');
INSERT INTO directory_person (id, county, name, sex, birth_month_only, ethnicity, education, degree, category, membership_state, occupation, work_unit,
    lost_contact, floating, flow_to, migrant_worker, new_stratum, remark, id_number_sealed, mobile_sealed, landline_sealed, address_sealed, created_at, updated_at)
  SELECT n, '350902', '学员' || n, '0', false, '', '', '', 'full', 'normal', '', '', false, false, '', false, '', '', '', '', '', '', now(), now()
  FROM generate_series(1, %(people)s) n;
INSERT INTO classes_trainingclass (id, code, title, form, status, unit_id, place, county, year, level, is_concentrated, capacity, seats_taken, starts_on, ends_on, note, created_at)
  SELECT n, 'c' || n, '班' || n, 'lecture', 'running', 3, '1/2/3/', '350902', extract(year FROM now())::int, 'township', true,
    %(size)s, %(size)s, current_date, current_date + 1, '', now()
  FROM generate_series(1, %(people)s / %(size)s) n;
INSERT INTO classes_session (id, training_class_id, number, title, held_on, part, starts_at, ends_at, credit_unit, hours, location, mode, is_cancelled)
  SELECT (c - 1) * %(sessions)s + s, c, s, '课', current_date, 'morning', now() - interval '5 minutes' + make_interval(secs => s), now() + interval '9 hours', 'half_day', 0, '', '', false
  FROM generate_series(1, %(people)s / %(size)s) c, generate_series(1, %(sessions)s) s;
INSERT INTO classes_enrolment (county, year, training_class_id, person_id, unit_id, place, status, is_self_chosen, nominated_at)
  SELECT '350902', extract(year FROM now())::int, (n - 1) / %(size)s + 1, n, 4, '1/2/3/4/', 'confirmed', false, now()
  FROM generate_series(1, %(people)s) n;
"""


@dataclass(frozen=True)
class World:
    """Where the database is, its server's pid, and whom may arrive where."""

    env: dict[str, str]
    server_pid: int
    people: int
    sessions: int

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Every (session, person) that may arrive, room after room."""
        classes = self.people // PEOPLE_PER_CLASS
        for number in range(self.sessions):
            for room in range(classes):
                for seat in range(PEOPLE_PER_CLASS):
                    yield room * self.sessions + number + 1, room * PEOPLE_PER_CLASS + seat + 1

    def connect(self) -> psycopg.Connection[tuple[object, ...]]:
        """A plain connection to the database."""
        return psycopg.connect(self.env["DATABASE_URL"], autocommit=True)


@contextmanager
def durable_server() -> Iterator[dict[str, str]]:
    """A durable PostgreSQL of one's own with the product's tables; the environment of programs that use it."""
    home = Path(tempfile.mkdtemp(prefix="doorstep-benchmark-"))
    server = EmbeddedPostgres(home, durable=True)
    try:
        env = {
            "DATABASE_URL": server.start(),
            "DOORSTEP_DATA": str(home),
            "DOORSTEP_FIELD_KEY": base64.b64encode(b"benchmarks: thirty-two bytes key").decode(),
            "DJANGO_SETTINGS_MODULE": "doorstep.config.settings",
        }
        migrate = [sys.executable, "-m", "django", "migrate", "--skip-checks", "-v", "0"]
        subprocess.run(migrate, cwd=ROOT, env={**os.environ, **env}, check=True)
        yield env
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def rooms_full_of_people(people: int, sessions: int) -> Iterator[World]:
    """A durable server with `people` in classes of 100, `sessions` each."""
    with durable_server() as env:
        with psycopg.connect(env["DATABASE_URL"], autocommit=True) as connection:
            with psycopg.ClientCursor(connection) as cursor:
                cursor.execute(_LOAD, {"people": people, "size": PEOPLE_PER_CLASS, "sessions": sessions})
            connection.execute(
                "INSERT INTO directory_accesstoken (account_id, name, device, digest, scopes, created_at, expires_at)"
                " VALUES (1, 'benchmark', '', %s, '[]', now(), now() + interval '1 day')",
                [sha256(TOKEN.encode()).digest()],
            )
            connection.execute("ANALYZE")
            pid = parent_of(connection.info.backend_pid)
        yield World(env, pid, people, sessions)
