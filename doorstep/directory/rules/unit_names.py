"""Which unit does the name in a roster mean, and is there another it could mean as well?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from doorstep.directory.rules.text_forms import packed, simplified

BRANCH = "branch"
GENERAL_BRANCH = "general_branch"
COMMITTEE = "committee"
CLOSE = 0.6
MOST_CLOSE = 3
MOST_CHOICES = 12
_PROVINCE = "福建省"

_PARTY = re.compile(r"^(?:中国共产党|中共|共产党)")
_TYPES = (
    (re.compile(r"(?:联合|临时)?(?:党支部委员会|支部委员会|党支部|支部)$"), BRANCH),
    (re.compile(r"(?:党总支部委员会|总支部委员会|总支委员会|党总支部|总支部|党总支|总支)$"), GENERAL_BRANCH),
    (re.compile(r"(?:党的工作委员会|党工委|工作委员会|党委会|党委|委员会)$"), COMMITTEE),
)
_VILLAGE = re.compile(r"(?:村民委员会|居民委员会|社区居委会|村委会|居委会|社区|村|居)$")
_PLACE_SUFFIX = re.compile(r"(?:畲族乡|回族乡|街道办事处|街道|自治县|镇|乡|县|市|区|省)$")
_OFFICE = re.compile(r"委(?:组织部|办公室)?$")
_PUNCTUATION = re.compile(r"[（）()【】\[\]“”\"'‘’·.,，。、:：;；\-—_/\\<>《》〈〉]")
_ARABIC_ORDINAL = re.compile(r"(?:第([1-9])|(?<!\d)([1-9]))(?=(?:联合|临时)?(?:党支部|支部|党总支|总支|小组|村民))")
_NUMERALS = str.maketrans("123456789", "一二三四五六七八九")
_ORDINAL = re.compile(r"第?([一二三四五六七八九十]+)$")


@dataclass(frozen=True, slots=True)
class UnitEntry:
    """A unit that may be named; `above` are the names of its ancestors and its division's, from the top."""

    id: int
    code: str
    name: str
    short_name: str
    kind: str
    path: str
    above: tuple[str, ...]

    @property
    def label(self) -> str:
        """The name with the two nearest places above it, so that namesakes can be told apart."""
        places = [name for name in self.above[-2:] if name not in self.short_name]
        return "".join([*places, self.short_name])


@dataclass(frozen=True, slots=True)
class Village:
    """A village, whether or not it has a branch; `above` are the names of the places above it, from the top."""

    name: str
    above: tuple[str, ...]

    @property
    def label(self) -> str:
        """The name with the two nearest places above it."""
        return "".join([*self.above[-2:], self.name])


@dataclass(frozen=True, slots=True)
class UnitMatch:
    """The units a name can mean: none, one or several; `near` are close names when there is none.

    `bare` are villages the name means just as well, but which have no unit of that name.
    """

    found: tuple[UnitEntry, ...]
    near: tuple[UnitEntry, ...] = ()
    bare: tuple[Village, ...] = ()


@dataclass(frozen=True, slots=True)
class _Parsed:
    body: str
    kind: str


@lru_cache(maxsize=65536)
def normal_unit_name(text: str) -> str:
    """A unit's name for comparing: simplified, without 中共, blanks and punctuation."""
    name = _PARTY.sub("", _PUNCTUATION.sub("", simplified(packed(text)))).removeprefix(_PROVINCE)
    return _ARABIC_ORDINAL.sub(lambda found: found[0].translate(_NUMERALS), name)


def _parsed(name: str) -> _Parsed:
    for pattern, kind in _TYPES:
        body = pattern.sub("", name)
        if body != name:
            # 总支部 ends in 支部, too: what is left of a general branch ends in 总 or 党总.
            if kind == BRANCH and body.endswith("总"):
                return _Parsed(body.removesuffix("总").removesuffix("党"), GENERAL_BRANCH)
            return _Parsed(body.removesuffix("党"), kind)
    return _Parsed(name, "")


def place_of(name: str, above: Sequence[str]) -> str:
    """The place a unit's name speaks of, without those above it: 中共蕉城区虎𬇙镇委员会 gives 虎𬇙镇."""
    body = _parsed(normal_unit_name(name)).body
    body = _OFFICE.sub("", body)
    for place in above:
        for form in _place_forms(place):
            if body.startswith(form) and len(body) > len(form):
                body = body[len(form) :]
                break
    return body


@lru_cache(maxsize=8192)
def _place_forms(name: str) -> tuple[str, ...]:
    """The ways a place above is written: 下党乡, 下党; 佳阳畲族乡, 佳阳乡, 佳阳."""
    body = _parsed(normal_unit_name(name)).body
    stem = _PLACE_SUFFIX.sub("", body) if len(body) > 2 else body
    forms = [body, stem + "乡" if body.endswith("族乡") else "", stem]
    return tuple(dict.fromkeys(form for form in forms if form))


def _core_forms(body: str) -> tuple[str, ...]:
    stem = _VILLAGE.sub("", body) if len(body) > 2 else body
    ordinal = _ORDINAL.sub(r"\1", body)
    return tuple(dict.fromkeys((body, stem, ordinal)))


class UnitIndex:
    """The names of a network of units, ready for looking up what rosters write.

    Every unit is found under its full name, its short name, and the tail of its name (the village)
    with any of the places above it in front.
    """

    def __init__(self, units: Iterable[UnitEntry], *, home: str, villages: Iterable[Village] = ()) -> None:
        self.home = home
        self._by_name: dict[str, list[UnitEntry]] = {}
        self._by_core: dict[str, list[UnitEntry]] = {}
        self._places: dict[str, tuple[str, ...]] = {}
        self._cache: dict[str, UnitMatch] = {}
        self._villages: dict[str, list[Village]] = {}
        for unit in units:
            self._add(unit)
        for village in villages:
            self._add_village(village)

    def _add(self, unit: UnitEntry) -> None:
        for name in {normal_unit_name(unit.name), normal_unit_name(unit.short_name)}:
            self._by_name.setdefault(name, []).append(unit)
        self._by_name.setdefault(unit.code.upper(), []).append(unit)
        self._know_places(unit.above)
        bodies = {_OFFICE.sub("", _parsed(normal_unit_name(name)).body) for name in (unit.name, unit.short_name)}
        cores = {form for body in bodies for form in _core_forms(self._without_places(body, unit.above) or body)}
        for core in cores:
            if core:
                self._by_core.setdefault(core, []).append(unit)

    def _add_village(self, village: Village) -> None:
        self._know_places(village.above)
        for core in _core_forms(normal_unit_name(village.name)):
            self._villages.setdefault(core, []).append(village)

    def _know_places(self, above: Sequence[str]) -> None:
        for name in above:
            if name not in self._places:
                self._places[name] = _place_forms(name)

    def _without_places(self, body: str, above: Sequence[str]) -> str:
        """`body` without the places above in front of it, in their order; each may be missing."""
        for name in above:
            for form in self._places[name]:
                if body.startswith(form):
                    rest = body[len(form) :]
                    if rest and not _VILLAGE.fullmatch(rest):
                        body = rest
                    break
        return body

    def match(self, raw: str) -> UnitMatch:
        """The units `raw` can mean; those below the importing unit come first."""
        if raw not in self._cache:
            self._cache[raw] = self._match(raw)
        return self._cache[raw]

    def _match(self, raw: str) -> UnitMatch:
        name = normal_unit_name(raw)
        if not name:
            return UnitMatch(())
        full = [unit for unit in self._by_name.get(name, ()) if normal_unit_name(unit.name) == name]
        code = packed(raw).upper()
        coded = [unit for unit in self._by_name.get(code, ()) if unit.code.upper() == code]
        if len(full) == 1 or coded:
            return UnitMatch(tuple(full or coded))
        parsed = _parsed(name)
        found = full or self._by_tail(parsed) or self._by_name.get(name, [])
        found = self._of_kind(found, parsed.kind)
        if found:
            return UnitMatch(self._ordered(found), bare=() if full else self._bare(parsed, found))
        return UnitMatch((), self._near(parsed.body))

    def _by_tail(self, parsed: _Parsed) -> list[UnitEntry]:
        """Units whose core is a tail of the name and whose places above account for all before it."""
        body, found = parsed.body, {}
        for start in range(len(body)):
            for core in _core_forms(body[start:]):
                for unit in self._by_core.get(core, ()):
                    if self._accounts_for(body[:start], unit.above):
                        found[unit.id] = unit
            if found and self._of_kind(list(found.values()), parsed.kind):
                break
        return list(found.values())

    def _bare(self, parsed: _Parsed, found: Sequence[UnitEntry]) -> tuple[Village, ...]:
        """The villages a branch's name can mean in whose township none of the found units lies."""
        if parsed.kind not in (BRANCH, ""):
            return ()
        body = parsed.body
        meant = {
            village
            for start in range(len(body))
            for core in _core_forms(body[start:])
            for village in self._villages.get(core, ())
            if self._accounts_for(body[:start], village.above)
        }
        seated = [village for village in meant if not any(village.above[-1] in unit.above for unit in found)]
        return tuple(sorted(seated, key=lambda village: village.above))

    def _accounts_for(self, prefix: str, above: Sequence[str]) -> bool:
        for name in above:
            for form in self._places[name]:
                if prefix.startswith(form):
                    prefix = prefix[len(form) :]
                    break
        return not prefix

    @staticmethod
    def _of_kind(found: Sequence[UnitEntry], kind: str) -> list[UnitEntry]:
        """Those of the kind the name says; a name without a kind means a branch if there is one."""
        if kind:
            same = [unit for unit in found if unit.kind == kind]
            return same or [unit for unit in found if kind == COMMITTEE and unit.kind not in (BRANCH, GENERAL_BRANCH)]
        return [unit for unit in found if unit.kind == BRANCH] or list(found)

    def _ordered(self, found: Iterable[UnitEntry]) -> tuple[UnitEntry, ...]:
        unique = {unit.id: unit for unit in found}.values()
        return tuple(sorted(unique, key=lambda unit: (not unit.path.startswith(self.home), unit.path)))

    def _near(self, body: str) -> tuple[UnitEntry, ...]:
        """Units below the importing unit with a close name, for a proposal."""
        here = {
            core: units for core, units in self._by_core.items() if any(u.path.startswith(self.home) for u in units)
        }
        found: dict[int, UnitEntry] = {}
        for core in get_close_matches(body, here, n=MOST_CLOSE, cutoff=CLOSE):
            for unit in here[core]:
                if unit.kind == BRANCH and unit.path.startswith(self.home):
                    found[unit.id] = unit
        return tuple(found.values())[:MOST_CLOSE]
