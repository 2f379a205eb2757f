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

from doorstep.bases.queries.public import bases_listed, places_sketch, public_belt, public_belts, public_place
from doorstep.catalogue.queries.panoramas_shown import routes_with_scenes
from doorstep.catalogue.queries.public import (
    courses_shown,
    public_course,
    public_day,
    public_route_sketch,
    routes_past,
    routes_shown,
)
from doorstep.classes.queries.public import classes_shown, coming_classes, public_campaigns, public_class
from doorstep.core.errors import NotFound
from doorstep.core.public import public_view
from doorstep.core.views import view_rule
from doorstep.notices.queries.public import fixed_texts, public_article, public_news
from doorstep.web.queries.portal import CLASSES_FIRST, found_publicly, front_page, scene_of

NEWS_A_PAGE, LECTURES_SHOWN, LONGEST_SEARCH = 20, 3, 40
A_YEAR = 365 * 24 * 3600


def _page(request: HttpRequest, name: str, shown: dict[str, Any], *, about: str = "", title: str = "") -> HttpResponse:
    """A page with what it says of itself where it is shared: its title, one sentence, its one address."""
    share = {
        "title": title or _("家门口"),
        "about": about or _("宁德九个县市区的培训阵地，都在这里。"),
        "url": request.build_absolute_uri(request.path),
        "image": request.build_absolute_uri(f"{settings.STATIC_URL}web/portal/share.png"),
    }
    return render(request, f"web/portal/{name}.html", {**shown, "share": share})


@public_view()
def portal(request: HttpRequest) -> HttpResponse:
    """The front page."""
    return _page(request, "front", front_page())


@public_view()
def routes(request: HttpRequest) -> HttpResponse:
    """The routes one can book."""
    found = routes_shown(request.GET.dict())
    rows = [(route, scene_of(route.county)) for route in found.rows]
    return _page(request, "routes", {"page": found, "rows": rows}, title=_("精品路线"))


@public_view(kind="public_route")
def route(request: HttpRequest, route_id: int) -> HttpResponse:
    """One route: how the day goes and where it leads."""
    day = public_day(route_id)
    about = _("%(county)s，%(n)s 站，%(length)s") % {
        "county": day.route.county_name,
        "n": day.route.stop_count,
        "length": day.length,
    }
    shown = {
        "day": day,
        "route": day.route,
        "scene": scene_of(day.route.county),
        "has_scenes": bool(routes_with_scenes([route_id])),
    }
    return _page(request, "route", shown, title=day.route.name, about=about)


@public_view(kind="public_route", seconds=60)
def route_print(request: HttpRequest, route_id: int) -> HttpResponse:
    """A route on paper."""
    day = public_day(route_id)
    return render(request, "web/portal/route_print.html", {"day": day, "route": day.route})


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
    return _page(request, "bases", {"page": bases_listed(request.GET.dict())}, title=_("阵地"))


@public_view(kind="public_base")
def base(request: HttpRequest, base_id: int) -> HttpResponse:
    """One place: its rooms, its week, what goes on there."""
    found = public_place(base_id)
    shown = {
        "place": found,
        "base": found.base,
        "routes": routes_past(base_id),
        "classes": coming_classes(CLASSES_FIRST, base_id=base_id),
        "scene": scene_of(found.base.county),
    }
    about = f"{found.base.kind_word}　{found.base.county_name}　{found.base.theme}".strip()
    return _page(request, "place", shown, title=found.base.name, about=about)


@public_view(kind="public_base", seconds=3600)
def base_map(request: HttpRequest, base_id: int) -> HttpResponse:
    """Where a place lies in its county."""
    found = public_place(base_id).base
    return _sketch(request, found.name, places_sketch([found]))


@public_view()
def belts(request: HttpRequest) -> HttpResponse:
    """Places that belong together under one theme."""
    return _page(request, "belts", {"belts": public_belts()}, title=_("示范带"))


@public_view(kind="public_belt")
def belt(request: HttpRequest, base_id: int) -> HttpResponse:
    """One belt with its places."""
    found = public_belt(base_id)
    return _page(request, "belt", {"belt": found}, title=found.name, about=f"{found.county_name}　{found.theme}")


@public_view(kind="public_belt", seconds=3600)
def belt_map(request: HttpRequest, base_id: int) -> HttpResponse:
    """Where the places of a belt lie, numbered as in their table."""
    found = public_belt(base_id)
    return _sketch(request, found.name, places_sketch(found.places))


@public_view()
def courses(request: HttpRequest) -> HttpResponse:
    """What is taught."""
    return _page(request, "courses", {"page": courses_shown(request.GET.dict())}, title=_("课程"))


@public_view(kind="public_course")
def course(request: HttpRequest, course_id: int) -> HttpResponse:
    """One course: how, how long, for whom, about what."""
    found = public_course(course_id)
    return _page(request, "course", {"course": found}, title=found.title, about=found.kind_word)


@public_view()
def classes(request: HttpRequest) -> HttpResponse:
    """What begins soon and still takes names."""
    return _page(request, "classes", {"page": classes_shown(request.GET.dict())}, title=_("近期开班"))


@public_view(kind="public_class")
def one_class(request: HttpRequest, class_id: int) -> HttpResponse:
    """One class: when, where, what, how many seats are left."""
    found = public_class(class_id)
    about = f"{found.starts_on:%Y-%m-%d}　{found.where}　{found.unit}"
    return _page(request, "class", {"one": found}, title=found.title, about=about)


@public_view()
def campaigns(request: HttpRequest) -> HttpResponse:
    """Campaigns and lecture series with what comes next."""
    shown = {"campaigns": public_campaigns(LECTURES_SHOWN)}
    return _page(request, "campaigns", shown, title=_("专项活动和系列讲座"))


@public_view()
def news(request: HttpRequest) -> HttpResponse:
    """What departments have published."""
    said = request.GET.get("before", "")
    before = int(said) if said.isdecimal() and len(said) < 10 else 0
    found = public_news(most=NEWS_A_PAGE + 1, before=before)
    older = f"?before={found[NEWS_A_PAGE - 1].id}" if len(found) > NEWS_A_PAGE else ""
    return _page(request, "news", {"news": found[:NEWS_A_PAGE], "older": older}, title=_("动态"))


@public_view(kind="public_article")
def article(request: HttpRequest, article_id: int) -> HttpResponse:
    """One published article."""
    found = public_article(article_id)
    return _page(request, "article", {"article": found}, title=found.title, about=found.summary)


@public_view()
def how_to(request: HttpRequest) -> HttpResponse:
    """What a branch or an organisation from elsewhere does to come, and whom it calls."""
    return _page(request, "how_to", {"texts": fixed_texts()}, title=_("怎么点单"))


@public_view(seconds=60)
def search(request: HttpRequest) -> HttpResponse:
    """Routes, bases, courses and classes by Chinese or pinyin initials."""
    text = request.GET.get("q", "").strip()[:LONGEST_SEARCH]
    groups = found_publicly(text) if text else []
    return _page(request, "search", {"q": text, "groups": groups}, title=_("搜索"))


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
