"""Classes of other units at the bases one keeps, and what their keepers have against them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from doorstep.classes.models import Objection, Session, TrainingClass
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import visible_to

if TYPE_CHECKING:
    from doorstep.bases.models import Base

_ALIVE = (TrainingClass.Status.OPEN, TrainingClass.Status.RUNNING)


def _of_others() -> Q:
    """For sessions at a base: those of classes that are neither of its own unit nor of one below it."""
    return Q(base__isnull=False) & ~Q(training_class__place__startswith=F("base__place"))


def open_objections() -> QuerySet[Objection]:
    """For sessions: what their keepers have against the class there and its organiser has not dealt with."""
    return Objection.objects.filter(training_class=OuterRef("training_class"), base=OuterRef("base"), settled_at=None)


def guests_visible_to(actor: Actor, action: str = "classes.view_guests") -> QuerySet[Session]:
    """The sessions of others' classes at bases `actor` keeps, each with `objected`, whether an objection is open."""
    rows = Session.objects.filter(_of_others(), is_cancelled=False)
    rows = rows.exclude(training_class__status__in=(TrainingClass.Status.DRAFT, TrainingClass.Status.CANCELLED))
    seen = visible_to(actor, action, rows, place="base__place")
    seen = seen.annotate(objected=Exists(open_objections()))
    return seen.select_related("training_class__unit", "base", "venue")


def guests_coming(actor: Actor, most: int) -> list[Session]:
    """The next sessions of others at bases for which `actor` may object and has not, the nearest first."""
    rows = guests_visible_to(actor, "classes.object_to_guest").filter(starts_at__gt=clock.now())
    rows = rows.filter(~Exists(open_objections()), training_class__status__in=_ALIVE)
    return list(rows.order_by("starts_at", "pk")[:most])


def guest_of(session_id: int, actor: Actor) -> Session:
    """One session of another unit's class at a base `actor` may object for; raises NotFound."""
    found = guests_visible_to(actor, "classes.object_to_guest").filter(pk=session_id).first()
    if found is None:
        raise NotFound
    return found


def coming_at(training_class: TrainingClass, base: Base) -> QuerySet[Session]:
    """The sessions of a class that are still to come at a base."""
    return training_class.sessions.filter(base=base, is_cancelled=False, starts_at__gt=clock.now())


def _still_counts() -> Exists:
    """For objections: the class is still to be at the base."""
    rows = Session.objects.filter(
        training_class=OuterRef("training_class"), base=OuterRef("base"), is_cancelled=False, starts_at__gt=clock.now()
    )
    return Exists(rows)


def objections_of(training_class: TrainingClass) -> list[Objection]:
    """What keepers had against a class, the newest first, with `is_open` as long as it still has to be dealt with."""
    rows = Objection.objects.filter(training_class=training_class).select_related("base")
    return list(rows.annotate(is_open=Q(_still_counts(), settled_at=None)).order_by("-made_at", "-pk"))


def objections_waiting(actor: Actor) -> QuerySet[Objection]:
    """The objections that wait for `actor` as the organiser of the class, the oldest first."""
    rows = Objection.objects.filter(_still_counts(), settled_at=None, training_class__status__in=_ALIVE)
    rows = visible_to(actor, "classes.edit_class", rows, place="training_class__place")
    return rows.select_related("training_class", "base").order_by("made_at", "pk")


def objection_by_id(training_class: TrainingClass, objection_id: int) -> Objection:
    """One objection to a class already seen; raises NotFound."""
    found = training_class.objections.select_related("base", "training_class").filter(pk=objection_id).first()
    if found is None:
        raise NotFound
    return found
