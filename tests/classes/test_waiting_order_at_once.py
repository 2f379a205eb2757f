"""Sixteen hands at a class whose list goes by criteria: nobody jumps; without the lock of the class somebody would."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from django.db import IntegrityError, connections

from doorstep.classes.models import Enrolment, TrainingClass, WaitingPlace
from doorstep.classes.services import locking, refusals
from doorstep.coverage.models import Standing
from tests.bases.test_at_once import both
from tests.cast import Cast
from tests.classes.test_waiting_order import by_criteria, give_up, has_hours, holds, put, queue
from tests.factories.classes import make_class, make_people

# The clock runs here: by when each was listed and moved up the order is told.


def _hands(cast: Cast) -> tuple[TrainingClass, list[Callable[[], object]]]:
    """A class of eight, full, and sixteen hands: half give a seat up, half put one with hours and one without on the
    list, in this order."""
    opened = make_class(cast.unit("huotong"), capacity=8)
    own = cast.actor("secretary")
    crowd = make_people(cast.unit("kengtou"), 24)
    ids = [one.pk for one in crowd]
    put(opened, ids[:8], own)
    for person in crowd[8::2]:
        has_hours(person, year=opened.year)
    works: list[Callable[[], object]] = [partial(give_up, opened, pk, own) for pk in ids[:8]]
    works += [partial(queue, opened, ids[n : n + 2], own) for n in range(8, 24, 2)]
    return opened, works


def _jumps(opened: TrainingClass) -> int:
    """How often somebody moved up past one who waited at that moment and comes before by the rule."""
    has = set(Standing.objects.values_list("person", flat=True))
    rows = list(WaitingPlace.objects.filter(training_class=opened))
    jumps = 0
    for moved in rows:
        if moved.status != "moved" or moved.ended_at is None:
            continue
        at = moved.ended_at
        there = [one for one in rows if one.listed_at < at and (one.ended_at is None or one.ended_at > at)]
        jumps += any((one.person_id in has, one.number) < (moved.person_id in has, moved.number) for one in there)
    return jumps


def test_sixteen_hands_never_jump_by_the_criteria(cast_committed: Cast) -> None:
    by_criteria()
    opened, works = _hands(cast_committed)
    assert both(*works) == ["done"] * 16
    opened.refresh_from_db()
    left = WaitingPlace.objects.filter(training_class=opened, status="waiting")
    assert (opened.seats_taken, left.count(), _jumps(opened)) == (8, 8, 0)
    holds()


def test_without_the_lock_of_the_class_it_goes_wrong(cast_committed: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same hands with the lock taken away break what the test above finds whole."""
    by_criteria()

    def unlocked(class_id: int) -> TrainingClass:
        return TrainingClass.objects.select_related("unit").get(pk=class_id)

    monkeypatch.setattr(locking, "lock_class", unlocked)

    def run(work: Callable[[], object]) -> None:
        try:
            work()
        except IntegrityError as error:
            raise refusals.ClassFull(title="x", capacity=0, left=0, wanted=0) from error

    for _ in range(5):
        opened, works = _hands(cast_committed)
        try:
            said = both(*(partial(run, work) for work in works))
        finally:
            connections.close_all()
        opened.refresh_from_db()
        taken = Enrolment.objects.filter(training_class=opened, status="nominated").count()
        if said != ["done"] * 16 or taken != 8 or opened.seats_taken != taken or _jumps(opened):
            return
    pytest.fail("sixteen hands without a lock did no harm")
