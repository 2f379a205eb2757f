"""Serves a floor exactly as the product is served: `python -m benchmarks.floors.serve module:application PORT`."""

from __future__ import annotations

import sys

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from doorstep.config.serving import web_size

if __name__ == "__main__":
    workers, threads = web_size()
    Granian(
        sys.argv[1],
        address="127.0.0.1",
        port=int(sys.argv[2]),
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        websockets=False,
        log_level=LogLevels.error,
    ).serve()
