"""A township founds a lecture group and plans a tour; the lecturer answers on a phone; it is given and counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from playwright.sync_api import Page, expect

from doorstep.core import clock
from doorstep.faculty.models import Engagement, Lecture, LinkVisit, TourStop
from doorstep.faculty.services.teachers import find_on_roster
from tests.cast import Cast
from tests.factories.classes import SYSTEM, make_base
from tests.factories.groups import given_link
from tests.factories.teachers import given_teacher
from tests.journeys.conftest import DESKTOP, PHONE, SMALL, HeldClock, axe, overflows

Open = Callable[..., Page]
DAY = date(2026, 12, 7)
LONG = "w" * 60  # a word without an end


def test_founded_planned_answered_given_and_counted(cast: Cast, at: Open, held_clock: HeldClock) -> None:
    unit, today = cast.unit("huotong"), clock.today()
    teacher = given_teacher(unit, on=today, name="陈国梁")
    find_on_roster(teacher=teacher, person=cast.person("陈国梁"), actor=SYSTEM)
    given_link(teacher, make_base(unit), since=today)
    desk = at("township", DESKTOP)
    desk.get_by_role("link", name="师资").first.click()
    desk.get_by_role("link", name="宣讲团").click()
    desk.get_by_role("link", name="建宣讲团").first.click()
    desk.get_by_label("名称").fill("霍童镇理论宣讲团")
    assert axe(desk) == []
    desk.get_by_role("button", name="建好").dblclick()
    expect(desk.get_by_role("heading", name="霍童镇理论宣讲团")).to_be_visible()
    desk.get_by_role("link", name="加一位成员").click()
    desk.get_by_role("button", name="保存").dblclick()
    expect(desk.get_by_text("陈国梁已入团")).to_be_visible()
    desk.get_by_role("link", name="写专题").click()
    desk.get_by_label("专题").fill("全会精神")
    desk.get_by_role("button", name="保存").dblclick()
    desk.get_by_role("link", name="排巡讲").click()
    desk.get_by_label("叫什么").fill("进村巡讲" + LONG)
    desk.get_by_role("button", name="保存").dblclick()
    expect(desk.get_by_text("还没有排一场")).to_be_visible()
    desk.get_by_role("link", name="加一场").first.click()
    desk.get_by_label("在哪里").select_option("霍童镇党校")
    desk.get_by_label("哪天").fill(DAY.isoformat())
    desk.get_by_label("几点开始").fill("09:00")
    desk.get_by_label("几点结束").fill("10:00")
    assert axe(desk) == []
    desk.get_by_role("button", name="保存").dblclick()
    expect(desk.get_by_text("待答复")).to_be_visible()
    assert axe(desk) == []
    assert TourStop.objects.count() == 1

    phone = at("secretary", PHONE)
    phone.get_by_role("link", name="请您讲课").first.tap()
    phone.get_by_role("button", name="我来讲").dblclick()
    expect(phone.get_by_text("已答复：来讲")).to_be_visible()
    expect(phone.get_by_text(LONG).first).to_be_visible()
    assert not overflows(phone)
    assert Engagement.objects.get().status == "accepted"
    phone.get_by_role("link", name="霍童镇党校").first.tap()
    expect(phone.get_by_text("还差 2 次").first).to_be_visible()
    assert axe(phone) == []
    phone.get_by_role("link", name="登记走访").tap()
    phone.get_by_label("看到什么、讲了什么").fill("后排听不清")
    assert axe(phone) == []
    phone.get_by_role("button", name="保存").dblclick()
    expect(phone.get_by_text("后排听不清")).to_be_visible()
    assert LinkVisit.objects.count() == 1
    for width, height in (PHONE, SMALL):
        phone.set_viewport_size({"width": width, "height": height})
        assert not overflows(phone)
    phone.evaluate("() => document.documentElement.classList.add('large')")
    assert not overflows(phone)

    desk.get_by_role("link", name="排一轮").click()
    for place in ("霍童镇党校", "虎𬇙镇党委"):
        desk.get_by_label(place).check()
    desk.get_by_label("从哪天").fill("2026-12-08")
    desk.get_by_label("到哪天").fill("2026-12-09")
    assert axe(desk) == []
    desk.get_by_role("button", name="排排看").click()
    expect(desk.get_by_text("去 2 处")).to_be_visible()
    assert axe(desk) == []
    desk.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert not overflows(desk)
    desk.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    desk.get_by_role("button", name="就这样排").dblclick()
    expect(desk.get_by_text("已排好 2 场")).to_be_visible()
    assert TourStop.objects.count() == 3

    held_clock.set_to(DAY, 20)
    desk.goto("/")
    desk.get_by_role("link", name="师资").first.click()
    desk.get_by_role("link", name="宣讲团").click()
    desk.get_by_role("link", name="霍童镇理论宣讲团").click()
    desk.get_by_role("link", name="进村巡讲").click()
    desk.get_by_role("link", name="登记这一场").click()
    desk.get_by_label("听讲（人次）").fill("35")
    desk.get_by_role("button", name="保存").dblclick()
    expect(desk.get_by_text("已完成")).to_be_visible()
    assert [(one.heads, one.given_on) for one in Lecture.objects.all()] == [(35, DAY)]
    desk.get_by_role("link", name="霍童镇理论宣讲团").click()
    assert axe(desk) == []
    desk.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert not overflows(desk)
