"""What anybody may read of places without signing in; nothing personal is in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from doorstep.bases.models import Photo
from doorstep.bases.queries.photos import WIDTHS
from doorstep.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class PublicPhoto:
    """A published photograph: `key` and a width of WIDTHS make the address `bases:photo_public`; sizes in pixels."""

    base_id: int
    key: UUID
    caption: str
    alt: str
    credit: str
    is_cover: bool
    width: int
    height: int
    widths: tuple[int, ...] = WIDTHS


def photos_public(base_ids: Iterable[int]) -> dict[int, list[PublicPhoto]]:
    """base id -> its published photographs, the cover first; ended bases and those without any are left out."""
    rows = Photo.objects.filter(base__in=set(base_ids), base__valid_to=None, status=Photo.Status.PUBLISHED)
    found: dict[int, list[PublicPhoto]] = {}
    for one in rows.order_by("base", "-is_cover", "number"):
        shown = PublicPhoto(
            base_id=one.base_id,
            key=one.key,
            caption=one.caption,
            alt=one.alt,
            credit=one.credit,
            is_cover=one.is_cover,
            width=one.width,
            height=one.height,
        )
        found.setdefault(one.base_id, []).append(shown)
    return found


def published_photo(key: UUID) -> Photo:
    """The published photograph under a key nobody can guess, of a base in use; raises NotFound."""
    rows = Photo.objects.filter(key=key, status=Photo.Status.PUBLISHED, base__valid_to=None)
    found = rows.first()
    if found is None:
        raise NotFound
    return found
