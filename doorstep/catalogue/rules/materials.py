"""When a book number is right, what a ledger of copies comes to, whether there are enough for what is planned."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

_DASHES = str.maketrans("", "", "- ‐‑‒–—")
_BOOKLAND = ("978", "979")


def isbn_of(text: str) -> str:
    """The ten or thirteen figures of a book number as they are kept; "" when the check digit says they are mistyped.

    Source: ISO 2108 (weights 10 to 2 and eleven; one and three in turn and ten).
    """
    figures = text.translate(_DASHES).upper()
    if len(figures) == 13 and _is_figures(figures) and figures.startswith(_BOOKLAND):
        total = sum(int(figure) * (3 if place % 2 else 1) for place, figure in enumerate(figures))
        return figures if total % 10 == 0 else ""
    if len(figures) == 10 and _is_figures(figures[:9]) and (_is_figures(figures[9]) or figures[9] == "X"):
        values = [10 if figure == "X" else int(figure) for figure in figures]
        total = sum(weight * value for weight, value in zip(range(10, 0, -1), values, strict=True))
        return figures if total % 11 == 0 else ""
    return ""


def _is_figures(text: str) -> bool:
    """Only 0 to 9: figures of other scripts are none here."""
    return text.isascii() and text.isdecimal()


def balance_of(copies: Iterable[int]) -> int:
    """What a ledger of copies comes to: each line is what came (above nothing) or went (below)."""
    return sum(copies)


def may_move(held: int, copies: int) -> bool:
    """True when `copies` (what goes is below nothing) can move from or to where `held` are: no shelf owes copies."""
    return held + copies >= 0


@dataclass(frozen=True, slots=True)
class Need:
    """What a class needs of an edition: seats it has, copies it has been given already."""

    seats: int
    given: int = 0


def copies_lacking(needs: Iterable[Need], *, held: int, coming: int, reserve: int) -> int:
    """How many copies of an edition a unit lacks for its classes; nothing where no class needs any.

    What is on its way counts as there; `reserve` copies stay besides.
    Source: policy:material.reserve_copies.
    """
    wanted = sum(max(0, need.seats - need.given) for need in needs)
    return max(0, wanted + reserve - held - coming) if wanted else 0
