"""How a picture all around is cut in the background: a child process, its progress, and what is left when it ends."""

from __future__ import annotations

import importlib
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

from django.conf import settings
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from doorstep.catalogue.models import Panorama
from doorstep.core.actors import system_actor
from doorstep.core.tasks import StoppedByOwner, fail_task, finish_task, language_of, progress
from doorstep.directory.jobs.children import surroundings

TIME_LIMIT = 180  # seconds; the largest picture takes a tenth
WORKER = "cut-panorama"


@app.task(name="catalogue.cut_panorama", queue="imports")
def cut_panorama(panorama_id: int, incoming: str, task_id: str) -> None:
    """Cut the picture that was handed in for a scene; may run twice, and does nothing when another has come since."""
    with language_of(task_id):
        _cut(panorama_id, incoming, task_id)


def _cut(panorama_id: int, incoming: str, task_id: str) -> None:
    # Services defer this job, so they are loaded only when it runs.
    services = importlib.import_module("doorstep.catalogue.services.panoramas_pictures")
    panorama = Panorama.objects.get(pk=panorama_id)
    given = {"panorama": panorama, "incoming": incoming, "actor": system_actor(WORKER)}
    if panorama.incoming != incoming:
        finish_task(task_id)
        return
    try:
        width = run_cutting(incoming, task_id)
    except StoppedByOwner:
        services.give_up_picture(**given, trouble=_("处理被停止了，画面没有换。"))
        return
    if not width:
        trouble = _("这张照片读不完整，或者太复杂。请在相机或电脑上重新导出成普通的 JPG，再传一次。")
        services.give_up_picture(**given, trouble=trouble)
        fail_task(task_id, error=trouble)
        return
    services.take_picture(**given, width=width)
    finish_task(task_id)


def incoming_path(incoming: str) -> Path:
    """Where a picture that was handed in waits."""
    return Path(settings.MEDIA_ROOT) / "panoramas" / f"{incoming}.jpg"


def folder_path(folder: str) -> Path:
    """Where the parts of a picture lie."""
    return Path(settings.MEDIA_ROOT) / "panoramas" / folder


def run_cutting(incoming: str, task_id: str) -> int:
    """Cut in a child and pass on its progress; the width of the picture, 0 when it broke down or took too long.

    Raises StoppedByOwner.
    """
    command = [sys.executable, "-m", "doorstep.catalogue.jobs.cutting"]
    command += [str(incoming_path(incoming)), str(folder_path(incoming))]
    progress(task_id, 0, 0)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=surroundings()) as child:
        assert child.stdout is not None
        try:
            width = _follow(child.stdout, task_id)
        except BaseException:
            child.kill()
            raise
        if width is None:
            child.kill()
        return width if width and child.wait() == 0 else 0


def _follow(lines: IO[str], task_id: str) -> int | None:
    """The width the child says at last, 0 when it says none, None when its time is up."""
    end, width = time.monotonic() + TIME_LIMIT, 0
    for line in lines:
        first, second = line.split()
        if first == "width":
            width = int(second)
        else:
            progress(task_id, int(first), int(second))
        if time.monotonic() > end:
            return None
    return width
