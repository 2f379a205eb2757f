"""Scenes handed in, looked at by the level above, shown as they were looked at, given back, taken down."""

from __future__ import annotations

from dataclasses import asdict

from django.db import transaction
from django.utils.translation import gettext as _

from doorstep.catalogue.events import PanoramaHandedIn, PanoramaPublished, PanoramaReturned, PanoramaWithdrawn
from doorstep.catalogue.models import Panorama, PanoramaEdition
from doorstep.catalogue.queries.panoramas_states import edition_of, state_kept
from doorstep.catalogue.services.panoramas import (
    DRAFT,
    IN_USE,
    PUBLISHED,
    RETURNED,
    WAITING,
    forget_folder,
    hide_panorama,
    locked_panorama,
    must_name_nobody,
    tell_panorama,
)
from doorstep.catalogue.services.panoramas_refusals import (
    PanoramaIsOwn,
    PanoramaLookedDifferent,
    PanoramaNoteMissing,
    PanoramaNotWhole,
    PanoramaStandsSo,
)
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.permissions import require


@transaction.atomic
def hand_in_panorama(*, panorama: Panorama, actor: Actor) -> Panorama:
    """Ask the level above to show a scene, or a change of one that is shown.

    Raises PanoramaStandsSo, PanoramaNotWhole, PanoramaNamesSomebody.
    """
    require(actor, "catalogue.keep_panorama", at=panorama.place)
    locked = locked_panorama(panorama, DRAFT, RETURNED)
    lacking = [
        word
        for word, is_there in (
            (_("画面还没有处理好"), locked.folder and not locked.incoming),
            (_("还没有写“看得见什么”"), locked.seen),
        )
        if not is_there
    ]
    if lacking:
        raise PanoramaNotWhole(title=locked.title, lacking=_("，").join(lacking))
    signs = [word for sign in state_kept(locked).marks for word in (sign.title, sign.text)]
    must_name_nobody(locked, locked.title, locked.seen, locked.credit, *signs)
    locked.status, locked.review_note = WAITING, ""
    locked.handed_in_at, locked.handed_in_by_id = clock.now(), actor.account_id
    locked.save(update_fields=["status", "review_note", "handed_in_at", "handed_in_by"])
    tell_panorama(PanoramaHandedIn(locked.pk), locked, actor)
    return locked


@transaction.atomic
def review_panorama(*, panorama: Panorama, accept: bool, note: str, stamp: str, actor: Actor) -> Panorama:
    """Show a scene to everybody as its `stamp` was looked at, or return it with the reason; the old state stays then.

    Raises PanoramaStandsSo, PanoramaLookedDifferent, PanoramaIsOwn, PanoramaNoteMissing.
    """
    require(actor, "catalogue.publish_panorama", at=panorama.place)
    locked = locked_panorama(panorama, WAITING)
    if state_kept(locked).stamp != stamp:
        raise PanoramaLookedDifferent(title=locked.title)
    if actor.account_id is not None and actor.account_id == locked.handed_in_by_id:
        raise PanoramaIsOwn(title=locked.title)
    if not accept and not note.strip():
        raise PanoramaNoteMissing
    locked.status, locked.review_note = (PUBLISHED, "") if accept else (RETURNED, note.strip())
    locked.reviewed_at, locked.reviewed_by_id = clock.now(), actor.account_id
    locked.save(update_fields=["status", "review_note", "reviewed_at", "reviewed_by"])
    if accept:
        _show(locked)
        tell_panorama(PanoramaPublished(locked.pk), locked, actor)
    else:
        tell_panorama(PanoramaReturned(locked.pk), locked, actor, note=locked.review_note)
    return locked


def _show(panorama: Panorama) -> None:
    """Let visitors see a scene as it stands now; a picture that was shown until now and is not kept is removed."""
    before, state = edition_of(panorama), state_kept(panorama)
    if before is not None and before.folder != state.folder:
        forget_folder(before.folder)
    shown = {
        "title": state.title,
        "seen": state.seen,
        "credit": state.credit,
        "north": state.north,
        "plan_x": state.plan[0],
        "plan_y": state.plan[1],
        "folder": state.folder,
        "width": state.width,
        "marks": [asdict(mark) for mark in state.marks],
        "published_at": clock.now(),
    }
    PanoramaEdition.objects.update_or_create(panorama=panorama, defaults=shown)


@transaction.atomic
def withdraw_panorama(*, panorama: Panorama, actor: Actor) -> Panorama:
    """Show a scene to nobody at once, or take back what waits; it is a draft again. Raises PanoramaStandsSo."""
    require(actor, "catalogue.keep_panorama", at=panorama.place)
    locked = locked_panorama(panorama, *IN_USE)
    if not hide_panorama(locked) and locked.status != WAITING:
        raise PanoramaStandsSo(title=locked.title)
    locked.status, locked.review_note = DRAFT, ""
    locked.save(update_fields=["status", "review_note"])
    tell_panorama(PanoramaWithdrawn(locked.pk), locked, actor)
    return locked
