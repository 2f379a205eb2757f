"""A township asks a unit elsewhere to hold a class with it, which agrees on a phone; pages of joint use are sound."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from doorstep.bases.models import Base
from doorstep.bases.services.booking import BookingTerms, set_booking_rule
from doorstep.classes.models import ClassHost, TrainingClass
from doorstep.core import clock
from doorstep.directory.models import Division, Unit
from tests.cast import FOUNDED, Cast
from tests.factories.classes import SYSTEM, half_day, make_base, make_class
from tests.journeys.conftest import DESKTOP, PHONE, SMALL, axe, overflows

Open = Callable[..., Page]


@pytest.fixture
def held(cast: Cast) -> TrainingClass:
    day = clock.today() + timedelta(days=12)
    pin = {"pin": (26.7512, 119.483), "township_id": cast.unit("huotong").pk, "location": "葡萄园路口"}
    return make_class(cast.unit("huotong"), sessions=[half_day(day, **pin)])


def test_asked_and_agreed_on_a_phone(cast: Cast, held: TrainingClass, at: Open) -> None:
    township = at("township", DESKTOP)
    township.goto(f"/classes/{held.pk}/")
    expect(township.get_by_text("田间课堂：葡萄园路口")).to_be_visible()
    township.get_by_role("link", name="请别的单位合办").click()
    township.get_by_label("请哪个单位").select_option("赛岐镇党委")
    township.get_by_label("给它多少名额").fill("5")
    township.get_by_label("承担费用").fill("30")
    assert axe(township) == []
    township.get_by_role("button", name="发出邀请").dblclick()
    expect(township.get_by_text("待答复")).to_be_visible()
    assert ClassHost.objects.count() == 1

    other = at("other_county", PHONE)
    expect(other.get_by_text("答复合办邀请").first).to_be_visible()
    other.goto(f"/classes/{held.pk}/hosts/")
    assert axe(other) == []
    assert not overflows(other)
    other.get_by_role("button", name="同意合办").tap()
    expect(other.get_by_text("已同意").first).to_be_visible()
    other.goto(f"/classes/{held.pk}/")
    other.get_by_role("link", name="名额").first.tap()
    expect(other.get_by_text("赛岐镇党委").first).to_be_visible()


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_a_place_in_the_field_is_chosen_on_the_map(cast: Cast, at: Open, size: tuple[int, int]) -> None:
    """By a tap, or with the keyboard in the middle of the map; the township comes with it, and it is opened there."""
    lies = Division.objects.create(
        code="350902105", name="霍童镇", short_name="霍童", level="township", kind="镇", lat=26.85, lng=119.42,
        valid_from=FOUNDED,
    )  # fmt: skip
    Unit.objects.filter(pk=cast.unit("huotong").pk).update(division=lies)
    page = at("township", size)
    page.goto("/classes/new/")
    page.get_by_text("在田头、车间、院落上课", exact=True).click()
    page.get_by_role("button", name="在地图上选").click()
    canvas = page.locator(".livemap[data-shown]")
    expect(canvas).to_be_visible()
    page.get_by_label("在哪个乡镇").select_option(label="霍童镇党委")
    page.get_by_label("在哪个乡镇").select_option("")
    canvas.click(position={"x": 60, "y": 150})
    pin, first = page.locator("#id_pin"), page.locator("#id_pin").input_value()
    expect(page.get_by_text("坐标填好了")).to_be_visible()
    expect(page.get_by_label("在哪个乡镇")).to_have_value(str(cast.unit("huotong").pk))
    expect(page.get_by_label("坐标从哪里来")).to_have_value("wgs84")
    middle = page.get_by_role("button", name="就选十字那一点")
    middle.focus()
    page.keyboard.press("Enter")
    expect(pin).not_to_have_value(first)
    lat, lng = (float(part) for part in pin.input_value().split(","))
    assert abs(lat - 26.85) < 0.01
    assert abs(lng - 119.42) < 0.01
    assert axe(page) == []
    assert not overflows(page)
    page.get_by_label("班次名称").fill("地头课")
    page.get_by_label("名额（人）").fill("30")
    page.get_by_label("另写地点").fill("葡萄园路口")
    for row in page.get_by_label("内容").all():
        row.fill("修剪")
    page.get_by_role("button", name="开班，开始提名").dblclick()
    expect(page.get_by_text("田间课堂：葡萄园路口").first).to_be_visible()
    session = TrainingClass.objects.get().sessions.order_by("number")[0]
    assert (round(session.lat or 0, 4), round(session.lng or 0, 4)) == (round(lat, 4), round(lng, 4))


def test_nothing_hangs_over_on_the_smallest_phone_in_large_type(cast: Cast, held: TrainingClass, at: Open) -> None:
    base = make_base(cast.unit("huotong"))
    set_booking_rule(
        base=base,
        terms=BookingTerms("network", 3, [held.starts_on.isoweekday() % 7 + 1], terms="用完打扫"),
        actor=SYSTEM,
    )
    sitting = half_day(held.starts_on, base_id=base.pk, venue_id=base.venues.get().pk)
    guest = make_class(cast.unit("saiqi"), sessions=[sitting])
    Base.objects.filter(pk=base.pk).update(kind="micro_site")
    paths = (
        f"/classes/{held.pk}/", f"/classes/{held.pk}/hosts/", "/guests/", f"/guests/{guest.sessions.get().pk}/",
        f"/classes/{held.pk}/sessions/{held.sessions.get().pk}/photos/", "/classes/joint/", f"/bases/{base.pk}/",
        f"/bases/{base.pk}/booking/", f"/bases/{base.pk}/kit/", "/classes/new/",
    )  # fmt: skip
    page = at("township", SMALL)
    for path in paths:
        page.goto(path)
        assert not overflows(page), path
        assert axe(page) == [], path
        page.evaluate("() => document.documentElement.classList.add('large')")
        assert not overflows(page), f"{path} in large type"
