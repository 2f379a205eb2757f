"""How a roster is handed in, answered, and given up again."""

from __future__ import annotations

import hashlib
import json
import shutil
import uuid
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.crypto import seal
from doorstep.core.errors import Invalid
from doorstep.core.events import record
from doorstep.core.models import LongTask
from doorstep.core.permissions import require
from doorstep.core.tasks import start_task
from doorstep.directory.events import RosterExported
from doorstep.directory.jobs.roster import check_roster_file, export_roster, write_roster
from doorstep.directory.jobs.roster_answer import forget_files
from doorstep.directory.jobs.roster_glance import glance
from doorstep.directory.jobs.roster_judging import ANSWERS_FIELD, Answers, answers_of
from doorstep.directory.models import RosterImport, RosterRow, Unit
from doorstep.directory.rules.headers import POST_PREFIX
from doorstep.directory.rules.reference import code_lists, roster_columns
from doorstep.directory.rules.roster_rows import CODES, FLAGS
from doorstep.directory.rules.roster_source import open_source
from doorstep.directory.rules.upload_guard import FileRefused
from doorstep.directory.services.people import ReasonNeeded
from doorstep.directory.services.roster_commit import RosterAlreadyDone
from doorstep.directory.services.roster_undo import UNDO_DAYS

READER_VERSION = 1  # goes up when the same file would be read differently
ABANDONED_DAYS = 7
UNNAMED_DAYS = 1
ROSTER_FOLDER = "rosters"
LEAST_REASON = 4
_ANSWERABLE = frozenset(
    ("name", "id_number", "sex", "birth_date", "branch", "join_date", "formal_date", "mobile", "landline", "flow_to")
) | {*CODES, *FLAGS, "post", "lost_date", "degree", "work_unit", "address", "new_stratum", "remark", "party_age"}
_COLUMN_KEYS = frozenset(
    ["", *(column.key for column in roster_columns()), *(POST_PREFIX + code for code in code_lists()["party_post"])]
)


class RosterUnreadable(Invalid):
    """The file is not one a roster can be read from; `refused` says why."""

    code = "roster_unreadable"
    template = _("这个文件不能读取。")

    def __init__(self, refused: FileRefused) -> None:
        self.refused = refused
        super().__init__()


@transaction.atomic
def start_roster_import(
    *, unit: Unit, upload: Path, filename: str, effective_on: date | None = None, allow_demo: bool = False, actor: Actor
) -> RosterImport:
    """Take in a roster file for `unit` and everything below it, and begin to check it.

    New people belong to their branch from `effective_on` on: the first day of this year unless said otherwise, never
    a day to come.
    The file is inspected at once and kept privately until it was written, refused or given up. Raises RosterUnreadable.
    """
    require(actor, "directory.import_roster", at=unit.path)
    if refused := glance(upload, filename):
        raise RosterUnreadable(refused)
    roster_import = _taken_in(unit, upload, filename, effective_on, allow_demo, actor)
    _begin_check(roster_import, actor)
    return roster_import


@transaction.atomic
def take_in_roster(
    *, unit: Unit, upload: Path, filename: str, effective_on: date | None = None, allow_demo: bool = False, actor: Actor
) -> RosterImport:
    """Take in a roster file without beginning its check, for callers that run the check themselves."""
    require(actor, "directory.import_roster", at=unit.path)
    try:
        source = open_source(upload, filename)
        source.facts(source.sheets()[0])
    except FileRefused as refused:
        raise RosterUnreadable(refused) from None
    return _taken_in(unit, upload, filename, effective_on, allow_demo, actor)


def _taken_in(
    unit: Unit, upload: Path, filename: str, effective_on: date | None, allow_demo: bool, actor: Actor
) -> RosterImport:
    kept = f"{ROSTER_FOLDER}/{uuid.uuid4()}{Path(filename).suffix.lower()}"
    target = settings.MEDIA_ROOT / kept
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    shutil.copyfile(upload, target)
    target.chmod(0o600)
    return RosterImport.objects.create(
        account_id=actor.account_id,
        unit=unit,
        place=unit.path,
        county=unit.county,
        filename=filename[-200:],
        file=kept,
        digest=hashlib.sha256(target.read_bytes()).hexdigest(),
        version=READER_VERSION,
        allow_demo=allow_demo,
        effective_on=min(effective_on or clock.today().replace(month=1, day=1), clock.today()),
        created_at=clock.now(),
    )


def _begin_check(roster_import: RosterImport, actor: Actor, *, then_write: bool = False) -> None:
    """Start the job that checks the file; its progress outlives the page."""
    task = _start(roster_import, "roster_check", _("核对：%(file)s"), actor)
    roster_import.status = RosterImport.Status.CHECKING
    roster_import.save(update_fields=["status"])
    check_roster_file.defer(roster_import_id=roster_import.pk, task_id=str(task.pk), then_write=then_write)


def _start(roster_import: RosterImport, kind: str, title: Any, actor: Actor) -> LongTask:
    task = start_task(
        kind=kind,
        title=str(title) % {"file": roster_import.filename},
        place=roster_import.place,
        params={"roster_import": roster_import.pk, "back": f"/imports/{roster_import.pk}/"},
        actor=actor,
    )
    roster_import.task_id = task.pk
    roster_import.save(update_fields=["task_id"])
    return task


@transaction.atomic
def answer_roster(
    *, roster_import: RosterImport, given: dict[str, Any], then_write: bool = False, actor: Actor
) -> RosterImport:
    """Keep the user's answers and check the roster again with them.

    `given` has the fields of Answers; each is merged into what was answered before. `then_write` writes it at once
    when nothing stands against it any more. Raises RosterAlreadyDone.
    """
    require(actor, "directory.import_roster", at=roster_import.place)
    locked = RosterImport.objects.select_for_update().get(pk=roster_import.pk)
    if locked.status not in (RosterImport.Status.CHECKED, RosterImport.Status.CHECKING):
        raise RosterAlreadyDone
    answers = asdict(answers_of(locked))
    columns = {index: key for index, key in given.get("columns", {}).items() if key in _COLUMN_KEYS}
    defaults = {key: value for key, value in given.get("defaults", {}).items() if _is_default(key, value)}
    for name, fresh in (("columns", columns), ("defaults", defaults), ("branches", given.get("branches", {}))):
        answers[name] = {**answers[name], **fresh}
    for row, values in given.get("corrections", {}).items():
        known = {key: value for key, value in values.items() if key in _ANSWERABLE}
        answers["corrections"][row] = {**answers["corrections"].get(row, {}), **known}
    for row, codes in given.get("confirmed", {}).items():
        answers["confirmed"][row] = sorted({*answers["confirmed"].get(row, []), *codes})
    answers["skipped"] = sorted({*answers["skipped"], *given.get("skipped", ())} - set(given.get("unskipped", ())))
    answers["swapped_sex"] = given.get("swapped_sex", answers["swapped_sex"])
    _keep(locked, answers)
    if "sheet" in given:
        locked.sheet = given["sheet"][:80]
        locked.save(update_fields=["sheet"])
    _begin_check(locked, actor, then_write=then_write)
    return locked


@transaction.atomic
def write_roster_later(*, roster_import: RosterImport, actor: Actor) -> RosterImport:
    """Begin to write a large checked roster in the background; its progress outlives the page."""
    require(actor, "directory.import_roster", at=roster_import.place)
    task = _start(roster_import, "roster_write", _("写入：%(file)s"), actor)
    write_roster.defer(roster_import_id=roster_import.pk, task_id=str(task.pk))
    return roster_import


@transaction.atomic
def start_roster_export(*, unit: Unit, reason: str, actor: Actor) -> LongTask:
    """Begin to write the members of `unit` and below as a workbook with full ID numbers, for a stated reason.

    Raises ReasonNeeded.
    """
    require(actor, "directory.reveal_person", at=unit.path)
    if len(reason.strip()) < LEAST_REASON:
        raise ReasonNeeded
    task = start_task(
        kind="roster_export",
        title=str(_("导出名册：%(unit)s")) % {"unit": unit.short_name},
        place=unit.path,
        params={"unit": unit.pk, "by": actor.name, "back": "/imports/"},
        actor=actor,
    )
    record(
        RosterExported(unit.pk, str(task.pk)),
        actor=actor,
        place=unit.path,
        county=unit.county,
        subject=("unit", unit.pk),
        detail={"reason": reason.strip()[:200]},
    )
    export_roster.defer(unit_id=unit.pk, task_id=str(task.pk))
    return task


def _is_default(key: str, value: str) -> bool:
    """True for a value the whole sheet may be given: a category, a standing, a unit by name or code."""
    lists = {"person_category": "person_category", "membership_state": "membership_state"}
    return key == "branch" or (key in lists and value in code_lists()[lists[key]])


def _keep(roster_import: RosterImport, answers: dict[str, Any]) -> None:
    text = json.dumps(asdict(Answers(**answers)), ensure_ascii=False)
    roster_import.answers_sealed = seal(text, field=ANSWERS_FIELD)
    roster_import.save(update_fields=["answers_sealed"])


@transaction.atomic
def drop_roster(*, roster_import: RosterImport, actor: Actor) -> None:
    """Give up an import that was not written; its rows and its file go at once. Raises RosterAlreadyDone."""
    require(actor, "directory.import_roster", at=roster_import.place)
    locked = RosterImport.objects.select_for_update().get(pk=roster_import.pk)
    if locked.status in (RosterImport.Status.COMMITTED, RosterImport.Status.UNDONE):
        raise RosterAlreadyDone
    locked.status = RosterImport.Status.DROPPED
    locked.save(update_fields=["status"])
    _forget([locked])


def forget_old_rosters(*, actor: Actor) -> int:
    """Remove files and rows of imports that can no longer be undone or were left lying; return how many imports.

    Files that no import names go too, once a day old: their upload was cut off before it became an import.
    """
    require(actor, "directory.import_roster", at="")
    now = clock.now()
    old = RosterImport.objects.exclude(file="").filter(created_at__lt=now - timedelta(days=ABANDONED_DAYS))
    due = [i for i in old if i.committed_at is None or now - i.committed_at > timedelta(days=UNDO_DAYS)]
    _forget(due)
    _forget_unnamed(now - timedelta(days=UNNAMED_DAYS))
    return len(due)


def _forget_unnamed(before: datetime) -> None:
    """Remove files last written before a moment that belong to no import: neither its upload nor its answer."""
    named = {_stem(file) for file in RosterImport.objects.exclude(file="").values_list("file", flat=True)}
    for path in (settings.MEDIA_ROOT / ROSTER_FOLDER).glob("*"):
        with suppress(FileNotFoundError):
            if _stem(path.name) not in named and path.stat().st_mtime < before.timestamp():
                path.unlink()


def _stem(file: str) -> str:
    """What the files of one import have in common."""
    return Path(file).name.partition(".")[0]


def _forget(imports: Iterable[RosterImport]) -> None:
    for roster_import in imports:
        if not roster_import.file:
            continue
        RosterRow.objects.filter(roster_import=roster_import).delete()
        forget_files(roster_import)
        roster_import.file, roster_import.answers_sealed = "", b""
        roster_import.save(update_fields=["file", "answers_sealed"])
