"""How many people a unit has, who leads one since when, and what occupations are called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Min, Q

from doorstep.directory.models import Membership, Post, Unit
from doorstep.directory.rules.person_columns import SECRETARY_POSTS
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


def secretaries_since(person_ids: Iterable[int], on: date) -> Mapping[int, date]:
    """Since when those of the people who are a secretary on a day have been one, of whichever unit: their first day."""
    posts = Post.objects.filter(person__in=list(person_ids), post__in=SECRETARY_POSTS, valid_from__lte=on)
    held = posts.filter(Q(valid_to=None) | Q(valid_to__gt=on)).values("person")
    rows = posts.filter(person__in=held).order_by().values_list("person").annotate(first=Min("valid_from"))
    return dict(rows)
