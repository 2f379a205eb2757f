"""Many teachers by the days of a week: who is seen, what of them is told, and the workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from doorstep.core import clock
from doorstep.faculty.models import Absence
from tests.cast import Cast
from tests.factories.classes import half_day, make_class
from tests.factories.teachers import given_teacher

TODAY = date(2026, 12, 1)
DAY = date(2026, 12, 3)
SignIn = Callable[[str], Client]
PAGE = reverse("classes:calendar_teachers")


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


def a_week(cast: Cast) -> None:
    """One teacher of the township gives a lesson, one of the county is away, one of another county does both."""
    own = given_teacher(cast.unit("huotong"), on=TODAY, name="林老师")
    county = given_teacher(cast.unit("jiaocheng"), on=TODAY, name="陈老师")
    far = given_teacher(cast.unit("fuan"), on=TODAY, name="王老师")
    free = given_teacher(cast.unit("huotong"), on=TODAY, name="雷老师")
    make_class(cast.unit("huotong"), title="冬训班", sessions=[half_day(DAY, teacher_id=own.pk)])
    make_class(cast.unit("fuan"), title="福安的班", sessions=[half_day(DAY, teacher_id=far.pk)])
    for teacher, why in ((county, "住院"), (far, "出国")):
        Absence.objects.create(teacher=teacher, starts_on=DAY, ends_on=DAY, reason=why, entered_at=clock.now())
    assert free.is_active


def test_who_is_seen_and_what_of_them(cast: Cast, sign_in: SignIn) -> None:
    a_week(cast)
    township = sign_in("township").get(PAGE, {"day": f"{DAY}"}).content.decode()
    for words in ("林老师", "冬训班", "陈老师", "不能来", "雷老师", "这周都空着", "廿五"):
        assert words in township
    for words in ("住院", "王老师", "福安的班", "出国"):
        assert words not in township
    assert "住院" in sign_in("county").get(PAGE, {"day": f"{DAY}"}).content.decode()
    lessons = sign_in("township").get(PAGE, {"day": f"{DAY}", "kind": "lesson"}).content.decode()
    assert ("陈老师" in lessons, "这周都空着" in lessons) == (True, False)  # who is away is not free
    assert sign_in("trainee").get(PAGE).status_code == 403


def test_one_finds_a_teacher_and_leafs_through_weeks(cast: Cast, sign_in: SignIn) -> None:
    a_week(cast)
    client = sign_in("township")
    found = client.get(PAGE, {"day": f"{DAY}", "q": "林", "topic": "", "pool": "x"}).content.decode()
    assert "没有符合筛选的老师" in found
    found = client.get(PAGE, {"day": f"{DAY}", "q": "林", "view": "month"}).content.decode()
    assert ("林老师" in found, "陈老师" in found) == (True, False)
    assert "?view=week&amp;day=2026-12-10&amp;q=%E6%9E%97" in found


def test_the_workbook_names_the_teacher(cast: Cast, sign_in: SignIn) -> None:
    a_week(cast)
    answer = sign_in("township").get(PAGE, {"day": f"{DAY}", "as": "xlsx"})
    rows = list(openpyxl.load_workbook(BytesIO(answer.content)).active.values)  # type: ignore[union-attr]
    told = [row for row in rows if row[2] in ("讲课", "不能来")]
    assert [(row[2], row[5]) for row in told] == [("不能来", "陈老师"), ("讲课", "林老师　霍童镇党委")]


@pytest.mark.parametrize("number", [1, 5])
def test_it_asks_as_often_however_many_teachers(
    cast: Cast, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    for n in range(number):
        teacher = given_teacher(cast.unit("huotong"), on=TODAY, name=f"老师{n}")
        make_class(cast.unit("huotong"), title=f"班{n}", sessions=[half_day(DAY, teacher_id=teacher.pk)])
    client = sign_in("township")
    client.get(PAGE, {"day": f"{DAY}"})
    with django_assert_num_queries(8):
        assert client.get(PAGE, {"day": f"{DAY}"}).status_code == 200
