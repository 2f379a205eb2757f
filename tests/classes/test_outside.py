"""Groups from outside: a number is proved, orders are sent, quoted, taken on, counted apart, and erased in time."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from doorstep.classes.jobs import send_outside_text
from doorstep.classes.models import (
    Enrolment,
    Order,
    OutsideCode,
    OutsideNumber,
    OutsideText,
    Quota,
    Quote,
    TrainingClass,
)
from doorstep.classes.queries.orders import chosen_by, orders_visible_to
from doorstep.classes.queries.outside import (
    STRANGER,
    came_before,
    contact_masked,
    contact_of,
    counted_by,
    outside_actor,
    outside_totals,
    own_orders,
    quotes_of,
    visit_of,
)
from doorstep.classes.queries.people import nominees
from doorstep.classes.queries.public import public_classes
from doorstep.classes.rules.orders import Wish
from doorstep.classes.services import order_refusals, orders, outside_ends, outside_refusals
from doorstep.classes.services.contracts import add_contract
from doorstep.classes.services.opening import cancel_class
from doorstep.classes.services.outside_codes import end_visit, keep_visit, prove_number, send_code
from doorstep.classes.services.outside_ends import erase_due, send_text, text_outside
from doorstep.classes.services.outside_orders import change_outside_order, count_outsiders, reveal_outside
from doorstep.classes.services.people import nominate
from doorstep.classes.services.quotes import Line, accept_quote, decline_quote, make_quote
from doorstep.classes.services.refusals import ClassIsOutsiders
from doorstep.classes.services.seats import hand_down_seats
from doorstep.core import clock
from doorstep.core.errors import NotFound, NotPermitted
from doorstep.core.models import Activity
from doorstep.directory.services.people import ReasonNeeded
from doorstep.notices.services.channels import NotSent
from doorstep.web.queries.figures import network_figures
from tests.cast import Cast
from tests.factories.classes import SYSTEM, make_base
from tests.factories.messages import told
from tests.factories.orders import make_order, order_facts, package_at
from tests.factories.outside import MOBILE, code_in, group_facts, outside_order, proved, texts
from tests.factories.policies import set_policy

TODAY = date(2026, 11, 24)
DAY = date(2026, 12, 7)
LINES = [Line("讲课", 80_000, 2), Line("午餐", 3_050, 30)]


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


def later(**by: int) -> Any:
    return clock.frozen(clock.now() + timedelta(**by))


def test_a_code_proves_a_number_once_and_nothing_can_be_read_from_what_is_kept(sent: Path, db: None) -> None:
    token = send_code(phone="137 0000 5678", address="10.0.0.1", actor=STRANGER)
    code = code_in(sent)
    assert texts(sent) == [
        {
            "channel": "sms",
            "to": MOBILE,
            "title": "家门口",
            "text": f"验证码 {code}，10 分钟内有效，用于外单位预约。不要告诉别人。",
        }
    ]
    row = OutsideCode.objects.get()
    kept = b"".join(bytes(v) for v in (row.digest, row.token_digest, row.phone_index, row.phone_sealed))
    assert not any(secret.encode() in kept for secret in (code, token, MOBILE))
    with pytest.raises(outside_refusals.CodeWrong):
        prove_number(token="another", digits=code, actor=STRANGER)
    number = prove_number(token=token, digits=f" {code} ", actor=STRANGER)
    assert contact_of_number(number) == MOBILE
    visit = visit_of(token)
    assert visit is not None
    assert visit.number == number
    with pytest.raises(outside_refusals.CodeWrong):  # a code opens one visit
        prove_number(token=token, digits=code, actor=STRANGER)
    with later(minutes=29):
        keep_visit(visit=visit, actor=outside_actor(number))
    with later(minutes=58):
        assert visit_of(token) == visit
    with later(minutes=59):
        assert visit_of(token) is None
    end_visit(visit=visit, actor=outside_actor(number))
    assert (visit_of(token), visit_of("")) == (None, None)
    with pytest.raises(outside_refusals.NumberWrong):
        send_code(phone="059312345", address="", actor=STRANGER)


def contact_of_number(number: OutsideNumber) -> str:
    from doorstep.classes.queries.outside import PHONE
    from doorstep.core.crypto import unseal

    return unseal(number.phone_sealed, field=PHONE)


def test_a_code_is_tried_five_times_and_is_short_of_life(sent: Path, db: None) -> None:
    token = send_code(phone=MOBILE, address="10.0.0.1", actor=STRANGER)
    code = code_in(sent)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for digits in (wrong, "x", "12345", wrong, ""):
        with pytest.raises(outside_refusals.CodeWrong):
            prove_number(token=token, digits=digits, actor=STRANGER)
    assert OutsideCode.objects.get().tries == 5
    with pytest.raises(outside_refusals.CodeWrong):
        prove_number(token=token, digits=code, actor=STRANGER)
    with later(minutes=2):
        old = send_code(phone=MOBILE, address="10.0.0.1", actor=STRANGER)
    with later(minutes=12), pytest.raises(outside_refusals.CodeWrong):
        prove_number(token=old, digits=code_in(sent), actor=STRANGER)
    assert OutsideNumber.objects.count() == 0


def test_a_number_gets_its_share_of_codes_and_the_answer_stays_the_same(sent: Path, db: None) -> None:
    for n in range(7):
        with later(minutes=2 * n):
            assert len(send_code(phone=MOBILE, address=f"10.0.0.{n}", actor=STRANGER)) == 32
    assert (len(texts(sent)), OutsideCode.objects.count()) == (5, 5)
    with later(seconds=30):  # nothing within a minute
        send_code(phone="13700005679", address="10.0.1.1", actor=STRANGER)
        send_code(phone="13700005679", address="10.0.1.1", actor=STRANGER)
    assert len(texts(sent)) == 6
    with later(hours=25):
        send_code(phone=MOBILE, address="10.0.0.1", actor=STRANGER)
    assert len(texts(sent)) == 7


def test_an_address_and_everybody_have_limits(sent: Path, db: None) -> None:
    for n in range(20):
        send_code(phone=f"137000100{n:02d}", address="10.0.0.1", actor=STRANGER)
    with pytest.raises(outside_refusals.TooManyCodes):
        send_code(phone="13700020000", address="10.0.0.1", actor=STRANGER)
    set_policy("outside.codes_all", "20")
    with pytest.raises(outside_refusals.TooManyCodes):
        send_code(phone="13700020000", address="10.0.0.2", actor=STRANGER)
    assert len(texts(sent)) == 20


def test_a_gateway_that_is_down_is_said(settings: Any, db: None) -> None:
    settings.DOORSTEP_CHANNELS = {}
    with pytest.raises(outside_refusals.CodeNotSent):
        send_code(phone=MOBILE, address="10.0.0.1", actor=STRANGER)


def test_a_group_orders_again_at_once_and_sees_what_is_its_own(cast: Cast, package: Any) -> None:
    one = outside_order(package, DAY)
    two = outside_order(package, DAY + timedelta(1), group=group_facts(name="东岭中学工会", kind="society"))
    other = outside_order(package, DAY + timedelta(2), phone="13700009999")
    ours = make_order(cast.unit("kengtou"), package, DAY + timedelta(3))
    actor = outside_actor(proved())
    assert list(own_orders(actor)) == [two, one]
    assert set(orders_visible_to(actor)) == {one, two}
    assert {one, two, other, ours} == set(orders_visible_to(cast.actor("township")))
    assert ours in orders_visible_to(cast.actor("secretary"))
    assert other not in orders_visible_to(cast.actor("secretary"))
    assert (one.who, one.unit, one.place, one.county) == ("东岭中学党委", None, proved().place, package.county)
    assert (one.contact, bytes(one.phone_sealed)) == ("", b"")
    assert contact_of(one.outside) == ("周老师", MOBILE)
    assert contact_masked(one.outside) == ("周**", "137****5678")
    for act in (orders.withdraw_order, orders.agree_order):
        with pytest.raises(NotPermitted):
            act(order=other, actor=actor, **({"reason": "changed"} if act is orders.withdraw_order else {}))
    for staff in ("township", "city", "secretary"):  # nobody of the network answers for them
        with pytest.raises(NotPermitted):
            orders.withdraw_order(order=one, reason="changed", actor=cast.actor(staff))


def test_a_form_sent_twice_is_one_order_and_too_many_open_are_refused(package: Any) -> None:
    key = uuid.uuid4()
    first, again = outside_order(package, DAY, key=key), outside_order(package, DAY, key=key)
    other = outside_order(package, DAY, key=key, phone="13700009999")
    assert (first == again, first == other) == (True, False)
    for n in range(4):
        outside_order(package, DAY + timedelta(n))
    with pytest.raises(outside_refusals.TooManyOpen, match="outside_open"):
        outside_order(package, DAY)
    orders.withdraw_order(order=first, reason="changed", actor=outside_actor(proved()))
    outside_order(package, DAY)


def test_accepting_opens_a_class_whose_seats_are_theirs_alone(cast: Cast, package: Any) -> None:
    order = outside_order(package, DAY)
    held: Any = orders.accept_order(order=order, wish_number=1, actor=cast.actor("township")).training_class
    assert (held.is_outside, held.capacity, held.seats_taken) == (True, 30, 0)
    assert held.title.endswith("　东岭中学党委")
    assert (Quota.objects.count(), chosen_by(held), held in public_classes()) == (0, None, False)
    with pytest.raises(ClassIsOutsiders):
        hand_down_seats(training_class=held, table={cast.unit("kengtou").pk: 1}, actor=SYSTEM)
    with pytest.raises(ClassIsOutsiders):
        nominate(training_class=held, people=nominees([cast.person("林秀珍").pk]), actor=SYSTEM)
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(unit=cast.unit("kengtou"))


def test_who_came_is_counted_apart_and_never_among_members(cast: Cast, package: Any) -> None:
    one, two = outside_order(package, DAY), outside_order(package, date(2027, 1, 5), people=20)
    before = network_figures()
    for order in (one, two):
        orders.accept_order(order=order, wish_number=1, actor=SYSTEM)
    with pytest.raises(outside_refusals.NotTheirClass):
        count_outsiders(order=one, came=28, actor=SYSTEM)
    with clock.frozen(clock.at_local(date(2027, 1, 5), 18)):
        count_outsiders(order=one, came=27, actor=cast.actor("township"))
        count_outsiders(order=one, came=28, actor=cast.actor("township"))
        count_outsiders(order=two, came=20, actor=SYSTEM)
        for wrong in (-1, 301):
            with pytest.raises(outside_refusals.NotTheirClass):
                count_outsiders(order=one, came=wrong, actor=SYSTEM)
    assert set(TrainingClass.objects.values_list("status", flat=True)) == {"closed"}  # there is no roll to close
    after = network_figures()
    changed = {key for key in after if after[key] != before.get(key)}
    assert changed & {"persons", "person_times", "hours", "order", "member", "unmet_demand"} == set()
    assert after["outside_order"] == 2
    assert after["outside_person_times"] == after["outside_persons"] == {"2026": 28, "2027": 20}
    assert Enrolment.objects.count() == 0
    counts = [
        (year, base, c.classes, c.person_times, c.persons) for year, base, c in counted_by(cast.actor("township"))
    ]
    name = package.base.name
    assert counts == [(2027, name, 1, 20, 20), (2026, name, 1, 28, 28)]
    assert counted_by(cast.actor("secretary")) == []
    own = make_order(cast.unit("kengtou"), package, date(2027, 1, 12))
    with pytest.raises(NotFound):
        count_outsiders(order=own, came=1, actor=SYSTEM)


def test_a_cancelled_class_counts_nobody(package: Any) -> None:
    order = outside_order(package, DAY)
    held: Any = orders.accept_order(order=order, wish_number=1, actor=SYSTEM).training_class
    cancel_class(training_class=held, reason="台风", actor=SYSTEM)
    with clock.frozen(clock.at_local(DAY, 18)), pytest.raises(outside_refusals.NotTheirClass):
        count_outsiders(order=order, came=28, actor=SYSTEM)
    assert outside_totals()["outside_person_times"] == {}


def test_an_order_is_changed_until_somebody_answers(cast: Cast, package: Any) -> None:
    order = outside_order(package, DAY)
    actor = outside_actor(proved())
    quote = make_quote(order=order, lines=LINES, actor=SYSTEM)
    facts = order_facts(None, DAY + timedelta(2), people=30, note="改了")
    changed = change_outside_order(order=order, facts=facts, actor=actor)
    assert (changed.first_on, changed.note, changed.wishes.get().day) == (
        DAY + timedelta(2),
        "改了",
        DAY + timedelta(2),
    )
    assert Quote.objects.get(pk=quote.pk).status == "open"
    change_outside_order(order=order, facts=order_facts(None, DAY, people=40), actor=actor)
    assert Quote.objects.get(pk=quote.pk).status == "replaced"
    with pytest.raises(order_refusals.OrderPeopleWrong):
        change_outside_order(order=order, facts=order_facts(None, DAY, people=999), actor=actor)
    with pytest.raises(order_refusals.OrderTooEarly):
        change_outside_order(order=order, facts=order_facts(None, TODAY), actor=actor)
    with pytest.raises(NotPermitted):
        change_outside_order(order=order, facts=facts, actor=outside_actor(proved("13700009999")))
    orders.decline_order(order=order, reason="no_room", actor=SYSTEM)
    with pytest.raises(order_refusals.OrderStandsSo):
        change_outside_order(order=order, facts=facts, actor=actor)
    twice = ["classes.outside_changed"] * 2
    assert told("classes.outside_order_changed") == {"base": twice, "township": twice}


def test_another_day_is_agreed_to_or_not(package: Any) -> None:
    actor, other = outside_actor(proved()), Wish(DAY + timedelta(3), "morning")
    yes, no = outside_order(package, DAY), outside_order(package, DAY)
    orders.counter_order(order=yes, wish=other, actor=SYSTEM)
    orders.counter_order(order=no, wish=Wish(DAY + timedelta(4), "morning"), actor=SYSTEM)
    agreed = orders.agree_order(order=yes, actor=actor)
    assert agreed.training_class is not None
    assert agreed.training_class.is_outside
    assert orders.refuse_order(order=no, actor=actor).status == "refused"


def test_a_quote_is_made_answered_and_replaced(package: Any) -> None:
    order, actor = outside_order(package, DAY), outside_actor(proved())
    first = make_quote(order=order, lines=LINES, note="含接送", actor=SYSTEM)
    second = make_quote(order=order, lines=LINES[:1], valid_until=TODAY, actor=SYSTEM)
    shown = quotes_of(order)
    assert [(q.quote.number, q.total, q.word, q.may_answer) for q in shown] == [
        (2, 160_000, "invited", True), (1, 251_500, "replaced", False),
    ]  # fmt: skip
    assert (shown[1].total_words, shown[1].sums[1][1:]) == ("2,515 元", ("30.50", "915"))
    with pytest.raises(outside_refusals.QuoteStandsSo):
        accept_quote(quote=first, actor=actor)
    with pytest.raises(NotPermitted):
        accept_quote(quote=second, actor=outside_actor(proved("13700009999")))
    with clock.frozen(clock.at_local(TODAY + timedelta(1), 8)):
        assert quotes_of(order)[0].word == "expired"
        with pytest.raises(outside_refusals.QuoteStandsSo, match="已过期"):
            accept_quote(quote=second, actor=actor)
    assert decline_quote(quote=second, actor=actor).status == "declined"
    third = make_quote(order=order, lines=LINES, actor=SYSTEM)
    assert third.valid_until == TODAY + timedelta(15)
    assert accept_quote(quote=third, actor=actor).status == "accepted"
    with pytest.raises(outside_refusals.QuoteStandsSo):
        accept_quote(quote=third, actor=actor)


def test_a_quote_that_makes_no_sense_is_refused(cast: Cast, package: Any) -> None:
    order = outside_order(package, DAY)
    wrong = ([], [Line("", 1, 1)], [Line("x", -1, 1)], [Line("x", 1, 0)], LINES * 11)
    for lines in wrong:
        with pytest.raises(outside_refusals.QuoteWrong):
            make_quote(order=order, lines=lines, actor=SYSTEM)
    with pytest.raises(outside_refusals.QuoteWrong):
        make_quote(order=order, lines=LINES, valid_until=TODAY - timedelta(1), actor=SYSTEM)
    with pytest.raises(NotFound):
        make_quote(order=make_order(cast.unit("kengtou"), package, DAY), lines=LINES, actor=SYSTEM)
    orders.decline_order(order=order, reason="no_room", actor=SYSTEM)
    with pytest.raises(order_refusals.OrderStandsSo):
        make_quote(order=order, lines=LINES, actor=SYSTEM)


def test_where_the_rule_says_so_nothing_is_taken_on_without_an_agreed_quote(cast: Cast, package: Any) -> None:
    set_policy("outside.needs_quote", "yes")
    order, countered = outside_order(package, DAY), outside_order(package, DAY)
    orders.counter_order(order=countered, wish=Wish(DAY + timedelta(2), "morning"), actor=SYSTEM)
    with pytest.raises(outside_refusals.OrderWantsQuote):
        orders.accept_order(order=order, wish_number=1, actor=SYSTEM)
    with pytest.raises(outside_refusals.OrderWantsQuote):
        orders.agree_order(order=countered, actor=outside_actor(proved()))
    accept_quote(quote=make_quote(order=order, lines=LINES, actor=SYSTEM), actor=outside_actor(proved()))
    assert orders.accept_order(order=order, wish_number=1, actor=SYSTEM).status == "accepted"
    ours = make_order(cast.unit("kengtou"), package, DAY + timedelta(4))
    assert orders.accept_order(order=ours, wish_number=1, actor=SYSTEM).status == "accepted"


def test_a_contract_is_looked_at_kept_and_replaced(cast: Cast, package: Any, settings: Any, tmp_path: Path) -> None:
    from doorstep.bases.services.files import FileNotTaken

    settings.MEDIA_ROOT = tmp_path
    order, actor = outside_order(package, DAY), outside_actor(proved())
    first = add_contract(order=order, upload=io.BytesIO(b"%PDF-1.7 x"), name="合同.pdf", actor=actor)
    second = add_contract(order=order, upload=io.BytesIO(b"%PDF-1.7 y"), name="盖章.pdf", actor=cast.actor("township"))
    first.refresh_from_db()
    assert (first.is_by_group, second.is_by_group) == (True, False)
    assert (first.replaced_at is None, second.replaced_at) == (False, None)
    assert (tmp_path / first.file).read_bytes() == b"%PDF-1.7 x"
    with pytest.raises(FileNotTaken):
        add_contract(order=order, upload=io.BytesIO(b"MZ..."), name="合同.exe", actor=actor)
    with pytest.raises(NotPermitted):
        add_contract(order=order, upload=io.BytesIO(b"%PDF-"), name="x", actor=outside_actor(proved("13700009999")))
    ours = make_order(cast.unit("kengtou"), package, DAY)
    with pytest.raises(NotFound):
        add_contract(order=ours, upload=io.BytesIO(b"%PDF-"), name="x", actor=SYSTEM)
    for _n in range(18):
        add_contract(order=order, upload=io.BytesIO(b"%PDF-1.7"), name="x.pdf", actor=actor)
    with pytest.raises(FileNotTaken):
        add_contract(order=order, upload=io.BytesIO(b"%PDF-1.7"), name="x.pdf", actor=actor)
    orders.withdraw_order(order=order, reason="changed", actor=actor)
    with pytest.raises(order_refusals.OrderStandsSo):
        add_contract(order=order, upload=io.BytesIO(b"%PDF-1.7"), name="x.pdf", actor=actor)


def test_the_contact_is_shown_for_a_reason_that_is_kept(cast: Cast, package: Any) -> None:
    order = outside_order(package, DAY)
    with pytest.raises(ReasonNeeded):
        reveal_outside(order=order, reason="看", actor=cast.actor("township"))
    with pytest.raises(NotPermitted):
        reveal_outside(order=order, reason="要联系他们", actor=cast.actor("auditor"))
    assert reveal_outside(order=order, reason="要联系他们", actor=cast.actor("township")) == ("周老师", MOBILE)
    row = Activity.objects.get(event="classes.outside_contact_revealed")
    assert row.detail["reason"] == "要联系他们"
    assert MOBILE not in str(row.detail)
    with pytest.raises(NotFound):
        reveal_outside(order=make_order(cast.unit("kengtou"), package, DAY), reason="要联系他们", actor=SYSTEM)


def test_the_group_hears_by_short_message_once(package: Any, sent: Path) -> None:
    one, two = outside_order(package, DAY), outside_order(package, DAY)
    make_quote(order=one, lines=LINES, actor=SYSTEM)
    orders.accept_order(order=one, wish_number=1, actor=SYSTEM)
    orders.counter_order(order=two, wish=Wish(DAY + timedelta(2), "afternoon"), actor=SYSTEM)
    told()
    assert texts(sent) == []  # nothing leaves in the transaction of what it tells of
    assert send_texts() == [True] * 3
    assert send_texts() == []
    assert [message["to"] for message in texts(sent)] == [MOBILE] * 3
    assert sorted(message["text"].partition("：")[2] for message in texts(sent)) == [
        "霍童镇党委已报价。请到“家门口”“我的预约”里答复。",
        "霍童镇党委已接单。日期和地点请到“家门口”“我的预约”里看。",
        "霍童镇党委提出改期。请到“家门口”“我的预约”里答复。",
    ]
    assert not any(secret in str(texts(sent)) for secret in ("周老师", "东岭中学"))


def test_nothing_is_sent_where_there_is_no_way_or_no_number(package: Any, settings: Any, sent: Path) -> None:
    order = outside_order(package, DAY)
    given: dict[str, Any] = {"title": "x", "text": "y", "actor": SYSTEM}
    OutsideNumber.objects.filter(pk=proved().pk).update(phone_index=None, phone_sealed=b"", erased_at=clock.now())
    fresh = Order.objects.select_related("outside__number").get(pk=order.pk)
    assert text_outside(order=fresh, occurrence=uuid.uuid4(), **given) is False
    settings.DOORSTEP_CHANNELS = {}
    assert text_outside(order=order, occurrence=uuid.uuid4(), **given) is False
    assert (OutsideText.objects.count(), texts(sent)) == (0, [])


def send_texts() -> list[bool]:
    """Send what waits, as the jobs do that were enqueued with it."""
    rows = OutsideText.objects.filter(state="waiting").order_by("pk")
    return [send_text(text_id=row.pk, actor=SYSTEM) for row in rows]


def text_waiting(order: Order) -> OutsideText:
    text_outside(order=order, occurrence=uuid.uuid4(), title="外单位预约", text="有答复了", actor=SYSTEM)
    return OutsideText.objects.latest("pk")


def test_a_message_is_enqueued_with_what_it_tells_of(package: Any, sent: Path) -> None:
    order = outside_order(package, DAY)
    row = text_waiting(order)
    assert (row.state, row.tries, str(row)) == ("waiting", 0, "有答复了")
    job = ProcrastinateJob.objects.get(task_name="classes.send_outside_text")
    assert job.args == {"text_id": row.pk}
    send_outside_text.func(text_id=row.pk)
    row.refresh_from_db()
    assert (row.state, row.tries, row.receipt[:5], len(texts(sent))) == ("sent", 1, "file:", 1)
    assert text_outside(order=order, occurrence=row.occurrence, title="x", text="y", actor=SYSTEM) is False
    assert send_text(text_id=row.pk, actor=SYSTEM) is False
    with pytest.raises(NotPermitted):
        send_text(text_id=row.pk, actor=outside_actor(proved()))


def test_one_that_was_being_sent_when_the_process_ended_is_never_sent_again(package: Any, sent: Path) -> None:
    row = text_waiting(outside_order(package, DAY))
    outside_ends._claimed(row.pk)  # and nothing after it
    assert send_text(text_id=row.pk, actor=SYSTEM) is False
    row.refresh_from_db()
    assert (row.state, texts(sent)) == ("sending", [])


def test_what_does_not_leave_is_tried_again_and_then_given_up(package: Any, settings: Any, sent: Path) -> None:
    row = text_waiting(outside_order(package, DAY))
    settings.DOORSTEP_CHANNELS = {"sms": "ftp://nowhere"}
    for tries in range(1, 5):
        with pytest.raises(NotSent):
            send_text(text_id=row.pk, actor=SYSTEM)
        row.refresh_from_db()
        assert (row.state, row.tries) == ("waiting", tries)
    assert send_text(text_id=row.pk, actor=SYSTEM) is False
    row.refresh_from_db()
    assert (row.state, row.reason[:8]) == ("failed", "这个渠道没有设好"[:8])


def test_a_number_that_was_erased_meanwhile_gets_nothing(package: Any, sent: Path) -> None:
    row = text_waiting(outside_order(package, DAY))
    OutsideNumber.objects.filter(pk=proved().pk).update(phone_index=None, phone_sealed=b"", erased_at=clock.now())
    assert send_text(text_id=row.pk, actor=SYSTEM) is False
    row.refresh_from_db()
    assert (row.state, texts(sent)) == ("failed", [])


def test_who_came_again_is_counted_once_where_it_was_asked(cast: Cast, package: Any) -> None:
    first, second = outside_order(package, DAY), outside_order(package, DAY + timedelta(7), people=20)
    for order in (first, second):
        orders.accept_order(order=order, wish_number=1, actor=SYSTEM)
    with clock.frozen(clock.at_local(DAY + timedelta(7), 18)):
        count_outsiders(order=first, came=28, actor=SYSTEM)
        count_outsiders(order=second, came=20, actor=SYSTEM)
        assert Order.objects.get(pk=first.pk).came_again == 0
        assert Order.objects.get(pk=second.pk).came_again is None
        second.refresh_from_db()
        assert came_before(second)
        count_outsiders(order=second, came=20, again=15, actor=SYSTEM)
        with pytest.raises(outside_refusals.CameAgainWrong):
            count_outsiders(order=second, came=20, again=21, actor=SYSTEM)
    year = str(DAY.year)
    totals = outside_totals()
    assert (totals["outside_person_times"][year], totals["outside_persons"][year]) == (48, 33)


def test_contacts_are_erased_in_time_and_the_orders_stay_counted(package: Any) -> None:
    gone = outside_order(package, DAY, note="周老师")
    orders.decline_order(order=gone, reason="no_room", actor=SYSTEM)
    waits = outside_order(package, DAY, phone="13700009999")
    held = outside_order(package, DAY, phone="13700008888")
    orders.accept_order(order=held, wish_number=1, actor=SYSTEM)
    proved("13700007777")  # never ordered
    with later(days=179):
        assert erase_due(actor=SYSTEM) == 0
    with later(days=181):
        assert erase_due(actor=SYSTEM) == 2
        assert erase_due(actor=SYSTEM) == 0
    row = Order.objects.select_related("outside__number").get(pk=gone.pk)
    assert row.outside is not None
    assert (contact_of(row.outside), row.note, row.outside.name) == (("", ""), "", "东岭中学党委")
    assert row.outside.number.phone_index is None
    assert {o.pk for o in Order.objects.filter(outside__number__erased_at=None)} == {waits.pk, held.pk}
    with later(days=1200):
        assert erase_due(actor=SYSTEM) == 1  # the class is long over; what still waits is not
    assert outside_totals()["outside_order"] == 3
    again = outside_order(package, DAY)
    assert again.place != gone.place


def test_codes_of_past_days_are_forgotten(sent: Path, db: None) -> None:
    send_code(phone=MOBILE, address="10.0.0.1", actor=STRANGER)
    with later(days=1):
        erase_due(actor=SYSTEM)
    assert OutsideCode.objects.count() == 1
    with later(days=3):
        erase_due(actor=SYSTEM)
    assert OutsideCode.objects.count() == 0
