"""A township finds a mentor, who writes down a lesson on a phone; the county's station coaches a school."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from doorstep.core import clock
from doorstep.faculty.models import Coaching, Mentorship, Observation
from doorstep.faculty.services.stations import found_station, serve_school, staff_station
from doorstep.faculty.services.teachers import find_on_roster
from tests.cast import Cast
from tests.factories.classes import SYSTEM
from tests.factories.teachers import given_teacher
from tests.journeys.conftest import DESKTOP, PHONE, SMALL, axe, overflows

Open = Callable[..., Page]


def test_paired_observed_and_coached(cast: Cast, at: Open) -> None:
    today = clock.today()
    mentor = given_teacher(cast.unit("jiaocheng"), on=today, name="甘师傅")
    find_on_roster(teacher=mentor, person=cast.person("陈国梁"), actor=SYSTEM)
    given_teacher(cast.unit("huotong"), on=today, name="小钟")
    desk = at("township", DESKTOP)
    desk.goto("/teachers/")
    desk.get_by_role("link", name="小钟").click()
    assert axe(desk) == []
    desk.get_by_role("link", name="找师傅", exact=True).click()
    desk.get_by_label("学什么").select_option("党史和红色故事")
    desk.get_by_label("目标").fill("能备一课\n能用本地话讲")
    assert axe(desk) == []
    desk.get_by_role("button", name="结成师徒").dblclick()
    expect(desk.get_by_role("heading", name="甘师傅带小钟")).to_be_visible()
    assert axe(desk) == []
    assert Mentorship.objects.count() == 1

    phone = at("secretary", PHONE)
    phone.goto("/teaching/")
    phone.get_by_role("link", name="甘师傅带小钟").tap()
    phone.get_by_role("link", name="记一次听课").tap()
    phone.get_by_label("听的哪一课").fill("家门口的红色故事")
    phone.get_by_label("能备一课").select_option("做到了")
    phone.get_by_label("意见").fill("开头再短一点")
    assert axe(phone) == []
    assert not overflows(phone)
    phone.get_by_role("button", name="保存").dblclick()
    expect(phone.get_by_text("已记下这次听课")).to_be_visible()
    assert axe(phone) == []
    assert not overflows(phone)
    phone.set_viewport_size({"width": SMALL[0], "height": SMALL[1]})
    assert not overflows(phone)
    assert Observation.objects.get().marks == [3, 0]

    station = found_station(unit=cast.unit("jiaocheng"), name="区委党校教师指导站", on=today, actor=SYSTEM)
    staff_station(station=station, teacher=mentor, since=today, actor=SYSTEM)
    serve_school(station=station, unit=cast.unit("huotong"), since=today, actor=SYSTEM)
    county = at("county", DESKTOP)
    county.goto("/stations/")
    county.get_by_role("link", name="区委党校教师指导站").click()
    expect(county.get_by_text("还有 1 所党校今年没有去指导过")).to_be_visible()
    county.get_by_role("link", name="记一次指导").click()
    county.get_by_label("指导什么").fill("备课")
    county.get_by_label("发现了什么、怎么改").fill("案例换成本村的")
    county.get_by_role("button", name="保存").dblclick()
    expect(county.get_by_text("案例换成本村的")).to_be_visible()
    assert axe(county) == []
    assert Coaching.objects.count() == 1
