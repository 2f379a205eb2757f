"""How offices keep the tree of units: many founded at once, renamed, ended and taken up again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import Invalid, NotFound, Refused
from doorstep.core.events import record
from doorstep.core.permissions import require
from doorstep.directory.events import UnitEnded, UnitRenamed, UnitReopened
from doorstep.directory.models import Division, Membership, Unit, UnitPlacement
from doorstep.directory.rules.tree import LEVEL_OF_KIND, free_codes, kinds_below
from doorstep.directory.services.units import found_unit, write_search_keys

LONGEST_NAME, LONGEST_SHORT_NAME, LONGEST_CODE = 120, 60, 40


class UnitNameTaken(Refused):
    """Another unit below the same one bears the name."""

    code = "unit_name_taken"
    template = _("“%(parent)s”下面已有“%(name)s”。请换一个名称，或把这一行去掉。")


class UnitNameTooLong(Invalid):
    """A name does not fit."""

    code = "unit_name_too_long"
    template = _("“%(name)s……”太长了：全称最多 %(most)s 个字，简称最多 %(short)s 个字。")


class UnitKindWrong(Invalid):
    """A unit of this kind does not stand below one of that kind."""

    code = "unit_kind_wrong"
    template = _("“%(parent)s”下面不能设这一类单位。请换一个上级，或换一个类别。")


class DivisionNeeded(Invalid):
    """A county or a township stands on a division of the lists, one each."""

    code = "division_needed"
    template = _("县、乡镇要填区划编码，一次设一个。编码“%(code)s”不是“%(parent)s”下面的这一级区划，或已有单位。")


class UnitStillNeeded(Refused):
    """A unit that has members or open units below it does not end."""

    code = "unit_still_needed"
    template = _("“%(unit)s”还有 %(members)s 名党员、%(below)s 个下级单位。请先转走党员、撤掉或改隶下级，再撤它。")


class UnitIsOver(Refused):
    """What is asked needs a unit that has not ended."""

    code = "unit_is_over"
    template = _("“%(unit)s”已经撤销。要改它，请先恢复。")


class UnitIsOpen(Refused):
    """A unit that has not ended needs no reopening; nor can one be reopened below one that has ended."""

    code = "unit_is_open"
    template = _("“%(unit)s”没有撤销，或它的上级已经撤销，不能恢复。请先恢复上级。")


@transaction.atomic
def found_units(
    *, parent: Unit, kind: str, names: Sequence[tuple[str, str]], division: str, since: date, actor: Actor
) -> list[Unit]:
    """New units of one kind below `parent`, each with its full and short name; all or none.

    `division` is the code a county or a township stands on. Raises UnitKindWrong, UnitNameTaken, UnitNameTooLong,
    DivisionNeeded, UnitIsOver.
    """
    require(actor, "directory.found_unit", at=parent.path)
    above = _open_unit(parent)
    if kind not in kinds_below(above.kind):
        raise UnitKindWrong(parent=above.short_name)
    ground = _division(above, kind, names, division)
    codes = _codes(above, ground, len(names))
    _must_be_new(above, names)
    return [
        found_unit(
            code=code,
            name=name,
            short_name=short,
            kind=kind,
            parent=above,
            county=ground.code if ground and kind == Unit.Kind.COUNTY else above.county,
            valid_from=since,
            division_id=ground.code if ground else None,
            sector=above.sector,
            actor=actor,
        )
        for code, (name, short) in zip(codes, names, strict=True)
    ]


@transaction.atomic
def rename_unit(*, unit: Unit, name: str, short_name: str, actor: Actor) -> Unit:
    """Call a unit otherwise from now on; the log keeps the old name.

    Raises UnitNameTaken, UnitNameTooLong, UnitIsOver.
    """
    require(actor, "directory.found_unit", at=unit.path)
    renamed = _open_unit(unit)
    if renamed.parent is not None:
        _must_be_new(renamed.parent, [(name, short_name)], but=renamed.pk)
    before = {"name": renamed.name, "short_name": renamed.short_name}
    if before == {"name": name, "short_name": short_name}:
        return renamed
    renamed.name, renamed.short_name = name, short_name
    renamed.save(update_fields=["name", "short_name"])
    write_search_keys(kind="unit", object_id=renamed.pk, place=renamed.path, names=[name, short_name])
    _record(UnitRenamed(renamed.pk), renamed, actor, before=before, after={"name": name, "short_name": short_name})
    return renamed


@transaction.atomic
def end_unit(*, unit: Unit, reason: str, actor: Actor) -> Unit:
    """A unit is no more from today on; who was in it and what it did stays. Raises UnitStillNeeded, UnitIsOver.

    Whoever keeps the units below its parent may do so: no office ends itself, nor the top of the tree.
    """
    require(actor, "directory.found_unit", at=_above(unit).path)
    ended, today = _open_unit(unit), clock.today()
    here = Q(valid_to__isnull=True) | Q(valid_to__gt=today)
    members = Membership.objects.filter(here, unit=ended).count()
    below = Unit.objects.filter(here, parent=ended).count()
    if members or below:
        raise UnitStillNeeded(unit=ended.short_name, members=members, below=below)
    ended.valid_to = max(today, ended.valid_from)
    ended.save(update_fields=["valid_to"])
    UnitPlacement.objects.filter(unit=ended, valid_to=None).update(valid_to=ended.valid_to)
    _record(UnitEnded(ended.pk), ended, actor, reason=reason)
    return ended


@transaction.atomic
def reopen_unit(*, unit: Unit, actor: Actor) -> Unit:
    """Take back the end of a unit: it stands where it stood, from today on. Raises UnitIsOpen."""
    require(actor, "directory.found_unit", at=_above(unit).path)
    parent = Unit.objects.select_for_update().get(pk=_above(unit).pk)
    found = Unit.objects.select_for_update().get(pk=unit.pk)
    if found.valid_to is None or parent.valid_to is not None:
        raise UnitIsOpen(unit=found.short_name)
    UnitPlacement.objects.create(
        unit=found, parent=parent, path=found.path, valid_from=max(clock.today(), found.valid_to)
    )
    found.valid_to = None
    found.save(update_fields=["valid_to"])
    _record(UnitReopened(found.pk), found, actor)
    return found


def _open_unit(unit: Unit) -> Unit:
    """The unit, held until the transaction ends. Raises UnitIsOver."""
    found = Unit.objects.select_for_update(of=("self",)).select_related("parent").get(pk=unit.pk)
    if found.valid_to is not None:
        raise UnitIsOver(unit=found.short_name)
    return found


def _above(unit: Unit) -> Unit:
    """The unit above, whose office may end this one; the top of the tree has none and is not found."""
    if unit.parent is None:
        raise NotFound
    return unit.parent


def _division(parent: Unit, kind: str, names: Sequence[tuple[str, str]], code: str) -> Division | None:
    """The division a county or township stands on: one of the parent's, of the right level, without a unit yet."""
    level = LEVEL_OF_KIND.get(kind)
    if level is None and not code:
        return None
    found = Division.objects.filter(code=code, parent=parent.division_id, valid_to=None).first()
    if level is None:
        found = Division.objects.filter(code=code, valid_to=None).first()
    is_right = found is not None and (level is None or found.level == level and not found.units.exists())
    if not is_right or len(names) != 1:
        raise DivisionNeeded(code=code, parent=parent.short_name)
    return found


def _codes(parent: Unit, ground: Division | None, wanted: int) -> list[str]:
    if ground is not None and not Unit.objects.filter(code=ground.code).exists():
        return [ground.code]
    taken = Unit.objects.filter(code__startswith=f"{parent.code}-").values_list("code", flat=True)
    return free_codes(parent.code, list(taken), wanted)


def _must_be_new(parent: Unit, names: Sequence[tuple[str, str]], *, but: int = 0) -> None:
    """No two open units below one parent bear the same name, and every name fits."""
    known = set(Unit.objects.filter(parent=parent, valid_to=None).exclude(pk=but).values_list("name", flat=True))
    for name, short in names:
        if len(name) > LONGEST_NAME or len(short) > LONGEST_SHORT_NAME:
            raise UnitNameTooLong(name=name[:20], most=LONGEST_NAME, short=LONGEST_SHORT_NAME)
        if name in known:
            raise UnitNameTaken(parent=parent.short_name, name=name)
        known.add(name)


def _record(happened: UnitRenamed | UnitEnded | UnitReopened, unit: Unit, actor: Actor, **detail: object) -> None:
    record(happened, actor=actor, place=unit.path, county=unit.county, subject=("unit", unit.pk), detail=detail)
