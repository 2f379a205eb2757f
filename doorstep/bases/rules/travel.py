"""What a list of travel times says row by row, and how far the estimate is from it."""

from __future__ import annotations

import csv
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, median, quantiles

COLUMNS = ("from", "to", "minutes")
LONGEST = 24 * 60  # minutes; nobody is a day on the road within a city


@dataclass(frozen=True, slots=True)
class TravelRow:
    """Minutes on the road from one code to another, of a base or a division."""

    origin: str
    target: str
    minutes: int


@dataclass(frozen=True, slots=True)
class BadRow:
    """A line that cannot be taken: its number in the file, what is wrong, the words it is wrong about."""

    line: int
    code: str
    value: str = ""


def read_travel(lines: Iterable[str], known: Container[str]) -> tuple[list[TravelRow], list[BadRow]]:
    """The rows of a CSV with the columns from, to and minutes, and the lines that are none.

    Codes must be among `known`; minutes are whole, from 1 to a day; a pair stands once.
    """
    reader = csv.reader(lines)
    head = [name.strip().lower() for name in next(reader, [])]
    if head != list(COLUMNS):
        return [], [BadRow(1, "head", ",".join(head))]
    found: list[TravelRow] = []
    bad: list[BadRow] = []
    seen: set[tuple[str, str]] = set()
    for values in reader:
        cells = [value.strip() for value in values]
        if not any(cells):
            continue
        problem = _problem(cells, known, seen)
        if problem:
            bad.append(BadRow(reader.line_num, *problem))
        else:
            seen.add((cells[0], cells[1]))
            found.append(TravelRow(cells[0], cells[1], int(cells[2])))
    return found, bad


def _problem(cells: Sequence[str], known: Container[str], seen: set[tuple[str, str]]) -> tuple[str, str] | None:
    if len(cells) != len(COLUMNS):
        return "columns", str(len(cells))
    origin, target, minutes = cells
    for code in (origin, target):
        if code not in known:
            return "unknown", code
    if origin == target:
        return "same", origin
    if not (minutes.isascii() and minutes.isdecimal() and len(minutes) < 6 and 1 <= int(minutes) <= LONGEST):
        return "minutes", minutes
    return ("twice", f"{origin},{target}") if (origin, target) in seen else None


@dataclass(frozen=True, slots=True)
class EstimateError:
    """How far the estimate is from known times, in minutes over `count` pairs.

    `mean` and `middle` of how far it is off, `nine_tenths` within which nine of ten are, and `bias`: how much
    longer (or, below 0, shorter) it says the way is on the whole.
    """

    count: int
    mean: float
    middle: float
    nine_tenths: float
    bias: float


def estimate_error(pairs: Sequence[tuple[int, int]]) -> EstimateError | None:
    """The error over pairs of (estimated, known) minutes; None where there is nothing to compare."""
    if not pairs:
        return None
    off = [abs(estimated - known) for estimated, known in pairs]
    tenths = quantiles(off, n=10, method="inclusive") if len(off) > 1 else off * 9
    bias = fmean(estimated - known for estimated, known in pairs)
    return EstimateError(len(off), fmean(off), median(off), tenths[8], bias)
