"""Which rooms of an app must be loaded before the first request, and which figures it states of units for others."""

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
    """Let `function` (module:name) say a figure of units, so that one app may judge by what another knows."""
    _measures[name] = function


def measured(name: str, units: Sequence[int], on: date) -> Mapping[int, int]:
    """unit id -> the figure `name` of that unit on a day; units without any are left out. Raises KeyError."""
    module, _, function = _measures[name].partition(":")
    measure: Measure = getattr(importlib.import_module(module), function)
    return measure(units, on)
