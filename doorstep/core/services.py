"""Writes of core: exports of lists, policy versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Max

from doorstep.core.actors import Actor
from doorstep.core.events import event, record
from doorstep.core.jobs import export_list
from doorstep.core.listing import list_named
from doorstep.core.models import LongTask, Policy
from doorstep.core.permissions import require
from doorstep.core.tasks import start_task


@event("core.list_exported")
@dataclass(frozen=True, slots=True)
class ListExported:
    """Somebody asked for a list as a workbook."""

    list_name: str
    task_id: str


@event("core.policy_changed")
@dataclass(frozen=True, slots=True)
class PolicyChanged:
    """A rule's figure has a new version."""

    policy_id: int


@transaction.atomic
def start_list_export(*, list_name: str, params: Mapping[str, str], place: str, back: str, actor: Actor) -> LongTask:
    """Begin exporting a list with the filters of `params`; the job writes what `actor` may see.

    `back` is the address of the list itself, to return to.
    """
    require(actor, "core.export_list", at=place)
    spec = list_named(list_name)
    task = start_task(
        kind="list_export",
        title=str(spec.title),
        place=place,
        params={"list": list_name, "params": dict(params), "back": back},
        actor=actor,
    )
    record(
        ListExported(list_name, str(task.pk)),
        actor=actor,
        place=place,
        county="",
        subject=("task", task.pk),
        detail={"params": dict(params)},
    )
    export_list.defer(task_id=str(task.pk))
    return task


@transaction.atomic
def change_policy(
    *, key: str, value: str, valid_from: date, place: str, source: str, county: str, actor: Actor
) -> Policy:
    """A new version of a figure from `valid_from` on; the version before it ends that day."""
    require(actor, "core.change_policy", at=place or "1/")
    rows = Policy.objects.select_for_update().filter(key=key)
    template = rows.order_by("place", "-version").first()
    if template is None:
        raise LookupError(key)
    here = rows.filter(place=place)
    here.filter(valid_to__isnull=True, valid_from__lt=valid_from).update(valid_to=valid_from)
    newest = here.aggregate(newest=Max("version"))["newest"] or 0
    changed = Policy.objects.create(
        key=key,
        value=value,
        unit=template.unit,
        scope=template.scope,
        rule=template.rule,
        place=place,
        valid_from=valid_from,
        source=source,
        status="local",
        version=newest + 1,
    )
    record(PolicyChanged(changed.pk), actor=actor, place=place, county=county, subject=("policy", changed.pk))
    return changed
