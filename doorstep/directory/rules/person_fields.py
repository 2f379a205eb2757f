"""Are a name, a phone number, an address and the other plain columns of a roster usable?"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from doorstep.directory.rules.roster_types import Choice, Cleaned, Problem, error, note, warn
from doorstep.directory.rules.text_forms import has_unreadable, is_nothing, plain, text_of

NAME_LENGTH = 60
TEXT_LENGTHS = {
    "degree": 30,
    "work_unit": 120,
    "address": 200,
    "new_stratum": 40,
    "remark": 200,
    "occupation": 60,
    "landline": 30,
    "flow_to": 60,
}
OLDEST_PARTY_AGE = 105
MOBILE_LENGTH = 11

_CHINESE = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff〇"
PLAIN_NAME = re.compile(rf"[{_CHINESE}]{{2,4}}\Z")
_LONG_NAME = re.compile(rf"[{_CHINESE}]+(?:·[{_CHINESE}]+)*\Z")
_DOTS = re.compile(r"[．.•・‧∙⋅●﹒\u30fb\u2022]")
_BETWEEN = re.compile(rf"(?<=[{_CHINESE}·])\s+(?=[{_CHINESE}·])")
_FOREIGN_NAME = re.compile(r"[^\W\d_](?:[^\W\d_]|[ .'·-])*\Z")
_BRACKETS = re.compile(r"[(（\[【<〈].*")
_NUMBERING = re.compile(r"^\d+[.、)）\s]*|[*★☆△▲◎√×]+")
PLAIN_MOBILE = re.compile(r"1[3-9]\d{9}\Z", re.ASCII)
# Long enough not to be one of the words for nothing.
PLAIN_ADDRESS = re.compile(r"[\u4e00-\u9fa5][\u4e00-\u9fa50-9]{3,99}\Z")
_LANDLINE = re.compile(r"(?:0\d{2,3}-?)?[2-9]\d{6,7}(?:-\d{1,5})?\Z", re.ASCII)
_PHONE_NOISE = re.compile(r"[\s\-_.()（）—–]")
_COUNTRY = re.compile(r"^(?:\+|00)?86(?=1[3-9]\d{9}$)")
_MOBILE_INSIDE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)", re.ASCII)
_POINT_ZERO = re.compile(r"\.0+\Z")  # as a spreadsheet writes a number that it takes for a fraction
_PHONE_SPLIT = re.compile(r"[/、,，;；\\或]|\s+(?=1[3-9]\d{9})")


def clean_name(value: str) -> Cleaned:
    """A person's name without the blanks and marks typists add; what is doubtful is proposed."""
    if PLAIN_NAME.match(value):
        return Cleaned(value)
    text = _DOTS.sub("·", _BETWEEN.sub("", plain(value)))
    if is_nothing(text):
        return Cleaned(problems=(error("name", "name.missing"),))
    if has_unreadable(text):
        return Cleaned(problems=(error("name", "name.unreadable", raw=text),))
    if _LONG_NAME.match(text) and 2 <= len(text) <= NAME_LENGTH:
        told = () if text == value else (note("name", "name.normalised", raw=value.strip()),)
        if len(text) > 5 and "·" not in text:
            told = (*told, warn("name", "name.long", raw=text))
        return Cleaned(text, told)
    return _odd_name(text)


def _odd_name(text: str) -> Cleaned:
    stem = _NUMBERING.sub("", _BRACKETS.sub("", text)).replace(" ", "").strip("·")
    if stem != text and _LONG_NAME.match(stem) and len(stem) > 1:
        return Cleaned(problems=(error("name", "name.with_marks", Choice(stem, stem), raw=text),))
    if len(text) == 1 or len(text) > NAME_LENGTH:
        return Cleaned(problems=(error("name", "name.length", raw=text[:NAME_LENGTH]),))
    if any(c.isdigit() for c in text):
        return Cleaned(problems=(error("name", "name.digits", raw=text),))
    if _FOREIGN_NAME.match(text):
        return Cleaned(text, (warn("name", "name.foreign", raw=text),))
    return Cleaned(problems=(error("name", "name.signs", raw=text),))


def clean_mobile(value: Any) -> Cleaned:
    """An 11-digit mobile number, or what is wrong with it."""
    if isinstance(value, float) and not value.is_integer():
        return Cleaned(problems=(error("mobile", "mobile.lost_digits", raw=repr(value)),))
    text = text_of(value)
    return Cleaned(text) if PLAIN_MOBILE.match(text) else _odd_mobile(text)


def _bare(text: str) -> str:
    return _COUNTRY.sub("", _PHONE_NOISE.sub("", text))


def _odd_mobile(raw: str) -> Cleaned:
    text = plain(raw)
    if is_nothing(text):
        return Cleaned()
    compact = _bare(text)
    if PLAIN_MOBILE.match(compact):
        return Cleaned(compact, (note("mobile", "mobile.normalised"),))
    if re.search(r"\d\.\d+[eE]\+?\d", text):
        return Cleaned(problems=(error("mobile", "mobile.lost_digits", raw=text),))
    if (cut := _bare(_POINT_ZERO.sub("", text))) != compact and PLAIN_MOBILE.match(cut):
        return Cleaned(problems=(error("mobile", "mobile.point_zero", Choice(cut, cut)),))
    if "*" in text:
        return Cleaned(problems=(error("mobile", "mobile.masked"),))
    numbers = [_bare(part) for part in _PHONE_SPLIT.split(text)]
    good = tuple(dict.fromkeys(n for n in numbers if PLAIN_MOBILE.match(n)))
    if len(numbers) > 1 and good:
        return Cleaned(problems=(error("mobile", "mobile.several", *(Choice(n, n) for n in good)),))
    repaired = compact.upper().replace("O", "0").replace("I", "1").replace("L", "1")
    if repaired != compact and PLAIN_MOBILE.match(repaired):
        return Cleaned(problems=(error("mobile", "mobile.letters", Choice(repaired, repaired)),))
    if _LANDLINE.match(re.sub(r"[\s()（）]", "", text)):
        return Cleaned(problems=(error("mobile", "mobile.landline", Choice(f"landline={text}", text)),))
    if len(inside := _MOBILE_INSIDE.findall(compact)) == 1:
        return Cleaned(problems=(error("mobile", "mobile.with_text", Choice(inside[0], inside[0])),))
    return Cleaned(problems=(_not_a_mobile(compact),))


def _not_a_mobile(compact: str) -> Problem:
    """What keeps this from being a mobile number: how many digits it has, or how it begins."""
    digits = "".join(c for c in compact if c.isdigit())
    if len(digits) == MOBILE_LENGTH:
        return error("mobile", "mobile.beginning", start=digits[:2])
    return error("mobile", "mobile.length", length=len(digits))


def clean_text(value: str, field: str) -> Cleaned:
    """A free text: tidied, not longer than its column."""
    text = plain(value)
    if is_nothing(text):
        return Cleaned()
    longest = TEXT_LENGTHS[field]
    if len(text) > longest:
        return Cleaned(problems=(error(field, "text.too_long", length=len(text), longest=longest),))
    if "\ufffd" in text:
        return Cleaned(problems=(error(field, "text.unreadable", raw=text[:20]),))
    return Cleaned(text)


@lru_cache(maxsize=4096)
def clean_party_age(value: str) -> Cleaned:
    """Years in the Party as a whole number: 31, 31年, 31.5."""
    text = plain(value)
    if is_nothing(text):
        return Cleaned()
    found = re.fullmatch(r"(\d{1,3})(?:\.\d+)?\s*(?:年|周年)?(?:\d{1,2}个?月)?", text)
    if not found or int(found[1]) > OLDEST_PARTY_AGE:
        return Cleaned(problems=(warn("party_age", "party_age.unreadable", raw=text[:20]),))
    return Cleaned(str(int(found[1])))
