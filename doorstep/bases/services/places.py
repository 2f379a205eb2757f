"""Places entered, changed, ended and brought back."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from doorstep.bases.events import BaseChanged, BaseEnded, BaseEntered, BaseReopened, PointFlagged, PointUnflagged
from doorstep.bases.models import Base, Venue
from doorstep.bases.queries.places import ENDING, ENTERING
from doorstep.bases.rules.belts import straight_km
from doorstep.bases.services.standards import judge_base, locked_base, tell
from doorstep.bases.services.wording import refuse_numbers
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import Invalid, NotFound, Refused
from doorstep.core.permissions import require
from doorstep.core.policies import policies_at, policy_at
from doorstep.directory.services.units import write_search_keys

if TYPE_CHECKING:
    from doorstep.directory.models import Division, Unit


class MicroSiteTooLarge(Invalid):
    """More people than a micro-site is for."""

    code = "micro_site_too_large"
    template = _("微课堂最多坐 %(limit)s 人，填的是 %(capacity)s 人。人再多的请登记成现场教学点。")


class PlaceTooFar(Invalid):
    """Coordinates far from the unit: turned round, or of another map."""

    code = "place_too_far"
    template = _("这个坐标离%(where)s有 %(km)s 公里，多半填错了。请看看经度和纬度是不是填反了。")


class PlaceNamed(Refused):
    """Another base in use of the unit is called so."""

    code = "place_named"
    template = _("%(unit)s已经有一处叫“%(name)s”的阵地。请换个名字，或去修改那一处。")


class BaseStandsSo(Refused):
    """Nothing would change."""

    code = "base_stands_so"
    template = _("“%(name)s”已经是这样了，不用再改。请刷新后再看。")


class OpenedOnWrong(Invalid):
    """Before there was anything to train for, or so far ahead that the year must be mistyped."""

    code = "opened_on_wrong"
    template = _("启用日期 %(day)s 不对：不能早于 %(earliest)s，也不能晚于 %(latest)s。请核对年份。")


class NoPointToFlag(Refused):
    """Of another kind, or out of use."""

    code = "no_point_to_flag"
    template = _("“%(name)s”不是在用的现场教学点，不能定为新思想现场教学点。请在现场教学点里选。")


@dataclass(frozen=True, slots=True)
class PlaceFacts:
    """What is said of a place. `capacity` in people; `point` is (latitude, longitude) in WGS84 degrees, if known."""

    name: str
    theme: str = ""
    host: str = ""
    capacity: int = 0
    has_network: bool = True
    point: tuple[float, float] | None = None
    division: Division | None = None


@transaction.atomic
def enter_base(*, unit: Unit, kind: str, facts: PlaceFacts, opened_on: date, actor: Actor) -> Base:
    """Enter a place at which one can train: with a roof, at a household's, at sea, or only a pin on the map.

    Where people fit in, a first venue of its name is entered with it, so that a class can be planned there at once;
    a mobile school has one in any case, by which it is held when it goes somewhere.
    Raises OpenedOnWrong, WordsHoldNumbers, MicroSiteTooLarge, PlaceTooFar, PlaceNamed.
    """
    require(actor, ENTERING[Base.Kind(kind)], at=unit.path)
    _check_opening(opened_on, unit.path)
    base = Base(
        code=f"ZD-{uuid.uuid4().hex[:12]}",
        kind=kind,
        unit=unit,
        place=unit.path,
        county=unit.county,
        valid_from=opened_on,
    )
    _write(base, facts)
    if facts.capacity or base.kind == Base.Kind.MOBILE_SCHOOL:
        fits = facts.capacity > 0
        Venue.objects.create(base=base, name=base.name, seats=facts.capacity, is_active=fits)
    tell(BaseEntered(base.pk), base, actor, kind=kind, name=base.name)
    judge_base(base, actor)
    return base


def _write(base: Base, facts: PlaceFacts) -> None:
    """Put what is said onto the row, once it can be true, and let it be found by its name."""
    refuse_numbers(facts.name, facts.theme, facts.host)
    limit = policy_at("base.micro_site_people", on=clock.today(), place=base.place).integer
    if base.kind == Base.Kind.MICRO_SITE and facts.capacity > limit:
        raise MicroSiteTooLarge(limit=limit, capacity=facts.capacity)
    _check_point(base, facts)
    name = facts.name.strip()
    twin = Base.objects.filter(unit=base.unit, name=name, valid_to__isnull=True).exclude(pk=base.pk)
    if twin.exists():
        raise PlaceNamed(unit=base.unit.short_name, name=name)
    base.name, base.theme, base.host = name, facts.theme.strip(), facts.host.strip()
    base.capacity, base.has_network, base.division = facts.capacity, facts.has_network, facts.division
    base.lat, base.lng = facts.point or (None, None)
    base.save()
    write_search_keys(kind="base", object_id=base.pk, place=base.place, names=[base.name])


def _check_point(base: Base, facts: PlaceFacts) -> None:
    near = facts.division or base.unit.division
    if facts.point is None or near is None or near.lat is None or near.lng is None:
        return
    km = straight_km(*facts.point, near.lat, near.lng)
    if km > policy_at("base.farthest_km", on=clock.today(), place=base.place).integer:
        raise PlaceTooFar(where=near.name, km=round(km))


def _check_opening(day: date, place: str) -> None:
    """Source: policy:base.opened_earliest, policy:base.opened_days_ahead."""
    today = clock.today()
    figures = policies_at(("base.opened_earliest", "base.opened_days_ahead"), on=today, place=place)
    earliest = date.fromisoformat(figures["base.opened_earliest"].text)
    latest = today + timedelta(days=figures["base.opened_days_ahead"].integer)
    if not earliest <= day <= latest:
        raise OpenedOnWrong(day=day.isoformat(), earliest=earliest.isoformat(), latest=latest.isoformat())


@transaction.atomic
def change_base(*, base: Base, facts: PlaceFacts, opened_on: date | None = None, actor: Actor) -> Base:
    """Change what is said of a place; the day it opened, by which its years are counted, only by who may enter it.

    Raises OpenedOnWrong, WordsHoldNumbers, MicroSiteTooLarge, PlaceTooFar, PlaceNamed, NotFound for a belt.
    """
    require(actor, "bases.keep_base", at=base.place)
    if base.kind == Base.Kind.BELT:
        raise NotFound
    found = locked_base(base.pk)
    before = _said(found)
    if opened_on is not None and opened_on != found.valid_from:
        require(actor, ENTERING[Base.Kind(found.kind)], at=found.place)
        _check_opening(opened_on, found.place)
        found.valid_from = opened_on
    _write(found, facts)
    tell(BaseChanged(found.pk), found, actor, before=before, after=_said(found))
    judge_base(found, actor)
    return found


def _said(base: Base) -> dict[str, object]:
    """What the log keeps of a change."""
    opened = base.valid_from.isoformat()
    return {"name": base.name, "capacity": base.capacity, "lat": base.lat, "lng": base.lng, "opened": opened}


@transaction.atomic
def end_base(*, base: Base, actor: Actor) -> Base:
    """Put a base out of use from today on; what was held there stays. Raises BaseStandsSo."""
    require(actor, ENDING[Base.Kind(base.kind)], at=base.place)
    found = locked_base(base.pk)
    if found.valid_to is not None:
        raise BaseStandsSo(name=found.name)
    found.valid_to = clock.today()
    found.save(update_fields=["valid_to"])
    tell(BaseEnded(found.pk), found, actor)
    judge_base(found, actor)
    return found


@transaction.atomic
def reopen_base(*, base: Base, actor: Actor) -> Base:
    """Put a base into use again. Raises BaseStandsSo, PlaceNamed."""
    require(actor, ENDING[Base.Kind(base.kind)], at=base.place)
    found = locked_base(base.pk)
    if found.valid_to is None:
        raise BaseStandsSo(name=found.name)
    if Base.objects.filter(unit=found.unit, name=found.name, valid_to__isnull=True).exists():
        raise PlaceNamed(unit=found.unit.short_name, name=found.name)
    found.valid_to = None
    found.save(update_fields=["valid_to"])
    tell(BaseReopened(found.pk), found, actor)
    judge_base(found, actor)
    return found


@transaction.atomic
def flag_point(*, base: Base, actor: Actor) -> Base:
    """Name a teaching point one of those the city vouches for. Raises NoPointToFlag, BaseStandsSo."""
    require(actor, "bases.flag_point", at=base.place)
    found = locked_base(base.pk)
    if found.kind != Base.Kind.TEACHING_POINT or found.valid_to is not None:
        raise NoPointToFlag(name=found.name)
    return _flagged(found, True, actor)


@transaction.atomic
def unflag_point(*, base: Base, actor: Actor) -> Base:
    """Let a teaching point be like any other again. Raises BaseStandsSo."""
    require(actor, "bases.flag_point", at=base.place)
    return _flagged(locked_base(base.pk), False, actor)


def _flagged(base: Base, is_flagged: bool, actor: Actor) -> Base:
    if base.is_flagged == is_flagged:
        raise BaseStandsSo(name=base.name)
    base.is_flagged = is_flagged
    base.save(update_fields=["is_flagged"])
    tell((PointFlagged if is_flagged else PointUnflagged)(base.pk), base, actor)
    # It counts as a premium place of the belts it belongs to.
    judge_base(base, actor)
    return base
