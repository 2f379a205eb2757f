"""Groups from outside, for tests: a number that was proved, an order of it, the short messages that left."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

from django.core import signing
from django.test import Client

from doorstep.catalogue.models import Package
from doorstep.classes.models import Order, OutsideCode, OutsideNumber
from doorstep.classes.pages.outside_visits import COOKIE, HERE, SALT
from doorstep.classes.queries.outside import PHONE, TOKEN, outside_actor
from doorstep.classes.services.outside_orders import GroupFacts, order_from_outside
from doorstep.core import clock
from doorstep.core.crypto import blind_index, seal, sign
from tests.factories.orders import order_facts

MOBILE = "13700005678"


def proved(phone: str = MOBILE) -> OutsideNumber:
    """A number somebody proved."""
    number, _new = OutsideNumber.objects.get_or_create(
        phone_index=blind_index(phone, field=PHONE),
        defaults={"phone_sealed": seal(phone, field=PHONE), "created_at": clock.now()},
    )
    return number


def group_facts(**changes: Any) -> GroupFacts:
    """A school from the next province."""
    return GroupFacts(**{"name": "东岭中学党委", "kind": "school", "contact": "周老师", "origin": "江西", **changes})


def outside_order(package: Package | None, *days: date, phone: str = MOBILE, **changes: Any) -> Order:
    """An order of a group from outside that waits for an answer."""
    number = proved(phone)
    group = changes.pop("group", group_facts())
    facts = order_facts(package, *days, **{"contact": "", "phone": "", **changes})
    made = order_from_outside(number=number, group=group, facts=facts, actor=outside_actor(number))
    return Order.objects.select_related("outside__number", "provider", "unit").get(pk=made.pk)


def texts(path: Path) -> list[dict[str, str]]:
    """The short messages in the file beside the data."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def code_in(path: Path) -> str:
    """The code of the last short message."""
    found = re.search(r"\d{6}", texts(path)[-1]["text"])
    assert found
    return found[0]


def visiting(phone: str = MOBILE) -> Client:
    """A browser in which a number was proved just now."""
    number, token = proved(phone), f"token of {phone}"
    OutsideCode.objects.update_or_create(
        token_digest=sign(token, purpose=TOKEN),
        defaults={
            "phone_index": blind_index(phone, field=PHONE),
            "phone_sealed": seal(phone, field=PHONE),
            "address_index": blind_index("-", field="outside_address"),
            "digest": b"x",
            "made_at": clock.now(),
            "expires_at": clock.now(),
            "number": number,
            "seen_at": clock.now(),
            "ended_at": None,
        },
    )
    client = Client()
    client.cookies[COOKIE] = signing.get_cookie_signer(salt=COOKIE + SALT).sign(token)
    client.cookies[COOKIE]["path"] = HERE
    return client
