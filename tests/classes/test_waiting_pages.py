"""The waiting list as people meet it: on the page of names, on their own page, and through the API."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from doorstep.classes.models import Enrolment, TrainingClass, WaitingPlace
from doorstep.classes.queries.people import nominees
from doorstep.classes.services.people import nominate
from doorstep.classes.services.seats import hand_down_seats
from doorstep.classes.services.waiting import nominate_or_wait
from doorstep.core.clock import at_local, frozen
from doorstep.directory.models import Person
from tests.cast import Cast
from tests.factories.classes import make_class, make_people

DAY = date(2026, 12, 7)
SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _noon(db: None) -> Iterator[None]:
    with frozen(at_local(date(2026, 11, 23), 12)):
        yield


@pytest.fixture
def full(cast: Cast) -> TrainingClass:
    """A class of the township with one seat, taken by 黄德旺."""
    opened = make_class(cast.unit("huotong"), day=DAY, capacity=1)
    people = nominees([cast.person("黄德旺").pk])
    nominate(training_class=opened, people=people, actor=cast.actor("secretary"))
    return opened


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def queue(cast: Cast, opened: TrainingClass, *names: str, by: str = "secretary") -> list[WaitingPlace]:
    people = nominees([cast.person(name).pk for name in names])
    return nominate_or_wait(training_class=opened, people=people, actor=cast.actor(by)).waiting


def test_a_full_class_offers_the_list_and_says_which_place(cast: Cast, full: TrainingClass, sign_in: SignIn) -> None:
    queue(cast, full, "雷金妹", by="sibling_secretary")
    client, address = sign_in("secretary"), reverse("classes:nominate", args=[full.pk])
    page = text_of(client.get(address))
    assert "名额已满，现在有 1 人候补。勾选的人会排到后面。有名额空出来时，按顺序自动进班。" in page
    assert "提名所选的人" not in page
    ids = [cast.person(name).pk for name in ("林秀珍", "陈国梁")]
    answer = client.post(address, {"person": ids, "wait": "1"}, follow=True)
    assert answer.redirect_chain == [(reverse("classes:people", args=[full.pk]) + "#waiting", 302)]
    page = text_of(answer)
    assert "2 人排进候补，从第 2 位起。" in page
    assert "候补 3 人" in page
    assert "下面是您能看到的人。" in page
    assert "雷金妹" not in page
    assert "第 3 位" in page
    # Who waits is not offered again; whom one may not see stays unknown.
    assert "林秀珍" not in text_of(client.get(address))
    assert client.post(address, {"person": [cast.person("雷金妹").pk], "wait": "1"}).status_code == 404
    again = client.post(address, {"person": ids[:1], "wait": "1"})
    assert again.status_code == 422
    assert "已经在“农村党员冬训班（第三期）”的候补名单里" in text_of(again)


def test_some_find_a_seat_and_the_rest_wait(cast: Cast, sign_in: SignIn) -> None:
    opened = make_class(cast.unit("huotong"), day=DAY, capacity=2)
    client, address = sign_in("secretary"), reverse("classes:nominate", args=[opened.pk])
    ids = [cast.person(name).pk for name in ("林秀珍", "黄德旺", "陈国梁")]
    refused = client.post(address, {"person": ids})
    assert refused.status_code == 422
    assert "请减少人数、排候补，或换下一期。" in text_of(refused)
    assert "没有名额的排候补" in text_of(refused)
    assert "已提名 2 人，1 人排进候补，从第 1 位起。" in text_of(
        client.post(address, {"person": ids, "wait": "1"}, follow=True)
    )
    roomy = make_class(cast.unit("huotong"), day=date(2026, 12, 20))
    taken = client.post(reverse("classes:nominate", args=[roomy.pk]), {"person": ids, "wait": "1"}, follow=True)
    assert "已提名 3 人" in text_of(taken)


def test_an_overlap_is_asked_about_before_one_waits(cast: Cast, full: TrainingClass, sign_in: SignIn) -> None:
    other = make_class(cast.unit("huotong"), day=DAY, title="书记班")
    nominate(training_class=other, people=nominees([cast.person("林秀珍").pk]), actor=cast.actor("secretary"))
    client, address = sign_in("secretary"), reverse("classes:nominate", args=[full.pk])
    given = {"person": [cast.person("林秀珍").pk], "wait": "1"}
    warned = client.post(address, given)
    assert warned.status_code == 422
    assert '<input type="hidden" name="wait" value="1">' in text_of(warned)
    assert client.post(address, {**given, "accept_overlap": "1"}).status_code == 302
    assert WaitingPlace.objects.get().accepts_overlap


def test_units_without_seats_are_not_offered_the_list(cast: Cast, sign_in: SignIn) -> None:
    opened = make_class(cast.unit("jiaocheng"), day=DAY, capacity=1)
    hand_down_seats(training_class=opened, table={cast.unit("hubei").pk: 1}, actor=cast.actor("county"))
    page = text_of(sign_in("secretary").get(reverse("classes:nominate", args=[opened.pk])))
    assert "没有名额了" in page
    assert "排候补" not in page
    # Who has seats below may wait for them.
    nominate(training_class=opened, people=nominees([cast.person("彭有顺").pk]), actor=cast.actor("county"))
    assert "名额已满" in text_of(sign_in("sibling_township").get(reverse("classes:nominate", args=[opened.pk])))


def test_one_leaves_the_list_oneself(cast: Cast, full: TrainingClass, sign_in: SignIn) -> None:
    queue(cast, full, "陈国梁", "林秀珍")
    trainee = sign_in("trainee")
    page = text_of(trainee.get(reverse("classes:me")))
    assert "候补的班" in page
    assert "第 2 位" in page
    own = WaitingPlace.objects.get(person=cast.person("林秀珍"))
    address = reverse("classes:waiting_leave", args=[own.pk])
    assert address in page
    assert "现在排第 2 位。" in text_of(trainee.get(address))
    other = WaitingPlace.objects.get(person=cast.person("陈国梁"))
    assert trainee.get(reverse("classes:waiting_leave", args=[other.pk])).status_code == 404
    assert sign_in("auditor").get(address).status_code == 404
    assert sign_in("sibling_secretary").post(address).status_code == 404
    left = trainee.post(address, {"reason": ""}, follow=True)
    assert left.redirect_chain == [(reverse("classes:me"), 302)]
    assert "已退出“农村党员冬训班（第三期）”的候补。" in text_of(left)
    assert "候补的班" not in text_of(trainee.get(reverse("classes:me")))
    again = trainee.post(address, {"reason": ""})
    assert again.status_code == 422
    assert "已退出候补" in text_of(again)
    # The branch does the same for its people, and is led back to the names.
    done = sign_in("secretary").post(reverse("classes:waiting_leave", args=[other.pk]), {"reason": "外出"})
    assert done["Location"] == reverse("classes:people", args=[full.pk])
    page = text_of(sign_in("township").get(reverse("classes:people", args=[full.pk])))
    assert "不再候补的 2 人" in page
    assert "外出" in page


def test_the_office_decides_where_it_says_so(cast: Cast, full: TrainingClass, sign_in: SignIn) -> None:
    first, second = queue(cast, full, "林秀珍", "陈国梁")
    township = sign_in("township")
    way = reverse("classes:succession", args=[full.pk])
    assert township.get(way).status_code == 405
    assert sign_in("secretary").post(way, {"succession": "office"}).status_code == 404
    assert township.post(way, {"succession": "lottery"}).status_code == 404
    assert "已改好。" in text_of(township.post(way, {"succession": "office"}, follow=True))
    assert "就是“由主办单位定”" in text_of(township.post(way, {"succession": "office"}, follow=True))
    assert "由主办单位从候补里定" in text_of(sign_in("trainee").get(reverse("classes:me")))
    nominating = reverse("classes:nominate", args=[full.pk])
    assert "有名额空出来时，由主办单位从候补里定。" in text_of(sign_in("secretary").get(nominating))
    take = reverse("classes:waiting_take", args=[second.pk])
    refused = township.post(take, {"reason": ""})
    assert refused.status_code == 422
    assert "还剩 0 个" in text_of(refused)
    township.post(reverse("classes:withdraw", args=[full.pk, cast.person("黄德旺").pk]), {"reason": "病了"})
    assert WaitingPlace.objects.filter(status="waiting").count() == 2
    assert "现在排第 2 位" in text_of(township.get(take))
    assert "陈国梁前面还有 1 人在候补" in text_of(township.post(take, {"reason": ""}))
    for name in ("secretary", "sibling_township", "trainee"):
        assert sign_in(name).get(take).status_code == 404
    assert "陈国梁已进班。" in text_of(township.post(take, {"reason": "驻村干部"}, follow=True))
    page = text_of(township.get(reverse("classes:people", args=[full.pk])))
    assert "越过前面 1 人" in page
    assert "驻村干部" in page
    assert Enrolment.objects.get(person=cast.person("陈国梁")).status == "confirmed"
    township.post(reverse("classes:withdraw", args=[full.pk, cast.person("陈国梁").pk]), {"reason": "病了"})
    other = make_class(cast.unit("huotong"), day=DAY, title="书记班")
    nominate(training_class=other, people=nominees([cast.person("林秀珍").pk]), actor=cast.actor("secretary"))
    take = reverse("classes:waiting_take", args=[first.pk])
    assert "仍然安排" in text_of(township.post(take, {"reason": ""}))
    assert township.post(take, {"reason": "", "accept_overlap": "1"}).status_code == 302
    assert "没有找到" not in text_of(township.get(take))


def test_back_to_moving_by_itself(cast: Cast, full: TrainingClass, sign_in: SignIn) -> None:
    queue(cast, full, "林秀珍")
    township, way = sign_in("township"), reverse("classes:succession", args=[full.pk])
    township.post(way, {"succession": "office"})
    township.post(reverse("classes:withdraw", args=[full.pk, cast.person("黄德旺").pk]), {"reason": "病了"})
    assert "已改好，1 人随即进班。" in text_of(township.post(way, {"succession": "auto"}, follow=True))


@pytest.mark.parametrize("number", [1, 3])
def test_pages_with_a_list_take_few_queries(
    cast: Cast, full: TrainingClass, sign_in: SignIn, django_assert_num_queries: Any, number: int
) -> None:
    people = nominees([p.pk for p in make_people(cast.unit("kengtou"), number)])
    rows = nominate_or_wait(training_class=full, people=people, actor=cast.actor("secretary")).waiting
    client = sign_in("township")
    addresses = {
        reverse("classes:people", args=[full.pk]): 9,
        reverse("classes:nominate", args=[full.pk]): 11,
        reverse("classes:waiting_leave", args=[rows[0].pk]): 5,
        reverse("classes:waiting_take", args=[rows[0].pk]): 5,
    }
    for address, count in addresses.items():
        with django_assert_num_queries(count):
            assert client.get(address).status_code == 200, address


def test_machines_wait_leave_and_take(cast: Cast, full: TrainingClass, sign_in: SignIn) -> None:
    own, township = sign_in("secretary"), sign_in("township")
    # Against the order of their keys: the list keeps the order in which people were put forward.
    ids = sorted((cast.person(name).pk for name in ("林秀珍", "陈国梁")), reverse=True)
    names = [Person.objects.get(pk=pk).name for pk in ids]

    def send(client: Client, address: str, **body: Any) -> Any:
        headers = {"Idempotency-Key": str(uuid4())}
        return client.post(f"/api/v1{address}", body, "application/json", headers=headers)

    wait = f"/classes/{full.pk}/waiting"
    placed = send(own, wait, people=ids)
    assert placed.status_code == 201
    said = placed.json()
    assert said["seats"] == []
    assert [(row["person"], row["nth"], row["status"]) for row in said["waiting"]] == [
        (ids[0], 1, "waiting"),
        (ids[1], 2, "waiting"),
    ]
    assert [row["name"] for row in own.get(f"/api/v1{wait}").json()] == names
    assert sign_in("sibling_secretary").get(f"/api/v1{wait}").json() == []
    first, second = (row["id"] for row in said["waiting"])
    assert send(township, f"/waiting/{second}/take", reason="急").json()["code"] == "class_full"
    left = send(own, f"/waiting/{first}/leave", reason="外出").json()
    assert (left["status"], left["nth"], left["reason"]) == ("left", 0, "外出")
    send(township, f"/classes/{full.pk}/enrolments/{cast.person('黄德旺').pk}/withdraw", reason="病了")
    assert Enrolment.objects.get(person=ids[1]).status == "nominated"
    other = make_class(cast.unit("huotong"), day=DAY, capacity=1, title="书记班")
    overlap = send(own, f"/classes/{other.pk}/waiting", people=ids[1:])
    assert overlap.json()["code"] == "overlapping_class"
    assert "accept_overlap: true" in overlap.json()["text"]
    assert len(send(own, f"/classes/{other.pk}/waiting", people=ids[1:], accept_overlap=True).json()["seats"]) == 1
    township.post(reverse("classes:succession", args=[other.pk]), {"succession": "office"})
    waits = send(own, f"/classes/{other.pk}/waiting", people=ids[:1]).json()["waiting"][0]["id"]
    send(township, f"/classes/{other.pk}/enrolments/{ids[1]}/withdraw", reason="病了")
    assert send(township, f"/waiting/{waits}/take").json()["status"] == "confirmed"
