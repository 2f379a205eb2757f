"""What stands in a person's training file: every year, class, session and hour, with its reason."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING

from django.db.models import Max, OuterRef, QuerySet, Subquery, Sum

from doorstep.attendance.queries.evidence import evidence_of
from doorstep.catalogue.queries.courses import mode_name
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import may
from doorstep.directory.queries import home_units, people_visible_to, people_where, posts_of
from doorstep.records.models import Posting
from doorstep.records.queries.explaining import explain_posting
from doorstep.records.queries.pending import PendingLine, pending_of
from doorstep.records.queries.proofs import Printed, Proof, proof_of

if TYPE_CHECKING:
    from doorstep.directory.models import Person, Post, Unit


@dataclass(frozen=True, slots=True)
class FileLine:
    """One line of the ledger as the file shows it."""

    earned_on: date
    class_id: int
    class_title: str
    session_title: str
    location: str
    organiser: str
    witness: str
    mode: str
    state: str
    evidence: str
    hours: Decimal
    is_reversal: bool
    why: str

    @property
    def amount(self) -> Decimal:
        """The hours without their sign."""
        return abs(self.hours)


@dataclass(frozen=True, slots=True)
class FileYear:
    """A year of the file: its lines, newest first, and its three sums.

    A coming to a class counts once, in `class_count` of the year in which the class first gave hours that stand;
    `carried_count` are the classes of this year whose coming is counted in an earlier one.
    """

    year: int
    lines: list[FileLine]
    hours: Decimal
    class_count: int
    carried_count: int
    concentrated_count: int
    correction_count: int


@dataclass(frozen=True, slots=True)
class TrainingFile:
    """Everything a person has been credited with, over all years."""

    person: Person
    unit: Unit | None
    posts: list[Post] = field(default_factory=list)
    years: list[FileYear] = field(default_factory=list)
    pending: list[PendingLine] = field(default_factory=list)

    def year(self, year: int) -> FileYear:
        """One year of the file; empty when nothing was earned in it."""
        return next((y for y in self.years if y.year == year), FileYear(year, [], Decimal(0), 0, 0, 0, 0))

    def pending_in(self, year: int) -> list[PendingLine]:
        """The half days of a year that are credited when their class is over."""
        return [line for line in self.pending if line.held_on.year == year]

    def proof(self, year: int) -> Proof:
        """What a print of a year, made today, is checked by."""
        printed = self.year(year)
        return proof_of(Printed(self.person.pk, year, clock.today(), printed.hours, len(printed.lines)))


def training_file_of(person_id: int, actor: Actor) -> TrainingFile:
    """The training file of a person, for oneself, one's own secretary and the offices above.

    Raises NotFound for everybody else.
    """
    person = people_visible_to(actor).filter(pk=person_id).first()
    if person is None:
        raise NotFound
    unit = home_units([person_id], clock.today()).get(person_id)
    if not may(actor, "records.view_file", at=unit.path if unit else None, owner=person_id):
        raise NotFound
    lines = list(
        Posting.objects.filter(person_id=person_id)
        .select_related("session__base", "training_class__unit", "training_class__head")
        .order_by("-year", "-earned_on", "-session__starts_at", "-revision", "-kind")
    )
    words = evidence_of(person_id, {line.session_id for line in lines})
    firsts = _first_years(lines)
    years = [_file_year(year, list(rows), words, firsts) for year, rows in groupby(lines, lambda line: line.year)]
    return TrainingFile(person, unit, posts_of([person_id]).get(person_id, []), years, pending_of(person_id))


def postings_visible_to(actor: Actor) -> QuerySet[Posting]:
    """The lines of the ledger of people whose training file `actor` may read, with session and class."""
    people = people_where(actor, "records.view_file")
    return Posting.objects.filter(person__in=people.values("pk")).select_related("session", "training_class")


def _first_years(lines: list[Posting]) -> dict[int, int]:
    """class id -> the year of its first session that gives hours which stand."""
    standing: dict[tuple[int, int, int], Decimal] = {}
    for line in lines:
        key = (line.training_class_id, line.year, line.session_id)
        standing[key] = standing.get(key, Decimal(0)) + line.hours
    firsts: dict[int, int] = {}
    for (class_id, year, _session), hours in standing.items():
        if hours > 0:
            firsts[class_id] = min(year, firsts.get(class_id, year))
    return firsts


def _file_year(year: int, lines: list[Posting], words: Mapping[int, str], firsts: Mapping[int, int]) -> FileYear:
    standing: dict[int, Decimal] = {}
    for line in lines:
        standing[line.training_class_id] = standing.get(line.training_class_id, Decimal(0)) + line.hours
    gave = {class_id for class_id, hours in standing.items() if hours > 0}
    concentrated = {line.training_class_id for line in lines if line.is_concentrated}
    return FileYear(
        year=year,
        lines=[_file_line(line, words.get(line.session_id, "")) for line in lines],
        hours=sum(standing.values(), Decimal(0)),
        class_count=sum(firsts.get(class_id) == year for class_id in gave),
        carried_count=sum(firsts.get(class_id, year) < year for class_id in gave),
        concentrated_count=len(gave & concentrated),
        correction_count=sum(line.kind == Posting.Kind.REVERSAL for line in lines),
    )


def _file_line(line: Posting, evidence: str) -> FileLine:
    session, head = line.session, line.training_class.head
    return FileLine(
        earned_on=line.earned_on,
        class_id=line.training_class_id,
        class_title=line.training_class.title,
        session_title=session.title,
        location=session.base.name if session.base else session.where,
        organiser=line.training_class.unit.short_name,
        witness=head.display_name if head else "",
        mode=mode_name(session.mode),
        state=line.explanation.get("state", ""),
        evidence=evidence,
        hours=line.hours,
        is_reversal=line.kind == Posting.Kind.REVERSAL,
        why=explain_posting(line),
    )


def last_earned_on(person_ids: Collection[int]) -> dict[int, date]:
    """The last day on which each person earned hours that stand; people without one are left out."""
    rows = (
        Posting.objects.filter(person_id__in=person_ids)
        .values("person_id", "session_id")
        .annotate(standing=Sum("hours"), day=Max("earned_on"))
        .filter(standing__gt=0)
    )
    last: dict[int, date] = {}
    for row in rows:
        last[row["person_id"]] = max(row["day"], last.get(row["person_id"], row["day"]))
    return last


def last_credit_before(person: str, *, until: date | None = None) -> Subquery:
    """For querysets of people: the day of the last credit, of those up to `until`, of the person in a column."""
    lines = Posting.objects.filter(person=OuterRef(person), kind=Posting.Kind.CREDIT)
    if until:
        lines = lines.filter(year__lte=until.year, earned_on__lte=until)
    return Subquery(lines.order_by("-year", "-earned_on").values("earned_on")[:1])
