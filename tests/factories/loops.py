"""What waits on an event loop, waited for by a test: in a thread of its own, for a browser may run a loop in ours."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


def waited(answer: Coroutine[Any, Any, T]) -> T:
    """What a coroutine gives, or raises."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, answer).result()
