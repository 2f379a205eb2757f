"""Which levels a circular can be sent to, and the number the next one of a unit gets."""

from __future__ import annotations

import re
from collections.abc import Iterable

LEVELS = ("county", "township", "committee", "general_branch", "branch")


def number_after(known: Iterable[str], year: int) -> str:
    """The next number of a year, such as 〔2026〕3号; numbers written in another way are not counted."""
    taken = (re.fullmatch(rf"〔{year}〕(\d{{1,6}})号", number) for number in known)
    return f"〔{year}〕{max((int(found[1]) for found in taken if found), default=0) + 1}号"
