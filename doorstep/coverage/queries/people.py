"""Who is left, and how one person stands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from django.db import connection
from django.db.models import BigIntegerField, Exists, OuterRef, QuerySet
from django.db.models.expressions import RawSQL

from doorstep.core.actors import Actor
from doorstep.core.permissions import visible_to
from doorstep.core.policies import policies_by_place
from doorstep.coverage.models import Standing
from doorstep.coverage.queries.deriving import DERIVED, KEYS, deriving, with_place
from doorstep.coverage.queries.figures import people_below
from doorstep.directory.queries import has_root, homes_on

if TYPE_CHECKING:
    from doorstep.directory.models import Membership, Unit

# Of those worked out for a day: who was at home below the unit then, and without hours.
_LEFT_ON = with_place(
    """
SELECT fresh.person_id FROM fresh CROSS JOIN LATERAL ({place}) place
WHERE is_home AND NOT is_trained AND string_to_array(rtrim(place.path, '/'), '/')::bigint[] && %(wanted)s::bigint[]
""",
    unit="fresh.unit_id",
)


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


def left_on(unit: Unit, year: int, on: date | None, actor: Actor) -> QuerySet[Membership]:
    """The memberships on a past day, at a unit or below it that day, of the members without hours in the year by then.

    Each says whether the person `is_later` trained in that year. Who is below by today's tree no more is not shown.
    """
    params = {**deriving(year, on=on), "wanted": [unit.pk]}
    if not has_root([unit.pk]):
        with connection.cursor() as cursor:
            params["people"] = people_below(cursor, params)
    names: list[str] = re.findall(r"%\((\w+)\)s", left := f"{DERIVED}\n{_LEFT_ON}")
    ids = RawSQL(re.sub(r"%\(\w+\)s", "%s", left), [params[name] for name in names], BigIntegerField())  # noqa: S611
    later = Standing.objects.filter(year=year, person=OuterRef("person_id"), is_home=True, is_trained=True)
    rows = homes_on(params["on"]).filter(person__in=ids).annotate(is_later=Exists(later))
    return visible_to(actor, "coverage.view_left", rows, place="unit__path")


class HoursAsked(NamedTuple):
    """What a year asks of a member, and of one with a leading post, at a unit."""

    member: Decimal
    leader: Decimal
    concentrated: int
    is_by_days: bool
    is_same_below: bool


def hours_asked(unit: Unit, on: date) -> HoursAsked:
    """The hours a year asks for at a unit as of a day, and whether every unit below asks for the same.

    Source: as `rules.Requirement`.
    """
    member, leader, concentrated, mode = KEYS
    places = policies_by_place(KEYS, on=on)
    here = places[max((place for place in places if unit.path.startswith(place)), key=len)]
    below = [values for place, values in places.items() if place.startswith(unit.path) and place != unit.path]
    return HoursAsked(
        here[member].decimal,
        here[leader].decimal,
        here[concentrated].integer,
        here[mode].text != "full",
        all(values[key].value == here[key].value for values in below for key in KEYS),
    )


def standing_of(person_id: int) -> dict[int, PersonStanding]:
    """A person's standing in each kept year, for pages that may show the person's file already."""
    rows = Standing.objects.filter(person=person_id, is_home=True)
    return {
        row.year: PersonStanding(row.required, row.earned, row.is_leader, row.is_trained, row.is_met) for row in rows
    }


def hours_stand(person_ids: Sequence[int], on: date) -> dict[int, int]:
    """How members stand in the year of a day: 0 without hours, 1 with some, 2 with all that the year asks.

    Those whose year is not kept, or who are no members, are left out.
    """
    rows = Standing.objects.filter(person__in=person_ids, year=on.year, is_home=True)
    return {
        person: is_trained + is_met for person, is_trained, is_met in rows.values_list("person", "is_trained", "is_met")
    }
