"""What the ledger does when a roll is closed or corrected."""

from __future__ import annotations

from doorstep.attendance.events import MarkCorrected, RollClosed
from doorstep.core.actors import system_actor
from doorstep.core.events import handles
from doorstep.records.services import post_credit

_ACTOR = system_actor("records.post_credit")


@handles(RollClosed)
def post_closed_roll(happened: RollClosed) -> None:
    """A closed roll gives its people their hours."""
    post_credit(training_class_id=happened.training_class_id, actor=_ACTOR)


@handles(MarkCorrected)
def post_correction(happened: MarkCorrected) -> None:
    """A corrected mark reverses what it gave and gives what is right."""
    post_credit(training_class_id=happened.training_class_id, person_ids=[happened.person_id], actor=_ACTOR)
