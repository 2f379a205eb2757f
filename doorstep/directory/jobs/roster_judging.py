"""What would each row of a roster change, given the people who are already known?"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connection

from doorstep.core.crypto import blind_index, blind_indexes, unseal
from doorstep.core.policies import policies_at
from doorstep.directory.models import Division, RosterImport, Unit
from doorstep.directory.rules.headers import Layout, best_sheet, settled
from doorstep.directory.rules.person_columns import PLAIN, columns_of, differences, normal_posts
from doorstep.directory.rules.roster_rows import CheckOptions, RosterChecker
from doorstep.directory.rules.roster_source import Source, SourceFacts, open_source, spread_merged
from doorstep.directory.rules.roster_types import (
    Choice,
    Level,
    Problem,
    RowResult,
    Status,
    conflict,
    note,
    status_of,
    warn,
)
from doorstep.directory.rules.text_forms import text_of
from doorstep.directory.rules.unit_names import UnitEntry, UnitIndex, Village, place_of

BATCH = 2000
_FIGURES = {
    "adult_age": "roster.adult_age",
    "child_age": "roster.child_age",
    "lost_after_months": "roster.lost_after_months",
    "probation_years": "roster.probation_years",
    "longest_probation_years": "roster.longest_probation_years",
}
ANSWERS_FIELD = "roster_answers"
ROW_FIELD = "roster_row"
LONGEST_SHOWN = 200
CONFIRM = "confirm"  # the answer that lets a move or a new name through

_KNOWN = f"""
    SELECT p.id_number_index, p.id, {", ".join(f"p.{column}" for column in PLAIN)},
           p.mobile_index, p.landline_sealed, p.address_sealed, m.unit_id, u.path, u.short_name, m.valid_from,
           (SELECT string_agg(t.post, ';' ORDER BY t.post) FROM directory_post t
             WHERE t.person_id = p.id AND t.unit_id = m.unit_id AND t.valid_to IS NULL)
      FROM directory_person p
      LEFT JOIN directory_membership m ON m.person_id = p.id AND m.is_primary AND m.valid_to IS NULL
      LEFT JOIN directory_unit u ON u.id = m.unit_id
     WHERE p.id_number_index = ANY(ARRAY(SELECT substr(%s, 1 + 32 * n, 32) FROM generate_series(0, %s) n))
"""  # noqa: S608 - column names of ours
_NAMESAKES = """
    SELECT p.name, p.birth_date, m.unit_id FROM directory_person p
      JOIN directory_membership m ON m.person_id = p.id AND m.is_primary AND m.valid_to IS NULL
     WHERE m.unit_id = ANY(%s) AND p.name = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class Answers:
    """What the user has answered so far; keys are texts, as JSON keeps them.

    `columns` maps column index to key, `confirmed` maps a row to the findings let through.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    defaults: Mapping[str, str] = field(default_factory=dict)
    branches: Mapping[str, str] = field(default_factory=dict)
    corrections: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    confirmed: Mapping[str, list[str]] = field(default_factory=dict)
    skipped: tuple[int, ...] = ()
    swapped_sex: bool = False


def answers_of(roster_import: RosterImport) -> Answers:
    """The answers given so far."""
    text = unseal(roster_import.answers_sealed, field=ANSWERS_FIELD)
    known = json.loads(text) if text else {}
    return Answers(**{**known, "skipped": tuple(known.get("skipped", ()))})


@dataclass(frozen=True, slots=True)
class RosterTask:
    """Everything the check of one roster needs to know."""

    path: Path
    filename: str
    unit: Unit
    today: date
    effective_on: date
    allow_demo: bool
    answers: Answers
    sheet: str = ""
    may_move: bool = False


@dataclass(slots=True)
class Known:
    """A person as the database has them now."""

    id: int
    columns: dict[str, Any]
    mobile_index: bytes | None
    landline_sealed: bytes
    address_sealed: bytes
    unit_id: int | None
    path: str
    unit_name: str
    since: date | None
    posts: str


@dataclass(slots=True)
class Judged:
    """A checked row and what writing it does: none, new, update, move, same."""

    result: RowResult
    action: str = "none"
    known: Known | None = None
    columns: dict[str, Any] = field(default_factory=dict)
    changed: list[str] = field(default_factory=list)
    id_index: bytes = b""
    cells: list[Any] = field(default_factory=list)


@dataclass(slots=True)
class Reading:
    """An opened roster whose heading was found."""

    source: Source
    facts: SourceFacts
    layout: Layout


def open_roster(task: RosterTask) -> Reading:
    """Open the file and find its heading in the best of its sheets; raises FileRefused."""
    source = open_source(task.path, task.filename)
    names = source.sheets()
    name, layout, rows = best_sheet(source, [task.sheet] if task.sheet in names else names)
    facts = source.facts(name)
    facts.sheet, facts.sheets = name, names
    start = layout.header_row + layout.header_rows
    layout = settled(layout, [row for row in rows if row[0] >= start]).with_choices(task.answers.columns)
    return Reading(source, facts, layout)


def unit_entries() -> Iterator[UnitEntry]:
    """Every unit in force with the names of the places above it, for matching names."""
    rows = list(
        Unit.objects.filter(valid_to__isnull=True)
        .order_by("depth")
        .values_list("id", "code", "name", "short_name", "kind", "path", "division__name")
    )
    place: dict[str, tuple[str, ...]] = {}
    for unit_id, code, name, short_name, kind, path, division in rows:
        parent = path.removesuffix(f"{unit_id}/")
        above = place.get(parent, ())
        own = division if kind in ("city", "county", "township") and division else place_of(name, above)
        place[path] = (*above, own) if own and own not in above else above
        yield UnitEntry(unit_id, code, name, short_name, kind, path, above)


def villages_of(unit: Unit) -> Iterator[Village]:
    """The villages of the city or county a roster is for: the same name may mean several of them."""
    if unit.division_id is None or unit.kind not in (Unit.Kind.CITY, Unit.Kind.COUNTY):
        return
    here = Division.objects.filter(
        level=Division.Level.VILLAGE, valid_to=None, code__startswith=unit.division_id.removesuffix("00")
    )
    above = ("parent__parent__parent__name", "parent__parent__name", "parent__name")
    for name, *places in here.values_list("name", *above):
        yield Village(name, tuple(place for place in places if place))


def check_options(task: RosterTask) -> CheckOptions:
    """The options of the row check for a task."""
    answers = task.answers
    defaults = dict(answers.defaults)
    if task.unit.kind in (Unit.Kind.BRANCH, Unit.Kind.GENERAL_BRANCH):
        defaults.setdefault("branch", task.unit.code)
    figures = policies_at(_FIGURES.values(), on=task.today, place=task.unit.path)
    return CheckOptions(
        today=task.today,
        home=task.unit.path,
        **{option: figures[key].integer for option, key in _FIGURES.items()},
        allow_demo=task.allow_demo,
        swapped_sex=answers.swapped_sex,
        defaults=defaults,
        branches=answers.branches,
        corrections={int(row): values for row, values in answers.corrections.items()},
        skipped=frozenset(answers.skipped),
    )


def row_checker(task: RosterTask, reading: Reading, *, finds_twice: bool = True) -> RosterChecker:
    """What checks the rows of an opened roster one by one."""
    units = UnitIndex(unit_entries(), home=task.unit.path, villages=villages_of(task.unit))
    return RosterChecker(reading.layout, units, check_options(task), finds_twice=finds_twice)


def judge(task: RosterTask, reading: Reading) -> Iterator[Judged]:
    """Every row of the sheet in order, each with what writing it would do; raises FileRefused."""
    checker = row_checker(task, reading)
    rows = reading.source.rows(reading.facts.sheet)
    if reading.facts.merged:
        rows = spread_merged(rows, [b for b in reading.facts.merged if b[0] >= reading.layout.header_row + 1])
    judging = Judging(task)
    while batch := list(islice(rows, BATCH)):
        judged = [Judged(checker.check(number, cells), cells=cells) for number, cells in batch]
        judging.judge(judged)
        yield from judged


def as_written(layout: Layout, cells: list[Any]) -> dict[str, str]:
    """The cells of a row as they stand in the sheet, under the keys of the layout."""
    read = ((use.key, cells[use.index]) for use in layout.columns if use.key and use.index < len(cells))
    return {key: text_of(cell)[:LONGEST_SHOWN] for key, cell in read if cell != ""}


class Judging:
    """Compares checked rows with the people known, batch by batch."""

    def __init__(self, task: RosterTask) -> None:
        self._task = task
        self._peopled: set[int] | None = None
        self._unit_names: dict[int, str] = {}

    def judge(self, batch: list[Judged]) -> None:
        """Say of each row what writing it would do."""
        numbered = [row for row in batch if "id_number" in row.result.fields and row.result.status is not Status.SKIP]
        numbers = [row.result.fields["id_number"] for row in numbered]
        for row, index in zip(numbered, blind_indexes(numbers, field="id_number"), strict=True):
            row.id_index = index
        known = _known_people([row.id_index for row in batch if row.id_index])
        for row in batch:
            if row.id_index and not _is_double(row.result):
                row.known = known.get(row.id_index)
                self._against_known(row)
        self._namesakes([row for row in batch if row.known is None and row.id_index])
        for row in batch:
            self._decide(row)

    def _against_known(self, row: Judged) -> None:
        """A name or a unit that differs from what is known is a conflict, unless it was confirmed."""
        known, result = row.known, row.result
        if known is None:
            return
        found: list[Problem] = []
        name = result.fields.get("name")
        near = known.path.startswith(self._task.unit.path) if known.path else False
        if name and name != known.columns["name"]:
            found.append(_other_name(known, near))
        if result.unit_id is not None and known.unit_id != result.unit_id:
            found.append(self._elsewhere(known, near, self._unit_name(result.unit_id)))
        confirmed = self._task.answers.confirmed.get(str(result.row), [])
        for problem in found:
            through = problem.code in confirmed and any(c.value == CONFIRM for c in problem.choices)
            result.problems.append(note(problem.field, problem.code, **problem.params) if through else problem)

    def _elsewhere(self, known: Known, near: bool, to: str) -> Problem:
        on = self._task.today.isoformat()
        if known.unit_id is None:
            return conflict("branch", "member.left", Choice(CONFIRM, "重新记入"), to=to, on=on)
        if not near or not self._task.may_move:
            return conflict("branch", "member.outside")
        if known.since is not None and known.since >= self._task.today:
            return conflict("branch", "member.moved_today", unit=known.unit_name)
        return conflict("branch", "member.elsewhere", Choice(CONFIRM, "转入"), unit=known.unit_name, to=to, on=on)

    def _unit_name(self, unit_id: int) -> str:
        if not self._unit_names:
            below = Unit.objects.filter(path__startswith=self._task.unit.path)
            self._unit_names = dict(below.values_list("pk", "short_name"))
        return self._unit_names[unit_id]

    def _namesakes(self, rows: list[Judged]) -> None:
        """New people whose branch already has somebody of the same name and birthday."""
        if self._peopled is None:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT DISTINCT m.unit_id FROM directory_membership m JOIN directory_unit u ON u.id = m.unit_id "
                    "WHERE m.valid_to IS NULL AND m.is_primary AND u.path LIKE %s",
                    [self._task.unit.path + "%"],
                )
                self._peopled = {row[0] for row in cursor.fetchall()}
        here = [row for row in rows if row.result.unit_id in self._peopled]
        if not here:
            return
        with connection.cursor() as cursor:
            units = list({row.result.unit_id for row in here})
            cursor.execute(_NAMESAKES, [units, list({row.result.fields.get("name", "") for row in here})])
            there = {(name, birth and birth.isoformat(), unit) for name, birth, unit in cursor.fetchall()}
        for row in here:
            fields = row.result.fields
            if (fields.get("name"), fields.get("birth_date"), row.result.unit_id) in there:
                row.result.problems.append(warn("id_number", "person.same_name_other_id"))

    def _decide(self, row: Judged) -> None:
        """Status after all findings, and what writing the row does."""
        result = row.result
        if result.status is Status.SKIP:
            return
        result.status = status_of(result.problems)
        if result.status in (Status.ERROR, Status.AMBIGUOUS, Status.CONFLICT) or result.unit_id is None:
            return
        if row.known is None:
            row.action = "new"
            return
        row.columns = columns_of(result.fields)
        row.changed = differences(row.columns, row.known.columns, result.fields) + _sealed_changes(row)
        row.action = "move" if row.known.unit_id != result.unit_id else "update" if row.changed else "same"


def _is_double(result: RowResult) -> bool:
    return bool(result.problems) and any(p.code in ("row.twice", "row.twice_other_name") for p in result.problems)


def _other_name(known: Known, near: bool) -> Problem:
    if not near:
        return conflict("name", "person.other_name_elsewhere")
    name = known.columns["name"]
    return conflict("name", "person.other_name", Choice(name, name), Choice(CONFIRM, "改名"), name=name)


def _sealed_changes(row: Judged) -> list[str]:
    """The sealed columns and posts a row would change."""
    fields, known = row.result.fields, row.known
    assert known is not None
    changed = []
    if "mobile" in fields and blind_index(fields["mobile"], field="mobile") != known.mobile_index:
        changed.append("mobile")
    if "landline" in fields and unseal(known.landline_sealed, field="landline") != fields["landline"]:
        changed.append("landline")
    if "address" in fields and unseal(known.address_sealed, field="address") != fields["address"]:
        changed.append("address")
    if "post" in fields and normal_posts(fields["post"]) != known.posts and known.unit_id == row.result.unit_id:
        changed.append("posts")
    return changed


def _known_people(indexes: Iterable[bytes]) -> dict[bytes, Known]:
    wanted = list(indexes)
    if not wanted:
        return {}
    found: dict[bytes, Known] = {}
    width = len(PLAIN)
    with connection.cursor() as cursor:
        # One value instead of one for each row: they are digests of 32 bytes.
        cursor.execute(_KNOWN, [b"".join(wanted), len(wanted) - 1])
        for row in cursor:
            rest = row[2 + width :]
            found[bytes(row[0])] = Known(
                row[1],
                dict(zip(PLAIN, row[2 : 2 + width], strict=True)),
                bytes(rest[0]) if rest[0] else None,
                bytes(rest[1]),
                bytes(rest[2]),
                rest[3],
                rest[4] or "",
                rest[5] or "",
                rest[6],
                rest[7] or "",
            )
    return found


def needs_answer(result: RowResult) -> bool:
    """True for a row that keeps the whole import from being written."""
    return result.status in (Status.ERROR, Status.AMBIGUOUS, Status.CONFLICT)


def worth_telling(problem: Problem) -> bool:
    """True for a finding the user should see; notes are told only on request."""
    return problem.level is not Level.NOTE
