"""Which routes everybody may look around on, and the first picture of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F
from django.urls import reverse

from doorstep.catalogue.queries.panoramas import CARD_PART, FIRST_PART, public_scenes


@dataclass(frozen=True, slots=True)
class PublicPoster:
    """The picture at the entrance of the first stop that has one: its address, what one sees, whose it is.

    `card` is the address of the same picture, small.
    """

    route_id: int
    address: str
    card: str
    seen: str
    credit: str


def posters_public(route_ids: Iterable[int]) -> dict[int, PublicPoster]:
    """route id -> the first picture one sees on it; routes without scenes are left out. One query."""
    wanted = set(route_ids)
    if not wanted:
        return {}
    rows = public_scenes().annotate(route=F("base__route_stops__route"), stop=F("base__route_stops__number"))
    first = rows.filter(route__in=wanted).order_by("route", "stop", "-is_entrance", "number", "pk")
    values = first.distinct("route").values_list("route", "edition__folder", "edition__seen", "edition__credit")
    return {
        route: PublicPoster(route, _address(folder, FIRST_PART), _address(folder, CARD_PART), seen, credit)
        for route, folder, seen, credit in values
    }


def _address(folder: str, part: str) -> str:
    return reverse("catalogue:public_picture", args=[folder, part])
