"""Whom a happening to an order, a class or a seat concerns: ids of accounts, for messages."""

from __future__ import annotations

from django.db.models import Max

from doorstep.classes.models import Enrolment, Order, Session, TrainingClass
from doorstep.directory.queries.recipients import accounts_nearest, accounts_of_people

HOLDING = (Enrolment.Status.NOMINATED, Enrolment.Status.CONFIRMED)


def order_told(order_id: int) -> Order:
    """An order with who ordered and who answers."""
    return Order.objects.select_related("unit", "outside__number", "provider", "counter_base").get(pk=order_id)


def orderers(order: Order) -> list[int]:
    """Who placed an order, and whoever looks after orders of the unit nearest to it."""
    own = [order.placed_by_id] if order.placed_by_id else []
    return sorted({*own, *accounts_nearest("classes.place_order", [order.place])})


def answerers(order: Order) -> list[int]:
    """Who answers for what was ordered, nearest to it."""
    return accounts_nearest("classes.answer_order", [order.provider_place])


def answerers_above(order: Order) -> list[int]:
    """Who answers at the level above that which let the last day for an answer pass."""
    above = order.provider_place[: order.provider_place.rstrip("/").rfind("/") + 1]
    return accounts_nearest("classes.answer_order", [above])


def class_told(class_id: int) -> TrainingClass:
    """A class with its organiser."""
    return TrainingClass.objects.select_related("unit").get(pk=class_id)


def session_told(session_id: int) -> Session:
    """A session with its class and place."""
    return Session.objects.select_related("training_class__unit", "base", "venue", "teacher").get(pk=session_id)


def runners(training_class: TrainingClass) -> list[int]:
    """Who runs a class: its head, and the office nearest to it."""
    head = [training_class.head_id] if training_class.head_id else []
    return sorted({*head, *accounts_nearest("classes.run_class", [training_class.place])})


def seat_keepers(training_class: TrainingClass) -> list[int]:
    """The offices and secretaries of the units that were given seats of a class."""
    places = training_class.quotas.values_list("place", flat=True)
    return accounts_nearest("classes.nominate", places)


def seated_accounts(training_class: TrainingClass) -> tuple[list[int], list[int]]:
    """Who holds a seat in a class, or held one until it was cancelled; and the secretaries of their branches."""
    rows = Enrolment.objects.filter(training_class=training_class, status__in=HOLDING)
    if training_class.status == TrainingClass.Status.CANCELLED:
        rows = Enrolment.objects.filter(training_class=training_class, status=Enrolment.Status.CANCELLED)
        rows = rows.filter(ended_at=rows.aggregate(last=Max("ended_at"))["last"])
    found = list(rows.values_list("person", "place"))
    people = accounts_of_people(person for person, _place in found)
    return people, accounts_nearest("classes.nominate", {place for _person, place in found})


def seat_told(class_id: int, person_id: int) -> Enrolment:
    """One seat, with whose it is and in which class."""
    rows = Enrolment.objects.select_related("training_class__unit", "person")
    return rows.get(training_class=class_id, person=person_id)


def branch_keepers(enrolment: Enrolment) -> list[int]:
    """The secretary of the branch a person was enrolled from, or who stands in for them."""
    return accounts_nearest("classes.nominate", [enrolment.place])
