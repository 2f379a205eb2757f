"""What messages say: texts by name, stated by the app in which the thing happens, filled in when they are read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class MessageText:
    """A title that names no member and may leave the product, and a body that stays in it; both with `%(field)s`."""

    title: Any
    body: Any


@dataclass(frozen=True, slots=True)
class Letter:
    """A text for some accounts: its name, the ids of the accounts, what is filled in, and where to look."""

    text: str
    to: Iterable[int]
    fields: Mapping[str, object] = field(default_factory=dict)
    link: str = ""


def one_to_each(letters: Iterable[Letter]) -> list[Letter]:
    """Letters of one text about several sittings as one to each account, which names all that concern it.

    It is the first of them, with `sittings`: when each of them is and what.
    """
    own: dict[int, list[Letter]] = {}
    for letter in letters:
        for account_id in letter.to:
            own.setdefault(account_id, []).append(letter)
    return [
        replace(first, to=[account_id], fields={**first.fields, "sittings": "; ".join(map(_sitting, (first, *others)))})
        for account_id, (first, *others) in own.items()
    ]


def _sitting(letter: Letter) -> str:
    return f"{letter.fields['starts']} {letter.fields['title']}"


_texts: dict[str, MessageText] = {}


class _Filled(dict[str, str]):
    """Fields of a message of an older release; what its text asks for besides is left empty."""

    def __missing__(self, key: str) -> str:
        return ""


def state_text(name: str, title: Any, body: Any = "") -> str:
    """Make a text known under `name`, which is given back."""
    _texts[name] = MessageText(title, body)
    return name


def known_texts() -> Mapping[str, MessageText]:
    """Every text by its name."""
    return _texts


def shown_text(name: str, fields: Mapping[str, Any]) -> tuple[str, str]:
    """Title and body in the language of the moment; a text not known any more gives its name."""
    text = _texts.get(name)
    if text is None:
        return name, ""
    filled = _Filled({key: str(value) for key, value in fields.items()})
    return str(text.title) % filled, str(text.body) % filled if text.body else ""
