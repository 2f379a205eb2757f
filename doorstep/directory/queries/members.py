"""How many people a unit has, and what their occupations are called."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db.models import Q

from doorstep.directory.models import Membership, Unit
from doorstep.directory.rules.reference import code_lists


def member_count(unit: Unit, on: date, *, most: int) -> int:
    """How many people belong to `unit` or below it on a day, counted no further than `most`: as cheap in a city."""
    rows = Membership.objects.filter(
        Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on, is_primary=True, unit__path__startswith=unit.path
    )
    return rows[:most].count()


def occupation_names() -> Mapping[str, str]:
    """code -> the word for an occupation; rosters may also say it freely."""
    return code_lists()["member_occupation"]
