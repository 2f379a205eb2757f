"""What happens to the addresses of calendars."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from doorstep.core.events import event


@event("classes.feed_made", _("生成日历订阅地址"))
@dataclass(frozen=True, slots=True)
class FeedMade:
    """A secret address of a calendar was made; the one before it is of no use any more."""

    feed_id: int


@event("classes.feed_revoked", _("停用日历订阅地址"))
@dataclass(frozen=True, slots=True)
class FeedRevoked:
    """A secret address of a calendar was ended."""

    feed_id: int
