"""Who waits for a seat in which class, and which place that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from doorstep.classes.models import Order, Quota, TrainingClass, WaitingLetter, WaitingPlace
from doorstep.classes.queries.hosts import hosting
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import visible_filter

if TYPE_CHECKING:
    from doorstep.directory.models import Unit

WAITING = WaitingPlace.Status.WAITING


def may_use_pool(training_class: TrainingClass, quotas: Sequence[Quota], place: str) -> bool:
    """Whether the organiser's own seats are open to people of `place`: below it, where no seats were handed down."""
    return not any(q.seats or q.used for q in quotas) and place.startswith(training_class.place)


def with_place(rows: QuerySet[WaitingPlace]) -> QuerySet[WaitingPlace]:
    """Places on lists with `nth`, which place that is among those who still wait for the class, from 1."""
    before = WaitingPlace.objects.filter(
        training_class=OuterRef("training_class"), status=WAITING, number__lte=OuterRef("number")
    )
    counted = before.order_by().values("training_class").annotate(n=Count("pk")).values("n")
    return rows.annotate(nth=Coalesce(Subquery(counted), 0))


def waiting_visible_to(actor: Actor) -> QuerySet[WaitingPlace]:
    """The places on waiting lists `actor` may see: of classes one runs, of people one looks after, one's own."""
    places, sharing = ("place", "training_class__place"), hosting("training_class")
    seen = visible_filter(actor, "classes.view_enrolment", place=places, owner="person", shared=sharing)
    return WaitingPlace.objects.none() if seen is None else WaitingPlace.objects.filter(seen)


@dataclass(frozen=True, slots=True)
class WaitingList:
    """The waiting list of a class as one may see it: those who wait with `nth`, those who did, and how many in all."""

    rows: list[WaitingPlace]
    gone: list[WaitingPlace]
    total: int


def waiting_list(training_class: TrainingClass, actor: Actor) -> WaitingList:
    """The list of a class, in its order, as far as `actor` may see it; `total` counts everybody who waits."""
    seen = with_place(waiting_visible_to(actor)).filter(training_class=training_class)
    rows = list(seen.select_related("person", "unit").order_by("number"))
    waiting = [w for w in rows if w.status == WAITING]
    return WaitingList(waiting, [w for w in rows if w.status != WAITING], waiting_total(training_class))


def waiting_total(training_class: TrainingClass) -> int:
    """How many wait for a seat in a class."""
    return WaitingPlace.objects.filter(training_class=training_class, status=WAITING).count()


def waiting_persons(training_class: TrainingClass) -> list[int]:
    """Who waits for a seat in a class, by id."""
    return list(
        WaitingPlace.objects.filter(training_class=training_class, status=WAITING).values_list("person", flat=True)
    )


def may_wait(training_class: TrainingClass, quotas: Sequence[Quota], place: str) -> bool:
    """Whether a full class has seats that people of `place` could wait for: of a unit above or below it, or of all."""
    held = [q for q in quotas if q.seats or q.used]
    if not held:
        return place.startswith(training_class.place) or training_class.place.startswith(place)
    return any(place.startswith(q.place) or q.place.startswith(place) for q in held)


def waiting_by_id(waiting_id: int, actor: Actor) -> WaitingPlace:
    """One place on a waiting list that `actor` may see, with class, person and `nth`; raises NotFound."""
    rows = with_place(waiting_visible_to(actor)).select_related("training_class__unit", "person", "unit")
    found = rows.filter(pk=waiting_id).first()
    if found is None:
        raise NotFound
    return found


def waiting_of(person_id: int) -> list[WaitingPlace]:
    """The classes a person waits for, the nearest first, with class and `nth`."""
    rows = with_place(WaitingPlace.objects.filter(person=person_id, status=WAITING))
    return list(rows.select_related("training_class__unit").order_by("training_class__starts_on", "pk"))


def waiting_lists(actor: Actor, class_id: int | None) -> QuerySet[WaitingPlace]:
    """The places on waiting lists as a list shows them, of one class or of all, each with `nth`."""
    rows = with_place(waiting_visible_to(actor))
    if class_id is not None:
        rows = rows.filter(training_class=class_id)
    return rows.select_related("person", "unit", "training_class__unit")


def orders_that_wait_for(unit: Unit) -> QuerySet[Order]:
    """The orders to a provider that wait for a day, or have one kept."""
    return Order.objects.filter(provider=unit, status__in=(Order.Status.WAITING, Order.Status.OFFERED))


def letter_told(letter_id: int) -> tuple[WaitingLetter, list[int], list[str]]:
    """A letter to a waiting list, with the ids of the people who wait and the places of their branches or units."""
    letter = WaitingLetter.objects.select_related("training_class", "unit").get(pk=letter_id)
    if letter.training_class_id is None:
        waiting = orders_that_wait_for(letter.unit).filter(outside=None)
        return letter, [], sorted(set(waiting.values_list("place", flat=True)))
    rows = WaitingPlace.objects.filter(training_class=letter.training_class_id, status=WAITING)
    found = list(rows.values_list("person", "place"))
    return letter, sorted(person for person, _place in found), sorted({place for _person, place in found})
