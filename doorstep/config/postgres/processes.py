"""Is the server of this cluster alive, and is a lock file it left behind stale?"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from doorstep.config.postgres.folders import Folders

PROC = Path("/proc")


def server_pid(paths: Folders) -> int | None:
    """The process number of the live server of this cluster; None when there is none."""
    pid = _written_pid(paths)
    return pid if pid is not None and _is_server_of(pid, paths.cluster) else None


def clear_stale_locks(paths: Folders) -> None:
    """Remove lock files whose process number now belongs to a program that is not our server.

    PostgreSQL clears its own leftovers unless that number was given to another process, as happens after a
    reboot. Nothing is removed while any process still works in the cluster.
    """
    if _somebody_works_in(paths.cluster):
        return
    socket = paths.socket
    for lock in (paths.pid_file, *socket.glob(".s.PGSQL.*.lock")):
        lock.unlink(missing_ok=True)


def is_alive(pid: int) -> bool:
    """Whether a process with this number exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _written_pid(paths: Folders) -> int | None:
    try:
        return int(paths.pid_file.read_text("utf-8").split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def _is_server_of(pid: int, cluster: Path) -> bool:
    """Every process of PostgreSQL works in its cluster's folder; without /proc the command must do as a sign."""
    if not is_alive(pid):
        return False
    if PROC.joinpath("self").exists():
        return _works_in(pid, cluster)
    shown = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return "postgres" in shown.stdout


def _works_in(pid: int, cluster: Path) -> bool:
    try:
        return os.readlink(PROC / str(pid) / "cwd") == str(cluster.resolve())
    except OSError:
        return False


def _somebody_works_in(cluster: Path) -> bool:
    if not PROC.joinpath("self").exists():
        return False
    return any(_works_in(int(entry.name), cluster) for entry in PROC.iterdir() if entry.name.isdigit())
