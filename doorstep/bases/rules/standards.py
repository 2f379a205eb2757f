"""Does a base have what its standard asks for?"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

# The items that are counted from live data; any other is shown by evidence.
FIGURES = frozenset({
    "seats", "pool", "capacity", "years", "premium", "people",
    "year_plan", "training_rules", "teacher_rules", "teaching_rules",
})  # fmt: skip

WAITING, ACCEPTED, RETURNED = "waiting", "passed", "declined"
VALID, SOON, EXPIRED, MISSING, ENOUGH, SHORT = "valid", "expires", "expired", "to_upload", "enough", "short"
HAD = (VALID, SOON, ENOUGH)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing a standard asks for; `reference` is its key with the version of the row.

    The key is `standard.<kind of base>.<aspect>.<name>`. `amount` is the months a piece of evidence is good, or what
    a figure must reach: seats, people, years or papers that hold.
    """

    key: str
    text: str
    amount: int
    reference: str

    @property
    def aspect(self) -> str:
        """The aspect it belongs to."""
        return self.key.split(".")[2]

    @property
    def name(self) -> str:
        """Its own name, which is that of the figure for an item that counts something."""
        return self.key.split(".")[3]

    @property
    def is_filed(self) -> bool:
        """True when it is shown by evidence, false when it is counted."""
        return self.name not in FIGURES


@dataclass(frozen=True, slots=True)
class Filed:
    """A piece of evidence as it stands; good to the end of `expires_on`."""

    status: str
    expires_on: date


@dataclass(frozen=True, slots=True)
class ItemState:
    """How one item stands: a status word, the last day it is good, the figure found."""

    item: Item
    code: str
    until: date | None = None
    figure: int | None = None

    @property
    def is_had(self) -> bool:
        """Whether the item counts as had today."""
        return self.code in HAD


def last_good_day(issued: date, months: int) -> date:
    """The last day of so many months from `issued` on: issued 2 March for 12 months is good to 1 March."""
    number = issued.year * 12 + issued.month - 1 + months
    year, month = divmod(number, 12)
    day = min(issued.day, calendar.monthrange(year, month + 1)[1])
    return date.fromordinal(date(year, month + 1, day).toordinal() - 1)


def full_years(since: date, on: date) -> int:
    """How many whole years lie between two days."""
    return on.year - since.year - ((on.month, on.day) < (since.month, since.day))


def item_state(item: Item, filed: Sequence[Filed], figure: int, today: date, notice_days: int) -> ItemState:
    """How an item stands today; of evidence `filed` is everything not taken back, the newest first.

    What was accepted counts to its last day; a newer piece that waits or was returned does not end it.
    Source: policy:standard.expiry_notice_days and the item's own row.
    """
    if not item.is_filed:
        return ItemState(item, ENOUGH if figure >= item.amount else SHORT, figure=figure)
    until = max((one.expires_on for one in filed if one.status == ACCEPTED), default=None)
    if until is not None and until >= today:
        return ItemState(item, SOON if (until - today).days <= notice_days else VALID, until)
    if any(one.status == WAITING for one in filed):
        return ItemState(item, WAITING, until)
    if filed and filed[0].status == RETURNED:
        return ItemState(item, RETURNED, until)
    return ItemState(item, EXPIRED if until else MISSING, until)


def aspects_of(states: Iterable[ItemState]) -> dict[str, list[ItemState]]:
    """The items by aspect, in their order; an aspect is had when each of its items is."""
    found: dict[str, list[ItemState]] = {}
    for state in states:
        found.setdefault(state.item.aspect, []).append(state)
    return found


def lacking_since(states: Iterable[ItemState], today: date) -> date:
    """Since when an aspect is seen as it is: if evidence ran out and nothing else is lacking, the day after its end."""
    lacking = [state for state in states if not state.is_had]
    ends = [state.until for state in lacking if state.code == EXPIRED and state.until]
    if not ends or len(ends) < len(lacking):
        return today
    return date.fromordinal(min(ends).toordinal() + 1)


def kind_of_file(head: bytes) -> str:
    """pdf, jpg or png by the first bytes of a file; nothing for any other, whatever its name says."""
    signs = {b"%PDF-": "pdf", b"\xff\xd8\xff": "jpg", b"\x89PNG\r\n\x1a\n": "png"}
    return next((kind for sign, kind in signs.items() if head.startswith(sign)), "")
