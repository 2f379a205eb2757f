"""How does work run in a process of its own, held to a limit of memory?"""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEMORY_LIMIT = 300 * 1024 * 1024
# The database's own libraries and the tables of characters, taken before the first row is read.
LIBRARIES = 160 * 1024 * 1024
ROOT = Path(__file__).resolve().parents[3]


def surroundings() -> dict[str, str]:
    """The environment in which a child finds the product, wherever this process was started."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))}


@contextmanager
def limited_memory(limit: int = MEMORY_LIMIT) -> Iterator[None]:
    """Hold this process to `limit` bytes of data beyond what it has now; beyond it Python raises MemoryError."""
    kind = resource.RLIMIT_DATA
    soft, hard = resource.getrlimit(kind)
    wanted = _data_now() + limit
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    resource.setrlimit(kind, (wanted, hard))
    try:
        yield
    finally:
        resource.setrlimit(kind, (soft, hard))


def _data_now() -> int:
    """Bytes of data this process has mapped; 0 where the system does not say."""
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmData"))
    except (OSError, StopIteration):
        return LIBRARIES
