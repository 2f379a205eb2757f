"""A teacher of another province books on a phone with a code, comes back, and books again; the school quotes."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from doorstep.classes.models import Order
from tests.cast import Cast
from tests.factories.classes import make_base
from tests.factories.orders import package_at
from tests.factories.outside import code_in
from tests.journeys.conftest import DESKTOP, PHONE, axe, overflows

Open = Callable[..., Page]


def test_booked_on_a_phone_quoted_at_a_desk_and_agreed(cast: Cast, at: Open, settings: Any, tmp_path: Path) -> None:
    path = tmp_path / "sms.jsonl"
    settings.DOORSTEP_CHANNELS = {"sms": f"file://{path}"}
    package = package_at(make_base(cast.unit("huotong")))
    phone = at(None, PHONE)
    phone.goto(f"/portal/packages/{package.pk}/")
    phone.get_by_role("link", name="外单位预约").tap()
    expect(phone.get_by_role("link", name="验证手机号，开始预约")).to_be_visible()
    assert axe(phone) == []
    assert not overflows(phone)
    phone.get_by_role("link", name="验证手机号，开始预约").tap()
    expect(phone.get_by_label("手机号")).to_be_visible()
    assert axe(phone) == []
    phone.get_by_label("手机号").fill("13700005678")
    phone.wait_for_timeout(3200)  # as long as a person takes
    phone.get_by_role("button", name="发验证码").tap()
    expect(phone.get_by_label("验证码")).to_be_visible()
    assert axe(phone) == []
    phone.get_by_label("验证码").fill(code_in(path))
    phone.get_by_role("button", name="继续").tap()
    expect(phone.get_by_label("多少人来")).to_be_visible()
    phone.locator(".cal label").nth(4).tap()
    phone.get_by_label("多少人来").fill("24")
    phone.get_by_label("单位名称").fill("东岭中学党委")
    phone.get_by_label("单位类别").select_option(label="学校")
    phone.get_by_label("联系人").fill("周老师")
    assert axe(phone) == []
    assert not overflows(phone)
    phone.wait_for_timeout(3200)
    phone.get_by_role("button", name="送出预约").dblclick()
    expect(phone.get_by_text("霍童镇党委最晚")).to_be_visible()
    assert axe(phone) == []
    order = Order.objects.get()

    school = at("township", DESKTOP)
    school.goto(f"/orders/{order.pk}/quote/")
    school.get_by_label("项目").first.fill("讲课")
    school.get_by_label("单价（元）").first.fill("1600")
    school.get_by_label("数量").first.fill("1")
    assert axe(school) == []
    school.get_by_role("button", name="送出报价").click()
    expect(school.get_by_role("link", name=re.compile("第 1 版"))).to_be_visible()
    assert axe(school) == []

    phone.reload()
    phone.get_by_role("button", name="同意报价").tap()
    expect(phone.get_by_text("已回复报价")).to_be_visible()
    phone.get_by_role("link", name="我的预约").first.tap()
    expect(phone.get_by_role("link", name="再约一个")).to_be_visible()
    assert axe(phone) == []
