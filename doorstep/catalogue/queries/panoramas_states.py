"""Scenes as their keeper has them and as visitors see them, what differs, and what waits for whose word."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from doorstep.catalogue.models import Panorama, PanoramaEdition, PanoramaMark
from doorstep.catalogue.rules.panoramas import MarkState, SceneState, differences
from doorstep.core.actors import Actor
from doorstep.core.permissions import visible_to

DIFFERENCE_WORDS = {
    "picture": _("画面"),
    "title": _("名称"),
    "seen": _("看得见什么"),
    "credit": _("拍摄者或来源"),
    "directions": _("北和平面图上的位置"),
    "marks": _("标注和通路"),
}


def state_kept(panorama: Panorama) -> SceneState:
    """A scene as its keeper has it now, with the signs in use from left to right."""
    marks = sorted((one for one in panorama.marks.all() if one.ended_at is None), key=lambda one: (one.yaw, one.pk))
    return _state(panorama, tuple(_mark_state(one) for one in marks))


def state_shown(edition: PanoramaEdition) -> SceneState:
    """A scene as visitors see it."""
    return _state(edition, tuple(MarkState(**one) for one in edition.marks))


def _state(row: Panorama | PanoramaEdition, marks: tuple[MarkState, ...]) -> SceneState:
    return SceneState(
        title=row.title,
        seen=row.seen,
        credit=row.credit,
        north=row.north,
        plan=(row.plan_x, row.plan_y),
        folder=row.folder,
        width=row.width,
        marks=marks,
    )


def _mark_state(mark: PanoramaMark) -> MarkState:
    return MarkState(mark.pk, mark.yaw, mark.pitch, mark.title, mark.text, mark.course_id, mark.target_id)


def edition_of(panorama: Panorama) -> PanoramaEdition | None:
    """What visitors see of a scene; nothing where they see none of it."""
    return PanoramaEdition.objects.filter(panorama=panorama).first()


def differences_of(kept: SceneState, edition: PanoramaEdition) -> list[str]:
    """In words, what a keeper's state of a scene has other than what visitors see."""
    return [str(DIFFERENCE_WORDS[name]) for name in differences(state_shown(edition), kept)]


def panoramas_to_review(actor: Actor) -> QuerySet[Panorama]:
    """What waits for this actor's word, the oldest first; not what they handed in themselves."""
    rows = Panorama.objects.filter(status=Panorama.Status.WAITING)
    if actor.account_id is not None:
        rows = rows.exclude(handed_in_by=actor.account_id)
    found = visible_to(actor, "catalogue.publish_panorama", rows)
    return found.select_related("base").order_by("handed_in_at", "pk")


def panoramas_to_mend(actor: Actor) -> QuerySet[Panorama]:
    """What was returned to this actor's own places and not handed in since, the oldest first."""
    rows = Panorama.objects.filter(status=Panorama.Status.RETURNED)
    found = visible_to(actor, "catalogue.keep_panorama", rows)
    return found.select_related("base").order_by("reviewed_at", "pk")


def panorama_told(panorama_id: int) -> Panorama:
    """One scene with its place, for what is said of it."""
    return Panorama.objects.select_related("base").get(pk=panorama_id)
