"""With which settings does the embedded server run?"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from doorstep.config.postgres.folders import ROLE, Folders

MIB = 1024 * 1024
SMALLEST_BUFFERS = 64
LARGEST_BUFFERS = 1024
LARGEST_LOG = 20
CONTROL_GROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")

HOST_RULES = f"""# Written by doorstep: only the product's own role, only with its password.
local all {ROLE} scram-sha-256
local all all reject
"""


def memory_mib() -> int:
    """Main memory that we may use, in MiB: the machine's, or the container's when that is less."""
    total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    with suppress(OSError, ValueError):
        total = min(total, int(CONTROL_GROUP_LIMIT.read_text("ascii")))
    return total // MIB


def server_settings(paths: Folders, *, durable: bool, memory: int) -> str:
    """The text of our settings file; `memory` in MiB. Not durable means a throw-away server: no fsync.

    Statements and row values stay out of the log: they hold names and numbers of people.
    """
    buffers = min(max(memory // 8, SMALLEST_BUFFERS), LARGEST_BUFFERS)
    values: dict[str, str | int] = {
        "listen_addresses": "''",
        "unix_socket_directories": _quoted(paths.socket),
        "unix_socket_permissions": "0700",
        "port": 5432,
        "max_connections": 100,
        "shared_buffers": f"{buffers}MB",
        "effective_cache_size": f"{max(memory // 2, buffers)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": f"{buffers}MB",
        "max_wal_size": "1GB",
        "checkpoint_timeout": "15min",
        "random_page_cost": "1.1",
        "jit": "off",
        "timezone": "'UTC'",
        "logging_collector": "on",
        "log_directory": _quoted(paths.log),
        "log_filename": "'postgresql-%Y-%m-%d-%H%M%S.log'",
        "log_truncate_on_rotation": "off",
        "log_rotation_age": "1d",
        "log_rotation_size": f"{LARGEST_LOG}MB",
        "log_timezone": "'UTC'",
        "log_min_error_statement": "panic",
        "log_error_verbosity": "terse",
        "cluster_name": "'doorstep'",
    }
    if not durable:
        values |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_senders": 0}
        values["max_locks_per_transaction"] = 512  # some tests stand in one transaction that touches every table
        values |= {"wal_level": "minimal", "autovacuum_naptime": "5min", "shared_buffers": "128MB"}
    return "# Written by doorstep at every start.\n" + "".join(f"{key} = {value}\n" for key, value in values.items())


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
