"""Serves a floor exactly as the product is served: `python -m benchmarks.floors.serve module:application PORT`."""

from __future__ import annotations

import os
import sys

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from doorstep.config.serving import FEWEST_THREADS, MOST_THREADS

if __name__ == "__main__":
    cores = os.cpu_count() or 1
    Granian(
        sys.argv[1],
        address="127.0.0.1",
        port=int(sys.argv[2]),
        interface=Interfaces.WSGI,
        workers=int(os.environ.get("DOORSTEP_WEB_WORKERS") or max(1, cores // 2)),
        blocking_threads=int(
            os.environ.get("DOORSTEP_WEB_THREADS") or min(MOST_THREADS, max(FEWEST_THREADS, 32 * cores))
        ),
        websockets=False,
        log_level=LogLevels.error,
    ).serve()
