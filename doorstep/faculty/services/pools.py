"""Pools: founded, and who goes in and out of them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.events import record
from doorstep.core.permissions import require
from doorstep.faculty.events import PoolFounded, PoolJoined, PoolLeft
from doorstep.faculty.models import Pool, PoolPlace, Teacher
from doorstep.faculty.services.refusals import (
    DayInFuture,
    LeavingReasonMissing,
    LeftTooEarly,
    PoolPlaceHeld,
    PoolPlaceLeft,
    PoolTaken,
)
from doorstep.faculty.services.telling import lock_active, lock_teacher, tell

if TYPE_CHECKING:
    from doorstep.directory.models import Unit


@transaction.atomic
def found_pool(*, unit: Unit, name: str, actor: Actor) -> Pool:
    """Begin a pool of `unit`. Raises PoolTaken."""
    require(actor, "faculty.keep_pool", at=unit.path)
    try:
        with transaction.atomic():
            pool = Pool.objects.create(unit=unit, place=unit.path, county=unit.county, name=name.strip())
    except IntegrityError:
        raise PoolTaken(unit=unit.short_name, name=name.strip()) from None
    subject = ("pool", pool.pk)
    record(PoolFounded(pool.pk), actor=actor, place=pool.place, county=pool.county, subject=subject)
    return pool


@transaction.atomic
def join_pool(*, pool: Pool, teacher: Teacher, on: date, actor: Actor) -> PoolPlace:
    """Put a teacher into a pool from a day on; the teacher may be another unit's.

    Raises TeacherNotActive, DayInFuture, PoolPlaceHeld.
    """
    require(actor, "faculty.keep_teacher", at=pool.place)
    locked = lock_active(teacher)
    _must_be_past(on)
    try:
        with transaction.atomic():
            held = PoolPlace.objects.create(teacher=locked, pool=pool, joined_on=on)
    except IntegrityError:
        raise PoolPlaceHeld(name=locked.name, pool=pool.name) from None
    tell(PoolJoined(locked.pk, pool.pk), locked, actor, on=on.isoformat())
    return held


@transaction.atomic
def leave_pool(*, place: PoolPlace, on: date, reason: str, actor: Actor) -> PoolPlace:
    """Take a teacher out of a pool from a day on, with the reason.

    Raises PoolPlaceLeft, DayInFuture, LeftTooEarly, LeavingReasonMissing.
    """
    require(actor, "faculty.keep_teacher", at=place.pool.place)
    lock_teacher(place.teacher)
    found = PoolPlace.objects.select_related("teacher", "pool").get(pk=place.pk)
    _must_be_past(on)
    end_place(found, on, reason)
    tell(PoolLeft(found.teacher_id, found.pool_id), found.teacher, actor, on=on.isoformat(), reason=found.left_for)
    return found


def end_place(place: PoolPlace, on: date, reason: str) -> None:
    """End a place of a locked teacher; one that began today was never held. Raises as `leave_pool` does."""
    if place.left_on is not None:
        raise PoolPlaceLeft(name=place.teacher.name, pool=place.pool.name)
    if not reason.strip():
        raise LeavingReasonMissing
    if on <= place.joined_on:
        if on == place.joined_on == clock.today():
            place.delete()
            return
        raise LeftTooEarly(name=place.teacher.name, joined=place.joined_on.isoformat())
    place.left_on, place.left_for = on, reason.strip()[:200]
    place.save(update_fields=["left_on", "left_for"])


def _must_be_past(on: date) -> None:
    if on > clock.today():
        raise DayInFuture(day=on.isoformat())
