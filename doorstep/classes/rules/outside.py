"""What holds for groups from outside: when a code is sent and taken, how a quote adds up, how outsiders are counted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

_MOBILE = re.compile(r"1[3-9]\d{9}")
_CODE = re.compile(r"\d{6}")


@dataclass(frozen=True, slots=True)
class CodeLimits:
    """Codes a number, an address and everybody may have in 24 hours, seconds between two. Source: `outside.codes_*`."""

    a_number: int
    an_address: int
    in_all: int
    apart_seconds: int


@dataclass(frozen=True, slots=True)
class CodesSent:
    """What was sent in the last 24 hours: to the number, from the address, in all; and when last to the number."""

    to_number: int
    from_address: int
    in_all: int
    last_at: datetime | None = None


def is_mobile(text: str) -> bool:
    """Whether a text is a mobile number of eleven digits."""
    return _MOBILE.fullmatch(text) is not None


def plain_number(text: str) -> str:
    """A number as it was typed, without the blanks and dashes people put in, and without the prefix of the country."""
    digits = re.sub(r"[\s\-\uff0d()\uff08\uff09.\u00b7]", "", text)
    return digits.removeprefix("+86")


def may_be_code(text: str) -> bool:
    """Whether a text has the shape of a code: six digits."""
    return _CODE.fullmatch(text) is not None


def barred(sent: CodesSent, now: datetime, limits: CodeLimits) -> str:
    """Why no code is sent: address, all, number or soon; "" when one is.

    Source: policies `outside.codes_*`.
    """
    if sent.from_address >= limits.an_address:
        return "address"
    if sent.in_all >= limits.in_all:
        return "all"
    if sent.to_number >= limits.a_number:
        return "number"
    is_soon = sent.last_at is not None and now < sent.last_at + timedelta(seconds=limits.apart_seconds)
    return "soon" if is_soon else ""


def is_spent(tries: int, most: int, now: datetime, expires_at: datetime) -> bool:
    """Whether a code is taken no longer: tried too often, or too old. Source: policy:outside.code_tries."""
    return tries >= most or now >= expires_at


def is_idle(seen_at: datetime, now: datetime, minutes: int) -> bool:
    """Whether a visit is over because nothing was opened for so long. Source: policy:outside.visit_minutes."""
    return now >= seen_at + timedelta(minutes=minutes)


def is_too_quick(opened_at: datetime, now: datetime, seconds: int) -> bool:
    """Whether a form came back faster than a person fills it in. Source: policy:outside.form_seconds."""
    return now < opened_at + timedelta(seconds=seconds)


def quote_total(lines: Iterable[tuple[int, int]]) -> int:
    """What lines of a price in fen and a count come to, in fen."""
    return sum(fen * count for fen, count in lines)


@dataclass(frozen=True, slots=True)
class Came:
    """A group that came to a class of a year: so many heads, `again` of whom had come before that year.

    None where nobody was asked.
    """

    group_id: int
    people: int
    again: int | None = None


@dataclass(frozen=True, slots=True)
class OutsideCount:
    """Outsiders of a year: classes, person-times (heads of each class added up) and persons."""

    classes: int = 0
    person_times: int = 0
    persons: int = 0


def outside_count(came: Iterable[Came]) -> OutsideCount:
    """How many outsiders came: each class adds those who had not come before that year, where that was asked.

    Nobody is named. Where it was not asked, the largest number of a group counts, as if all others were the same.
    """
    rows, most = list(came), dict[int, int]()
    for row in rows:
        if row.again is None:
            most[row.group_id] = max(most.get(row.group_id, 0), row.people)
    new = sum(row.people - row.again for row in rows if row.again is not None)
    return OutsideCount(len(rows), sum(row.people for row in rows), sum(most.values()) + new)


# What a quote may follow to: a yes or a no of the group while it is open and the order is not over.
LIVING = frozenset({"placed", "countered"})


def quote_answers(order_status: str, quote_status: str) -> bool:
    """Whether a quote can be answered now."""
    return order_status in LIVING and quote_status == "open"


def lacks_quote(rule: str, *, is_agreed: bool) -> bool:
    """Whether an order still wants a quote the group agreed to before it can be taken on: `yes` asks for one.

    Source: policy:outside.needs_quote.
    """
    return rule == "yes" and not is_agreed
