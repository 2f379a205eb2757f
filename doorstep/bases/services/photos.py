"""Photographs of places: handed in by who keeps the place, looked at by the level above, taken down, brought back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from doorstep.bases.events import PhotoAdded, PhotoBroughtBack, PhotoChanged, PhotoReviewed, PhotoTakenDown
from doorstep.bases.models import Base, Photo
from doorstep.bases.services.standards import locked_base, tell
from doorstep.bases.services.wording import refuse_numbers
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import Invalid, Refused
from doorstep.core.permissions import require
from doorstep.core.pictures import MOST_BYTES, opened_picture, put_picture, webp_of
from doorstep.core.policies import policy_at

FOLDER = "photos"
SMALL, LARGE = 480, 1280  # pixels wide: a phone's column, and a desk's
Status = Photo.Status
_SHOWN = (Status.WAITING, Status.PUBLISHED, Status.RETURNED)


class PhotoUndescribed(Invalid):
    """Whoever cannot see it is told nothing."""

    code = "photo_undescribed"
    template = _("照片的标题和文字描述都要写：看不见照片的人靠描述知道拍的是什么。请补上。")


class PhotosFull(Refused):
    """More than one looks through."""

    code = "photos_full"
    template = _("“%(base)s”最多放 %(most)s 张照片。请先撤下不要的，再传新的。")


class PhotoStandsSo(Refused):
    """Nothing would change."""

    code = "photo_stands_so"
    template = _("“%(caption)s”现在的状态不能这样做，可能刚被别人改过。请刷新后再看。")


class PhotoIsOwn(Refused):
    """Nobody publishes what they handed in themselves."""

    code = "photo_own"
    template = _("“%(caption)s”是您自己传的，请同级或上级的另一位同事审核。")


class PhotoNoteMissing(Invalid):
    """Returning needs a reason."""

    code = "photo_note_missing"
    template = _("退回要写明为什么不能用。请填好再退回。")


@dataclass(frozen=True, slots=True)
class PhotoFacts:
    """What is said of a photograph: its caption, what is heard instead of it, and which unit took it."""

    caption: str
    alt: str
    credit: str = ""


@transaction.atomic
def add_photo(*, base: Base, upload: IO[bytes], upload_name: str, facts: PhotoFacts, actor: Actor) -> Photo:
    """Hand in a photograph of a base for review; what the camera wrote into it is not kept.

    Raises PhotoUndescribed, WordsHoldNumbers, PhotosFull, PictureNotTaken, PictureTooLarge.
    Source: policy:photo.most_of_place.
    """
    require(actor, "bases.keep_base", at=base.place)
    locked = locked_base(base.pk)
    _must_fit(locked)
    last = locked.photos.aggregate(last=Max("number"))["last"] or 0
    photo = Photo(base=locked, number=last + 1, added_at=clock.now(), added_by_id=actor.account_id)
    _describe(photo, facts)
    with opened_picture(upload.read(MOST_BYTES + 1), name=upload_name) as picture:
        small, large = webp_of(picture, width=SMALL), webp_of(picture, width=LARGE)
        photo.width = min(picture.width, LARGE)
        photo.height = max(1, round(picture.height * photo.width / picture.width))
    photo.small, photo.large = put_picture(small, folder=FOLDER), put_picture(large, folder=FOLDER)
    photo.save()
    tell(PhotoAdded(locked.pk, photo.pk), locked, actor, caption=photo.caption)
    return photo


def _must_fit(base: Base) -> None:
    most = policy_at("photo.most_of_place", on=clock.today(), place=base.place).integer
    if base.photos.filter(status__in=_SHOWN).count() >= most:
        raise PhotosFull(base=base.name, most=most)


def _describe(photo: Photo, facts: PhotoFacts) -> None:
    refuse_numbers(facts.caption, facts.alt, facts.credit)
    photo.caption, photo.alt, photo.credit = facts.caption.strip(), facts.alt.strip(), facts.credit.strip()
    if not photo.caption or not photo.alt:
        raise PhotoUndescribed


def _locked(photo: Photo, *statuses: str) -> Photo:
    """The photograph, with its base locked, if it stands as one of these; raises PhotoStandsSo."""
    base = locked_base(photo.base_id)
    found = base.photos.get(pk=photo.pk)
    if found.status not in statuses:
        raise PhotoStandsSo(caption=found.caption)
    return found


@transaction.atomic
def change_photo(*, photo: Photo, facts: PhotoFacts, actor: Actor) -> Photo:
    """Change what is said of a photograph; what was published is looked at once more first.

    Raises PhotoStandsSo, PhotoUndescribed, WordsHoldNumbers.
    """
    require(actor, "bases.keep_base", at=photo.base.place)
    found = _locked(photo, *_SHOWN)
    _describe(found, facts)
    found.status, found.review_note, found.version = Status.WAITING, "", found.version + 1
    found.save(update_fields=["caption", "alt", "credit", "status", "review_note", "version"])
    tell(PhotoChanged(found.base_id, found.pk), found.base, actor, caption=found.caption)
    return found


@transaction.atomic
def move_photo(*, photo: Photo, up: bool, actor: Actor) -> Photo:
    """Let a photograph change places with the one before or behind it. Raises PhotoStandsSo."""
    require(actor, "bases.keep_base", at=photo.base.place)
    found = _locked(photo, *_SHOWN)
    others = found.base.photos.filter(status__in=_SHOWN)
    if up:
        other = others.filter(number__lt=found.number).order_by("-number").first()
    else:
        other = others.filter(number__gt=found.number).order_by("number").first()
    if other is None:
        raise PhotoStandsSo(caption=found.caption)
    found.number, other.number = other.number, found.number
    Photo.objects.bulk_update([found, other], ["number"])
    tell(PhotoChanged(found.base_id, found.pk), found.base, actor, number=found.number)
    return found


@transaction.atomic
def make_cover(*, photo: Photo, actor: Actor) -> Photo:
    """Show a photograph first and where there is room for one only. Raises PhotoStandsSo."""
    require(actor, "bases.keep_base", at=photo.base.place)
    found = _locked(photo, *_SHOWN)
    found.base.photos.filter(is_cover=True).update(is_cover=False)
    found.is_cover = True
    found.save(update_fields=["is_cover"])
    tell(PhotoChanged(found.base_id, found.pk), found.base, actor, cover=True)
    return found


@transaction.atomic
def review_photo(*, photo: Photo, accept: bool, note: str, version: int, actor: Actor) -> Photo:
    """Let everybody see a photograph as its `version` was seen, or return it with the reason.

    Raises PhotoStandsSo, PhotoIsOwn, PhotoNoteMissing.
    """
    require(actor, "bases.publish_photo", at=photo.base.place)
    found = _locked(photo, Status.WAITING)
    if found.version != version:
        raise PhotoStandsSo(caption=found.caption)
    if actor.account_id is not None and actor.account_id == found.added_by_id:
        raise PhotoIsOwn(caption=found.caption)
    if not accept and not note.strip():
        raise PhotoNoteMissing
    found.status = Status.PUBLISHED if accept else Status.RETURNED
    found.review_note = "" if accept else note.strip()
    found.reviewed_at, found.reviewed_by_id = clock.now(), actor.account_id
    found.save(update_fields=["status", "review_note", "reviewed_at", "reviewed_by"])
    tell(PhotoReviewed(found.base_id, found.pk), found.base, actor, status=found.status, note=found.review_note)
    return found


@transaction.atomic
def take_down_photo(*, photo: Photo, actor: Actor) -> Photo:
    """Show a photograph to nobody from now on; it can be brought back. Raises PhotoStandsSo."""
    require(actor, "bases.keep_base", at=photo.base.place)
    found = _locked(photo, *_SHOWN)
    found.status, found.is_cover, found.review_note = Status.DOWN, False, ""
    found.save(update_fields=["status", "is_cover", "review_note"])
    tell(PhotoTakenDown(found.base_id, found.pk), found.base, actor)
    return found


@transaction.atomic
def bring_back_photo(*, photo: Photo, actor: Actor) -> Photo:
    """Hand a photograph that was taken down in for review again. Raises PhotoStandsSo, PhotosFull."""
    require(actor, "bases.keep_base", at=photo.base.place)
    found = _locked(photo, Status.DOWN)
    _must_fit(found.base)
    found.status = Status.WAITING
    found.save(update_fields=["status"])
    tell(PhotoBroughtBack(found.base_id, found.pk), found.base, actor)
    return found
