"""Under which short keys a name is found: pairs of characters and pairs of pinyin initials; and how a query is read."""

from __future__ import annotations

import os
import re
from collections.abc import Set
from functools import lru_cache
from itertools import pairwise

from doorstep.directory.rules.text_forms import simplified

# We ask for single characters: the readings of 47,000 phrases would cost each process 0.6 s and 45 MB for nothing.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
from pypinyin import Style, lazy_pinyin, pinyin  # noqa: E402

_WORDS = re.compile(r"[0-9A-Za-z\u3400-\u9fff\U00020000-\U0003ffff]+")
_VARIANTS = str.maketrans({"．": ".", "（": "(", "）": ")"})
_PAIRS_ASKED, _SOUNDS_ASKED, _CUTS_READ, _LONGEST_SYLLABLE = 6, 3, 2, 6
_LIKE_SOUNDING = 60  # characters of one syllable that are tried, the common ones first: at most 3,600 pairs of two
# In names of townships and villages here, and rare or in no list elsewhere (`directory/reference`): tried first.
_OF_HERE = "𬇙漈岐嵛磻墘垾塅坵扆昇杞楩浿硋礵笕筜筼翼藟衕钰雉"
# A query as it may be read: of each set of keys a name must have one.
Way = tuple[Set[str], ...]


def normal_name(text: str) -> str:
    """`text` in simplified characters, without spaces and punctuation, lower case."""
    plain = simplified(text.translate(_VARIANTS))
    return "".join(_WORDS.findall(plain)).lower()


@lru_cache(maxsize=20000)
def _initial(character: str) -> str:
    return (lazy_pinyin(character, style=Style.FIRST_LETTER) or [""])[0][:1].lower()


@lru_cache(maxsize=20000)
def _readings(character: str) -> tuple[str, ...]:
    """The initials of every reading of a character."""
    found = pinyin(character, style=Style.FIRST_LETTER, heteronym=True)
    return tuple(dict.fromkeys(r[:1].lower() for r in (found[0] if found else []) if r)) or (character,)


def initials_of(text: str) -> str:
    """The pinyin initials of a name, as people type them: 陈国梁 gives cgl."""
    return "".join(_initial(c) for c in normal_name(text))


def _pairs(text: str) -> list[str]:
    return [text[i : i + 2] for i in range(len(text) - 1)]


@lru_cache(maxsize=50000)
def _keys_of_one(name: str) -> frozenset[str]:
    normal = normal_name(name)
    if not normal:
        return frozenset()
    keys = {normal[0], *_pairs(normal)}
    # A character with two readings is found under both: 长桥 as cq and as zq.
    for first, second in pairwise(normal):
        keys.update(a + b for a in _readings(first) for b in _readings(second))
    return frozenset(keys if len(normal) > 1 else {*keys, *_readings(normal)})


def keys_of(*names: str) -> set[str]:
    """Every key under which something with these names is found."""
    return set().union(*(_keys_of_one(name) for name in names))


def key_of_query(text: str) -> list[str]:
    """The keys that must all be there for `text` to match, the rarest kind first; [] for nothing usable."""
    normal = normal_name(text)
    if len(normal) < 2:
        return [normal] if normal else []
    return list(dict.fromkeys(_pairs(normal)))[:_PAIRS_ASKED]


def ways_of_query(text: str) -> list[Way]:
    """The ways to read `text`, as it stands first; [] for nothing usable.

    Words with spaces between them need not follow each other in the name. Letters that make up two syllables or more
    are read as pinyin written out too: xiadang finds 下党, as xd does. Written-out pinyin is turned into the pairs of
    characters that sound so, which names are keyed by anyway.
    """
    ways: list[Way] = [tuple({key} for key in key_of_query(text))]
    words = [word for word in map(normal_name, text.split()) if word]
    if len(words) > 1 and min(map(len, words)) > 1:
        apart = dict.fromkeys(pair for word in words for pair in _pairs(word))
        ways.append(tuple({pair} for pair in list(apart)[:_PAIRS_ASKED]))
    letters = normal_name(text)
    if letters.isascii() and letters.isalpha():
        ways += [_sounding(cut) for cut in _cuts(letters) if len(cut) > 1]
    return [way for way in ways if way]


def is_found(ways: list[Way], keys: Set[str]) -> bool:
    """Whether a name with these keys answers a query that is read in one of these ways."""
    return any(all(some & keys for some in way) for way in ways)


def _sounding(syllables: tuple[str, ...]) -> Way:
    """For each two syllables that follow each other, every pair of characters that sounds so."""
    table = _syllables()
    pairs = list(pairwise(syllables))[:_SOUNDS_ASKED]
    return tuple({a + b for a in table[first] for b in table[second]} for first, second in pairs)


def _cuts(letters: str) -> list[tuple[str, ...]]:
    """The ways to cut letters into syllables of pinyin, those with the fewest first: xian is xian, then xi an."""
    table = _syllables()
    found: list[list[tuple[str, ...]]] = [[()], *([] for _letter in letters)]
    for end in range(1, len(letters) + 1):
        for start in range(max(0, end - _LONGEST_SYLLABLE), end):
            syllable = letters[start:end]
            if syllable in table:
                found[end] += [(*cut, syllable) for cut in found[start]]
        found[end] = sorted(found[end], key=len)[:_CUTS_READ]
    return found[-1]


@lru_cache(maxsize=1)
def _syllables() -> dict[str, str]:
    """The characters of each syllable of pinyin, without tones; GB 2312 has the common ones first."""
    rows = ((high, low) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    characters = _OF_HERE + "".join(bytes(pair).decode("gb2312", "ignore") for pair in rows)
    readings = {one: pinyin(one, style=Style.NORMAL, heteronym=True)[0] for one in characters}
    usual = [(said[0], one) for one, said in readings.items()]
    odd = [(syllable, one) for one, said in readings.items() for syllable in said[1:]]
    table: dict[str, str] = {}
    for syllable, one in (*usual, *odd):
        table[syllable] = table.get(syllable, "") + one
    # A single m or n is a hum and nobody's name.
    return {syllable: known[:_LIKE_SOUNDING] for syllable, known in table.items() if syllable not in ("m", "n")}
