"""How an office words a message: checked, kept version by version, and taken back to what was shipped."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.events import record
from doorstep.core.permissions import require
from doorstep.notices.events import TextWorded
from doorstep.notices.models import Wording
from doorstep.notices.queries.wording_checks import Words, checked_words
from doorstep.notices.services import refusals

if TYPE_CHECKING:
    from doorstep.directory.models import Unit


@transaction.atomic
def word_text(*, unit: Unit, text: str, way: str, words: Words | None, seen: int, actor: Actor) -> Wording:
    """Let a text say something else to the people of a unit by one way; None takes it back to what was shipped.

    What was sent already stays as it was. `seen` is the version one began from, 0 where there was none.
    Raises NotFound, WordingEmpty, WordingTooLong, WordingPlaceWrong, WordingHoldsNumbers, WordingChangedMeanwhile.
    """
    require(actor, "notices.word_messages", at=unit.path)
    kept = checked_words(text, way, words) if words else Words("")
    rows = Wording.objects.filter(unit=unit, text=text, way=way)
    last = rows.order_by("-version").first()
    if (last.version if last else 0) != seen:
        raise refusals.WordingChangedMeanwhile
    if last and (last.title, last.body) == (kept.title, kept.body):
        return last
    made = Wording(
        unit=unit, place=unit.path, text=text, way=way, version=seen + 1, title=kept.title, body=kept.body,
        written_at=clock.now(), written_by_id=actor.account_id,
    )  # fmt: skip
    try:
        with transaction.atomic():
            rows.filter(is_in_force=True).update(is_in_force=False)
            made.save()
    except IntegrityError:  # two at once: the number of the version is the first one's
        raise refusals.WordingChangedMeanwhile from None
    detail = {"text": text, "way": way, "version": made.version}
    record(
        TextWorded(made.pk), actor=actor, place=unit.path, county=unit.county, subject=("wording", made.pk),
        detail=detail,
    )  # fmt: skip
    return made
