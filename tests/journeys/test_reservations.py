"""A secretary books a room on a phone, a keeper sees the week at a desk; who comes second finds another time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, expect

from doorstep.bases.models import Reservation
from doorstep.bases.services.venues import add_venue
from doorstep.core import clock
from tests.cast import Cast
from tests.factories.classes import SYSTEM, make_base
from tests.factories.reservations import reserve
from tests.journeys.conftest import DESKTOP, PHONE, axe, overflows

Open = Callable[..., Page]


def test_a_room_is_booked_on_a_phone_and_seen_at_a_desk(cast: Cast, at: Open) -> None:
    school = make_base(cast.unit("huotong"))
    room, day = school.venues.get(), clock.today() + timedelta(days=9)
    add_venue(base=school, name="多功能厅", seats=120, actor=SYSTEM)
    reserve(cast.unit("shiqiao"), room, day)

    phone = at("secretary", PHONE)
    phone.goto(f"/bases/venues/{room.pk}/")
    phone.get_by_role("link", name="约这个场地").tap()
    phone.get_by_label("哪一天", exact=True).fill(day.isoformat())
    phone.get_by_label("做什么用").fill("党员大会")
    phone.get_by_label("多少人", exact=True).fill("25")
    phone.get_by_role("button", name="约下来").tap()
    expect(phone.get_by_text("已经有人约了").first).to_be_visible()
    assert axe(phone) == []
    assert not overflows(phone)
    phone.locator("#instead a").first.tap()
    expect(phone.get_by_label("做什么用")).to_have_value("党员大会")
    phone.get_by_role("button", name="约下来").dblclick()
    expect(phone.get_by_text("已约好").first).to_be_visible()
    assert Reservation.objects.filter(purpose="党员大会").count() == 1
    assert axe(phone) == []
    assert not overflows(phone)

    desk = at("base", DESKTOP)
    desk.goto(f"/bases/{school.pk}/week/?day={day.isoformat()}")
    expect(desk.get_by_text("党员大会")).to_be_visible()
    assert axe(desk) == []
    desk.get_by_role("link", name="党员大会").focus()
    desk.keyboard.press("Enter")
    desk.get_by_label("为什么取消").fill("停电")
    desk.get_by_role("button", name="取消这一次").click()
    expect(desk.get_by_text("停电")).to_be_visible()
    desk.goto(f"/bases/venues/{room.pk}/reserve/")
    desk.get_by_label("哪一天", exact=True).fill(day.isoformat())
    desk.get_by_label("做什么用").fill("例会")
    desk.get_by_label("多少人", exact=True).fill("8")
    desk.get_by_label("要不要重复").select_option("每周")
    desk.get_by_label("重复到哪一天").fill((day + timedelta(days=21)).isoformat())
    desk.get_by_role("button", name="先看约不约得到").click()
    expect(desk.get_by_text("4 次，约得到 3 次，约不到 1 次")).to_be_visible()
    assert axe(desk) == []
    desk.get_by_role("button", name="约得到的先约上，3 次").dblclick()
    expect(desk.get_by_text("后面还有 2 次")).to_be_visible()
    assert Reservation.objects.filter(purpose="例会").count() == 3
