"""As which system user does the server run, and what may that user reach?

PostgreSQL refuses to run as root. Started as root, we run it as a system user of our own and never loosen
a folder to let that user in: where it cannot reach something, `folders` and `programs` choose another place.
"""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from doorstep.config.troubles import Trouble

NAME = "doorstep-pg"
FALLBACK = "nobody"


@dataclass(frozen=True)
class ServerUser:
    """The user and group that own the cluster and run the server."""

    uid: int
    gid: int

    @property
    def is_another(self) -> bool:
        """Whether the server runs as somebody other than ourselves."""
        return self.uid != os.geteuid()

    def own(self, path: Path) -> None:
        """Hand a file or folder that we just made to the server's user."""
        if self.is_another:
            os.chown(path, self.uid, self.gid)

    def run(self, *command: str | Path, cwd: Path, feed: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run a program as this user with a bare environment; the caller looks at `returncode`.

        Raises PermissionError when this user may not execute the program or enter `cwd`.
        """
        identity: dict[str, Any] = {"user": self.uid, "group": self.gid, "extra_groups": []} if self.is_another else {}
        return subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            env={"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
            input=feed,
            stdin=subprocess.DEVNULL if feed is None else None,
            capture_output=True,
            text=True,
            check=False,
            **identity,
        )

    def may_enter(self, folder: Path) -> bool:
        """Whether this user can walk into `folder`; asked of the kernel, so access lists count too."""
        return not self.is_another or self.run("/bin/sh", "-c", 'cd "$1"', "sh", folder, cwd=Path("/")).returncode == 0

    def may_read(self, file: Path) -> bool:
        """Whether this user can read `file`."""
        if not self.is_another:
            return os.access(file, os.R_OK)
        return self.run("/bin/sh", "-c", 'test -r "$1"', "sh", file, cwd=Path("/")).returncode == 0


def server_user(cluster: Path) -> ServerUser:
    """Ourselves; or, when we are root, the owner of an existing `cluster`, else a system user of ours."""
    if os.geteuid() != 0:
        return ServerUser(os.geteuid(), os.getegid())
    if cluster.exists() and (owner := cluster.stat()).st_uid != 0:
        return ServerUser(owner.st_uid, owner.st_gid)
    return _system_user()


def _system_user() -> ServerUser:
    for name, may_make in ((NAME, True), (FALLBACK, False)):
        found = _look_up(name)
        if not found and may_make:
            _make_user(name)
            found = _look_up(name)
        if found:
            return found
    raise Trouble(
        f"PostgreSQL 不能以 root 运行，且无法新建系统用户：请先运行 useradd --system {NAME}，或改用普通用户启动",
        f"PostgreSQL cannot run as root and no system user could be made: run useradd --system {NAME} first, "
        "or start as an ordinary user",
    )


def _look_up(name: str) -> ServerUser | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return ServerUser(entry.pw_uid, entry.pw_gid)


def _make_user(name: str) -> None:
    options = ["--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"]
    for program in ("/usr/sbin/useradd", "/sbin/useradd"):
        if Path(program).exists():
            subprocess.run([program, *options, "--shell", "/usr/sbin/nologin", name], capture_output=True, check=False)
            return
