"""Which code does a word in a roster stand for?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from doorstep.directory.rules.reference import code_lists, code_words
from doorstep.directory.rules.roster_types import Choice, Cleaned, ambiguous, error, note, warn
from doorstep.directory.rules.text_forms import is_nothing, packed, simplified

_NOT_A_STEM = re.compile(r"[()（）【】\[\]].*")
_CLOSE = 0.6
NO_POST = "0"
LONGEST_OCCUPATION = 60


@lru_cache(maxsize=64)
def _words(code_list: str, how: str) -> Mapping[str, str]:
    """Words seen in rosters that fit a code: `exact`, `rough`, a `slip`, a `choice`; or `outsider`, `gone`."""
    return code_words().get((code_list, how), {})


@lru_cache(maxsize=16)
def _names(code_list: str) -> Mapping[str, str]:
    """Every exact word of a list, in simplified characters and small letters."""
    known = {simplified(packed(name)).lower(): code for code, name in code_lists()[code_list].items()}
    if code_list == "ethnicity":
        known |= {
            name.removesuffix("族"): code for name, code in known.items() if name.endswith("族") and len(name) > 2
        }
        known |= {"汉": "01", "畲": "22", "满": "11", "苗": "06", "回": "03", "壮": "08", "藏": "04"}
    return {**known, **_words(code_list, "exact")}


def choice(code_list: str, code: str) -> Choice:
    """A code offered under its name."""
    return Choice(code, code_lists()[code_list][code])


@lru_cache(maxsize=65536)
def clean_code(value: str, field: str, code_list: str) -> Cleaned:
    """The code a word stands for, by name first; what only nearly fits is proposed, not taken."""
    text = packed(value)
    word = simplified(text).lower()
    if is_nothing(text) and word not in _names(code_list):
        return Cleaned()
    if found := _names(code_list).get(word):
        told = () if word == value else (note(field, "code.normalised", name=code_lists()[code_list][found]),)
        return Cleaned(found, told)
    if found := _words(code_list, "rough").get(word):
        return Cleaned(found, (warn(field, "code.rough", raw=text, name=code_lists()[code_list][found]),))
    if options := _words(code_list, "choice").get(word):
        return Cleaned(
            problems=(ambiguous(field, "code.several", *(choice(code_list, c) for c in options.split(";")), raw=text),)
        )
    if word.isdigit():
        return _by_number(word, field, code_list)
    return _unknown(word, text, field, code_list)


def _by_number(word: str, field: str, code_list: str) -> Cleaned:
    """A bare number: taken when the list knows it, and told, since other systems number differently."""
    names = code_lists()[code_list]
    width = len(next(iter(names)))
    code = word.zfill(width)
    if code not in names:
        return Cleaned(problems=(error(field, "code.number_unknown", raw=word),))
    weigh = note if code_list in ("sex", "ethnicity") else warn
    return Cleaned(code, (weigh(field, "code.by_number", raw=word, name=names[code]),))


def _unknown(word: str, text: str, field: str, code_list: str) -> Cleaned:
    if word in _words(code_list, "outsider"):
        return Cleaned(problems=(error(field, "category.outsider", raw=text),))
    if word in _words(code_list, "gone"):
        return Cleaned(problems=(error(field, "category.gone", raw=text),))
    if code_list == "member_occupation":
        return Cleaned(text[:LONGEST_OCCUPATION], (note(field, "occupation.free_text", raw=text),))
    return Cleaned(problems=(error(field, "code.unknown", *_proposals(word, code_list), raw=text),))


def _proposals(word: str, code_list: str) -> tuple[Choice, ...]:
    """What the writer may have meant: a known slip, the word without its brackets, or a close word."""
    if slip := _words(code_list, "slip").get(word):
        return (choice(code_list, slip),)
    known = _names(code_list)
    if stem := known.get(_NOT_A_STEM.sub("", word)):
        return (choice(code_list, stem),)
    close = get_close_matches(word, known, n=3, cutoff=_CLOSE)
    return tuple(dict.fromkeys(choice(code_list, known[name]) for name in close))


def sex_of_text(value: Any, *, swapped: bool) -> Cleaned:
    """A sex; `swapped` reads the digits of a system that has 1 for women and 2 for men."""
    found = clean_code(str(int(value)) if isinstance(value, (int, float)) else str(value), "sex", "sex")
    if swapped and packed(value).strip("0.") in ("1", "2"):
        return Cleaned({"1": "2", "2": "1"}[found.value], found.problems)
    return found


@lru_cache(maxsize=8192)
def clean_yes_no(value: str, field: str) -> Cleaned:
    """`1` for yes, `0` for no, empty for an empty cell; anything else is asked about."""
    text = simplified(packed(value)).lower()
    if not text:
        return Cleaned()
    known = _words("yes_no", "exact").get(text)
    if known or is_nothing(text):
        return Cleaned(known or "0")
    return Cleaned(problems=(error(field, "yes_no.unreadable", Choice("1", "是"), Choice("0", "否"), raw=text),))


_POST_SEPARATORS = re.compile(r"[、,，;；/+＋兼和及&()]+")


@lru_cache(maxsize=32768)
def clean_posts(value: str) -> Cleaned:
    """Posts as codes joined by `;`: 副书记兼组织委员 gives 3;4."""
    text = simplified(packed(value))
    whole = clean_code(value, "post", "party_post")
    if whole.value or not text:
        return whole
    codes: list[str] = []
    problems = [p for p in whole.problems if p.code == "code.several"]
    unread = False
    for part in [part for part in _POST_SEPARATORS.split(text) if part] if not problems else []:
        found = clean_code(part, "post", "party_post")
        codes += [found.value] if found.value else []
        problems += [p for p in found.problems if p.code != "code.unknown"]
        unread = unread or not found.value
    real = [code for code in dict.fromkeys(codes) if code != NO_POST]
    if not codes and not problems:
        return Cleaned(problems=(warn("post", "post.not_a_party_post", raw=text),))
    if unread:
        problems.append(warn("post", "post.partly_read", raw=text))
    return Cleaned(";".join(real or codes[:1]), tuple(problems))
