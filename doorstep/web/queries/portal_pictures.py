"""Which picture stands for a route, a package or a belt on public pages: a photograph, a scene, else a drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from doorstep.bases.queries.photos_public import PublicPhoto, covers_public
from doorstep.bases.queries.public import PublicBelt, public_belts
from doorstep.catalogue.queries.packages_public import PublicPackage
from doorstep.catalogue.queries.panoramas_public import PublicPoster, posters_public
from doorstep.catalogue.queries.public import PublicDay, PublicRoute, bases_on_routes

# Which of the three drawn grounds stands for a county: the coast, the tea hills, else the forest.
SCENES = {"350902": "sea", "350921": "sea", "350982": "tea", "350981": "tea"}
POSTER = (2048, 1024)  # pixels of the picture one sees first of a scene


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture on its own: a path of this site, what one sees, whose it is; sizes in pixels."""

    address: str
    alt: str
    credit: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class RouteCard:
    """A route in a list, with the drawing to show without a picture; where there is a `poster` one can look around."""

    route: PublicRoute
    scene: str
    cover: PublicPhoto | None
    poster: PublicPoster | None


@dataclass(frozen=True, slots=True)
class PackageCard:
    """A package in a list, with the same."""

    package: PublicPackage
    scene: str
    cover: PublicPhoto | None


def scene_of(county: str) -> str:
    """The address of the picture that stands for a county."""
    return f"web/portal/{SCENES.get(county, 'forest')}.svg"


def large_of(photo: PublicPhoto) -> Picture:
    """A photograph in its larger width."""
    address = reverse("bases:photo_public", args=[photo.key, photo.widths[-1]])
    return Picture(address, photo.alt, photo.credit, photo.width, photo.height)


def _covers_on(stops: dict[int, list[int]]) -> dict[int, PublicPhoto]:
    """The same keys -> the photograph of the first of the bases that has one."""
    covers = covers_public(base for bases in stops.values() for base in bases)
    firsts = {key: next((base for base in bases if base in covers), None) for key, bases in stops.items()}
    return {key: covers[base] for key, base in firsts.items() if base is not None}


def route_cards(routes: Sequence[PublicRoute]) -> list[RouteCard]:
    """Routes as they stand in a list."""
    ids = [route.id for route in routes]
    covers, posters = _covers_on(bases_on_routes(ids)), posters_public(ids)
    return [RouteCard(one, scene_of(one.county), covers.get(one.id), posters.get(one.id)) for one in routes]


def package_cards(packages: Sequence[PublicPackage]) -> list[PackageCard]:
    """Packages as they stand in a list: with the photograph of their place or of their route."""
    stops = bases_on_routes(one.route_id for one in packages if one.route_id)
    own = {one.id: [one.base_id] if one.base_id else stops.get(one.route_id or 0, []) for one in packages}
    covers = _covers_on(own)
    return [PackageCard(one, scene_of(one.county), covers.get(one.id)) for one in packages]


def route_pictures(day: PublicDay) -> tuple[Picture | None, Picture | None]:
    """The picture at the entrance of a route's scenes, and the photograph of its first stop that has one."""
    found = posters_public([day.route.id]).get(day.route.id)
    poster = Picture(found.address, found.seen, found.credit, *POSTER) if found else None
    cover = _covers_on({day.route.id: [stop.base_id for stop in day.stops if stop.base_id]}).get(day.route.id)
    return poster, large_of(cover) if cover else None


def belts_with_covers() -> list[tuple[PublicBelt, PublicPhoto | None]]:
    """The published belts, each with the photograph of its first place that has one."""
    belts = public_belts()
    covers = _covers_on({belt.id: [place.id for place in belt.places] for belt in belts})
    return [(belt, covers.get(belt.id)) for belt in belts]
