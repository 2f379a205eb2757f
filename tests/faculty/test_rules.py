"""Vetting: it stands until its day, and lasts whole months."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from doorstep.catalogue.models import CourseContent
from doorstep.faculty.models import ArtForm
from doorstep.faculty.rules.vetting import (
    EXPIRED,
    NOT_PASSED,
    SOON,
    TEACHES,
    UNVETTED,
    VALID,
    Vetted,
    months_later,
    vetting_standing,
)

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 31))


@given(DAYS, DAYS, st.integers(0, 400))
def test_who_is_vetted_teaches_until_the_day_and_not_on_it(until: date, today: date, notice: int) -> None:
    standing = vetting_standing(Vetted(True, until), today, notice)
    assert (standing in TEACHES) is (today < until)
    assert (standing == EXPIRED) is (today >= until)
    assert (standing == SOON) is (timedelta(0) < until - today <= timedelta(days=notice))


@given(DAYS, st.integers(0, 60))
def test_not_vetted_and_not_passed_stay_so(today: date, notice: int) -> None:
    assert vetting_standing(None, today, notice) == UNVETTED
    assert vetting_standing(Vetted(False, None), today, notice) == NOT_PASSED


@given(DAYS, st.integers(1, 60))
def test_months_are_whole_months(day: date, months: int) -> None:
    later = months_later(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later + timedelta(days=1)).day == 1


def test_the_end_of_a_short_month() -> None:
    assert months_later(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert vetting_standing(Vetted(True, date(2026, 3, 1)), date(2026, 1, 1), 30) == VALID


def test_teachers_and_courses_know_the_same_art_forms() -> None:
    assert ArtForm.choices == CourseContent.ArtForm.choices
