"""The `doorstep` command says what to do when there is nothing to work on yet."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import time
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import OperationalError, connection
from psycopg.errors import DiskFull

from doorstep import __main__ as command_line
from doorstep.config import bundle, serving, supervisor
from doorstep.config.troubles import Trouble


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


@pytest.mark.parametrize("command", ["up", "serve", "worker"])
def test_the_commands_of_ours_have_their_help(command: str) -> None:
    told = subprocess.run([sys.executable, "-m", "doorstep", command, "--help"], capture_output=True, text=True)
    assert (told.returncode, told.stderr) == (0, "")
    assert f"usage: doorstep {command}" in told.stdout
    assert command_line.COMMANDS[command] in told.stdout


@pytest.mark.parametrize("command", sorted(set(command_line.COMMANDS) - command_line.OWN - {"migrate"}))
def test_help_calls_a_command_as_it_was_called(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        command_line._run(command, ["--help"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: doorstep {command} ")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("postgresql://x:y@127.0.0.1:1/none", "连不上数据库"),
        ("postgresql://x:y@/none?host=/nowhere", "连不上数据库"),
        ("mysql://x:y@127.0.0.1:1/none", "DATABASE_URL 看不懂"),
        ("postgresql://x:y@127.0.0.1:one/none", "DATABASE_URL 看不懂"),
    ],
)
@pytest.mark.parametrize("command", ["figures --json", "prepare", "migrate"])
def test_a_database_that_is_not_there_is_named_in_one_line(command: str, address: str, words: str) -> None:
    begun = time.monotonic()
    env = {**os.environ, "DATABASE_URL": address}
    told = subprocess.run(
        [sys.executable, "-m", "doorstep", *command.split()], env=env, capture_output=True, text=True, timeout=60
    )
    assert (told.returncode, told.stdout, told.stderr.count("\n")) == (1, "", 1), told.stderr
    assert told.stderr.startswith(f"doorstep: {words}")
    assert time.monotonic() - begun < 9  # a pool gives up after ten


def test_without_its_front_end_nothing_is_started(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bundle, "MANIFEST", tmp_path / "manifest.json")
    for start in (serving.serve, lambda: supervisor.up(with_demo=False)):
        with pytest.raises(Trouble, match="bin/start"):
            start()
    monkeypatch.setattr(bundle, "FRONTEND", tmp_path / "none")
    with pytest.raises(Trouble, match="重新安装"):
        bundle.check_bundle_is_there()
    bundle.MANIFEST.write_text("{}")
    bundle.check_bundle_is_there()


def test_a_wheel_is_not_built_without_the_front_end(tmp_path: Path) -> None:
    """From a clean clone, where the bundle was never built; and with it as setuptools does."""
    root = Path(command_line.__file__).parent.parent
    (tmp_path / "bin").mkdir()
    (tmp_path / "doorstep").mkdir()
    shutil.copy(root / "bin" / "wheels.py", tmp_path / "bin")
    stub = "def __getattr__(name): return lambda *given: print('built', *given) or 'x.whl'"
    (tmp_path / "bin" / "setuptools").mkdir()
    (tmp_path / "bin" / "setuptools" / "__init__.py").write_text("")
    (tmp_path / "bin" / "setuptools" / "build_meta.py").write_text(stub)
    command = [sys.executable, "-c", "import wheels; wheels.build_wheel('out')"]
    told = subprocess.run(command, cwd=tmp_path / "bin", capture_output=True, text=True)
    assert (told.returncode, told.stdout, told.stderr.count("\n")) == (1, "", 1), told.stderr
    assert "bin/start" in told.stderr
    built = tmp_path / "doorstep" / "web" / "static" / "bundle"
    built.mkdir(parents=True)
    (built / "manifest.json").write_text("{}")
    told = subprocess.run(command, cwd=tmp_path / "bin", capture_output=True, text=True)
    assert (told.returncode, told.stdout) == (0, "built out None None\n")


def full_database() -> OperationalError:
    """What Django makes of a database that found no room."""
    error = OperationalError("could not extend file")
    error.__cause__ = DiskFull("could not extend file")
    return error


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), full_database()])
def test_a_full_disk_is_named_and_not_a_trace(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def run(_name: str, _rest: list[str]) -> None:
        raise error

    monkeypatch.setattr(sys, "argv", ["doorstep", "demo"])
    monkeypatch.setattr(command_line, "_run", run)
    monkeypatch.setenv("DOORSTEP_DATA", "/srv/doorstep")
    monkeypatch.delenv("DATABASE_URL")
    with pytest.raises(SystemExit) as ended:
        command_line.main()
    assert str(ended.value).startswith("doorstep: 磁盘已满：/srv/doorstep 所在的磁盘没有空间了")
    monkeypatch.setenv("DATABASE_URL", "postgres://db.example/doorstep")
    with pytest.raises(SystemExit, match="数据库服务器或 /srv/doorstep 所在的磁盘"):
        command_line.main()


def test_any_other_error_is_shown_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(_name: str, _rest: list[str]) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(sys, "argv", ["doorstep", "demo"])
    monkeypatch.setattr(command_line, "_run", run)
    with pytest.raises(OSError, match="Input/output error"):
        command_line.main()


def test_a_disk_that_fills_is_told_once_before_writes_fail(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    usage = namedtuple("usage", "total used free")
    told = []
    is_short = False
    for megabytes in (9000, 400, 300, 9000):
        monkeypatch.setattr(shutil, "disk_usage", lambda _place, m=megabytes: usage(0, 0, m * 2**20))
        is_short = supervisor._tell_of_space(tmp_path, is_short)
        told.append((is_short, capsys.readouterr().out.count("\n")))
    assert told == [(False, 0), (True, 1), (True, 0), (False, 1)]


def test_help_whose_reader_has_gone_is_no_error() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as gone:
        ended = subprocess.run([sys.executable, "-m", "doorstep"], stdout=gone, stderr=subprocess.PIPE, text=True)
    assert ended.stderr == ""
