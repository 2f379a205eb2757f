"""A keeper says on a phone when a school can be used; a class that does not fit is refused with a way out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, expect

from doorstep.bases.models import Closure, OpenHours, Venue
from doorstep.classes.models import TrainingClass
from doorstep.core import clock
from tests.cast import Cast
from tests.factories.classes import make_base
from tests.journeys.conftest import DESKTOP, PHONE, axe, overflows

Open = Callable[..., Page]


def test_hours_closures_and_guests(cast: Cast, at: Open) -> None:
    school = make_base(cast.unit("huotong"), seats=60)
    keeper = at("township", PHONE)
    keeper.goto(f"/bases/{school.pk}/")
    keeper.get_by_role("link", name="加一个场地").tap()
    keeper.get_by_label("场地名称").fill("多功能厅")
    keeper.get_by_label("座位").fill("120")
    keeper.get_by_label("投影").check()
    keeper.get_by_role("button", name="保存").dblclick()
    expect(keeper.get_by_role("link", name="多功能厅")).to_be_visible()
    assert Venue.objects.filter(base=school).count() == 2

    keeper.get_by_role("link", name="改开放时间").tap()
    first = keeper.get_by_role("group", name="第 1 种时间")
    for day in ("星期一", "星期二", "星期三", "星期四", "星期五"):
        first.get_by_label(day).check()
    first.get_by_label("开门").first.fill("08:00")
    first.get_by_label("关门").first.fill("18:00")
    first.get_by_label("下午关门").fill("20:00")
    keeper.get_by_role("button", name="保存").tap()
    expect(keeper.get_by_text("要一起填")).to_be_visible()
    assert axe(keeper) == []
    assert not overflows(keeper)
    keeper.get_by_role("group", name="第 1 种时间").get_by_label("下午关门").fill("")
    keeper.get_by_role("button", name="保存").tap()
    expect(keeper.get_by_text("星期一至星期五")).to_be_visible()
    assert OpenHours.objects.count() == 5

    monday = clock.today() + timedelta(days=21 - clock.today().weekday())
    keeper.get_by_role("link", name="登记不开放的时间").tap()
    keeper.get_by_label("哪里不开放").select_option("镇党校教室")
    keeper.get_by_label("从什么时候").fill(f"{monday}T00:00")
    keeper.get_by_label("到什么时候").fill(f"{monday}T23:00")
    keeper.get_by_label("原因").fill("屋顶维修")
    keeper.get_by_role("button", name="保存").tap()
    expect(keeper.get_by_text("屋顶维修")).to_be_visible()
    assert axe(keeper) == []
    assert not overflows(keeper)
    keeper.get_by_role("link", name="填写").tap()
    keeper.get_by_label("每天最多接待").fill("100")
    keeper.get_by_role("button", name="保存").tap()
    expect(keeper.get_by_text("100 人")).to_be_visible()

    organiser = at("township", DESKTOP)
    organiser.goto("/classes/new/")
    organiser.get_by_label("班次名称").fill("冬训班")
    organiser.get_by_label("开班日期").fill(monday.isoformat())
    organiser.get_by_label("名额（人）").fill("50")
    organiser.locator("#id_venue").select_option(label="镇党校教室，60 座")
    for number in range(2):
        organiser.locator(f"#id_rows-{number}-title").fill("农村实用技术")
    organiser.get_by_role("button", name="开班，开始提名").click()
    expect(organiser.get_by_role("alert").first).to_contain_text("屋顶维修")
    expect(organiser.get_by_role("alert").first).to_contain_text("换多功能厅（120 座）")
    assert TrainingClass.objects.count() == 0
    assert axe(organiser) == []
    organiser.locator("#id_venue").select_option(label="多功能厅，120 座")
    organiser.get_by_role("button", name="开班，开始提名").click()
    expect(organiser.get_by_role("heading", name="冬训班")).to_be_visible()

    # The hall is needed otherwise: whoever runs the class is told, and reopening it clears that up.
    keeper.goto(f"/bases/{school.pk}/closures/new/?venue={Venue.objects.get(name='多功能厅').pk}")
    keeper.get_by_label("从什么时候").fill(f"{monday}T00:00")
    keeper.get_by_label("到什么时候").fill(f"{monday}T23:00")
    keeper.get_by_role("button", name="保存").tap()
    expect(keeper.get_by_text("已经排了的班会看到提醒")).to_be_visible()
    organiser.goto("/")
    expect(organiser.get_by_text("2 个课次的场地不能用：冬训班").locator("visible=true").first).to_be_visible()
    organiser.get_by_role("link", name="改时间或换场地").click()
    expect(organiser.get_by_text("那时不能用").first).to_be_visible()
    assert axe(organiser) == []
    keeper.locator("li", has_text="多功能厅").get_by_role("button", name="照常开放").tap()
    expect(keeper.get_by_text("已取消，那段时间照常开放。")).to_be_visible()
    organiser.reload()
    expect(organiser.get_by_text("那时不能用")).to_have_count(0)
    assert Closure.objects.filter(lifted_at__isnull=True).count() == 1
