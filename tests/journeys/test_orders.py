"""Five roles: a secretary orders on a phone in six steps, the school accepts with one click, who teaches and who comes
see it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from playwright.sync_api import Page, expect

from doorstep.bases.services.venues import set_reception
from doorstep.classes.models import Order, TrainingClass
from doorstep.core import clock
from doorstep.directory.models import Account
from doorstep.faculty.models import Teacher
from tests.cast import Cast
from tests.factories.classes import SYSTEM, half_day, make_base, make_class
from tests.factories.orders import package_at
from tests.factories.teachers import given_teacher
from tests.journeys.conftest import DESKTOP, PHONE, SMALL, axe, overflows

Open = Callable[..., Page]


def lecturer_with_account(cast: Cast) -> Teacher:
    """A teacher of the township who signs in as one."""
    person = cast.person("谢长春")
    Account.objects.filter(pk=cast.accounts["teacher"].pk).update(person=person)
    made = given_teacher(cast.unit("huotong"), on=clock.today(), name=person.name)
    Teacher.objects.filter(pk=made.pk).update(person=person)
    return made


def test_ordered_on_a_phone_and_accepted_at_a_desk(cast: Cast, at: Open) -> None:
    base = make_base(cast.unit("huotong"))
    package = package_at(base)
    package.lines.get().course.teachers.add(lecturer_with_account(cast))
    set_reception(base=base, people=60, actor=SYSTEM)
    make_class(cast.unit("huotong"), sessions=[half_day(clock.today() + timedelta(days=20), base_id=base.pk)])
    secretary = at("secretary", PHONE)
    secretary.get_by_role("link", name="点一堂课").tap()  # 1
    secretary.get_by_role("link", name="一堂党课").tap()  # 2
    secretary.get_by_role("link", name="点这个套餐").tap()  # 3
    days = secretary.get_by_role("checkbox")
    expect(days.first).to_be_attached()
    assert axe(secretary) == []
    assert not overflows(secretary)
    send = secretary.locator(".pdock button")
    expect(send).to_be_disabled()
    secretary.locator(".cal label").nth(4).tap()  # 4
    expect(send).to_have_text("送出点单，选了 1 天")
    free = secretary.locator(".cal label").count()
    secretary.get_by_label("多少人去").fill("30")
    secretary.get_by_label("多少人去").blur()
    expect(secretary.locator(".cal label")).to_have_count(free - 1)  # the base receives no more that day
    secretary.get_by_label("多少人去").fill("12")  # 5
    secretary.get_by_label("多少人去").blur()
    expect(secretary.locator(".cal label")).to_have_count(free)
    secretary.goto("/orders/")
    secretary.go_back()
    expect(send).to_have_text("送出点单，选了 1 天")  # going back loses nothing
    secretary.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
    last, dock = secretary.locator("summary").last.bounding_box(), secretary.locator(".pdock").bounding_box()
    assert last is not None
    assert dock is not None
    assert last["y"] + last["height"] <= dock["y"]
    send.dblclick()  # 6
    expect(secretary.get_by_role("heading", name="一堂党课")).to_be_visible()
    expect(secretary.get_by_text("霍童镇党委答复：接单、改期或说明原因")).to_be_visible()
    assert axe(secretary) == []
    assert not overflows(secretary)
    order = Order.objects.get()
    assert (order.people, order.status) == (12, "placed")

    school = at("township", DESKTOP)
    school.get_by_role("link", name="去答复").click()
    expect(school.get_by_text("排得下").first).to_be_visible()
    assert axe(school) == []
    school.get_by_role("button", name="接单").first.dblclick()
    expect(school.get_by_text("已接单，班已开好")).to_be_visible()
    assert TrainingClass.objects.filter(order=order).count() == 1

    secretary.reload()
    secretary.get_by_role("link", name="去提名").tap()
    secretary.get_by_text("林秀珍").tap()
    secretary.get_by_role("button", name="提名 1 人").tap()
    expect(secretary.get_by_text("已提名 1 人")).to_be_visible()

    lecturer = at("teacher", PHONE)
    lecturer.get_by_role("link", name="请您讲课").first.tap()
    lecturer.get_by_role("button", name="我来讲").dblclick()
    expect(lecturer.get_by_text("已答复：来讲")).to_be_visible()
    keeper = at("base", DESKTOP)
    keeper.goto(f"/bases/reservations/?base={base.pk}")
    expect(keeper.get_by_role("link", name="一堂党课　坑头村党支部")).to_be_visible()
    trainee = at("trainee", PHONE)
    trainee.goto("/me/")
    expect(trainee.get_by_text("一堂党课　坑头村党支部").first).to_be_visible()


def test_the_calendar_fits_the_smallest_phone_in_large_type(cast: Cast, at: Open) -> None:
    package = package_at(make_base(cast.unit("huotong")))
    page = at("secretary", SMALL)
    page.goto(f"/orders/packages/{package.pk}/")
    page.evaluate("() => document.documentElement.classList.add('large')")
    assert not overflows(page)
