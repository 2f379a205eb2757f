"""Which lectures can be counted, what a link owes in a year, and how long nobody has been at a point."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

MET, BEHIND = "met", "behind"


@dataclass(frozen=True, slots=True)
class LectureLimits:
    """At most so many person-times at one lecture, entered at most so many days later."""

    most_people: int
    most_days_late: int


@dataclass(frozen=True, slots=True)
class Standing:
    """From which day on there is a group, and from which day on there is none any more."""

    founded_on: date
    ended_on: date | None = None

    def holds(self, day: date) -> bool:
        """Whether there is one on a day."""
        return self.founded_on <= day and (self.ended_on is None or day < self.ended_on)


def lecture_fault(
    starts_at: datetime, ends_at: datetime, heads: int, *, now: datetime, group: Standing, limits: LectureLimits
) -> str:
    """Why a lecture cannot have been so: times, future, closed, late, none, many; "" when it can.

    Moments are on the local clock. Source: policy:lecture.most_people, policy:lecture.most_days_late.
    """
    if ends_at <= starts_at or ends_at.date() != starts_at.date():
        return "times"
    if ends_at > now:
        return "future"
    if not group.holds(starts_at.date()):
        return "closed"
    if now.date() - starts_at.date() > timedelta(days=limits.most_days_late):
        return "late"
    return heads_fault(heads, limits)


def heads_fault(heads: int, limits: LectureLimits) -> str:
    """Why so many person-times cannot be: none, many; "" when they can. Source: policy:lecture.most_people."""
    if heads < 1:
        return "none"
    return "many" if heads > limits.most_people else ""


@dataclass(frozen=True, slots=True)
class Duties:
    """Visits and lessons that a link owes in a year."""

    visits: int
    lessons: int

    def left(self, visits: int, lessons: int) -> Duties:
        """What is still owed after so many of each; one kind does not make up for the other."""
        return Duties(max(0, self.visits - visits), max(0, self.lessons - lessons))

    @property
    def word(self) -> str:
        """How it stands when this much is left: met or behind."""
        return BEHIND if self.visits or self.lessons else MET


def next_visit_due(latest: date | None, founded_on: date, every_days: int) -> date:
    """The day by which somebody must have been at a point again. Source: policy:liaison.visit_days."""
    return max(latest or founded_on, founded_on) + timedelta(days=every_days)
