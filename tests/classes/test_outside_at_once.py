"""Groups from outside and staff at the same moment: one code, one order, one quote; and what happens without locks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db.models import QuerySet

from doorstep.classes.models import Order, OutsideCode, OutsideText
from doorstep.classes.queries.outside import STRANGER, outside_actor
from doorstep.classes.services import orders
from doorstep.classes.services.outside_codes import prove_number, send_code
from doorstep.classes.services.outside_ends import send_text, text_outside
from doorstep.classes.services.outside_orders import order_from_outside
from doorstep.classes.services.quotes import Line, accept_quote, decline_quote, make_quote
from doorstep.core import clock
from doorstep.core.invariants import check_invariants
from tests.bases.test_at_once import both
from tests.cast import Cast
from tests.factories.classes import SYSTEM, make_base
from tests.factories.orders import order_facts, package_at
from tests.factories.outside import MOBILE, code_in, group_facts, outside_order, proved, texts


@pytest.fixture
def sent(settings: Any, tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "sms.jsonl"
    settings.DOORSTEP_CHANNELS = {"sms": f"file://{path}"}
    return path


def soon(days: int = 10) -> date:
    return clock.today() + timedelta(days=days)


def test_a_code_typed_twice_at_once_opens_one_visit(cast_committed: Cast, sent: Path) -> None:
    token = send_code(phone=MOBILE, address="10.0.0.1", actor=STRANGER)
    prove = partial(prove_number, token=token, digits=code_in(sent), actor=STRANGER)
    assert both(prove, prove) == ["done", "outside_code"]


def test_a_burst_of_codes_is_counted_one_by_one(cast_committed: Cast, sent: Path) -> None:
    ask = partial(send_code, phone=MOBILE, address="10.0.0.1", actor=STRANGER)
    assert both(ask, ask, ask) == ["done"] * 3
    assert (len(texts(sent)), OutsideCode.objects.count()) == (1, 1)


def test_a_double_tap_is_one_order_and_the_last_open_place_is_given_once(cast_committed: Cast) -> None:
    package = package_at(make_base(cast_committed.unit("huotong")))
    number = proved()
    send = partial(order_from_outside, number=number, group=group_facts(), actor=outside_actor(number))
    twice = order_facts(package, soon(), key=UUID(int=7), contact="", phone="")
    assert both(partial(send, facts=twice), partial(send, facts=twice)) == ["done", "done"]
    assert Order.objects.count() == 1
    for n in range(3):
        outside_order(package, soon(11 + n))
    last = [order_facts(package, soon(20 + n), contact="", phone="") for n in range(2)]
    assert both(*(partial(send, facts=facts) for facts in last)) == ["done", "outside_open"]


def test_taken_on_and_taken_back_at_once_is_one_of_them(cast_committed: Cast) -> None:
    package = package_at(make_base(cast_committed.unit("huotong")))
    order, actor = outside_order(package, soon()), outside_actor(proved())
    said = both(
        partial(orders.accept_order, order=order, wish_number=1, actor=SYSTEM),
        partial(orders.withdraw_order, order=order, reason="changed", actor=actor),
    )
    assert said == ["done", "order_stands_so"]
    assert [found.name for found in check_invariants() if not found.holds] == []


def test_a_quote_is_answered_once_and_never_after_it_was_replaced(cast_committed: Cast) -> None:
    package = package_at(make_base(cast_committed.unit("huotong")))
    order, actor = outside_order(package, soon()), outside_actor(proved())
    quote = make_quote(order=order, lines=[Line("讲课", 100, 1)], actor=SYSTEM)
    said = both(partial(accept_quote, quote=quote, actor=actor), partial(decline_quote, quote=quote, actor=actor))
    assert said == ["done", "quote_stands_so"]


def test_without_the_lock_a_double_tap_takes_more_than_the_last_place(
    cast_committed: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = package_at(make_base(cast_committed.unit("huotong")))
    for n in range(4):
        outside_order(package, soon(11 + n))
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_how: rows)
    number = proved()
    send = partial(order_from_outside, number=number, group=group_facts(), actor=outside_actor(number))
    for n in range(6):
        last = [order_facts(package, soon(20 + n), contact="", phone="") for _two in range(2)]
        if both(*(partial(send, facts=facts) for facts in last)) == ["done", "done"]:
            break
        Order.objects.filter(first_on=soon(20 + n)).update(status="withdrawn", ended_at=clock.now(), reason="changed")
    else:
        pytest.fail("the lock decides nothing")


def _text(cast: Cast) -> int:
    order = Order.objects.first() or outside_order(package_at(make_base(cast.unit("huotong"))), soon())
    told = Order.objects.select_related("outside__number").get(pk=order.pk)
    text_outside(order=told, occurrence=uuid4(), title="外单位预约", text="有答复了", actor=SYSTEM)
    return OutsideText.objects.get().pk


def test_two_workers_at_one_moment_send_a_message_once(cast_committed: Cast, sent: Path) -> None:
    send = partial(send_text, text_id=_text(cast_committed), actor=SYSTEM)
    assert both(*[send] * 6) == ["done"] * 6
    assert len(texts(sent)) == 1


def test_without_the_lock_it_would_leave_more_than_once(
    cast_committed: Cast, sent: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _again in range(8):
        text_id = _text(cast_committed)
        with monkeypatch.context() as unlocked:
            unlocked.setattr(QuerySet, "select_for_update", lambda self, **_kwargs: self)
            with suppress(Exception):  # the constraint that what was sent has a moment may complain too
                both(*[partial(send_text, text_id=text_id, actor=SYSTEM)] * 6)
        OutsideText.objects.all().delete()
    assert len(texts(sent)) > 8
