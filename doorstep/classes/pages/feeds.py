"""Addresses of calendars: making and ending one's own, and what other programs read there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_POST, require_safe

from doorstep.classes.models import CalendarFeed
from doorstep.classes.queries.feeds import Calendar, calendar_of, feed_of_secret, feeds_of, subject_of
from doorstep.classes.rules.calendars import Entry
from doorstep.classes.rules.ical import CANCELLED, CONFIRMED, TENTATIVE, Event, calendar_bytes
from doorstep.classes.services.feeds import make_feed, note_reading, revoke_feed
from doorstep.core.errors import NotFound
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule

SECONDS = 900  # for how long a program may keep what it read
View = Callable[..., HttpResponse]


def _asked(asked: Any) -> tuple[str, int | None]:
    """The kind and the id of a calendar as it was sent; raises NotFound."""
    kind, thing = str(asked.get("kind", "")), str(asked.get("thing", ""))
    if kind not in CalendarFeed.Kind.values or (thing and not (thing.isdecimal() and len(thing) <= 9)):
        raise NotFound
    return kind, int(thing) if thing else None


@view_rule("classes.keep_feed", kind="none")
def feeds(request: DoorstepRequest) -> HttpResponse:
    """One's own addresses; a new one is shown once."""
    actor, secret, made, wanted = request.actor, "", None, None
    if request.method == "POST":
        kind, thing = _asked(request.POST)
        made, secret = make_feed(kind=kind, thing_id=thing, actor=actor)
    elif "kind" in request.GET:
        kind, thing = _asked(request.GET)
        wanted = {"kind": kind, "thing": thing or "", "name": subject_of(kind, thing, actor)[0]}
    address = request.build_absolute_uri(reverse("classes:feed", args=[secret])) if secret else ""
    shown = {
        "feeds": list(feeds_of(actor)),
        "address": address,
        "phone_address": "webcal" + address[address.index(":") :] if address else "",
        "made": made,
        "wanted": wanted,
        "may_own": actor.person_id is not None,
    }
    # The secret is in no address of this page; without a referrer the form on it would be refused as forged.
    return render(request, "classes/feeds.html", shown)


@view_rule("classes.keep_feed", kind="own_feed")
@require_POST
def feed_revoke(request: DoorstepRequest, feed_id: int) -> HttpResponse:
    """Make one of one's own addresses useless."""
    revoke_feed(feed_id=feed_id, actor=request.actor)
    return redirect("classes:feeds")


def _kept_private(view: View) -> View:
    """What is read there belongs to whoever has the address, and is found by nobody through it."""

    @wraps(view)
    def kept(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answer = view(request, *args, **kwargs)
        answer.headers["Cache-Control"] = f"private, max-age={SECONDS}"
        answer.headers["Referrer-Policy"] = "no-referrer"
        answer.headers["X-Robots-Tag"] = "noindex, nofollow"
        return answer

    return kept


@view_rule("", kind="feed", public=True)
@require_safe
@conditional_page
@_kept_private
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """A calendar for other programs, in the first language of the product; without the address it is not there."""
    found, owner = feed_of_secret(secret)
    with translation.override("zh-hans"):
        calendar = calendar_of(found, owner)
        body = calendar_bytes(_called(found, calendar), _events(calendar, request.get_host()), part="feed")
    note_reading(feed=found, actor=owner)
    answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'inline; filename="doorstep.ics"'
    return answer


def _called(found: CalendarFeed, calendar: Calendar) -> str:
    return _("家门口　%(name)s") % {"name": calendar.name}


def _events(calendar: Calendar, host: str) -> list[Event]:
    return [_event(one, host) for one in sorted(calendar.entries, key=lambda one: (one.starts_at, one.uid))]


def _event(one: Entry, host: str) -> Event:
    status = CANCELLED if one.is_cancelled else TENTATIVE if one.state in ("invited", "held", "draft") else CONFIRMED
    return Event(
        uid=f"{one.uid}@{host}",
        summary=one.title,
        starts=one.starts_at.date() if one.is_all_day else one.starts_at,
        ends=one.ends_at.date() if one.is_all_day else one.ends_at,
        stamp=one.changed_at or one.starts_at,
        location=one.where,
        sequence=one.revision,
        status=status,
    )
