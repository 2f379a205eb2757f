"""A keeper shows on a phone what the school has, the county sends it back once and then accepts it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from doorstep.bases.models import AspectState, Evidence
from doorstep.core import clock
from tests.cast import Cast
from tests.factories.classes import make_base
from tests.journeys.conftest import DESKTOP, PHONE, axe, overflows

Open = Callable[..., Page]


def file(page: Page, name: str, day: str) -> None:
    """Fill in the form for the letter of the link teacher and send it by a double tap."""
    page.get_by_label("标准条目").select_option(label="骨干教师联系书（有效 12 个月）")
    page.get_by_label("证明名称").fill(name)
    page.get_by_label("出具日期").fill(day)
    page.locator("#id_file").set_input_files(
        {"name": "联系书.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    )
    page.get_by_role("button", name="报送").dblclick()
    expect(page.get_by_role("heading", name=name)).to_be_visible()


@pytest.mark.parametrize("large", [False, True])
def test_filed_on_a_phone_returned_and_accepted(
    cast: Cast, at: Open, settings: Any, tmp_path: Path, large: bool
) -> None:
    settings.MEDIA_ROOT = tmp_path
    school, issued = make_base(cast.unit("huotong")), (clock.today() - timedelta(days=2)).isoformat()
    keeper, county = at("base", PHONE), at("county", DESKTOP)
    keeper.goto(f"/bases/{school.pk}/")
    if large:
        keeper.get_by_role("button", name="大字版").first.tap()
        expect(keeper.locator("html.large")).to_have_count(1)
    for page in (keeper, county):
        page.goto(f"/bases/{school.pk}/")
        expect(page.get_by_text("有 0 / 5，每晚重新核对")).to_be_visible()
        assert axe(page) == []
        assert not overflows(page)
    keeper.get_by_role("link", name="报送 骨干教师联系书").tap()
    file(keeper, "2026 年联系书", issued)
    assert Evidence.objects.count() == 1

    county.goto("/")
    county.get_by_role("link", name="去审核").click()
    county.get_by_role("button", name="退回").click()
    expect(county.get_by_role("alert")).to_contain_text("退回要写明缺什么")
    county.get_by_label("意见").fill("没有盖章")
    county.get_by_role("button", name="退回").click()
    expect(county.get_by_text("已退回。")).to_be_visible()

    keeper.goto(f"/bases/{school.pk}/")
    keeper.get_by_role("link", name="报送 骨干教师联系书").tap()
    file(keeper, "盖章的联系书", issued)
    county.goto("/")
    county.get_by_role("link", name="去审核").click()
    with county.expect_download() as kept:
        county.get_by_role("link", name="下载").click()
    assert kept.value.suggested_filename == "联系书.pdf"
    county.get_by_role("button", name="通过").click()
    expect(county.get_by_text("已通过。")).to_be_visible()
    lacking = AspectState.objects.get(base=school, aspect="teachers").lacking
    assert [one["item"].split(".")[-1] for one in lacking] == ["pool"]
    assert axe(county) == []
