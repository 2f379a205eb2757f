"""Starting and stopping the embedded server, alone or beside other processes that need it too."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from doorstep.config.locks import alone
from doorstep.config.postgres import diagnosis
from doorstep.config.postgres.configuration import HOST_RULES, memory_mib, server_settings
from doorstep.config.postgres.folders import DATABASE, ROLE, Folders, database_url, folders_of, prepare_folders
from doorstep.config.postgres.identity import ServerUser, server_user
from doorstep.config.postgres.processes import clear_stale_locks, server_pid
from doorstep.config.postgres.programs import MAJOR, programs_for
from doorstep.config.secrets_kept import write_secret

START_SECONDS = 300
STOP_SECONDS = 60
ORPHANS_SECONDS = 15
LOGS_KEPT = 10
INIT_OPTIONS = (
    "--username=postgres",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--auth=reject",
    "--data-checksums",
    "--no-instructions",
)


class EmbeddedPostgres:
    """The server of one data folder, shared by all processes that start it.

    Each process that calls `start` holds a common lock until it stops or ends, however it ends;
    the last one out stops the server.
    """

    def __init__(self, data: Path, *, durable: bool = True) -> None:
        self.data = data.absolute()
        self.durable = durable
        self._use: int | None = None

    def start(self) -> str:
        """Bring the server up if it is not, count ourselves among its users, and return its URL.

        Repeatable: after a crash of the server it brings it up again. Raises Trouble with what to do.
        """
        try:
            self.data.mkdir(parents=True, exist_ok=True)
            with alone(folders_of(self.data).start_lock):
                paths, user = prepare_folders(self.data)
                if server_pid(paths) is None:
                    self._bring_up(paths, user)
                if self._use is None:
                    self._use = os.open(paths.users_lock, os.O_RDWR | os.O_CREAT, 0o600)
                    fcntl.flock(self._use, fcntl.LOCK_SH)
        except OSError as error:
            raise diagnosis.from_os_error(error, self.data) from error
        return database_url(self.data)

    def stop(self) -> None:
        """Leave; stop the server when nobody else uses it."""
        if self._use is None:
            return
        paths = folders_of(self.data)
        with alone(paths.start_lock):
            try:
                fcntl.flock(self._use, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass
            else:
                self._shut_down(paths)
            finally:
                os.close(self._use)
                self._use = None

    @contextmanager
    def in_use(self) -> Iterator[str]:
        """The server is up while the block runs; gives its URL."""
        url = self.start()
        try:
            yield url
        finally:
            self.stop()

    def drop_old_logs(self) -> None:
        """Keep the newest logs: with their largest size, the most that the log ever takes of the disk."""
        with suppress(OSError):  # another time, then: no log is worth a start that fails
            for log in _logs(folders_of(self.data))[:-LOGS_KEPT]:
                log.unlink()

    def _bring_up(self, paths: Folders, user: ServerUser) -> None:
        programs = programs_for(user, paths.home)
        if not paths.cluster.exists():
            _make_cluster(paths, user, programs, durable=self.durable)
        _check_version(paths)
        if not paths.password.exists():
            _set_password(paths, user, programs, paths.cluster, "ALTER")
        _write(paths.cluster / "pg_hba.conf", HOST_RULES, user)
        _write(
            paths.cluster / "postgresql.auto.conf",
            server_settings(paths, durable=self.durable, memory=memory_mib()),
            user,
        )
        clear_stale_locks(paths)
        self.drop_old_logs()
        self._launch(paths, user, programs)

    def _launch(self, paths: Folders, user: ServerUser, programs: Path) -> None:
        """Start, waiting for crash recovery; orphans of a killed server may need some seconds to go."""
        _write(paths.start_log, "", user)
        patience = time.monotonic() + ORPHANS_SECONDS
        command = ("start", "-w", "-t", str(START_SECONDS), "-D", paths.cluster, "-l", paths.start_log)
        while user.run(programs / "pg_ctl", *command, cwd=paths.home).returncode != 0:
            said = _said(paths)
            if "still in use" not in said or time.monotonic() > patience:
                raise diagnosis.from_output(said, paths.home, paths.log)
            time.sleep(0.3)

    def _shut_down(self, paths: Folders) -> None:
        if server_pid(paths) is None:
            return
        socket = paths.socket
        user = server_user(paths.cluster)
        mode = "fast" if self.durable else "immediate"
        command = ("stop", "-w", "-t", str(STOP_SECONDS), "-m", mode, "-D", paths.cluster)
        stopped = user.run(programs_for(user, paths.home) / "pg_ctl", *command, cwd=paths.home)
        if stopped.returncode != 0 and server_pid(paths) is not None:
            raise diagnosis.from_output(stopped.stderr, paths.home, paths.log)
        with suppress(OSError):
            socket.rmdir()


def server_running(data: Path) -> bool:
    """Whether the embedded server of `data` is alive."""
    try:
        return server_pid(folders_of(data)) is not None
    except PermissionError:
        return False


@contextmanager
def throwaway() -> Iterator[str]:
    """A server of its own for tests, without fsync; gives its URL and leaves nothing behind."""
    folder = Path(tempfile.mkdtemp(prefix="doorstep-test-"))
    folder.chmod(0o711)
    server = EmbeddedPostgres(folder, durable=False)
    try:
        yield server.start()
    finally:
        socket = folders_of(folder).socket
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(socket, ignore_errors=True)


def _make_cluster(paths: Folders, user: ServerUser, programs: Path, *, durable: bool) -> None:
    """Make the cluster beside its place and move it there when whole: an interrupted one is never started."""
    part = paths.home / "cluster.part"
    shutil.rmtree(part, ignore_errors=True)
    hurry = [] if durable else ["--no-sync"]
    made = user.run(programs / "initdb", "-D", part, *INIT_OPTIONS, *hurry, cwd=paths.home)
    try:
        if made.returncode != 0:
            raise diagnosis.from_output(made.stderr + made.stdout, paths.home, paths.log)
        _set_password(paths, user, programs, part, "CREATE")
        part.rename(paths.cluster)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _set_password(paths: Folders, user: ServerUser, programs: Path, cluster: Path, verb: str) -> None:
    """Give the product's role a new password, by the server's single-user mode: no other role can sign in."""
    password = secrets.token_hex(24)
    statements = [f"{verb} ROLE {ROLE} LOGIN CREATEDB PASSWORD '{password}';"]
    if verb == "CREATE":
        statements.append(f"CREATE DATABASE {DATABASE} OWNER {ROLE};")
    clear_stale_locks(paths)
    done = user.run(
        *(programs / "postgres", "--single", "-j", "-D", cluster, "-c", "exit_on_error=on", "postgres"),
        cwd=paths.home,
        feed="\n\n".join(statements) + "\n\n",
    )
    if done.returncode != 0:
        raise diagnosis.from_output(done.stderr, paths.home, paths.log)
    write_secret(paths.password, password + "\n")


def _check_version(paths: Folders) -> None:
    found = (paths.cluster / "PG_VERSION").read_text("ascii").strip()
    if found != str(MAJOR):
        raise diagnosis.other_version(found, MAJOR, paths.cluster)


def _write(path: Path, text: str, user: ServerUser) -> None:
    """Replace a file of the server's in one step, so that a full disk cannot leave half of it."""
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(text, "utf-8")
    fresh.chmod(0o600)
    user.own(fresh)
    fresh.replace(path)


def _said(paths: Folders) -> str:
    """What the server wrote since this start: before its logger was up, and the end of its newest log."""
    said = paths.start_log.read_text("utf-8", "replace")
    with suppress(OSError, IndexError):
        said += "\n".join(_logs(paths)[-1].read_text("utf-8", "replace").splitlines()[-20:])
    return said


def _logs(paths: Folders) -> list[Path]:
    """The server's log files, the newest last."""
    found = [(file.stat().st_mtime, file) for file in paths.log.glob("*.log")]
    return [file for _, file in sorted(found)]
