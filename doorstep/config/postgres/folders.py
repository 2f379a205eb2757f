"""Where do the cluster, its socket, its log and its password live?

<data>/postgres/            home: owned by the server's user, 0700
    cluster/  log/  start.log  programs/ (a copy, only where the installed ones cannot be read)
<data>/postgres-password    0600, ours
<data>/postgres-start.lock, <data>/postgres-users.lock
<data>/postgres-home        only where the server's user cannot reach <data>: the path of the home instead
<temp>/doorstep-<hash>/     the socket: short whatever the length of <data>, 0700
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from doorstep.config.postgres.identity import ServerUser, server_user
from doorstep.config.troubles import Trouble

ROLE = "doorstep"
DATABASE = "doorstep"
SYSTEM_HOMES = Path("/var/lib/doorstep")
LONGEST_SOCKET_FOLDER = 80
BELONGS_TO = "data-folder"


@dataclass(frozen=True)
class Folders:
    """Every path of one embedded server."""

    data: Path
    home: Path

    @property
    def cluster(self) -> Path:
        """What PostgreSQL calls PGDATA."""
        return self.home / "cluster"

    @property
    def pid_file(self) -> Path:
        """Written by the server while it runs."""
        return self.cluster / "postmaster.pid"

    @property
    def log(self) -> Path:
        """The log: a new file every day and every 20 MB, the newest few kept."""
        return self.home / "log"

    @property
    def start_log(self) -> Path:
        """What the server says before its logger is up."""
        return self.home / "start.log"

    @property
    def password(self) -> Path:
        """The password of the product's role; readable by us alone."""
        return self.data / "postgres-password"

    @property
    def start_lock(self) -> Path:
        """Held while the server is being made, started or stopped."""
        return self.data / "postgres-start.lock"

    @property
    def users_lock(self) -> Path:
        """Held in common by every process that needs the server."""
        return self.data / "postgres-users.lock"

    @property
    def pointer(self) -> Path:
        """Names the home when it could not be inside the data folder."""
        return self.data / "postgres-home"

    @property
    def socket(self) -> Path:
        """The folder of the socket: that of the running server, else the one it will use."""
        try:
            lines = self.pid_file.read_text("utf-8").splitlines()
        except OSError:
            lines = []
        if len(lines) > 4 and lines[4]:
            return Path(lines[4])
        name = "doorstep-" + hashlib.sha256(str(self.home).encode()).hexdigest()[:12]
        usual = Path(tempfile.gettempdir()) / name
        return usual if len(str(usual)) <= LONGEST_SOCKET_FOLDER else Path("/tmp") / name


def folders_of(data: Path) -> Folders:
    """The paths that belong to `data`, changing nothing."""
    data = data.absolute()
    pointer = data / "postgres-home"
    try:
        home = Path(pointer.read_text("utf-8").strip())
    except OSError:
        home = data / "postgres"
    return Folders(data, home)


def database_url(data: Path) -> str:
    """How to reach the embedded server of `data`; the password is missing until its first start."""
    paths = folders_of(data)
    try:
        password = paths.password.read_text("ascii").strip()
    except OSError:
        password = ""
    return f"postgresql://{ROLE}:{password}@/{DATABASE}?host={quote(str(paths.socket), safe='')}"


def prepare_folders(data: Path) -> tuple[Folders, ServerUser]:
    """Make the folders that are ours and say which user runs the server; nobody else's folder is touched.

    Called with the start lock held. Raises Trouble when a folder cannot be made or belongs to somebody else.
    """
    try:
        paths = folders_of(data)
        user = server_user(paths.cluster)
        if not paths.home.exists():
            paths = _choose_home(paths, user)
            _make_private(paths.home, user)
            if paths.home.parent == SYSTEM_HOMES:
                (paths.home / BELONGS_TO).write_text(f"{data.absolute()}\n", "utf-8")
        _check_owner(paths.home, user)
        _make_private(paths.log, user)
        _make_socket_folder(paths.socket, user)
        if paths.cluster.exists():
            _tighten(paths.cluster, 0o700)
    except PermissionError as error:
        raise Trouble(
            f"没有权限使用数据文件夹 {data}（{error.filename}）：请换用拥有它的用户，或设置 DOORSTEP_DATA",
            f"no permission for the data folder {data} ({error.filename}): start as the user who owns it, "
            "or set DOORSTEP_DATA",
        ) from error
    return paths, user


def _choose_home(paths: Folders, user: ServerUser) -> Folders:
    """The home inside the data folder, or a system folder when the server's user cannot get there."""
    if user.may_enter(paths.data):
        return Folders(paths.data, paths.data / "postgres")
    home = SYSTEM_HOMES / secrets.token_hex(8)
    if not SYSTEM_HOMES.exists():
        SYSTEM_HOMES.mkdir(parents=True)
        SYSTEM_HOMES.chmod(0o711)
    _clear_homes_of_vanished_temporary_data()
    if not user.may_enter(SYSTEM_HOMES):
        raise Trouble(
            f"数据库用户进不了 {paths.data}：请把 DOORSTEP_DATA 设为其他用户可以进入的文件夹，例如 /srv/doorstep",
            f"the database's system user cannot enter {paths.data}: set DOORSTEP_DATA to a folder others may "
            "walk through, such as /srv/doorstep",
        )
    paths.pointer.write_text(f"{home}\n", "utf-8")
    return Folders(paths.data, home)


def _clear_homes_of_vanished_temporary_data() -> None:
    """Remove system homes whose data folder was below the temporary folder and is gone; no other is ever removed."""
    temporary = Path(tempfile.gettempdir()).resolve()
    for note in SYSTEM_HOMES.glob(f"*/{BELONGS_TO}"):
        data = Path(note.read_text("utf-8").strip())
        if temporary in data.parents and not data.exists():
            shutil.rmtree(note.parent, ignore_errors=True)


def _make_private(folder: Path, user: ServerUser) -> None:
    if not folder.exists():
        folder.mkdir(mode=0o700)
        user.own(folder)


def _check_owner(home: Path, user: ServerUser) -> None:
    owner = home.stat().st_uid
    if owner != user.uid:
        raise Trouble(
            f"数据库文件夹 {home} 属于用户 {owner}，当前用户不能使用：请换用原来的用户启动，或设置 DOORSTEP_DATA",
            f"the database folder {home} belongs to user {owner}: start as that user, or set DOORSTEP_DATA",
        )


def _make_socket_folder(folder: Path, user: ServerUser) -> None:
    """A folder that only the server's user may enter; one made by somebody else is refused, not used."""
    _make_private(folder, user)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != user.uid:
        raise Trouble(
            f"{folder} 已被其他用户占用：请删除它后再启动",
            f"{folder} was made by somebody else: remove it and start again",
        )
    _tighten(folder, 0o700)


def _tighten(folder: Path, mode: int) -> None:
    if stat.S_IMODE(folder.stat().st_mode) != mode:
        os.chmod(folder, mode)
