"""Serves a floor with as many processes as the product, and as many threads as do it good: `python -m benchmarks.floors.serve module:application PORT`."""

from __future__ import annotations

import sys

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from doorstep.config.serving import web_size

# A view that waits for its own commit needs a thread for each connection of a burst.
CONNECTIONS = 64

if __name__ == "__main__":
    workers, _threads = web_size()
    Granian(
        sys.argv[1],
        address="127.0.0.1",
        port=int(sys.argv[2]),
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=CONNECTIONS // workers,
        websockets=False,
        log_level=LogLevels.error,
    ).serve()
