"""Photographs of places as they are read by those who have signed in."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from doorstep.bases.models import Base, Photo
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import visible_filter, visible_to

WIDTHS = (480, 1280)


def photos_visible_to(actor: Actor) -> QuerySet[Photo]:
    """The photographs `actor` may see: published ones, and all of the places they keep."""
    rows = visible_to(actor, "bases.view_base", Photo.objects.all(), place="base__place")
    own = visible_filter(actor, "bases.keep_base", place="base__place")
    published = Q(status=Photo.Status.PUBLISHED)
    return rows.filter(published if own is None else published | own).select_related("base__unit")


def photo_by_id(photo_id: int, actor: Actor) -> Photo:
    """One photograph that `actor` may see, with its base; raises NotFound."""
    found = photos_visible_to(actor).filter(pk=photo_id).first()
    if found is None:
        raise NotFound
    return found


def photo_to_keep(photo_id: int, actor: Actor) -> Photo:
    """One photograph of a place that `actor` keeps, with its base; raises NotFound."""
    rows = visible_to(actor, "bases.keep_base", Photo.objects.all(), place="base__place")
    found = rows.select_related("base__unit").filter(pk=photo_id).first()
    if found is None:
        raise NotFound
    return found


def photos_of(base: Base, actor: Actor) -> list[Photo]:
    """The photographs of a base that `actor` may see, in their order; what was taken down last."""
    rows = list(photos_visible_to(actor).filter(base=base).order_by("number"))
    return sorted(rows, key=lambda one: one.status == Photo.Status.DOWN)


def photos_shown(base: Base) -> list[Photo]:
    """The published photographs of a base, the cover first, then in their order."""
    return list(base.photos.filter(status=Photo.Status.PUBLISHED).order_by("-is_cover", "number"))


def photos_to_review(actor: Actor) -> QuerySet[Photo]:
    """What waits for this actor's word, the oldest first; not what they handed in themselves."""
    rows = Photo.objects.filter(status=Photo.Status.WAITING)
    if actor.account_id is not None:
        rows = rows.exclude(added_by=actor.account_id)
    found = visible_to(actor, "bases.publish_photo", rows, place="base__place")
    return found.select_related("base").order_by("added_at", "pk")


def photos_to_mend(actor: Actor) -> QuerySet[Photo]:
    """What was returned to this actor's own places and not changed since, the oldest first."""
    rows = Photo.objects.filter(status=Photo.Status.RETURNED)
    found = visible_to(actor, "bases.keep_base", rows, place="base__place")
    return found.select_related("base").order_by("reviewed_at", "pk")


def file_of(photo: Photo, width: int) -> str:
    """The name under which a photograph is kept in one of its two widths; raises NotFound for any other."""
    if width not in WIDTHS:
        raise NotFound
    return photo.small if width == WIDTHS[0] else photo.large
