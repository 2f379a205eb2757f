"""What became of what one caused to be said, on the page and for machines; one's own messages for machines."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from doorstep.core import clock
from doorstep.directory.services.accounts import issue_token
from doorstep.notices.models import Message
from doorstep.notices.services.sending import choose_channel, send_due
from tests.cast import Cast
from tests.factories.classes import SYSTEM
from tests.factories.messages import given_message, given_wording

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)
SENT = "notices:sent"
SignIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with clock.frozen(clock.at_local(TODAY, 12)):
        yield


@pytest.fixture
def sink(settings: Any, tmp_path: Path) -> Path:
    """A file for short messages, and a channel nobody has set up well."""
    path = tmp_path / "messages.jsonl"
    settings.DOORSTEP_CHANNELS = {"sms": f"file://{path}", "wecom": "ftp://nowhere"}
    return path


def send_out(cast: Cast) -> None:
    """The city tells the county by two channels, one of which fails; somebody else tells it something too."""
    for channel, address in (("sms", "13900001234"), ("wecom", "chen")):
        choose_channel(channel=channel, address=address, rhythm="at_once", actor=cast.actor("county"))
    given_message(cast.accounts["county"], title="市里的", sender=cast.accounts["city"])
    given_message(cast.accounts["county"], title="镇里的", sender=cast.accounts["township"])
    given_message(cast.accounts["county"], title="谁也没有")
    for hour in range(12, 20):
        with clock.frozen(clock.at_local(TODAY, hour)):
            send_due(actor=SYSTEM)


def test_who_sent_sees_the_proof_and_nobody_elses(cast: Cast, sign_in: SignIn, sink: Path) -> None:
    send_out(cast)
    city = sign_in("city")
    shown = city.get(reverse(SENT)).content.decode()
    assert ("市里的" in shown, "镇里的" in shown, "谁也没有" in shown) == (True, False, False)
    assert "短信　已发出　11-24 12:00　file:20261124T" in shown
    assert "企业微信　没有发出　这个渠道没有设好" in shown
    assert sign_in("county").get(reverse(SENT)).context["listing"].rows == []
    for asked, found in (
        ({"status": "sent"}, 1),
        ({"status": "waiting"}, 0),
        ({"status": "read"}, 0),
        ({"q": "没有"}, 0),
    ):
        assert len(city.get(reverse(SENT), asked).context["listing"].rows) == found
    mine = Message.objects.get(sender=cast.accounts["city"])
    sign_in("county").post(reverse("notices:message_read", args=[mine.pk]))
    assert len(city.get(reverse(SENT), {"status": "read"}).context["listing"].rows) == 1
    assert city.get(reverse("notices:message", args=[mine.pk])).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_a_fixed_number_of_questions(
    cast: Cast, sign_in: SignIn, sink: Path, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    given_wording(cast.unit("jiaocheng"), "改过：{标题}")
    choose_channel(channel="sms", address="13900001234", rhythm="at_once", actor=cast.actor("county"))
    for _ in range(count):
        given_message(cast.accounts["county"], sender=cast.accounts["city"])
    city, county = sign_in("city"), sign_in("county")
    city.get(reverse(SENT))
    with django_assert_num_queries(5):
        city.get(reverse(SENT))
    with django_assert_num_queries(4):
        county.get(reverse("notices:inbox"))


def call(cast: Cast, name: str, method: str, path: str, *, key: str = "", scopes: tuple[str, ...] = ()) -> Any:
    """What a token of an account is answered."""
    secret = issue_token(account=cast.accounts[name], name="脚本", scopes=scopes, days=30, actor=cast.actor(name))[1]
    headers = {"Authorization": f"Bearer {secret}"}
    if method == "POST":
        headers["Idempotency-Key"] = key or str(uuid.uuid4())
    return Client().generic(method, f"/api/v1{path}", "", "application/json", headers=headers)


def test_machines_read_ones_inbox_page_by_page_and_mark_it(cast: Cast, sink: Path) -> None:
    send_out(cast)
    first = call(cast, "county", "GET", "/messages?limit=2").json()
    rest = call(cast, "county", "GET", f"/messages?limit=2&after={first['next']}").json()
    items = [*first["items"], *rest["items"]]
    assert ([one["title"] for one in items], rest["next"]) == (
        ["试一试：市里的", "试一试：镇里的", "试一试：谁也没有"],
        None,
    )
    states = [(one["channel"], one["state"], one["tries"]) for one in items[0]["deliveries"]]
    assert states == [("sms", "sent", 1), ("wecom", "failed", 5)]
    path = f"/messages/{items[0]['id']}"
    assert call(cast, "county", "GET", path).json() == items[0]
    assert call(cast, "township", "GET", path).status_code == 404
    assert call(cast, "township", "POST", f"{path}/read").status_code == 404
    key = str(uuid.uuid4())
    once = call(cast, "county", "POST", f"{path}/read", key=key)
    with clock.frozen(clock.at_local(TODAY, 13)):
        again = call(cast, "county", "POST", f"{path}/read", key=key)
        assert again.content == once.content
    assert once.json()["read_at"] is not None
    assert len(call(cast, "county", "GET", "/messages?is_read=false").json()["items"]) == 2
    assert call(cast, "county", "POST", "/messages/read").json() == {"read": 2}
    assert call(cast, "county", "GET", "/messages?is_read=false").json()["items"] == []


def test_machines_read_the_proof_of_what_one_sent(cast: Cast, sink: Path) -> None:
    send_out(cast)
    (one,) = call(cast, "city", "GET", "/messages/sent").json()["items"]
    assert (one["title"], one["to"]) == ("试一试：市里的", cast.accounts["county"].display_name)
    assert [(d["channel"], d["state"]) for d in one["deliveries"]] == [("sms", "sent"), ("wecom", "failed")]
    assert call(cast, "city", "GET", "/messages/sent?is_read=true").json()["items"] == []


def test_a_token_reaches_as_far_as_its_scopes_and_a_write_needs_its_key(cast: Cast) -> None:
    assert call(cast, "city", "GET", "/messages", scopes=("notices.own_messages",)).status_code == 200
    for method, path in (("GET", "/messages"), ("GET", "/messages/sent"), ("POST", "/messages/read")):
        assert call(cast, "city", method, path, scopes=("classes.view_class",)).status_code in (403, 404)
    secret = issue_token(account=cast.accounts["city"], name="脚本", scopes=(), days=30, actor=cast.actor("city"))[1]
    bare = Client().post("/api/v1/messages/read", headers={"Authorization": f"Bearer {secret}"})
    assert (bare.status_code, json.loads(bare.content)["code"]) == (422, "idempotency_key_missing")
