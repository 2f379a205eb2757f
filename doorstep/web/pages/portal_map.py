"""The network on a map: a drawn picture, its table, and what a movable map asks for where scripts run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from doorstep.bases.queries.public import PLACES
from doorstep.bases.queries.public_map import (
    Cell,
    Window,
    cells_in,
    counts_by_county,
    is_gcj02,
    map_picture,
    shown_at,
    tiles,
    whole_ground,
)
from doorstep.bases.rules.datum import from_gcj02
from doorstep.core import clock
from doorstep.core.public import public_view
from doorstep.directory.rules.outlines import outlines

KEPT = 300  # seconds: the whole network says little new within them, and is asked for with every visit


T = TypeVar("T")


def _kept(name: str, make: Callable[[], T]) -> T:
    """What was made within the last minutes, or is made now."""
    key = f"portal.map.{clock.today()}.{name}"
    found: T | None = cache.get(key)
    if found is None:
        found = make()
        cache.set(key, found, KEPT)
    return found


def _kind(request: HttpRequest) -> str:
    asked = request.GET.get("kind", "")
    return asked if asked in PLACES else ""


@public_view()
def portal_map(request: HttpRequest) -> HttpResponse:
    """The whole network: the table is the truth, the map its picture."""
    kind, rows = _kind(request), counts_by_county()
    kinds = [(one.value, str(one.label)) for one in PLACES]
    words = [word for _value, word in kinds]
    sums = [sum(column) for column in zip(*(row.counts for row in rows), strict=True)]
    shown: dict[str, Any] = {
        "kind": kind,
        "kinds": kinds,
        "rows": [(row, list(zip(words, row.counts, strict=True))) for row in rows],
        "sums": list(zip(words, sums, strict=False)),
        "total": sum(row.total for row in rows),
        "tiles": tiles(),
        "share": {
            "title": _("阵地地图"),
            "about": _("全市的培训阵地在地图上"),
            "url": request.build_absolute_uri(request.path),
            "image": request.build_absolute_uri(f"{settings.STATIC_URL}web/portal/share.png"),
        },
    }
    return render(request, "web/portal/map.html", shown)


_RADII = ((1, 2.6), (4, 3.4), (16, 4.6), (64, 6.2))


def _radius(count: int) -> float:
    return next((radius for most, radius in _RADII if count <= most), 8.0)


def _dots(dots: Iterable[tuple[float, float, int, bool]]) -> list[tuple[str, float, str]]:
    """Dots of one size and colour as one path each, so that a thousand of them weigh a few kilobytes."""
    paths: dict[tuple[bool, float], list[str]] = {}
    for x, y, count, is_leading in dots:
        paths.setdefault((is_leading, _radius(count)), []).append(f"M{x} {y}h0")
    colours = {False: "#2d7294", True: "#9a1b1f"}
    return [(colours[is_leading], 2 * radius, "".join(found)) for (is_leading, radius), found in sorted(paths.items())]


@public_view(seconds=3600)
def map_svg(request: HttpRequest) -> HttpResponse:
    """All places as a picture."""
    kind = _kind(request)
    picture = _kept(f"picture.{kind}", lambda: map_picture(kind))
    shown = {"picture": picture, "paths": _dots(picture.dots)}
    return render(request, "web/portal/map.svg", shown, content_type="image/svg+xml")


def _window(request: HttpRequest) -> Window:
    """The part of the ground asked for, as the tiles name it; the whole when it cannot be read."""
    try:
        west, south, east, north = (float(part) for part in request.GET.get("window", "").split(","))
    except ValueError:
        return whole_ground()
    window = Window(west, south, east, north)
    if not window.is_sound:
        return whole_ground()
    if is_gcj02():
        low, high = from_gcj02(south, west), from_gcj02(north, east)
        return replace(window, west=low[1], south=low[0], east=high[1], north=high[0])
    return window


def _cells(window: Window, kind: str) -> list[Cell]:
    """The cells of a window; whoever sees the whole ground gets what others have got a moment ago."""
    if window.covers(whole_ground()):
        return _kept(f"cells.{kind}", lambda: cells_in(whole_ground(), kind))
    return cells_in(window, kind)


@public_view(seconds=600)
def cells(request: HttpRequest) -> HttpResponse:
    """The places in a window: [lat, lng, how many], one that is alone also with its name, words and address."""
    words = {one.value: str(one.label) for one in PLACES}
    rows: list[list[Any]] = []
    for cell in _cells(_window(request), _kind(request)):
        row: list[Any] = [*shown_at(cell.lat, cell.lng), cell.count, int(cell.is_leading)]
        if cell.id is not None:
            row += [cell.name, words[cell.kind], reverse("web:portal_base", args=[cell.id])]
        rows.append(row)
    return JsonResponse({"cells": rows}, json_dumps_params={"ensure_ascii": False, "separators": (",", ":")})


def _moved(ring: Iterable[Any]) -> list[list[float]]:
    return [list(reversed(shown_at(point[1], point[0]))) for point in ring]


@public_view(seconds=24 * 3600)
def county_outlines(request: HttpRequest) -> HttpResponse:
    """The outlines of the counties as GeoJSON, on the datum of the tiles."""
    features = []
    for feature in outlines().values():
        geometry = feature["geometry"]
        shapes = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        moved = [[_moved(ring) for ring in shape] for shape in shapes]
        features.append(
            {
                "type": "Feature",
                "properties": {"name": feature["properties"]["name"]},
                "geometry": {"type": "MultiPolygon", "coordinates": moved},
            }
        )
    said = {"type": "FeatureCollection", "features": features}
    return JsonResponse(said, json_dumps_params={"ensure_ascii": False, "separators": (",", ":")})
