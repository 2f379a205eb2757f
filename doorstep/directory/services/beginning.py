"""How the tree of a real city comes into being: its offices on the divisions of the lists, and the first account."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import Invalid, Refused
from doorstep.core.permissions import require
from doorstep.directory.models import Account, Division, RoleGrant, Unit
from doorstep.directory.rules.tree import office_names
from doorstep.directory.services.accounts import open_account
from doorstep.directory.services.units import found_unit


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
    city = _found(ground, None, None, actor)
    for county in _below(ground, Division.Level.COUNTY):
        office = _found(county, ground, city, actor)
        for town in _below(county, Division.Level.TOWNSHIP):
            _found(town, county, office, actor)
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


def _found(ground: Division, above: Division | None, parent: Unit | None, actor: Actor) -> Unit:
    """The office of a division; its level is its kind."""
    name, short_name = office_names(ground.level, ground.name, ground.kind, above.name if above else "")
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
