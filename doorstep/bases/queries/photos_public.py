"""What anybody may read of places without signing in; nothing personal is in it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from doorstep.bases.models import Photo
from doorstep.bases.queries.photos import WIDTHS
from doorstep.bases.queries.public import HOMES
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


def _shown() -> QuerySet[Photo]:
    rows = Photo.objects.filter(base__valid_to=None, status=Photo.Status.PUBLISHED)
    return rows.exclude(base__kind__in=HOMES)


def covers_public(base_ids: Iterable[int]) -> dict[int, PublicPhoto]:
    """base id -> the photograph that stands for it: its cover, else its first; those without any are left out."""
    return {base_id: photos[0] for base_id, photos in photos_public(base_ids).items()}


def photos_public(base_ids: Iterable[int]) -> dict[int, list[PublicPhoto]]:
    """base id -> its published photographs, the cover first; homes, ended bases and those without any are left out."""
    wanted = set(base_ids)
    if not wanted:
        return {}
    found: dict[int, list[PublicPhoto]] = {}
    for one in _shown().filter(base__in=wanted).order_by("base", "-is_cover", "number"):
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
    """The published photograph under a key, of a base in use that is nobody's home; raises NotFound."""
    found = _shown().filter(key=key).first()
    if found is None:
        raise NotFound
    return found
