"""Can this teacher really be there: vetted that day, not away, at no other place, not asked too often."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from doorstep.faculty.rules.rights import is_right_held

NOT_TEACHING, NOT_VETTED, AWAY, TAKEN, OVERLOADED = "not_teaching", "not_vetted", "away", "taken", "overloaded"
NO_RIGHT = "no_right"


@dataclass(frozen=True, slots=True)
class Ask:
    """A teacher wanted for one sitting; moments are on the local clock, `way_minutes` are those from their home.

    `key` names the sitting for whoever asks, `taught` what is taught in it, as rights to teach name it; "" is nothing
    that anybody needs a right for. Where one stays at a place between two sittings, no way lies between.
    """

    teacher_id: int
    key: str
    title: str
    where: str
    starts_at: datetime
    ends_at: datetime
    way_minutes: int = 0
    stays_before: bool = False
    stays_after: bool = False
    taught: str = ""

    def held(self, least_minutes: int) -> Span:
        """The time for which the teacher is taken, the way there and back included.

        Source: policy:teacher.buffer_minutes.
        """
        way = timedelta(minutes=max(self.way_minutes, least_minutes))
        before, after = (timedelta(0) if stays else way for stays in (self.stays_before, self.stays_after))
        return Span(self.starts_at - before, self.ends_at + after)


@dataclass(frozen=True, slots=True)
class Span:
    """From one moment until another, which is not included."""

    starts_at: datetime
    ends_at: datetime

    def overlaps(self, other: Span) -> bool:
        """Whether there is a moment in both."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


@dataclass(frozen=True, slots=True)
class Booked:
    """What is known of a teacher's time; `vetted_until` is None for who may not teach, absences include both days.

    `rights` holds, for everything that takes a right to teach, from when until when they have it.
    """

    is_active: bool
    vetted_until: date | None
    most_a_month: int
    absences: Sequence[tuple[date, date]] = ()
    held: Sequence[Span] = ()
    counts: Mapping[tuple[int, int], int] = field(default_factory=dict)
    rights: Mapping[str, Sequence[tuple[date, date]]] = field(default_factory=dict)


def obstacle(ask: Ask, teacher: Booked, least_minutes: int) -> str:
    """Why a teacher cannot be there, the gravest first; "" when they can.

    Source: policy:teacher.load.<category>, policy:teacher.buffer_minutes.
    """
    day = ask.starts_at.date()
    if not teacher.is_active:
        return NOT_TEACHING
    if teacher.vetted_until is None or teacher.vetted_until <= day:
        return NOT_VETTED
    if ask.taught in teacher.rights and not is_right_held(teacher.rights[ask.taught], day):
        return NO_RIGHT
    if any(first <= day <= last for first, last in teacher.absences):
        return AWAY
    held = ask.held(least_minutes)
    if any(held.overlaps(other) for other in teacher.held):
        return TAKEN
    return OVERLOADED if teacher.counts.get((day.year, day.month), 0) >= teacher.most_a_month else ""


def with_ask(teacher: Booked, ask: Ask, least_minutes: int) -> Booked:
    """What is known of a teacher's time once they are asked for one sitting more."""
    month = (ask.starts_at.year, ask.starts_at.month)
    counts = {**teacher.counts, month: teacher.counts.get(month, 0) + 1}
    return replace(teacher, held=[*teacher.held, ask.held(least_minutes)], counts=counts)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a substitute should bring; empty means that nothing is asked for."""

    topics: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who can be there: what they bring, minutes from their home, lessons in that month of so many."""

    teacher_id: int
    topics: frozenset[str]
    languages: frozenset[str]
    way_minutes: int | None
    lessons: int
    most_a_month: int


def substitutes(wanted: Wanted, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Who could teach instead, the best first: shared topics, a shared language, the shorter way, the lighter month.

    A way nobody knows counts as the longest. Who has no lesson left that month is left out.
    """
    free = [one for one in candidates if one.lessons < one.most_a_month]

    def order(one: Candidate) -> tuple[object, ...]:
        way = one.way_minutes if one.way_minutes is not None else 24 * 60
        speaks = bool(one.languages & wanted.languages)
        return (-len(one.topics & wanted.topics), not speaks, way, one.lessons / one.most_a_month, one.teacher_id)

    return sorted(free, key=order)
