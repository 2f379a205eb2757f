"""What a cell says once typing accidents are taken off."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time
from functools import lru_cache
from typing import Any

from opencc import OpenCC

# Characters nobody sees: zero width, direction marks, byte order mark, soft hyphen, variation selectors.
_INVISIBLE = re.compile(
    "[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff\x00-\x08\x0e-\x1f\x7f]"
)
_SPACES = re.compile(r"\s+")
_QUOTES = "'`’‘\"“”＇"
# Printable ASCII without quotes at its ends, and common characters: nothing to tidy.
_TIDY = re.compile(r"(?:[!#-&(-_a-~](?:[ -~]*[!#-&(-_a-~])?|[0-9A-Za-z\u4e00-\u9fa5]+)\Z")
_NOTHING = frozenset(
    [
        *("-", "--", "---", "—", "——", "/", "\\", "、", ".", "。", "*", "?", "无", "無", "没有", "空", "暂无", "未填"),
        *("未知", "不详", "不清楚", "N/A", "NA", "n/a", "na", "null", "NULL", "None", "none", "NaN", "nan", "#N/A"),
    ]
)
_ERROR_VALUES = frozenset(("#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"))
_UNREADABLE = re.compile("[\ue000-\uf8ff\ufffd\U000f0000-\U0010ffff□■〓?？]")


def text_of(value: Any) -> str:
    """A cell as text, unchanged otherwise: whole numbers without `.0`, dates as ISO."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def plain(value: Any) -> str:
    """A cell's text without invisible characters, full-width forms, stray quotes and doubled spaces."""
    text = text_of(value)
    if not text or _TIDY.match(text):
        return text
    return _plain(text)


@lru_cache(maxsize=16384)
def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    return _SPACES.sub(" ", text).strip().strip(_QUOTES).strip()


def packed(value: Any) -> str:
    """`plain` without any space at all, for codes, names of units and headers."""
    return plain(value).replace(" ", "")


def is_nothing(text: str) -> bool:
    """True for an empty cell and for what people write into one: a dash, 无, 不详."""
    return not text or text in _NOTHING


def is_error_value(value: Any) -> bool:
    """True for what Excel shows in place of a value it lost; #N/A says that there is none."""
    return type(value) is str and value in _ERROR_VALUES


def has_unreadable(text: str) -> bool:
    """True when a character was lost on the way: a question mark, a box, a private-use sign."""
    return bool(_UNREADABLE.search(text))


@lru_cache(maxsize=1)
def _converter() -> OpenCC:
    return OpenCC("t2s")


@lru_cache(maxsize=16384)
def simplified(text: str) -> str:
    """`text` in simplified characters, with the variants of 畲 and 虎𬇙 the official lists use."""
    if text.isascii():
        return text
    converted: str = _converter().convert(text)
    for variant in ("虎贝", "虎坝", "虎浿"):
        converted = converted.replace(variant, "虎𬇙")
    return converted.replace("畬", "畲")
