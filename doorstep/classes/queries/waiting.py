"""Who waits for a seat in which class, and which place that is."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import IntegerField, QuerySet, TextField
from django.db.models.expressions import RawSQL

from doorstep.classes.models import Order, Quota, TrainingClass, WaitingLetter, WaitingPlace
from doorstep.classes.queries.hosts import hosting
from doorstep.classes.queries.waiting_order import Standing, rule_told, standings, waiting_rule
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.permissions import visible_filter

if TYPE_CHECKING:
    from doorstep.directory.models import Unit

WAITING = WaitingPlace.Status.WAITING


def may_use_pool(training_class: TrainingClass, quotas: Sequence[Quota], place: str) -> bool:
    """Whether the organiser's own seats are open to people of `place`: below it, where no seats were handed down."""
    return not any(q.seats or q.used for q in quotas) and place.startswith(training_class.place)


def _placed(row: WaitingPlace, known: Mapping[int, Standing]) -> WaitingPlace:
    """The row with `nth`, its place from 1 among those who still wait, else 0, with `why` and the `rule`."""
    standing = known.get(row.pk)
    row.nth = standing.nth if standing else 0  # type: ignore[attr-defined]
    row.why = standing.why if standing else row.given_for  # type: ignore[attr-defined]
    row.rule = rule_told(standing.rule) if standing else ""  # type: ignore[attr-defined]
    return row


def waiting_visible_to(actor: Actor) -> QuerySet[WaitingPlace]:
    """The places on waiting lists `actor` may see: of classes one runs, of people one looks after, one's own."""
    places, sharing = ("place", "training_class__place"), hosting("training_class")
    seen = visible_filter(actor, "classes.view_enrolment", place=places, owner="person", shared=sharing)
    return WaitingPlace.objects.none() if seen is None else WaitingPlace.objects.filter(seen)


@dataclass(frozen=True, slots=True)
class WaitingList:
    """The waiting list of a class as one may see it: those who wait in turn with `nth` and `why`, those who did.

    `total` is how many wait in all, `rule` in which order they are served.
    """

    rows: list[Any]
    gone: list[WaitingPlace]
    total: int
    rule: str = ""


def waiting_list(training_class: TrainingClass, actor: Actor) -> WaitingList:
    """The list of a class, in turn, as far as `actor` may see it."""
    seen = waiting_visible_to(actor).filter(training_class=training_class)
    rows = list(seen.select_related("person", "unit").order_by("number"))
    known = standings([training_class.pk])
    waiting = sorted((_placed(w, known) for w in rows if w.pk in known), key=lambda w: known[w.pk].nth)
    rule = rule_told(next(iter(known.values())).rule) if known else ""
    return WaitingList(waiting, [_placed(w, known) for w in rows if w.pk not in known], len(known), rule)


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
    """One place on a waiting list that `actor` may see, with class, person, `nth` and `why`; raises NotFound."""
    rows = waiting_visible_to(actor).select_related("training_class__unit", "person", "unit")
    found = rows.filter(pk=waiting_id).first()
    if found is None:
        raise NotFound
    return _placed(found, standings([found.training_class_id]))


def waiting_of(person_id: int) -> list[WaitingPlace]:
    """The classes a person waits for, the nearest first, with class, `nth` and `why`."""
    rows = WaitingPlace.objects.filter(person=person_id, status=WAITING).select_related("training_class__unit")
    found = list(rows.order_by("training_class__starts_on", "pk"))
    known = standings([row.training_class_id for row in found]) if found else {}
    return [_placed(row, known) for row in found]


def waiting_lists(actor: Actor, class_id: int | None) -> QuerySet[WaitingPlace]:
    """The places on waiting lists as a list shows them, of one class or of all.

    Each with `nth`, empty for who waits no longer, and `met`, the criteria that count for it.
    """
    rows = waiting_visible_to(actor)
    if class_id is not None:
        rows = rows.filter(training_class=class_id)
    known = standings(rows.filter(status=WAITING).order_by().values("training_class").distinct())
    nth = _said({pk: str(one.nth) for pk, one in known.items()}, "::int", IntegerField())
    met = _said({pk: one.met_words for pk, one in known.items() if one.turn.met}, "", TextField())
    return rows.annotate(nth=nth, met=met).select_related("person", "unit", "training_class__unit")


def _said(words: dict[int, str], cast: str, kind: Any) -> RawSQL:
    """What was worked out before of each place on a list, as a column of the question."""
    column = f"(%s::jsonb ->> (classes_waitingplace.id)::text){cast}"
    return RawSQL(column, [json.dumps(words)], output_field=kind)  # noqa: S611


def order_words(training_class: TrainingClass) -> str:
    """In which order seats of a class that become free are given to those who wait, in a sentence."""
    return rule_told(waiting_rule(training_class.place))


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
