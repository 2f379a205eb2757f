"""How an uploaded roster is checked and laid down row by row, ready to be written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.permissions import may, require
from doorstep.directory.jobs.roster import refuse
from doorstep.directory.jobs.roster_answer import answer_path, write_answer
from doorstep.directory.jobs.roster_judging import (
    Judged,
    Reading,
    RosterTask,
    answers_of,
    judge,
    open_roster,
)
from doorstep.directory.models import RosterImport, RosterRow
from doorstep.directory.rules.roster_source import SourceFacts
from doorstep.directory.rules.sheet_findings import sheet_findings
from doorstep.directory.rules.upload_guard import FileRefused
from doorstep.directory.services.roster_lines import COPY_ROWS, RowLines, told_of
from doorstep.directory.services.roster_shares import is_worth_sharing, lay_down_shared
from doorstep.directory.services.roster_tally import RosterTally, is_kept

BUNDLE = 2000
Report = Callable[[int, int], None]
Seen = Callable[[Judged], None]
Opened = Callable[[SourceFacts], None]


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
    *,
    roster_import: RosterImport,
    report: Report,
    seen: Seen | None = None,
    opened: Opened = lambda facts: None,
    actor: Actor,
) -> RosterImport:
    """Read and judge every row and lay down those that are not simply unchanged; all or nothing.

    `report` hears how many rows are done, `seen` every judged row, `opened` what the sheet is. A file that cannot be
    read leaves the import refused, with the reason.
    """
    require(actor, "directory.import_roster", at=roster_import.place)
    task = task_of(roster_import, actor)
    try:
        with transaction.atomic():
            # A second run of the same job waits here until the first has ended.
            locked = RosterImport.objects.select_for_update().get(pk=roster_import.pk)
            if not locked.is_over:
                RosterRow.objects.filter(roster_import=locked).delete()
                _check(locked, task, report, seen, opened)
    except FileRefused as refused:
        locked = refuse(roster_import.pk, refused)
    return locked


def _check(roster_import: RosterImport, task: RosterTask, report: Report, seen: Seen | None, opened: Opened) -> None:
    """Lay the rows down, write the workbook that goes back, keep what was found."""
    reading = open_roster(task)
    opened(reading.facts)
    tally = _lay_down(roster_import.pk, task, reading, report, seen)
    answer = answer_path(roster_import)
    if tally.texts:
        write_answer(task.path, answer, reading, tally.texts)
    else:
        answer.unlink(missing_ok=True)
    roster_import.status = RosterImport.Status.CHECKED
    roster_import.sheet = reading.facts.sheet
    roster_import.layout = _layout_of(reading)
    roster_import.counts = tally.counts()
    roster_import.findings = [told_of(problem) for problem in (*sheet_findings(reading.facts), *tally.findings())]
    roster_import.checked_at = clock.now()
    roster_import.save()


def _lay_down(import_id: int, task: RosterTask, reading: Reading, report: Report, seen: Seen | None) -> RosterTally:
    """COPY the rows worth keeping, bundle by bundle; return what was counted."""
    if seen is None and is_worth_sharing(reading):
        return lay_down_shared(import_id, task, reading, report)
    tally = RosterTally()
    total = reading.facts.rows
    lines = RowLines(import_id, reading.layout)
    kept: list[Judged] = []
    for row in judge(task, reading):
        tally.add(row)
        if seen is not None:
            seen(row)
        if is_kept(row):
            kept.append(row)
        if len(kept) >= BUNDLE:
            _copy(lines, kept)
            kept.clear()
        if tally.rows % BUNDLE == 0:
            report(tally.rows, max(total, tally.rows))
    _copy(lines, kept)
    return tally


def _copy(lines: RowLines, rows: list[Judged]) -> None:
    if rows:
        laid_out = lines.laid_out(rows)
        with connection.cursor() as cursor, cursor.copy(COPY_ROWS) as copy:
            copy.write(laid_out)


def _layout_of(reading: Reading) -> dict[str, Any]:
    layout = reading.layout
    return {
        "header_row": layout.header_row,
        "header_rows": layout.header_rows,
        "columns": [[use.index, use.heading, use.key, use.how] for use in layout.columns],
        "sheets": reading.facts.sheets,
        "encoding": reading.facts.encoding,
    }
