"""Signing in and finding one's way, on a desk and on a phone, by mouse and by keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.cast import PASSWORD, Cast
from tests.journeys.conftest import DESKTOP, PHONE, SMALL, axe, overflows

Open = Callable[..., Page]


@pytest.mark.parametrize("size", [DESKTOP, PHONE, SMALL])
@pytest.mark.parametrize("large", [False, True])
def test_signing_in_page_is_sound(cast: Cast, at: Open, size: tuple[int, int], large: bool) -> None:
    page = at(None, size)
    page.goto("/login/")
    if large:
        page.get_by_role("button", name="大字版").click()
        expect(page.locator("html.large")).to_have_count(1)
    assert axe(page) == []
    assert not overflows(page)
    box = page.get_by_role("button", name="登录").bounding_box()
    assert box is not None
    assert box["height"] >= 44


def test_sign_in_by_keyboard_alone_and_search_by_slash(cast: Cast, at: Open) -> None:
    page = at(None)
    page.goto("/people/")
    page.locator("#id_username").focus()
    page.keyboard.type("township")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="学员")).to_be_visible()
    page.locator("h1").click()
    page.keyboard.press("/")
    page.keyboard.type("lxz")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="林秀珍 1961")).to_be_visible()
    expect(page.get_by_text("彭有顺")).to_have_count(0)


def test_wrong_password_says_what_to_do_and_keeps_the_name(cast: Cast, at: Open) -> None:
    page = at(None, PHONE)
    page.goto("/login/")
    page.fill("#id_username", "township")
    page.fill("#id_password", "wrong")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert").filter(has_text="用户名或密码不对")).to_be_visible()
    expect(page.locator("#id_username")).to_have_value("township")


def test_a_masked_field_is_shown_for_a_reason(cast: Cast, at: Open) -> None:
    page = at("secretary", PHONE)
    page.goto(f"/people/{cast.person('林秀珍').pk}/")
    expect(page.get_by_text("3509**********")).to_be_visible()
    page.get_by_role("button", name="显示").first.click()
    page.get_by_label("原因（会记入日志）").first.fill("核对身份")
    page.get_by_role("dialog").get_by_role("button", name="显示").click()
    expect(page.get_by_text("35099919610312")).to_be_visible()


def test_a_view_of_a_list_is_kept_opened_and_dropped_on_a_phone(cast: Cast, at: Open) -> None:
    page = at("township", PHONE)
    page.goto("/people/")
    expect(page.get_by_role("navigation", name="视图")).to_have_count(0)
    page.get_by_role("button", name="筛选").tap()
    page.get_by_label("流动").select_option("0")
    page.wait_for_url("**floating=0**")
    page.get_by_role("button", name="存为视图").tap()
    page.keyboard.type("在家的")
    page.keyboard.press("Enter")
    expect(page.get_by_text("已存为视图“在家的”。")).to_be_visible()
    views = page.get_by_role("navigation", name="视图")
    expect(views.locator("[aria-current]")).to_have_text("在家的")
    assert axe(page) == []
    views.get_by_role("link", name="全部").tap()
    expect(views.locator("[aria-current]")).to_have_text("全部")
    views.get_by_role("link", name="在家的").tap()
    expect(page.get_by_role("button", name="筛选，用着 1 项")).to_be_visible()
    page.get_by_role("button", name="删除视图").tap()
    page.get_by_role("dialog").get_by_role("button", name="删除视图").tap()
    expect(page.get_by_text("视图“在家的”已删除。")).to_be_visible()
    expect(page).to_have_url(re.compile("/people/$"))
    expect(views).to_have_count(0)
