"""Looking around: a route's scenes for those who are signed in and for everybody, and their pictures."""

from __future__ import annotations

from pathlib import Path

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from doorstep.catalogue.queries.panoramas import picture_part, public_picture_part
from doorstep.catalogue.queries.panoramas_shown import tour_of_route
from doorstep.catalogue.queries.public import route_for_all
from doorstep.catalogue.queries.routes import route_by_id
from doorstep.core.public import public_view, share_of
from doorstep.core.requests import DoorstepRequest
from doorstep.core.views import view_rule

FIRST_SIZE = (2048, 1024)  # pixels of the picture one sees first, whatever was handed in
KEPT = "max-age=31536000, immutable"  # a picture that is replaced has another name


@view_rule("catalogue.view_route", kind="route")
@require_GET
def route_view(request: DoorstepRequest, route_id: int) -> HttpResponse:
    """Look around at the stops of a route."""
    found = route_by_id(route_id, request.actor)
    return render(request, "catalogue/route_view.html", {"route": found, "tour": tour_of_route(found)})


@public_view(kind="public_route")
def public_route_view(request: HttpRequest, route_id: int) -> HttpResponse:
    """Look around at the stops of a published route, without signing in."""
    found = route_for_all(route_id)
    tour = tour_of_route(found, is_public=True)
    about = _("实景环视：%(places)s") % {"places": _("、").join(stop.place for stop in tour.stops)}
    title = _("%(route)s　实景") % {"route": found.name}
    image = tour.first.first if tour.first else ""
    share = share_of(request, title=title, about=about, image=image, size=FIRST_SIZE)
    return render(request, "catalogue/route_view_public.html", {"route": found, "tour": tour, "share": share})


@view_rule("catalogue.view_panorama", kind="panorama")
@require_GET
def panorama_picture(request: DoorstepRequest, panorama_id: int, folder: str, part: str) -> FileResponse:
    """A part of the picture of a scene."""
    return _picture(picture_part(panorama_id, folder, part, request.actor), f"private, {KEPT}")


@view_rule("", kind="public_picture", public=True)
@require_GET
def public_picture(request: DoorstepRequest, folder: str, part: str) -> FileResponse:
    """A part of the picture of a scene of a published route, without signing in."""
    return _picture(public_picture_part(folder, part), f"public, {KEPT}")


def _picture(path: Path, kept: str) -> FileResponse:
    return FileResponse(path.open("rb"), content_type="image/webp", headers={"Cache-Control": kept})
