"""What does a refusal of PostgreSQL or of the file system mean, and what can the operator do?"""

from __future__ import annotations

import errno
import os
from pathlib import Path

from doorstep.config.troubles import Trouble


def disk_full(place: Path) -> Trouble:
    """No room left where the database lives: in our folder, or on a server of the operator's own."""
    if os.environ.get("DATABASE_URL"):
        return Trouble(
            f"磁盘已满：数据库服务器或 {place} 所在的磁盘没有空间了，已有数据完好；请腾出空间后再做一次",
            f"disk full: no space left on the database server or where {place} lives; nothing is lost, free some "
            "space and try again",
        )
    return Trouble(
        f"磁盘已满：{place} 所在的磁盘没有空间了，已有数据完好；请腾出空间后再启动",
        f"disk full: no space left where {place} lives; nothing is lost, free some space and start again",
    )


def other_version(found: str, needed: int, place: Path) -> Trouble:
    """The cluster was written by another major version."""
    return Trouble(
        f"数据库 {place} 由 PostgreSQL {found} 写成，本程序带的是 {needed}：请用原来的版本导出后再导入，数据没有改动",
        f"the database {place} was written by PostgreSQL {found}, this program brings {needed}: dump it with the "
        "old version and load it with this one; nothing was changed",
    )


def from_os_error(error: OSError, place: Path) -> Trouble:
    """The file system refused."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return disk_full(place)
    where = error.filename or place
    if error.errno in {errno.EACCES, errno.EPERM}:
        return Trouble(
            f"没有权限使用 {where}：请用拥有数据文件夹的用户启动，或设置 DOORSTEP_DATA",
            f"no permission for {where}: start as the user who owns the data folder, or set DOORSTEP_DATA",
        )
    return Trouble(f"无法使用 {where}：{error.strerror}", f"cannot use {where}: {error.strerror}")


def from_output(text: str, place: Path, log: Path) -> Trouble:
    """The server or initdb refused; `text` is what it said, `log` where more can be read."""
    said = text.lower()
    if "no space left on device" in said or "disk quota exceeded" in said or "file too large" in said:
        return disk_full(place)
    if "permission denied" in said or "operation not permitted" in said or "wrong ownership" in said:
        return Trouble(
            f"PostgreSQL 没有权限使用 {place}：请用拥有它的用户启动，详见 {log}",
            f"PostgreSQL has no permission for {place}: start as the user who owns it; see {log}",
        )
    if "cannot allocate memory" in said or "could not map anonymous shared memory" in said:
        return Trouble("内存不足，PostgreSQL 无法启动", f"not enough memory for PostgreSQL; see {log}")
    lines = [line for line in text.splitlines() if "FATAL" in line or "error" in line.lower()]
    last = (lines or text.strip().splitlines() or ["-"])[-1].strip()
    return Trouble(f"PostgreSQL 无法启动：{last}；详见 {log}", f"PostgreSQL cannot start; see {log}")
