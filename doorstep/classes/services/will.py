"""The workbook of what was chosen and what was assigned: begun here, written in the background."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from doorstep.classes.jobs import export_will
from doorstep.core.actors import Actor
from doorstep.core.events import record
from doorstep.core.models import LongTask
from doorstep.core.permissions import require
from doorstep.core.services import ListExported
from doorstep.core.tasks import start_task

if TYPE_CHECKING:
    from doorstep.directory.models import Unit


@transaction.atomic
def start_will_export(*, unit: Unit, year: int, actor: Actor) -> LongTask:
    """Begin the workbook of a unit's year; the job writes what `actor` may see."""
    require(actor, "classes.view_will", at=unit.path)
    title = _("%(unit)s%(year)s年自选和安排") % {"unit": unit.short_name, "year": year}
    asked = {"unit": unit.pk, "year": year}
    params = {**asked, "back": f"{reverse('classes:will', args=[unit.pk])}?year={year}"}
    task = start_task(kind="list_export", title=title, place=unit.path, params=params, actor=actor)
    happened = ListExported("classes.will", str(task.pk))
    record(happened, actor=actor, place=unit.path, county="", subject=("task", task.pk), detail={"params": asked})
    export_will.defer(task_id=str(task.pk))
    return task
