"""Who is left, and how one person stands."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import QuerySet

from doorstep.core.actors import Actor
from doorstep.core.permissions import visible_to
from doorstep.coverage.models import Standing

if TYPE_CHECKING:
    from doorstep.directory.models import Unit


class PersonStanding(NamedTuple):
    """How a person stands in a year at the unit that answers for them."""

    required: Decimal
    earned: Decimal
    is_leader: bool
    is_trained: bool
    is_met: bool


def left_of(unit: Unit, year: int, actor: Actor) -> QuerySet[Standing]:
    """The standings of the members of a unit, or of one below it, who have not been trained in a year."""
    rows = Standing.objects.filter(year=year, is_home=True, is_trained=False)
    below = rows.filter(unit__path__startswith=unit.path)
    return visible_to(actor, "coverage.view_left", below, place="unit__path").select_related("person", "unit")


def standing_of(person_id: int) -> dict[int, PersonStanding]:
    """A person's standing in each kept year, for pages that may show the person's file already."""
    rows = Standing.objects.filter(person=person_id, is_home=True)
    return {
        row.year: PersonStanding(row.required, row.earned, row.is_leader, row.is_trained, row.is_met) for row in rows
    }
