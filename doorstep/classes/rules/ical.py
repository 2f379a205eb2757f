"""How a calendar is written for other programs (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import icalendar

REFRESH = timedelta(hours=6)
ZONE = "Asia/Shanghai"
TENTATIVE, CONFIRMED, CANCELLED = "TENTATIVE", "CONFIRMED", "CANCELLED"


@dataclass(frozen=True, slots=True)
class Event:
    """One entry; `starts` and `ends` are moments, or days of which the last is not included.

    `uid` stays the same for ever, `sequence` goes up whenever it changes, `stamp` is when it was last written.
    """

    uid: str
    summary: str
    starts: datetime | date
    ends: datetime | date
    stamp: datetime
    location: str = ""
    url: str = ""
    sequence: int | None = None
    status: str = ""


def calendar_bytes(name: str, events: Iterable[Event], *, part: str = "portal") -> bytes:
    """A calendar called `name`; moments are written in UTC, so that no program needs a table of time zones."""
    made = icalendar.Calendar()
    made.add("prodid", f"-//Doorstep//{part}//ZH")
    made.add("version", "2.0")
    made.add("x-wr-calname", name)
    made.add("x-wr-timezone", ZONE)
    made.add("refresh-interval", REFRESH, parameters={"value": "DURATION"})
    for one in events:
        made.add_component(_written(one))
    return bytes(made.to_ical())


def _written(one: Event) -> icalendar.Event:
    entry = icalendar.Event()
    entry.add("uid", one.uid)
    entry.add("dtstamp", one.stamp)
    entry.add("dtstart", _utc(one.starts))
    entry.add("dtend", _utc(one.ends))
    entry.add("summary", one.summary)
    if one.location:
        entry.add("location", one.location)
    if one.url:
        entry.add("url", one.url)
    if one.sequence is not None:
        entry.add("sequence", one.sequence)
        entry.add("last-modified", one.stamp)
    if one.status:
        entry.add("status", one.status)
    return entry


def _utc(moment: datetime | date) -> datetime | date:
    return moment.astimezone(UTC) if isinstance(moment, datetime) else moment
