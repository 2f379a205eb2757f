"""Book numbers, ledgers of copies, what is lacking, and what a case has to say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorstep.catalogue.rules.cases import CaseFacts, case_faults, outline_of, title_of_course
from doorstep.catalogue.rules.materials import Need, balance_of, copies_lacking, isbn_of, may_move


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("978-7-300-12345-7", ""),
        ("978-7-115-54608-1", "9787115546081"),
        ("9787115546081", "9787115546081"),
        ("9787115546082", ""),
        ("7-302-02368-9", "7302023689"),
        ("7302023680", ""),
        ("0-8044-2957-x", "080442957X"),
        ("080442957Ｘ", ""),
        ("977711554608X", ""),
        ("97771155460８1", ""),
        ("4006381333931", ""),
        ("X302023689", ""),
        ("", ""),
    ],
)
def test_a_book_number_is_right_by_its_check_digit(written: str, kept: str) -> None:
    assert isbn_of(written) == kept


@given(st.text("0123456789", min_size=9, max_size=9), st.integers(0, 8), st.integers(1, 9))
def test_one_mistyped_figure_is_always_noticed(body: str, at: int, by: int) -> None:
    total = sum(weight * int(figure) for weight, figure in zip(range(10, 1, -1), body, strict=True))
    check = "0123456789X"[-total % 11]
    assert isbn_of(body + check) == body + check
    wrong = body[:at] + str((int(body[at]) + by) % 10) + body[at + 1 :]
    assert isbn_of(wrong + check) == ""


@given(st.text("0123456789", min_size=9, max_size=9), st.integers(3, 11), st.integers(1, 9))
def test_and_in_thirteen_figures_too(body: str, at: int, by: int) -> None:
    whole = "978" + body
    total = sum(int(figure) * (3 if place % 2 else 1) for place, figure in enumerate(whole))
    right = whole + str(-total % 10)
    assert isbn_of(right) == right
    assert isbn_of(right[:at] + str((int(right[at]) + by) % 10) + right[at + 1 :]) == ""


@given(st.lists(st.integers(-50, 50)))
def test_a_shelf_that_asks_first_never_owes(copies: list[int]) -> None:
    ledger: list[int] = []
    for wanted in copies:
        if may_move(balance_of(ledger), wanted):
            ledger.append(wanted)
        assert balance_of(ledger) >= 0
        assert balance_of(ledger) == sum(ledger)


def test_what_is_lacking_counts_what_was_given_and_what_is_coming() -> None:
    assert copies_lacking([], held=0, coming=0, reserve=5) == 0
    assert copies_lacking([Need(40)], held=0, coming=0, reserve=5) == 45
    assert copies_lacking([Need(40, 40)], held=0, coming=0, reserve=5) == 0
    assert copies_lacking([Need(40, 50), Need(10)], held=3, coming=2, reserve=5) == 10
    assert copies_lacking([Need(40)], held=30, coming=15, reserve=5) == 0


def test_a_case_says_what_was_done_with_figures() -> None:
    whole = CaseFacts("题", "难", "做", "增收 3 万元", ("revival",))
    assert case_faults(whole) == []
    assert case_faults(CaseFacts("题")) == ["no_problem", "no_action", "no_result", "no_theme"]
    assert case_faults(CaseFacts("题", "难", "做", "很好", ("red",))) == ["no_figures"]
    assert case_faults(CaseFacts("题", "难", "做", "少烂三成", ("red",))) == []


def test_a_course_made_of_a_case_fits_into_one() -> None:
    assert title_of_course("雨季") == "案例课：雨季"
    assert len(title_of_course("长" * 130)) == 120
    assert outline_of("a", " b ", "c") == "一、遇到什么问题\na\n二、怎么做的\nb\n三、成效怎样\nc"
    assert len(outline_of("长" * 4000, "b", "c")) == 4000
