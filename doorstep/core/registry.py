"""Which rooms of an app must be loaded before the first request, which figures, choices and ways it states."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from doorstep.core.permissions import register

Measure = Callable[[Sequence[int], date], Mapping[int, int]]
_measures: dict[str, str] = {}
_choices: dict[str, str] = {}
_ways: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Choice:
    """A row of one app that another app lets people choose by its id: in words, of which unit, in which county."""

    id: int
    words: str
    unit_id: int
    county: str


@dataclass(frozen=True, slots=True)
class Journey:
    """From where a unit lies to where another lies; at either end perhaps a row of another app that lies there."""

    home_id: int
    unit_id: int
    row_id: int | None = None
    from_row_id: int | None = None


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


def state_choices(name: str, function: str) -> None:
    """Let `function` (module:name) give the rows of a county, or with "" all, that another app lets people choose."""
    _choices[name] = function


def choices_of(name: str, county: str) -> Sequence[Choice]:
    """What can be chosen under `name` in a county, or with "" anywhere. Raises KeyError."""
    module, _, function = _choices[name].partition(":")
    offered: Sequence[Choice] = getattr(importlib.import_module(module), function)(county)
    return offered


def state_ways(name: str, function: str) -> None:
    """Let `function` (module:name) say how many minutes journeys take that another app asks for."""
    _ways[name] = function


def ways_of(name: str, journeys: Sequence[Journey]) -> Sequence[int | None]:
    """The minutes of each journey, None where nobody knows where an end of it lies. Raises KeyError."""
    module, _, function = _ways[name].partition(":")
    told: Sequence[int | None] = getattr(importlib.import_module(module), function)(journeys)
    return told
