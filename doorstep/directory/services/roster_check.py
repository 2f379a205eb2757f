"""How an uploaded roster is checked and laid down row by row, ready to be written."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.crypto import blind_index, seal
from doorstep.core.permissions import may, require
from doorstep.directory.jobs.roster_answer import answer_path, write_answer
from doorstep.directory.jobs.roster_judging import (
    ROW_FIELD,
    Judged,
    Reading,
    RosterTask,
    answers_of,
    as_written,
    judge,
    needs_answer,
    open_roster,
)
from doorstep.directory.jobs.roster_words import sentence
from doorstep.directory.models import RosterImport, RosterRow
from doorstep.directory.rules.person_columns import PLAIN, normal_posts
from doorstep.directory.rules.roster_source import SourceFacts
from doorstep.directory.rules.roster_types import Level, Problem, Status, warn
from doorstep.directory.rules.upload_guard import FileRefused

BUNDLE = 2000
MOST_SHEETS = 6
KEEP_POSTS = "="  # the sheet says nothing of posts
_COPY_SIGNS = re.compile(r"[\t\n\r]")
_WRITING = ("new", "update", "move")

_COLUMNS = (
    *("roster_import_id", "row", "status", "action", "person_id", "unit_id", "from_unit_id", "posts"),
    *("changed", "problems", "raw_sealed"),
    *PLAIN,
    *("id_number_sealed", "id_number_index", "mobile_sealed", "mobile_index", "landline_sealed", "address_sealed"),
)
_EMPTY: dict[str, Any] = {
    **dict.fromkeys(PLAIN, ""),
    **dict.fromkeys(("birth_date", "join_date", "formal_date", "lost_since")),
    **dict.fromkeys(("birth_month_only", "lost_contact", "floating", "migrant_worker"), False),
    "sex": "0",
    "category": "full",
    "membership_state": "normal",
}
_NULL, _NO_BYTES = "\\N", "\\\\x"
_EMPTY_TEXTS = {
    column: _NULL if value is None else "f" if value is False else str(value) for column, value in _EMPTY.items()
}
Report = Callable[[int, int], None]
Seen = Callable[[Judged], None]


def task_of(roster_import: RosterImport, actor: Actor) -> RosterTask:
    """What the check of an import needs to know."""
    return RosterTask(
        path=settings.MEDIA_ROOT / roster_import.file,
        filename=roster_import.filename,
        unit=roster_import.unit,
        today=clock.today(),
        effective_on=roster_import.effective_on,
        allow_demo=roster_import.allow_demo,
        answers=answers_of(roster_import),
        sheet=roster_import.sheet,
        may_move=may(actor, "directory.move_member", at=roster_import.place),
    )


def check_roster(
    *, roster_import: RosterImport, report: Report, seen: Seen | None = None, actor: Actor
) -> RosterImport:
    """Read and judge every row and lay down those that are not simply unchanged; all or nothing.

    `report` hears how many rows are done, `seen` every judged row. A file that cannot be read leaves the import
    refused, with the reason.
    """
    require(actor, "directory.import_roster", at=roster_import.place)
    task = task_of(roster_import, actor)
    try:
        with transaction.atomic():
            # A second run of the same job waits here until the first has ended.
            RosterImport.objects.select_for_update().get(pk=roster_import.pk)
            RosterRow.objects.filter(roster_import=roster_import).delete()
            reading = open_roster(task)
            tally = _lay_down(roster_import.pk, task, reading, report, seen)
    except FileRefused as refused:
        return _refused(roster_import, refused)
    roster_import.status = RosterImport.Status.CHECKED
    roster_import.sheet = reading.facts.sheet
    roster_import.layout = _layout_of(reading)
    roster_import.counts = tally.counts()
    roster_import.findings = [_told(problem) for problem in (*sheet_findings(reading.facts), *tally.findings())]
    roster_import.checked_at = clock.now()
    roster_import.save()
    answer = answer_path(roster_import)
    if tally.texts:
        write_answer(task.path, answer, reading, tally.texts)
    else:
        answer.unlink(missing_ok=True)
    return roster_import


def _refused(roster_import: RosterImport, refused: FileRefused) -> RosterImport:
    roster_import.status = RosterImport.Status.REFUSED
    roster_import.refusal = {"code": refused.code, "params": refused.params}
    roster_import.save(update_fields=["status", "refusal"])
    return roster_import


def _lay_down(import_id: int, task: RosterTask, reading: Reading, report: Report, seen: Seen | None) -> RosterTally:
    """COPY the rows worth keeping, bundle by bundle; return what was counted."""
    tally = RosterTally()
    total = reading.facts.rows
    kept: list[Judged] = []
    for row in judge(task, reading):
        tally.add(row)
        if seen is not None:
            seen(row)
        if row.action in _WRITING or needs_answer(row.result) or _is_users_skip(row):
            kept.append(row)
        if len(kept) >= BUNDLE:
            _copy(import_id, kept, reading)
            kept.clear()
        if tally.rows % BUNDLE == 0:
            report(tally.rows, max(total, tally.rows))
    _copy(import_id, kept, reading)
    return tally


class RosterTally:
    """Counts what a check found over all rows."""

    def __init__(self) -> None:
        self.rows = 0
        self._counts: Counter[str] = Counter()
        self._changed: Counter[str] = Counter()
        self._coded_sexes: Counter[bool] = Counter()
        self.texts: dict[int, str] = {}

    def add(self, row: Judged) -> None:
        """Count one row."""
        self.rows += 1
        self._counts[row.result.status.value] += 1
        if row.action != "none":
            self._counts[row.action] += 1
        if row.changed:
            self._changed.update(row.changed)
        if row.result.status not in (Status.OK, Status.SKIP) or _is_users_skip(row):
            self.texts[row.result.row] = "\n".join(
                sentence(p.field, p.code, p.params)
                for p in row.result.problems
                if p.level is not Level.NOTE or row.result.status is Status.SKIP
            )
        codes = {p.code for p in row.result.problems if p.field == "sex"} if row.result.problems else ()
        if "code.by_number" in codes:
            self._coded_sexes["sex.mismatch" in codes] += 1

    def counts(self) -> dict[str, Any]:
        """The counts, with how often each column changes."""
        return {**self._counts, "rows": self.rows, "changed": dict(self._changed)}

    def findings(self) -> list[Problem]:
        """What only all rows together show: numbers of sexes that are the wrong way round."""
        wrong, right = self._coded_sexes[True], self._coded_sexes[False]
        if wrong > right:
            return [warn("sex", "sex.swapped", count=wrong + right, wrong=wrong)]
        return []


def sheet_findings(facts: SourceFacts) -> list[Problem]:
    """What is told about the sheet itself: hidden cells, other sheets, merged cells too far down."""
    found = []
    if facts.hidden_rows or facts.hidden_columns:
        found.append(warn("sheet", "sheet.hidden", rows=facts.hidden_rows, columns=facts.hidden_columns))
    others = [name for name in facts.sheets if name != facts.sheet]
    if others:
        found.append(warn("sheet", "sheet.others", count=len(others), names="、".join(others[:MOST_SHEETS])))
    return found


def _is_users_skip(row: Judged) -> bool:
    return row.result.status is Status.SKIP and row.result.problems[0].code == "row.skipped_by_user"


def _copy(import_id: int, rows: list[Judged], reading: Reading) -> None:
    """COPY a bundle of rows; new people get their ids here."""
    if not rows:
        return
    fresh = sum(row.action == "new" for row in rows)
    table = RosterRow._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('directory_person', 'id')) FROM generate_series(1, %s)", [fresh]
        )
        ids = iter([found[0] for found in cursor.fetchall()])
        lines = []
        for row in rows:
            person_id = next(ids) if row.action == "new" else row.known.id if row.known else None
            cells = _cells(import_id, person_id, row, reading)
            lines.append(_COPY_SIGNS.sub(" ", "\x1f".join(cells)).replace("\x1f", "\t"))
        with cursor.copy(f"COPY {table} ({', '.join(_COLUMNS)}) FROM STDIN") as copy:
            copy.write("\n".join(lines) + "\n")


def _cells(import_id: int, person_id: int | None, row: Judged, reading: Reading) -> list[str]:
    """The row in the text form of COPY, in the order of `_COLUMNS`."""
    result, known, problems = row.result, row.known, row.result.problems
    moved_from = known.unit_id if known and row.action == "move" else None
    told = [_told(p) for p in problems if p.level is not Level.NOTE or _is_users_skip(row)] if problems else []
    return [
        str(import_id),
        str(result.row),
        result.status.value,
        row.action if row.action in _WRITING else "none",
        _text(person_id),
        _text(result.unit_id),
        _text(moved_from),
        normal_posts(result.fields["post"]) if "post" in result.fields else KEEP_POSTS,
        _json(row.changed),
        _json(told),
        _bytes(_raw_of(row, reading)) if told else _NO_BYTES,
        *_plain_cells(row),
        *_sealed_cells(row),
    ]


def _plain_cells(row: Judged) -> Iterator[str]:
    """The unsealed columns: what is known with what the row changes, or the row's own for a new person."""
    texts = dict(_EMPTY_TEXTS)
    if row.known is not None:
        # Only what differs is written, so that a coarser date never replaces a finer one.
        values = {**row.known.columns, **{c: row.columns[c] for c in row.columns if c in row.changed}}
    else:
        values = row.columns
    for column, value in values.items():
        texts[column] = _text(value)
    texts["name"] = texts["name"] or _text(row.result.fields.get("name", ""))
    return map(texts.__getitem__, PLAIN)


def _sealed_cells(row: Judged) -> list[str]:
    """ID number and mobile with their indexes, landline and address; sealed here and never written plain."""
    fields = row.result.fields
    if row.action not in _WRITING:
        return [_NO_BYTES, _NULL, _NO_BYTES, _NULL, _NO_BYTES, _NO_BYTES]
    mobile, number = fields.get("mobile", ""), fields.get("id_number", "")
    return [
        _bytes(seal(number, field="id_number")),
        _bytes(row.id_index) if row.id_index else _NULL,
        _bytes(seal(mobile, field="mobile")) if mobile else _NO_BYTES,
        _bytes(blind_index(mobile, field="mobile")) if mobile else _NULL,
        _bytes(seal(fields["landline"], field="landline")) if "landline" in fields else _NO_BYTES,
        _bytes(seal(fields["address"], field="address")) if "address" in fields else _NO_BYTES,
    ]


def _raw_of(row: Judged, reading: Reading) -> bytes:
    """What was written in a troubled row, with every proposal, sealed."""
    told = [problem for problem in row.result.problems if problem.level is not Level.NOTE]
    if not told:
        return b""
    offers = [[[choice.value, choice.label] for choice in problem.choices] for problem in told]
    content = {"raw": as_written(reading.layout, row.cells), "choices": offers}
    return seal(json.dumps(content, ensure_ascii=False), field=ROW_FIELD)


def _told(problem: Problem) -> dict[str, Any]:
    """A finding as it is kept; its proposals are kept sealed beside it."""
    return {"field": problem.field, "code": problem.code, "level": problem.level.value, "params": dict(problem.params)}


def _layout_of(reading: Reading) -> dict[str, Any]:
    layout = reading.layout
    return {
        "header_row": layout.header_row,
        "header_rows": layout.header_rows,
        "columns": [[use.index, use.heading, use.key, use.how] for use in layout.columns],
        "sheets": reading.facts.sheets,
        "encoding": reading.facts.encoding,
    }


def _text(value: Any) -> str:
    """A value in the text form of COPY; texts were tidied, so that of its signs only the backslash can be there."""
    if value.__class__ is str:
        return value.replace("\\", "\\\\") if "\\" in value else str(value)
    if value is None:
        return _NULL
    if value is True or value is False:
        return "t" if value else "f"
    return str(value)


def _bytes(value: bytes) -> str:
    return "\\\\x" + value.hex()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\\", "\\\\") if value else "[]"
