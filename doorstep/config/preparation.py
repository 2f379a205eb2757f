"""Is the database there, recent enough, and are its tables up to date?"""

from __future__ import annotations

import io
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from doorstep.config.database import parse_url
from doorstep.config.place import data_folder
from doorstep.config.postgres import EmbeddedPostgres
from doorstep.config.secrets_kept import kept_secret
from doorstep.config.troubles import Trouble

OLDEST_SERVER = 15
CONNECT_SECONDS = 5


@contextmanager
def database_up() -> Iterator[None]:
    """The database is up while the block runs; the embedded one is started and stopped where needed."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    with EmbeddedPostgres(data_folder()).in_use():
        yield


def progress(chinese: str, english: str) -> None:
    """One line for the operator, with the seconds since the door was opened; it may be that nobody reads it."""
    started = float(os.environ.setdefault("DOORSTEP_STARTED", str(time.time())))
    with suppress(BrokenPipeError):
        print(f"[{time.time() - started:5.1f} s] {chinese} / {english}", flush=True)


def check_reachable() -> None:
    """Raises Trouble when the server in DATABASE_URL does not answer or lets nobody in; the pool would wait long."""
    import psycopg

    url = os.environ.get("DATABASE_URL")
    if not url:
        return
    try:
        found = parse_url(url)
    except ValueError as error:
        raise Trouble(
            "DATABASE_URL 看不懂：请写成 postgresql://用户:密码@主机:端口/库名",
            f"DATABASE_URL cannot be read: {error}",
        ) from None
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    wanted = {ours: found[name] for name, ours in names.items() if found[name]}
    try:
        psycopg.connect(**{"connect_timeout": CONNECT_SECONDS, **found["OPTIONS"], **wanted}).close()
    except psycopg.Error as error:
        raise _unreachable(error) from None


def _unreachable(error: Exception) -> Trouble:
    reason = (str(error).strip() or type(error).__name__).splitlines()[-1]
    return Trouble(
        f"连不上数据库（{reason}）：请检查 DATABASE_URL 和数据库服务器",
        "cannot reach the database: check DATABASE_URL and the server",
    )


def prepare(*, with_demo: bool) -> None:
    """Bring the tables up to date and, when asked, load the demo city into an empty database."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    _check_server()
    ensure_field_key()
    settings.STATIC_ROOT.mkdir(exist_ok=True)
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)
        call_command("load_divisions", stdout=io.StringIO())
        progress("数据表已建好", "tables made")
    if with_demo:
        call_command("demo", if_empty=True)
        progress("演示城市已就绪", "demo city is there")


def ensure_field_key() -> None:
    """Make the key of the sealed fields on the very first run; raises Trouble when it is lost but needed."""
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    from doorstep.core.crypto import new_key

    path = settings.DOORSTEP_FIELD_KEY_FILE
    if os.environ.get("DOORSTEP_FIELD_KEY") or path.exists():
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('directory_person') IS NOT NULL")
        if cursor.fetchone()[0]:
            cursor.execute("SELECT EXISTS (SELECT 1 FROM directory_person WHERE id_number_index IS NOT NULL)")
            if cursor.fetchone()[0]:
                raise Trouble(
                    f"缺少字段密钥 {path.name}，库里的身份证号解不开：请从备份恢复 keys 文件夹再启动",
                    "the field key is missing but the database holds sealed fields: restore the keys folder first",
                )
    kept_secret(path, new_key)


def _check_server() -> None:
    """Raises Trouble when the server cannot be reached or is too old."""
    from django.db import OperationalError, connection

    try:
        connection.ensure_connection()
    except OperationalError as error:
        raise _unreachable(error) from error
    version = connection.connection.info.server_version // 10000
    if version < OLDEST_SERVER:
        raise Trouble(
            f"数据库服务器是 PostgreSQL {version}，需要 {OLDEST_SERVER} 或更新版本",
            f"the database server is PostgreSQL {version}; {OLDEST_SERVER} or newer is needed",
        )
