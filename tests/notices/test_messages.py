"""Messages: told once, read by their reader alone, sent by the channels chosen, removed when they are old."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Barrier, Thread
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core import mail
from django.db import IntegrityError, connection, connections, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from doorstep.core import clock
from doorstep.core.actors import ANONYMOUS, Actor
from doorstep.core.errors import NotFound, NotPermitted
from doorstep.core.events import Occurrence, current_occurrence
from doorstep.core.invariants import check_invariants
from doorstep.notices.handlers import ISSUED
from doorstep.notices.jobs import prune, send_messages_due
from doorstep.notices.models import ChannelChoice, Delivery, Message
from doorstep.notices.queries.invariants import STATED
from doorstep.notices.queries.messages import messages_of, unread_count
from doorstep.notices.rules.texts import Letter
from doorstep.notices.services import sending
from doorstep.notices.services.messages import read_all_messages, read_message
from doorstep.notices.services.refusals import ChannelAddressWrong
from doorstep.notices.services.sending import choose_channel, leave_channel, send_due
from doorstep.notices.services.telling import write_messages
from tests.cast import Cast
from tests.factories.classes import SYSTEM
from tests.factories.messages import TRIED, given_message

TODAY = date(2026, 11, 24)
SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


@pytest.fixture
def sink(settings: Any, tmp_path: Path) -> Path:
    """A file that stands for all channels."""
    path = tmp_path / "messages.jsonl"
    settings.DOORSTEP_CHANNELS = dict.fromkeys(("mail", "sms"), f"file://{path}")
    return path


def choose(actor: Actor, channel: str = "sms", address: str = "13900001234", rhythm: str = "at_once") -> ChannelChoice:
    return choose_channel(channel=channel, address=address, rhythm=rhythm, actor=actor)


def lines(sink: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in sink.read_text("utf-8").splitlines()] if sink.exists() else []


def states() -> list[tuple[str, int]]:
    return list(Delivery.objects.order_by("pk").values_list("state", "tries"))


def test_each_is_told_once_by_the_first_letter_and_never_who_did_it(cast: Cast) -> None:
    city, county = cast.accounts["city"].pk, cast.accounts["county"].pk
    occurrence = Occurrence(uuid4(), city)
    letters = [Letter(TRIED, [city, county], {"title": "甲"}), Letter(TRIED, [county], {"title": "乙"})]
    assert write_messages(letters=letters, occurrence=occurrence, actor=SYSTEM) == 1
    assert write_messages(letters=letters, occurrence=occurrence, actor=SYSTEM) == 0
    one = Message.objects.get()
    assert (one.account_id, one.title, one.body, str(one)) == (county, "试一试：甲", "甲，完", "试一试：甲")
    assert write_messages(letters=[], occurrence=occurrence, actor=SYSTEM) == 0
    with pytest.raises(NotPermitted):
        write_messages(letters=letters, occurrence=occurrence, actor=cast.actor("city"))
    # Another app knows its own side of the same happening.
    assert write_messages(letters=[Letter(ISSUED, [county])], occurrence=occurrence, actor=SYSTEM) == 1
    Message.objects.filter(text=ISSUED).delete()
    with pytest.raises(LookupError):
        current_occurrence()
    with pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.create(account_id=county, occurrence=occurrence.key, text=TRIED, created_at=clock.now())


def _race(cast: Cast, key: UUID) -> list[object]:
    """Two workers tell the same person of the same happening at one moment."""
    start = Barrier(2)
    letters = [Letter(TRIED, [cast.accounts["city"].pk], {"title": "甲"})]

    def tell(_number: int) -> object:
        try:
            start.wait(10)
            return write_messages(letters=letters, occurrence=Occurrence(key), actor=SYSTEM)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(tell, range(2)))


def test_two_workers_at_one_moment_tell_once_and_the_constraint_is_what_keeps_it(cast_committed: Cast) -> None:
    key = uuid4()
    _race(cast_committed, key)
    assert Message.objects.filter(occurrence=key).count() == 1
    kept = "SELECT indexdef FROM pg_indexes WHERE indexname = 'message_once_an_occurrence'"
    with connection.cursor() as cursor:
        cursor.execute(kept)
        (definition,) = cursor.fetchone()
        cursor.execute("DROP INDEX message_once_an_occurrence")
        try:
            both = {Message.objects.filter(occurrence=key).count() for key in _raced(cast_committed, 8)}
            assert 2 in both
        finally:
            Message.objects.all().delete()
            cursor.execute(definition)


def _raced(cast: Cast, times: int) -> Iterator[UUID]:
    for _time in range(times):
        key = uuid4()
        _race(cast, key)
        yield key


def test_the_inbox_is_one_s_own_with_the_unread_first(cast: Cast, sign_in: SignIn) -> None:
    city, county = cast.accounts["city"], cast.accounts["county"]
    (first, _other) = given_message(city, county, title="早", link="/classes/")
    with clock.frozen(clock.at_local(TODAY, 13)):
        (second,) = given_message(city, title="晚")
        read_message(message=second, actor=cast.actor("city"))
    assert unread_count(cast.actor("city")) == 1
    assert unread_count(SYSTEM) == 0
    seen = sign_in("city")
    page = seen.get(reverse("notices:inbox")).content.decode()
    assert page.index("试一试：早") < page.index("试一试：晚")
    assert "1 条未读" in seen.get(reverse("notices:unread")).content.decode()
    shown = seen.get(reverse("notices:message", args=[first.pk])).content.decode()
    read = reverse("notices:message_read", args=[first.pk])
    assert ('href="/classes/"' in shown, read in shown) == (True, True)
    assert seen.post(read).status_code == 204
    assert read not in seen.get(reverse("notices:message", args=[first.pk])).content.decode()
    assert sign_in("county").post(read).status_code == 404
    assert seen.get(reverse("notices:unread")).content.decode().strip() == ""
    assert sign_in("county").get(reverse("notices:message", args=[first.pk])).status_code == 404
    only = seen.get(reverse("notices:inbox"), {"status": "unread"}).content.decode()
    assert "试一试" not in only
    assert [one.is_read for one in messages_of(cast.actor("county"))] == [False]


@pytest.mark.parametrize(("who", "sees"), [("trainee", False), ("secretary", True), ("city", True)])
def test_a_tab_leads_where_one_may_go(cast: Cast, sign_in: SignIn, who: str, sees: bool) -> None:
    """Circulars are not for everybody: no tab leads to them then."""
    client, circulars = sign_in(who), reverse("notices:circulars")
    assert (client.get(circulars).status_code == 200) == sees
    for name in ("notices:inbox", "notices:sent", "notices:channels"):
        assert (f'href="{circulars}"' in client.get(reverse(name)).content.decode()) == sees, name


def test_read_once_and_all_at_once(cast: Cast, sign_in: SignIn) -> None:
    (one,) = given_message(cast.accounts["city"])
    read_message(message=one, actor=cast.actor("city"))
    moment = Message.objects.get().read_at
    with clock.frozen(clock.at_local(TODAY, 15)):
        read_message(message=one, actor=cast.actor("city"))
        assert Message.objects.get().read_at == moment
        given_message(cast.accounts["city"])
        given_message(cast.accounts["county"])
        assert read_all_messages(actor=cast.actor("city")) == 1
    assert unread_count(cast.actor("county")) == 1
    answer = sign_in("county").post(reverse("notices:read_all"), follow=True).content.decode()
    assert "1 条消息都标为已读" in answer
    assert "没有未读的消息" in sign_in("county").post(reverse("notices:read_all"), follow=True).content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_pages_ask_a_fixed_number_of_questions(
    cast: Cast, sign_in: SignIn, django_assert_num_queries: DjangoAssertNumQueries, number: int, sink: Path
) -> None:
    made = [given_message(cast.accounts["city"])[0] for _ in range(number)]
    seen = sign_in("city")
    seen.get(reverse("notices:inbox"))
    with django_assert_num_queries(4):
        seen.get(reverse("notices:inbox"))
    with django_assert_num_queries(3):
        seen.get(reverse("notices:unread"))
    with django_assert_num_queries(4):
        seen.get(reverse("notices:message", args=[made[0].pk]))
    with django_assert_num_queries(4):
        seen.get(reverse("notices:channels"))


def test_what_was_chosen_leaves_with_its_title_alone(cast: Cast, sink: Path) -> None:
    choose(cast.actor("city"))
    choose(cast.actor("county"), "mail", "county@example.org", "daily")
    given_message(cast.accounts["city"], cast.accounts["county"], cast.accounts["auditor"], title="冬训班")
    assert Delivery.objects.count() == 2
    assert send_due(actor=SYSTEM) == 1
    title = "试一试：冬训班"
    text = f"{title}\n请登录“家门口”查看。"
    assert lines(sink) == [{"channel": "sms", "to": "13900001234", "title": title, "text": text}]
    sent = Delivery.objects.get(channel="sms")
    assert (sent.state, sent.tries, sent.receipt[:5], str(sent)) == ("sent", 1, "file:", "短信 sent")
    assert send_due(actor=SYSTEM) == 0
    given_message(cast.accounts["county"], title="春训班")
    with clock.frozen(clock.at_local(TODAY, 18)):
        assert send_due(actor=SYSTEM) == 2
    assert lines(sink)[1]["title"] == "您有 2 条新消息"
    assert lines(sink)[1]["text"] == "您有 2 条新消息\n试一试：冬训班\n试一试：春训班\n请登录“家门口”查看。"
    assert [finding.holds for finding in check_invariants() if finding.name in {one.name for one in STATED}]


def test_a_title_with_a_number_of_a_person_says_less_and_each_reads_their_own_language(cast: Cast, sink: Path) -> None:
    choose(cast.actor("city"))
    given_message(cast.accounts["city"], title="打 13912345678")
    send_due(actor=SYSTEM)
    assert lines(sink)[0]["title"] == "您有一条新消息"
    assert "139123" not in sink.read_text("utf-8")


def test_nothing_leaves_at_night_and_all_of_it_in_the_morning(cast: Cast, sink: Path) -> None:
    choose(cast.actor("city"))
    given_message(cast.accounts["city"])
    with clock.frozen(clock.at_local(TODAY, 22)):
        given_message(cast.accounts["city"])
        assert send_due(actor=SYSTEM) == 0
    morning = clock.at_local(TODAY + timedelta(days=1), 8)
    assert set(Delivery.objects.values_list("due_at", flat=True)) == {morning}
    with clock.frozen(morning):
        send_messages_due.func(timestamp=0)
    assert len(lines(sink)) == 2


def test_what_fails_is_tried_again_so_often_and_then_says_why(cast: Cast, sink: Path, settings: Any) -> None:
    choose(cast.actor("city"))
    given_message(cast.accounts["city"])
    settings.DOORSTEP_CHANNELS = {"sms": "gopher://nowhere"}
    moment = clock.now()
    for tries in range(1, 6):
        with clock.frozen(moment):
            assert send_due(actor=SYSTEM) == 0
        row = Delivery.objects.get()
        assert (row.tries, row.reason) == (tries, "这个渠道没有设好，请联系系统管理员")
        moment = row.due_at if clock.local(row.due_at).hour < 21 else moment + timedelta(days=1)
    assert states() == [("failed", 5)]
    settings.DOORSTEP_CHANNELS = {}
    given_message(cast.accounts["city"])
    assert Delivery.objects.count() == 1


def test_a_channel_that_is_gone_is_said_so(cast: Cast, sink: Path, settings: Any) -> None:
    choose(cast.actor("city"))
    given_message(cast.accounts["city"])
    settings.DOORSTEP_CHANNELS = {}
    send_due(actor=SYSTEM)
    assert Delivery.objects.get().reason == "这个渠道已经停用"


def test_who_left_a_channel_or_may_not_sign_in_gets_nothing(cast: Cast, sink: Path) -> None:
    choose(cast.actor("city"))
    given_message(cast.accounts["city"])
    leave_channel(channel="sms", actor=cast.actor("city"))
    assert states() == [("dropped", 0)]
    choose(cast.actor("city"))
    given_message(cast.accounts["city"])
    ChannelChoice.objects.all().delete()
    given_message(cast.accounts["county"])
    assert send_due(actor=SYSTEM) == 0
    assert states() == [("dropped", 0), ("dropped", 0)]
    assert lines(sink) == []
    assert "本人不再用这个渠道" in Delivery.objects.first().reason  # type: ignore[union-attr]


def test_a_choice_is_checked_and_sealed(cast: Cast, sink: Path) -> None:
    actor = cast.actor("city")
    for channel, address, rhythm in (("wecom", "a", "at_once"), ("sms", "13900001234", "hourly")):
        with pytest.raises(NotFound):
            choose(actor, channel, address, rhythm)
    with pytest.raises(ChannelAddressWrong):
        choose(actor, "sms", "12")
    with pytest.raises(NotPermitted):
        choose(SYSTEM)
    with pytest.raises(NotPermitted):
        choose(ANONYMOUS)
    choose(actor)
    assert b"13900001234" not in bytes(choose(actor, rhythm="daily").address_sealed)
    assert ChannelChoice.objects.count() == 1
    with pytest.raises(NotPermitted):
        send_due(actor=actor)


def test_mail_goes_through_the_server_named(cast: Cast, settings: Any, sink: Path) -> None:
    settings.DOORSTEP_CHANNELS = {"mail": "smtps://user:word@mail.example.org"}
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.DOORSTEP_ADDRESS = "https://door.example.org"
    choose(cast.actor("city"), "mail", "city@example.org")
    given_message(cast.accounts["city"], title="冬训班")
    assert send_due(actor=SYSTEM) == 1
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == (["city@example.org"], "试一试：冬训班")
    assert letter.body.endswith("请登录https://door.example.org查看。")
    settings.DOORSTEP_CHANNELS = {"mail": "smtp://127.0.0.1:1"}
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    given_message(cast.accounts["city"])
    assert send_due(actor=SYSTEM) == 0
    assert Delivery.objects.last().reason == "邮件服务器没有接收：ConnectionRefusedError"  # type: ignore[union-attr]


class _Gateway(BaseHTTPRequestHandler):
    """Takes what is signed, and refuses everything at /no."""

    got: list[tuple[str, dict[str, Any]]] = []  # noqa: RUF012

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((self.headers["X-Doorstep-Signature"], json.loads(body)))
        self.send_response(500 if self.path == "/no" else 200)
        self.end_headers()
        self.wfile.write(b"receipt-7")

    def log_message(self, *given: object) -> None:
        """Nothing on the terminal."""


def test_a_gateway_is_asked_with_a_signature_and_its_answer_is_the_receipt(
    cast: Cast, settings: Any, sink: Path
) -> None:
    server = HTTPServer(("127.0.0.1", 0), _Gateway)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        address = f"http://127.0.0.1:{server.server_port}"
        choose(cast.actor("city"))
        settings.DOORSTEP_CHANNELS = {"sms": f"{address}/send"}
        given_message(cast.accounts["city"])
        assert send_due(actor=SYSTEM) == 1
        signature, said = _Gateway.got[-1]
        assert (signature[:7], len(signature), said["to"]) == ("sha256=", 71, "13900001234")
        assert Delivery.objects.get().receipt == "receipt-7"
        settings.DOORSTEP_CHANNELS = {"sms": f"{address}/no"}
        given_message(cast.accounts["city"])
        send_due(actor=SYSTEM)
    finally:
        server.shutdown()
        server.server_close()
    assert Delivery.objects.last().reason == "网关没有接收：500"  # type: ignore[union-attr]
    settings.DOORSTEP_CHANNELS = {"sms": "http://127.0.0.1:1/send"}
    with clock.frozen(clock.at_local(TODAY, 14)):
        send_due(actor=SYSTEM)
    assert Delivery.objects.last().reason == "网关连不上：URLError"  # type: ignore[union-attr]


def test_no_run_sends_without_end(cast: Cast, sink: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "MOST_AT_ONCE", 1)
    choose(cast.actor("city"))
    for _ in range(2):
        given_message(cast.accounts["city"])
    assert [send_due(actor=SYSTEM) for _ in range(3)] == [1, 1, 0]


def test_the_page_of_channels(cast: Cast, sign_in: SignIn, settings: Any, sink: Path) -> None:
    seen = sign_in("city")
    channel = reverse("notices:channel", args=["sms"])
    answer = seen.post(channel, {"address": "12", "rhythm": "at_once"})
    assert (answer.status_code, 'value="12"' in answer.content.decode()) == (422, True)
    assert seen.post(channel, {"address": "", "rhythm": "at_once"}).status_code == 422
    said = seen.post(channel, {"address": "13900001234", "rhythm": "daily"}, follow=True).content.decode()
    assert "有新消息会发到短信" in said
    (one,) = given_message(cast.accounts["city"])
    assert "18:00 以后发" in seen.get(reverse("notices:message", args=[one.pk])).content.decode()
    assert "不再发到短信" in seen.post(channel, {"answer": "leave"}, follow=True).content.decode()
    assert seen.post(reverse("notices:channel", args=["pigeon"])).status_code == 404
    settings.DOORSTEP_CHANNELS = {}
    assert "只在这里看" in seen.get(reverse("notices:channels")).content.decode()


def test_old_messages_are_removed_with_their_deliveries(cast: Cast, sink: Path) -> None:
    choose(cast.actor("city"))
    given_message(cast.accounts["city"])
    with clock.frozen(clock.at_local(TODAY + timedelta(days=180), 12)):
        prune.func(timestamp=0)
        assert Message.objects.count() == 1
        given_message(cast.accounts["city"])
    with clock.frozen(clock.at_local(TODAY + timedelta(days=181), 12)):
        prune.func(timestamp=0)
    assert (Message.objects.count(), Delivery.objects.count()) == (1, 1)


def test_two_workers_never_send_the_same_message(cast_committed: Cast, settings: Any, tmp_path: Path) -> None:
    cast = cast_committed
    path = tmp_path / "sent.jsonl"
    settings.DOORSTEP_CHANNELS = {"sms": f"file://{path}"}
    choose(cast.actor("city"))
    for _ in range(12):
        given_message(cast.accounts["city"])
    start = Barrier(2)

    def work(_number: int) -> int:
        try:
            with clock.frozen(clock.at_local(TODAY, 12)):
                start.wait(10)
                return send_due(actor=SYSTEM)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        counts = list(pool.map(work, range(2)))
    assert (sum(counts), len(lines(path))) == (12, 12)
