"""The check page in a browser: whatever a cell holds, nothing makes the page scroll sideways."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from doorstep.directory.services.roster_check import check_roster
from doorstep.directory.services.roster_files import take_in_roster
from tests.cast import Cast
from tests.directory.roster.books import member, write_xlsx
from tests.directory.roster.sample import HEADINGS
from tests.journeys.conftest import DESKTOP, PHONE, at, overflows

__all__ = ["at"]
KENGTOU = "坑头村党支部"
LONG = "Wolfeschlegelsteinhausenbergerdorff" * 2
TOO_WIDE = """() => [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth)
  .slice(0, 6).map(e => e.outerHTML.slice(0, 200) + e.getBoundingClientRect().right)"""
LONGEST = [
    member(1, KENGTOU, 姓名=LONG),
    member(2, LONG),
    member(3, KENGTOU, 姓名="林" * 58 + "（备注）"),
    member(4, KENGTOU, 民族=LONG, 学历=LONG),
    member(5, KENGTOU, 公民身份证号码=LONG, 联系电话=LONG),
]


@pytest.mark.browser
@pytest.mark.parametrize("type_size", ["normal", "large"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_long_cells_wrap(
    cast_committed: Cast,
    at: Callable[..., Page],
    size: tuple[int, int],
    type_size: str,
    settings: Any,
    tmp_path: Path,
) -> None:
    cast = cast_committed
    settings.MEDIA_ROOT = tmp_path / "files"
    account = cast.accounts["township"]
    account.type_size = type_size
    account.save()
    path = write_xlsx(tmp_path / "r.xlsx", [*HEADINGS, LONG], *LONGEST)
    taken = take_in_roster(
        unit=cast.unit("huotong"), upload=path, filename=f"{LONG}.xlsx", allow_demo=True, actor=cast.system
    )
    checked = check_roster(roster_import=taken, report=lambda done, total: None, actor=cast.system)
    page = at("township", size)
    page.goto(f"/imports/{checked.pk}/")
    page.evaluate("document.querySelector('main details').open = true")
    assert page.locator("[data-rows] tr").count() >= len(LONGEST)
    wide = page.evaluate(TOO_WIDE)
    assert not overflows(page), wide
    assert page.evaluate("document.documentElement.scrollWidth") == size[0]
