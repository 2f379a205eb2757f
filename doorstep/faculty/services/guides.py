"""Officials and the guides of teaching points: paired, checked, ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.events import record
from doorstep.core.permissions import require
from doorstep.faculty.events import GuideListenedTo, GuidePairBegun, GuidePairOver
from doorstep.faculty.models import GuideCheck, GuidePair, Teacher
from doorstep.faculty.services import guiding_refusals as refusals
from doorstep.faculty.services.telling import lock_active

if TYPE_CHECKING:
    from _typeshed import DataclassInstance as Event


@dataclass(frozen=True, slots=True)
class Point:
    """A teaching point as whoever keeps the points knows it."""

    id: int
    place: str
    county: str


def _tell(happened: Event, pair: GuidePair, actor: Actor, **detail: object) -> None:
    subject = ("guide_pair", pair.pk)
    record(happened, actor=actor, place=pair.place, county=pair.county, subject=subject, detail=detail)


def _lock_open(pair: GuidePair) -> GuidePair:
    """A pair as it is now, locked. Raises GuidePairEnded."""
    found = GuidePair.objects.select_for_update().get(pk=pair.pk)
    if found.until is not None:
        raise refusals.GuidePairEnded
    return found


@transaction.atomic
def pair_guide(*, point: Point, official: str, post: str, guide: Teacher, since: date, actor: Actor) -> GuidePair:
    """Let an official care for a guide of a teaching point from a day on.

    Raises TeacherNotActive, OfficialMissing, GuideDayWrong, GuidePaired.
    """
    require(actor, "faculty.keep_guide", at=point.place)
    locked = lock_active(guide)
    if not official.strip() or not post.strip():
        raise refusals.OfficialMissing
    if since > clock.today():
        raise refusals.GuideDayWrong(first=clock.today().isoformat())
    try:
        with transaction.atomic():
            pair = GuidePair.objects.create(
                point_id=point.id, place=point.place, county=point.county, official=official.strip()[:60],
                post=post.strip()[:80], guide=locked, since=since,
            )  # fmt: skip
    except IntegrityError:
        raise refusals.GuidePaired(name=locked.name) from None
    _tell(GuidePairBegun(pair.pk, locked.pk), pair, actor, since=since.isoformat())
    return pair


@transaction.atomic
def end_guide_pair(*, pair: GuidePair, on: date, reason: str, actor: Actor) -> None:
    """Let an official care for a guide no longer. Raises GuidePairEnded, GuideDayWrong, WordsMissing."""
    require(actor, "faculty.keep_guide", at=pair.place)
    found = _lock_open(pair)
    if not reason.strip():
        raise refusals.WordsMissing
    if not found.since <= on <= clock.today():
        raise refusals.GuideDayWrong(first=found.since.isoformat())
    found.until, found.ended_for = on, reason.strip()[:200]
    found.save(update_fields=["until", "ended_for"])
    _tell(GuidePairOver(found.pk, found.guide_id), found, actor, until=on.isoformat(), reason=found.ended_for)


@transaction.atomic
def check_guide(*, pair: GuidePair, on: date, good: bool, note: str, actor: Actor) -> GuideCheck:
    """Tell how a guide did when somebody listened. Raises GuidePairEnded, GuideDayWrong, WordsMissing, GuideChecked."""
    require(actor, "faculty.keep_guide", at=pair.place)
    found = _lock_open(pair)
    if not note.strip():
        raise refusals.WordsMissing
    if not found.since <= on <= clock.today():
        raise refusals.GuideDayWrong(first=found.since.isoformat())
    said = {"is_good": good, "note": note.strip()[:400], "entered_at": clock.now(), "entered_by_id": actor.account_id}
    try:
        with transaction.atomic():
            check = GuideCheck.objects.create(pair=found, checked_on=on, **said)
    except IntegrityError:
        raise refusals.GuideChecked(day=on.isoformat()) from None
    _tell(GuideListenedTo(found.pk, check.pk), found, actor, on=on.isoformat(), good=good)
    return check
