"""The embedded server starts, survives and refuses as an operator needs it to."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import psycopg
import pytest

from doorstep.config.postgres import EmbeddedPostgres, database_url, server_running, throwaway
from doorstep.config.postgres.configuration import LARGEST_LOG, MIB
from doorstep.config.postgres.folders import SYSTEM_HOMES, folders_of
from doorstep.config.postgres.processes import server_pid
from doorstep.config.postgres.server import LOGS_KEPT
from doorstep.config.troubles import Trouble

AS_ROOT = os.geteuid() == 0


@pytest.fixture
def data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An empty data folder, made as an operator makes one: its parents may be closed to the server's user."""
    folder = tmp_path_factory.mktemp("data")
    yield folder
    if server_running(folder):
        server = EmbeddedPostgres(folder)
        server.start()
        server.stop()
    remove_remains(folder)


def remove_remains(data: Path) -> None:
    """What lies outside the data folder."""
    paths = folders_of(data)
    outside = [paths.socket] + ([paths.home] if paths.pointer.exists() else [])
    subprocess.run(["rm", "-rf", *map(str, outside)], check=True)


def ask(url: str, statement: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchone()[0] if cursor.description else None  # type: ignore[index]


def test_first_start_makes_a_private_server_and_the_second_keeps_the_data(data: Path) -> None:
    server = EmbeddedPostgres(data)
    with server.in_use() as url:
        ask(url, "CREATE TABLE kept AS SELECT '虎𬇙镇' AS name")
        assert ask(url, "SHOW listen_addresses") == ""
        assert ask(url, "SHOW data_checksums") == "on"
        assert ask(url, "SHOW fsync") == "on"
        assert ask(url, "SHOW server_encoding") == "UTF8"
        assert ask(url, "SELECT usesuper FROM pg_user WHERE usename = current_user") is False
        paths = folders_of(data)
        assert stat.S_IMODE(paths.password.stat().st_mode) == 0o600
        assert stat.S_IMODE(paths.socket.stat().st_mode) == 0o700
        assert stat.S_IMODE(paths.home.stat().st_mode) == 0o700
    assert not server_running(data)
    assert not paths.socket.exists()
    with server.in_use() as url:
        assert ask(url, "SELECT name FROM kept") == "虎𬇙镇"


def test_a_wrong_password_is_refused(data: Path) -> None:
    with EmbeddedPostgres(data).in_use() as url:
        password = folders_of(data).password.read_text().strip()
        with pytest.raises(psycopg.OperationalError):
            ask(url.replace(password, "guess"), "SELECT 1")
        with pytest.raises(psycopg.OperationalError):
            ask(url.replace("//doorstep:", "//postgres:"), "SELECT 1")


def test_a_lost_password_file_is_made_anew_without_losing_data(data: Path) -> None:
    server = EmbeddedPostgres(data)
    with server.in_use() as url:
        ask(url, "CREATE TABLE kept AS SELECT 7 AS n")
    folders_of(data).password.unlink()
    with server.in_use() as url:
        assert ask(url, "SELECT n FROM kept") == 7


def test_a_killed_server_comes_back_with_everything_that_was_committed(data: Path) -> None:
    server = EmbeddedPostgres(data)
    with server.in_use() as url:
        ask(url, "CREATE TABLE kept (n int)")
        ask(url, "INSERT INTO kept SELECT generate_series(1, 1000)")
        pid = server_pid(folders_of(data))
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not server_running(data))
        assert ask(server.start(), "SELECT count(*) FROM kept") == 1000


def test_a_stale_pid_file_that_names_a_living_stranger_does_not_stop_the_start(data: Path) -> None:
    server = EmbeddedPostgres(data)
    with server.in_use() as url:
        ask(url, "CREATE TABLE kept AS SELECT 7 AS n")
        paths = folders_of(data)
        written = paths.pid_file.read_text()
        pid, socket = server_pid(paths), paths.socket
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not server_running(data))
    stranger = subprocess.Popen(["sleep", "60"], cwd="/")
    try:
        paths.pid_file.write_text(written.replace(str(pid), str(stranger.pid), 1))
        (socket / ".s.PGSQL.5432.lock").write_text(f"{stranger.pid}\n")
        with server.in_use() as url:
            assert ask(url, "SELECT n FROM kept") == 7
    finally:
        stranger.kill()
        stranger.wait()


def test_two_starts_at_once_share_one_server(data: Path) -> None:
    servers = [EmbeddedPostgres(data) for _ in range(4)]
    answers: list[object] = []
    threads = [threading.Thread(target=lambda s=s: answers.append(ask(s.start(), "SELECT 1"))) for s in servers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [1, 1, 1, 1]
    for server in servers[:-1]:
        server.stop()
        assert server_running(data)
    servers[-1].stop()
    assert not server_running(data)


def test_the_last_one_out_stops_the_server_even_when_another_was_killed(data: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from doorstep.config.postgres import EmbeddedPostgres;"
        "EmbeddedPostgres(Path(sys.argv[1])).start(); print('up', flush=True); time.sleep(60)"
    )
    other = subprocess.Popen([sys.executable, "-c", code, str(data)], stdout=subprocess.PIPE, text=True)
    assert other.stdout is not None
    assert other.stdout.readline() == "up\n"
    server = EmbeddedPostgres(data)
    server.start()
    other.kill()
    other.wait()
    other.stdout.close()
    server.stop()
    assert not server_running(data)


def test_an_interrupted_first_start_is_done_over(data: Path) -> None:
    with EmbeddedPostgres(data).in_use():
        paths = folders_of(data)
    os.rename(paths.cluster, paths.home / "cluster.part")
    (paths.home / "cluster.part" / "PG_VERSION").unlink()
    paths.password.unlink()
    with EmbeddedPostgres(data).in_use() as url:
        assert ask(url, "SELECT 1") == 1
    assert not (paths.home / "cluster.part").exists()


def test_a_long_data_path_still_has_a_short_socket(data: Path) -> None:
    deep = data / ("很长的文件夹" * 5) / ("x" * 120)
    with EmbeddedPostgres(deep).in_use() as url:
        assert ask(url, "SELECT 1") == 1
        assert len(str(folders_of(deep).socket)) < 100
    remove_remains(deep)


def test_another_version_is_named_and_left_alone(data: Path) -> None:
    with EmbeddedPostgres(data).in_use():
        version = folders_of(data).cluster / "PG_VERSION"
    version.write_text("14\n")
    with pytest.raises(Trouble, match="PostgreSQL 14"):
        EmbeddedPostgres(data).start()
    version.write_text("18\n")
    with EmbeddedPostgres(data).in_use() as url:
        assert ask(url, "SELECT 1") == 1


def test_a_socket_folder_of_somebody_else_is_not_used(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        data = Path(name)
        data.chmod(0o755)
        socket = folders_of(data).socket
        socket.symlink_to(tmp_path)
        try:
            with pytest.raises(Trouble, match=socket.name):
                EmbeddedPostgres(data).start()
            assert not list(tmp_path.iterdir())
        finally:
            socket.unlink()


@pytest.mark.skipif(not AS_ROOT, reason="only root runs the server as somebody else")
def test_started_as_root_no_folder_above_is_loosened(data: Path) -> None:
    closed = data / "home"
    closed.mkdir(mode=0o700)
    above = [closed, *closed.parents]
    before = [folder.stat().st_mode for folder in above]
    with EmbeddedPostgres(closed / "var").in_use() as url:
        assert ask(url, "SELECT 1") == 1
        paths = folders_of(closed / "var")
        assert paths.home.parent == SYSTEM_HOMES
        pid = server_pid(paths)
        assert Path(f"/proc/{pid}").stat().st_uid == paths.home.stat().st_uid != 0
    assert [folder.stat().st_mode for folder in above] == before

    # The home outside the data folder goes once its temporary data folder has gone.
    shutil.rmtree(closed)
    with EmbeddedPostgres(data).in_use():
        assert not paths.home.exists()
        assert folders_of(data).home.exists()
    shutil.rmtree(paths.socket, ignore_errors=True)


@pytest.mark.skipif(not AS_ROOT, reason="only root can give a folder away")
def test_a_folder_of_another_user_is_refused_with_a_clear_line(data: Path) -> None:
    with EmbeddedPostgres(data).in_use():
        home = folders_of(data).home
    owner = home.stat()
    os.chown(home, 54321, 54321)
    with pytest.raises(Trouble, match="DOORSTEP_DATA"):
        EmbeddedPostgres(data).start()
    os.chown(home, owner.st_uid, owner.st_gid)
    with EmbeddedPostgres(data).in_use() as url:
        assert ask(url, "SELECT 1") == 1


@pytest.mark.skipif(not AS_ROOT, reason="mounting a small disk needs root")
def test_a_full_disk_is_named_and_loses_nothing(data: Path) -> None:
    disk = Path("/var/lib") / f"doorstep-test-disk-{os.getpid()}"
    disk.mkdir(mode=0o755)
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=160m,mode=0755", "tmpfs", str(disk)], check=False
    ).returncode:
        disk.rmdir()
        pytest.skip("this machine does not let us mount")
    server = EmbeddedPostgres(disk / "var")
    try:
        with server.in_use() as url:
            ask(url, "CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
        fill(disk / "filler")
        with pytest.raises(Trouble, match="磁盘已满"):
            server.start()
        (disk / "filler").unlink()
        with server.in_use() as url:
            assert ask(url, "SELECT count(*) FROM kept") == 1000
        subprocess.run(["rm", "-rf", str(disk / "var")], check=True)
        fill(disk / "filler")
        (disk / "filler").write_bytes(b"")
        fill(disk / "filler", leave=8 * 1024 * 1024)
        with pytest.raises(Trouble, match="磁盘已满"):
            EmbeddedPostgres(disk / "var").start()
        assert not (disk / "var" / "postgres" / "cluster").exists()
    finally:
        subprocess.run(["umount", str(disk)], check=True)
        disk.rmdir()


def test_the_log_turns_by_size_and_only_the_newest_are_kept(data: Path) -> None:
    server = EmbeddedPostgres(data, durable=False)
    with server.in_use() as url:
        log = folders_of(data).log
        old = [log / f"postgresql-2020-01-{day:02}-000000.log" for day in range(1, 13)]
        for day, file in enumerate(old):
            file.write_text("old")
            os.utime(file, (day, day))
        for _ in range(3):
            ask(url, f"DO $$BEGIN FOR i IN 1..210 LOOP RAISE LOG '%', repeat('x', {100 * 1024}); END LOOP; END$$")
            time.sleep(1.1)  # a log's name tells its second
        wait_until(lambda: len(set(log.iterdir()) - set(old)) >= 3)
        assert max(file.stat().st_size for file in log.iterdir()) < (LARGEST_LOG + 2) * MIB
        server.drop_old_logs()
        kept = set(log.iterdir())
        assert len(kept) == LOGS_KEPT
        new = LOGS_KEPT - len(kept & set(old))
        assert new >= 3
        assert kept & set(old) == set(old[new - LOGS_KEPT :])
        assert ask(url, "SELECT 1") == 1
    for file in old:
        file.write_text("old")
        os.utime(file, (1, 1))
    with server.in_use():
        assert len(list(log.iterdir())) <= LOGS_KEPT + 1


def test_a_throwaway_server_leaves_nothing_behind() -> None:
    with throwaway() as url:
        assert ask(url, "SHOW fsync") == "off"
        socket = Path(unquote(url.split("host=")[1]))
        assert socket.exists()
    assert not socket.exists()
    with pytest.raises(psycopg.OperationalError):
        ask(url, "SELECT 1")


def test_the_url_of_a_server_that_never_ran_starts_nothing(data: Path) -> None:
    assert database_url(data).startswith("postgresql://doorstep:@/doorstep?host=")
    assert list(data.iterdir()) == []


def wait_until(condition: object, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.02)


def fill(file: Path, leave: int = 0) -> None:
    with open(file, "wb", buffering=0) as out:
        size = os.statvfs(file)
        rest = size.f_bavail * size.f_frsize - leave
        try:
            while rest > 0:
                rest -= out.write(b"\0" * min(rest, 1024 * 1024))
            if not leave:
                while True:
                    out.write(b"\0")
        except OSError:
            pass
