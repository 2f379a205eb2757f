"""The days of a month as cells of the calendar of an order: hundreds on one page, so no template draws each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.formats import date_format
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from doorstep.classes.queries.order_rooms import FREE, FULL, UNTAUGHT, DayOffer
from doorstep.classes.rules.orders import MORNING

_BLANK = '<span aria-hidden="true"></span>'


def month_cells(days: Sequence[tuple[DayOffer, bool]], blanks: int, *, is_half: bool, may_choose: bool) -> SafeString:
    """The empty places before the first day of a month and its days; one that is free or chosen can be ticked.

    Where half a day is ordered and only one is free, the cell says which. Everything in them is a number or escaped.
    """
    words = {
        "morning": _("上午"), "afternoon": _("下午"), "free": _("可约"), "chosen": _("已选"), "full": _("满"),
        "untaught": _("没老师"), "rest": _("休"), "day": _("n月j日　l"),
    }  # fmt: skip
    safe = {name: word if name == "day" else escape(word) for name, word in words.items()}
    cells = [_cell(one, is_chosen, safe, is_half=is_half, may_choose=may_choose) for one, is_chosen in days]
    return mark_safe(_BLANK * blanks + "".join(cells))  # noqa: S308  (numbers, and words escaped above)


def _cell(one: DayOffer, is_chosen: bool, words: Mapping[str, str], *, is_half: bool, may_choose: bool) -> str:
    day = one.day
    if one.word != FREE and not is_chosen:
        mark = "s" if one.word in (FULL, UNTAUGHT) else "i"
        word = words.get(one.word, words["rest"])
        return f'<span><{mark} class="n">{day.day}</{mark}><em>{word}</em></span>'
    if not may_choose:
        return f'<span><b class="n font-semibold">{day.day}</b><em>{words["free"]}</em></span>'
    half = "morning" if one.starts[:1] == (MORNING,) else "afternoon"
    free = words[half] if is_half and len(one.starts) == 1 else words["free"]
    label, ticked = escape(date_format(day, words["day"])), " checked" if is_chosen else ""
    return (
        f'<label><input type="checkbox" name="day" value="{day.isoformat()}" aria-label="{label}"{ticked}>'
        f'<i class="n">{day.day}</i><em aria-hidden="true"><span class="no">{free}</span>'
        f'<span class="yes">{words["chosen"]}</span></em></label>'
    )
