"""One person at a time: entered, gone from the network, back again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from doorstep.core import clock
from doorstep.core.errors import DoorstepError, NotPermitted
from doorstep.core.invariants import check_invariants
from doorstep.core.models import Activity
from doorstep.directory.models import Account, Membership, Person, Post
from doorstep.directory.queries import search_hits
from doorstep.directory.services.leaving import leave_network, take_back_leaving
from doorstep.directory.services.people import appoint_post, enter_person
from doorstep.directory.services.unit_changes import end_unit
from tests.cast import FOUNDED, Cast, id_number

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]
NUMBER = id_number(date(1980, 4, 5), 24)


def refusal(code: str):  # noqa: ANN201
    return pytest.raises(DoorstepError, match=f"^{code}:")


def gone(cast: Cast, name: str = "黄德旺", **changed: object) -> Membership:
    here = Membership.objects.get(person=cast.person(name), valid_to=None)
    given = {"membership": here, "left_as": "away", "on": clock.today(), "actor": cast.actor("township")}
    return leave_network(**{**given, **changed})  # type: ignore[arg-type]


def test_who_leaves_stands_nowhere_and_what_was_stays(cast: Cast) -> None:
    person, unit = cast.person("黄德旺"), cast.unit("kengtou")
    appoint_post(person=person, unit=unit, post="2", is_leader=True, since=FOUNDED, actor=cast.actor("township"))
    left = gone(cast, left_as="died")
    assert (left.unit, left.valid_to, left.left_as) == (unit, clock.today(), "died")
    assert Person.objects.get(pk=person.pk).place == ""
    assert Post.objects.get(person=person, post="2").valid_to == clock.today()
    assert search_hits("黄德旺", cast.actor("township"), kind="person") == []
    told = Activity.objects.get(event="directory.member_left")
    assert told.detail == {"person_id": person.pk, "on": clock.today().isoformat(), "left_as": "died"}
    assert [found.name for found in check_invariants() if not found.holds] == []
    with refusal("member_not_here"):
        leave_network(membership=left, left_as="died", on=clock.today(), actor=cast.actor("township"))


def test_a_leaving_is_taken_back_once(cast: Cast) -> None:
    person, left = cast.person("黄德旺"), gone(cast)
    back = take_back_leaving(membership=left, actor=cast.actor("township"))
    assert (back.valid_from, back.valid_to, back.left_as) == (left.valid_from, None, "")
    assert Person.objects.get(pk=person.pk).place == cast.unit("kengtou").path
    assert search_hits("黄德旺", cast.actor("township"), kind="person") == [person.pk]
    assert [found.name for found in check_invariants() if not found.holds] == []
    with refusal("member_is_back"):
        take_back_leaving(membership=left, actor=cast.actor("township"))


def test_nobody_comes_back_to_a_unit_that_has_ended(cast: Cast) -> None:
    for here in Membership.objects.filter(unit=cast.unit("kengtou"), valid_to=None):
        left = leave_network(membership=here, left_as="away", on=clock.today(), actor=cast.actor("township"))
    end_unit(unit=cast.unit("kengtou"), reason="x", actor=cast.actor("township"))
    with refusal("member_unit_has_ended"):
        take_back_leaving(membership=left, actor=cast.actor("township"))


def test_the_day_of_leaving_lies_between_the_coming_and_today(cast: Cast) -> None:
    for on in (FOUNDED, clock.today() + timedelta(days=1)):
        with refusal("member_leaves_later"):
            gone(cast, on=on)


@pytest.mark.parametrize("role", ["secretary", "sibling_township", "auditor", "trainee"])
def test_only_offices_above_let_people_go(cast: Cast, role: str) -> None:
    before = list(Membership.objects.order_by("pk").values())
    with pytest.raises(NotPermitted):
        gone(cast, actor=cast.actor(role))
    assert list(Membership.objects.order_by("pk").values()) == before


def test_the_same_id_number_is_entered_once(cast: Cast) -> None:
    given = {
        "name": "钟阿妹",
        "category": "full",
        "since": FOUNDED,
        "id_number": NUMBER,
        "actor": cast.actor("township"),
    }
    enter_person(unit=cast.unit("kengtou"), **given)  # type: ignore[arg-type]
    with refusal("person_known"):
        enter_person(unit=cast.unit("shiqiao"), **given)  # type: ignore[arg-type]
    assert Person.objects.filter(name="钟阿妹").count() == 1


def test_a_secretary_enters_a_member_on_a_page(cast: Cast, sign_in: SignIn) -> None:
    page = reverse("directory:person_new", args=[cast.unit("kengtou").pk])
    Account.objects.filter(username="auditor").update(is_demo=True)  # numbers of the demo are taken in a demo only
    client = sign_in("secretary")
    body = {"name": "钟 阿妹", "id_number": NUMBER[:-1], "mobile": "138", "category": "full", "since": "2026-05-01"}
    refused = client.post(page, body)
    assert refused.status_code == 422
    assert refused.context["form"].errors["id_number"] == ["身份证号是 17 位。应是 18 位。请核对是漏了还是多了。"]
    assert list(refused.context["form"].errors) == ["id_number", "mobile"]
    made = client.post(page, {**body, "id_number": NUMBER.lower(), "mobile": "138 0000 4321"})
    person = Person.objects.get(name="钟阿妹")
    assert made.url == reverse("directory:person", args=[person.pk])
    assert (person.sex, person.birth_date, person.mobile_masked) == ("2", date(1980, 4, 5), "138****4321")
    twice = client.post(page, {**body, "id_number": NUMBER, "mobile": ""})
    assert (twice.status_code, Person.objects.filter(name="钟阿妹").count()) == (422, 1)
    assert "已经登记过" in twice.content.decode()
    assert client.get(reverse("directory:person_new", args=[cast.unit("shiqiao").pk])).status_code in (403, 404)


def test_an_office_lets_somebody_go_and_takes_it_back_on_pages(cast: Cast, sign_in: SignIn) -> None:
    township, person = sign_in("township"), cast.person("黄德旺")
    page = reverse("directory:person_leave", args=[person.pk])
    assert page in township.get(reverse("directory:person", args=[person.pk])).content.decode()
    assert township.post(page, {"left_as": "died", "on": "2031-01-01"}).status_code == 422
    assert township.post(page, {"left_as": "died", "on": clock.today().isoformat()}).url == reverse("directory:left")
    shown = township.get(reverse("directory:left"))
    left = Membership.objects.get(left_as="died")
    assert [row.pk for row in shown.context["listing"].rows] == [left.pk]
    assert "黄德旺" not in sign_in("other_county").get(reverse("directory:left")).content.decode()
    back = reverse("directory:left_back", args=[left.pk])
    assert back in shown.content.decode()
    assert "坑头村党支部" in township.get(back).content.decode()
    assert township.post(back).url == reverse("directory:left")
    assert township.get(reverse("directory:person", args=[person.pk])).status_code == 200
