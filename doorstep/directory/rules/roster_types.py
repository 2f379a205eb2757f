"""What the check of a roster says about a value, a row and a file."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, NamedTuple


class Level(Enum):
    """How much a finding weighs; a note changes nothing."""

    NOTE = "note"
    WARN = "warn"
    CONFLICT = "conflict"
    AMBIGUOUS = "ambiguous"
    ERROR = "error"


class Status(Enum):
    """What becomes of a sheet row."""

    OK = "ok"
    WARN = "warn"
    ERROR = "error"
    SKIP = "skip"
    AMBIGUOUS = "ambiguous"
    CONFLICT = "conflict"


_STATUS_OF = {
    Level.NOTE: Status.OK,
    Level.WARN: Status.WARN,
    Level.CONFLICT: Status.CONFLICT,
    Level.AMBIGUOUS: Status.AMBIGUOUS,
    Level.ERROR: Status.ERROR,
}
_WEIGHT = {level: weight for weight, level in enumerate(Level)}


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer the user may give: the value to put in, and how it is called."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding: `code` names its sentence, `params` fill it, `choices` are proposals never applied unasked.

    `params` hold no full ID number and no full phone number.
    """

    field: str
    code: str
    level: Level = Level.ERROR
    params: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    choices: tuple[Choice, ...] = ()

    @property
    def suggestion(self) -> str | None:
        """The only proposal, when there is exactly one."""
        return self.choices[0].value if len(self.choices) == 1 else None


Problems = tuple[Problem, ...]


class Cleaned(NamedTuple):
    """A value in its normal form, with what was found on the way; empty when nothing usable is left."""

    value: str = ""
    problems: Problems = ()

    @property
    def is_wrong(self) -> bool:
        """True when the value cannot be used as it stands."""
        return any(p.level in (Level.ERROR, Level.AMBIGUOUS) for p in self.problems)


EMPTY = Cleaned()


@dataclass(slots=True)
class RowResult:
    """What one sheet row came to; `row` is the number Excel shows."""

    row: int
    status: Status
    fields: dict[str, Any]
    problems: list[Problem]
    unit_id: int | None = None


def status_of(problems: list[Problem]) -> Status:
    """The status of a row with these findings: the heaviest decides."""
    if not problems:
        return Status.OK
    return _STATUS_OF[max((p.level for p in problems), key=_WEIGHT.__getitem__)]


def note(field_name: str, code: str, **params: Any) -> Problem:
    """A finding that changes nothing but is told."""
    return Problem(field_name, code, Level.NOTE, params)


def warn(field_name: str, code: str, *choices: Choice, **params: Any) -> Problem:
    """A finding the user should look at; the row may go in."""
    return Problem(field_name, code, Level.WARN, params, choices)


def error(field_name: str, code: str, *choices: Choice, **params: Any) -> Problem:
    """A finding that keeps the row out until it is put right."""
    return Problem(field_name, code, Level.ERROR, params, choices)


def ambiguous(field_name: str, code: str, *choices: Choice, **params: Any) -> Problem:
    """A value with several meanings; only the user can choose."""
    return Problem(field_name, code, Level.AMBIGUOUS, params, choices)


def conflict(field_name: str, code: str, *choices: Choice, **params: Any) -> Problem:
    """A value that contradicts what is already known."""
    return Problem(field_name, code, Level.CONFLICT, params, choices)
