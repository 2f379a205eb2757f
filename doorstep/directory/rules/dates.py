"""Which day, month or year does a cell mean, and how sure is that?"""

from __future__ import annotations

import contextlib
import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from doorstep.directory.rules.roster_types import Choice, Cleaned, Problem, ambiguous, error, note, warn
from doorstep.directory.rules.text_forms import is_nothing, plain, text_of

_ISO_LENGTH = 10
OLDEST_YEARS = 126
_ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})\Z", re.ASCII)
_PARTS = re.compile(
    r"(\d{4}|\d{2})[年\-./、,~_](\d{1,2})(?:[月\-./、,~_](\d{1,2}))?[日号.月]?(?:T?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?\Z",
    re.ASCII,
)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})?\Z", re.ASCII)
_SHORT_COMPACT = re.compile(r"([3-9]\d|0\d|1[0-8]|2[2-9])(0[1-9]|1[0-2])([0-2]\d|3[01])\Z", re.ASCII)
_DASHES = re.compile("[‐-―−]+")
_GAP = re.compile(r"(?<=\d) +(?=\d{1,2}(?!\d|:))")
_YEAR = re.compile(r"(\d{4})年?\Z", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})[/\-.](\d{1,2})[/\-.](\d{4})\Z", re.ASCII)
_INSIDE = re.compile(r"(\d{4})[年\-./](\d{1,2})(?:[月\-./](\d{1,2}))?")
_SERIAL_DAYS = (3653, 73050)  # 1910-01-01 to 2099-12-31 as Excel counts days
_EXCEL_EPOCH = date(1899, 12, 30).toordinal()
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_CHINESE_YEAR = re.compile(r"[〇○零一二三四五六七八九]{2,4}年")
_CHINESE_NUMBER = re.compile(r"[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九]")
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ENGLISH = re.compile(r"(?:(\d{1,2})[-. ]?)?([A-Za-z]{3})[a-z]*[-., ]*(\d{4})\Z")


@dataclass(frozen=True, slots=True)
class Moment:
    """A date as far as it is known: a day, a month (day 0) or a year (month 0)."""

    year: int
    month: int = 0
    day: int = 0

    @property
    def text(self) -> str:
        """ISO text of the known precision: 1965, 1965-03 or 1965-03-12."""
        return "-".join(
            part
            for part in (f"{self.year:04d}", f"{self.month:02d}" * bool(self.month), f"{self.day:02d}" * bool(self.day))
            if part
        )

    @property
    def first(self) -> date:
        """The earliest day it can mean."""
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last(self) -> date:
        """The latest day it can mean."""
        month = self.month or 12
        return date(self.year, month, self.day or monthrange(self.year, month)[1])

    def agrees_with(self, other: date) -> bool:
        """True when `other` lies within what is known."""
        return self.first <= other <= self.last


@lru_cache(maxsize=8192)
def moment_of(text: str) -> Moment:
    """The moment a normal form such as 1965-03 stands for."""
    return Moment(*(int(part) for part in text.split("-")))


def clean_date(value: Any, field: str, *, today: date) -> Cleaned:
    """A date in ISO text of its own precision, or what is wrong with it.

    Takes 1965-03-12, 1965.3, 1965/3, 19650312, 1965年3月12日, 65年3月, 一九六五年三月 and dates of Excel.
    An ambiguous form (1965.1 typed as a number, 03/04/1965, a bare day count) is offered for choice.
    """
    if type(value) is str and len(value) == _ISO_LENGTH and value[4] == value[7] == "-":
        # The usual form, without detours: it is asked of half the cells of a roster.
        with contextlib.suppress(ValueError):
            day = date.fromisoformat(value)
            if day <= today and day.year >= today.year - OLDEST_YEARS:
                return Cleaned(value)
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return _judged(Moment(value.year, value.month, value.day), field, today, ())
    if isinstance(value, float) and not value.is_integer():
        return _from_decimal(value, field, today)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(int(value))
    return _from_text(text_of(value), field, today)


def _from_text(raw: str, field: str, today: date) -> Cleaned:
    if iso := _ISO_DAY.match(raw):
        return _built(iso.groups(), field, today, ())
    text = _GAP.sub("-", plain(raw)).replace(" ", "").rstrip("。,;，；")
    if is_nothing(text):
        return Cleaned()
    found = _told(text, field)
    text = _DASHES.sub("-", _arabic(text))
    if short := _SHORT_COMPACT.match(text):
        return _six_digits(*short.groups(), field=field, today=today)
    for pattern in (_COMPACT, _PARTS, _YEAR):
        if match := pattern.match(text):
            return _built(match.groups(), field, today, found)
    return _odd(text, raw, field, today)


def _six_digits(year: str, month: str, day: str, *, field: str, today: date) -> Cleaned:
    """650312: year, month and day of two digits each, to be confirmed."""
    meant = _built((year, month, day), field, today, ())
    choices = (Choice(meant.value, meant.value),) if meant.value else ()
    return Cleaned(problems=(error(field, "date.six_digits", *choices, raw=year + month + day),))


def _told(text: str, field: str) -> tuple[Problem, ...]:
    return (note(field, "date.chinese_digits"),) if _CHINESE_YEAR.match(text) else ()


def _arabic(text: str) -> str:
    """`text` with Chinese numerals as digits: 二〇〇一年十二月 becomes 2001年12月."""
    if not _CHINESE_YEAR.match(text):
        return text if "月" not in text else _CHINESE_NUMBER.sub(lambda m: str(_chinese_value(m[0])), text)
    year, rest = text.split("年", 1)
    return f"{year.translate(_DIGITS)}年" + _CHINESE_NUMBER.sub(lambda m: str(_chinese_value(m[0])), rest)


def _chinese_value(numeral: str) -> int:
    if "十" not in numeral:
        return int(numeral.translate(_DIGITS))
    tens, _, units = numeral.partition("十")
    return int(tens.translate(_DIGITS) or 1) * 10 + int(units.translate(_DIGITS) or 0)


def _built(parts: tuple[str | None, ...], field: str, today: date, found: tuple[Problem, ...]) -> Cleaned:
    """The date of year, month and day as written, each possibly missing."""
    year, month, day = (*(int(p) if p else 0 for p in parts), 0, 0)[:3]
    if parts[0] is not None and len(parts[0]) == 2:
        year = _full_year(year, today)
        found = (*found, warn(field, "date.two_digit_year", year=year))
    if len(parts) > 1 and parts[1] is not None and not 1 <= month <= 12:
        return Cleaned(problems=(*found, error(field, "date.month_impossible", month=month)))
    if len(parts) > 2 and parts[2] is not None and not day:
        found = (*found, warn(field, "date.day_zero"))
    if day and day > monthrange(max(year, 1), month)[1]:
        return Cleaned(problems=(*found, error(field, "date.day_impossible", year=year, month=month, day=day)))
    return _judged(Moment(year, month, day), field, today, found)


def _full_year(year: int, today: date) -> int:
    """The latest year ending in these two digits that has begun."""
    century = today.year // 100 * 100
    return century + year if century + year <= today.year else century - 100 + year


def _judged(moment: Moment, field: str, today: date, found: tuple[Problem, ...]) -> Cleaned:
    if moment.year < today.year - OLDEST_YEARS:
        return Cleaned(problems=(*found, error(field, "date.too_early", date=moment.text)))
    if moment.first > today:
        return Cleaned(problems=(*found, error(field, "date.in_future", date=moment.text)))
    return Cleaned(moment.text, found)


def _from_decimal(value: float, field: str, today: date) -> Cleaned:
    """A decimal number such as 1965.3: year and month, unless a trailing zero may have been lost (1965.1)."""
    text = repr(value)
    year, _, month = text.partition(".")
    if len(year) != 4 or not 1 <= len(month) <= 2 or not month.isdigit():
        return Cleaned(problems=(error(field, "date.unreadable", raw=text),))
    if month == "1":
        january, october = f"{year}-01", f"{year}-10"
        return Cleaned(
            problems=(ambiguous(field, "date.lost_zero", Choice(january, january), Choice(october, october), raw=text),)
        )
    return _built((year, month), field, today, ())


def _odd(text: str, raw: str, field: str, today: date) -> Cleaned:
    """Forms that are read only with the user's consent, or not at all."""
    if text.isdigit() and _SERIAL_DAYS[0] <= int(text) <= _SERIAL_DAYS[1]:
        day = date.fromordinal(_EXCEL_EPOCH + int(text)).isoformat()
        return Cleaned(problems=(error(field, "date.serial", Choice(day, day), raw=text),))
    if match := _DAY_FIRST.match(text):
        return _day_or_month_first(*(int(g) for g in match.groups()), field=field, raw=text)
    if (match := _ENGLISH.match(text)) and match[2].lower() in _MONTH_NAMES:
        meant = Moment(int(match[3]), _MONTH_NAMES.index(match[2].lower()) + 1, int(match[1] or 0)).text
        return Cleaned(problems=(error(field, "date.english", Choice(meant, meant), raw=text),))
    if "农历" in text or "阴历" in text:
        return Cleaned(problems=(error(field, "date.lunar", raw=text),))
    years = len(re.findall(r"(?:19|20)\d{2}", text))
    if years == 1 and len(inside := _INSIDE.findall(text)) == 1:
        inner = _built(tuple(part or None for part in inside[0]), field, today, ())
        if inner.value:
            return Cleaned(
                problems=(error(field, "date.with_text", Choice(inner.value, inner.value), raw=raw.strip()),)
            )
    if years > 1:
        return Cleaned(problems=(error(field, "date.several", raw=raw.strip()),))
    return Cleaned(problems=(error(field, "date.unreadable", raw=raw.strip()),))


def _day_or_month_first(first: int, second: int, year: int, *, field: str, raw: str) -> Cleaned:
    choices = []
    for month, day in ((first, second), (second, first)):
        if 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]:
            text = Moment(year, month, day).text
            choices.append(Choice(text, text))
    options = tuple(dict.fromkeys(choices))
    make = ambiguous if len(options) > 1 else error
    return Cleaned(problems=(make(field, "date.order", *options, raw=raw),))
