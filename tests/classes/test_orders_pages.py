"""Pages of orders: the calendar, sending, the inbox, answering, what was not had."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from doorstep.bases.services.booking import BookingTerms, set_booking_rule
from doorstep.bases.services.venues import close_place
from doorstep.classes.models import Order, TrainingClass
from doorstep.classes.services import orders
from doorstep.classes.services.opening import cancel_class
from doorstep.core import clock
from doorstep.core.crypto import unseal
from doorstep.core.jobs import export_list
from doorstep.core.models import LongTask
from doorstep.directory.models import Division, Unit
from doorstep.directory.rules.shaded import Told
from tests.cast import FOUNDED, Cast
from tests.factories.classes import SYSTEM, half_day, make_base, make_class, make_people
from tests.factories.orders import make_order, package_at

TODAY = date(2026, 11, 24)
DAY = date(2026, 12, 7)
SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


@pytest.fixture
def package(cast: Cast) -> Any:
    return package_at(make_base(cast.unit("huotong")))


def sent(**changes: Any) -> dict[str, Any]:
    body = {"day": [f"{DAY}"], "people": "24", "part": "any", "contact": "陈国梁", "phone": "13900001234"}
    return {**body, "key": "5d0c5a0a-6f0b-4a5e-9f0c-3f7c7b1d2e11", **changes}


def test_a_year_of_days_is_one_page_of_few_queries(
    cast: Cast, package: Any, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    base, room = package.base, package.base.venues.get()
    for n in range(3):
        make_class(cast.unit("huotong"), sessions=[half_day(DAY + timedelta(n), base_id=base.pk, venue_id=room.pk)])
    shut = {"starts_at": clock.at_local(DAY + timedelta(7), 0), "ends_at": clock.at_local(DAY + timedelta(8), 0)}
    close_place(base=base, kind="shut", reason="屋顶维修", **shut, actor=SYSTEM)
    make_people(cast.unit("kengtou"), 20)
    secretary, page = sign_in("secretary"), reverse("classes:order_package", args=[package.pk])
    secretary.get(page)
    with django_assert_num_queries(19):
        shown = secretary.get(page)
    days = {one.day: one for month in shown.context["months"] for one, _chosen in month.days}
    assert len(days) == 363
    assert (days[DAY].word, days[DAY].starts) == ("free", ("afternoon",))
    assert (days[DAY + timedelta(7)].word, "屋顶维修" in shown.content.decode()) == ("shut", True)
    assert days[date(2027, 1, 1)].word == "rest"
    assert shown.context["form"].initial["people"] == 23  # as many as the branch has
    assert sign_in("trainee").get(page).status_code == 404
    other = make_base(cast.unit("fuan"), name="别处")
    draft = package_at(other)
    type(draft).objects.filter(pk=draft.pk).update(status="draft", published_at=None)
    assert secretary.get(reverse("classes:order_package", args=[draft.pk])).status_code == 404


def test_sent_read_answered_with_one_tap(
    cast: Cast, package: Any, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    secretary, township = sign_in("secretary"), sign_in("township")
    page = reverse("classes:order_package", args=[package.pk])
    assert "一批接 10 到 50 人" in secretary.post(page, sent(people="60")).content.decode()
    refused = secretary.post(page, sent(day=[]))
    assert (refused.status_code, "请选 1 到 3 个不同的日子" in refused.content.decode()) == (422, True)
    assert secretary.post(page, sent()).status_code == secretary.post(page, sent()).status_code == 302
    order = Order.objects.get()
    assert (order.people, order.wishes.get().part) == (24, "any")
    assert unseal(order.phone_sealed, field="order_phone") == "13900001234"
    assert b"13900001234" not in bytes(order.phone_sealed)
    assert "答复点单：一堂党课" in township.get("/").content.decode()
    assert "答复点单" not in sign_in("county").get("/").content.decode()
    one = reverse("classes:order", args=[order.pk])
    with django_assert_num_queries(20):
        shown = township.get(one)
    assert [line.is_free for line in shown.context["wishes"]] == [True]
    auditor = sign_in("auditor").get(one).content.decode()
    assert ("139****1234" in auditor, "13900001234" in auditor) == (True, False)
    answer = reverse("classes:order_answer", args=[order.pk])
    assert secretary.post(answer, {"answer": "accept", "wish": "1"}).status_code == 404
    for _tap in range(2):
        assert township.post(answer, {"answer": "accept", "wish": "1"}).status_code == 302
    held = TrainingClass.objects.get()
    assert f"/classes/{held.pk}/nominate/" in secretary.get(one).content.decode()
    assert secretary.get(reverse("classes:nominate", args=[held.pk])).status_code == 200


def test_an_order_is_not_taken_or_taken_back_with_the_reason(cast: Cast, package: Any, sign_in: SignIn) -> None:
    secretary, township = sign_in("secretary"), sign_in("township")
    not_taken, taken_back = make_order(cast.unit("kengtou"), package), make_order(cast.unit("kengtou"), package)
    answer = reverse("classes:order_answer", args=[not_taken.pk])
    assert township.post(answer, {"answer": "decline"}).status_code == 422
    said = {"answer": "decline", "decline-reason": "no_teacher", "decline-note": "老师在外学习"}
    shown = township.post(answer, said, follow=True).content.decode()
    assert ("已答复不接，对方会看到原因。" in shown, "老师在外学习" in shown) == (True, True)
    assert "老师在外学习" in secretary.get(reverse("classes:order", args=[not_taken.pk])).content.decode()
    reply = reverse("classes:order_reply", args=[taken_back.pk])
    assert secretary.post(reply, {"answer": "withdraw"}).status_code == 422
    assert secretary.post(reply, {"answer": "withdraw", "withdraw-reason": "changed"}, follow=True).status_code == 200
    told = township.post(reverse("classes:order_answer", args=[taken_back.pk]), said, follow=True)
    assert "已撤回" in told.content.decode()
    assert {one.pk: one.status for one in Order.objects.all()} == {
        not_taken.pk: "declined",
        taken_back.pk: "withdrawn",
    }


def test_what_cannot_be_is_told_on_the_page_and_another_day_offered(cast: Cast, package: Any, sign_in: SignIn) -> None:
    township, secretary = sign_in("township"), sign_in("secretary")
    orders.accept_order(order=make_order(cast.unit("shiqiao"), package, DAY), wish_number=1, actor=SYSTEM)
    order = make_order(cast.unit("kengtou"), package, DAY)
    one, answer = reverse("classes:order", args=[order.pk]), reverse("classes:order_answer", args=[order.pk])
    shown = township.get(one)
    assert [(line.is_free, line.why) for line in shown.context["wishes"]] == [(False, "镇党校教室已被占用")]
    assert shown.context["others"][0] == DAY - timedelta(2)
    refused = township.post(answer, {"answer": "accept", "wish": "1"})
    assert (refused.status_code, "点单还在，没有退回" in refused.content.decode()) == (422, True)
    assert "本来就是对方想去的日子" in township.post(answer, {"answer": "counter", "day": f"{DAY}"}).content.decode()
    body = {"answer": "counter", "day": f"{DAY + timedelta(1)}", "part": "afternoon", "note": "那天有会"}
    assert township.post(answer, body).status_code == 302
    assert "回复改期：一堂党课" in secretary.get("/").content.decode()
    reply = reverse("classes:order_reply", args=[order.pk])
    assert township.post(reply, {"answer": "agree"}).status_code == 302  # those above may for it
    assert Order.objects.get(pk=order.pk).status == "agreed"


def test_a_class_cancelled_after_it_was_opened_is_told_with_its_order(
    cast: Cast, package: Any, sign_in: SignIn
) -> None:
    order = make_order(cast.unit("kengtou"), package, DAY)
    held = orders.accept_order(order=order, wish_number=1, actor=SYSTEM).training_class
    assert held is not None
    cancel_class(training_class=held, reason="台风", actor=SYSTEM)
    secretary = sign_in("secretary")
    shown = secretary.get(reverse("classes:order", args=[order.pk]))
    assert (shown.context["word"], shown.context["may_fill"]) == ("cancelled", False)
    assert "开好的班取消了" in shown.content.decode()
    assert "已取消" in secretary.get("/orders/").content.decode()


def test_lists_take_the_same_queries_however_long_and_say_what_was_not_had(
    cast: Cast, package: Any, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    county = sign_in("county")
    for number in (1, 3):
        while Order.objects.count() < number:
            order = make_order(cast.unit("kengtou"), package, DAY)
            orders.decline_order(order=order, reason="no_teacher", actor=SYSTEM)
        county.get("/orders/")
        with django_assert_num_queries(5):
            assert len(county.get("/orders/").context["listing"].rows) == number
        with django_assert_num_queries(9):
            unmet = county.get("/orders/unmet/")
    (group, place) = unmet.context["groups"][0]
    assert (group["theme"], group["orders"], group["people"]) == ("乡村振兴", 3, 90)
    assert f"{group['month']:%Y-%m}" == "2026-12"
    nothing = county.get("/orders/unmet/?reason=no_room").context
    assert (len(nothing["listing"].rows), nothing["groups"]) == (0, [])  # the sums follow the filters
    withdrawn = make_order(cast.unit("kengtou"), package, DAY)
    reply = reverse("classes:order_reply", args=[withdrawn.pk])
    secretary = sign_in("secretary")
    assert secretary.post(reply, {"answer": "withdraw", "withdraw-reason": "other"}).status_code == 422
    assert secretary.post(reply, {"answer": "withdraw", "withdraw-reason": "no_room"}).status_code == 302
    assert len(county.get("/orders/unmet/?reason=no_room").context["listing"].rows) == 1


def test_what_was_not_had_lies_on_the_map_and_in_the_workbook(
    cast: Cast, package: Any, sign_in: SignIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "MEDIA_ROOT", tmp_path)
    for name, people in (("kengtou", 30), ("shiqiao", 20), ("huotong", 10)):
        order = make_order(cast.unit(name), package, DAY, people=people)
        orders.decline_order(order=order, reason="no_teacher", actor=SYSTEM)
    make_order(cast.unit("kengtou"), package, DAY)  # still to be answered: on no map
    for name, lat, lng in (("huotong", 26.75, 119.48), ("saiqi", 26.95, 119.66)):
        unit = cast.unit(name)
        lies = Division.objects.create(
            code=f"{unit.code:0<12}", name=unit.name, short_name=unit.short_name, level="township", kind="镇", lat=lat,
            lng=lng, valid_from=FOUNDED,
        )  # fmt: skip
        Unit.objects.filter(pk=unit.pk).update(division=lies)
    city = sign_in("city")
    sketch = city.get("/orders/unmet/").context["sketch"]
    # All of one county: its townships, each with what it and those below it asked for.
    assert [(shape.name, shape.told) for shape in sketch.shapes] == [("霍童镇党委", Told(6, "60 人次"))]
    far = make_order(cast.unit("saiqi"), package, DAY, people=15)
    orders.decline_order(order=far, reason="no_room", actor=SYSTEM)
    page = city.get("/orders/unmet/")
    told = {shape.name: shape.told for shape in page.context["sketch"].shapes}
    assert {name: one for name, one in told.items() if one.band} == {
        "蕉城区": Told(6, "60 人次"), "福安市": Told(2, "15 人次"),
    }  # fmt: skip
    assert '<svg xmlns="http://www.w3.org/2000/svg" role="img"' in page.content.decode()
    # What is filtered is filtered on the map and in both sheets.
    assert [s.told.words for s in city.get("/orders/unmet/?reason=no_room").context["sketch"].shapes] == ["15 人次"]
    assert city.get("/orders/unmet/?reason=not_fitting").context["sketch"] is None
    assert city.post("/lists/classes.unmet/export/?reason=no_teacher", {"back": "/"}).status_code == 302
    task = LongTask.objects.get()
    export_list(str(task.pk))
    task.refresh_from_db()
    first, second = openpyxl.load_workbook(tmp_path / task.result_file).worksheets
    assert (first.max_row, second.title) == (6, "缺什么、在哪里、哪个月")
    assert [[cell.value for cell in row] for row in second.iter_rows(min_row=3)] == [
        ["主题", "县（市、区）", "月份", "点单", "人次"], ["乡村振兴", None, "2026-12", 3, 60],
    ]  # fmt: skip


def test_where_no_day_can_be_had_the_page_says_so_and_why(cast: Cast, sign_in: SignIn) -> None:
    base = make_base(cast.unit("saiqi"), name="赛岐镇党校")
    package = package_at(base)
    page = reverse("classes:order_package", args=[package.pk])
    never = "能选的日子里一天都约不到"
    assert never not in sign_in("other_county").get(page).content.decode()
    set_booking_rule(base=base, terms=BookingTerms(reach="township"), actor=SYSTEM)
    shown = sign_in("secretary").get(page).content.decode()
    assert f"{never}：这处阵地只开放给本乡镇的单位。" in shown
