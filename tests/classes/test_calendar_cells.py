"""The cells of the calendar of an order: what can be ticked, what is full or closed, and which half is free."""

from __future__ import annotations

from datetime import date

from doorstep.classes.pages.calendar_cells import month_cells
from doorstep.classes.queries.order_rooms import DayOffer

TUESDAY = date(2026, 11, 24)
BOTH = ("morning", "afternoon")


def cell(word: str, *starts: str, is_chosen: bool = False, is_half: bool = True, may_choose: bool = True) -> str:
    days = [(DayOffer(TUESDAY, word, starts), is_chosen)]
    return month_cells(days, 0, is_half=is_half, may_choose=may_choose)


def ticked(free: str, checked: str = "") -> str:
    return (
        f'<label><input type="checkbox" name="day" value="2026-11-24" aria-label="11月24日　星期二"{checked}>'
        f'<i class="n">24</i><em aria-hidden="true"><span class="no">{free}</span>'
        '<span class="yes">已选</span></em></label>'
    )


def test_a_free_day_can_be_ticked_and_says_which_half_when_only_one_is_free() -> None:
    assert cell("free", *BOTH) == ticked("可约")
    assert cell("free", "morning") == ticked("上午")
    assert cell("free", "afternoon") == ticked("下午")
    assert cell("free", "whole", is_half=False) == ticked("可约")
    assert cell("free", "morning", is_half=False) == ticked("可约")


def test_what_was_chosen_stays_ticked_though_it_is_full_by_now() -> None:
    assert cell("full", is_chosen=True) == ticked("可约", " checked")
    assert cell("free", *BOTH, is_chosen=True) == ticked("可约", " checked")


def test_what_cannot_be_had_and_what_is_only_looked_at() -> None:
    assert cell("full") == '<span><s class="n">24</s><em>满</em></span>'
    assert cell("shut") == cell("rest") == '<span><i class="n">24</i><em>休</em></span>'
    assert cell("free", *BOTH, may_choose=False) == '<span><b class="n font-semibold">24</b><em>可约</em></span>'


def test_a_month_begins_under_its_day_of_the_week() -> None:
    blank = '<span aria-hidden="true"></span>'
    shown = month_cells([(DayOffer(TUESDAY, "full"), False)], 2, is_half=True, may_choose=True)
    assert shown == f'{blank}{blank}<span><s class="n">24</s><em>满</em></span>'
