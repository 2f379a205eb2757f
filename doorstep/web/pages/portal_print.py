"""The pages of the portal that one takes along on paper: a route, a package, a place, a belt, a course."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from doorstep.bases.queries.public import public_belt, public_place
from doorstep.catalogue.queries.packages_public import package_public
from doorstep.catalogue.queries.public import public_course, public_day, routes_past
from doorstep.core.public import public_view


def _sheet(request: HttpRequest, name: str, pk: int, shown: dict[str, Any], *, title: str, about: str) -> HttpResponse:
    """A page of the portal on paper; its foot says where the page itself stands."""
    page = reverse(f"web:portal_{name}", args=[pk])
    shown |= {"title": title, "about": about, "page": page, "address": request.build_absolute_uri(page)}
    return render(request, f"web/portal/print_{name}.html", shown)


@public_view(kind="public_route", seconds=60)
def route(request: HttpRequest, route_id: int) -> HttpResponse:
    """A route on paper."""
    day = public_day(route_id)
    shown = {"day": day, "route": day.route}
    return _sheet(request, "route", route_id, shown, title=day.route.name, about=day.route.theme)


@public_view(kind="public_package", seconds=60)
def package(request: HttpRequest, package_id: int) -> HttpResponse:
    """A package on paper, with the price for as many people as were asked for."""
    found = package_public(package_id, request.GET.dict())
    shown = {"shown": found, "package": found.package}
    return _sheet(request, "package", package_id, shown, title=found.package.name, about=found.package.theme)


@public_view(kind="public_base", seconds=60)
def base(request: HttpRequest, base_id: int) -> HttpResponse:
    """A place on paper."""
    found = public_place(base_id)
    shown = {"place": found, "base": found.base, "routes": routes_past(base_id)}
    return _sheet(request, "base", base_id, shown, title=found.base.name, about=found.base.kind_word)


@public_view(kind="public_belt", seconds=60)
def belt(request: HttpRequest, base_id: int) -> HttpResponse:
    """A belt on paper, its places numbered as on its map."""
    found = public_belt(base_id)
    return _sheet(request, "belt", base_id, {"belt": found}, title=found.name, about=found.theme)


@public_view(kind="public_course", seconds=60)
def course(request: HttpRequest, course_id: int) -> HttpResponse:
    """A course on paper."""
    found = public_course(course_id)
    return _sheet(request, "course", course_id, {"course": found}, title=found.title, about=found.kind_word)
