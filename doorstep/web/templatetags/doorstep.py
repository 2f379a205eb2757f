"""What templates say in one word: a status, a roll mark, a figure, a date."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django import template
from django.forms import BoundField, Textarea
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from lunar_python import Solar

from doorstep.core import clock
from doorstep.web.status_words import SHAPES, STATUS_WORDS

register = template.Library()

_MARKS: dict[str, tuple[str, str]] = {
    "present": ("text-ink", '<path d="M3 9.5 7.2 14 15.5 3.5"/>'),
    "late": ("text-cha", '<circle cx="9" cy="9" r="6.2"/>'),
    "early": ("text-cha", '<path d="M9 2.8 15.8 15H2.2Z"/>'),
    "personal_leave": ("text-hai", '<rect x="3.2" y="3.2" width="11.6" height="11.6"/>'),
    "sick_leave": ("text-hai", '<path d="M9 1.8 16.2 9 9 16.2 1.8 9Z"/>'),
    "official_leave": ("text-hai", '<circle cx="9" cy="9" r="6.2"/><path d="M9 2.8v12.4M2.8 9h12.4"/>'),
    "absent": ("text-zhe", '<path d="m3.5 3.5 11 11m0-11-11 11"/>'),
    "": ("text-ink-3", '<path d="M5 9h8"/>'),
}


def mark_word(state: str) -> str:
    """The word of a roll mark."""
    return {
        "present": _("出勤"),
        "late": _("迟到"),
        "early": _("早退"),
        "personal_leave": _("事假"),
        "sick_leave": _("病假"),
        "official_leave": _("公假"),
        "absent": _("旷课"),
    }.get(state, _("未到课"))


@register.simple_tag
def status(word: str, count: int | None = None) -> SafeString:
    """A status as shape, word and colour; `count` fills the words that hold a number.

    Raises KeyError for a word outside the table.
    """
    kind, text = STATUS_WORDS[word]
    if count is not None:
        text = text % {"n": count}
    return format_html(
        '<span class="st st-{}"><span class="{}" aria-hidden="true"></span>{}</span>', kind, SHAPES[kind], text
    )


@register.simple_tag
def roll_mark(state: str, decorative: bool = False) -> SafeString:
    """A roll mark drawn as on paper; `decorative` when the word stands beside it."""
    colour, drawing = _MARKS.get(state or "", _MARKS[""])
    name = (
        mark_safe('aria-hidden="true"') if decorative else format_html('role="img" aria-label="{}"', mark_word(state))
    )
    return format_html(
        '<svg class="mk {}" viewBox="0 0 18 18" fill="none" stroke="currentColor" stroke-width="2" {}>{}</svg>',
        colour,
        name,
        mark_safe(drawing),
    )


@register.simple_tag
def roll_states() -> list[tuple[str, str]]:
    """The roll marks in their order on paper, with their words; the last is "not yet"."""
    return [(state, mark_word(state)) for state in _MARKS]


_LOOKS = {"select": "select", "checkbox": "checkbox", "radio": "radio", "textarea": "textarea"}


@register.simple_tag
def widget(field: BoundField) -> SafeString:
    """A form field's control in the product's looks, tied to its help and its fault."""
    control = field.field.widget
    kind = "textarea" if isinstance(control, Textarea) else getattr(control, "input_type", "") or ""
    look = f"{control.attrs.get('class', '')} {_LOOKS.get(kind, 'input')}".strip()
    return field.as_widget(attrs={"class": look})


@register.filter
def grouped(value: Any) -> str:
    """A whole number with thousands separators and a true minus."""
    return "" if value is None else f"{int(value):,}".replace("-", "−")


@register.filter
def hours(value: Any) -> str:
    """Credit hours with at most one decimal."""
    if value is None:
        return ""
    amount = Decimal(value).quantize(Decimal("0.1"))
    words = f"{amount:,.0f}" if amount == amount.to_integral_value() else f"{amount:,}"
    return words.replace("-", "−")


@register.filter
def percent(part: Any, whole: Any) -> str:
    """A share with one decimal, rounded down, or a dash when there is no whole."""
    if not whole:
        return "–"
    return f"{int(Decimal(part) * 1000 / Decimal(whole)) / 10:.1f}%"


@register.filter
def day_words(value: date | None) -> str:
    """11月24日　星期二."""
    return "" if value is None else date_format(value, _("n月j日　l"))


@register.filter
def day_span(first: date, last: date) -> str:
    """From one day to another: 11月24日　星期二 – 11月25日　星期三; with years unless both lie in this one."""
    words = _("n月j日　l") if first.year == last.year == clock.today().year else _("Y年n月j日　l")
    return " – ".join(date_format(day, words) for day in dict.fromkeys((first, last)))


@register.filter
def day_short(value: date) -> str:
    """11月24日; with the year unless it is this one."""
    return date_format(value, _("n月j日") if value.year == clock.today().year else _("Y年n月j日"))


@register.filter
def lunar(value: date) -> str:
    """The day of the farmers' calendar: 农历十月十六, or in numbers where Chinese is not read."""
    moon = Solar.fromYmd(value.year, value.month, value.day).getLunar()
    if not (get_language() or "zh").startswith("zh"):
        return _("农历 %(month)d-%(day)d") % {"month": abs(moon.getMonth()), "day": moon.getDay()}
    return _("农历%(month)s月%(day)s") % {"month": moon.getMonthInChinese(), "day": moon.getDayInChinese()}


@register.filter
def lunar_day(value: date) -> str:
    """The same for beside a day: 十六, on the first of a month 十月初一; in numbers where Chinese is not read."""
    moon = Solar.fromYmd(value.year, value.month, value.day).getLunar()
    if not (get_language() or "zh").startswith("zh"):
        return f"{abs(moon.getMonth())}-{moon.getDay()}"
    day = str(moon.getDayInChinese())
    return _("%(month)s月%(day)s") % {"month": moon.getMonthInChinese(), "day": day} if moon.getDay() == 1 else day


@register.simple_tag
def bar(part: Any, whole: Any, extra: Any = 0) -> SafeString:
    """An amount of a whole as a bar; `extra` is promised, not yet real."""
    total = Decimal(whole or 0)
    first = int(Decimal(part or 0) * 100 / total) if total else 0
    second = int(Decimal(extra or 0) * 100 / total) if total else 0
    return format_html(
        '<svg class="w-full h-2 block" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">'
        '<rect width="100" height="4" fill="#eaeae5"/><rect width="{}" height="4" fill="#2d7294"/>'
        '<rect x="{}" width="{}" height="4" fill="#8fb9cc"/></svg>',
        min(first, 100),
        min(first, 100),
        max(0, min(second, 100 - first)),
    )


@register.simple_tag
def tally(done: int, planned: int, missing: int) -> SafeString:
    """Things one can count as blocks: done solid, planned outlined, missing dashed."""
    words = _("已办%(done)s期，已排%(planned)s期，还缺%(missing)s期") % {
        "done": done,
        "planned": planned,
        "missing": missing,
    }
    blocks = "<i></i>" * done + '<i class="p"></i>' * planned + '<i class="m"></i>' * missing
    return format_html('<span class="tally" role="img" aria-label="{}">{}</span>', words, mark_safe(blocks))
