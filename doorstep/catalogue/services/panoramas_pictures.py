"""Pictures all around: judged when they are handed in, cut by a job, taken when they are whole."""

from __future__ import annotations

import io
import shutil
import uuid
from typing import IO, TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from doorstep.catalogue.events import (
    PanoramaAdded,
    PanoramaPictureCut,
    PanoramaPictureGivenUp,
    PanoramaPictureSent,
)
from doorstep.catalogue.jobs.panoramas import cut_panorama, folder_path, incoming_path
from doorstep.catalogue.models import Panorama
from doorstep.catalogue.queries.panoramas import panorama_limits
from doorstep.catalogue.queries.panoramas_states import edition_of
from doorstep.catalogue.rules.panoramas import PanoramaLimits, picture_fault
from doorstep.catalogue.services.panoramas import locked_panorama, settle_panorama, tell_panorama
from doorstep.catalogue.services.panoramas_refusals import (
    PanoramaBusy,
    PanoramaNotTaken,
    PanoramaOddShape,
    PanoramaPlaceEnded,
    PanoramaPlaceFull,
    PanoramaStandsSo,
    PanoramaTooHeavy,
    PanoramaTooNarrow,
    PanoramaTooWide,
)
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import Invalid
from doorstep.core.permissions import require
from doorstep.core.tasks import start_task

if TYPE_CHECKING:
    from doorstep.bases.models import Base

_FAULTS: dict[str, type[Invalid]] = {
    "narrow": PanoramaTooNarrow,
    "wide": PanoramaTooWide,
    "shape": PanoramaOddShape,
}


@transaction.atomic
def add_panorama(*, base: Base, title: str, upload: IO[bytes], name: str, actor: Actor) -> Panorama:
    """Add a scene to a place; its picture is looked at now and cut by a job, the first scene is the entrance.

    Raises PanoramaPlaceEnded, PanoramaPlaceFull, and what `read_picture` raises.
    """
    require(actor, "catalogue.keep_panorama", at=base.place)
    limits = panorama_limits(base.place)
    # The row of the place keeps two from being both the first.
    locked = type(base).objects.select_for_update().get(pk=base.pk)
    if locked.kind == "belt" or (locked.valid_to is not None and locked.valid_to <= clock.today()):
        raise PanoramaPlaceEnded(name=locked.name)
    rows = Panorama.objects.filter(base=base)
    in_use = rows.exclude(status=Panorama.Status.ENDED)
    if in_use.count() >= limits.most_scenes:
        raise PanoramaPlaceFull(n=limits.most_scenes)
    content = read_picture(upload, name, limits)
    panorama = Panorama.objects.create(
        base=base,
        place=base.place,
        county=base.county,
        number=max(rows.values_list("number", flat=True), default=0) + 1,
        is_entrance=not in_use.filter(is_entrance=True).exists(),
        title=title.strip() or base.name,
        added_at=clock.now(),
    )
    tell_panorama(PanoramaAdded(panorama.pk), panorama, actor)
    _begin(panorama, content, actor)
    return panorama


@transaction.atomic
def replace_picture(*, panorama: Panorama, upload: IO[bytes], name: str, actor: Actor) -> Panorama:
    """Hand in another picture for a scene; words and signs stay, visitors see the old one until this one is published.

    Raises PanoramaStandsSo, PanoramaBusy, and what `read_picture` raises.
    """
    require(actor, "catalogue.keep_panorama", at=panorama.place)
    locked = locked_panorama(panorama)
    if locked.status == Panorama.Status.ENDED:
        raise PanoramaStandsSo(title=locked.title)
    if locked.incoming:
        raise PanoramaBusy(title=locked.title)
    content = read_picture(upload, name, panorama_limits(locked.place))
    settle_panorama(locked, actor)
    tell_panorama(PanoramaPictureSent(locked.pk), locked, actor)
    _begin(locked, content, actor)
    return locked


def read_picture(upload: IO[bytes], name: str, limits: PanoramaLimits) -> bytes:
    """The content of a picture that is a panorama, judged by its head and, at an eighth of its size, to its last line.

    Raises PanoramaTooHeavy, PanoramaNotTaken, PanoramaTooNarrow, PanoramaTooWide, PanoramaOddShape.
    """
    most = limits.megabytes * 2**20
    content = upload.read(most + 1)
    if len(content) > most:
        raise PanoramaTooHeavy(name=name, megabytes=limits.megabytes)
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG",)) as picture:
            width, height = picture.size
            if fault := picture_fault(width, height, limits):
                raise _FAULTS[fault](
                    **{"name": name, "width": width, "height": height, "half": limits.widest // 2},
                    narrowest=limits.narrowest,
                    widest=limits.widest,
                )
            # A progressive one keeps its whole self in memory while it is read: the job finds out.
            if not picture.info.get("progressive"):
                picture.draft("RGB", (width // 8, height // 8))
                picture.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
        raise PanoramaNotTaken(name=name) from None
    return content


def _begin(panorama: Panorama, content: bytes, actor: Actor) -> None:
    """Keep the picture as it came until it is cut, and queue the job; the file is written last."""
    task = start_task(
        kind="cut_panorama",
        title=_("处理画面：%(title)s") % {"title": panorama.title},
        place=panorama.place,
        params={"panorama": panorama.pk, "back": f"/panoramas/{panorama.pk}/"},
        actor=actor,
    )
    panorama.incoming, panorama.trouble, panorama.task_id = uuid.uuid4().hex, "", task.pk
    panorama.save(update_fields=["incoming", "trouble", "task_id"])
    cut_panorama.defer(panorama_id=panorama.pk, incoming=panorama.incoming, task_id=str(task.pk))
    target = incoming_path(panorama.incoming)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    target.touch(mode=0o600)
    target.write_bytes(content)


@transaction.atomic
def take_picture(*, panorama: Panorama, incoming: str, width: int, actor: Actor) -> None:
    """The picture that was cut is the scene's own from now on; nothing happens when another has come since.

    Visitors see the one before until a word is said on the new one.
    """
    require(actor, "catalogue.keep_panorama", at=panorama.place)
    locked = locked_panorama(panorama)
    if locked.incoming != incoming:
        return
    edition = edition_of(locked)
    before = "" if edition and edition.folder == locked.folder else locked.folder
    locked.folder, locked.width, locked.incoming, locked.trouble = incoming, width, "", ""
    locked.save(update_fields=["folder", "width", "incoming", "trouble"])
    settle_panorama(locked, actor)
    tell_panorama(PanoramaPictureCut(locked.pk), locked, actor, width=width)
    transaction.on_commit(lambda: _forget(incoming, before))


@transaction.atomic
def give_up_picture(*, panorama: Panorama, incoming: str, trouble: str, actor: Actor) -> None:
    """The picture that was handed in is not taken; the one before stays."""
    require(actor, "catalogue.keep_panorama", at=panorama.place)
    locked = locked_panorama(panorama)
    if locked.incoming != incoming:
        return
    locked.incoming, locked.trouble = "", trouble[:200]
    locked.save(update_fields=["incoming", "trouble"])
    tell_panorama(PanoramaPictureGivenUp(locked.pk), locked, actor, trouble=trouble)
    transaction.on_commit(lambda: _forget(incoming, incoming))


def _forget(incoming: str, folder: str) -> None:
    """Remove what was handed in, what runs that were killed left of it, and a folder that is not shown any more."""
    incoming_path(incoming).unlink(missing_ok=True)
    for rest in (settings.MEDIA_ROOT / "panoramas").glob(f"{incoming}.*.part"):
        shutil.rmtree(rest, ignore_errors=True)
    if folder:
        shutil.rmtree(folder_path(folder), ignore_errors=True)
