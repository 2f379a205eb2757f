"""Which columns of a person does a checked roster row fill, and which of them differ from what is known?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from doorstep.directory.rules.dates import moment_of
from doorstep.directory.rules.regions import destination_name

SECRETARY_POSTS = ("1", "2")  # code_lists: party_post, 党（工）委书记 and 党支部书记
LEADING_POSTS = ("1", "2", "3", "4", "5", "6", "7")  # code_lists: party_post, 书记 to 其他委员

PLAIN = (
    *("name", "sex", "birth_date", "birth_month_only", "ethnicity", "education", "degree", "category"),
    *("membership_state", "occupation", "work_unit", "join_date", "formal_date", "lost_contact", "lost_since"),
    *("floating", "flow_to", "migrant_worker", "new_stratum", "remark"),
)
SEALED = ("id_number", "mobile", "landline", "address")
INDEXED = ("id_number", "mobile")
CATEGORIES = {"1": "full", "2": "probationary", "3": "developing", "4": "activist", "5": "applicant"}
STATES = {"1": "normal", "2": "stopped"}

# Column -> roster key, where the names differ.
_KEY_OF = {"category": "person_category", "lost_since": "lost_date"}
_DATES = frozenset(["birth_date", "join_date", "formal_date", "lost_since"])
_WORDS = {"category": CATEGORIES, "membership_state": STATES}
_FILLED = {_KEY_OF.get(column, column): column for column in PLAIN if column != "birth_month_only"}
_DAY = 10


def key_of_column(column: str) -> str:
    """The roster key a column is filled from."""
    return _KEY_OF.get(column, column)


def columns_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The unsealed columns a row fills, typed; a month or year stands for its first day."""
    columns = {column: column_value(column, fields[key]) for key in fields if (column := _FILLED.get(key)) is not None}
    if "birth_date" in fields:
        columns["birth_month_only"] = column_value("birth_month_only", fields["birth_date"])
    return columns


def column_value(column: str, value: Any) -> Any:
    """What a column holds for a roster's value, or for its own; the day of birth says whether it is only a month.

    A destination is held by its name, which stays readable and true when codes change.
    """
    if column in _DATES:
        return _first_day(value) if isinstance(value, str) else value
    if column == "birth_month_only":
        return isinstance(value, str) and len(value) < _DAY
    if column == "flow_to":
        return destination_name(value)
    words = _WORDS.get(column)
    return words.get(value, value) if words else value


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
