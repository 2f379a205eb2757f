"""A school plans its year on a phone, the county approves it at a desk, a line becomes a class that is held."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from doorstep.classes.models import TrainingClass
from doorstep.classes.queries.people import nominees
from doorstep.classes.services.people import nominate
from doorstep.planning.models import Plan, PlanLine
from tests.cast import Cast
from tests.factories.classes import SYSTEM, make_base
from tests.journeys.conftest import DESKTOP, PHONE, HeldClock, axe, overflows

Open = Callable[..., Page]


def test_planned_approved_opened_and_held(
    cast: Cast, at: Open, held_clock: HeldClock, run_jobs: Callable[[], None]
) -> None:
    make_base(cast.unit("huotong"))
    phone = at("township", PHONE)
    phone.goto("/plans/")
    expect(phone.get_by_text("还没编计划").last).to_be_visible()
    assert axe(phone) == []
    assert not overflows(phone)
    phone.get_by_role("link", name="编计划", exact=True).tap()
    expect(phone.get_by_role("button", name="开始编")).to_be_visible()
    phone.get_by_label("从哪里开始").select_option("编一份空的")
    assert axe(phone) == []
    phone.get_by_role("button", name="开始编").dblclick()
    phone.get_by_role("link", name="加一项").first.tap()
    phone.get_by_label("几月开始").select_option("12月")
    phone.get_by_label("最迟几月办完").select_option("12月")
    phone.get_by_label("培训内容").fill("党员冬训")
    phone.get_by_label("培训对象").fill("全镇农村党员")
    phone.get_by_label("这一期多少人").fill("40")
    phone.get_by_label("每人多少学时").fill("8")
    assert axe(phone) == []
    assert not overflows(phone)
    phone.get_by_role("button", name="保存").dblclick()
    expect(phone.get_by_text("12月　党员冬训")).to_be_visible()
    assert PlanLine.objects.count() == 1
    assert axe(phone) == []
    assert not overflows(phone)
    phone.get_by_role("button", name="报送上级").tap()
    expect(phone.get_by_text("已报送，等上级审核。")).to_be_visible()

    county = at("county", DESKTOP)
    county.goto("/")
    county.get_by_role("link", name="审核 1 份年度计划").first.click()
    expect(county.get_by_role("button", name="批准", exact=True)).to_be_visible()
    assert axe(county) == []
    county.get_by_role("button", name="批准", exact=True).dblclick()
    expect(county.get_by_text("批准以后没有改过")).to_be_visible()
    assert Plan.objects.get().status == "approved"
    county.goto("/plans/counties/")
    expect(county.get_by_text("计划 40 人次")).to_be_visible()
    assert axe(county) == []

    phone.reload()
    phone.get_by_role("link", name="按计划开班").tap()
    expect(phone.get_by_role("heading", name="按计划开班")).to_be_visible()
    assert axe(phone) == []
    assert not overflows(phone)
    phone.get_by_label("场地").select_option(index=1)
    phone.get_by_role("button", name="开班", exact=True).tap()
    expect(phone.get_by_text("草稿").first).to_be_visible()
    assert axe(phone) == []
    assert not overflows(phone)
    held = PlanLine.objects.get().links.get().training_class
    assert (held.status, held.unit, held.sessions.count()) == ("draft", cast.unit("huotong"), 2)

    phone.get_by_role("button", name="发布").first.tap()
    expect(phone.get_by_text("已发布，可以提名了。")).to_be_visible()
    county.reload()
    expect(county.get_by_text("计划 1 期，已办完 0 期，落后 0 期")).to_be_visible()
    held.refresh_from_db()
    nominate(training_class=held, people=nominees([cast.person("林秀珍").pk]), actor=SYSTEM)
    held_clock.set_to(held.starts_on, 18)
    close_the_roll(at("township", DESKTOP), held)
    run_jobs()
    phone = at("township", PHONE)  # half a week later nobody is signed in any more
    phone.goto(f"/plans/{Plan.objects.get().pk}/")
    expect(phone.get_by_text("已办完", exact=True)).to_be_visible()
    expect(phone.get_by_text("已报 1 人，实到 1 人，实得 8 学时")).to_be_visible()
    assert axe(phone) == []
    assert not overflows(phone)
    county = at("county", DESKTOP)
    county.goto("/plans/counties/")
    expect(county.get_by_text("计划 1 期，已办完 1 期，落后 0 期")).to_be_visible()
    expect(county.get_by_text("计划 320 学时")).to_be_visible()
    county.goto("/plans/lines/")
    expect(county.get_by_text("党员冬训").first).to_be_visible()
    expect(county.locator("tbody").get_by_text("已办完")).to_be_visible()


def close_the_roll(page: Page, held: TrainingClass) -> None:
    """The school closes the roll when the day is over."""
    for session in held.sessions.order_by("starts_at"):
        page.goto(f"/classes/{held.pk}/roll/?session={session.pk}")
        page.get_by_role("button", name="其余全部出勤").click()
    page.goto(f"/classes/{held.pk}/roll/")
    page.get_by_role("link", name="结考勤").click()
    page.get_by_role("button", name="结考勤并结班").click()
    expect(page.get_by_text("已结班").first).to_be_visible()
