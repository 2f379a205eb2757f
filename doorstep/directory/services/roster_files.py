"""How a roster is handed in, answered, and given up again."""

from __future__ import annotations

import hashlib
import json
import shutil
import uuid
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.crypto import seal
from doorstep.core.errors import Invalid
from doorstep.core.permissions import require
from doorstep.core.tasks import start_task
from doorstep.directory.jobs.roster import check_roster_file
from doorstep.directory.jobs.roster_judging import Answers
from doorstep.directory.models import RosterImport, RosterRow, Unit
from doorstep.directory.rules.roster_rows import CODES, FLAGS
from doorstep.directory.rules.roster_source import open_source
from doorstep.directory.rules.upload_guard import FileRefused
from doorstep.directory.services.roster_check import ANSWERS_FIELD, answers_of
from doorstep.directory.services.roster_commit import RosterAlreadyDone
from doorstep.directory.services.roster_undo import UNDO_DAYS

READER_VERSION = 1  # goes up when the same file would be read differently
ABANDONED_DAYS = 7
_ANSWERABLE = frozenset(
    ("name", "id_number", "sex", "birth_date", "branch", "join_date", "formal_date", "mobile", "landline", "flow_to")
) | {*CODES, *FLAGS, "post", "lost_date", "degree", "work_unit", "address", "new_stratum", "remark", "party_age"}


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

    The file is inspected at once and kept privately until the import can no longer be undone. Raises RosterUnreadable.
    """
    require(actor, "directory.import_roster", at=unit.path)
    roster_import = _taken_in(unit, upload, filename, effective_on, allow_demo, actor)
    _begin_check(roster_import, actor)
    return roster_import


@transaction.atomic
def take_in_roster(
    *, unit: Unit, upload: Path, filename: str, effective_on: date | None = None, allow_demo: bool = False, actor: Actor
) -> RosterImport:
    """Take in a roster file without beginning its check, for callers that run the check themselves."""
    require(actor, "directory.import_roster", at=unit.path)
    return _taken_in(unit, upload, filename, effective_on, allow_demo, actor)


def _taken_in(
    unit: Unit, upload: Path, filename: str, effective_on: date | None, allow_demo: bool, actor: Actor
) -> RosterImport:
    try:
        source = open_source(upload, filename)
        source.facts(source.sheets()[0])
    except FileRefused as refused:
        raise RosterUnreadable(refused) from None
    kept = f"rosters/{uuid.uuid4()}{Path(filename).suffix.lower()}"
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
        effective_on=effective_on or clock.today().replace(month=1, day=1),
        created_at=clock.now(),
    )


def _begin_check(roster_import: RosterImport, actor: Actor) -> None:
    """Start the job that checks the file; its progress outlives the page."""
    task = start_task(
        kind="roster_check",
        title=str(_("核对：%(file)s")) % {"file": roster_import.filename},
        place=roster_import.place,
        params={"roster_import": roster_import.pk, "back": f"/imports/{roster_import.pk}/"},
        actor=actor,
    )
    roster_import.task_id = task.pk
    roster_import.status = RosterImport.Status.CHECKING
    roster_import.save(update_fields=["task_id", "status"])
    check_roster_file.defer(roster_import_id=roster_import.pk, task_id=str(task.pk))


@transaction.atomic
def answer_roster(*, roster_import: RosterImport, given: dict[str, Any], actor: Actor) -> RosterImport:
    """Keep the user's answers and check the roster again with them.

    `given` has the fields of Answers; each is merged into what was answered before. Raises RosterAlreadyDone.
    """
    require(actor, "directory.import_roster", at=roster_import.place)
    locked = RosterImport.objects.select_for_update().get(pk=roster_import.pk)
    if locked.status not in (RosterImport.Status.CHECKED, RosterImport.Status.CHECKING):
        raise RosterAlreadyDone
    answers = asdict(answers_of(locked))
    for key in ("columns", "defaults", "branches"):
        answers[key] = {**answers[key], **given.get(key, {})}
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
    _begin_check(locked, actor)
    return locked


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
    """Remove files and rows of imports that can no longer be undone or were left lying; return how many."""
    require(actor, "directory.import_roster", at="")
    now = clock.now()
    old = RosterImport.objects.exclude(file="").filter(created_at__lt=now - timedelta(days=ABANDONED_DAYS))
    due = [i for i in old if i.committed_at is None or now - i.committed_at > timedelta(days=UNDO_DAYS)]
    _forget(due)
    return len(due)


def _forget(imports: Iterable[RosterImport]) -> None:
    for roster_import in imports:
        RosterRow.objects.filter(roster_import=roster_import).delete()
        (settings.MEDIA_ROOT / roster_import.file).unlink(missing_ok=True)
        roster_import.file, roster_import.answers_sealed = "", b""
        roster_import.save(update_fields=["file", "answers_sealed"])
