"""A township enters and vets a teacher, who answers on a phone in two taps, cannot come after all and is replaced."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, expect

from doorstep.core import clock
from doorstep.faculty.models import Engagement, PoolPlace, Teacher, Vetting
from doorstep.faculty.services.pools import found_pool
from tests.cast import Cast
from tests.factories.classes import SYSTEM, half_day, make_class
from tests.factories.teachers import given_teacher
from tests.journeys.conftest import DESKTOP, PHONE, SMALL, axe, overflows

Open = Callable[..., Page]


def test_entered_vetted_asked_and_replaced(cast: Cast, at: Open) -> None:
    unit = cast.unit("huotong")
    found_pool(unit=unit, name="霍童镇党校师资库", actor=SYSTEM)
    desk = at("township", DESKTOP)
    desk.get_by_role("link", name="师资").first.click()
    desk.get_by_role("link", name="登记教师").first.click()
    expect(desk.get_by_role("heading", name="登记教师")).to_be_visible()
    desk.get_by_label("姓名").fill("陈国梁")
    desk.get_by_label("类别").select_option("乡土教员")
    desk.get_by_label("种植技术").check()
    assert axe(desk) == []
    desk.get_by_role("button", name="保存").dblclick()
    expect(desk.get_by_text("审核通过以后才能排课")).to_be_visible()
    assert axe(desk) == []
    desk.get_by_role("link", name="编进师资库").click()
    desk.get_by_role("button", name="编进去").dblclick()
    expect(desk.get_by_text("霍童镇党校师资库").first).to_be_visible()
    desk.get_by_role("link", name="审核", exact=True).click()
    desk.get_by_role("button", name="记下结果").dblclick()
    expect(desk.get_by_text("已审核通过")).to_be_visible()
    desk.get_by_role("link", name="对名册").click()
    desk.get_by_role("radio", name="陈国梁").check()
    desk.get_by_role("button", name="保存").click()
    expect(desk.get_by_text("已对上名册")).to_be_visible()
    teacher = Teacher.objects.get()
    assert (PoolPlace.objects.count(), Vetting.objects.count()) == (1, 1)

    day = clock.today() + timedelta(days=9)
    held = make_class(unit, sessions=[half_day(day, teacher_id=teacher.pk)])
    given_teacher(unit, on=clock.today(), name="蓝玉兰")
    phone = at("secretary", PHONE)
    phone.get_by_role("link", name="请您讲课").first.tap()
    expect(phone.get_by_role("heading", name="我的课")).to_be_visible()
    assert axe(phone) == []
    assert not overflows(phone)
    phone.set_viewport_size({"width": SMALL[0], "height": SMALL[1]})
    assert not overflows(phone)
    phone.get_by_role("button", name="我来讲").dblclick()
    expect(phone.get_by_text("已答复：来讲")).to_be_visible()
    phone.get_by_role("link", name="来不了").first.tap()
    phone.get_by_label("来不了的原因").fill("住院")
    assert axe(phone) == []
    phone.get_by_role("button", name="来不了").dblclick()
    expect(phone.get_by_text("还没有排上您的课")).to_be_visible()
    phone.get_by_role("link", name="记不能来的日子").tap()
    phone.get_by_label("到哪天").fill(day.isoformat())
    phone.get_by_label("原因").fill("住院")
    phone.get_by_role("button", name="记下").dblclick()
    expect(phone.get_by_text("这几天不给您排课")).to_be_visible()

    desk.goto("/")
    desk.get_by_role("link", name="换一位老师").first.click()
    expect(desk.get_by_role("heading", name="换一位老师")).to_be_visible()
    assert axe(desk) == []
    desk.get_by_role("button", name="请这位").dblclick()
    expect(desk.get_by_text("已换成蓝玉兰老师")).to_be_visible()
    assert held.sessions.get().teacher == Teacher.objects.get(name="蓝玉兰")
    assert list(Engagement.objects.order_by("pk").values_list("status", flat=True)) == ["declined", "offered"]
