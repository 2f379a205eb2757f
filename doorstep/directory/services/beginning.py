"""How the tree of a real city comes into being: its offices on the divisions of the lists, and the first account."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import Invalid, Refused
from doorstep.core.permissions import require
from doorstep.directory.models import Account, Division, RoleGrant, Unit
from doorstep.directory.services.accounts import open_account
from doorstep.directory.services.units import found_unit

_STREETS = ("街道", "开发区")


class AlreadyBegun(Refused):
    """The database has units or accounts."""

    code = "already_begun"
    template = _("这个库里已有单位或账号，不能再建一次。要加单位，请在网站“单位”里加。")


class NoSuchCity(Invalid):
    """The code is not one of a city of the lists."""

    code = "no_such_city"
    template = _("区划里没有编码为 %(code)s 的市。请先运行 doorstep migrate，再检查编码。")


@transaction.atomic
def begin_city(*, code: str, username: str, password: str, actor: Actor) -> Account:
    """The offices of a city, its counties and townships as they stand today, and an account for the city's office.

    Committees, branches and other units are entered below them afterwards. Raises AlreadyBegun, NoSuchCity, NameTaken.
    """
    require(actor, "directory.load_divisions")
    if Unit.objects.exists() or Account.objects.exists():
        raise AlreadyBegun
    ground = Division.objects.filter(code=code, level=Division.Level.CITY, valid_to=None).first()
    if ground is None:
        raise NoSuchCity(code=code)
    city = _found(ground, None, f"中共{ground.name}委组织部", f"{ground.name}委组织部", actor)
    for county in _below(ground, Division.Level.COUNTY):
        called = f"{ground.name}{county.name}" if county.kind == "市辖区" else county.name
        office = _found(county, city, f"中共{called}委组织部", f"{county.name}委组织部", actor)
        for town in _below(county, Division.Level.TOWNSHIP):
            is_street = town.kind in _STREETS
            full = f"中共{county.name}{town.name}{'工作委员会' if is_street else '委员会'}"
            _found(town, office, full, f"{town.name}{'党工委' if is_street else '党委'}", actor)
    return open_account(
        username=username,
        display_name=city.short_name,
        unit=city,
        role=RoleGrant.Role.CITY,
        password=password,
        person=None,
        actor=actor,
    )


def _below(division: Division, level: str) -> list[Division]:
    return list(Division.objects.filter(parent=division, level=level, valid_to=None).order_by("code"))


def _found(ground: Division, parent: Unit | None, name: str, short_name: str, actor: Actor) -> Unit:
    """The office of a division; its level is its kind."""
    return found_unit(
        code=ground.code,
        name=name,
        short_name=short_name,
        kind=ground.level,
        parent=parent,
        county=ground.code if ground.level != Division.Level.TOWNSHIP else str(ground.parent_id),
        valid_from=clock.today(),
        division_id=ground.code,
        actor=actor,
    )
