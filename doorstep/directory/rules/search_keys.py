"""Under which short keys a name is found: pairs of characters and pairs of pinyin initials."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from itertools import pairwise

from opencc import OpenCC

# We ask for single characters: the readings of 47,000 phrases would cost each process 0.6 s and 45 MB for nothing.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
from pypinyin import Style, lazy_pinyin, pinyin  # noqa: E402

_WORDS = re.compile(r"[0-9A-Za-z\u3400-\u9fff\U00020000-\U0003ffff]+")
_VARIANTS = str.maketrans({"畬": "畲", "．": ".", "（": "(", "）": ")"})


@lru_cache(maxsize=1)
def _to_simplified() -> OpenCC:
    return OpenCC("t2s")


def normal_name(text: str) -> str:
    """`text` in simplified characters, without spaces and punctuation, lower case."""
    plain = text.translate(_VARIANTS)
    if any("\u4e00" <= c <= "\u9fff" for c in plain):
        plain = _to_simplified().convert(plain).translate(_VARIANTS)
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
    return list(dict.fromkeys(_pairs(normal)))[:6]
