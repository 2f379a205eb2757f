"""How a roster is checked in the background: a child process with limits on memory and time."""

from __future__ import annotations

import importlib
import os
import selectors
import subprocess
import sys
import time

from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from doorstep.core.actors import Actor, system_actor
from doorstep.core.errors import DoorstepError
from doorstep.core.models import LongTask
from doorstep.core.tasks import StoppedByOwner, fail_task, finish_task, language_of, progress
from doorstep.directory.jobs.children import surroundings
from doorstep.directory.jobs.roster_answer import forget_files
from doorstep.directory.jobs.roster_template import EXPORT_FOLDER, export_path, stamp
from doorstep.directory.jobs.roster_template import write_roster as write_roster_workbook
from doorstep.directory.models import RosterImport, Unit
from doorstep.directory.queries import actor_of_account_id
from doorstep.directory.rules.upload_guard import FileRefused

TIME_LIMIT = 60  # seconds; a file of 20 MiB takes a fraction
READ_PAUSE = 0.5


@app.task(name="directory.check_roster_file", queue="imports")
def check_roster_file(roster_import_id: int, task_id: str, then_write: bool = False) -> None:
    """Check one roster and, when asked, write it if nothing stands against it; may run twice."""
    with language_of(task_id):
        _check(roster_import_id, task_id, then_write)


def _check(roster_import_id: int, task_id: str, then_write: bool) -> None:
    if RosterImport.objects.get(pk=roster_import_id).is_over:
        finish_task(task_id)
        return
    try:
        trouble = run_check(roster_import_id, task_id)
    except StoppedByOwner:
        return
    if trouble:
        refuse(roster_import_id, FileRefused("file.too_heavy"))
        fail_task(task_id, error=_("文件太复杂，核对没有完成。请只留有数据的行和列，另存为新的 .xlsx，再上传。"))
        return
    checked = RosterImport.objects.get(pk=roster_import_id).status == RosterImport.Status.CHECKED
    if then_write and checked:
        _write(roster_import_id, task_id)
    else:
        finish_task(task_id)


@app.task(name="directory.write_roster", queue="imports")
def write_roster(roster_import_id: int, task_id: str) -> None:
    """Write a checked roster with the rights of the person who asked for it; once, however often it runs."""
    with language_of(task_id):
        _write(roster_import_id, task_id)


@app.task(name="directory.export_roster", queue="exports")
def export_roster(unit_id: int, task_id: str) -> None:
    """Write the members of a unit as a workbook that can be imported again."""
    unit = Unit.objects.get(pk=unit_id)
    footer = f"{LongTask.objects.get(pk=task_id).params['by']}　{stamp()}"
    rows = write_roster_workbook(unit, export_path(task_id), footer=footer)
    with language_of(task_id):
        name = _("%(unit)s党员名册") % {"unit": unit.short_name} + ".xlsx"
    finish_task(task_id, result={"rows": rows}, file=f"{EXPORT_FOLDER}/{task_id}.xlsx", name=name)


@app.periodic(cron="23 * * * *")
@app.task(name="directory.forget_old_rosters", queue="imports", pass_context=False)
def forget_old(timestamp: int) -> None:
    """Every hour: files and rows of imports that are over, and files of uploads that were cut off."""
    importlib.import_module("doorstep.directory.services.roster_files").forget_old_rosters(
        actor=system_actor("forget-old-rosters")
    )


def _write(roster_import_id: int, task_id: str) -> None:
    # Services defer these jobs, so they are loaded only when a job runs.
    commit = importlib.import_module("doorstep.directory.services.roster_commit")
    roster_import = RosterImport.objects.get(pk=roster_import_id)
    if roster_import.status == RosterImport.Status.COMMITTED:
        finish_task(task_id)
        return
    try:
        commit.commit_roster(roster_import=roster_import, actor=actor_of_import(roster_import))
    except DoorstepError as problem:
        fail_task(task_id, error=problem.text)
        return
    finish_task(task_id)


def actor_of_import(roster_import: RosterImport) -> Actor:
    """The person who handed the roster in, with the rights of today."""
    if roster_import.account_id is None:
        return system_actor("import-roster")
    return actor_of_account_id(roster_import.account_id)


def refuse(roster_import_id: int, refused: FileRefused) -> RosterImport:
    """Mark an import whose check broke off as refused, unless it is over, and remove its files; the import as it is."""
    with transaction.atomic():
        roster_import = RosterImport.objects.select_for_update().get(pk=roster_import_id)
        if not roster_import.is_over:
            roster_import.status = RosterImport.Status.REFUSED
            roster_import.refusal = {"code": refused.code, "params": refused.params}
            roster_import.save(update_fields=["status", "refusal"])
            forget_files(roster_import)
    return roster_import


def run_check(roster_import_id: int, task_id: str) -> bool:
    """Run the check in a child and follow its progress; True when it was ended by a limit or broke down.

    Raises StoppedByOwner when the person stopped it meanwhile.
    """
    command = [sys.executable, "-m", "django", "check_roster", str(roster_import_id)]
    command += ["--language", get_language() or settings.LANGUAGE_CODE]
    env = surroundings() | {"DJANGO_SETTINGS_MODULE": "doorstep.config.settings_of_check"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, env=env) as child:
        try:
            _follow(child, task_id)
        except BaseException:
            child.kill()
            raise
        return child.wait() != 0


def _follow(child: subprocess.Popen[bytes], task_id: str) -> None:
    """Pass on the child's `done total` lines until it ends; kill it when its time is up."""
    assert child.stdout is not None
    end = time.monotonic() + TIME_LIMIT
    os.set_blocking(child.stdout.fileno(), False)
    progress(task_id, 0, 0)
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        while True:
            selector.select(READ_PAUSE)
            text = child.stdout.read()
            if text == b"":
                return
            numbers = text.split(b"\n")[-2].split() if text and b"\n" in text else []
            if len(numbers) == 2:
                progress(task_id, int(numbers[0]), int(numbers[1]))
            if time.monotonic() > end:
                child.kill()
                return
