"""Everything up together: database, web server and worker, restarted when they die, stopped together."""

from __future__ import annotations

import fcntl
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

from doorstep.config.bundle import check_bundle_is_there
from doorstep.config.place import data_folder
from doorstep.config.postgres import EmbeddedPostgres, server_running
from doorstep.config.postgres.diagnosis import from_os_error
from doorstep.config.preparation import progress
from doorstep.config.serving import STOP_SECONDS, web_host, web_port
from doorstep.config.troubles import Trouble

LOOK_SECONDS = 0.2
LOG_SECONDS = 60
LEAST_FREE = 500 * 2**20  # room for some days of records and for the database's own log
READY_SECONDS = 60
SHORT_LIFE_SECONDS = 10
SHORT_LIVES = 5


class Child:
    """One program of ours, in a process group of its own so that nothing of it can stay behind."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.short_lives = 0
        self._start()

    def _start(self) -> None:
        self.born = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "doorstep", self.name],
            stdin=subprocess.PIPE,
            env={**os.environ, "DOORSTEP_SUPERVISED": "1"},
            start_new_session=True,
        )

    def revive(self) -> None:
        """Start it again if it has died; raises Trouble when it keeps dying at once."""
        status = self.process.poll()
        if status is None:
            return
        self.kill()
        self.short_lives = self.short_lives + 1 if time.monotonic() - self.born < SHORT_LIFE_SECONDS else 0
        if self.short_lives >= SHORT_LIVES:
            raise Trouble(
                f"{self.name} 反复启动失败（退出码 {status}），上面是它的输出",
                f"{self.name} keeps failing (exit code {status}); its output is above",
            )
        progress(f"{self.name} 意外退出，重新启动", f"{self.name} died and is started again")
        self._start()

    def ask_to_stop(self) -> None:
        """Ask politely."""
        if self.process.poll() is None:
            self.process.terminate()

    def kill(self) -> None:
        """End whatever is left of it, its own children included."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        if self.process.stdin:
            self.process.stdin.close()

    def wait_until(self, deadline: float) -> None:
        """Give it until `deadline` to end."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.1, deadline - time.monotonic()))


class _Stop(Exception):  # noqa: N818 - a wish, not an error
    """A signal asked us to stop."""


def up(*, with_demo: bool) -> None:
    """Run the whole site in the foreground until SIGTERM or SIGINT; raises Trouble with what to do."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, _stop)
    check_bundle_is_there()
    data = data_folder()
    if with_demo:  # the demo city sends nothing anywhere: what would leave stands in a file
        os.environ.setdefault("DOORSTEP_CHANNELS", "mail=file sms=file wecom=file dingtalk=file")
    server = None if os.environ.get("DATABASE_URL") else EmbeddedPostgres(data)
    children: list[Child] = []
    try:
        with _only_one(data):
            _check_port()
            if server:
                server.start()
                progress("数据库已启动", "database is up")
            _prepare(with_demo=with_demo)
            children += [Child("serve"), Child("worker")]
            _wait_until_ready(children)
            print(f"ready: http://127.0.0.1:{web_port()}", flush=True)
            _watch(children, server)
    except _Stop:
        progress("正在停止", "stopping")
    finally:
        _ignore_signals()
        _stop_all(children)
        if server:
            server.stop()


def _stop(_number: int, _frame: FrameType | None) -> None:
    _ignore_signals()
    raise _Stop


def _ignore_signals() -> None:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


@contextmanager
def _only_one(data: Path) -> Iterator[None]:
    """One site for each data folder; the kernel frees the lock when we end, however we end."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        lock = open(data / "up.lock", "a+", encoding="utf-8")  # noqa: SIM115 - closed below
    except OSError as error:
        raise from_os_error(error, data) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip()
            raise Trouble(
                f"数据文件夹 {data} 正被另一个 Doorstep 使用（{holder}）：请先停止它，或设置 DOORSTEP_DATA",
                f"another Doorstep is using {data} ({holder}): stop it first, or set DOORSTEP_DATA",
            ) from None
        lock.truncate(0)
        lock.write(f"pid {os.getpid()}, http://127.0.0.1:{web_port()}\n")
        lock.flush()
        yield


def _check_port() -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((web_host(), web_port()))
        except OSError as error:
            raise Trouble(
                f"端口 {web_port()} 不能用（{error.strerror}）：请设置 DOORSTEP_PORT 换一个端口",
                f"port {web_port()} cannot be used: set DOORSTEP_PORT to another one",
            ) from error


def _prepare(*, with_demo: bool) -> None:
    """In a process of its own, so that what it loads is gone before the site starts."""
    command = [sys.executable, "-m", "doorstep", "prepare", *(["--demo"] if with_demo else [])]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        status = process.wait()
    except BaseException:
        process.terminate()
        process.wait()
        raise
    if status:
        raise Trouble("数据库准备失败，原因见上", "preparing the database failed; the reason is above")


def _wait_until_ready(children: list[Child]) -> None:
    """Until the site answers; raises Trouble when it does not within a minute."""
    deadline = time.monotonic() + READY_SECONDS
    while not _answers():
        if time.monotonic() > deadline:
            raise Trouble("网站没有回应，原因见上面的输出", "the site does not answer; see its output above")
        for child in children:
            child.revive()
        time.sleep(LOOK_SECONDS / 4)


def _answers() -> bool:
    host = "127.0.0.1" if web_host() in {"0.0.0.0", "127.0.0.1", "localhost"} else web_host()
    connection = http.client.HTTPConnection(host, web_port(), timeout=5)
    try:
        connection.request("GET", "/login/", headers={"Host": "127.0.0.1"})
        return connection.getresponse().status < 400
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _watch(children: list[Child], server: EmbeddedPostgres | None) -> None:
    """Until a signal: whatever dies is started again, and the database's log never fills the disk."""
    data = data_folder()
    said = ""
    is_short = False
    looked_at = time.monotonic()
    while True:
        time.sleep(LOOK_SECONDS)
        if time.monotonic() - looked_at > LOG_SECONDS:
            looked_at = time.monotonic()
            is_short = _tell_of_space(data, is_short)
            if server:
                server.drop_old_logs()
        if server and not server_running(data):
            try:
                server.start()
                progress("数据库意外退出，已重新启动", "the database died and was started again")
                said = ""
            except Trouble as trouble:
                if str(trouble) != said:
                    print(trouble, file=sys.stderr, flush=True)
                said = str(trouble)
                time.sleep(2)
                continue
        for child in children:
            child.revive()


def _tell_of_space(data: Path, was_short: bool) -> bool:
    """Whether the disk is nearly full; said once, before writes begin to fail, and once more when there is room."""
    free = shutil.disk_usage(data).free
    is_short = free < LEAST_FREE
    if is_short and not was_short:
        megabytes = free // 2**20
        progress(
            f"磁盘快满了：{data} 所在的磁盘只剩 {megabytes} MB，满了就写不进新记录，请腾出空间",
            f"the disk of {data} is nearly full ({megabytes} MB left): free some space, or nothing new can be kept",
        )
    if was_short and not is_short:
        progress("磁盘空间够了", "there is room on the disk again")
    return is_short


def _stop_all(children: list[Child]) -> None:
    for child in children:
        child.ask_to_stop()
    deadline = time.monotonic() + STOP_SECONDS + 5
    for child in children:
        child.wait_until(deadline)
        child.kill()
