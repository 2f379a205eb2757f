"""Scenes as they are read: which one may see, what a keeper finds at a place, which picture is whose."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from doorstep.bases.queries.public import HOMES
from doorstep.catalogue.models import Panorama, PanoramaEdition, PanoramaMark, Route, RouteStop
from doorstep.catalogue.rules.panoramas import PanoramaLimits
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import visible_filter, visible_to
from doorstep.core.policies import policies_at

if TYPE_CHECKING:
    from doorstep.bases.models import Base

FIRST_PART, CARD_PART = "base.webp", "card.webp"
_PART = re.compile(r"base\.webp|card\.webp|\d-\d{1,2}-\d{1,2}\.webp")
_FOLDER = re.compile(r"[0-9a-f]{32}")


def panorama_limits(place: str) -> PanoramaLimits:
    """What is taken as a panorama today at a place. Source: policies `panorama.*`."""
    keys = {
        "narrowest": "panorama.narrowest",
        "widest": "panorama.widest",
        "megabytes": "panorama.megabytes",
        "permille": "panorama.ratio_permille",
        "most_marks": "panorama.most_marks",
        "most_scenes": "panorama.most_scenes",
    }
    found = policies_at(keys.values(), on=clock.today(), place=place)
    return PanoramaLimits(**{name: found[key].integer for name, key in keys.items()})


def panoramas_visible_to(actor: Actor) -> QuerySet[Panorama]:
    """The scenes `actor` may see: those that are shown, and all of the places they keep."""
    rows = visible_to(actor, "catalogue.view_panorama", Panorama.objects.all())
    shown, own = Q(edition__isnull=False), visible_filter(actor, "catalogue.keep_panorama")
    return rows.filter(shown if own is None else shown | own)


def panoramas_kept_by(actor: Actor) -> QuerySet[Panorama]:
    """The scenes `actor` may change, of all places, with their places and whether visitors see them."""
    rows = visible_to(actor, "catalogue.keep_panorama", Panorama.objects.all())
    return rows.select_related("base__unit", "edition")


def panorama_to_keep(panorama_id: int, actor: Actor) -> Panorama:
    """One scene that `actor` may change, with its place; raises NotFound."""
    found = panoramas_kept_by(actor).filter(pk=panorama_id).first()
    if found is None:
        raise NotFound
    return found


def mark_to_keep(mark_id: int, actor: Actor) -> PanoramaMark:
    """One sign in a scene that `actor` may change; raises NotFound."""
    rows = visible_to(actor, "catalogue.keep_panorama", Panorama.objects.all())
    marks = PanoramaMark.objects.filter(panorama__in=rows)
    found = marks.select_related("panorama__base__unit", "course", "target").filter(pk=mark_id).first()
    if found is None:
        raise NotFound
    return found


def scenes_of(base: Base) -> list[Panorama]:
    """Every scene of a place with the number of its signs, those put away last."""
    signs = Count("marks", filter=Q(marks__ended_at__isnull=True))
    rows = (
        Panorama.objects.filter(base=base).select_related("edition").annotate(mark_count=signs).order_by("number", "pk")
    )
    return sorted(rows, key=lambda scene: scene.status == Panorama.Status.ENDED)


def scenes_to_lead_to(panorama: Panorama) -> QuerySet[Panorama]:
    """The other scenes in use at the place of one."""
    rows = Panorama.objects.filter(base=panorama.base_id).exclude(pk=panorama.pk)
    return rows.exclude(status=Panorama.Status.ENDED).order_by("number", "pk")


def marks_of(panorama: Panorama) -> list[PanoramaMark]:
    """The signs of a scene from left to right, those taken out last."""
    rows = panorama.marks.select_related("course", "target").order_by("yaw", "pk")
    return sorted(rows, key=lambda mark: mark.ended_at is not None)


def public_scenes() -> QuerySet[Panorama]:
    """Scenes of which everybody may see the edition: of places in use, nobody's home, on published routes."""
    stops = RouteStop.objects.filter(base=OuterRef("base"), route__status=Route.Status.PUBLISHED)
    in_use = Q(base__valid_to__isnull=True) | Q(base__valid_to__gt=clock.today())
    shown = Panorama.objects.filter(Exists(stops), in_use, edition__isnull=False)
    return shown.exclude(base__kind__in=HOMES)


def picture_part(panorama_id: int, folder: str, part: str, actor: Actor) -> Path:
    """A part of the picture of a scene that `actor` may see, as shown or as they keep it; raises NotFound."""
    shown = panoramas_visible_to(actor).filter(pk=panorama_id, edition__folder=folder)
    kept = visible_to(actor, "catalogue.keep_panorama", Panorama.objects.filter(pk=panorama_id, folder=folder))
    return _part_of(shown if shown.exists() else kept, folder, part)


def public_picture_part(folder: str, part: str) -> Path:
    """A part of a picture that everybody may see; raises NotFound."""
    return _part_of(public_scenes().filter(edition__folder=folder), folder, part)


def _part_of(rows: QuerySet[Panorama], folder: str, part: str) -> Path:
    path = Path(settings.MEDIA_ROOT) / "panoramas" / folder / part
    if part == CARD_PART and not path.is_file():
        path = path.with_name(FIRST_PART)  # it was cut before there were small pictures
    is_name = _FOLDER.fullmatch(folder) and _PART.fullmatch(part)
    if not is_name or not rows.exists() or not path.is_file():
        raise NotFound
    return path


def panorama_counts() -> dict[str, int]:
    """How many scenes are shown."""
    return {"panorama": PanoramaEdition.objects.count()}
