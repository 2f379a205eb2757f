"""Signs in a scene: set, changed, taken out and brought back."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from doorstep.catalogue.events import PanoramaMarkBroughtBack, PanoramaMarked, PanoramaMarkEnded
from doorstep.catalogue.models import Panorama, PanoramaMark
from doorstep.catalogue.queries.courses import courses_for
from doorstep.catalogue.queries.panoramas import panorama_limits, scenes_to_lead_to
from doorstep.catalogue.rules.panoramas import MarkFacts, turned
from doorstep.catalogue.services.panoramas import (
    IN_USE,
    locked_panorama,
    must_name_nobody,
    settle_panorama,
    tell_panorama,
)
from doorstep.catalogue.services.panoramas_refusals import (
    MarkLeadsNowhere,
    MarkSaysNothing,
    MarksFull,
    PanoramaStandsSo,
)
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import require


@transaction.atomic
def place_mark(*, panorama: Panorama, facts: MarkFacts, actor: Actor) -> PanoramaMark:
    """Set a sign in a scene.

    Raises PanoramaStandsSo, MarksFull, MarkLeadsNowhere, MarkSaysNothing, PanoramaNamesSomebody, NotFound.
    """
    require(actor, "catalogue.keep_panorama", at=panorama.place)
    locked = locked_panorama(panorama, *IN_USE)
    _must_have_room(locked)
    mark = PanoramaMark(panorama=locked)
    _write(mark, facts)
    settle_panorama(locked, actor)
    tell_panorama(PanoramaMarked(locked.pk), locked, actor, mark=mark.pk)
    return mark


def _must_have_room(panorama: Panorama) -> None:
    most = panorama_limits(panorama.place).most_marks
    if panorama.marks.filter(ended_at__isnull=True).count() >= most:
        raise MarksFull(title=panorama.title, n=most)


def _write(mark: PanoramaMark, facts: MarkFacts) -> None:
    """Write what a sign says or where it leads; from one scene only one sign leads to another."""
    mark.yaw, mark.pitch = turned(facts.yaw), min(90.0, max(-90.0, facts.pitch))
    if facts.target_id is not None:
        target = scenes_to_lead_to(mark.panorama).filter(pk=facts.target_id).first()
        if target is None:
            raise MarkLeadsNowhere
        mark.target, mark.title, mark.text, mark.course = target, "", "", None
    else:
        mark.target, mark.title, mark.text = None, facts.title.strip(), facts.text.strip()
        if not mark.title:
            raise MarkSaysNothing
        must_name_nobody(mark.panorama, mark.title, mark.text)
        _name_course(mark, facts.course_id)
    _save(mark)


def _name_course(mark: PanoramaMark, course_id: int | None) -> None:
    """A course that is taught at the place, or the one that stands there already, in use or not."""
    if course_id is None or course_id == mark.course_id:
        mark.course_id = course_id
        return
    mark.course = courses_for(mark.panorama.base.unit).filter(pk=course_id).first()
    if mark.course is None:
        raise NotFound


def _save(mark: PanoramaMark) -> None:
    try:
        with transaction.atomic():
            mark.save()
    except IntegrityError:
        raise MarkLeadsNowhere from None


@transaction.atomic
def change_mark(*, mark: PanoramaMark, facts: MarkFacts, actor: Actor) -> PanoramaMark:
    """Let a sign stand elsewhere or say something else.

    Raises PanoramaStandsSo, MarkLeadsNowhere, MarkSaysNothing, PanoramaNamesSomebody, NotFound.
    """
    require(actor, "catalogue.keep_panorama", at=mark.panorama.place)
    locked = _locked(mark, is_ended=False)
    _write(locked, facts)
    settle_panorama(locked.panorama, actor)
    tell_panorama(PanoramaMarked(locked.panorama_id), locked.panorama, actor, mark=locked.pk)
    return locked


def _locked(mark: PanoramaMark, *, is_ended: bool) -> PanoramaMark:
    """The sign with its scene, both locked, if it stands so; raises PanoramaStandsSo."""
    panorama = locked_panorama(mark.panorama, *IN_USE)
    locked = PanoramaMark.objects.select_for_update().get(pk=mark.pk)
    if (locked.ended_at is not None) != is_ended:
        raise PanoramaStandsSo(title=panorama.title)
    locked.panorama = panorama
    return locked


@transaction.atomic
def end_mark(*, mark: PanoramaMark, actor: Actor) -> PanoramaMark:
    """Take a sign out; it can be brought back. Raises PanoramaStandsSo."""
    require(actor, "catalogue.keep_panorama", at=mark.panorama.place)
    locked = _locked(mark, is_ended=False)
    locked.ended_at = clock.now()
    locked.save(update_fields=["ended_at"])
    settle_panorama(locked.panorama, actor)
    tell_panorama(PanoramaMarkEnded(locked.panorama_id), locked.panorama, actor, mark=locked.pk)
    return locked


@transaction.atomic
def restore_mark(*, mark: PanoramaMark, actor: Actor) -> PanoramaMark:
    """Let a sign stand in its scene again.

    Raises PanoramaStandsSo, MarksFull, MarkLeadsNowhere, PanoramaNamesSomebody.
    """
    require(actor, "catalogue.keep_panorama", at=mark.panorama.place)
    locked = _locked(mark, is_ended=True)
    _must_have_room(locked.panorama)
    must_name_nobody(locked.panorama, locked.title, locked.text)
    locked.ended_at = None
    _save(locked)
    settle_panorama(locked.panorama, actor)
    tell_panorama(PanoramaMarkBroughtBack(locked.panorama_id), locked.panorama, actor, mark=locked.pk)
    return locked
