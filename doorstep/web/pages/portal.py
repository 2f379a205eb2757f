"""The public portal: what the network offers, without a login and without a person."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from doorstep.bases.queries.photos_public import covers_public, photos_public
from doorstep.bases.queries.public import bases_listed, places_sketch, public_belt, public_place
from doorstep.catalogue.queries.packages_public import packages_of_route
from doorstep.catalogue.queries.public import (
    courses_shown,
    public_course,
    public_day,
    public_route_sketch,
    routes_past,
    routes_shown,
)
from doorstep.classes.queries.public import (
    classes_shown,
    coming_classes,
    public_campaign,
    public_campaigns,
    public_class,
)
from doorstep.core import clock
from doorstep.core.errors import NotFound
from doorstep.core.numbers import whole
from doorstep.core.public import SHARE_SIZE, public_view, share_of
from doorstep.core.views import view_rule
from doorstep.notices.queries.public import fixed_texts, public_article, public_news
from doorstep.web.queries.portal import CLASSES_FIRST, found_publicly, front_page
from doorstep.web.queries.portal_pictures import (
    Picture,
    belts_with_covers,
    large_of,
    route_cards,
    route_pictures,
    scene_of,
)

NEWS_A_PAGE, LECTURES_SHOWN, LECTURES_LISTED, LONGEST_SEARCH, PACKAGES_ON_ROUTE = 20, 3, 30, 40, 8
A_YEAR = 365 * 24 * 3600


def shared_page(
    request: HttpRequest,
    name: str,
    shown: dict[str, Any],
    *,
    about: str = "",
    title: str = "",
    picture: Picture | None = None,
) -> HttpResponse:
    """A page with what it says of itself where it is shared."""
    image, size = (picture.address, (picture.width, picture.height)) if picture else ("", SHARE_SIZE)
    share = share_of(request, title=title, about=about, image=image, size=size)
    return render(request, f"web/portal/{name}.html", {**shown, "share": share})


@public_view()
def portal(request: HttpRequest) -> HttpResponse:
    """The front page."""
    return shared_page(request, "front", front_page())


@public_view()
def routes(request: HttpRequest) -> HttpResponse:
    """The routes one can book."""
    found = routes_shown(request.GET.dict())
    return shared_page(request, "routes", {"page": found, "cards": route_cards(found.rows)}, title=_("精品路线"))


@public_view(kind="public_route")
def route(request: HttpRequest, route_id: int) -> HttpResponse:
    """One route: how the day goes and where it leads."""
    day = public_day(route_id)
    about = _("%(county)s，%(n)s 站，%(length)s") % {
        "county": day.route.county_name,
        "n": day.route.stop_count,
        "length": day.length,
    }
    poster, cover = route_pictures(day)
    packages, has_more = packages_of_route(route_id, PACKAGES_ON_ROUTE)
    shown = {
        "day": day,
        "route": day.route,
        "packages": packages,
        "has_more": has_more,
        "poster": poster,
        "cover": cover,
        "scene": scene_of(day.route.county),
    }
    return shared_page(request, "route", shown, title=day.route.name, about=about, picture=poster or cover)


def _sketch(request: HttpRequest, title: str, sketch: Any, *, is_way: bool = False) -> HttpResponse:
    if sketch is None:
        raise NotFound
    shown = {"sketch": sketch, "title": title, "is_way": is_way}
    return render(request, "bases/places_map.svg", shown, content_type="image/svg+xml")


@public_view(kind="public_route", seconds=3600)
def route_map(request: HttpRequest, route_id: int) -> HttpResponse:
    """Where the stops of a route lie, as a picture beside their timetable."""
    name, sketch = public_route_sketch(route_id)
    return _sketch(request, name, sketch, is_way=True)


@public_view()
def bases(request: HttpRequest) -> HttpResponse:
    """Where training can happen."""
    found = bases_listed(request.GET.dict())
    covers = covers_public(base.id for base in found.rows)
    rows = [(base, covers.get(base.id)) for base in found.rows]
    return shared_page(request, "bases", {"page": found, "rows": rows}, title=_("阵地"))


@public_view(kind="public_base")
def base(request: HttpRequest, base_id: int) -> HttpResponse:
    """One place: its rooms, its week, what goes on there."""
    found = public_place(base_id)
    photos = photos_public([base_id]).get(base_id, [])
    shown = {
        "place": found,
        "photos": photos,
        "base": found.base,
        "routes": routes_past(base_id),
        "classes": coming_classes(CLASSES_FIRST, base_id=base_id),
        "scene": scene_of(found.base.county),
    }
    about = f"{found.base.kind_word}　{found.base.county_name}　{found.base.theme}".strip()
    picture = large_of(photos[0]) if photos else None
    return shared_page(request, "place", shown, title=found.base.name, about=about, picture=picture)


@public_view(kind="public_base", seconds=3600)
def base_map(request: HttpRequest, base_id: int) -> HttpResponse:
    """Where a place lies in its county."""
    found = public_place(base_id).base
    return _sketch(request, found.name, places_sketch([found]))


@public_view()
def belts(request: HttpRequest) -> HttpResponse:
    """Places that belong together under one theme."""
    return shared_page(request, "belts", {"rows": belts_with_covers()}, title=_("示范带"))


@public_view(kind="public_belt")
def belt(request: HttpRequest, base_id: int) -> HttpResponse:
    """One belt with its places."""
    found = public_belt(base_id)
    covers = covers_public(place.id for place in found.places)
    rows = [(place, covers.get(place.id)) for place in found.places]
    picture = next((large_of(cover) for place, cover in rows if cover), None)
    shown = {"belt": found, "rows": rows}
    about = f"{found.county_name}　{found.theme}"
    return shared_page(request, "belt", shown, title=found.name, about=about, picture=picture)


@public_view(kind="public_belt", seconds=3600)
def belt_map(request: HttpRequest, base_id: int) -> HttpResponse:
    """Where the places of a belt lie, numbered as in their table."""
    found = public_belt(base_id)
    return _sketch(request, found.name, places_sketch(found.places))


@public_view()
def courses(request: HttpRequest) -> HttpResponse:
    """What is taught."""
    return shared_page(request, "courses", {"page": courses_shown(request.GET.dict())}, title=_("课程"))


@public_view(kind="public_course")
def course(request: HttpRequest, course_id: int) -> HttpResponse:
    """One course: how, how long, for whom, about what."""
    found = public_course(course_id)
    return shared_page(request, "course", {"course": found}, title=found.title, about=found.kind_word)


@public_view()
def classes(request: HttpRequest) -> HttpResponse:
    """What begins soon and still takes names."""
    return shared_page(request, "classes", {"page": classes_shown(request.GET.dict())}, title=_("近期开班"))


@public_view(kind="public_class")
def one_class(request: HttpRequest, class_id: int) -> HttpResponse:
    """One class: when, where, what, how many seats are left."""
    found = public_class(class_id)
    about = f"{found.starts_on:%Y-%m-%d}　{found.where}　{found.unit}"
    return shared_page(request, "class", {"one": found}, title=found.title, about=about)


@public_view()
def campaigns(request: HttpRequest) -> HttpResponse:
    """Campaigns and lecture series with what comes next."""
    shown = {"campaigns": public_campaigns(LECTURES_SHOWN)}
    return shared_page(request, "campaigns", shown, title=_("专项活动和系列讲座"))


@public_view(kind="public_campaign")
def campaign(request: HttpRequest, campaign_id: int) -> HttpResponse:
    """One campaign or series: how far it is, and its next lectures."""
    found = public_campaign(campaign_id, LECTURES_LISTED)
    about = found.about or f"{found.kind_word}　{found.unit}"
    shown = {"one": found, "is_over": found.ends_on < clock.today()}
    return shared_page(request, "campaign", shown, title=found.title, about=about)


@public_view()
def news(request: HttpRequest) -> HttpResponse:
    """What departments have published."""
    said = request.GET.get("before", "")
    before = whole(said) or 0
    found = public_news(most=NEWS_A_PAGE + 1, before=before)
    older = f"?before={found[NEWS_A_PAGE - 1].id}" if len(found) > NEWS_A_PAGE else ""
    return shared_page(request, "news", {"news": found[:NEWS_A_PAGE], "older": older}, title=_("动态"))


@public_view(kind="public_article")
def article(request: HttpRequest, article_id: int) -> HttpResponse:
    """One published article."""
    found = public_article(article_id)
    return shared_page(request, "article", {"article": found}, title=found.title, about=found.summary)


@public_view()
def how_to(request: HttpRequest) -> HttpResponse:
    """What a branch or an organisation from elsewhere does to come, and whom it calls."""
    return shared_page(request, "how_to", {"texts": fixed_texts()}, title=_("怎么点单"))


@public_view(seconds=60)
def search(request: HttpRequest) -> HttpResponse:
    """Routes, packages, bases, courses, cases and classes by Chinese or pinyin initials."""
    text = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    groups = found_publicly(text) if text else []
    return shared_page(request, "search", {"q": text, "groups": groups}, title=_("搜索"))


@view_rule("", kind="none", public=True)
@require_GET
def look(request: HttpRequest) -> HttpResponse:
    """Type size and language of a visitor, in cookies; a link and no form, so that public pages hold no secret."""
    wanted = request.GET.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()})
    answer = redirect(wanted if is_ours else reverse("web:portal"))
    size, language = request.GET.get("type_size"), request.GET.get("language")
    if size in ("normal", "large"):
        answer.set_cookie("type_size", size, max_age=A_YEAR, samesite="Lax", httponly=True)
    if language in dict(settings.LANGUAGES):
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=A_YEAR, samesite="Lax")
    answer.headers["Cache-Control"] = "no-store"
    return answer
