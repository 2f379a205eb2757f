"""How units come into being and change their place in the tree."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Length, Substr
from django.utils.translation import gettext_lazy as _

from doorstep.core.actors import Actor
from doorstep.core.errors import Refused
from doorstep.core.events import record
from doorstep.core.permissions import require
from doorstep.directory.events import UnitFounded, UnitMoved
from doorstep.directory.models import SearchKey, Unit, UnitPlacement
from doorstep.directory.rules.search_keys import keys_of


class UnitBelowItself(Refused):
    """A unit cannot stand below itself."""

    code = "unit_below_itself"
    template = _("“%(unit)s”不能挂到它自己的下级“%(parent)s”之下。请选别的上级。")


class UnitNotYetThere(Refused):
    """The day of the move lies before the last change."""

    code = "unit_move_too_early"
    template = _("“%(unit)s”在 %(since)s 刚调整过隶属，新的调整不能早于那一天。")


@transaction.atomic
def found_unit(
    *,
    code: str,
    name: str,
    short_name: str,
    kind: str,
    parent: Unit | None,
    county: str,
    valid_from: date,
    division_id: str | None = None,
    order: int = 0,
    sector: str = "",
    actor: Actor,
) -> Unit:
    """A new unit below `parent` from `valid_from` on, with its search keys and its first placement."""
    require(actor, "directory.found_unit", at=parent.path if parent else None)
    unit = Unit(
        code=code,
        name=name,
        short_name=short_name,
        kind=kind,
        parent=parent,
        path=f"new:{code}",
        depth=parent.depth + 1 if parent else 0,
        division_id=division_id,
        county=county,
        order=order,
        sector=sector,
        valid_from=valid_from,
    )
    unit.save()
    unit.path = f"{parent.path if parent else ''}{unit.pk}/"
    unit.save(update_fields=["path"])
    UnitPlacement.objects.create(unit=unit, parent=parent, path=unit.path, valid_from=valid_from)
    write_search_keys(kind="unit", object_id=unit.pk, place=unit.path, names=[name, short_name])
    record(UnitFounded(unit.pk), actor=actor, place=unit.path, county=county, subject=("unit", unit.pk))
    return unit


@transaction.atomic
def move_unit(*, unit: Unit, parent: Unit, on: date, actor: Actor) -> Unit:
    """Hang `unit` with all below it under `parent` from `on`; what it was before stays on record.

    Rights follow in the same transaction, since they are paths. Raises UnitBelowItself, UnitNotYetThere.
    """
    require(actor, "directory.move_unit", at=unit.path)
    require(actor, "directory.move_unit", at=parent.path)
    moved = Unit.objects.select_for_update().get(pk=unit.pk)
    if parent.path.startswith(moved.path):
        raise UnitBelowItself(unit=moved.short_name, parent=parent.short_name)
    below = list(Unit.objects.filter(path__startswith=moved.path).values_list("pk", flat=True))
    current = UnitPlacement.objects.filter(unit__in=below, valid_to__isnull=True)
    late = current.filter(valid_from__gte=on).order_by("-valid_from").first()
    if late is not None:
        raise UnitNotYetThere(unit=moved.short_name, since=late.valid_from.isoformat())
    moving = set(current.values_list("unit_id", flat=True))
    old, new = moved.path, f"{parent.path}{moved.pk}/"
    deeper = parent.depth + 1 - moved.depth
    _repath(old, new)
    Unit.objects.filter(path__startswith=new).update(depth=F("depth") + deeper)
    Unit.objects.filter(pk=moved.pk).update(parent=parent)
    current.update(valid_to=on)
    fresh = [
        UnitPlacement(unit_id=u.pk, parent_id=u.parent_id, path=u.path, valid_from=on)
        for u in Unit.objects.filter(pk__in=moving)  # what had ended before stands nowhere new
    ]
    UnitPlacement.objects.bulk_create(fresh)
    record(
        UnitMoved(moved.pk),
        actor=actor,
        place=new,
        county=moved.county,
        subject=("unit", moved.pk),
        detail={"before": old, "after": new, "on": on.isoformat()},
    )
    moved.refresh_from_db()
    return moved


def _repath(old: str, new: str) -> None:
    """Give every row that names a place below `old` its new path."""
    from django.apps import apps

    for model in apps.get_models():
        if not model.__module__.startswith("doorstep.") or model in (UnitPlacement,):
            continue
        if model._meta.label in ("core.Activity", "core.Policy"):
            continue
        for column in [field.name for field in model._meta.get_fields()]:
            if column == "place" or column.endswith("_place") or (model is Unit and column == "path"):
                rows: Any = model._default_manager.filter(**{f"{column}__startswith": old})
                rows.update(**{column: Concat(Value(new), Substr(F(column), Length(Value(old)) + 1))})


def write_search_keys(*, kind: str, object_id: int, place: str, names: Iterable[str]) -> None:
    """Write the keys under which one thing is found, in place of those it had."""
    SearchKey.objects.filter(kind=kind, object_id=object_id).delete()
    SearchKey.objects.bulk_create(
        SearchKey(kind=kind, key=key, object_id=object_id, place=place) for key in sorted(keys_of(*names))
    )
