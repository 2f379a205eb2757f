"""A class is full: a secretary puts somebody on the list on a phone, another gives a seat up, and the person is in."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from doorstep.classes.models import Enrolment
from doorstep.classes.queries.people import nominees
from doorstep.classes.services.people import nominate
from tests.cast import Cast
from tests.factories.classes import make_class
from tests.journeys.conftest import DESKTOP, PHONE, SMALL, axe, overflows

Open = Callable[..., Page]


def test_who_waits_on_a_phone_is_in_when_a_seat_is_given_up(cast: Cast, at: Open) -> None:
    opened = make_class(cast.unit("huotong"), capacity=1)
    people = nominees([cast.person("雷金妹").pk])
    nominate(training_class=opened, people=people, actor=cast.actor("sibling_secretary"))
    secretary = at("secretary", PHONE)
    secretary.goto(f"/classes/{opened.pk}/")
    secretary.get_by_role("link", name="提名", exact=True).tap()
    expect(secretary.get_by_text("名额已满，现在有 0 人候补")).to_be_visible()
    secretary.get_by_text("林秀珍").tap()
    assert axe(secretary) == []
    assert not overflows(secretary)
    secretary.get_by_role("button", name="1 人排候补").dblclick()
    expect(secretary.get_by_text("1 人排进候补，从第 1 位起。")).to_be_visible()
    assert axe(secretary) == []
    assert not overflows(secretary)

    trainee = at("trainee", SMALL)
    trainee.goto("/me/")
    expect(trainee.get_by_text("第 1 位")).to_be_visible()
    assert axe(trainee) == []
    trainee.evaluate("() => document.documentElement.classList.add('large')")
    assert not overflows(trainee)

    office = at("township", DESKTOP)
    office.goto(f"/classes/{opened.pk}/people/")
    expect(office.get_by_role("heading", name="候补 1 人")).to_be_visible()
    assert axe(office) == []
    office.get_by_role("link", name="退出 雷金妹").click()
    office.get_by_label("原因").fill("外出务工")
    office.get_by_role("button", name="退出").click()
    expect(office.get_by_role("row", name="林秀珍")).to_be_visible()
    assert [seat.person_id for seat in Enrolment.objects.filter(status="nominated")] == [cast.person("林秀珍").pk]

    trainee.reload()
    expect(trainee.get_by_role("heading", name="已报的班")).to_be_visible()
    expect(trainee.get_by_text("候补的班")).to_be_hidden()
