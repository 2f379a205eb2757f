"""A county sends copies, a township receives them on a phone and gives them to a class; a case and a photograph too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from doorstep.bases.models import Photo
from doorstep.catalogue.models import Case, Movement, Sending
from doorstep.catalogue.queries.stock import holdings_of
from doorstep.core import clock
from tests.cast import Cast
from tests.factories.classes import half_day, make_base, make_class
from tests.factories.courses import given_course
from tests.factories.materials import make_edition, picture
from tests.journeys.conftest import DESKTOP, PHONE, SMALL, axe, overflows

Open = Callable[..., Page]


def test_copies_go_from_the_county_into_hands(cast: Cast, at: Open) -> None:
    town, course = cast.unit("huotong"), given_course(cast.unit("ningde"))
    book = make_edition(cast.unit("jiaocheng"), copies=60, courses=[course])
    day = clock.today() + timedelta(days=9)
    planned = make_class(town, sessions=[half_day(day, course_id=course.pk)], capacity=30)
    county = at("county", DESKTOP)
    county.goto("/")
    expect(county.get_by_role("link", name="看库存 教材不够开班用：霍童镇党委还差 35 册")).to_be_visible()
    county.goto("/materials/stock/")
    county.get_by_role("link", name="本单位的库存").click()
    assert axe(county) == []
    county.get_by_text("下发或盘点").first.click()
    county.get_by_label("发给谁").select_option("霍童镇党委")
    county.get_by_label("发几册").fill("40")
    county.get_by_role("button", name="发出").dblclick()
    expect(county.get_by_text("已发给霍童镇党委 40 册")).to_be_visible()
    assert Sending.objects.count() == 1

    township = at("township", PHONE)
    township.goto("/")
    township.get_by_role("link", name="点收 40 册").tap()
    township.get_by_label("实收册数").fill("39")
    township.get_by_role("button", name="点收入库").tap()
    expect(township.get_by_role("alert")).to_contain_text("对不上")
    expect(township.get_by_label("实收册数")).to_have_value("39")
    assert axe(township) == []
    assert not overflows(township)
    township.get_by_label("对不上的原因").fill("泡水一册")
    township.get_by_role("button", name="点收入库").dblclick()
    expect(township.get_by_text("已点收 39 册入库。")).to_be_visible()

    township.goto(f"/classes/{planned.pk}/")
    township.get_by_role("link", name="教材", exact=True).tap()
    expect(township.get_by_text("课上要用")).to_be_visible()
    township.get_by_label("发几册").fill("30")
    assert axe(township) == []
    assert not overflows(township)
    township.get_by_role("button", name="发给班上").dblclick()
    expect(township.get_by_text("已发给班上 30 册葡萄栽培读本")).to_be_visible()
    township.get_by_label("交回几册").fill("31")
    # The browser itself keeps the number back.
    township.get_by_role("button", name="班上交回").tap()
    township.get_by_label("交回几册").fill("2")
    township.get_by_role("button", name="班上交回").tap()
    expect(township.get_by_text("班上交回了 2 册葡萄栽培读本")).to_be_visible()
    assert holdings_of([town.pk])[town.pk, book.pk] == (11, 0)
    assert Movement.objects.filter(kind="issued").count() == 1


def test_a_case_and_a_photograph_come_from_a_phone(cast: Cast, at: Open, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    school = make_base(cast.unit("huotong"))
    township = at("township", PHONE)
    township.goto("/cases/new/")
    township.get_by_label("题目").fill("雨季里把葡萄卖出去")
    township.get_by_label("振兴乡村").check()
    township.get_by_label("遇到什么问题").fill("连下二十天雨")
    township.get_by_label("怎么做的").fill("搭避雨棚")
    township.get_by_label("成效").fill("少烂三成")
    assert axe(township) == []
    assert not overflows(township)
    township.get_by_role("button", name="保存草稿").dblclick()
    expect(township.get_by_role("heading", name="雨季里把葡萄卖出去")).to_be_visible()
    assert Case.objects.count() == 1
    township.get_by_role("button", name="报送审核").tap()
    expect(township.get_by_text("已报送，等上级审核。")).to_be_visible()

    township.goto(f"/bases/{school.pk}/")
    township.get_by_role("link", name="传照片").tap()
    shot = {"name": "课.jpg", "mimeType": "image/jpeg", "buffer": picture(640, 400)}
    township.locator("#id_picture").set_input_files(shot)  # type: ignore[arg-type]
    township.get_by_label("标题").fill("廊桥边的课")
    township.get_by_label("文字描述").fill("三十来人坐在石阶上听讲")
    township.get_by_role("button", name="上传").tap()
    image = township.get_by_alt_text("三十来人坐在石阶上听讲")
    expect(image).to_be_visible()
    assert image.evaluate("async e => { await e.decode(); return e.naturalWidth }") == 480
    assert axe(township) == []
    assert not overflows(township)

    county = at("county", DESKTOP)
    county.goto("/")
    expect(county.get_by_role("link", name="去审核 审核案例：雨季里把葡萄卖出去")).to_be_visible()
    county.goto(f"/bases/{school.pk}/photos/")
    county.get_by_role("button", name="发布").click()
    expect(county.get_by_text("已发布。")).to_be_visible()
    key = Photo.objects.get().key
    stranger = at(None, SMALL)
    answer = stranger.request.get(f"/photos/{key}/1280.webp")
    assert (answer.status, answer.headers["content-type"]) == (200, "image/webp")
