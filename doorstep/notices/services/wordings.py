"""How an office words a message: checked, kept version by version, and taken back to what was shipped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from doorstep.core import clock
from doorstep.core.actors import Actor
from doorstep.core.errors import NotFound
from doorstep.core.events import record
from doorstep.core.masking import personal_number
from doorstep.core.permissions import require
from doorstep.notices.events import TextWorded
from doorstep.notices.models import Wording
from doorstep.notices.queries.fields import allowed_in_body, allowed_in_title
from doorstep.notices.rules.texts import known_texts
from doorstep.notices.rules.wordings import in_fields, wrong_place
from doorstep.notices.services import refusals

if TYPE_CHECKING:
    from doorstep.directory.models import Unit

MOST_TITLE, MOST_BODY = 120, 600


@dataclass(frozen=True, slots=True)
class Words:
    """What an office wants a message to say, with `{word}` where something is filled in."""

    title: str
    body: str = ""


def checked_words(text: str, way: str, words: Words) -> Words:
    """The words as they are kept; a body is for the inbox alone.

    Raises NotFound, WordingEmpty, WordingTooLong, WordingPlaceWrong, WordingHoldsNumbers.
    """
    shipped = known_texts().get(text)
    if shipped is None or way not in Wording.Way.values:
        raise NotFound
    body = words.body.strip() if way == Wording.Way.INBOX else ""
    title = _fitting(_("标题"), words.title.strip(), allowed_in_title(shipped))
    body = _fitting(_("内容"), body, allowed_in_body(shipped))
    if not title:
        raise refusals.WordingEmpty
    if len(title) > MOST_TITLE or len(body) > MOST_BODY:
        raise refusals.WordingTooLong(title=MOST_TITLE, body=MOST_BODY)
    if number := personal_number(f"{title}\n{body}"):
        raise refusals.WordingHoldsNumbers(number=number)
    return Words(title, body)


def _fitting(where: str, written: str, allowed: Mapping[str, str]) -> str:
    """What was written, by its fields; raises WordingPlaceWrong, which names what does not fit."""
    kept = in_fields(written, allowed)
    if wrong := wrong_place(kept, allowed):
        known = _("、").join(f"{{{word}}}" for word in allowed.values()) or _("（没有）")
        raise refusals.WordingPlaceWrong(where=where, wrong=wrong, allowed=known)
    return kept


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
