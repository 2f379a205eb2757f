"""Imports a roster from a file, for operators and scripts."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from argparse import SUPPRESS, ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from doorstep.core import clock
from doorstep.core.actors import system_actor
from doorstep.core.errors import NotFound
from doorstep.directory.jobs.children import limited_memory, surroundings
from doorstep.directory.jobs.roster import refuse
from doorstep.directory.jobs.roster_glance import file_missing, told
from doorstep.directory.jobs.roster_judging import Answers, Judged, RosterTask, judge, open_roster
from doorstep.directory.jobs.roster_words import message_of, sentence
from doorstep.directory.models import RosterImport, Unit
from doorstep.directory.queries import is_demo_database, unit_by_code
from doorstep.directory.rules.roster_source import SourceFacts
from doorstep.directory.rules.roster_types import Problem
from doorstep.directory.rules.sheet_findings import sheet_findings
from doorstep.directory.rules.upload_guard import FileRefused
from doorstep.directory.services.roster_check import check_roster
from doorstep.directory.services.roster_commit import OPEN_STATUSES, RosterNotReady, commit_roster
from doorstep.directory.services.roster_files import RosterUnreadable, take_in_roster
from doorstep.directory.services.roster_tally import RosterTally

REFUSED, NOT_WRITTEN, WRITTEN = 2, 1, 0


class Command(BaseCommand):
    """`doorstep import-roster FILE --unit CODE [--dry-run] [--json] [--allow-demo-ids]`.

    Exit code 0: written (or, in a dry run, nothing stands against it); 1: some rows need an answer, nothing was
    written; 2: the file or the unit was refused. With `--json` what is found about the whole file (hidden rows, other
    sheets, sexes the wrong way round) is the last line on standard error: `{"file": [message, …]}`.
    """

    help = "Import a roster of members."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, the unit it is for, and how to answer."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--unit", required=True, help="code of a unit or of a division")
        parser.add_argument("--dry-run", action="store_true", help="check only, write nothing")
        parser.add_argument("--json", action="store_true", help="one JSON object per sheet row")
        parser.add_argument("--allow-demo-ids", action="store_true", help="accept ID numbers of region 350999")
        parser.add_argument("--in-child", action="store_true", help=SUPPRESS)

    def handle(self, *args: Any, **options: Any) -> None:
        """Have a child do the work: a file that brings its reader down brings down nothing else."""
        path: Path = options["file"]
        if not path.is_file():
            self._refuse("file.missing", file_missing(path), options["json"])
        if options["in_child"]:
            self._import(path, options)
            return
        flags = [f"--{name.replace('_', '-')}" for name in ("dry_run", "json", "allow_demo_ids") if options[name]]
        command = [sys.executable, "-m", "django", "import_roster", str(path), "--unit", options["unit"], *flags]
        command += ["--in-child", "--skip-checks"]
        code = subprocess.run(command, stdin=subprocess.DEVNULL, env=surroundings()).returncode
        if code not in (WRITTEN, NOT_WRITTEN, REFUSED):
            _refuse_what_was_left(path)
            self._refuse("file.too_heavy", sentence("file", "file.too_heavy", {}), options["json"])
        sys.exit(code)

    def _import(self, path: Path, options: dict[str, Any]) -> None:
        """Check every row, say what was found, write when nothing stands against it."""
        try:
            unit = unit_by_code(options["unit"])
        except NotFound:
            self._refuse("unit.unknown", f"没有编码为 {options['unit']} 的单位或区划。请检查 --unit。", options["json"])
        allow_demo = options["allow_demo_ids"] or is_demo_database()
        printer = _Printer(self, as_json=options["json"])
        try:
            with limited_memory():
                if options["dry_run"]:
                    status = _try_out(path, unit, allow_demo, printer)
                else:
                    status = _import(path, unit, allow_demo, printer)
        except FileRefused as refused:
            self._refuse(refused.code, sentence("file", refused.code, refused.params), options["json"])
        except MemoryError:
            self._refuse("file.too_heavy", sentence("file", "file.too_heavy", {}), options["json"])
        printer.summary(status, dry=options["dry_run"])
        sys.exit(status)

    def _refuse(self, code: str, text: str, as_json: bool) -> None:
        self.stderr.write(told(code, text, as_json=as_json))
        sys.exit(REFUSED)


class _Printer:
    """Prints rows as they come and counts them."""

    def __init__(self, command: BaseCommand, *, as_json: bool) -> None:
        self._command = command
        self._as_json = as_json
        self._tally = RosterTally()
        self._sheet: list[Problem] = []

    def sheet(self, facts: SourceFacts) -> None:
        """What is found about the sheet before its rows are read."""
        self._sheet = sheet_findings(facts)

    def row(self, judged: Judged) -> None:
        """One sheet row."""
        result = judged.result
        self._tally.add(judged)
        if self._as_json:
            line = {
                "row": result.row,
                "status": result.status.value,
                "fields": result.fields,
                "messages": [message_of(problem) for problem in result.problems],
                "action": judged.action,
            }
            self._say(json.dumps(line, ensure_ascii=False) + "\n")
        elif result.status.value not in ("ok", "skip"):
            texts = "；".join(sentence(p.field, p.code, p.params) for p in result.problems if p.level.value != "note")
            self._say(f"{result.row}\t{result.status.value}\t{result.fields.get('name', '')}\t{texts}\n")

    def _say(self, text: str, *, last: bool = False) -> None:
        """To whoever reads along; when they have gone, as `head` does, the import goes on without them."""
        try:
            self._command.stdout.write(text, ending="")
            if last:
                self._command.stdout.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def summary(self, status: int, *, dry: bool) -> None:
        """What came of it, on standard error, so that standard output holds rows only."""
        self._say("", last=True)
        count = self._tally.counts()
        waiting = sum(count.get(status, 0) for status in OPEN_STATUSES)
        new, changed, same = (count.get(action, 0) for action in ("new", "update", "same"))
        what = f"新增 {new}，更新 {changed}，没有变化 {same}，有问题 {waiting}"
        end = "一行也没有写入" if status else "只是试读，没有写入" if dry else "已写入"
        self._command.stderr.write(f"{what}。{end}。")
        found = [*self._sheet, *self._tally.findings()]
        if self._as_json:
            self._command.stderr.write(json.dumps({"file": list(map(message_of, found))}, ensure_ascii=False))
            return
        for problem in found:
            self._command.stderr.write(sentence(problem.field, problem.code, problem.params))


def _refuse_what_was_left(path: Path) -> None:
    """An import whose child died is over."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    left = RosterImport.objects.filter(digest=digest, status=RosterImport.Status.CHECKING, account_id__isnull=True)
    for roster_import in left:
        refuse(roster_import.pk, FileRefused("file.too_heavy"))


def _try_out(path: Path, unit: Unit, allow_demo: bool, printer: _Printer) -> int:
    today = clock.today()
    task = RosterTask(path, path.name, unit, today, today, allow_demo, Answers(), may_move=True)
    waiting = False
    reading = open_roster(task)
    printer.sheet(reading.facts)
    for row in judge(task, reading):
        printer.row(row)
        waiting = waiting or row.result.status.value in ("error", "ambiguous", "conflict")
    return NOT_WRITTEN if waiting else WRITTEN


def _import(path: Path, unit: Unit, allow_demo: bool, printer: _Printer) -> int:
    actor = system_actor("import-roster")
    try:
        taken = take_in_roster(unit=unit, upload=path, filename=path.name, allow_demo=allow_demo, actor=actor)
    except RosterUnreadable as unreadable:
        raise unreadable.refused from None
    checked = check_roster(
        roster_import=taken, report=lambda done, total: None, opened=printer.sheet, seen=printer.row, actor=actor
    )
    if checked.status == RosterImport.Status.REFUSED:
        raise FileRefused(checked.refusal["code"], **checked.refusal["params"])
    try:
        commit_roster(roster_import=checked, actor=actor)
    except RosterNotReady:
        return NOT_WRITTEN
    return WRITTEN
