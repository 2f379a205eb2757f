"""Whose calendar an address is of, what stands in it, and which addresses somebody has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from doorstep.bases.queries.calendars import base_with_venues
from doorstep.catalogue.queries.public import route_for_all
from doorstep.classes.models import CalendarFeed
from doorstep.classes.queries.calendars import (
    Span,
    entries_of_base,
    entries_of_person,
    entries_of_route,
    entries_of_teacher,
)
from doorstep.classes.rules.calendars import Entry
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.crypto import sign
from doorstep.core.errors import NotFound
from doorstep.directory.queries import actor_of_account_id
from doorstep.faculty.queries.calendars import knows_lessons
from doorstep.faculty.queries.teachers import teacher_by_id, teacher_of_person

PURPOSE = "calendar feed"
SINCE, UNTIL = timedelta(days=60), timedelta(days=400)  # what an address shows, around today
KIND = CalendarFeed.Kind


@dataclass(frozen=True, slots=True)
class Calendar:
    """What one reads under an address: its name, and what stands in it."""

    name: str
    entries: list[Entry]


def digest_of(secret: str) -> bytes:
    """Under which digest a secret is kept."""
    return sign(secret, purpose=PURPOSE)


def feed_of_secret(secret: str) -> tuple[CalendarFeed, Actor]:
    """A living address and whoever made it, with the rights they have today; raises NotFound.

    An account that was disabled, or holds no role any more, reads nothing.
    """
    feed = CalendarFeed.objects.filter(digest=digest_of(secret), revoked_at=None).first()
    if feed is None:
        raise NotFound
    owner = actor_of_account_id(feed.account_id)
    if not owner.grants:
        raise NotFound
    return feed, owner


def feeds_of(actor: Actor) -> QuerySet[CalendarFeed]:
    """One's own living addresses, the latest first."""
    rows = CalendarFeed.objects.filter(account=actor.account_id or 0, revoked_at=None)
    return rows.select_related("base", "teacher", "route").order_by("-made_at", "-pk")


def subject_of(kind: str, thing_id: int | None, actor: Actor) -> tuple[str, Any]:
    """The name and the base, teacher or route of a calendar; raises NotFound for what is not theirs to see."""
    if kind == KIND.PERSON and thing_id is None and actor.person_id is not None:
        return str(KIND.PERSON.label), None
    if kind == KIND.BASE and thing_id is not None:
        base = base_with_venues(thing_id, actor)
        return base.name, base
    if kind == KIND.TEACHER and thing_id is not None:
        teacher = teacher_by_id(thing_id, actor)
        return _("%(name)s老师的课") % {"name": teacher.name}, teacher
    if kind == KIND.ROUTE and thing_id is not None:
        route = route_for_all(thing_id)
        return route.name, route
    raise NotFound


def calendar_of(feed: CalendarFeed, owner: Actor) -> Calendar:
    """What stands under an address for its owner as of today; raises NotFound when it is not theirs to see any more."""
    name, thing = subject_of(feed.kind, feed.thing_id, owner)
    midnight = clock.at_local(clock.today(), 0)
    span = Span(midnight - SINCE, midnight + UNTIL, is_feed=True)
    return Calendar(name, _entries(feed.kind, thing, span, owner))


def _entries(kind: str, thing: Any, span: Span, owner: Actor) -> list[Entry]:
    if kind == KIND.BASE:
        return entries_of_base(thing, span, owner)
    if kind == KIND.TEACHER:
        return entries_of_teacher(thing, span, owner, knows=knows_lessons(thing, owner))
    if kind == KIND.ROUTE:
        return entries_of_route(thing.pk, thing.name, span)
    person = owner.person_id or 0
    own, taught = entries_of_person(person, span, owner), teacher_of_person(person)
    lessons = entries_of_teacher(taught, span, owner, knows=True) if taught else []
    known = {one.uid for one in own}
    return [*own, *(one for one in lessons if one.uid not in known)]
