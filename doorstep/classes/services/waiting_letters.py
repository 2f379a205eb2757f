"""What an organiser writes to everybody who waits: for a seat in a class, or for a day of what one ordered."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction

from doorstep.classes.events import WaitingWritten
from doorstep.classes.models import TrainingClass, WaitingLetter
from doorstep.classes.queries.waiting import orders_that_wait_for, waiting_total
from doorstep.classes.services.waiting_refusals import LetterEmpty, LetterHoldsNumbers, NobodyToWrite
from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.events import record
from doorstep.core.masking import personal_number
from doorstep.core.permissions import require

if TYPE_CHECKING:
    from doorstep.directory.models import Unit


@transaction.atomic
def write_to_waiting(*, training_class: TrainingClass, text: str, key: UUID, actor: Actor) -> WaitingLetter:
    """Tell everybody who waits for a class something, and the secretaries of their branches.

    The same form handed in twice is one letter. Raises LetterEmpty, LetterHoldsNumbers, NobodyToWrite.
    """
    require(actor, "classes.confirm_seats", at=training_class.place)
    letter = WaitingLetter(key=key, training_class=training_class, unit=training_class.unit)
    return _written(letter, text, waiting_total(training_class), actor)


@transaction.atomic
def write_to_orders(*, unit: Unit, text: str, key: UUID, actor: Actor) -> WaitingLetter:
    """Tell every unit whose order to `unit` waits for a day something; groups from outside are not written to.

    Raises LetterEmpty, LetterHoldsNumbers, NobodyToWrite.
    """
    require(actor, "classes.answer_order", at=unit.path)
    count = orders_that_wait_for(unit).filter(outside=None).count()
    return _written(WaitingLetter(key=key, unit=unit), text, count, actor)


def _written(letter: WaitingLetter, text: str, count: int, actor: Actor) -> WaitingLetter:
    if same := WaitingLetter.objects.filter(key=letter.key, unit=letter.unit).first():
        return same
    letter.text = text.strip()[:300]
    if not letter.text:
        raise LetterEmpty
    if number := personal_number(letter.text):
        raise LetterHoldsNumbers(number=number)
    if not count:
        raise NobodyToWrite
    letter.place, letter.waiting_count = letter.unit.path, count
    letter.written_at, letter.written_by_id = clock.now(), actor.account_id
    try:
        with transaction.atomic():
            letter.save()
    except IntegrityError:  # the same form twice at one moment
        return WaitingLetter.objects.get(key=letter.key)
    record(
        WaitingWritten(letter.pk),
        actor=actor,
        place=letter.place,
        county=letter.unit.county,
        subject=("class", letter.training_class_id) if letter.training_class_id else ("unit", letter.unit_id),
        detail={"count": count},
    )
    return letter
