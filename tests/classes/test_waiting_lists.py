"""Waiting lists to look through, and a word to everybody on one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from doorstep.classes.models import Order, TrainingClass, WaitingLetter, WaitingPlace
from doorstep.classes.queries.people import nominees
from doorstep.classes.services.people import nominate
from doorstep.classes.services.waiting import nominate_or_wait
from doorstep.classes.services.waiting_letters import write_to_orders, write_to_waiting
from doorstep.classes.services.waiting_refusals import LetterEmpty, LetterHoldsNumbers, NobodyToWrite
from doorstep.core import clock
from doorstep.core.errors import NotPermitted
from doorstep.core.models import Policy
from doorstep.notices.models import Message
from tests.bases.test_at_once import WRITERS, gathered
from tests.cast import Cast
from tests.classes.conftest import without
from tests.factories.classes import SYSTEM, make_base, make_class
from tests.factories.messages import told
from tests.factories.orders import make_order, package_at

DAY = date(2026, 12, 7)
SignIn = Callable[[str], Client]
LIST, ORDERS = "classes:waiting_list", "classes:waiting_orders"


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(date(2026, 11, 23), 12)):
        yield


def full_class(cast: Cast, *waiting: str, title: str = "满的班") -> TrainingClass:
    """A class of the township with one seat taken; the others wait in this order."""
    opened = make_class(cast.unit("huotong"), day=DAY, capacity=1, title=title)
    nominate(training_class=opened, people=nominees([cast.person("黄德旺").pk]), actor=SYSTEM)
    for name in waiting:
        nominate_or_wait(training_class=opened, people=nominees([cast.person(name).pk]), actor=SYSTEM)
    return opened


@pytest.mark.django_db
class TestLists:
    """Filter, sort, what one sees."""

    def test_a_class_has_its_list_in_the_order_of_coming(self, cast: Cast, sign_in: SignIn) -> None:
        opened = full_class(cast, "雷金妹", "林秀珍")
        township = sign_in("township")
        shown = township.get(reverse(LIST), {"class": opened.pk})
        rows = shown.context["listing"].rows
        assert [(row.person.name, row.nth) for row in rows] == [("雷金妹", 1), ("林秀珍", 2)]
        text = shown.content.decode()
        assert ("按排上的先后" in text, "写给候补的人" in text, "满的班" in text) == (True, True, True)
        back = township.get(reverse(LIST), {"class": opened.pk, "sort": "-nth", "q": "秀"}).context["listing"].rows
        assert [row.person.name for row in back] == ["林秀珍"]
        assert "整张名单" in township.get(reverse("classes:people", args=[opened.pk])).content.decode()

    def test_one_sees_all_lists_of_ones_reach_and_nothing_else(self, cast: Cast, sign_in: SignIn) -> None:
        opened = full_class(cast, "雷金妹", "林秀珍")
        WaitingPlace.objects.filter(person=cast.person("雷金妹")).update(
            status="left", ended_at=clock.now(), reason="外出"
        )
        rows = sign_in("secretary").get(reverse(LIST)).context["listing"].rows
        assert [row.person.name for row in rows] == ["林秀珍"]
        rows = sign_in("county").get(reverse(LIST), {"status": "left"}).context["listing"].rows
        assert [row.person.name for row in rows] == ["雷金妹"]
        assert sign_in("county").get(reverse(LIST), {"class": "99999"}).status_code == 404
        opened.refresh_from_db()
        TrainingClass.objects.filter(pk=opened.pk).update(succession="office")
        assert "由主办单位定" in sign_in("township").get(reverse(LIST), {"class": opened.pk}).content.decode()

    def test_orders_stand_in_the_turn_in_which_they_are_served_and_say_why(self, cast: Cast, sign_in: SignIn) -> None:
        package = package_at(make_base(cast.unit("huotong")))
        first, second = (make_order(cast.unit(name), package, DAY) for name in ("kengtou", "shiqiao"))
        Order.objects.update(status="waiting")
        township = sign_in("township")
        rows = township.get(reverse(ORDERS)).context["listing"].rows
        assert [(row.pk, row.nth, row.had) for row in rows] == [(first.pk, 1, 0), (second.pk, 2, 0)]
        held = make_class(cast.unit("huotong"), day=date(2026, 12, 14))
        Order.objects.filter(pk=first.pk).update(status="offered")
        Order.objects.create(
            kind="package", title="办过的", theme="x", half_days=1, unit=first.unit, place=first.place,
            county=first.county, provider=first.provider, provider_place=first.provider_place, first_on=DAY,
            last_on=DAY, people=9, answer_by=DAY, placed_at=clock.now(), status="accepted", training_class=held,
            package=package, version=first.version, contact="x",
        )  # fmt: skip
        Order.objects.filter(pk=first.pk).update(status="waiting")
        rows = township.get(reverse(ORDERS)).context["listing"].rows
        is_fewest = Policy.objects.filter(key="order.fair_share", value="fewest").exists()
        turn = [(second.pk, 1), (first.pk, 2)] if is_fewest else [(first.pk, 1), (second.pk, 2)]
        assert [(row.pk, row.nth) for row in rows] == turn
        words = "点到班少的单位先轮到" if is_fewest else "先来先得"
        assert words in township.get(reverse(ORDERS)).content.decode()
        own = sign_in("secretary").get(reverse(ORDERS), {"status": "waiting"}).context["listing"].rows
        assert [row.pk for row in own] == [first.pk]

    @pytest.mark.parametrize("count", [1, 3])
    def test_pages_ask_a_fixed_number_of_questions(
        self, cast: Cast, sign_in: SignIn, count: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        opened = full_class(cast, *("雷金妹", "林秀珍", "陈国梁")[:count])
        package = package_at(make_base(cast.unit("huotong")))
        for day in range(count):
            make_order(cast.unit("kengtou"), package, date(2026, 12, 8 + day))
        Order.objects.update(status="waiting")
        township = sign_in("township")
        township.get(reverse(LIST))
        with django_assert_num_queries(6):  # who waits with them all, and by which rule
            township.get(reverse(LIST))
        with django_assert_num_queries(10):
            township.get(reverse(LIST), {"class": opened.pk})
        with django_assert_num_queries(9):
            township.get(reverse(ORDERS))


@pytest.mark.django_db
class TestLetters:
    """Written once, to all who wait, and to nobody else."""

    def test_everybody_who_waits_hears_and_nobody_else(self, cast: Cast, sign_in: SignIn) -> None:
        opened = full_class(cast, "雷金妹")
        township, page = sign_in("township"), reverse("classes:waiting_write", args=[opened.pk])
        assert "现在有 1 个在候补" in township.get(page).content.decode()
        key = str(uuid4())
        for _again in range(2):
            done = township.post(page, {"text": "月底前给答复。", "key": key}, follow=True)
        assert "已写给候补的全部 1 个" in done.content.decode()
        assert WaitingLetter.objects.count() == 1
        found = told("classes.waiting_written")
        assert found == {"sibling_secretary": ["classes.waiting_written"]}
        one = Message.objects.get()
        assert (one.title, one.body) == ("候补的消息：满的班", "霍童镇党委写给候补的：月底前给答复。")
        assert one.sender_id == cast.accounts["township"].pk
        assert str(WaitingLetter.objects.get()) == "月底前给答复。"

    def test_units_whose_orders_wait_hear(self, cast: Cast, sign_in: SignIn) -> None:
        package = package_at(make_base(cast.unit("huotong")))
        make_order(cast.unit("kengtou"), package, DAY)
        Order.objects.update(status="waiting")
        make_order(cast.unit("shiqiao"), package, DAY)
        page = reverse("classes:waiting_orders_write")
        township = sign_in("township")
        assert "写给候补的单位" in township.get(reverse(ORDERS)).content.decode()
        answer = township.post(page, {"text": "12 月加开一期。", "key": str(uuid4())}, follow=True)
        assert "已写给候补的全部 1 个" in answer.content.decode()
        assert set(told("classes.waiting_written")) == {"secretary"}
        assert sign_in("secretary").get(page).status_code == 404

    def test_what_is_refused(self, cast: Cast, sign_in: SignIn) -> None:
        opened = full_class(cast, "雷金妹")
        for text, refusal in (("  ", LetterEmpty), ("找 13912345678", LetterHoldsNumbers)):
            with pytest.raises(refusal):
                write_to_waiting(training_class=opened, text=text, key=uuid4(), actor=cast.actor("township"))
        with pytest.raises(NobodyToWrite):
            write_to_orders(unit=cast.unit("huotong"), text="x", key=uuid4(), actor=cast.actor("township"))
        for who in ("secretary", "auditor"):
            with pytest.raises(NotPermitted):
                write_to_waiting(training_class=opened, text="x", key=uuid4(), actor=cast.actor(who))
        with pytest.raises(NotPermitted):
            write_to_orders(unit=cast.unit("huotong"), text="x", key=uuid4(), actor=cast.actor("secretary"))
        page = reverse("classes:waiting_write", args=[opened.pk])
        wrong = sign_in("township").post(page, {"text": "找 13912345678", "key": str(uuid4())})
        assert (wrong.status_code, "139…" in wrong.content.decode()) == (422, True)
        assert sign_in("secretary").get(page).status_code == 404
        assert WaitingLetter.objects.count() == 0


def test_the_same_form_at_one_moment_is_one_letter(cast_committed: Cast) -> None:
    opened, noon = full_class(cast_committed, "雷金妹"), clock.at_local(date(2026, 11, 23), 12)

    def rush() -> int:
        key = uuid4()

        def write(_number: int) -> None:
            with clock.frozen(noon):
                write_to_waiting(training_class=opened, text="好", key=key, actor=SYSTEM)

        assert gathered(write) == {"done": WRITERS}
        return WaitingLetter.objects.filter(key=key).count()

    assert rush() == 1
    # The control: nothing but the key of the form in the table makes them one.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = 'classes_waitingletter'::regclass AND contype = 'u'"
        )
        (key_once,) = cursor.fetchone()
    with without("classes_waitingletter", key_once):
        assert any(rush() > 1 for _turn in range(5))
