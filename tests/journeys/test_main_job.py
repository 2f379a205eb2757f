"""The main job in a real browser: a class opened, seats filled, people arrive, the roll is closed, the city sees it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from doorstep.attendance.queries.codes import room_code_now
from doorstep.classes.models import Enrolment, Session, TrainingClass
from doorstep.core.invariants import check_invariants
from doorstep.coverage.services.refreshing import rebuild_year
from doorstep.records.models import Posting
from tests.cast import Cast
from tests.factories.classes import make_base
from tests.journeys.conftest import PHONE, HeldClock, axe, overflows

Open = Callable[..., Page]
DAY = date(2026, 12, 8)


def sound(page: Page) -> None:
    assert axe(page) == []
    assert not overflows(page)


def open_a_class(page: Page) -> TrainingClass:
    page.goto("/classes/")
    page.get_by_role("link", name="开班").first.click()
    page.get_by_label("班次名称").fill("农村党员冬训班（第一期）")
    page.get_by_label("开班日期").fill(DAY.isoformat())
    page.get_by_label("名额（人）").fill("40")
    for row, title in enumerate(("“四下基层”与群众路线", "茶园冬季管护")):
        page.get_by_label("内容").nth(row).fill(title)
    sound(page)
    page.get_by_role("button", name="开班，开始提名").click()
    expect(page.get_by_role("heading", name="农村党员冬训班（第一期）")).to_be_visible()
    return TrainingClass.objects.get(title="农村党员冬训班（第一期）")


def left_in(page: Page, unit_id: int) -> int:
    page.goto(f"/coverage/{unit_id}/")
    sound(page)
    text = page.get_by_text(re.compile(r"^\s*[\d,]+\s*人\s*$")).all_inner_texts()
    row = page.locator("main").inner_text()
    found = re.search(r"还没参训\s*([\d,]+)", row)
    assert found, text
    return int(found.group(1).replace(",", ""))


@pytest.mark.parametrize("phone", [PHONE])
def test_from_opening_a_class_to_coverage(
    cast: Cast, at: Open, held_clock: HeldClock, run_jobs: Callable[[], None], phone: tuple[int, int], tmp_path: Path
) -> None:
    make_base(cast.unit("huotong"))
    rebuild_year(year=2026, actor=cast.system)
    city, township = at("city"), at("township")
    before = left_in(city, cast.unit("huotong").pk)
    assert before == 6

    held = open_a_class(township)
    secretary = at("secretary", phone)
    secretary.goto("/coverage/left/")
    sound(secretary)
    for name in ("林秀珍", "黄德旺"):
        secretary.locator("li").filter(has_text=name).get_by_role("checkbox").check()
    secretary.get_by_role("button", name="提名 2 人").click()
    expect(secretary.get_by_text("已提名 2 人")).to_be_visible()
    assert Enrolment.objects.filter(training_class=held).count() == 2

    township.goto(f"/classes/{held.pk}/people/")
    sound(township)

    first = Session.objects.filter(training_class=held).earliest("starts_at")
    starts = first.starts_at
    held_clock.moment = starts
    township.goto(f"/room/{first.pk}/")
    expect(township.get_by_text("应到 2 人")).to_be_visible()
    trainee = at("trainee", phone)
    trainee.goto(f"/c/{room_code_now(first).code}/")
    sound(trainee)
    trainee.get_by_role("button", name="签到").tap()
    expect(trainee.get_by_text("已签到").first).to_be_visible()
    sound(trainee)
    expect(township.get_by_text("林秀珍")).to_be_visible(timeout=10_000)

    township.goto(f"/classes/{held.pk}/roll/")
    sound(township)
    held_clock.moment = Session.objects.filter(training_class=held).latest("ends_at").ends_at
    for session in Session.objects.filter(training_class=held).order_by("starts_at"):
        township.goto(f"/classes/{held.pk}/roll/?session={session.pk}")
        township.get_by_role("button", name="其余全部出勤").click()
    township.goto(f"/classes/{held.pk}/roll/")
    township.get_by_role("link", name="结考勤").click()
    sound(township)
    township.get_by_role("button", name="结考勤并结班").click()
    expect(township.get_by_text("已结班").first).to_be_visible()
    run_jobs()

    assert Posting.objects.filter(training_class=held).count() == 2 * held.sessions.count()
    assert left_in(city, cast.unit("huotong").pk) == before - 2
    trainee.goto("/files/mine/")
    sound(trainee)
    expect(trainee.get_by_text("农村党员冬训班（第一期）").first).to_be_visible()
    assert [f for f in check_invariants() if not f.holds] == []
