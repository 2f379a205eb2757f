"""Scenes of a place: what is said of them, their order, whether they are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from doorstep.catalogue.events import (
    PanoramaBroughtBack,
    PanoramaChanged,
    PanoramaEnded,
    PanoramaPublished,
    PanoramaWithdrawn,
)
from doorstep.catalogue.models import Panorama
from doorstep.catalogue.rules.panoramas import PanoramaFacts, reordered, turned
from doorstep.catalogue.services.panoramas_refusals import (
    PanoramaChangedMeanwhile,
    PanoramaNamesSomebody,
    PanoramaNotWhole,
    PanoramaStandsSo,
    PanoramaWordsMissing,
)
from doorstep.core.actors import Actor
from doorstep.core.events import record
from doorstep.core.masking import personal_number
from doorstep.core.permissions import require

if TYPE_CHECKING:
    from _typeshed import DataclassInstance as Event

DRAFT, PUBLISHED, ENDED = Panorama.Status


def locked_panorama(panorama: Panorama, *statuses: str) -> Panorama:
    """The scene, locked, if it stands as one of these or no matter how; raises PanoramaStandsSo."""
    locked = Panorama.objects.select_for_update().get(pk=panorama.pk)
    if statuses and locked.status not in statuses:
        raise PanoramaStandsSo(title=locked.title)
    return locked


def tell_panorama(happened: Event, panorama: Panorama, actor: Actor, **detail: object) -> None:
    """Record what happened to a scene, under its place."""
    subject = ("panorama", panorama.pk)
    record(happened, actor=actor, place=panorama.place, county=panorama.county, subject=subject, detail=detail)


def must_name_nobody(panorama: Panorama, *texts: str) -> None:
    """Raise PanoramaNamesSomebody where words of a scene or of its signs hold a number that looks like a person's."""
    number = personal_number("\n".join(texts))
    if number:
        raise PanoramaNamesSomebody(title=panorama.title, number=number)


@transaction.atomic
def change_panorama(*, panorama: Panorama, facts: PanoramaFacts, version: int, actor: Actor) -> Panorama:
    """Say something else of a scene that stands as its `version` was seen.

    Raises PanoramaStandsSo, PanoramaChangedMeanwhile, PanoramaWordsMissing, PanoramaNamesSomebody.
    """
    require(actor, "catalogue.keep_panorama", at=panorama.place)
    locked = locked_panorama(panorama, DRAFT, PUBLISHED)
    if locked.version != version:
        raise PanoramaChangedMeanwhile(title=locked.title)
    if locked.status == PUBLISHED and not facts.seen.strip():
        raise PanoramaWordsMissing(title=locked.title)
    must_name_nobody(locked, facts.title, facts.seen, facts.credit)
    locked.title, locked.seen, locked.credit = facts.title.strip(), facts.seen.strip(), facts.credit.strip()
    locked.north, (locked.plan_x, locked.plan_y) = turned(facts.north), facts.plan
    locked.version += 1
    locked.save(update_fields=["title", "seen", "credit", "north", "plan_x", "plan_y", "version"])
    tell_panorama(PanoramaChanged(locked.pk), locked, actor)
    return locked


@transaction.atomic
def publish_panorama(*, panorama: Panorama, actor: Actor) -> Panorama:
    """Show a scene. Raises PanoramaStandsSo, PanoramaNotWhole, PanoramaNamesSomebody."""
    require(actor, "catalogue.keep_panorama", at=panorama.place)
    locked = locked_panorama(panorama, DRAFT)
    lacking = [
        word
        for word, is_there in ((_("画面还没有处理好"), locked.folder), (_("还没有写“看得见什么”"), locked.seen))
        if not is_there
    ]
    if lacking:
        raise PanoramaNotWhole(title=locked.title, lacking=_("，").join(lacking))
    signs = locked.marks.filter(ended_at__isnull=True)
    said = [word for sign in signs for word in (sign.title, sign.text)]
    must_name_nobody(locked, locked.title, locked.seen, locked.credit, *said)
    _put(locked, PUBLISHED)
    tell_panorama(PanoramaPublished(locked.pk), locked, actor)
    return locked


def _put(panorama: Panorama, status: str) -> None:
    panorama.status = status
    panorama.save(update_fields=["status"])


@transaction.atomic
def withdraw_panorama(*, panorama: Panorama, actor: Actor) -> Panorama:
    """Make a scene that is shown a draft again. Raises PanoramaStandsSo."""
    require(actor, "catalogue.keep_panorama", at=panorama.place)
    locked = locked_panorama(panorama, PUBLISHED)
    _put(locked, DRAFT)
    tell_panorama(PanoramaWithdrawn(locked.pk), locked, actor)
    return locked


@transaction.atomic
def end_panorama(*, panorama: Panorama, actor: Actor) -> Panorama:
    """Put a scene away; it can be brought back. Where it was the entrance, the next one is. Raises PanoramaStandsSo."""
    require(actor, "catalogue.keep_panorama", at=panorama.place)
    scenes = _locked_scenes(panorama)
    locked = _among(scenes, panorama)
    was_entrance, locked.is_entrance = locked.is_entrance, False
    locked.status = ENDED
    locked.save(update_fields=["status", "is_entrance"])
    rest = [scene for scene in scenes if scene.pk != locked.pk]
    if was_entrance and rest:
        rest[0].is_entrance = True
        rest[0].save(update_fields=["is_entrance"])
    tell_panorama(PanoramaEnded(locked.pk), locked, actor)
    return locked


@transaction.atomic
def bring_back_panorama(*, panorama: Panorama, actor: Actor) -> Panorama:
    """Take a scene that was put away as a draft again; the entrance where there is none. Raises PanoramaStandsSo."""
    require(actor, "catalogue.keep_panorama", at=panorama.place)
    scenes = _locked_scenes(panorama)
    locked = locked_panorama(panorama, ENDED)
    locked.status, locked.is_entrance = DRAFT, not any(scene.is_entrance for scene in scenes)
    locked.save(update_fields=["status", "is_entrance"])
    tell_panorama(PanoramaBroughtBack(locked.pk), locked, actor)
    return locked


def _locked_scenes(panorama: Panorama) -> list[Panorama]:
    """The scenes in use at the place of one, in their order, locked together so that one of them is the entrance."""
    type(panorama.base).objects.select_for_update().get(pk=panorama.base_id)
    rows = Panorama.objects.select_for_update().filter(base=panorama.base_id).exclude(status=ENDED)
    return list(rows.order_by("number", "pk"))


def _among(scenes: list[Panorama], panorama: Panorama) -> Panorama:
    found = next((scene for scene in scenes if scene.pk == panorama.pk), None)
    if found is None:
        raise PanoramaStandsSo(title=panorama.title)
    return found


@transaction.atomic
def name_entrance(*, panorama: Panorama, actor: Actor) -> Panorama:
    """Let visitors of a place begin at this scene. Raises PanoramaStandsSo."""
    require(actor, "catalogue.keep_panorama", at=panorama.place)
    scenes = _locked_scenes(panorama)
    chosen = _among(scenes, panorama)
    # One after the other: the database lets no place have two.
    for scene in (one for one in scenes if one.is_entrance):
        scene.is_entrance = False
        scene.save(update_fields=["is_entrance"])
    chosen.is_entrance = True
    chosen.save(update_fields=["is_entrance"])
    tell_panorama(PanoramaChanged(chosen.pk), chosen, actor, entrance=True)
    return chosen


@transaction.atomic
def move_panorama(*, panorama: Panorama, step: int, actor: Actor) -> Panorama:
    """Put a scene one further on (1) or back (-1) among those of its place. Raises PanoramaStandsSo."""
    require(actor, "catalogue.keep_panorama", at=panorama.place)
    scenes = _locked_scenes(panorama)
    moved = _among(scenes, panorama)
    order = reordered([scene.pk for scene in scenes], moved.pk, step)
    for scene in scenes:
        scene.number = order.index(scene.pk) + 1
    Panorama.objects.bulk_update(scenes, ["number"])
    tell_panorama(PanoramaChanged(moved.pk), moved, actor, number=moved.number)
    return moved
