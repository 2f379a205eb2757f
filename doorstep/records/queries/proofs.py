"""Is a printed training file one of ours, and what did it say."""

from __future__ import annotations

import base64
import hmac
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from doorstep.core.crypto import sign

_PURPOSE = "printed training file"
_LETTERS = 10  # of 5 bits each: nobody guesses a code
_NUMBER = re.compile(r"(\d{1,18})-(\d{4})-(\d{8})-(\d{1,6})-(\d{1,5})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Proof:
    """What stands at the foot of a printed year: a number that says what was printed, and its check code."""

    number: str
    code: str


@dataclass(frozen=True, slots=True)
class Printed:
    """What a print with a right code said: whose file, which year, as of which day, hours and lines."""

    person_id: int
    year: int
    on: date
    hours: Decimal
    line_count: int


def proof_of(printed: Printed) -> Proof:
    """The number and code of a print; hours go into the number in tenths."""
    tenths = int(printed.hours * 10)
    number = f"{printed.person_id}-{printed.year}-{printed.on:%Y%m%d}-{tenths}-{printed.line_count}"
    return Proof(number, _code(number))


def proven(number: str, code: str) -> Printed | None:
    """What the print said when number and code belong together, else None; spaces, dashes and case do not matter."""
    number, code = number.strip(), re.sub(r"[\s-]", "", code).upper()
    found = _NUMBER.fullmatch(number)
    if not found or not hmac.compare_digest(code.encode(), _code(number).replace("-", "").encode()):
        return None
    person_id, year, day, tenths, lines = found.groups()
    on = date(int(day[:4]), int(day[4:6]), int(day[6:]))
    return Printed(int(person_id), int(year), on, Decimal(tenths) / 10, int(lines))


def _code(number: str) -> str:
    text = base64.b32encode(sign(number, purpose=_PURPOSE)).decode()[:_LETTERS]
    return f"{text[:5]}-{text[5:]}"
