"""Is this an ID number, whose birth date and sex does it carry, and could it have been issued?"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import Any

from doorstep.directory.rules.reference import region_spans
from doorstep.directory.rules.roster_types import Choice, Cleaned, Problem, error, note
from doorstep.directory.rules.text_forms import is_nothing, plain, text_of

KEY = "id_number"
DEMO_REGION = "350999"
OLDEST_AGE = 120

_CHECK = "10X98765432"
_EXACT_IN_EXCEL = 10**15  # Excel keeps 15 digits of a number and forgets the rest
_EIGHTEEN = re.compile(r"\d{17}[\dX]\Z", re.ASCII)
_INSIDE = re.compile(r"(?<!\d)\d{17}[\dX](?![\dX])", re.ASCII)
_FIFTEEN = re.compile(r"[1-9]\d{14}\Z", re.ASCII)
_SCIENTIFIC = re.compile(r"\d(\.\d+)?[eE]\+?\d{1,3}\Z")
_LOOKALIKE = str.maketrans({"O": "0", "Q": "0", "D": "0", "I": "1", "L": "1", "|": "1", "Z": "2", "S": "5", "B": "8"})
_LOOKALIKE_X = str.maketrans({"×": "X", "Χ": "X", "Х": "X", "✕": "X", "乂": "X", "╳": "X"})
_SEPARATORS = re.compile(r"[\s\-_.,，。·'‘’“”\"`]")


def check_digit(body: str) -> str:
    """The 18th character of the 17 digits `body` (GB 11643-1999)."""
    # The weights are the powers of two modulo 11, and so of 13: the sum is the number as base 13 reads it, doubled.
    return _CHECK[int(body, 13) * 2 % 11]


@lru_cache(maxsize=65536)
def _birth_of(digits: str) -> date | None:
    """The date of eight digits, or None when the calendar has no such day."""
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def sex_of(number: str) -> str:
    """The sex an 18-character number carries: its 17th digit is odd for men."""
    return "1" if number[16] in "13579" else "2"


@lru_cache(maxsize=32768)
def region_problem(region: str, birth_year: int, allow_demo: bool) -> Problem | None:
    """Why nobody born in `birth_year` can have a number from `region`, or None.

    The lists are of year ends, so a code last listed in 1998 was still given out during 1999.
    Source: GB 11643, gb2260 codes of 1980–2024.
    """
    if region == DEMO_REGION:
        return None if allow_demo else error(KEY, "id.region_demo", region=region)
    spans = region_spans().get(region)
    if not spans:
        return error(KEY, "id.region_unknown", region=region)
    if max(span.last_year for span in spans) + 1 < birth_year:
        last = max(spans, key=lambda span: span.last_year)
        return error(KEY, "id.region_retired", region=region, name=last.name, year=last.last_year, birth=birth_year)
    return None


def clean_id_number(value: Any, *, today: date, allow_demo: bool) -> Cleaned:
    """An ID number in its normal form of 18 characters, or what is wrong with it.

    Spaces, full-width digits, quotes and a small x are taken off and told; anything else is only proposed.
    """
    if isinstance(value, str) and _EIGHTEEN.match(value):
        found = _findings(value, today, allow_demo)
        return Cleaned(problems=found) if found else Cleaned(value)
    if isinstance(value, (int, float)) and abs(value) >= _EXACT_IN_EXCEL:
        return Cleaned(problems=(error(KEY, "id.lost_digits", raw=f"{value:.5E}"),))
    text = plain(value)
    if is_nothing(text):
        return Cleaned(problems=(error(KEY, "id.missing"),))
    compact = _SEPARATORS.sub("", text).upper()
    if _EIGHTEEN.match(compact):
        found = _findings(compact, today, allow_demo)
        told = () if compact == text_of(value) else (note(KEY, "id.normalised"),)
        return Cleaned(problems=found) if found else Cleaned(compact, told)
    return Cleaned(problems=(_malformed(text, compact, today, allow_demo),))


def _findings(number: str, today: date, allow_demo: bool) -> tuple[Problem, ...]:
    """Everything that speaks against 18 well-formed characters, all at once."""
    found = []
    if check_digit(number[:17]) != number[17]:
        rounded = number.endswith("000")
        found.append(error(KEY, "id.rounded") if rounded else error(KEY, "id.checksum", last=number[17]))
    birth = _birth_of(number[6:14])
    if birth is None:
        found.append(error(KEY, "id.birth_impossible", birth=number[6:14]))
    elif birth > today:
        found.append(error(KEY, "id.birth_in_future", birth=birth.isoformat()))
    elif today.year - birth.year > OLDEST_AGE:
        found.append(error(KEY, "id.birth_too_early", birth=birth.isoformat()))
    region = region_problem(number[:6], birth.year if birth else 0, allow_demo)
    return (*found, region) if region else tuple(found)


def _malformed(text: str, compact: str, today: date, allow_demo: bool) -> Problem:
    """What kind of accident befell a number that has not 18 good characters."""
    if _SCIENTIFIC.match(text) or re.search(r"\d\.\d+E\+\d", compact):
        return error(KEY, "id.lost_digits", raw=text)
    if "*" in compact or "#" in compact:
        return error(KEY, "id.masked")
    if _FIFTEEN.match(compact):
        return _legacy(compact, today, allow_demo)
    if repaired := _repaired(compact, today, allow_demo):
        position = next((i + 1 for i, (a, b) in enumerate(zip(compact, repaired, strict=False)) if a != b), 0)
        return error(KEY, "id.lookalike", Choice(repaired, repaired), letter=compact[position - 1], position=position)
    inside = _INSIDE.findall(compact)
    if len(inside) > 1:
        return error(KEY, "id.several")
    if inside and not _findings(inside[0], today, allow_demo):
        return error(KEY, "id.with_text", Choice(inside[0], inside[0]))
    if compact.isascii() and compact.rstrip("X").isdigit():
        return error(KEY, "id.length", length=len(compact))
    return error(KEY, "id.characters", length=len(compact))


def _legacy(number: str, today: date, allow_demo: bool) -> Problem:
    """A 15-digit number of before 1999: withdrawn, may be turned into 18 characters on request."""
    body = f"{number[:6]}19{number[6:]}"
    full = body + check_digit(body)
    if _findings(full, today, allow_demo):
        return error(KEY, "id.legacy_wrong")
    return error(KEY, "id.legacy", Choice(full, full))


def _repaired(compact: str, today: date, allow_demo: bool) -> str | None:
    """The number with letters read as the digits they look like, when that gives a valid one."""
    if len(compact) != 18:
        return None
    changed = compact[:17].translate(_LOOKALIKE) + compact[17].translate(_LOOKALIKE_X)
    if changed[17] not in "0123456789X":
        changed = changed[:17] + changed[17].translate(_LOOKALIKE)
    if _EIGHTEEN.match(changed) and not _findings(changed, today, allow_demo):
        return changed
    return None
