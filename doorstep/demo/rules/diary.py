"""Who can still be asked to teach in the demo city, and how they answer."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from doorstep.demo.rules.classes import PlannedClass
from doorstep.demo.rules.teaching import PlannedTeacher, Standing

WAY = timedelta(minutes=15)
MOST_A_MONTH = 2  # below what any category allows
ANSWER_FIRST = ("expert", "official", "part_time", "local")  # by policy:teacher.answers.<category>


@dataclass(frozen=True, slots=True)
class PlannedAsk:
    """A teacher asked for a session."""

    planned: PlannedClass
    session: int
    title: str
    where: str
    teacher: PlannedTeacher
    starts_at: datetime
    ends_at: datetime

    @property
    def status(self) -> str:
        """What they said, if they are to say anything."""
        if self.teacher.category not in ANSWER_FIRST:
            return "accepted"
        if self.teacher.person_id is not None:
            return "offered"  # so that the teacher's own page has something to answer
        return "declined" if self.session % 31 == 0 else "offered" if self.session % 3 == 0 else "accepted"


@dataclass(slots=True)
class Diary:
    """When the teachers are taken, the way there and back included."""

    held: dict[int, list[tuple[datetime, datetime]]] = field(default_factory=lambda: defaultdict(list))
    counts: Counter[tuple[int, int, int]] = field(default_factory=Counter)
    last: tuple[datetime, datetime] = field(init=False)

    def free(
        self, pool: Sequence[PlannedTeacher], first: PlannedTeacher, starts_at: datetime, ends_at: datetime
    ) -> PlannedTeacher | None:
        """The first teacher from `first` on who can be there, noted as taken; None when nobody can."""
        begin = pool.index(first)
        held = (starts_at - WAY, ends_at + WAY)
        for teacher in (*pool[begin:], *pool[:begin]):
            month = (teacher.id, starts_at.year, starts_at.month)
            if self.counts[month] >= MOST_A_MONTH:
                continue
            if all(held[0] >= end or begun >= held[1] for begun, end in self.held[teacher.id]):
                self.held[teacher.id].append(held)
                self.counts[month] += 1
                self.last = (starts_at, ends_at)
                return teacher
        return None


def vetted_through(standing: Standing) -> dict[int, date]:
    """teacher id -> until when they may teach; of those who are away soon, and of those not vetted, long past."""
    away = {teacher_id for teacher_id, *_days in standing.absences}
    found = {teacher_id: until or date.min for teacher_id, _on, _passed, until, _note, _rule in standing.vettings}
    return {teacher_id: date.min if teacher_id in away else until for teacher_id, until in found.items()}
