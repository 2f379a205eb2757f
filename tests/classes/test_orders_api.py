"""Orders through the door for machines: placed, read, answered on both sides, once for one key."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from doorstep.bases.models import Base
from doorstep.bases.services.booking import BookingTerms, set_booking_rule
from doorstep.catalogue.models import Package
from doorstep.classes.models import Order
from doorstep.core import clock
from doorstep.directory.services.accounts import issue_token
from tests.cast import Cast
from tests.factories.classes import SYSTEM, make_base, make_class
from tests.factories.courses import given_course
from tests.factories.orders import make_order, package_at
from tests.factories.reservations import reserve
from tests.factories.teachers import given_teacher

TODAY = date(2026, 11, 24)
DAY = date(2026, 12, 7)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


@pytest.fixture
def school(cast: Cast) -> Base:
    return make_base(cast.unit("huotong"))


@pytest.fixture
def package(school: Base) -> Package:
    return package_at(school)


class Door:
    """The door for machines as one of the cast finds it."""

    def __init__(self, cast: Cast, name: str) -> None:
        given: dict[str, Any] = {"name": "脚本", "scopes": [], "days": 30}
        self.secret = issue_token(account=cast.accounts[name], actor=cast.actor(name), **given)[1]

    def get(self, path: str) -> Any:
        return Client().get(f"/api/v1{path}", headers={"Authorization": f"Bearer {self.secret}"})

    def post(self, path: str, body: Any = None, key: str = "") -> Any:
        headers = {"Authorization": f"Bearer {self.secret}", "Idempotency-Key": key or str(uuid.uuid4())}
        return Client().generic("POST", f"/api/v1{path}", json.dumps(body or {}), "application/json", headers=headers)


def ordered(cast: Cast, chosen: Package, **changes: Any) -> dict[str, Any]:
    body = {"unit": cast.unit("kengtou").pk, "package": chosen.pk, "wishes": [{"day": f"{DAY}", "part": "morning"}]}
    return {**body, "people": 30, "contact": "陈国梁", "phone": "13900001234", **changes}


def test_ordered_read_taken_on_and_called_off(cast: Cast, package: Package) -> None:
    secretary, township, sibling = (Door(cast, name) for name in ("secretary", "township", "sibling_secretary"))
    body = ordered(cast, package, note="想看茶园", is_assigned=True)
    made = secretary.post("/orders", body, key="once")
    assert made.status_code == 201
    order = Order.objects.get()
    assert secretary.post("/orders", body, key="once").json() == made.json()
    assert Order.objects.count() == 1
    assert made.json() == {
        "id": order.pk, "code": order.code, "kind": "package", "status": "placed", "title": package.name,
        "theme": "乡村振兴", "package": package.pk, "course": None, "unit": cast.unit("kengtou").pk,
        "provider": cast.unit("huotong").pk, "half_days": 1,
        "wishes": [{"number": 1, "day": f"{DAY}", "part": "morning"}], "people": 30, "audience": "", "language": "",
        "location": "", "meals": 0, "beds": 0, "parking": 0, "guides": 0, "is_assigned": True,
        "placed_at": "2026-11-24T04:00:00Z", "answer_by": made.json()["answer_by"], "counter": None, "kept": None,
        "reason": "", "ended_at": None, "training_class": None,
    }  # fmt: skip
    # Nobody is told whom to call, and others are not told that there is an order.
    told = township.get("/orders").content.decode()
    assert "陈国梁" not in told
    assert "13900001234" not in told
    assert [one["id"] for one in township.get("/orders?status=placed").json()["items"]] == [order.pk]
    assert township.get("/orders?status=accepted").json()["items"] == []
    assert sibling.get("/orders").json()["items"] == []
    assert sibling.get(f"/orders/{order.pk}").status_code == 404
    # Who ordered does not answer, nor is a day taken that nobody wished for, nor a teacher of somebody else.
    accept = f"/orders/{order.pk}/accept"
    assert secretary.post(accept, {"wish": 1}).status_code == 403
    assert sibling.post(accept, {"wish": 1}).status_code == 404
    assert township.post(accept, {"wish": 2}).status_code == 404
    stranger = given_teacher(cast.unit("saiqi"), on=TODAY, name="别处的")
    assert township.post(accept, {"wish": 1, "teacher": stranger.pk}).status_code == 404
    taken = township.post(accept, {"wish": 1}, key="take")
    order.refresh_from_db()
    assert (taken.status_code, taken.json()["status"]) == (200, "accepted")
    assert taken.json()["training_class"] == order.training_class_id
    assert township.post(accept, {"wish": 1}, key="take").json() == taken.json()
    again = township.post(accept, {"wish": 1})
    assert (again.status_code, again.json()["code"]) == (409, "order_stands_so")
    assert sibling.post(f"/orders/{order.pk}/withdraw", {"reason": "changed"}).status_code == 404
    gone = secretary.post(f"/orders/{order.pk}/call-off", {"reason": "other", "note": "村里防汛"})
    assert gone.status_code == 200
    order.refresh_from_db()
    assert order.training_class is not None
    assert order.training_class.status == "cancelled"


def test_another_day_is_offered_and_agreed_to(cast: Cast, school: Base, package: Package) -> None:
    secretary, township = Door(cast, "secretary"), Door(cast, "township")
    order = make_order(cast.unit("kengtou"), package, DAY)
    elsewhere = make_base(cast.unit("saiqi"), name="赛岐镇党校")
    counter = f"/orders/{order.pk}/counter"
    other = DAY + timedelta(2)
    assert township.post(counter, {"day": f"{other}", "base": elsewhere.pk}).status_code == 404
    told = township.post(counter, {"day": f"{other}", "note": "那天有会"}).json()
    assert told["counter"] == {"day": f"{other}", "part": "morning", "base": None, "reply_by": "2026-11-27"}
    assert secretary.post(f"/orders/{order.pk}/reply", {"answer": "maybe"}).status_code == 422
    assert Door(cast, "sibling_secretary").post(f"/orders/{order.pk}/reply", {"answer": "agree"}).status_code == 404
    agreed = secretary.post(f"/orders/{order.pk}/reply", {"answer": "agree"}).json()
    assert (agreed["status"], agreed["training_class"] is not None) == ("agreed", True)
    # Where the day is taken now, one waits for it, has it kept, and takes it.
    waits = secretary.post("/orders", ordered(cast, package, wishes=[{"day": f"{other}", "part": "morning"}]))
    waiting = f"/orders/{waits.json()['id']}"
    assert secretary.post(f"{waiting}/reply", {"answer": "wait"}).json()["status"] == "waiting"
    early = secretary.post(f"{waiting}/reply", {"answer": "take"})
    assert (early.status_code, early.json()["code"]) == (409, "order_stands_so")
    assert secretary.post(f"{waiting}/withdraw", {"reason": "no_room"}).json()["status"] == "withdrawn"
    third = make_order(cast.unit("kengtou"), package, DAY)
    no = f"/orders/{third.pk}/decline"
    assert township.post(no, {"reason": "other"}).json()["code"] == "order_reason"
    assert township.post(no, {"reason": "no_teacher"}).json()["status"] == "declined"


def test_a_lesson_is_brought_to_the_door_and_what_is_wrong_is_said(cast: Cast, package: Package) -> None:
    secretary = Door(cast, "secretary")
    course = given_course(cast.unit("huotong"))
    pin = {"lat": 26.8, "lng": 119.5, "township": cast.unit("huotong").pk}
    lesson = ordered(cast, package, package=None, course=course.pk, location="坑头村葡萄园", pin=pin)
    made = secretary.post("/orders", lesson | {"audience": "farmers"})
    assert (made.status_code, made.json()["kind"], made.json()["course"]) == (201, "lesson", course.pk)
    order = Order.objects.get()
    assert (order.lat, order.lng, order.township) == (26.8, 119.5, cast.unit("huotong"))
    wrong: list[tuple[dict[str, Any], int, str]] = [
        ({"course": course.pk}, 422, "unreadable"),
        ({"package": None}, 422, "unreadable"),
        ({"audience": "martians"}, 422, "unreadable"),
        ({"language": "klingon"}, 422, "unreadable"),
        ({"wishes": []}, 422, "unreadable"),
        ({"people": 5000}, 422, "order_people"),
        ({"wishes": [{"day": "2026-11-24"}]}, 422, "order_too_early"),
        ({"wishes": [{"day": f"{DAY}", "part": "whole"}]}, 422, "order_days"),
        ({"package": 987654}, 404, "not_found"),
        ({"unit": cast.unit("shiqiao").pk}, 404, "not_found"),
    ]
    for changes, status, code in wrong:
        answer = secretary.post("/orders", ordered(cast, package, **changes))
        assert (answer.status_code, answer.json()["code"]) == (status, code), changes
    nowhere = secretary.post("/orders", lesson | {"pin": pin | {"township": cast.unit("kengtou").pk}})
    assert nowhere.status_code == 404
    assert secretary.post("/orders", lesson | {"location": ""}).json()["code"] == "order_place"
    assert Order.objects.count() == 1


def test_the_keeper_agrees_to_a_booking(cast: Cast, school: Base) -> None:
    set_booking_rule(base=school, terms=BookingTerms("network", asks_first=True), actor=SYSTEM)
    (asked,) = reserve(cast.unit("saiqi"), school.venues.get(), DAY)
    approve = f"/reservations/{asked.pk}/approve"
    guest, keeper = Door(cast, "city"), Door(cast, "township")
    assert keeper.get(f"/reservations/{asked.pk}").json()["status"] == "asked"
    assert Door(cast, "secretary").post(approve).status_code == 404
    said = keeper.post(approve, key="yes")
    assert (said.status_code, said.json()["status"], said.json()["expires_at"]) == (200, "booked", None)
    assert keeper.post(approve, key="yes").json() == said.json()
    assert keeper.post(approve).status_code == 409
    assert guest.get(f"/reservations/{asked.pk}").json()["status"] == "booked"
    make_class(school.unit)  # somebody else's rows are not touched
