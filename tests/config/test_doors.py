"""The `doorstep` command: everything comes up, stays up, and leaves nothing behind."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import psycopg
import pytest

from doorstep.config.postgres import database_url
from doorstep.config.postgres.folders import folders_of
from doorstep.config.postgres.processes import server_pid

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 180


class Site:
    """A running `doorstep up` with a data folder and a port of its own."""

    def __init__(self, data: Path, port: int) -> None:
        self.data, self.port = data, port
        self.process = subprocess.Popen(
            [sys.executable, "-m", "doorstep", "up"],
            cwd=ROOT,
            env=environment(data, port),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.lines: list[str] = []

    def wait_for(self, text: str) -> str:
        """The next line that contains `text`; the site is killed when it does not come in time."""
        out: IO[str] | None = self.process.stdout
        assert out is not None
        limit = threading.Timer(PATIENCE, self.process.kill)
        limit.start()
        try:
            for line in out:
                self.lines.append(line)
                if text in line:
                    return line
        finally:
            limit.cancel()
        raise AssertionError("".join(self.lines))

    def program(self, name: str) -> int:
        """The process number of one of its programs."""
        for pid in processes_of(self.data):
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            if words[1:4] == [b"-m", b"doorstep", name.encode()]:
                return pid
        raise AssertionError(f"{name} does not run")

    def answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/login/")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.communicate()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    data = tmp_path_factory.mktemp("doors")
    yield data
    paths = folders_of(data)
    outside = [paths.socket] + ([paths.home] if paths.pointer.exists() else [])
    subprocess.run(["rm", "-rf", *map(str, outside)], check=True)


@pytest.fixture
def site(folder: Path) -> Iterator[Site]:
    running = Site(folder, free_port())
    try:
        running.wait_for("ready: http://127.0.0.1:")
        yield running
    finally:
        running.end()
    wait_until(lambda: processes_of(folder) == [])


def test_ready_means_that_it_answers_and_terminating_leaves_no_process(site: Site) -> None:
    assert site.answers()
    began = time.monotonic()
    site.process.terminate()
    assert site.process.wait(PATIENCE) == 0
    assert time.monotonic() - began < 10
    assert processes_of(site.data) == []
    assert server_pid(folders_of(site.data)) is None


def test_an_interrupt_stops_everything_too(site: Site) -> None:
    os.killpg(site.process.pid, signal.SIGINT)
    assert site.process.wait(PATIENCE) == 0
    assert processes_of(site.data) == []


def test_whatever_is_killed_comes_back(site: Site) -> None:
    for name in ("serve", "worker"):
        before = site.program(name)
        os.kill(before, signal.SIGKILL)
        site.wait_for(f"{name} died and is started again")
        wait_until(lambda name=name, before=before: site.program(name) != before)  # type: ignore[misc]
    pid = server_pid(folders_of(site.data))
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: server_pid(folders_of(site.data)) not in {None, pid})
    wait_until(site.answers)


def test_the_jobs_of_a_killed_worker_are_taken_up_again(site: Site) -> None:
    left_behind = """
        INSERT INTO procrastinate_jobs (queue_name, task_name, args, status)
        VALUES ('default', 'builtin:procrastinate.builtin_tasks.remove_old_jobs', '{"max_hours": 999}', 'doing')
        RETURNING id
    """
    with psycopg.connect(database_url(site.data), autocommit=True) as connection:
        row = connection.execute(left_behind).fetchone()
        assert row is not None
        wait_until(lambda: not connection.execute("SELECT FROM procrastinate_jobs WHERE id = %s", row).fetchall())


def test_nothing_outlives_a_killed_supervisor(site: Site) -> None:
    os.kill(site.process.pid, signal.SIGKILL)
    wait_until(lambda: processes_of(site.data) == [])
    assert server_pid(folders_of(site.data)) is None


def test_a_second_site_on_the_same_data_says_who_is_there(site: Site) -> None:
    status, said = run_up(site.data, free_port())
    assert status != 0
    assert f"pid {site.process.pid}" in said
    assert "DOORSTEP_DATA" in said
    assert len(said.strip().splitlines()) == 1


def test_a_taken_port_is_named(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        status, said = run_up(folder, taken.getsockname()[1])
    assert status != 0
    assert "DOORSTEP_PORT" in said
    assert len(said.strip().splitlines()) == 1


@pytest.mark.parametrize("port", ["abc", "0", "99999"])
def test_a_port_that_is_none_is_named(tmp_path: Path, port: str) -> None:
    status, said = run_up(tmp_path, free_port(), DOORSTEP_PORT=port)
    assert status != 0
    assert f"DOORSTEP_PORT={port}" in said
    assert len(said.strip().splitlines()) == 1


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    status, said = run_up(tmp_path / "file" / "data", free_port())
    assert status != 0
    assert str(tmp_path) in said
    assert len(said.strip().splitlines()) == 1


def test_an_unreachable_database_is_named(tmp_path: Path) -> None:
    status, said = run_up(tmp_path, free_port(), DATABASE_URL=f"postgresql://nobody@/none?host={tmp_path}")
    assert status != 0
    assert "DATABASE_URL" in said
    assert "Traceback" not in said


def test_an_unknown_command_shows_the_known_ones(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "doorstep", "unknown"],
        cwd=ROOT,
        env=environment(tmp_path, 0),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "import-roster" in done.stdout
    assert list(tmp_path.iterdir()) == []


def environment(data: Path, port: int, **more: str) -> dict[str, str]:
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("DOORSTEP_", "DATABASE_"))}
    return {**inherited, "DOORSTEP_DATA": str(data), "DOORSTEP_PORT": str(port), **more}


def run_up(data: Path, port: int, **more: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-m", "doorstep", "up"],
        cwd=ROOT,
        env=environment(data, port, **more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return done.returncode, done.stderr


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def processes_of(data: Path) -> list[int]:
    """Every living process that was started with this data folder, or works in its cluster."""
    cluster = str(folders_of(data).cluster)
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            started_with = (entry / "environ").read_bytes()
            folder = os.readlink(entry / "cwd")
        except OSError:
            continue
        if f"DOORSTEP_DATA={data}\0".encode() in started_with or folder == cluster:
            found.append(int(entry.name))
    return found


def wait_until(condition: Callable[[], bool], seconds: float = PATIENCE) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            if condition():
                return
        except (AssertionError, OSError):
            pass
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_reader_that_goes_away_ends_a_command_quietly(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "doorstep", "flow"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(tmp_path, 0), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 128 + signal.SIGPIPE
