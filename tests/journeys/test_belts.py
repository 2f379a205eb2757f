"""A county puts a belt together on a phone, completes what it lacks and publishes it; a trainee looks at it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from doorstep.bases.models import Base, Belt
from doorstep.bases.services.standards import judge_standards
from doorstep.core import clock
from tests.cast import Cast
from tests.factories.bases import file_link
from tests.factories.classes import SYSTEM, make_base
from tests.journeys.conftest import DESKTOP, PHONE, axe, overflows

Open = Callable[..., Page]


def test_planned_completed_and_published(cast: Cast, at: Open, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    for unit, lng in (("huotong", 119.40), ("hubei", 119.55)):
        make_base(cast.unit(unit), name=f"{cast.unit(unit).short_name[:2]}党校")
        Base.objects.filter(unit=cast.unit(unit)).update(lat=26.85, lng=lng, is_flagged=unit == "hubei")
    county = at("county", PHONE)
    county.goto("/bases/")
    county.get_by_role("link", name="看示范带").tap()
    expect(county.get_by_text("还没有示范带")).to_be_visible()
    county.get_by_role("link", name="建一条示范带").first.tap()
    county.get_by_label("示范带名称").fill("霍童溪示范带")
    county.get_by_label("主题").fill("乡村振兴")
    county.locator("summary", has_text="霍童镇").tap()
    county.get_by_label("霍童党校").check()
    county.get_by_role("button", name="保存").tap()
    expect(county.get_by_role("alert")).to_contain_text("只在 1 个乡镇")
    assert axe(county) == []
    assert not overflows(county)
    expect(county.get_by_label("霍童党校")).to_be_checked()
    county.locator("summary", has_text="虎𬇙镇").tap()
    county.get_by_label("虎𬇙党校").check()
    county.get_by_role("button", name="保存").dblclick()
    expect(county.get_by_role("heading", name="霍童溪示范带")).to_be_visible()
    assert Belt.objects.count() == 1
    expect(county.get_by_text("约 39 分钟")).to_be_visible()
    county.get_by_role("button", name="发布").tap()
    expect(county.get_by_text("还不能发布，还差：主题（主题和建设方案：还没有报送）")).to_be_visible()
    expect(county.get_by_role("heading", name="霍童溪示范带")).to_be_visible()  # still there, with what to do next

    belt = Belt.objects.select_related("base").get()
    for item in ("theme.brief", "route.line", "guides.guides"):
        file_link(belt.base, item=f"standard.belt.{item}", issued_on=clock.today() - timedelta(days=3))
    belt.base.evidence.update(status="passed", reviewed_at=clock.now())
    judge_standards(actor=SYSTEM)
    county.goto(f"/bases/{belt.pk}/")
    assert axe(county) == []
    assert not overflows(county)
    county.get_by_role("button", name="发布").tap()
    expect(county.get_by_text("已发布。")).to_be_visible()

    trainee = at("trainee", DESKTOP)
    trainee.goto("/bases/belts/?status=published")
    trainee.get_by_role("link", name="霍童溪示范带").click()
    expect(trainee.get_by_role("link", name="虎𬇙党校")).to_be_visible()
    expect(trainee.get_by_role("button", name="撤下")).to_have_count(0)
    assert axe(trainee) == []
