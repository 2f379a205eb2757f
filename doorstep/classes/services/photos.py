"""Pictures that show a session was held where it says."""

from __future__ import annotations

from typing import IO

from django.db import transaction

from doorstep.classes.events import PhotoAdded, PhotoTakenAway
from doorstep.classes.models import Session, SessionPhoto, TrainingClass
from doorstep.classes.queries.hosts import host_places
from doorstep.classes.queries.words import moment_text
from doorstep.classes.services.joint_refusals import PhotoGone, PhotoTooEarly, TooManyPhotos
from doorstep.classes.services.locking import lock_class, note_event
from doorstep.classes.services.refusals import ClassIsOver
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.permissions import require
from doorstep.core.pictures import MOST_BYTES, opened_picture, put_picture, webp_of
from doorstep.core.policies import policy_at

FOLDER, WIDTH = "sessions", 1600  # pixels: enough for a page of paper


@transaction.atomic
def add_photo(*, session: Session, upload: IO[bytes], name: str, caption: str = "", actor: Actor) -> SessionPhoto:
    """Keep a picture of a session that has begun, without what the camera wrote into it; `name` is what it is called.

    Raises ClassIsOver, PhotoTooEarly, TooManyPhotos, PictureNotTaken, PictureTooLarge.
    Source: policy:class.field_photos.
    """
    require(actor, "classes.show_photo", at=session.training_class.place, shared=host_places(session.training_class))
    locked = lock_class(session.training_class_id)
    if session.is_cancelled or locked.status == "cancelled":
        raise ClassIsOver(title=locked.title, status=locked.get_status_display())
    if session.starts_at > clock.now():
        raise PhotoTooEarly(session=session.title, starts=moment_text(session.starts_at))
    most = policy_at("class.field_photos", on=session.held_on, place=locked.place).integer
    if session.photos.filter(taken_away_at=None).count() >= most:
        raise TooManyPhotos(session=session.title, most=most)
    with opened_picture(upload.read(MOST_BYTES + 1), name=name) as picture:
        content = webp_of(picture, width=WIDTH)
    photo = SessionPhoto.objects.create(
        session=session,
        file=put_picture(content, folder=FOLDER),
        caption=caption.strip()[:80],
        added_at=clock.now(),
        added_by_id=actor.account_id,
    )
    note_event(PhotoAdded(locked.pk, photo.pk), locked, actor, session=session.pk)
    return photo


def _class(photo: SessionPhoto) -> TrainingClass:
    return photo.session.training_class


@transaction.atomic
def take_photo_away(*, photo: SessionPhoto, actor: Actor) -> SessionPhoto:
    """Show a picture no longer; the file stays as evidence. Raises PhotoGone."""
    require(actor, "classes.show_photo", at=_class(photo).place, shared=host_places(_class(photo)))
    locked = lock_class(photo.session.training_class_id)
    found = SessionPhoto.objects.get(pk=photo.pk)
    if found.taken_away_at is not None:
        raise PhotoGone
    found.taken_away_at = clock.now()
    found.save(update_fields=["taken_away_at"])
    note_event(PhotoTakenAway(locked.pk, found.pk), locked, actor, session=found.session_id)
    return found
