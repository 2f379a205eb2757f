"""Making and ending addresses under which calendars are read without signing in."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from doorstep.classes.events import FeedMade, FeedRevoked
from doorstep.classes.models import CalendarFeed
from doorstep.classes.queries.feeds import digest_of, subject_of
from doorstep.classes.services.locking import lock_feeds
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.events import record
from doorstep.core.permissions import require

_BYTES = 32
NOTED_EVERY = timedelta(hours=1)


@transaction.atomic
def make_feed(*, kind: str, thing_id: int | None, actor: Actor) -> tuple[CalendarFeed, str]:
    """A new secret address for one's own calendar, or that of a base, teacher or route; the one before it ends.

    Returns the secret, which is kept nowhere. Raises NotFound for what is not theirs to see.
    """
    require(actor, "classes.keep_feed")
    subject_of(kind, thing_id, actor)
    account_id = actor.account_id
    if account_id is None:
        raise NotFound
    lock_feeds(account_id)
    thing = {} if thing_id is None else {f"{kind}_id": thing_id}
    rows = CalendarFeed.objects.filter(account=account_id, kind=kind, revoked_at=None, **thing)
    rows.update(revoked_at=clock.now())
    secret = secrets.token_urlsafe(_BYTES)
    feed = CalendarFeed.objects.create(
        account_id=account_id, kind=kind, digest=digest_of(secret), made_at=clock.now(), **thing
    )
    _note(FeedMade(feed.pk), feed, actor)
    return feed, secret


@transaction.atomic
def revoke_feed(*, feed_id: int, actor: Actor) -> None:
    """Make one of one's own addresses useless from now on; raises NotFound for anybody else's."""
    require(actor, "classes.keep_feed")
    own = CalendarFeed.objects.filter(pk=feed_id, account=actor.account_id or 0)
    feed = own.select_for_update().first()
    if feed is None:
        raise NotFound
    if feed.revoked_at is None:
        feed.revoked_at = clock.now()
        feed.save(update_fields=["revoked_at"])
        _note(FeedRevoked(feed.pk), feed, actor)


def note_reading(*, feed: CalendarFeed, actor: Actor) -> None:
    """Remember that an address was read; at most once an hour, so that reading stays reading."""
    require(actor, "classes.keep_feed")
    moment = clock.now()
    if feed.read_at is None or feed.read_at <= moment - NOTED_EVERY:
        due = Q(read_at=None) | Q(read_at__lte=moment - NOTED_EVERY)
        rows = CalendarFeed.objects.filter(due, pk=feed.pk, revoked_at=None)
        rows.update(read_at=moment)


def _note(happened: FeedMade | FeedRevoked, feed: CalendarFeed, actor: Actor) -> None:
    place = actor.grants[0].place if actor.grants else ""
    record(
        happened, actor=actor, place=place, county="", subject=("calendar_feed", feed.pk), detail={"kind": feed.kind}
    )
