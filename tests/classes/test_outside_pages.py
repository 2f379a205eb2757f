"""Pages of groups from outside and of the staff who deal with them: the way in, what is seen, what is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from doorstep.bases.services.venues import set_reception
from doorstep.classes.models import Order, OutsideCode, OutsideNumber, OutsideText, Quote
from doorstep.classes.pages.outside_visits import COOKIE, opened_now
from doorstep.classes.rules.orders import Wish
from doorstep.classes.services import orders
from doorstep.classes.services.opening import cancel_class
from doorstep.classes.services.order_waiting import offer_days
from doorstep.classes.services.outside_orders import count_outsiders
from doorstep.classes.services.quotes import Line, make_quote
from doorstep.core import clock
from tests.cast import Cast
from tests.factories.classes import SYSTEM, half_day, make_base, make_class
from tests.factories.courses import given_course
from tests.factories.messages import told
from tests.factories.orders import make_order, package_at
from tests.factories.outside import MOBILE, code_in, outside_order, texts, visiting

TODAY = date(2026, 11, 24)
DAY = date(2026, 12, 7)
SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


@pytest.fixture
def sent(settings: Any, tmp_path: Path) -> Path:
    path = tmp_path / "sms.jsonl"
    settings.DOORSTEP_CHANNELS = {"sms": f"file://{path}"}
    return path


@pytest.fixture
def package(cast: Cast) -> Any:
    return package_at(make_base(cast.unit("huotong")))


def opened() -> str:
    """As if the form had been looked at for ten seconds."""
    with clock.frozen(clock.now() - timedelta(seconds=10)):
        return opened_now()


def typed(**changes: Any) -> dict[str, Any]:
    said = {"day": [f"{DAY}"], "people": "30", "part": "any", "name": "东岭中学党委", "kind": "school"}
    return {**said, "contact": "周老师", "key": "5d0c5a0a-6f0b-4a5e-9f0c-3f7c7b1d2e11", "opened": opened(), **changes}


def page(name: str, *args: Any) -> str:
    return reverse(f"classes:{name}", args=args)


def test_a_stranger_sees_free_days_proves_a_number_and_orders_in_four_pages(package: Any, sent: Path) -> None:
    client, menu = Client(), page("outside_package", package.pk)
    assert menu in client.get(reverse("web:portal_package", args=[package.pk])).content.decode()
    seen = client.get(menu)
    assert (seen.status_code, "可约" in seen.content.decode(), b"csrf" in seen.content) == (200, True, False)
    asked = client.post(page("outside_number"), {"phone": MOBILE, "next": menu, "opened": opened()})
    assert (asked.status_code, MOBILE in asked["Location"]) == (302, False)
    assert asked["Location"] == f"{page('outside_code')}?next={menu.replace('/', '%2F')}"
    cookie = asked.cookies[COOKIE]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/outside/", True, "Lax")
    assert "6 位验证码" in client.get(asked["Location"]).content.decode()
    wrong = client.post(page("outside_code"), {"code": "1", "next": menu})
    assert (wrong.status_code, "验证码不对" in wrong.content.decode()) == (422, True)
    through = client.post(page("outside_code"), {"code": code_in(sent), "next": menu})
    assert (through.status_code, through["Location"]) == (302, menu)
    form = client.get(menu)
    assert form["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert 'name="day"' in form.content.decode()
    done, again = client.post(menu, typed()), client.post(menu, typed())
    order = Order.objects.get()
    assert done["Location"] == again["Location"] == page("outside_order", order.pk)
    shown = client.get(done["Location"]).content.decode()
    assert ("霍童镇党委最晚 11月26日答复" in shown, MOBILE in shown, "137****5678" in shown) == (True, False, True)
    assert "_auth_user_id" not in client.session
    assert client.get(reverse("classes:orders")).status_code == 302  # nothing but its own pages


def test_the_answer_is_the_same_for_a_number_that_is_known_spent_or_a_machine(package: Any, sent: Path) -> None:
    outside_order(package, DAY)
    answers = []
    for phone, more in ((MOBILE, {}), ("13700001111", {}), (MOBILE, {}), ("13700002222", {"website": "x"})):
        said = Client().post(page("outside_number"), {"phone": phone, "opened": opened(), **more})
        answers.append((said.status_code, said["Location"]))
    assert len(set(answers)) == 1
    assert [message["to"] for message in texts(sent)] == [MOBILE, "13700001111"]
    for phone, status in (("12", 422), ("", 422)):
        assert Client().post(page("outside_number"), {"phone": phone, "opened": opened()}).status_code == status
    quick = Client().post(page("outside_number"), {"phone": MOBILE, "opened": opened_now()})
    assert (quick.status_code, "交得太快" in quick.content.decode()) == (422, True)
    assert Client().post(page("outside_number"), {"phone": MOBILE, "opened": "forged"}).status_code == 422


@pytest.mark.parametrize(
    "wanted", ["https://evil.example", "//evil.example/outside/", "/people/", "/outside/" + "x" * 60]
)
def test_one_is_led_back_to_these_pages_alone(wanted: str, sent: Path, db: None) -> None:
    client = Client()
    client.post(page("outside_number"), {"phone": MOBILE, "opened": opened()})
    through = client.post(page("outside_code"), {"code": code_in(sent), "next": wanted})
    assert (through.status_code, through["Location"]) == (302, "/outside/")


def test_an_address_that_asks_too_often_is_told(sent: Path, db: None) -> None:
    for n in range(20):
        Client().post(page("outside_number"), {"phone": f"137000100{n:02d}", "opened": opened()})
    said = Client().post(page("outside_number"), {"phone": MOBILE, "opened": opened()})
    assert (said.status_code, len(texts(sent))) == (429, 20)


def test_a_visit_is_over_after_half_an_hour_or_when_one_leaves(package: Any) -> None:
    client, order = visiting(), outside_order(package, DAY)
    mine = client.get(page("outside"))
    assert (mine.status_code, order.code in mine.content.decode()) == (200, True)
    with clock.frozen(clock.now() + timedelta(minutes=31)):
        for address in (page("outside"), page("outside_order", order.pk), page("outside_order", 999)):
            late = client.get(address)
            assert (late.status_code, late["Location"].startswith(page("outside_number"))) == (302, True)
        assert client.post(page("outside_package", package.pk), typed())["Location"].endswith("?late=1")
        assert "过期" in client.get(page("outside_package", package.pk) + "?late=1").content.decode()
    client = visiting()
    client.post(page("outside_leave"))
    assert OutsideCode.objects.get().ended_at == clock.now()
    assert client.get(page("outside")).status_code == 302
    assert Client().post(page("outside_leave")).status_code == 302


def test_orders_of_another_number_are_not_there(package: Any, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    other, client = outside_order(package, DAY, phone="13700009999"), visiting()
    orders.counter_order(order=other, wish=Wish(DAY + timedelta(2), "morning"), actor=SYSTEM)
    for name in ("outside_order", "outside_change"):
        assert client.get(page(name, other.pk)).status_code == client.get(page(name, 999)).status_code == 404
    before = Order.objects.values().get(pk=other.pk)
    for name, body in (
        ("outside_change", typed()),
        ("outside_reply", {"answer": "agree"}),
        ("outside_reply", {"answer": "withdraw", "withdraw-reason": "changed"}),
        ("outside_contract", {"contract": SimpleUploadedFile("x.pdf", b"%PDF-1.7")}),
    ):
        assert client.post(page(name, other.pk), body).status_code == 404
    assert client.get(page("outside_quote", other.pk, 1)).status_code == 404
    assert client.get(page("outside_contract_file", other.pk, 1)).status_code == 404
    assert Order.objects.values().get(pk=other.pk) == before


def test_pages_keep_to_few_queries(package: Any, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    client, order = visiting(), outside_order(package, DAY)
    for n in range(3):
        outside_order(package, DAY + timedelta(n))
    with django_assert_num_queries(5):
        client.get(page("outside"))
    with django_assert_num_queries(8):
        client.get(page("outside_order", order.pk))
    with django_assert_num_queries(15):
        Client().get(page("outside_package", package.pk))


def test_what_was_sent_is_changed_answered_and_taken_back(package: Any) -> None:
    client, order = visiting(), outside_order(package, DAY)
    form = client.get(page("outside_change", order.pk)).content.decode()
    assert f'value="{DAY}" aria-label' in form
    assert client.post(page("outside_change", order.pk), typed(people="999")).status_code == 422
    saved = client.post(page("outside_change", order.pk), typed(day=[f"{DAY + timedelta(1)}"], people="25"))
    assert saved.status_code == 302
    order.refresh_from_db()
    assert (order.people, order.first_on) == (25, DAY + timedelta(1))
    assert client.post(page("outside_reply", order.pk), {"answer": "x"}).status_code == 404
    assert client.post(page("outside_reply", order.pk), {"answer": "withdraw"}).status_code == 422
    orders.counter_order(order=order, wish=Wish(DAY + timedelta(3), "morning"), note="换一天", actor=SYSTEM)
    assert "换一天" in client.get(page("outside_order", order.pk)).content.decode()
    assert client.post(page("outside_change", order.pk), typed()).status_code == 422
    assert client.post(page("outside_reply", order.pk), {"answer": "agree"}).status_code == 302
    twice = client.post(page("outside_reply", order.pk), {"answer": "agree"})
    assert (twice.status_code, "已同意改期" in twice.content.decode()) == (422, True)
    assert "班已开好" in client.get(page("outside_order", order.pk)).content.decode()
    second = outside_order(package, DAY)
    back = client.post(page("outside_reply", second.pk), {"answer": "withdraw", "withdraw-reason": "changed"})
    assert (back.status_code, Order.objects.get(pk=second.pk).status) == (302, "withdrawn")


def test_a_group_says_what_it_needs_besides_a_room_and_a_quote_goes_by_that(package: Any, sent: Path) -> None:
    base = package.base
    set_reception(base=base, people=200, meals=40, beds=0, actor=SYSTEM)
    client, menu = visiting(), page("outside_package", package.pk)
    assert "多少人用餐" in client.get(menu).content.decode()
    beyond = client.post(menu, typed(meals="50"))
    assert (beyond.status_code, "用餐位一共 40，要了 50" in beyond.content.decode()) == (422, True)
    assert client.post(menu, typed(meals="30", beds="0")).status_code == 302
    order = Order.objects.get()
    assert (order.meals, order.beds) == (30, 0)
    assert "用餐位 30" in client.get(page("outside_order", order.pk)).content.decode()
    asked = make_quote(order=order, lines=[Line("讲课", 80_000, 1)], actor=SYSTEM)
    change = page("outside_change", order.pk)
    assert 'name="meals" value="30"' in client.get(change).content.decode()
    said = {"day": [f"{DAY}"], "people": "30", "part": "any", "meals": "20"}
    assert client.post(change, said).status_code == 302
    order.refresh_from_db()
    assert (order.meals, Quote.objects.get(pk=asked.pk).status) == (20, "replaced")
    held: Any = orders.accept_order(order=order, wish_number=1, actor=SYSTEM).training_class
    assert held.meals == 20


def test_orders_that_cannot_be_are_told_in_the_form(package: Any, cast: Cast) -> None:
    client, menu = visiting(), page("outside_package", package.pk)
    for changes, words in (
        ({"day": []}, "请选 1 到 3 个不同的日子"),
        ({"people": "9"}, "一批接 10 到 50 人"),
        ({"opened": opened_now()}, "交得太快"),
        ({"name": ""}, "单位名称"),
    ):
        said = client.post(menu, typed(**changes))
        assert (said.status_code, words in said.content.decode()) == (422, True)
    assert Order.objects.count() == 0
    assert client.get(page("outside_package", 999)).status_code == 404


def test_a_course_comes_to_the_group_and_a_route_goes_by_its_packages(cast: Cast) -> None:
    course = given_course(cast.unit("huotong"), title="茶的故事")
    client, menu = visiting(), page("outside_course", course.pk)
    assert client.get(menu).status_code == 200
    assert client.post(menu, typed()).status_code == 422  # where to?
    assert client.post(menu, typed(location="上饶市委党校")).status_code == 302
    assert client.get(menu).context["form"].initial["contact"] == "周老师"  # typed once, known the next time
    assert (Order.objects.get().kind, Order.objects.get().location) == ("lesson", "上饶市委党校")


def test_staff_find_quote_sign_and_count(
    cast: Cast, package: Any, sign_in: SignIn, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path
    order, ours = outside_order(package, DAY), make_order(cast.unit("kengtou"), package, DAY)
    township, client = sign_in("township"), visiting()
    listed = township.get(page("orders")).content.decode()
    assert ("东岭中学党委（外单位）" in listed, page("outsiders") in listed) == (True, True)
    only = township.get(page("orders"), {"from_where": "outside"}).context["listing"].rows
    assert list(only) == [order]
    assert list(township.get(page("orders"), {"from_where": "own"}).context["listing"].rows) == [ours]
    shown = township.get(page("order", order.pk)).content.decode()
    assert ("周**" in shown, "137****5678" in shown, MOBILE in shown) == (True, True, False)
    assert "4 个字" in township.post(page("order_contact", order.pk), {"reason": "看"}, follow=True).content.decode()
    assert MOBILE in township.post(page("order_contact", order.pk), {"reason": "打电话确认"}).content.decode()
    assert township.get(page("quote_new", order.pk)).status_code == 200
    assert township.post(page("quote_new", order.pk), {}).status_code == 422
    line = {"what_1": "讲课", "yuan_1": "800.50", "count_1": "2", "valid_until": "2026-12-30"}
    assert township.post(page("quote_new", order.pk), line).status_code == 302
    assert 'value="800.50"' in township.get(page("quote_new", order.pk)).content.decode()
    assert "1,601 元" in township.get(page("quote", order.pk, 1)).content.decode()
    assert "1,601 元" in client.get(page("outside_quote", order.pk, 1)).content.decode()
    assert client.post(page("outside_quote", order.pk, 1), {"answer": "x"}).status_code == 404
    assert client.post(page("outside_quote", order.pk, 1), {"answer": "accept"}).status_code == 302
    assert Quote.objects.get().status == "accepted"
    assert township.get(page("quote", order.pk, 2)).status_code == 404
    _contracts(order, township, client, sign_in("sibling_township"))
    _counted(order, township)
    assert township.get(page("quote_new", ours.pk)).status_code == 404
    assert sign_in("secretary").get(page("quote", order.pk, 1)).status_code == 404


def _contracts(order: Order, township: Client, client: Client, stranger: Client) -> None:
    def file(name: str, content: bytes) -> dict[str, Any]:
        return {"contract": SimpleUploadedFile(name, content)}

    assert client.post(page("outside_contract", order.pk), {}).status_code == 422
    assert client.post(page("outside_contract", order.pk), file("a.exe", b"MZ")).status_code == 422
    assert client.post(page("outside_contract", order.pk), file("合同.pdf", b"%PDF-1.7 a")).status_code == 302
    assert township.post(page("contract", order.pk), file("盖章.pdf", b"%PDF-1.7 b")).status_code == 302
    assert "请先选" in township.post(page("contract", order.pk), {}, follow=True).content.decode()
    assert "只收 PDF" in township.post(page("contract", order.pk), file("x", b"MZ"), follow=True).content.decode()
    first, second = order.contracts.order_by("pk")
    for kept, content in ((first, b"%PDF-1.7 a"), (second, b"%PDF-1.7 b")):
        assert b"".join(township.get(page("contract_file", order.pk, kept.pk)).streaming_content) == content
        assert b"".join(client.get(page("outside_contract_file", order.pk, kept.pk)).streaming_content) == content
        assert stranger.get(page("contract_file", order.pk, kept.pk)).status_code == 404
    assert "已换新" in client.get(page("outside_order", order.pk)).content.decode()
    assert "对方传的" in township.get(page("order", order.pk)).content.decode()


def _counted(order: Order, township: Client) -> None:
    taken = township.post(page("order_answer", order.pk), {"answer": "accept", "wish": "1"}, follow=True)
    assert "座位都给东岭中学党委" in taken.content.decode()
    assert "开课以后才能" in township.post(page("order_came", order.pk), {"came": "28"}, follow=True).content.decode()
    assert "请填来了多少人" in township.post(page("order_came", order.pk), {}, follow=True).content.decode()
    with clock.frozen(clock.at_local(DAY, 18)):
        assert "实到 28 人" in township.post(page("order_came", order.pk), {"came": "28"}, follow=True).content.decode()
    listed = township.get(page("outsiders"))
    assert (list(listed.context["listing"].rows), listed.context["counts"][0][2].person_times) == ([order], 28)
    assert list(township.get(page("outsiders"), {"counted": "no"}).context["listing"].rows) == []


def test_lists_of_outsiders_keep_to_few_queries(
    package: Any, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    township = sign_in("township")
    for n in range(3):
        order = outside_order(package, DAY + timedelta(n))
        orders.accept_order(order=order, wish_number=1, actor=SYSTEM)
    with clock.frozen(clock.at_local(DAY + timedelta(3), 18)):
        for order in Order.objects.all():
            count_outsiders(order=order, came=20, actor=SYSTEM)
        township.get(page("outsiders"))
        with django_assert_num_queries(6):
            township.get(page("outsiders"))
    assert OutsideNumber.objects.count() == 1


def test_a_group_waits_for_a_day_that_is_full_and_takes_it_when_it_comes_free(package: Any, sent: Path) -> None:
    school = package.base
    session = half_day(DAY, base_id=school.pk, venue_id=school.venues.get().pk)
    blocking = make_class(school.unit, sessions=[session], capacity=80)
    client, menu = visiting(), page("outside_package", package.pk)
    shown = client.get(menu).content.decode()
    assert ("排候补" in shown, 'data-count="day"' in shown) == (True, True)
    assert 'class="only-phone mb-5"' in Client().get(menu).content.decode()
    window = {"wait_from": f"{DAY}", "wait_until": f"{DAY + timedelta(1)}"}
    free = client.post(menu, typed(day=[], part="morning", wait="1", **window))
    assert (free.status_code, "现在就约得到" in free.content.decode()) == (422, True)
    said = typed(day=[], part="morning", wait="1", wait_from=f"{DAY}", wait_until=f"{DAY}")
    done = client.post(menu, said, follow=True)
    assert "在候补，排第 1 位" in done.content.decode()
    order = Order.objects.get()
    cancel_class(training_class=blocking, reason="台风", actor=SYSTEM)
    assert offer_days(actor=SYSTEM) == 1
    assert "给您留了一天" in client.get(page("outside_order", order.pk)).content.decode()
    told("classes.order_offered")
    assert [row.text.partition("：")[2] for row in OutsideText.objects.all()] == [
        "等的日子空出来了，先给您留着。请到“家门口”“我的预约”里确认，过时给下一个。"
    ]
    reply = page("outside_reply", order.pk)
    assert "还在候补里" in client.post(reply, {"answer": "pass"}, follow=True).content.decode()
    Order.objects.get().offers.all().delete()
    assert offer_days(actor=SYSTEM) == 1
    assert "班已开好" in client.post(reply, {"answer": "take"}, follow=True).content.decode()
    order.refresh_from_db()
    assert (order.status, order.training_class is not None) == ("accepted", True)


def test_a_group_that_cannot_come_says_so(package: Any, sent: Path) -> None:
    order = outside_order(package, DAY)
    client, at, reply = visiting(), page("outside_order", order.pk), page("outside_reply", order.pk)
    assert "来不了了" not in client.get(at).content.decode()
    held: Any = orders.accept_order(order=order, wish_number=1, actor=SYSTEM).training_class
    assert "来不了了" in client.get(at).content.decode()
    assert client.post(reply, {"answer": "call_off", "call_off-reason": "silent"}).status_code == 422
    said = client.post(reply, {"answer": "call_off", "call_off-reason": "changed"}, follow=True).content.decode()
    assert ("班已取消，场地空出来了" in said, "来不了了" in said) == (True, False)
    held.refresh_from_db()
    assert held.status == "cancelled"
    with clock.frozen(clock.at_local(DAY, 1)):
        late = outside_order(package, DAY + timedelta(days=7))
        orders.accept_order(order=late, wish_number=1, actor=SYSTEM)
    with clock.frozen(clock.at_local(DAY + timedelta(days=7), 1)):
        assert "来不了了" not in visiting().get(page("outside_order", late.pk)).content.decode()
