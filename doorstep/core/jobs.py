"""Background work of core: deliver what was recorded."""

from __future__ import annotations

from typing import Any

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from doorstep.core.events import deliver_now


@app.task(name="core.deliver", queue="events", retry=RetryStrategy(max_attempts=10, exponential_wait=2))
def deliver(event: str, fields: dict[str, Any]) -> None:
    """Run the handlers of one recorded event; repeated on failure, so handlers are repeatable."""
    deliver_now(event, fields)
