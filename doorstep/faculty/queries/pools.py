"""Pools of teachers: who is in which on a day, and how many."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.numbers import whole
from doorstep.core.permissions import visible_to
from doorstep.faculty.models import Pool, PoolPlace, Teacher
from doorstep.faculty.queries.teachers import with_standing
from doorstep.faculty.rules.vetting import TEACHES


def places_on(day: date) -> QuerySet[PoolPlace]:
    """Who is in which pool on a day."""
    return PoolPlace.objects.filter(Q(left_on=None) | Q(left_on__gt=day), joined_on__lte=day)


def pools_visible_to(actor: Actor) -> QuerySet[Pool]:
    """The pools `actor` may see teachers of."""
    return visible_to(actor, "faculty.view_teacher", Pool.objects.all())


def pools_told(actor: Actor) -> QuerySet[Pool]:
    """The same, each with how many are in it today, and how many of them may teach as vetted (`size`, `vetted`)."""
    today = clock.today()
    current = Q(places__joined_on__lte=today) & (Q(places__left_on=None) | Q(places__left_on__gt=today))
    teaching = with_standing(Teacher.objects.all()).filter(pk=OuterRef("places__teacher"), standing__in=TEACHES)
    return pools_visible_to(actor).annotate(
        size=Count("places", filter=current), vetted=Count("places", filter=current & Q(Exists(teaching)))
    )


def pool_by_id(pool_id: int, actor: Actor) -> Pool:
    """One pool that `actor` may see; raises NotFound."""
    found = pools_visible_to(actor).select_related("unit").filter(pk=pool_id).first()
    if found is None:
        raise NotFound
    return found


def in_pool(rows: QuerySet[Any], value: str) -> QuerySet[Any]:
    """Those of some teachers who are today in the pool of an id as it was sent; none for anything else."""
    held = places_on(clock.today()).filter(pool=whole(value) or 0)
    return rows.filter(pk__in=held.values("teacher"))


def pool_choices(actor: Actor) -> list[tuple[str, str]]:
    """The pools `actor` may see, the highest unit's first."""
    return [(str(pk), name) for pk, name in pools_visible_to(actor).order_by("place", "pk").values_list("pk", "name")]


def pools_to_fill(actor: Actor, teacher: Teacher) -> list[Pool]:
    """The pools into which `actor` may put a teacher: those they keep in which the teacher is not."""
    held = places_on(clock.today()).filter(teacher=teacher).values("pool")
    rows = visible_to(actor, "faculty.keep_teacher", Pool.objects.exclude(pk__in=held))
    return list(rows.order_by("place", "pk"))


def places_of(teacher: Teacher) -> list[PoolPlace]:
    """In which pools a teacher is and was, the present ones first, then the latest."""
    rows = teacher.pool_places.select_related("pool").order_by("-joined_on", "-pk")
    return sorted(rows, key=lambda place: place.left_on is not None)


def place_by_id(place_id: int, teacher: Teacher) -> PoolPlace:
    """One place of a teacher in a pool; raises NotFound."""
    found = teacher.pool_places.select_related("pool").filter(pk=place_id).first()
    if found is None:
        raise NotFound
    return found


def faculty_counts() -> dict[str, int]:
    """How many pools and active teachers there are."""
    return {"teacher_pool": Pool.objects.count(), "teacher": Teacher.objects.filter(is_active=True).count()}


def pool_sizes(units: Sequence[int], on: date) -> dict[int, int]:
    """unit id -> how many teachers are in its pools on a day, each counted once."""
    rows = places_on(on).filter(pool__unit__in=units).values_list("pool__unit")
    return dict(rows.annotate(count=Count("teacher", distinct=True)).order_by())
