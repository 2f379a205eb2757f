"""Which days a calendar shows, and on which of them each thing stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

WEEK, MONTH = "week", "month"
VIEWS = (WEEK, MONTH)
DAYS = 7
# What stands in a calendar: a session, another use of a venue, a closure, what a teacher gives, days they cannot come.
SESSION, USE, CLOSED, LESSON, AWAY = "session", "use", "closed", "lesson", "away"
_FIRST, _LAST = date(2000, 1, 31), date(2099, 12, 1)  # as far as one can leaf


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a calendar; moments are on the local clock, half-open. `state` is a word of the status table or "".

    `uid` names it for other calendars, `sequence` and `changed_at` say how often and when it was changed.
    """

    kind: str
    title: str
    starts_at: datetime
    ends_at: datetime
    uid: str
    where: str = ""
    by: str = ""
    state: str = ""
    url: str = ""
    venue_id: int | None = None
    teacher_id: int | None = None
    class_id: int | None = None
    session_id: int | None = None
    revision: int = 0
    may_move: bool = False
    is_all_day: bool = False
    changed_at: datetime | None = None

    @property
    def is_cancelled(self) -> bool:
        """Whether it will not be held."""
        return self.state == "cancelled"


@dataclass(frozen=True, slots=True)
class Standing:
    """An entry on one of its days: from when to when on that day; `is_later` when it began on a day before."""

    entry: Entry
    words: str
    is_later: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """One day of a calendar with what stands on it; `is_outside` when it belongs to the month before or after."""

    on: date
    entries: Sequence[Standing] = field(default_factory=tuple)
    is_outside: bool = False

    def of_venue(self, venue_id: int) -> list[Standing]:
        """What stands on it at one venue."""
        return [one for one in self.entries if one.entry.venue_id == venue_id]

    def of_teacher(self, teacher_id: int) -> list[Standing]:
        """What stands on it for one teacher."""
        return [one for one in self.entries if one.entry.teacher_id == teacher_id]

    def besides(self, venue_ids: Collection[int]) -> list[Standing]:
        """What stands on it at none of these venues: of the whole base, or of a venue that is out of use."""
        return [one for one in self.entries if one.entry.venue_id not in venue_ids]


def read_day(text: str, today: date) -> date:
    """The day asked for; today for anything else, and for what lies too far away."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return today
    return day if _FIRST < day < _LAST else today


def days_shown(view: str, day: date) -> list[date]:
    """The days of the week or the month of `day`, in whole weeks from Monday to Sunday."""
    first = day.replace(day=1) if view == MONTH else day
    last = _month_after(first) - timedelta(days=1) if view == MONTH else day
    monday = first - timedelta(days=first.weekday())
    sunday = last + timedelta(days=6 - last.weekday())
    return [monday + timedelta(days=n) for n in range((sunday - monday).days + 1)]


def _month_after(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1)


def day_before_and_after(view: str, day: date) -> tuple[date, date]:
    """A day of the week or month before, and one of that after."""
    if view == WEEK:
        return day - timedelta(days=DAYS), day + timedelta(days=DAYS)
    first = day.replace(day=1)
    return (first - timedelta(days=1)).replace(day=1), _month_after(first)


def last_day(entry: Entry) -> date:
    """The last day on which something goes on; what ends at midnight does not reach into the next day."""
    return max(entry.starts_at.date(), (entry.ends_at - timedelta(microseconds=1)).date())


def placed(entries: Iterable[Entry], days: Sequence[date], month: int | None = None) -> list[Day]:
    """The days with everything that goes on on each, in order of time; with `month` those of others are outside."""
    known: dict[date, list[Standing]] = {day: [] for day in days}
    for entry in sorted(entries, key=lambda one: (one.starts_at, one.ends_at, one.uid)):
        first, last = entry.starts_at.date(), last_day(entry)
        for day in days:
            if first <= day <= last:
                known[day].append(Standing(entry, _words(entry, day, first, last), is_later=day > first))
    return [Day(day, tuple(known[day]), month is not None and day.month != month) for day in days]


def _words(entry: Entry, day: date, first: date, last: date) -> str:
    """The time of one day: 08:30–11:30, from the first moment of the day or to its end where it goes on."""
    if entry.is_all_day:
        return ""
    begins = f"{entry.starts_at:%H:%M}" if day == first else "00:00"
    ends = "24:00" if day < last or entry.ends_at.date() > last else f"{entry.ends_at:%H:%M}"
    return f"{begins}–{ends}"
