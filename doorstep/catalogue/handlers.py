"""What is said of scenes: to who handed one in and who keeps the place, once the level above has looked at it."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from doorstep.catalogue.events import PanoramaPublished, PanoramaReturned
from doorstep.catalogue.queries.panoramas_states import panorama_told
from doorstep.directory.queries.recipients import accounts_nearest
from doorstep.notices.handlers import tells
from doorstep.notices.rules.texts import Letter, state_text

PUBLISHED = state_text(
    "catalogue.panorama_published",
    _("实景发布了：%(base)s　%(title)s"),
    _("上级看过了，从现在起来的人看到的就是这一份。"),
)
RETURNED = state_text(
    "catalogue.panorama_returned",
    _("实景被退回：%(base)s　%(title)s"),
    _("%(note)s　请改好，再报送一次。已经公开的还是原来的样子。"),
)


@tells(PanoramaPublished)
def tell_published(happened: PanoramaPublished) -> Iterable[Letter]:
    """A scene is shown: who handed it in, and who keeps the place."""
    yield _letter(PUBLISHED, happened.panorama_id)


@tells(PanoramaReturned)
def tell_returned(happened: PanoramaReturned) -> Iterable[Letter]:
    """A scene was given back: who handed it in, and who keeps the place."""
    yield _letter(RETURNED, happened.panorama_id)


def _letter(text: str, panorama_id: int) -> Letter:
    row = panorama_told(panorama_id)
    fields = {"base": row.base.name, "title": row.title, "note": row.review_note}
    own = [row.handed_in_by_id] if row.handed_in_by_id else []
    to = [*own, *accounts_nearest("catalogue.keep_panorama", [row.place])]
    return Letter(text, to, fields, reverse("catalogue:panorama", args=[row.pk]))
