"""Whether an office may word a message so: the placeholders, the length, no numbers of people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from doorstep.core.errors import NotFound
from doorstep.core.masking import personal_number
from doorstep.notices.models import Wording
from doorstep.notices.queries.fields import allowed_in_body, allowed_in_title
from doorstep.notices.rules.texts import known_texts
from doorstep.notices.rules.wordings import in_fields, wrong_place
from doorstep.notices.services import refusals

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
