"""The pages of calendars: what stands in them, for whom, and as a workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from doorstep.bases.services.venues import close_place
from doorstep.classes.models import Session, TrainingClass
from doorstep.classes.pages import calendars
from doorstep.classes.queries.people import nominees
from doorstep.classes.services.people import nominate
from doorstep.core import clock
from doorstep.faculty.models import Absence, Engagement
from doorstep.faculty.services.engagements import answer_engagement
from tests.cast import Cast
from tests.factories.classes import SYSTEM, half_day, make_base, make_class
from tests.factories.reservations import reserve
from tests.factories.teachers import given_teacher

TODAY = date(2026, 12, 24)
DAY = date(2026, 12, 30)
SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _noon(db: None) -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


def titles(answer: Any) -> dict[str, list[str]]:
    """Day -> what stands on it."""
    shown = answer.context["shown"]
    return {f"{day.on:%m-%d}": [one.entry.title for one in day.entries] for day in shown.days if day.entries}


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_the_week_of_a_unit_has_what_those_below_run(cast: Cast, sign_in: SignIn) -> None:
    make_class(cast.unit("huotong"), title="镇里的班", sessions=[half_day(DAY), half_day(date(2027, 1, 3))])
    make_class(cast.unit("kengtou"), title="村里的班", sessions=[half_day(date(2027, 1, 1))])
    make_class(cast.unit("hubei"), title="别镇的班", sessions=[half_day(DAY)])
    make_class(cast.unit("huotong"), title="没定的班", sessions=[half_day(DAY, 14)], is_draft=True)
    client = sign_in("township")
    answer = client.get(reverse("classes:calendar"), {"day": "2027-01-01"})
    lesson = "“四下基层”与群众路线"
    assert titles(answer) == {
        "12-30": [f"镇里的班　{lesson}", f"没定的班　{lesson}"],
        "01-01": [f"村里的班　{lesson}"],
        "01-03": [f"镇里的班　{lesson}"],
    }
    assert "2026年12月28日 – 1月3日" in text(answer)
    assert titles(sign_in("secretary").get(reverse("classes:calendar"), {"day": "2027-01-01"})) == {
        "01-01": [f"村里的班　{lesson}"]
    }
    of_village = client.get(reverse("classes:calendar_unit", args=[cast.unit("kengtou").pk]), {"day": "2027-01-01"})
    assert titles(of_village) == {"01-01": [f"村里的班　{lesson}"]}
    elsewhere = reverse("classes:calendar_unit", args=[cast.unit("saiqi").pk])
    assert client.get(elsewhere).status_code == 404


def test_an_empty_week_says_what_to_do(cast: Cast, sign_in: SignIn) -> None:
    page = text(sign_in("township").get(reverse("classes:calendar")))
    assert "这段时间没有课" in page
    assert reverse("classes:new") in page


def test_a_month_shows_three_a_day_and_leads_to_the_week(cast: Cast, sign_in: SignIn) -> None:
    make_class(cast.unit("huotong"), sessions=[half_day(DAY, n) for n in (6, 9, 12, 15)])
    answer = sign_in("township").get(reverse("classes:calendar"), {"view": "month", "day": "2026-12-02"})
    assert text(answer).count('class="ev ') == 3
    assert "这天共 4 项" in text(answer)
    assert "2026年12月" in text(answer)
    assert len(answer.context["shown"].days) == 35


@pytest.mark.parametrize("asked", [{"day": "x"}, {"day": "9999-99-99"}, {"view": "year"}, {"kind": "x"}])
def test_whatever_is_asked_a_week_is_shown(cast: Cast, sign_in: SignIn, asked: dict[str, str]) -> None:
    answer = sign_in("township").get(reverse("classes:calendar"), asked)
    assert answer.context["shown"].days[0].on == date(2026, 12, 21)


def test_a_base_shows_its_venues_by_days(cast: Cast, sign_in: SignIn) -> None:
    base = make_base(cast.unit("huotong"))
    room = base.venues.get()
    make_class(cast.unit("huotong"), title="冬训", sessions=[half_day(DAY, base_id=base.pk, venue_id=room.pk)])
    make_class(cast.unit("huotong"), title="草稿", is_draft=True,
               sessions=[half_day(DAY, 14, base_id=base.pk, venue_id=room.pk)])  # fmt: skip
    reserve(cast.unit("huotong"), room, date(2027, 1, 1), purpose="支委会")
    shut = {"starts_at": clock.at_local(date(2027, 1, 2), 0), "ends_at": clock.at_local(date(2027, 1, 4), 0)}
    close_place(base=base, kind="shut", reason="修屋顶", **shut, actor=SYSTEM)
    page = reverse("classes:calendar_base", args=[base.pk])
    keeper = sign_in("township").get(page, {"day": "2027-01-01"})
    lesson = "“四下基层”与群众路线"
    assert titles(keeper) == {
        "12-30": [f"冬训　{lesson}", f"草稿　{lesson}"],
        "01-01": ["霍童镇党委　支委会"],
        "01-02": ["不开放：修屋顶"],
        "01-03": ["不开放：修屋顶"],
    }
    assert keeper.context["shown"].count == 4
    ((venue, cells),) = keeper.context["rooms"]
    assert (venue, [len(found) for _day, found in cells]) == (room, [0, 0, 2, 0, 1, 0, 0])
    assert "整个阵地" in text(keeper)
    stranger = titles(sign_in("secretary").get(page, {"day": "2027-01-01"}))
    assert (stranger["12-30"][1], stranger["01-01"]) == ("已有人约", ["已有人约"])
    alone = sign_in("township").get(page, {"day": "2027-01-01", "kind": "closed"})
    assert set(titles(alone)) == {"01-02", "01-03"}
    assert sign_in("township").get(page, {"view": "month"}).context["rooms"] == []


def test_a_teacher_shows_lessons_invitations_and_days_away(cast: Cast, sign_in: SignIn) -> None:
    teacher = given_teacher(cast.unit("huotong"), on=TODAY)
    make_class(cast.unit("huotong"), title="冬训", sessions=[half_day(DAY, teacher_id=teacher.pk)])
    starts = clock.at_local(date(2027, 1, 1), 9)
    Engagement.objects.create(
        teacher=teacher, status="accepted", group="tour:1", key="stop:1", title="宣讲　石桥村", starts_at=starts,
        ends_at=starts + timedelta(hours=2), held_from=starts, held_until=starts + timedelta(hours=2),
        place=teacher.place, county=teacher.county, asked_at=clock.now(),
    )  # fmt: skip
    days = {"starts_on": date(2027, 1, 2), "ends_on": date(2027, 1, 3)}
    Absence.objects.create(teacher=teacher, reason="住院", entered_at=clock.now(), **days)
    page = reverse("classes:calendar_teacher", args=[teacher.pk])
    office = sign_in("township").get(page, {"day": "2027-01-01"})
    assert titles(office) == {
        "12-30": ["冬训　“四下基层”与群众路线"],
        "01-01": ["宣讲　石桥村"],
        "01-02": ["不能来：住院"],
        "01-03": ["不能来：住院"],
    }
    assert "待答复" in text(office)
    other = sign_in("secretary").get(page, {"day": "2027-01-01"})
    assert titles(other) == {
        "12-30": ["已有安排"], "01-01": ["已有安排"], "01-02": ["不能来"], "01-03": ["不能来"],
    }  # fmt: skip
    assert "住院" not in text(other)


def test_a_lesson_that_was_declined_is_no_lesson(cast: Cast, sign_in: SignIn) -> None:
    teacher = given_teacher(cast.unit("huotong"), on=TODAY)
    given = {"sessions": [half_day(DAY, teacher_id=teacher.pk)], "title": "冬训"}
    kept = make_class(cast.unit("huotong"), **given)
    page = reverse("classes:calendar_teacher", args=[teacher.pk])
    shown = {"12-30": ["冬训　“四下基层”与群众路线"]}
    assert titles(sign_in("township").get(page, {"day": "2027-01-01"})) == shown
    (asked,) = Engagement.objects.filter(teacher=teacher)
    answer_engagement(engagement=asked, accept=False, reason="有事", actor=SYSTEM)
    assert Session.objects.get(training_class=kept).teacher_id == teacher.pk
    assert titles(sign_in("township").get(page, {"day": "2027-01-01"})) == {}


def test_ones_own_calendar_has_classes_and_lessons(cast: Cast, sign_in: SignIn) -> None:
    person = cast.person("陈国梁")
    teacher = given_teacher(cast.unit("huotong"), on=TODAY)
    teacher.person = person
    teacher.save(update_fields=["person"])
    seat = make_class(cast.unit("huotong"), title="我听的", sessions=[half_day(DAY)])
    nominate(training_class=seat, people=nominees([person.pk]), actor=SYSTEM)
    make_class(cast.unit("huotong"), title="我讲的", sessions=[half_day(date(2027, 1, 1), teacher_id=teacher.pk)])
    make_class(cast.unit("huotong"), title="别人的", sessions=[half_day(DAY)])
    lesson = "“四下基层”与群众路线"
    client, page = sign_in("secretary"), reverse("classes:calendar_mine")
    assert titles(client.get(page, {"day": "2027-01-01"})) == {
        "12-30": [f"我听的　{lesson}"], "01-01": [f"我讲的　{lesson}"],
    }  # fmt: skip
    assert set(titles(client.get(page, {"day": "2027-01-01", "kind": "lesson"}))) == {"01-01"}
    assert "这段时间没有您的课" in text(sign_in("trainee").get(page))
    assert sign_in("township").get(page).status_code == 404


def test_what_is_shown_goes_into_a_workbook(cast: Cast, sign_in: SignIn) -> None:
    make_class(cast.unit("huotong"), title="=冬训", sessions=[half_day(DAY)])
    answer = sign_in("township").get(reverse("classes:calendar"), {"day": "2027-01-01", "as": "xlsx"})
    assert answer["Content-Disposition"] == 'attachment; filename="calendar-2026-12-28.xlsx"'
    rows = list(openpyxl.load_workbook(BytesIO(answer.content)).active.iter_rows(values_only=True))
    assert rows[0][0] == "霍童镇党委　2026年12月28日 – 1月3日"
    assert rows[2] == ("日期", "时间", "类别", "内容", "地点", "单位和教师", "状态")
    assert rows[3][0].date() == DAY
    assert rows[3][1:4] == ("08:30–11:30", "课次", "'=冬训　“四下基层”与群众路线")
    assert len(rows) == 4


def test_too_much_is_cut_and_said(cast: Cast, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    make_class(cast.unit("huotong"), sessions=[half_day(DAY, n) for n in (6, 9, 12)])
    monkeypatch.setattr(calendars, "MOST", 2)
    answer = sign_in("township").get(reverse("classes:calendar"), {"day": f"{DAY}"})
    assert answer.context["shown"].count == 2
    assert "内容太多" in text(answer)


def test_only_what_is_to_come_and_ones_own_can_be_moved(cast: Cast, sign_in: SignIn) -> None:
    opened = make_class(cast.unit("huotong"), sessions=[half_day(DAY)])
    session = opened.sessions.get()
    move = reverse("classes:session_move", args=[opened.pk, session.pk])
    page = reverse("classes:calendar_unit", args=[cast.unit("huotong").pk])
    assert f'data-move="{move}"' in text(sign_in("township").get(page, {"day": f"{DAY}"}))
    assert move not in text(sign_in("trainee").get(page, {"day": f"{DAY}"}))
    with clock.frozen(clock.at_local(DAY, 9)):
        assert move not in text(sign_in("township").get(page, {"day": f"{DAY}"}))
    TrainingClass.objects.filter(pk=opened.pk).update(status="closed")
    assert move not in text(sign_in("township").get(page, {"day": f"{DAY}"}))
    assert Session.objects.count() == 1


@pytest.mark.parametrize("number", [1, 3])
def test_queries(cast: Cast, sign_in: SignIn, number: int) -> None:
    base = make_base(cast.unit("huotong"))
    room, teacher = base.venues.get(), given_teacher(cast.unit("huotong"), on=TODAY)
    for n in range(number):
        held = half_day(DAY + timedelta(n), base_id=base.pk, venue_id=room.pk, teacher_id=teacher.pk)
        make_class(cast.unit("huotong"), sessions=[held])
        reserve(cast.unit("huotong"), room, DAY + timedelta(n), 14, 16)
    client, counts = sign_in("township"), {}
    pages = {"unit": "classes:calendar", "base": "classes:calendar_base", "teacher": "classes:calendar_teacher"}
    for name, args in {"unit": [], "base": [base.pk], "teacher": [teacher.pk]}.items():
        page = reverse(pages[name], args=args)
        client.get(page, {"day": f"{DAY}"})
        with CaptureQueriesContext(connection) as asked:
            client.get(page, {"day": f"{DAY}"})
        counts[name] = len(asked)
    assert counts == {"unit": 4, "base": 7, "teacher": 7}
