"""Whatever is to be done in the background is known to the worker, which loads nothing else."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

import doorstep

ROOT = Path(doorstep.__file__).parent


def test_the_worker_loads_every_module_with_a_task() -> None:
    rooms = [*ROOT.glob("*/jobs.py"), *ROOT.glob("*/jobs/*.py")]
    tasks = [path for path in rooms if "@app.task(" in path.read_text("utf-8")]
    modules = {".".join(("doorstep", *path.relative_to(ROOT).with_suffix("").parts)) for path in tasks}
    assert len(modules) > 6
    assert modules - set(settings.PROCRASTINATE_IMPORT_PATHS) == set()
