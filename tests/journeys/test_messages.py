"""A county issues a circular in four steps from home; a township hears of it on a phone, reads and signs it."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from doorstep.directory.models import Account
from doorstep.notices.models import Circular, CircularReceipt, Message
from tests.cast import Cast
from tests.factories.jobs import run_queued_jobs
from tests.journeys.conftest import DESKTOP, PHONE, SMALL, axe, overflows

Open = Callable[..., Page]


def sound(page: Page) -> None:
    assert axe(page) == []
    assert not overflows(page)


def test_issued_at_a_desk_told_and_signed_on_a_phone(cast: Cast, at: Open) -> None:
    county = at("county", DESKTOP)
    county.get_by_role("link", name="下发通知").click()  # 1
    sound(county)
    county.get_by_label("标题").fill("冬训安排")  # 2
    county.get_by_label("正文").fill("# 安排\n\n各镇按时开班。")  # 3
    county.get_by_role("button", name="下发").dblclick()  # 4
    expect(county.get_by_role("heading", name="冬训安排")).to_be_visible()
    sound(county)
    assert Circular.objects.count() == 1
    run_queued_jobs()

    township = at("township", PHONE)
    bell = township.get_by_role("link", name=re.compile("消息.*1 条未读"))
    expect(bell).to_be_visible()
    expect(township.get_by_text("签收通知：冬训安排").first).to_be_visible()
    sound(township)
    bell.tap()
    expect(township.get_by_role("heading", name="消息", exact=True)).to_be_visible()
    sound(township)
    township.get_by_role("link", name="新的通知文件：冬训安排").tap()
    expect(township.get_by_role("heading", name="新的通知文件：冬训安排")).to_be_visible()
    sound(township)
    township.get_by_role("link", name="去看").tap()
    expect(township.get_by_role("heading", name="冬训安排", exact=True)).to_be_visible()
    sound(township)
    with township.expect_navigation():
        township.get_by_role("button", name="签收").dblclick()
    expect(township.get_by_text("已签收").first).to_be_visible()
    expect(township.get_by_role("link", name="消息", exact=True)).to_be_visible()
    assert not Message.objects.filter(account=cast.accounts["township"], read_at=None).exists()
    assert CircularReceipt.objects.filter(read_at__isnull=False, acknowledged_at__isnull=False).count() == 1

    county.get_by_role("link", name="逐个单位看").click()
    expect(county.get_by_role("cell", name="已签收")).to_have_count(1)
    sound(county)


def test_nothing_overflows_on_a_small_phone_in_large_type(cast: Cast, at: Open) -> None:
    Account.objects.filter(username="county").update(type_size="large")
    county = at("county", SMALL)
    for address in ("/", "/messages/", "/messages/channels/", "/circulars/", "/circulars/new/"):
        county.goto(address)
        assert not overflows(county), address
