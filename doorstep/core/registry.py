"""Which rooms of an app must be loaded before the first request."""

from __future__ import annotations

import importlib
import importlib.util

from doorstep.core.permissions import register


def load_rooms(app: str) -> None:
    """Import the app's `permissions`, `events`, `jobs` and `handlers` rooms and register its permission rows."""
    for room in ("permissions", "events", "handlers"):
        name = f"{app}.{room}"
        if importlib.util.find_spec(name) is None:
            continue
        module = importlib.import_module(name)
        if room == "permissions" and hasattr(module, "TABLE"):
            register(module.TABLE)
