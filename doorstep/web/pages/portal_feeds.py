"""What other programs read of the portal: news and openings, a calendar, the list of pages."""

from __future__ import annotations

from datetime import timedelta

import icalendar
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from doorstep.classes.queries.public import coming_classes
from doorstep.core.public import public_view
from doorstep.notices.queries.public import public_news
from doorstep.web.queries.portal import sitemap_paths

IN_FEED, IN_CALENDAR = 40, 200
CALENDAR_REFRESH = timedelta(hours=6)


@public_view(seconds=600)
def feed(request: HttpRequest) -> HttpResponse:
    """News and classes one can still join, as RSS, the newest first."""
    made = Rss201rev2Feed(
        title=_("家门口　动态和近期开班"),
        link=request.build_absolute_uri(reverse("web:portal")),
        description=_("新发布的文章，和还在报名的班"),
        language=get_language(),
        feed_url=request.build_absolute_uri(request.path),
    )
    entries = [
        (one.published_at, one.title, one.summary, reverse("web:portal_article", args=[one.id]))
        for one in public_news(most=IN_FEED)
    ]
    for one in coming_classes(IN_FEED):
        says = f"{one.starts_on:%Y-%m-%d}　{one.where}　{one.unit}"
        entries.append((one.changed_at, one.title, says, reverse("web:portal_class", args=[one.id])))
    for moment, title, says, path in sorted(entries, reverse=True)[:IN_FEED]:
        address = request.build_absolute_uri(path)
        made.add_item(title=title, link=address, description=says, pubdate=moment, unique_id=address)
    return HttpResponse(made.writeString("utf-8"), content_type="application/rss+xml; charset=utf-8")


@public_view(seconds=600)
def calendar(request: HttpRequest) -> HttpResponse:
    """The sessions of the classes one can still join, for anybody's calendar."""
    made = icalendar.Calendar()
    made.add("prodid", "-//Doorstep//portal//ZH")
    made.add("version", "2.0")
    made.add("x-wr-calname", _("家门口　近期开班"))
    made.add("x-wr-timezone", "Asia/Shanghai")
    made.add("refresh-interval", CALENDAR_REFRESH, parameters={"value": "DURATION"})
    host = request.get_host()
    for one in coming_classes(IN_CALENDAR):
        for session in one.sessions:
            entry = icalendar.Event()
            entry.add("uid", f"class-{one.id}-{session.number}@{host}")
            entry.add("dtstamp", one.changed_at)
            entry.add("dtstart", session.starts_at)
            entry.add("dtend", session.ends_at)
            entry.add("summary", f"{one.title}　{session.title}")
            entry.add("location", session.where)
            entry.add("url", request.build_absolute_uri(reverse("web:portal_class", args=[one.id])))
            made.add_component(entry)
    answer = HttpResponse(made.to_ical(), content_type="text/calendar; charset=utf-8")
    answer.headers["Content-Disposition"] = 'inline; filename="doorstep.ics"'
    return answer


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
