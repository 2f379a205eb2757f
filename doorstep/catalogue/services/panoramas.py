"""Scenes of a place: what is said of them, their order, which are in use; whether they are shown is looked at."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from django.db import transaction

from doorstep.catalogue.events import (
    PanoramaBroughtBack,
    PanoramaChanged,
    PanoramaEnded,
)
from doorstep.catalogue.jobs.panoramas import folder_path
from doorstep.catalogue.models import Panorama
from doorstep.catalogue.queries.panoramas_states import edition_of, state_kept, state_shown
from doorstep.catalogue.rules.panoramas import PanoramaFacts, reordered, turned
from doorstep.catalogue.services.panoramas_refusals import (
    PanoramaChangedMeanwhile,
    PanoramaNamesSomebody,
    PanoramaStandsSo,
    PanoramaWordsMissing,
)
from doorstep.core.actors import Actor
from doorstep.core.events import record
from doorstep.core.masking import personal_number
from doorstep.core.permissions import require

if TYPE_CHECKING:
    from _typeshed import DataclassInstance as Event

DRAFT, WAITING, RETURNED, PUBLISHED, ENDED = Panorama.Status
IN_USE = (DRAFT, WAITING, RETURNED, PUBLISHED)


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


def settle_panorama(panorama: Panorama, actor: Actor) -> None:
    """After a change: what differs from what visitors see is a draft again, and what does not is published again.

    Whoever changes what waits has handed it in, and does not review it.
    """
    if panorama.status == WAITING and actor.account_id is not None:
        panorama.handed_in_by_id = actor.account_id
        panorama.save(update_fields=["handed_in_by"])
    edition = edition_of(panorama)
    if edition is None or panorama.status not in (DRAFT, PUBLISHED):
        return
    same = state_shown(edition) == state_kept(panorama)
    panorama.status = PUBLISHED if same else DRAFT
    panorama.save(update_fields=["status"])


def hide_panorama(panorama: Panorama) -> bool:
    """Let nobody see a scene any more; whether anybody could. A picture that was only shown is removed."""
    edition = edition_of(panorama)
    if edition is None:
        return False
    edition.delete()
    if edition.folder != panorama.folder:
        forget_folder(edition.folder)
    return True


def forget_folder(folder: str) -> None:
    """Remove the parts of a picture that is neither kept nor shown any more, once all is written."""
    transaction.on_commit(lambda: shutil.rmtree(folder_path(folder), ignore_errors=True))


@transaction.atomic
def change_panorama(*, panorama: Panorama, facts: PanoramaFacts, version: int, actor: Actor) -> Panorama:
    """Say something else of a scene that stands as its `version` was seen; visitors read it once it is published.

    Raises PanoramaStandsSo, PanoramaChangedMeanwhile, PanoramaWordsMissing, PanoramaNamesSomebody.
    """
    require(actor, "catalogue.keep_panorama", at=panorama.place)
    locked = locked_panorama(panorama, *IN_USE)
    if locked.version != version:
        raise PanoramaChangedMeanwhile(title=locked.title)
    if locked.status == WAITING and not facts.seen.strip():
        raise PanoramaWordsMissing(title=locked.title)
    must_name_nobody(locked, facts.title, facts.seen, facts.credit)
    locked.title, locked.seen, locked.credit = facts.title.strip(), facts.seen.strip(), facts.credit.strip()
    locked.north, (locked.plan_x, locked.plan_y) = turned(facts.north), facts.plan
    locked.version += 1
    if locked.status == PUBLISHED:
        locked.status = DRAFT
    locked.save(update_fields=["title", "seen", "credit", "north", "plan_x", "plan_y", "status", "version"])
    settle_panorama(locked, actor)
    tell_panorama(PanoramaChanged(locked.pk), locked, actor)
    return locked


@transaction.atomic
def end_panorama(*, panorama: Panorama, actor: Actor) -> Panorama:
    """Put a scene away, seen by nobody; it can be brought back. Where it was the entrance, the next one is.

    Raises PanoramaStandsSo.
    """
    require(actor, "catalogue.keep_panorama", at=panorama.place)
    scenes = _locked_scenes(panorama)
    locked = _among(scenes, panorama)
    was_entrance, locked.is_entrance = locked.is_entrance, False
    locked.status, locked.review_note = ENDED, ""
    hide_panorama(locked)
    locked.save(update_fields=["status", "is_entrance", "review_note"])
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
