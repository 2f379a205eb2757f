"""What work costs here, so that a limit stated in seconds means the same on a slow machine."""

from __future__ import annotations

import os
import time


def cpu_seconds() -> float:
    """CPU this process and its ended children have used: what a look costs, however busy the machine is."""
    return sum(os.times()[:4])


def second_of_work() -> float:
    """CPU seconds that take here what a second takes on a plain office server: 75 million whole numbers added."""
    started = time.process_time()
    sum(range(15_000_000))
    return 5 * (time.process_time() - started)
