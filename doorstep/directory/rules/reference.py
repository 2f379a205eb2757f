"""Which codes the standards know: regions by year, code lists, the columns of a roster."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class RegionSpan:
    """A region code under one name, in the year-end lists from `first_year` to `last_year`."""

    code: str
    name: str
    level: str
    province: str
    city: str
    first_year: int
    last_year: int


@dataclass(frozen=True, slots=True)
class RosterColumn:
    """A column a roster may have: its key, heading, whether it must be there, and other headings seen."""

    key: str
    heading: str
    requirement: str
    type: str
    code_list: str
    aliases: tuple[str, ...]


def _rows(name: str) -> Iterator[dict[str, str]]:
    source = files("doorstep.directory").joinpath("reference", name)
    with source.open(encoding="utf-8") as file:
        yield from csv.DictReader(file)


@lru_cache(maxsize=1)
def region_spans() -> Mapping[str, tuple[RegionSpan, ...]]:
    """Every region code of 1980–2024 with the names and years it had."""
    spans: dict[str, list[RegionSpan]] = {}
    for row in _rows("region_codes.csv"):
        span = RegionSpan(
            row["code"],
            row["name"],
            row["level"],
            row["province"],
            row["city"],
            int(row["first_year"]),
            int(row["last_year"]),
        )
        spans.setdefault(span.code, []).append(span)
    return MappingProxyType({code: tuple(found) for code, found in spans.items()})


@lru_cache(maxsize=1)
def code_lists() -> Mapping[str, Mapping[str, str]]:
    """Each code list as code -> name."""
    lists: dict[str, dict[str, str]] = {}
    for row in _rows("code_lists.csv"):
        lists.setdefault(row["list"], {})[row["code"]] = row["name"]
    return MappingProxyType(lists)


@lru_cache(maxsize=1)
def code_words() -> Mapping[tuple[str, str], Mapping[str, str]]:
    """Words people write instead of a code's name, by list and by how well they fit."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for row in _rows("code_words.csv"):
        found.setdefault((row["list"], row["how"]), {})[row["word"]] = row["codes"]
    return MappingProxyType(found)


@lru_cache(maxsize=1)
def roster_columns() -> tuple[RosterColumn, ...]:
    """The columns of a member roster, in the order of the national form."""
    return tuple(
        RosterColumn(
            row["key"],
            row["canonical_header"],
            row["required"],
            row["type"],
            row["code_list"],
            tuple(a for a in row["header_aliases"].split(";") if a),
        )
        for row in _rows("member_columns.csv")
    )
