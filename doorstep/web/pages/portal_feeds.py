"""What other programs read of the portal: news and openings, a calendar, the list of pages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from doorstep.classes.queries.public import PublicSession, coming_classes, public_campaign
from doorstep.classes.rules.ical import Event, calendar_bytes
from doorstep.core import clock
from doorstep.core.public import public_view
from doorstep.notices.queries.public import public_news
from doorstep.web.queries.portal import sitemap_paths

IN_FEED, IN_CALENDAR = 40, 200


Entry = tuple[datetime, str, str, str]  # since when, what, more of it, the path of its page


def _feed(request: HttpRequest, title: str, page: str, description: str, entries: Iterable[Entry]) -> HttpResponse:
    """The newest entries as RSS."""
    made = Rss201rev2Feed(
        title=title,
        link=request.build_absolute_uri(page),
        description=description,
        language=get_language(),
        feed_url=request.build_absolute_uri(request.path),
    )
    for moment, what, says, path in sorted(entries, reverse=True)[:IN_FEED]:
        address = request.build_absolute_uri(path)
        made.add_item(title=what, link=address, description=says, pubdate=moment, unique_id=address)
    return HttpResponse(made.writeString("utf-8"), content_type="application/rss+xml; charset=utf-8")


@public_view(seconds=600)
def feed(request: HttpRequest) -> HttpResponse:
    """News and classes one can still join, as RSS, the newest first."""
    entries = [
        (one.published_at, one.title, one.summary, reverse("web:portal_article", args=[one.id]))
        for one in public_news(most=IN_FEED)
    ]
    for one in coming_classes(IN_FEED):
        says = f"{one.starts_on:%Y-%m-%d}　{one.where}　{one.unit}"
        entries.append((one.changed_at, one.title, says, reverse("web:portal_class", args=[one.id])))
    description = _("新发布的文章，和还在报名的班")
    return _feed(request, _("家门口　动态和近期开班"), reverse("web:portal"), description, entries)


@public_view(kind="public_campaign", seconds=600)
def campaign_feed(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The next lectures of a campaign or series, as RSS."""
    found = public_campaign(campaign_id, IN_FEED)
    entries = [
        (
            one.announced_at,
            one.title,
            f"{clock.local(one.starts_at):%Y-%m-%d %H:%M}　{one.where}",
            f"{reverse('web:portal_class', args=[one.class_id])}#{one.number}",
        )
        for one in found.lectures
    ]
    page = reverse("web:portal_campaign", args=[found.id])
    return _feed(request, f"{found.title}　{found.unit}", page, found.about, entries)


def _calendar(
    request: HttpRequest, name: str, file: str, sessions: Iterable[tuple[str, PublicSession]]
) -> HttpResponse:
    """Sittings, each after the words that stand before its title, for anybody's calendar."""
    host = request.get_host()
    events = (
        Event(
            uid=f"class-{session.class_id}-{session.number}@{host}",
            summary=f"{of_what}　{session.title}",
            starts=session.starts_at,
            ends=session.ends_at,
            stamp=session.announced_at,
            location=session.where,
            url=request.build_absolute_uri(reverse("web:portal_class", args=[session.class_id])),
        )
        for of_what, session in sessions
    )
    answer = HttpResponse(calendar_bytes(name, events), content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = f'inline; filename="{file}.ics"'
    return answer


@public_view(seconds=600)
def calendar(request: HttpRequest) -> HttpResponse:
    """The sessions of the classes one can still join."""
    sessions = ((one.title, session) for one in coming_classes(IN_CALENDAR) for session in one.sessions)
    return _calendar(request, _("家门口　近期开班"), "doorstep", sessions)


@public_view(kind="public_campaign", seconds=600)
def campaign_calendar(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """The next lectures of a campaign or series."""
    found = public_campaign(campaign_id, IN_CALENDAR)
    sessions = ((found.title, one) for one in found.lectures)
    return _calendar(request, found.title, f"lectures-{found.id}", sessions)


@public_view(seconds=3600)
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every public page, for search engines."""
    addresses = [request.build_absolute_uri(path) for path in sitemap_paths()]
    return render(request, "web/portal/sitemap.xml", {"addresses": addresses}, content_type="application/xml")


@public_view(seconds=3600)
def robots(request: HttpRequest) -> HttpResponse:
    """Search engines may read the portal and nothing else."""
    lines = [
        "User-agent: *",
        f"Allow: {reverse('web:portal')}",
        "Allow: /static/",
        f"Disallow: {reverse('web:portal_look')}",
        f"Disallow: {reverse('web:portal_search')}",
        "Disallow: /",
        f"Sitemap: {request.build_absolute_uri(reverse('web:sitemap'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
