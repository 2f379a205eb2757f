"""A class is full: a secretary puts somebody on the list on a phone, another gives a seat up, and the person is in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from playwright.sync_api import Page, expect

from doorstep.classes.models import Enrolment, WaitingPlace
from doorstep.classes.queries.people import nominees
from doorstep.classes.services.people import nominate
from doorstep.classes.services.waiting import nominate_or_wait
from doorstep.core import clock
from doorstep.directory.models import Person
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


def test_an_office_lets_the_list_go_by_criteria_and_everybody_reads_why(cast: Cast, at: Open) -> None:
    opened = make_class(cast.unit("huotong"), capacity=1)
    names = ("雷金妹", "黄德旺", "林秀珍")
    first, *others = [cast.person(name) for name in names]
    nominate(training_class=opened, people=nominees([first.pk]), actor=cast.actor("sibling_secretary"))
    people = nominees([person.pk for person in others])
    nominate_or_wait(training_class=opened, people=people, actor=cast.actor("secretary"))
    Person.objects.filter(pk=others[0].pk).update(join_date=date(2001, 7, 1))
    Person.objects.filter(pk=others[1].pk).update(join_date=clock.today())

    county = at("county", DESKTOP)
    county.goto("/waiting/")
    county.get_by_role("link", name="候补规则").click()
    expect(county.get_by_text("现在按排上的先后，先来先得。")).to_be_visible()
    assert axe(county) == []
    county.get_by_label("空出来的名额怎么给").select_option(label="按条件，情况一样的按先后")
    for label, rank in (("当年还没有学时", "2"), ("新党员", "1"), ("新任书记", "0"), ("当年没有别的班", "0")):
        county.get_by_label(label).fill(rank)
    county.get_by_label("依据").fill("县委组织部会议纪要〔2026〕3 号")
    county.get_by_role("button", name="保存").dblclick()
    expect(county.get_by_text("现在按条件排：先看新党员，再看当年还没有学时")).to_be_visible()
    assert axe(county) == []

    trainee = at("trainee", SMALL)
    trainee.goto("/me/")
    expect(trainee.get_by_text("第 1 位")).to_be_visible()
    expect(trainee.get_by_text("符合“新党员、当年还没有学时”。排在最前。")).to_be_visible()
    expect(trainee.get_by_text("（依据：县委组织部会议纪要〔2026〕3 号）")).to_be_visible()
    assert axe(trainee) == []
    trainee.evaluate("() => document.documentElement.classList.add('large')")
    assert not overflows(trainee)

    office = at("township", PHONE)
    office.goto(f"/classes/{opened.pk}/people/")
    expect(office.get_by_text("符合“当年还没有学时”。前面 1 人“新党员”占先。")).to_be_visible()
    assert axe(office) == []
    assert not overflows(office)
    assert [row.person_id for row in WaitingPlace.objects.order_by("number")] == [one.pk for one in others]
