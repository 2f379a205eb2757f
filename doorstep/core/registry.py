"""Which rooms of an app must be loaded before the first request, and which figures it states for others."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from doorstep.core.permissions import register

Measure = Callable[[Sequence[int], date], Mapping[int, int]]
_measures: dict[str, str] = {}


def load_rooms(app: str) -> None:
    """Import the app's `permissions`, `events`, `jobs` and `handlers` rooms and register its permission rows."""
    for room in ("permissions", "events", "handlers"):
        name = f"{app}.{room}"
        if importlib.util.find_spec(name) is None:
            continue
        module = importlib.import_module(name)
        if room == "permissions" and hasattr(module, "TABLE"):
            register(module.TABLE)


def state_measure(name: str, function: str) -> None:
    """Let `function` (module:name) say a figure of units, or of other rows by their ids, that another app asks for."""
    _measures[name] = function


def measured(name: str, ids: Sequence[int], on: date) -> Mapping[int, int]:
    """id -> the figure `name` of that unit or row on a day; those without any are left out. Raises KeyError."""
    module, _, function = _measures[name].partition(":")
    measure: Measure = getattr(importlib.import_module(module), function)
    return measure(ids, on)
