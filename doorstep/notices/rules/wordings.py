"""How an office may word a message: which placeholders it may use, and what comes out when they are filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping

_SHIPPED = re.compile(r"%\((\w+)\)s")
_PLACE = re.compile(r"\{([^{}]*)\}")


def fields_in(shipped: str) -> tuple[str, ...]:
    """The fields that a shipped text fills in, each once, in the order in which they come."""
    return tuple(dict.fromkeys(_SHIPPED.findall(shipped)))


def as_places(shipped: str) -> str:
    """A shipped text with `{field}` where it says `%(field)s`: the way in which offices word theirs."""
    return _SHIPPED.sub(r"{\1}", shipped).replace("%%", "%")


def in_words(wording: str, words: Mapping[str, str]) -> str:
    """A wording as people read and write it: each `{field}` by its word."""
    return _PLACE.sub(lambda found: f"{{{words.get(found[1], found[1])}}}", wording)


def in_fields(written: str, words: Mapping[str, str]) -> str:
    """What people wrote with the words of fields, kept by the fields; other placeholders stay as they are."""
    by_word = {word: name for name, word in words.items()}
    return _PLACE.sub(lambda found: f"{{{by_word.get(found[1].strip(), found[1].strip())}}}", written)


def wrong_place(wording: str, allowed: Mapping[str, str]) -> str:
    """The first placeholder that is not allowed, as it was written, or the sign of one that is not whole; else ""."""
    for found in _PLACE.finditer(wording):
        if found[1] not in allowed:
            return found[0]
    left = _PLACE.sub("", wording)
    return next((sign for sign in left if sign in "{}"), "")


def filled(wording: str, fields: Mapping[str, object]) -> str:
    """A wording with its fields filled in; what there is no value for is left empty."""
    return _PLACE.sub(lambda found: str(fields.get(found[1], "")), wording)
