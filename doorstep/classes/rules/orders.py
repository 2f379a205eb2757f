"""How an order may go on, when it is answered too late, and which half days it takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

T = TypeVar("T")

PLACED, ACCEPTED, COUNTERED, AGREED = "placed", "accepted", "countered", "agreed"
REFUSED, DECLINED, WITHDRAWN, LAPSED = "refused", "declined", "withdrawn", "lapsed"
WAITING, OFFERED = "waiting", "offered"
ACCEPT, COUNTER, DECLINE = "accept", "counter", "decline"
WAIT, OFFER, TAKE, PASS = "wait", "offer", "take", "pass"
AGREE, REFUSE, WITHDRAW, LAPSE = "agree", "refuse", "withdraw", "lapse"

WHOLE_DAY, ANY_HALF, MORNING, AFTERNOON = "whole", "any", "morning", "afternoon"

# Who does a step is for the permissions; which step may follow which is here and nowhere else.
STEPS: Mapping[tuple[str, str], str] = {
    (PLACED, ACCEPT): ACCEPTED,
    (PLACED, COUNTER): COUNTERED,
    (PLACED, DECLINE): DECLINED,
    (PLACED, WITHDRAW): WITHDRAWN,
    (PLACED, LAPSE): LAPSED,
    (PLACED, WAIT): WAITING,
    (WAITING, OFFER): OFFERED,
    (WAITING, DECLINE): DECLINED,
    (WAITING, WITHDRAW): WITHDRAWN,
    (WAITING, LAPSE): LAPSED,
    (OFFERED, TAKE): ACCEPTED,
    (OFFERED, PASS): WAITING,
    (OFFERED, WITHDRAW): WITHDRAWN,
    (COUNTERED, AGREE): AGREED,
    (COUNTERED, REFUSE): REFUSED,
    (COUNTERED, WITHDRAW): WITHDRAWN,
    (COUNTERED, LAPSE): LAPSED,
}


def next_status(status: str, step: str) -> str | None:
    """How an order stands after a step; None when that step is not to be taken from where it stands."""
    return STEPS.get((status, step))


def answer_due(placed_on: date, days: int, first_on: date) -> date:
    """The last day for an answer: so many days after the order, and never after the first day wished for."""
    return min(placed_on + timedelta(days=days), first_on)


def is_past(status: str, today: date, last_on: date, reply_by: date | None) -> bool:
    """Whether an order lapses: the last day it wished for has come, or a counter-offer was not replied to in time."""
    if status in (PLACED, WAITING):
        return today >= last_on
    return status == COUNTERED and reply_by is not None and today > reply_by


@dataclass(frozen=True, slots=True)
class Wish:
    """A day one would like to come, and which part of it."""

    day: date
    part: str


@dataclass(frozen=True, slots=True)
class HalfDay:
    """A morning or an afternoon."""

    day: date
    part: str


@dataclass(frozen=True, slots=True)
class OrderLimits:
    """Days of notice, days ahead one may order, and how many days one may name. Source: policies `order.*`."""

    notice_days: int
    days_ahead: int
    most_wishes: int


def wrong_wish(wishes: Sequence[Wish], half_days: int, today: date, limits: OrderLimits) -> str:
    """What is wrong with the days wished for: none, many, twice, early, late, part, or "" when nothing is."""
    if not wishes:
        return "none"
    if len(wishes) > limits.most_wishes:
        return "many"
    days = [wish.day for wish in wishes]
    if len(set(days)) < len(days):
        return "twice"
    if min(days) < today + timedelta(days=limits.notice_days):
        return "early"
    if max(days) > today + timedelta(days=limits.days_ahead):
        return "late"
    whole = half_days > 1
    return "part" if any((wish.part == WHOLE_DAY) != whole for wish in wishes) else ""


def usual_part(half_days: int) -> str:
    """The part of the day where none is said: the whole of it, or either half where half a day is enough."""
    return WHOLE_DAY if half_days > 1 else ANY_HALF


def starts_of(part: str) -> tuple[str, ...]:
    """The halves of the day in which an order for `part` of it may begin, the better one first."""
    if part == ANY_HALF:
        return (MORNING, AFTERNOON)
    return (MORNING,) if part == WHOLE_DAY else (part,)


def half_days_from(day: date, part: str, count: int) -> tuple[HalfDay, ...]:
    """So many half days in a row from a morning or an afternoon on."""
    first = 2 * day.toordinal() + (part == AFTERNOON)
    halves = (divmod(first + n, 2) for n in range(count))
    return tuple(HalfDay(date.fromordinal(at), AFTERNOON if later else MORNING) for at, later in halves)


def shares_of(items: Sequence[T], count: int) -> list[list[T]]:
    """Items dealt out in their order to so many half days, as evenly as can be; with fewer items the last goes on."""
    if not items:
        return [[] for _ in range(count)]
    if len(items) < count:
        return [[items[min(n, len(items) - 1)]] for n in range(count)]
    return [list(items[len(items) * n // count : len(items) * (n + 1) // count]) for n in range(count)]


def rest_days(text: str) -> Iterator[date]:
    """The days that a list of days and spans names, such as `2026-10-01/2026-10-07 2027-01-01`."""
    for span in text.split():
        first, _, last = span.partition("/")
        begins, ends = date.fromisoformat(first), date.fromisoformat(last or first)
        yield from (begins + timedelta(days=n) for n in range((ends - begins).days + 1))
