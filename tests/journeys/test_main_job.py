"""The main job in a real browser: roster, class, seats, arrivals, the roll is closed, and the city sees it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from doorstep.attendance.models import CheckIn
from doorstep.attendance.queries.codes import room_code_now
from doorstep.classes.models import Enrolment, Session, TrainingClass
from doorstep.core.invariants import check_invariants
from doorstep.coverage.services.refreshing import rebuild_year
from doorstep.directory.models import Account, Person
from doorstep.records.models import Posting
from tests.cast import Cast
from tests.factories.classes import make_base
from tests.factories.programs import database_address
from tests.journeys.conftest import PHONE, HeldClock, axe, overflows
from tests.journeys.messy import write_messy_roster

Open = Callable[..., Page]
DAY = date(2026, 12, 8)
WIDE = (1440, 900)
ROWS = 5000


PICTURES = os.environ.get("DOORSTEP_PICTURES")


def sound(page: Page) -> None:
    assert axe(page) == []
    assert not overflows(page)
    if PICTURES:  # for whoever wants to look at the walk
        _shown.append(page.url)
        page.screenshot(path=Path(PICTURES) / f"{len(_shown):02}.png", full_page=True)


_shown: list[str] = []


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


@pytest.fixture
def own_files(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path, transactional_db: None) -> None:
    """The server and the child that checks a roster keep their files here and read the database of the test."""
    settings.DATA, settings.MEDIA_ROOT = tmp_path, tmp_path / "files"
    monkeypatch.setenv("DOORSTEP_DATA", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", database_address())


def import_the_roster(page: Page, path: Path, run_jobs: Callable[[], None]) -> None:
    """Upload, look over, name one column, leave out the wrong rows, write."""
    page.goto("/imports/")
    page.get_by_label("名册文件").set_input_files(path)
    sound(page)
    page.get_by_role("button", name="上传并核对").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    sound(page)
    run_jobs()
    expect(page.get_by_role("heading", name=re.compile("^核对："))).to_be_visible()  # the page found out by itself
    sound(page)
    page.get_by_text(re.compile("^各列是什么")).click()
    column = page.get_by_label("打得通的号")
    expect(column.locator("option:checked")).to_have_text("不导入")
    column.select_option("mobile")
    page.get_by_role("button", name="按这样再核对").click()
    run_jobs()
    skip = page.get_by_role("button", name=f"跳过 3 行，写入 {ROWS - 3:,} 行")
    expect(skip).to_be_visible()
    sound(page)
    skip.click()
    run_jobs()
    expect(page.get_by_role("heading", name="已写入：")).to_be_visible()
    sound(page)


def hand_down_seats(page: Page, held: TrainingClass, seats: dict[str, int]) -> None:
    page.goto(f"/classes/{held.pk}/seats/")
    for unit, number in seats.items():
        page.get_by_label(unit).fill(str(number))
    sound(page)
    page.get_by_role("button", name="按这张表分").click()
    expect(page.get_by_role("row", name=re.compile(next(iter(seats))))).to_be_visible()


def open_an_account(page: Page, person: Person) -> str:
    """The township opens an account for a member; the first password, which is told once."""
    page.goto(f"/people/{person.pk}/")
    page.get_by_role("link", name="开账号").click()
    page.get_by_label("用户名").fill("lanyaojin")
    sound(page)
    page.get_by_role("button", name="开账号").click()
    expect(page.get_by_role("heading", name="账号已开好")).to_be_visible()
    sound(page)
    return page.locator("p.fig").inner_text()


def choose_an_own_password(phone: Page, first: str) -> None:
    """Whoever comes with the first password is asked for an own one before anything else."""
    expect(phone).to_have_url(re.compile("/password/"))
    phone.get_by_label("现在的密码").fill(first)
    phone.get_by_label("新密码", exact=True).fill("jia-men-kou-2026")
    phone.get_by_label("新密码再输一次").fill("jia-men-kou-2026")
    sound(phone)
    phone.get_by_role("button", name="改密码").click()
    expect(phone).not_to_have_url(re.compile("/password/"))


def arrive(phone: Page, session: Session, old: str) -> None:
    """Old and forged codes are refused; the code of now takes one tap, and a second tap changes nothing."""
    live = room_code_now(session).code
    phone.clock.set_system_time("1990-01-01T08:00:00")  # what the phone thinks is never asked
    for bad in (f"{live[:-4]}AAAA", old):
        phone.goto(f"/c/{bad}/")
        expect(phone.get_by_role("button", name="签到")).to_have_count(0)
        sound(phone)
    phone.goto(f"/c/{live}/")
    sound(phone)
    phone.get_by_role("button", name="签到").dblclick()  # one tap is enough, a second one changes nothing
    expect(phone.get_by_text("已签到").first).to_be_visible()
    sound(phone)
    assert CheckIn.objects.filter(session=session).count() == 1


def test_from_a_roster_file_to_coverage(
    cast: Cast, at: Open, held_clock: HeldClock, own_files: None, run_jobs: Callable[[], None], tmp_path: Path
) -> None:
    make_base(cast.unit("huotong"))
    Account.objects.update(is_demo=True)
    rebuild_year(year=2026, actor=cast.system)
    city, township = at("city", WIDE), at("township", WIDE)
    assert left_in(city, cast.unit("huotong").pk) == 6
    names = {5: "蓝耀金", 6: "雷满妹"}
    import_the_roster(township, write_messy_roster(tmp_path / "名册.xlsx", ROWS, names, "坑头村党支部"), run_jobs)
    before = left_in(city, cast.unit("huotong").pk)
    assert before == 6 + ROWS - 3

    held = open_a_class(township)
    hand_down_seats(township, held, {"坑头村党支部": 3, "石桥村党支部": 5})
    secretary = at("secretary", PHONE)
    nominate_by_thumb(secretary, ("蓝耀金", "黄德旺"))
    assert Enrolment.objects.filter(training_class=held).count() == 2
    imported = Person.objects.get(name="蓝耀金")
    password = open_an_account(township, imported)
    township.goto(f"/classes/{held.pk}/people/")
    sound(township)

    first = Session.objects.filter(training_class=held).earliest("starts_at")
    held_clock.moment = first.starts_at - timedelta(minutes=5)
    old = room_code_now(first).code
    held_clock.moment = first.starts_at
    township.goto(f"/room/{first.pk}/")
    expect(township.get_by_text("应到 2 人")).to_be_visible()
    sound(township)
    trainee = at("lanyaojin", PHONE, password=password)
    choose_an_own_password(trainee, password)
    arrive(trainee, first, old)
    expect(township.get_by_text("蓝耀金")).to_be_visible(timeout=10_000)

    close_the_roll(township, held, held_clock)
    run_jobs()
    assert Posting.objects.filter(training_class=held).count() == 2 * held.sessions.count()
    assert left_in(city, cast.unit("huotong").pk) == before - 2
    trainee.goto("/files/mine/")
    sound(trainee)
    expect(trainee.get_by_text("农村党员冬训班（第一期）").first).to_be_visible()
    township.goto(f"/files/{imported.pk}/")
    sound(township)
    expect(township.get_by_text("农村党员冬训班（第一期）").first).to_be_visible()
    assert [f for f in check_invariants() if not f.holds] == []


def nominate_by_thumb(page: Page, names: tuple[str, ...]) -> None:
    page.goto("/coverage/left/")
    sound(page)
    for name in names:
        page.locator("li").filter(has_text=name).get_by_role("checkbox").check()
    page.get_by_role("button", name=f"提名 {len(names)} 人").click()
    expect(page.get_by_text(f"已提名 {len(names)} 人")).to_be_visible()


def close_the_roll(page: Page, held: TrainingClass, held_clock: HeldClock) -> None:
    page.goto(f"/classes/{held.pk}/roll/")
    sound(page)
    held_clock.moment = Session.objects.filter(training_class=held).latest("ends_at").ends_at
    for session in Session.objects.filter(training_class=held).order_by("starts_at"):
        page.goto(f"/classes/{held.pk}/roll/?session={session.pk}")
        page.get_by_role("button", name="其余全部出勤").click()
    page.goto(f"/classes/{held.pk}/roll/")
    page.get_by_role("link", name="结考勤").click()
    sound(page)
    page.get_by_role("button", name="结考勤并结班").click()
    expect(page.get_by_text("已结班").first).to_be_visible()
