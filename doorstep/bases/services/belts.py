"""Belts: neighbouring places of one county under one theme, published once they have their five ones."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from doorstep.bases.events import BeltChanged, BeltPlanned, BeltPublished, BeltWithdrawn
from doorstep.bases.models import Base, Belt
from doorstep.bases.queries.belts import far_places, fewest_townships, lacking_aspects, township_of
from doorstep.bases.services.standards import judge_base, locked_base, tell
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import Invalid, NotFound, Refused
from doorstep.core.permissions import require
from doorstep.directory.services.units import write_search_keys

if TYPE_CHECKING:
    from doorstep.directory.models import Unit


class BeltAcrossCounties(Invalid):
    """A place of another county."""

    code = "belt_across_counties"
    template = _("“%(name)s”不在这个县（市、区），示范带只能由一个县的阵地组成。请去掉它。")


class BeltTooSmall(Invalid):
    """Too few townships."""

    code = "belt_too_small"
    template = _("选的阵地只在 %(found)s 个乡镇，示范带至少要连起 %(wanted)s 个乡镇。请再选邻近乡镇的阵地。")


class BeltTooFar(Invalid):
    """A place that is no neighbour, and no argument for it."""

    code = "belt_too_far"
    template = _(
        "这些阵地离带里其他阵地估计超过 %(limit)s 分钟车程：%(names)s。请去掉，或在“为什么放在一起”里写明理由。"
    )


class BeltPlaceNowhere(Invalid):
    """A place of which nobody knows where it lies, and no argument for it."""

    code = "belt_place_nowhere"
    template = _(
        "还不知道这些阵地在哪里，算不出离带里其他阵地多远：%(names)s。请先在“修改阵地”里填坐标或所在的村，"
        "或在“为什么放在一起”里写明理由。"
    )


class BeltTaken(Refused):
    """Another belt of the county is called so."""

    code = "belt_taken"
    template = _("这个县（市、区）已经有一条示范带叫“%(name)s”。请换个名字，或去修改那一条。")


class BeltNotReady(Refused):
    """The five ones are not there."""

    code = "belt_not_ready"
    template = _("“%(name)s”还不能发布，还差：%(lacking)s。请先补齐，证明要等审核通过。")


class BeltStandsSo(Refused):
    """Nothing would change."""

    code = "belt_stands_so"
    template = _("“%(name)s”已经是这样了，不用再改。请刷新后再看。")


@transaction.atomic
def plan_belt(*, unit: Unit, name: str, theme: str, places: Sequence[Base], argument: str = "", actor: Actor) -> Belt:
    """Put a belt together for the county of `unit`; it is a draft until it is published.

    Raises BeltAcrossCounties, BeltTooSmall, BeltTooFar, BeltPlaceNowhere, BeltTaken.
    """
    require(actor, "bases.plan_belt", at=unit.path)
    _check(unit.county, places, argument)
    base = Base(
        code=f"SFD-{uuid.uuid4().hex[:12]}",
        kind=Base.Kind.BELT,
        unit=unit,
        place=unit.path,
        county=unit.county,
        valid_from=clock.today(),
    )
    _call(base, name, theme)
    belt = Belt.objects.create(base=base, argument=argument.strip())
    belt.places.set(places)
    tell(BeltPlanned(base.pk), base, actor, places=[place.pk for place in places])
    judge_base(base, actor)
    return belt


def _check(county: str, places: Sequence[Base], argument: str) -> None:
    for place in places:
        if place.county != county:
            raise BeltAcrossCounties(name=place.name)
        if place.kind == Base.Kind.BELT or place.valid_to is not None:
            raise NotFound
    wanted, found = fewest_townships(), len({township_of(place) for place in places})
    if found < wanted:
        raise BeltTooSmall(found=found, wanted=wanted)
    if argument.strip():
        return
    limit, far = far_places(places)
    if distant := [hop.spot.name for hop in far if hop.minutes is not None]:
        raise BeltTooFar(limit=limit, names=str(_("、")).join(distant))
    if far:
        raise BeltPlaceNowhere(names=str(_("、")).join(hop.spot.name for hop in far))


def _call(base: Base, name: str, theme: str) -> None:
    """Write name and theme; the database lets no two belts in use of one county be called the same."""
    base.name, base.theme = name.strip(), theme.strip()
    try:
        with transaction.atomic():
            base.save()
    except IntegrityError:
        raise BeltTaken(name=base.name) from None
    write_search_keys(kind="base", object_id=base.pk, place=base.place, names=[base.name])


@transaction.atomic
def change_belt(*, belt: Belt, name: str, theme: str, places: Sequence[Base], argument: str = "", actor: Actor) -> Belt:
    """Change name, theme and places. What a published belt lacks afterwards is shown with it.

    Raises BeltAcrossCounties, BeltTooSmall, BeltTooFar, BeltPlaceNowhere, BeltTaken.
    """
    require(actor, "bases.plan_belt", at=belt.base.place)
    base = locked_base(belt.base_id)
    _check(base.county, places, argument)
    _call(base, name, theme)
    found = Belt.objects.get(pk=base.pk)
    found.argument = argument.strip()
    found.save(update_fields=["argument"])
    before = sorted(found.places.values_list("pk", flat=True))
    found.places.set(places)
    tell(BeltChanged(base.pk), base, actor, before=before, after=sorted(place.pk for place in places))
    judge_base(base, actor)
    return found


@transaction.atomic
def publish_belt(*, belt: Belt, actor: Actor) -> Belt:
    """Show a belt to everybody. Raises BeltNotReady while one of the five ones is missing, BeltStandsSo."""
    require(actor, "bases.publish_belt", at=belt.base.place)
    base = locked_base(belt.base_id)
    found = Belt.objects.get(pk=base.pk)
    if found.published_at is not None:
        raise BeltStandsSo(name=base.name)
    judge_base(base, actor)
    if lacking := lacking_aspects(base):
        raise BeltNotReady(name=base.name, lacking=str(_("、")).join(lacking))
    found.published_at, found.published_by_id = clock.now(), actor.account_id
    found.save(update_fields=["published_at", "published_by"])
    tell(BeltPublished(base.pk), base, actor)
    return found


@transaction.atomic
def withdraw_belt(*, belt: Belt, actor: Actor) -> Belt:
    """Make a published belt a draft again; it can be published anew. Raises BeltStandsSo."""
    require(actor, "bases.publish_belt", at=belt.base.place)
    base = locked_base(belt.base_id)
    found = Belt.objects.get(pk=base.pk)
    if found.published_at is None:
        raise BeltStandsSo(name=base.name)
    found.published_at = found.published_by_id = None
    found.save(update_fields=["published_at", "published_by"])
    tell(BeltWithdrawn(base.pk), base, actor)
    return found
