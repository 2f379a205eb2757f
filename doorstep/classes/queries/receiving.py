"""Whom bases receive on which day: classes held there, and those for whom a day is kept; what is short, in words."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Sum
from django.utils.translation import gettext as _

from doorstep.classes.models import KeptDay, Order, Session, TrainingClass
from doorstep.classes.rules.reception import BEDS, GUIDES, KINDS, MEALS, PARKING, PEOPLE, Needs, Short
from doorstep.core import clock

if TYPE_CHECKING:
    from doorstep.bases.models import Reception


def needs_of(one: TrainingClass | Order) -> Needs:
    """What a class, or an order, needs at each of its bases."""
    people = one.capacity if isinstance(one, TrainingClass) else one.people
    return Needs(people, one.meals, one.beds, one.parking, one.guides)


def stated_by(reception: Reception) -> Needs:
    """What a base has said that it can give in a day."""
    return Needs(*(getattr(reception, kind) for kind in KINDS))


def guests_by_day(base_ids: Iterable[int], days: list[date], besides: int | None) -> dict[tuple[int, date], Needs]:
    """(base id, day) -> what all classes there need on that day, and the orders for which it is kept.

    The class `besides` is left out.
    """
    bases = set(base_ids)
    rows = Session.objects.filter(base__in=bases, held_on__in=days, is_cancelled=False)
    if besides:
        rows = rows.exclude(training_class=besides)
    found: dict[tuple[int, date], Needs] = {}
    names = [f"training_class__{name}" for name in ("capacity", *KINDS[1:])]
    for base_id, day, _class, *figures in (
        rows.order_by().values_list("base", "held_on", "training_class", *names).distinct()
    ):
        found[base_id, day] = found.get((base_id, day), Needs()) + Needs(*figures)
    kept = KeptDay.objects.filter(base__in=bases, day__in=days, until__gt=clock.now()).order_by()
    for base_id, day, *figures in kept.values_list("base", "day").annotate(*(Sum(kind) for kind in KINDS)):
        found[base_id, day] = found.get((base_id, day), Needs()) + Needs(*figures)
    return found


def short_words(short: Short) -> str:
    """What is too little, in words."""
    numbers = {"most": short.most, "taken": short.taken, "wanted": short.wanted}
    if short.kind == PEOPLE:
        return _("那天最多接待 %(most)s 人，已经排了 %(there)s 人") % {**numbers, "there": short.taken}
    return _("那天%(what)s只有 %(most)s，已经排了 %(taken)s，还要 %(wanted)s") % {
        **numbers,
        "what": kind_words(short.kind),
    }


def kind_words(kind: str) -> str:
    """The name of a figure of a reception."""
    return {MEALS: _("用餐位"), BEDS: _("床位"), PARKING: _("大巴车位"), GUIDES: _("讲解员")}[kind]


def beyond_words(short: Short) -> str:
    """What is more than a base has on any day, in words."""
    numbers = {"most": short.most, "wanted": short.wanted}
    if short.kind == PEOPLE:
        return _("一天最多接待 %(most)s 人，这里是 %(wanted)s 人") % numbers
    return _("%(what)s一共 %(most)s，要了 %(wanted)s") % {**numbers, "what": kind_words(short.kind)}


def needs_words(needs: Needs) -> str:
    """What is needed besides a room, in words; "" where nothing is."""
    wanted = [(kind, getattr(needs, kind)) for kind in KINDS[1:]]
    return _("、").join(f"{kind_words(kind)} {count}" for kind, count in wanted if count)
