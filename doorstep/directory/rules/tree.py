"""Which units may stand below which, and how they are called for short."""

from __future__ import annotations

import re
from collections.abc import Sequence

# From the wider to the narrower; a work unit (school, hospital, firm) is a legal person with branches of its own.
_BELOW: dict[str, tuple[str, ...]] = {
    "city": ("county", "committee", "general_branch", "branch", "work_unit"),
    "county": ("township", "committee", "general_branch", "branch", "work_unit"),
    "township": ("committee", "general_branch", "branch", "work_unit"),
    "committee": ("committee", "general_branch", "branch", "work_unit"),
    "work_unit": ("committee", "general_branch", "branch"),
    "general_branch": ("branch",),
    "branch": (),
}
# The kinds that stand on a division of their own, and its level.
LEVEL_OF_KIND = {"city": "city", "county": "county", "township": "township"}
# The kinds people belong to.
MEMBER_HOMES = ("committee", "general_branch", "branch")
_PARTY = re.compile(r"^(?:中国共产党|中共)")
_ENDINGS = (("总支部委员会", "党总支"), ("支部委员会", "党支部"), ("工作委员会", "党工委"), ("委员会", "党委"))
# What stands behind the place in the short name of a unit or a school.
NAME_ENDINGS = ("党支部", "委组织部", "党委", "党工委", "党校", "学院", "党总支")
_STREETS, _DISTRICT = ("街道", "开发区"), "市辖区"
_SPLIT = re.compile(r"[\t,，]")


def kinds_below(kind: str) -> tuple[str, ...]:
    """The kinds of unit that may stand directly below one of this kind."""
    return _BELOW[kind]


def short_name_of(name: str, above: str = "") -> str:
    """The short name people use, without the place that `above`, the name of the unit above, says already.

    中共霍童镇坑头村支部委员会 below 中共蕉城区霍童镇委员会 is 坑头村党支部; a name of another form stays as it is.
    """
    plain, place = _PARTY.sub("", name.strip()), _PARTY.sub("", above)
    for ending, _short in _ENDINGS:
        place = place.removesuffix(ending)
    for start in range(len(place) - 1):
        if plain.startswith(place[start:]):
            plain = plain.removeprefix(place[start:])
            break
    for ending, short in _ENDINGS:
        if plain.endswith(ending) and plain != ending:
            return plain.removesuffix(ending) + short
    return plain or name.strip()


def names_in(text: str, above: str) -> list[tuple[str, str]]:
    """Full and short name of each line of `text`; a short name stands behind a comma or tab, or is derived."""
    found = []
    for line in text.splitlines():
        full, short = (part.strip() for part in (*_SPLIT.split(line, maxsplit=1), "")[:2])
        if full:
            found.append((full, short or short_name_of(full, above)))
    return found


def office_names(level: str, name: str, kind: str, above: str) -> tuple[str, str]:
    """Full and short name of the office of a division of this level, kind and name, below the division `above`."""
    if level == "township":
        works = kind in _STREETS
        return f"中共{above}{name}{'工作委员会' if works else '委员会'}", f"{name}{'党工委' if works else '党委'}"
    place = f"{above}{name}" if kind == _DISTRICT else name
    return f"中共{place}委组织部", f"{name}委组织部"


def free_codes(above: str, taken: Sequence[str], wanted: int) -> list[str]:
    """The next codes below the unit with the code `above`: its own with a running number no other has had."""
    start = f"{above}-"
    numbers = [int(rest) for code in taken if code.startswith(start) and (rest := code.removeprefix(start)).isdigit()]
    first = max(numbers, default=0) + 1
    return [f"{start}{number:02d}" for number in range(first, first + wanted)]
