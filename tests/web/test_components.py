"""The parts pages are made of, rendered without a database."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.template import Context, Template
from django.utils import translation

from doorstep.core.actors import Actor, Grant
from doorstep.core.listing import ListColumn
from doorstep.web.navigation import RAILS, current_entry, rail_of
from doorstep.web.status_words import SHAPES, STATUS_WORDS
from doorstep.web.templatetags.doorstep import (
    bar,
    grouped,
    hours,
    lunar_day,
    percent,
    roll_mark,
    roll_states,
    status,
    tally,
)
from doorstep.web.templatetags.lists import _cell
from tests.web.preview.pages import PAGES, page_html

PACKAGE = Path(__file__).resolve().parents[2] / "doorstep"
TEMPLATES = sorted(PACKAGE.rglob("templates/**/*.html"))


def test_every_status_word_has_a_shape() -> None:
    assert {kind for kind, _ in STATUS_WORDS.values()} == set(SHAPES)
    assert len({str(text) for _, text in STATUS_WORDS.values()}) == len(STATUS_WORDS)


def test_a_status_says_shape_and_word_and_holds_its_number() -> None:
    assert 'class="st st-go"' in status("open")
    assert "报名中" in status("open")
    assert "21 天后到期" in status("expires", 21)


def test_a_word_outside_the_table_is_refused() -> None:
    with pytest.raises(KeyError):
        status("almost")


def test_templates_use_no_word_outside_the_table() -> None:
    used = {word for file in TEMPLATES for word in re.findall(r'{% status "(\w+)"', file.read_text("utf-8"))}
    assert used <= set(STATUS_WORDS)


def test_roll_marks_are_named_unless_their_word_stands_beside() -> None:
    assert 'aria-label="迟到"' in roll_mark("late")
    assert 'aria-hidden="true"' in roll_mark("late", True)
    assert [word for _, word in roll_states()] == ["出勤", "迟到", "早退", "事假", "病假", "公假", "旷课", "未到课"]


def test_figures_have_separators_a_true_minus_and_one_decimal() -> None:
    assert grouped(-1237) == "−1,237"
    assert hours("16.0") == "16"
    assert hours("2.5") == "2.5"
    assert percent(1023, 1237) == "82.7%"
    assert percent(1, 0) == "–"


def test_negative_hours_have_a_true_minus() -> None:
    assert hours("-0.5") == "−0.5"


def test_bar_and_tally_stay_inside_their_whole() -> None:
    assert 'width="100" height="4" fill="#2d7294"' in bar(300, 100)
    assert tally(3, 1, 0).count("<i") == 4
    assert "已办3期" in tally(3, 1, 0)


def test_dates_in_words() -> None:
    shown = Template("{% load doorstep %}{{ d|day_words }} {{ d|lunar }}").render(Context({"d": date(2026, 11, 24)}))
    assert shown == "11月24日　星期二 农历十月十六"


def test_days_of_the_farmers_calendar() -> None:
    days = (date(2026, 11, 24), date(2026, 12, 9), date(2025, 7, 25), date(2026, 2, 16), date(2026, 2, 17))
    assert [lunar_day(day) for day in days] == ["十六", "冬月初一", "闰六月初一", "廿九", "正月初一"]
    with translation.override("en"):
        assert [lunar_day(day) for day in days] == ["10-16", "11-1", "6-1", "12-29", "1-1"]


def test_the_rail_shows_the_entries_of_the_role_in_hand() -> None:
    actor = Actor(1, None, "黄丽萍", (Grant("township", "1/2/"), Grant("city", "1/")))
    entries = rail_of(actor)
    assert entries
    assert set(entries) <= set(RAILS["township"])
    assert current_entry("/people/12/", entries) == "people"
    assert rail_of(Actor(1, None, "无身份", ())) == ()


def test_keys_of_a_rail_are_its_own() -> None:
    for entries in RAILS.values():
        assert len({e.key for e in entries}) == len(entries)
        assert all(e.icon.startswith("icon-[lucide--") for e in entries)


@pytest.mark.parametrize("name", list(PAGES))
def test_pages_carry_no_inline_style_script_or_handler(name: str) -> None:
    html = page_html(name)
    assert not re.search(r"<[^>]+\sstyle=", html)
    assert not re.search(r"<[^>]+\son\w+=", html)
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda f: f.name)
def test_templates_carry_no_inline_style_handler_or_composed_icon(file: Path) -> None:
    text = file.read_text("utf-8")
    assert not re.search(r"<[^>%{]+\sstyle=", text)
    assert not re.search(r"<[^>]+\son(click|change|submit|load)=", text)
    assert not re.search(r"icon-\[lucide--[^\]]*{", text)


def test_a_form_ties_each_fault_to_its_field() -> None:
    html = page_html("gallery")
    assert re.search(r'<input type="date"[^>]*aria-invalid="true"[^>]*aria-describedby="id_starts_on_error"', html)
    assert 'id="id_starts_on_error"' in html
    assert 'href="#id_starts_on"' in html
    assert re.search(r'<input type="text"[^>]*aria-describedby="id_title_helptext"', html)


@pytest.mark.parametrize(
    ("kind", "value", "words"),
    [("number", 1990, "1,990"), ("number", -1990, "−1,990"), ("number", None, ""), ("text", 1990, "1990"),
     ("text", "<1990>", "&lt;1990&gt;"), ("number", Decimal("2.5"), "2.5")],
)  # fmt: skip
def test_counts_of_lists_are_grouped_and_years_are_not(kind: Any, value: object, words: str) -> None:
    assert _cell(ListColumn("x", "列", lambda row: row, kind), value, "") == words
