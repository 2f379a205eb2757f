"""Which columns of a person does a checked roster row fill, and which of them differ from what is known?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from doorstep.directory.rules.dates import moment_of

PLAIN = (
    *("name", "sex", "birth_date", "birth_month_only", "ethnicity", "education", "degree", "category"),
    *("membership_state", "occupation", "work_unit", "join_date", "formal_date", "lost_contact", "lost_since"),
    *("floating", "flow_to", "migrant_worker", "new_stratum", "remark"),
)
SEALED = ("id_number", "mobile", "landline", "address")
INDEXED = ("id_number", "mobile")
CATEGORIES = {"1": "full", "2": "probationary", "3": "developing", "4": "activist", "5": "applicant"}
STATES = {"1": "normal", "2": "stopped"}

# Roster key -> column, where the names differ.
_COLUMN_OF = {"person_category": "category", "lost_date": "lost_since"}
_KEY_OF = {column: key for key, column in _COLUMN_OF.items()}
_TEXTS = (
    *("name", "sex", "ethnicity", "education", "degree"),
    *("occupation", "work_unit", "flow_to", "new_stratum", "remark"),
)
_DATES = frozenset(["birth_date", "join_date", "formal_date", "lost_date"])
_FILLED = {key: _COLUMN_OF.get(key, key) for key in (*_TEXTS, *_DATES, "lost_contact", "floating", "migrant_worker")}
_DAY = 10


def key_of_column(column: str) -> str:
    """The roster key a column is filled from."""
    return _KEY_OF.get(column, column)


def columns_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The unsealed columns a row fills, typed; a month or year stands for its first day."""
    columns: dict[str, Any] = {}
    for key, value in fields.items():
        column = _FILLED.get(key)
        if column is not None:
            columns[column] = _first_day(value) if key in _DATES else value
    if "birth_date" in fields:
        columns["birth_month_only"] = len(fields["birth_date"]) < _DAY
    if "person_category" in fields:
        columns["category"] = CATEGORIES[fields["person_category"]]
    if "membership_state" in fields:
        columns["membership_state"] = STATES[fields["membership_state"]]
    return columns


@lru_cache(maxsize=8192)
def _first_day(text: str) -> date:
    return date.fromisoformat(text) if len(text) == _DAY else moment_of(text).first


def differences(columns: Mapping[str, Any], known: Mapping[str, Any], fields: Mapping[str, Any]) -> list[str]:
    """The columns whose value a row would change.

    A date known to the day is not coarsened by a month or year that contains it.
    """
    changed = []
    for column, value in columns.items():
        before = known[column]
        if value == before or column == "birth_month_only":
            continue
        if not _is_coarser(fields.get(key_of_column(column)), before):
            changed.append(column)
    if "birth_date" in changed:
        changed.append("birth_month_only")
    return changed


@lru_cache(maxsize=1024)
def normal_posts(text: str) -> str:
    """Posts in the order of their codes, without 无职: `4;2` gives `2;4`."""
    return ";".join(sorted(code for code in text.split(";") if code and code != "0"))


def _is_coarser(written: Any, before: Any) -> bool:
    """True for a month or year that contains the day already known."""
    return (
        isinstance(written, str)
        and isinstance(before, date)
        and len(written) < _DAY
        and moment_of(written).agrees_with(before)
    )
